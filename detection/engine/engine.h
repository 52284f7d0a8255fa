#pragma once

#include "detection/sigma/rule.h"
#include "model/base/event.h"

#include <memory>
#include <string>
#include <vector>

namespace lolscope {

/// One value that made a rule match, for "why was this flagged".
struct MatchedValue
{
    std::string field;
    std::string value;
    std::string test; ///< What was asked, readable: `ends with \mshta.exe`, `is true`.
    FieldSource source = FieldSource::Event;
};

struct Match
{
    sigma::RulePtr rule;
    std::vector<MatchedValue> matched; ///< The positive tests that held, in rule order.
};

/// A set of rules, dispatched by what the record says of itself (channel, provider, event id; never a file's
/// name). Immutable after construction: any number of threads may evaluate at once.
class Engine
{
public:
    /// Of rules with the same id the first is kept.
    explicit Engine(std::vector<sigma::RulePtr> rules);
    ~Engine();
    Engine(Engine &&) noexcept;
    Engine &operator=(Engine &&) noexcept;

    const std::vector<sigma::RulePtr> &rules() const;

    /// True when the log source of some rule takes events like this one. Looks at provider, channel and
    /// event id only, so it may be asked before any field is joined.
    bool wants(const Event &event) const;

    /// Every rule that matches `event`, in rule order. Fields of `event.data` may be joined ones; a field of
    /// several values matches when any value does. Takes bounded time whatever the event holds.
    std::vector<Match> evaluate(const Event &event) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lolscope
