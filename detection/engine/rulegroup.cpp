#include "detection/engine/rulegroup.h"

#include "detection/engine/testkey.h"
#include "model/base/text.h"

#include <algorithm>
#include <unordered_map>

namespace lolscope {

/// Numbers the predicates of a group and builds its conditions.
class RuleGroup::Compiler
{
public:
    explicit Compiler(RuleGroup &group)
        : m_group(group)
    {}

    void add(const RuleVariant &variant)
    {
        const auto &detection = *variant.detection;
        const Condition condition{variant, static_cast<std::uint32_t>(m_group.m_items.size())};
        for (const sigma::Item &item : detection.items)
            addItem(item, *variant.kind);
        m_selections.clear();
        for (const sigma::Expression &selection : detection.selections)
            m_selections.push_back(node(selection, condition));
        std::vector<ConditionTree::Node> parts = {node(detection.condition, condition)};
        if (!variant.kind->eventTypes.empty())
            parts.push_back(eventTypes(*variant.kind));
        m_group.m_roots.push_back(m_group.m_tree.addNode(true, parts));
        m_group.m_conditions.push_back(condition);
    }

    void finish()
    {
        for (Matcher &matcher : m_group.m_matchers)
            matcher.matcher.build();
        m_group.m_keywords.build();
        for (std::uint32_t field = 0; field < m_group.m_fields.size(); ++field)
            if (m_group.m_fields.isJoinable(field))
                m_group.m_joinable.push_back(field);
    }

private:
    std::uint32_t fieldNumber(std::string_view name, const sigma::EventKind &kind)
    {
        const auto number = m_group.m_fields.add(name, kind.aliases);
        if (number >= m_group.m_matchers.size())
            m_group.m_matchers.resize(number + 1);
        return number;
    }

    PredicateId newPredicate(std::uint32_t field, int rarity, bool guards)
    {
        m_group.m_predicates.push_back({field, 0, static_cast<std::uint8_t>(rarity), guards});
        return static_cast<PredicateId>(m_group.m_predicates.size() - 1);
    }

    PredicateId exists(std::uint32_t field)
    {
        auto &known = m_group.m_matchers[field].exists;
        if (known == kNone)
            known = newPredicate(field, 0, true);
        return known;
    }

    /// The predicate of one test. The same test of the same field is the same predicate.
    PredicateId predicate(const sigma::Test &test, std::uint32_t field, const sigma::EventKind &kind)
    {
        if (std::holds_alternative<sigma::NullTest>(test.kind)) {
            auto &known = m_group.m_matchers[field].null;
            if (known == kNone)
                known = newPredicate(field, 0, false);
            return known;
        }
        m_key.clear();
        m_key.append(reinterpret_cast<const char *>(&field), sizeof field);
        appendKey(test, m_key);
        const auto [entry, added] = m_numbers.try_emplace(m_key, kNone);
        if (!added)
            return entry->second;
        constexpr int kReferenceRarity = 4;
        const auto *reference = std::get_if<sigma::FieldTest>(&test.kind);
        const PredicateId number = newPredicate(field, reference ? kReferenceRarity : rarityOf(test), true);
        entry->second = number;
        if (reference)
            m_group.m_references.push_back({number, reference, field, fieldNumber(reference->field, kind)});
        else if (field == PredicateInfo::kKeywords)
            m_group.m_keywords.add(number, test);
        else
            m_group.m_matchers[field].matcher.add(number, test);
        return number;
    }

    void addItem(const sigma::Item &item, const sigma::EventKind &kind)
    {
        const auto field = item.isKeywords() ? PredicateInfo::kKeywords : fieldNumber(item.field, kind);
        m_tests.clear();
        bool asksForAbsence = false;
        for (const sigma::Test &test : item.tests) {
            const auto *presence = std::get_if<sigma::ExistsTest>(&test.kind);
            m_tests.push_back(presence ? exists(field) : predicate(test, field, kind));
            asksForAbsence = asksForAbsence || (presence && !presence->exists);
        }
        for (const PredicateId test : m_tests)
            if (auto &rules = m_group.m_predicates[test].rules; rules < 0xFFFF)
                ++rules;
        const auto tests = m_group.m_tree.addTests(item.allTests, m_tests);
        auto condition = tests;
        if (asksForAbsence) {
            std::vector<ConditionTree::Node> parts;
            for (std::size_t i = 0; i < item.tests.size(); ++i) {
                parts.push_back(m_group.m_tree.addTests(true, {&m_tests[i], 1}));
                const auto *presence = std::get_if<sigma::ExistsTest>(&item.tests[i].kind);
                parts.back().negated = presence && !presence->exists;
            }
            condition = m_group.m_tree.addNode(item.allTests, parts);
        }
        condition.negated = condition.negated != item.negated;
        m_group.m_items.push_back({field, tests, condition});
    }

