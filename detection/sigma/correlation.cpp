#include "detection/sigma/correlation.h"

#include <algorithm>
#include <array>

namespace lolscope::sigma {

namespace {

using Relation = Comparison::Relation;

constexpr std::array<std::string_view, 8> kTypes = {"event_count", "value_count",      "value_sum",
                                                    "value_avg",   "value_percentile", "value_median",
                                                    "temporal",    "temporal_ordered"};

bool hasNegation(const Expression &expression)
{
    return expression.op == Expression::Op::Not
        || std::any_of(expression.operands.begin(), expression.operands.end(), hasNegation);
}

} // namespace

std::string_view correlationTypeName(CorrelationType type)
{
    return kTypes[static_cast<std::size_t>(type)];
}

std::optional<CorrelationType> correlationTypeByName(std::string_view name)
{
    const auto found = std::find(kTypes.begin(), kTypes.end(), name);
    if (found == kTypes.end())
        return {};
    return static_cast<CorrelationType>(found - kTypes.begin());
}

bool isTemporal(CorrelationType type)
{
    return type == CorrelationType::Temporal || type == CorrelationType::TemporalOrdered;
}

bool isCounting(CorrelationType type)
{
    return isTemporal(type) || type == CorrelationType::EventCount || type == CorrelationType::ValueCount;
}

bool Comparison::holds(double value) const
{
    switch (relation) {
    case Relation::Greater:
        return value > bound;
    case Relation::GreaterOrEqual:
        return value >= bound;
    case Relation::Less:
        return value < bound;
    case Relation::LessOrEqual:
        return value <= bound;
    case Relation::Equal:
        return value == bound;
    case Relation::NotEqual:
        break;
    }
    return value != bound;
}

const std::string &RuleReference::fieldOf(const std::string &name) const
{
    const auto found =
        std::find_if(aliases.begin(), aliases.end(), [&](const auto &alias) { return alias.first == name; });
    return found == aliases.end() ? name : found->second;
}

bool Correlation::isGrowing() const
{
    if (expression)
        return !hasNegation(*expression);
    const auto isUpward = [](const Comparison &comparison) {
        return comparison.relation == Relation::Greater || comparison.relation == Relation::GreaterOrEqual;
    };
    return (isCounting(type) || type == CorrelationType::ValueSum)
        && std::all_of(comparisons.begin(), comparisons.end(), isUpward);
}

} // namespace lolscope::sigma
