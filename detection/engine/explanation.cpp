#include "detection/engine/evaluation.h"
#include "detection/engine/valuetest.h"
#include "model/base/text.h"

#include <algorithm>

namespace lolscope {

namespace {

/// An explanation is for people; a rule with thousands of keywords could list each of them.
constexpr std::size_t kMaxMatchedValues = 100;

} // namespace

bool refers(const sigma::FieldTest &test, const FactValue &value, const FactValue &other)
{
    if (!test.openStart && !test.openEnd)
        return test.cased ? value.text == other.text : equalsFolded(value.text, other.text);
    const std::string text = test.cased ? std::string(value.text) : foldCase(value.text);
    const std::string part = test.cased ? std::string(other.text) : foldCase(other.text);
    if (test.openStart && test.openEnd)
        return text.find(part) != std::string::npos;
    return test.openStart ? text.ends_with(part) : text.starts_with(part);
}

std::vector<MatchedValue> Evaluation::explain(std::uint32_t index, const Event &event)
{
    std::vector<MatchedValue> matched;
    const auto &condition = m_group->conditions()[index];
    const auto &detection = *condition.variant.detection;
    explain(detection, condition, detection.condition, event, matched);
    return matched;
}

bool Evaluation::holds(const sigma::Detection &detection, const RuleGroup::Condition &condition,
                       const sigma::Expression &expression) const
{
    using Op = sigma::Expression::Op;
    const auto operandHolds = [&](const sigma::Expression &operand) {
        return holds(detection, condition, operand);
    };
    const auto &operands = expression.operands;
    switch (expression.op) {
    case Op::All:
        return std::all_of(operands.begin(), operands.end(), operandHolds);
    case Op::Any:
        return std::any_of(operands.begin(), operands.end(), operandHolds);
    case Op::Not:
        return !operandHolds(operands.front());
    case Op::Item:
        return m_group->tree().can(m_group->item(condition, expression.index).condition, true, m_states);
    case Op::Selection:
        break;
    }
    return operandHolds(detection.selections[expression.index]);
}

void Evaluation::explain(const sigma::Detection &detection, const RuleGroup::Condition &condition,
                         const sigma::Expression &expression, const Event &event,
                         std::vector<MatchedValue> &matched)
{
    using Op = sigma::Expression::Op;
    if (expression.op == Op::Not || !holds(detection, condition, expression))
        return; // what stands under a `not` says nothing
    if (expression.op == Op::Selection)
        return explain(detection, condition, detection.selections[expression.index], event, matched);
    for (const auto &operand : expression.operands)
        explain(detection, condition, operand, event, matched);
    if (expression.op == Op::Item && !detection.items[expression.index].negated)
        explain(detection.items[expression.index], m_group->item(condition, expression.index), event,
                matched);
}

void Evaluation::explain(const sigma::Item &item, const RuleGroup::Item &compiled, const Event &event,
                         std::vector<MatchedValue> &matched)
{
    const auto values = item.isKeywords() ? m_facts.recordValues(event) : m_facts.valuesOf(compiled.field);
    const auto predicates = m_group->tree().testsOf(compiled.tests);
    for (std::size_t i = 0; i < item.tests.size(); ++i) {
        const sigma::Test &test = item.tests[i];
        const auto *presence = std::get_if<sigma::ExistsTest>(&test.kind);
        const bool isTrue = (m_states[predicates[i]] & ConditionTree::MayHold) != 0;
        if (isTrue == (presence && !presence->exists) || matched.size() >= kMaxMatchedValues)
            continue;
        MatchedValue value{item.field, {}, test.shown, FieldSource::Event};
        if (const auto *held = valueThatHolds(test, compiled.field, values)) {
            value.field = held->field;
            value.value = held->recorded;
            value.source = held->source;
        }
        const auto isSame = [&](const MatchedValue &other) {
            return other.field == value.field && other.test == value.test;
        };
        if (std::none_of(matched.begin(), matched.end(), isSame))
            matched.push_back(std::move(value));
    }
}

const FactValue *Evaluation::valueThatHolds(const sigma::Test &test, std::uint32_t field,
                                            std::span<const FactValue> values)
{
    const auto *reference = std::get_if<sigma::FieldTest>(&test.kind);
    for (const FactValue &value : values) {
        TestedValue tested(value.text, m_scratch.folded);
        if (!reference && lolscope::ask(test, tested) == sigma::Regex::Answer::Yes)
            return &value;
    }
    if (!reference)
        return nullptr;
    for (const auto &known : m_group->references())
        if (known.field == field && known.test->field == reference->field)
            for (const FactValue &value : values)
                for (const FactValue &other : m_facts.valuesOf(known.other))
                    if (refers(*reference, value, other))
                        return &value;
    return nullptr;
}

} // namespace lolscope
