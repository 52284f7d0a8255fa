#include "detection/correlation/measure.h"

#include "detection/sigma/number.h"
#include "model/base/sha256.h"
#include "model/base/text.h"

#include <algorithm>
#include <cmath>

namespace lolscope {

namespace {

using sigma::CorrelationType;

bool isKept(CorrelationType type)
{
    return type == CorrelationType::ValuePercentile || type == CorrelationType::ValueMedian;
}

/// Stands for values that may be long and many. Made with a cryptographic hash: nobody can choose values that
/// are taken for one.
std::uint64_t keyOf(std::span<const std::string *const> values)
{
    Sha256 hash;
    for (const auto *value : values)
        hash.add(foldCase(*value));
    const auto digest = hash.digest();
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i)
        key = key << 8 | digest[i];
    return key;
}

/// `numbers` is not empty; its order changes.
double nthSmallest(std::vector<double> &numbers, std::size_t n)
{
    const auto at = numbers.begin() + static_cast<std::ptrdiff_t>(n);
    std::nth_element(numbers.begin(), at, numbers.end());
    return *at;
}

} // namespace

std::optional<MeasuredEvent> measured(const sigma::Correlation &correlation,
                                      std::span<const std::string *const> values)
{
    MeasuredEvent event;
    if (std::any_of(values.begin(), values.end(), [](const auto *value) { return value->empty(); }))
        return {};
    if (correlation.type == CorrelationType::ValueCount) {
        event.valueKey = keyOf(values);
    } else if (!values.empty()) {
        const auto number = sigma::Number::parse(*values.front());
        if (!number)
            return {};
        event.number = number->value();
    }
    return event;
}

void Measure::add(const sigma::Correlation &correlation, const MeasuredEvent &event)
{
    ++m_count;
    if (correlation.type == CorrelationType::ValueCount)
        ++m_values[event.valueKey];
    else if (isKept(correlation.type))
        m_numbers.push_back(event.number);
    else if (correlation.type == CorrelationType::TemporalOrdered)
        addStep(correlation.rules.size(), event);
    else if (correlation.type == CorrelationType::Temporal) {
        m_seen.resize(correlation.rules.size());
        ++m_seen[event.reference];
    } else {
        m_sum += event.number;
    }
}

void Measure::remove(const sigma::Correlation &correlation, const MeasuredEvent &event)
{
    --m_count;
    if (correlation.type == CorrelationType::ValueCount) {
        const auto known = m_values.find(event.valueKey);
        if (--known->second == 0)
            m_values.erase(known);
    } else if (correlation.type == CorrelationType::Temporal) {
        --m_seen[event.reference];
    } else {
        m_sum = m_count == 0 ? 0 : m_sum - event.number;
    }
}

void Measure::addStep(std::size_t steps, const MeasuredEvent &event)
{
    m_sequences.resize(steps * steps, Timestamp::min());
    const auto at = [&](std::size_t length, std::size_t rule) -> Timestamp & {
        return m_sequences[(length - 1) * steps + rule];
    };
    const std::size_t rule = event.reference;
    for (std::size_t length = rule + 1; length > 1; --length)
        for (std::size_t before = 0; before < rule; ++before)
            at(length, rule) = std::max(at(length, rule), at(length - 1, before));
    at(1, rule) = event.time;
}

double Measure::value(const sigma::Correlation &correlation, Timestamp begin)
{
    switch (correlation.type) {
    case CorrelationType::EventCount:
        return static_cast<double>(m_count);
    case CorrelationType::ValueCount:
        return static_cast<double>(m_values.size());
    case CorrelationType::ValueSum:
        return static_cast<double>(m_sum);
    case CorrelationType::ValueAverage:
        return static_cast<double>(m_sum / static_cast<long double>(m_count));
    case CorrelationType::ValuePercentile: {
        const auto size = static_cast<double>(m_numbers.size());
        const auto rank = std::ceil(correlation.percentile / 100 * size);
        return nthSmallest(m_numbers, static_cast<std::size_t>(std::max(rank, 1.0)) - 1);
    }
    case CorrelationType::ValueMedian: {
        const auto size = m_numbers.size();
        const double upper = nthSmallest(m_numbers, size / 2);
        return size % 2 == 1 ? upper : upper + (nthSmallest(m_numbers, size / 2 - 1) - upper) / 2;
    }
    case CorrelationType::Temporal:
        return static_cast<double>(
            std::count_if(m_seen.begin(), m_seen.end(), [](std::uint32_t count) { return count > 0; }));
    case CorrelationType::TemporalOrdered:
        break;
    }
    const auto steps = correlation.rules.size();
    std::size_t longest = 0;
    for (std::size_t i = 0; i < m_sequences.size(); ++i)
        if (m_sequences[i] >= begin && m_sequences[i] != Timestamp::min())
            longest = i / steps + 1;
    return static_cast<double>(longest);
}

bool Measure::isTrue(const sigma::Expression &expression) const
{
    using Op = sigma::Expression::Op;
    const auto holdsToo = [this](const sigma::Expression &operand) { return isTrue(operand); };
    const auto &operands = expression.operands;
    switch (expression.op) {
    case Op::All:
        return std::all_of(operands.begin(), operands.end(), holdsToo);
    case Op::Any:
        return std::any_of(operands.begin(), operands.end(), holdsToo);
    case Op::Not:
        return !isTrue(operands.front());
    case Op::Item:
    case Op::Selection:
        break;
    }
    return m_seen[expression.index] > 0;
}

bool Measure::holds(const sigma::Correlation &correlation, Timestamp begin)
{
    if (correlation.expression)
        return isTrue(*correlation.expression);
    const double now = value(correlation, begin);
    return std::all_of(correlation.comparisons.begin(), correlation.comparisons.end(),
                       [now](const sigma::Comparison &comparison) { return comparison.holds(now); });
}

} // namespace lolscope
