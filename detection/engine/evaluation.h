#pragma once

#include "detection/engine/engine.h"
#include "detection/engine/rulegroup.h"
#include "detection/engine/valuecache.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace lolscope {

/// Asks groups of rules about events, one after another. What it needs is kept from event to event; for one
/// thread.
class Evaluation
{
public:
    /// Finds the conditions of `group` that hold, by index in rule order.
    void evaluate(const RuleGroup &group, const Event &event);
    std::span<const std::uint32_t> holding() const { return m_holding; }
    /// Those that a regular expression at its limits left open.
    std::span<const std::uint32_t> undecided() const { return m_undecided; }

    /// Whether some condition may hold once the event has been joined with what `gains` says.
    bool mayHold(const RuleGroup &group, const Event &event, JoinGains gains);

    /// Why a condition of holding() holds, in the order of the rule. Right after evaluate(), of the same
    /// event.
    std::vector<MatchedValue> explain(std::uint32_t condition, const Event &event);

private:
    /// What is kept for a field whose values are looked up in the cache.
    struct FieldUse
    {
        std::uint32_t asked = 0;
        std::uint32_t found = 0;
        bool isCached = true;
    };
    struct GroupUse
    {
        std::uint32_t firstField = 0; ///< Of its fields among those of all groups, for the cache.
        std::vector<FieldUse> fields;
        std::unordered_map<const RuleGroup::View *, std::vector<std::uint8_t>> states;
    };

    GroupUse &useOf(const RuleGroup &group);
    void begin(const RuleGroup &group, const RuleGroup::View &view);
    void findTruths(const Event &event, std::uint64_t unknownFields);
    void ask(std::uint32_t field, std::string_view value);
    void apply(Truth truth);

    bool holds(const sigma::Detection &detection, const RuleGroup::Condition &condition,
               const sigma::Expression &expression) const;
    void explain(const sigma::Detection &detection, const RuleGroup::Condition &condition,
                 const sigma::Expression &expression, const Event &event, std::vector<MatchedValue> &matched);
    void explain(const sigma::Item &item, const RuleGroup::Item &compiled, const Event &event,
                 std::vector<MatchedValue> &matched);
    const FactValue *valueThatHolds(const sigma::Test &test, std::uint32_t field,
                                    std::span<const FactValue> values);

    Facts m_facts;
    ValueCache m_cache;
    FieldMatcher::Scratch m_scratch;
    std::unordered_map<const RuleGroup *, GroupUse> m_groups;
    std::uint32_t m_nextField = 0;

    // Of the event being asked about:
    const RuleGroup *m_group = nullptr;
    const RuleGroup::View *m_view = nullptr;
    GroupUse *m_use = nullptr;
    std::uint8_t *m_states = nullptr;
    std::vector<PredicateId> m_touched; ///< Predicates whose state is not that of the view.
    std::vector<Truth> m_truths;
    bool m_isOpen = false; ///< Some predicate is unknown.
    std::vector<std::uint32_t> m_candidateOf; ///< By condition, the round it became a candidate in.
    std::uint32_t m_round = 0;
    std::vector<std::uint32_t> m_candidates;
    std::vector<std::uint32_t> m_holding;
    std::vector<std::uint32_t> m_undecided;
};

} // namespace lolscope