    ConditionTree::Node node(const sigma::Expression &expression, const Condition &condition)
    {
        using Op = sigma::Expression::Op;
        switch (expression.op) {
        case Op::Item:
            return m_group.item(condition, expression.index).condition;
        case Op::Selection:
            return m_selections[expression.index];
        case Op::Not: {
            auto operand = node(expression.operands.front(), condition);
            operand.negated = !operand.negated;
            return operand;
        }
        case Op::All:
        case Op::Any:
            break;
        }
        std::vector<ConditionTree::Node> children;
        children.reserve(expression.operands.size());
        for (const auto &operand : expression.operands)
            children.push_back(node(operand, condition));
        return m_group.m_tree.addNode(expression.op == Op::All, children);
    }

    ConditionTree::Node eventTypes(const sigma::EventKind &kind)
    {
        const auto field = fieldNumber("EventType", kind);
        std::vector<PredicateId> types;
        for (const std::string_view type : kind.eventTypes) {
            auto &test = m_group.m_ownTests.emplace_back();
            test.kind = sigma::PatternTest{{sigma::Pattern::literal(foldCase(type))}, false, false};
            types.push_back(predicate(test, field, kind));
        }
        return m_group.m_tree.addTests(false, types);
    }

    RuleGroup &m_group;
    std::unordered_map<std::string, PredicateId> m_numbers;
    std::vector<ConditionTree::Node> m_selections; ///< Of the rule being added.
    std::vector<PredicateId> m_tests;
    std::string m_key;
};

RuleGroup::RuleGroup(const std::vector<RuleVariant> &variants)
{
    Compiler compiler(*this);
    for (const RuleVariant &variant : variants)
        compiler.add(variant);
    compiler.finish();
    m_whole = std::make_unique<const View>(
        View{std::vector<std::uint8_t>(m_predicates.size(), ConditionTree::MayFail),
             GuardIndex(m_tree, m_roots, m_predicates, [](PredicateId) { return true; })});
}

const RuleGroup::View *RuleGroup::view(std::uint64_t unknownFields) const
{
    if (unknownFields == 0)
        return m_whole.get();
    if (m_joinable.size() > kMostUnknown)
        return nullptr;
    const std::lock_guard lock(m_mutex);
    if (const auto known = m_views.find(unknownFields); known != m_views.end())
        return known->second.get();
    if (m_views.size() >= kMostViews)
        return nullptr;
    std::vector<bool> unknown(m_fields.size());
    for (std::size_t i = 0; i < m_joinable.size(); ++i)
        unknown[m_joinable[i]] = (unknownFields >> i & 1) != 0;
    const auto isUnknown = [&](PredicateId predicate) {
        const auto field = m_predicates[predicate].field;
        return field != PredicateInfo::kKeywords && unknown[field];
    };
    std::vector<bool> either(m_predicates.size());
    for (PredicateId i = 0; i < m_predicates.size(); ++i)
        either[i] = isUnknown(i);
    for (const Reference &reference : m_references)
        either[reference.predicate] = unknown[reference.field] || unknown[reference.other];
    std::vector<std::uint8_t> states(m_predicates.size());
    for (PredicateId i = 0; i < m_predicates.size(); ++i)
        states[i] = either[i] ? ConditionTree::MayBeEither : ConditionTree::MayFail;
    auto view = std::make_unique<const View>(
        View{std::move(states),
             GuardIndex(m_tree, m_roots, m_predicates, [&](PredicateId i) { return !either[i]; })});
    return (m_views[unknownFields] = std::move(view)).get();
}

} // namespace lolscope
