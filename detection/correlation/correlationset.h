#pragma once

#include "detection/sigma/rule.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

struct CorrelationPlan; // see plan.h

/// Correlation rules, ready to be evaluated (see CorrelationRun). Immutable: any number of threads may use
/// one, and copies share it.
class CorrelationSet
{
public:
    /// Of rules whose references are resolved (sigma::resolveReferences()).
    explicit CorrelationSet(const std::vector<sigma::RulePtr> &rules = {});

    const std::vector<sigma::RulePtr> &rules() const;

    /// The detection rules that correlation rules build on are numbered; the number of the one with this id.
    std::optional<std::size_t> baseRule(std::string_view ruleId) const;
    /// The fields that are asked of the events of a base rule, by their names in rules.
    const std::vector<std::string> &fieldsOf(std::size_t baseRule) const;

    /// Whether a rule (of either kind) gives no detections of its own: correlation rules build on it, and
    /// none of them says `generate: true`.
    bool isSilent(std::string_view ruleId) const;

private:
    friend class CorrelationRun;
    std::shared_ptr<const CorrelationPlan> d;
};

} // namespace lolscope
