#include "detection/engine/evaluation.h"

#include "detection/sigma/selection.h"

#include <algorithm>
#include <re2/re2.h>

namespace lolscope {

namespace {

/// An explanation is for people; a rule with thousands of keywords could list each of them.
constexpr std::size_t kMaxMatchedValues = 100;

bool compares(const sigma::CompareTest &test, std::string_view text)
{
    const auto number = sigma::Number::parse(text);
    if (!number)
        return false;
    const auto order = number->compare(test.number);
    switch (test.relation) {
    case sigma::CompareTest::Relation::Greater:
        return order > 0;
    case sigma::CompareTest::Relation::GreaterOrEqual:
        return order >= 0;
    case sigma::CompareTest::Relation::Less:
        return order < 0;
    case sigma::CompareTest::Relation::LessOrEqual:
        break;
    }
    return order <= 0;
}

bool matchesText(const sigma::PatternTest &test, FactValue &value)
{
    const auto text = test.cased ? value.text : value.foldedText();
    if (test.pattern.matches(text))
        return true;
    if (!test.overlookBlanks || !text.ends_with(' '))
        return false;
    return test.pattern.matches(text.substr(0, text.find_last_not_of(' ') + 1));
}

/// Tests of one value; NullTest and ExistsTest look at the field and are answered by firstMatch().
struct MatchesValue
{
    FactValue &value;

    bool operator()(const sigma::PatternTest &test) const { return matchesText(test, value); }
    bool operator()(const sigma::RegexTest &test) const
    {
        return RE2::PartialMatch(re2::StringPiece(value.text.data(), value.text.size()), *test.regex);
    }
    bool operator()(const sigma::NetworkTest &test) const
    {
        return sigma::isInNetwork(test.network, value.text);
    }
    bool operator()(const sigma::CompareTest &test) const { return compares(test, value.text); }
    bool operator()(const sigma::NullTest &) const { return value.text.empty(); }
    bool operator()(const sigma::ExistsTest &test) const { return test.exists; }
};

struct Outcome
{
    bool holds = false;
    const FactValue *value = nullptr; ///< The one that made it hold; null when it is about absence.
};

Outcome ask(const sigma::Test &test, std::vector<FactValue> &values)
{
    if (values.empty()) {
        const auto *exists = std::get_if<sigma::ExistsTest>(&test.kind);
        return {std::holds_alternative<sigma::NullTest>(test.kind) || (exists && !exists->exists), nullptr};
    }
    for (auto &value : values)
        if (std::visit(MatchesValue{value}, test.kind))
            return {true, &value};
    return {};
}

} // namespace

std::vector<FactValue> &Evaluation::valuesOf(std::size_t item)
{
    return m_detection.items[item].isKeywords() ? m_facts.allValues() : m_facts.valuesOf(m_itemFields[item]);
}

bool Evaluation::holds(const sigma::Item &item, std::vector<FactValue> &values) const
{
    const auto held = [&](const sigma::Test &test) { return ask(test, values).holds; };
    const bool result = item.allTests ? std::all_of(item.tests.begin(), item.tests.end(), held)
                                      : std::any_of(item.tests.begin(), item.tests.end(), held);
    return result != item.negated;
}

bool Evaluation::holds(const sigma::Expression &expression)
{
    using Op = sigma::Expression::Op;
    const auto operandHolds = [this](const sigma::Expression &operand) { return holds(operand); };
    const auto &operands = expression.operands;
    switch (expression.op) {
    case Op::All:
        return std::all_of(operands.begin(), operands.end(), operandHolds);
    case Op::Any:
        return std::any_of(operands.begin(), operands.end(), operandHolds);
    case Op::Not:
        return !holds(operands.front());
    case Op::Item:
        return holds(m_detection.items[expression.index], valuesOf(expression.index));
    case Op::Selection:
        break;
    }
    return holds(m_detection.selections[expression.index]);
}

std::vector<MatchedValue> Evaluation::explain()
{
    std::vector<MatchedValue> matched;
    explain(m_detection.condition, matched);
    return matched;
}

void Evaluation::explain(const sigma::Expression &expression, std::vector<MatchedValue> &matched)
{
    using Op = sigma::Expression::Op;
    if (expression.op == Op::Not || !holds(expression))
        return;
    if (expression.op == Op::Selection) {
        explain(m_detection.selections[expression.index], matched);
        return;
    }
    for (const auto &operand : expression.operands)
        explain(operand, matched);
    if (expression.op != Op::Item)
        return;

    const auto &item = m_detection.items[expression.index];
    if (item.negated)
        return;
    auto &values = valuesOf(expression.index);
    for (const auto &test : item.tests) {
        const auto outcome = ask(test, values);
        if (!outcome.holds || matched.size() >= kMaxMatchedValues)
            continue;
        MatchedValue value{item.field, {}, test.shown, FieldSource::Event};
        if (outcome.value) {
            value.field = outcome.value->field;
            value.value = outcome.value->recorded;
            value.source = outcome.value->source;
        }
        const auto isSame = [&](const MatchedValue &other) {
            return other.field == value.field && other.test == value.test;
        };
        if (std::none_of(matched.begin(), matched.end(), isSame))
            matched.push_back(std::move(value));
    }
}

} // namespace lolscope
