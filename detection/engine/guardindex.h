#pragma once

#include "detection/engine/conditiontree.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lolscope {

/// What is known of a predicate beforehand.
struct PredicateInfo
{
    std::uint32_t field = 0; ///< Number in the group's FieldTable; kKeywords for keywords.
    std::uint16_t rules = 0; ///< How many conditions ask it: what many rules ask is common.
    std::uint8_t rarity = 1; ///< See rarityOf().
    bool guards = true; ///< It is found by looking at values; not so what holds of an absent field.
    static constexpr std::uint32_t kKeywords = 0xFFFF'FFFFU;
};

/// From true predicates to the conditions that can hold: each condition has a few predicates of which at
/// least one is true whenever it holds, the rarest that can be chosen.
class GuardIndex
{
public:
    /// `mayGuard` says whether a predicate can be relied on to be seen when it holds.
    template<typename MayGuard>
    GuardIndex(const ConditionTree &tree, std::span<const ConditionTree::Node> conditions,
               std::span<const PredicateInfo> predicates, MayGuard mayGuard)
    {
        std::vector<double> costs(predicates.size(), kNever);
        for (PredicateId i = 0; i < predicates.size(); ++i)
            if (predicates[i].guards && mayGuard(i))
                costs[i] = costOf(predicates[i]);
        build(tree, conditions, costs);
    }

    /// Conditions (by index) that `predicate` makes possible.
    std::span<const std::uint32_t> guardedBy(PredicateId predicate) const
    {
        return {m_conditions.data() + m_starts[predicate], m_starts[predicate + 1] - m_starts[predicate]};
    }
    /// Conditions that can hold without any predicate.
    std::span<const std::uint32_t> unguarded() const { return m_unguarded; }

private:
    static constexpr double kNever = 1e300;

    static double costOf(const PredicateInfo &predicate);
    void build(const ConditionTree &tree, std::span<const ConditionTree::Node> conditions,
               const std::vector<double> &costs);

    std::vector<std::uint32_t> m_starts;
    std::vector<std::uint32_t> m_conditions;
    std::vector<std::uint32_t> m_unguarded;
};

} // namespace lolscope
