#pragma once

#include "detection/sigma/correlation.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace lolscope {

/// What one event adds to a measure.
struct MeasuredEvent
{
    Timestamp time;
    std::uint32_t reference = 0; ///< Index into Correlation::rules.
    std::uint64_t valueKey = 0; ///< ValueCount: stands for the value or tuple.
    double number = 0; ///< Value*: the number.
};

/// Reads what `correlation` needs from the values of its fields; empty when they are not there, or no number
/// where one is needed: the event then takes no part.
std::optional<MeasuredEvent> measured(const sigma::Correlation &correlation,
                                      std::span<const std::string *const> values);

/// The number a condition compares, over the events of one window of one group.
class Measure
{
public:
    void add(const sigma::Correlation &correlation, const MeasuredEvent &event);
    /// Of an event that was added, the oldest one left.
    void remove(const sigma::Correlation &correlation, const MeasuredEvent &event);

    /// The value over the events from `begin` on. Percentile and median sort: once a window.
    double value(const sigma::Correlation &correlation, Timestamp begin);
    bool holds(const sigma::Correlation &correlation, Timestamp begin);

private:
    void addStep(std::size_t steps, const MeasuredEvent &event);
    bool isTrue(const sigma::Expression &expression) const;

    std::uint64_t m_count = 0;
    long double m_sum = 0;
    std::vector<double> m_numbers;
    std::unordered_map<std::uint64_t, std::uint32_t> m_values; ///< How often each occurs.
    std::vector<std::uint32_t> m_seen; ///< Events of each rule.
    /// TemporalOrdered: of the sequences of k+1 steps that end with rule r, the latest time at which one
    /// begins, at k * rules + r.
    std::vector<Timestamp> m_sequences;
};

} // namespace lolscope
