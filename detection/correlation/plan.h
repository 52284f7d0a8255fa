#pragma once

#include "detection/sigma/correlation.h"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace lolscope {

constexpr std::size_t kNoSlot = static_cast<std::size_t>(-1);

/// How an event of one rule gets into a correlation that builds on that rule. Slots are indices into the
/// fields of the lower rule.
struct CorrelationLink
{
    std::size_t node = 0; ///< Of the correlation.
    std::size_t reference = 0; ///< Index into Correlation::rules.
    std::vector<std::size_t> groupSlots; ///< One for each of Correlation::groupBy.
    std::vector<std::size_t> valueSlots; ///< One for each of Correlation::fields.
    std::vector<std::size_t>
        carriedSlots; ///< One for each of CorrelationNode::fields; kNoSlot when the group tells.
};

/// A detection rule or a correlation rule.
struct CorrelationNode
{
    sigma::RulePtr rule; ///< Of a correlation rule.
    std::vector<std::string> fields; ///< What the correlations above ask of its events.
    std::vector<std::size_t> fieldGroups; ///< Of a correlation: for each field its index in `groupBy`;
                                          ///< kNoSlot when the records have to tell.
    std::vector<CorrelationLink> users; ///< The correlations above.
};

struct CorrelationPlan
{
    std::vector<sigma::RulePtr> rules; ///< The correlation rules.
    std::vector<CorrelationNode> nodes; ///< First the base rules, then the correlations, lower ones first.
    std::size_t baseRules = 0;
    std::unordered_map<std::string, std::size_t> baseById;
    std::unordered_set<std::string> silent;
};

} // namespace lolscope
