#pragma once

#include "detection/correlation/correlationset.h"
#include "detection/sigma/rule.h"
#include "model/base/event.h"
#include "model/base/joinedfields.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
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

/// A rule that a regular expression at its limits left open for some events. It may or may not match them;
/// they are none of those it was found to match.
struct NotEvaluated
{
    sigma::RulePtr rule;
    std::uint64_t events = 0;
    bool isHeldShort = false; ///< The budget of one of its regular expressions is spent.
};
constexpr std::string_view kNotEvaluatedReason = "a regular expression reached its limits";
constexpr std::string_view kHeldShortReason =
    "a regular expression reached its limits, so often that it is held short";

/// A set of rules, dispatched by what the record says of itself (channel, provider, event id; never a file's
/// name). Any number of threads may evaluate at once; the rules never change.
class Engine
{
public:
    /// What a thread keeps from event to event to be fast: some MiB. It belongs to one engine, which has to
    /// outlive it, and to one thread at a time.
    class Session
    {
    public:
        explicit Session(const Engine &engine);
        ~Session();
        Session(Session &&) noexcept;
        Session &operator=(Session &&) noexcept;

    private:
        friend class Engine;
        struct Private;
        std::unique_ptr<Private> d;
    };

    /// Of rules with the same id the first is kept. Correlation rules build on the matches, see
    /// CorrelationRun; their references have to be resolved.
    explicit Engine(std::vector<sigma::RulePtr> rules, const std::vector<sigma::RulePtr> &correlations = {});
    ~Engine();
    Engine(Engine &&) noexcept;
    Engine &operator=(Engine &&) noexcept;

    const std::vector<sigma::RulePtr> &rules() const; ///< Without correlation rules.
    const CorrelationSet &correlations() const;

    /// True when the log source of some rule takes events like this one. Looks at provider, channel and
    /// event id only, so it may be asked before any field is joined.
    bool wants(const Event &event) const;

    /// Every rule that matches `event`, in rule order. Fields of `event.data` may be joined ones; a field of
    /// several values matches when any value does. Takes bounded time whatever the event holds.
    std::vector<Match> evaluate(const Event &event) const;
    std::vector<Match> evaluate(const Event &event, Session &session) const;

    /// Whether some rule may match the event once joining has added what `gains` says; `event.data` holds the
    /// record's own fields. When it says no, evaluate() of the joined event gives nothing and leaves nothing
    /// open. It is meant to say no for nearly every event.
    bool mayMatch(const Event &event, JoinGains gains, Session &session) const;

    /// Counted over all threads since the engine was made.
    std::vector<NotEvaluated> notEvaluated() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lolscope
