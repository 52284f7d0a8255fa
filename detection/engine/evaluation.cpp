#include "detection/engine/evaluation.h"

#include <algorithm>

namespace lolscope {

Evaluation::GroupUse &Evaluation::useOf(const RuleGroup &group)
{
    const auto [entry, added] = m_groups.try_emplace(&group);
    if (added) {
        entry->second.firstField = m_nextField;
        m_nextField += static_cast<std::uint32_t>(group.fields().size());
        entry->second.fields.resize(group.fields().size());
    }
    return entry->second;
}

void Evaluation::begin(const RuleGroup &group, const RuleGroup::View &view)
{
    if (m_view)
        for (const PredicateId touched : m_touched)
            m_states[touched] = m_view->states[touched];
    m_touched.clear();
    m_candidates.clear();
    m_isOpen = false;
    if (m_group != &group) {
        m_group = &group;
        m_use = &useOf(group);
    }
    m_view = &view;
    const auto [entry, added] = m_use->states.try_emplace(&view);
    if (added)
        entry->second = view.states;
    m_states = entry->second.data();
    if (m_candidateOf.size() < group.conditions().size())
        m_candidateOf.resize(group.conditions().size());
    if (++m_round == 0) {
        std::fill(m_candidateOf.begin(), m_candidateOf.end(), 0);
        m_round = 1;
    }
}

void Evaluation::apply(Truth truth)
{
    const PredicateId predicate = truth.predicate();
    std::uint8_t &state = m_states[predicate];
    if (state == ConditionTree::MayHold || (truth.isUnknown() && state == ConditionTree::MayBeEither))
        return;
    if (state == ConditionTree::MayFail) {
        m_touched.push_back(predicate);
        for (const std::uint32_t condition : m_view->guards.guardedBy(predicate)) {
            if (m_candidateOf[condition] == m_round)
                continue;
            m_candidateOf[condition] = m_round;
            m_candidates.push_back(condition);
        }
    }
    state = truth.isUnknown() ? ConditionTree::MayBeEither : ConditionTree::MayHold;
    m_isOpen = m_isOpen || truth.isUnknown();
}

void Evaluation::ask(std::uint32_t field, std::string_view value)
{
    // A field whose values hardly repeat (script blocks, call traces) is not worth the cache.
    constexpr std::uint32_t kTrial = 2048;
    constexpr std::uint32_t kWorthwhile = kTrial / 16;
    FieldUse &use = m_use->fields[field];
    const FieldMatcher &matcher = m_group->matcher(field);
    const bool isCached = use.isCached && value.size() <= ValueCache::kLongestValue;
    if (isCached) {
        if (++use.asked == kTrial) {
            use.isCached = use.found >= kWorthwhile;
            use.asked = use.found = 0;
        }
        if (const auto truths = m_cache.find(m_use->firstField + field, value)) {
            ++use.found;
            for (const Truth truth : *truths)
                apply(truth);
            return;
        }
    }
    m_truths.clear();
    matcher.match(value, m_scratch, m_truths);
    if (isCached)
        m_cache.insert(m_use->firstField + field, value, m_truths);
    for (const Truth truth : m_truths)
        apply(truth);
}

void Evaluation::findTruths(const Event &event, std::uint64_t unknownFields)
{
    const auto &fields = m_group->fields();
    const auto joinable = m_group->joinableFields();
    std::size_t nextJoinable = 0;
    for (std::uint32_t field = 0; field < fields.size(); ++field) {
        if (nextJoinable < joinable.size() && joinable[nextJoinable] == field
            && (unknownFields >> nextJoinable++ & 1) != 0)
            continue;
        const auto values = m_facts.valuesOf(field);
        const bool asks = !m_group->matcher(field).isEmpty();
        bool hasText = false;
        for (const FactValue &value : values) {
            hasText = hasText || !value.text.empty();
            if (asks)
                ask(field, value.text);
        }
        if (!values.empty() && m_group->existsOf(field) != RuleGroup::kNone)
            apply({m_group->existsOf(field)});
        if (m_group->nullOf(field) != RuleGroup::kNone) {
            const auto isEmpty = [](const FactValue &value) { return value.text.empty(); };
            if (values.empty() || (!hasText || std::any_of(values.begin(), values.end(), isEmpty)))
                apply({m_group->nullOf(field)});
        }
    }
    for (const auto &reference : m_group->references()) {
        if (m_states[reference.predicate] == ConditionTree::MayBeEither)
            continue;
        const auto others = m_facts.valuesOf(reference.other);
        const auto values = m_facts.valuesOf(reference.field);
        const auto fits = [&](const FactValue &value) {
            return std::any_of(others.begin(), others.end(),
                               [&](const FactValue &other) { return refers(*reference.test, value, other); });
        };
        if (std::any_of(values.begin(), values.end(), fits))
            apply({reference.predicate});
    }
    if (m_group->keywords().isEmpty())
        return;
    m_truths.clear();
    for (const FactValue &value : m_facts.recordValues(event))
        m_group->keywords().match(value.text, m_scratch, m_truths);
    for (const Truth truth : m_truths)
        apply(truth);
}

void Evaluation::evaluate(const RuleGroup &group, const Event &event)
{
    begin(group, group.whole());
    m_facts.read(group.fields(), event);
    findTruths(event, 0);
    const auto unguarded = m_view->guards.unguarded();
    m_candidates.insert(m_candidates.end(), unguarded.begin(), unguarded.end());
    m_holding.clear();
    m_undecided.clear();
    for (const std::uint32_t condition : m_candidates) {
        if (!group.tree().can(group.root(condition), true, m_states))
            continue;
        const bool isOpen = m_isOpen && group.tree().can(group.root(condition), false, m_states);
        (isOpen ? m_undecided : m_holding).push_back(condition);
    }
    std::sort(m_holding.begin(), m_holding.end());
}

bool Evaluation::mayHold(const RuleGroup &group, const Event &event, JoinGains gains)
{
    m_facts.read(group.fields(), event);
    std::uint64_t unknownFields = 0;
    const auto joinable = group.joinableFields();
    for (std::size_t i = 0; i < joinable.size(); ++i)
        if (m_facts.mayGain(group.fields(), joinable[i], gains))
            unknownFields |= std::uint64_t{1} << (i & 63);
    const auto *view = group.view(unknownFields);
    if (!view)
        return true;
    begin(group, *view);
    const auto mayHold = [&](std::uint32_t condition) {
        return group.tree().can(group.root(condition), true, m_states);
    };
    findTruths(event, unknownFields);
    const auto unguarded = view->guards.unguarded();
    return std::any_of(m_candidates.begin(), m_candidates.end(), mayHold)
        || std::any_of(unguarded.begin(), unguarded.end(), mayHold);
}

} // namespace lolscope
