#include "detection/engine/valuetest.h"

#include "model/base/text.h"

#include <algorithm>

namespace lolscope {

namespace {

using sigma::Regex;

Regex::Answer answer(bool holds)
{
    return holds ? Regex::Answer::Yes : Regex::Answer::No;
}

bool matches(const sigma::PatternTest &test, TestedValue &value)
{
    auto text = test.cased ? value.text() : value.folded();
    const auto matchesText = [&](const sigma::Pattern &pattern) { return pattern.matches(text); };
    if (std::any_of(test.patterns.begin(), test.patterns.end(), matchesText))
        return true;
    if (!test.overlookBlanks || !text.ends_with(' '))
        return false;
    text = text.substr(0, text.find_last_not_of(' ') + 1);
    return std::any_of(test.patterns.begin(), test.patterns.end(), matchesText);
}

/// A time without its offset from UTC: Sigma's parts of a time are those that are written.
std::string_view withoutOffset(std::string_view text)
{
    constexpr std::string_view kForm = "+00:00"; // RFC 3339 5.6; `-` too
    if (text.size() <= kForm.size())
        return text;
    const auto offset = text.substr(text.size() - kForm.size());
    bool isOffset = offset[0] == '+' || offset[0] == '-';
    for (std::size_t i = 1; i < kForm.size(); ++i)
        isOffset = isOffset && (i == 3 ? offset[i] == ':' : offset[i] >= '0' && offset[i] <= '9');
    return isOffset ? text.substr(0, text.size() - kForm.size()) : text;
}

bool compares(const sigma::CompareTest &test, TestedValue &value)
{
    auto number = test.part ? std::optional<sigma::Number>() : value.number();
    if (test.part && value.time())
        number = sigma::Number(sigma::partOf(*value.time(), *test.part));
    if (!number)
        return false;
    const auto order = number->compare(test.number);
    switch (test.relation) {
    case sigma::CompareTest::Relation::Equal:
        return order == 0;
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

struct Ask
{
    TestedValue &value;

    Regex::Answer operator()(const sigma::PatternTest &test) const { return answer(matches(test, value)); }
    Regex::Answer operator()(const sigma::RegexTest &test) const { return test.regex->search(value.text()); }
    Regex::Answer operator()(const sigma::NetworkTest &test) const
    {
        return answer(value.address() && test.network.contains(*value.address()));
    }
    Regex::Answer operator()(const sigma::CompareTest &test) const { return answer(compares(test, value)); }
    Regex::Answer operator()(const sigma::FieldTest &) const { return Regex::Answer::No; }
    Regex::Answer operator()(const sigma::NullTest &) const { return answer(value.text().empty()); }
    Regex::Answer operator()(const sigma::ExistsTest &test) const { return answer(test.exists); }
};

} // namespace

bool TestedValue::isAscii()
{
    if (!m_isAscii)
        m_isAscii = lolscope::isAscii(m_text);
    return *m_isAscii;
}

std::string_view TestedValue::folded()
{
    if (!m_isFolded) {
        m_buffer = foldCase(m_text);
        m_isFolded = true;
    }
    return m_buffer;
}

const std::optional<IpAddress> &TestedValue::address()
{
    if (!m_address)
        m_address = IpAddress::parse(m_text);
    return *m_address;
}

const std::optional<sigma::Number> &TestedValue::number()
{
    if (!m_number)
        m_number = sigma::Number::parse(m_text);
    return *m_number;
}

const std::optional<Timestamp> &TestedValue::time()
{
    if (!m_time)
        m_time = parseTimestamp(withoutOffset(m_text));
    return *m_time;
}

sigma::Regex::Answer ask(const sigma::Test &test, TestedValue &value)
{
    return std::visit(Ask{value}, test.kind);
}

} // namespace lolscope
