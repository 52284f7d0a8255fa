#pragma once

#include "model/base/event.h"

#include <memory>
#include <string>
#include <vector>

/// A second, slow Sigma evaluator that shares nothing with `detection/`: its own YAML reading (yaml-cpp),
/// value parsing, conditions, table of log sources and regular expressions (PCRE2). It is the oracle the
/// engine is compared with, so it does every step the plain way, with no index, cache over rules or shortcut.
///
/// Follows the Sigma specification 2.1 (https://github.com/SigmaHQ/sigma-specification) and, where that
/// leaves room, what Lolscope decided (see the rows of tests/detection/tst_sigma*.cpp).
namespace lolscope::test {

/// An event with its values decoded, so that many rules may look at it. The event's storage has to outlive
/// it.
class ReferenceEvent
{
public:
    explicit ReferenceEvent(const Event &event);
    ~ReferenceEvent();
    ReferenceEvent(ReferenceEvent &&) noexcept;

    struct Private;
    std::unique_ptr<Private> d;
};

/// One rule.
class ReferenceRule
{
public:
    /// Every document of a YAML text; one that is refused is there too. What is no YAML is one refused rule.
    static std::vector<ReferenceRule> read(const std::string &yaml);
    ~ReferenceRule();
    ReferenceRule(ReferenceRule &&) noexcept;

    const std::string &id() const;
    /// Why the rule cannot be used; empty for a good one.
    const std::string &refused() const;

    /// Whether the rule's log source takes the event.
    bool isAbout(const ReferenceEvent &event) const;
    bool matches(const ReferenceEvent &event) const;

private:
    struct Private;
    ReferenceRule();
    std::unique_ptr<Private> d;
};

} // namespace lolscope::test
