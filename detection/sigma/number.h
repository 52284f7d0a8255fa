#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lolscope::sigma {

/// A number of a rule or an event. Whole numbers compare exactly up to 2^64-1, which a double could not.
class Number
{
public:
    explicit Number(std::uint64_t whole)
        : m_magnitude(whole)
        , m_value(static_cast<double>(whole))
    {}
    /// Reads a decimal number with or without fraction, or a hexadecimal one (`0x1410`); nothing around it.
    static std::optional<Number> parse(std::string_view text);

    std::partial_ordering compare(const Number &other) const;
    double value() const { return m_value; } ///< Rounded past 2^53.

private:
    Number() = default;

    bool m_whole = true;
    bool m_negative = false;
    std::uint64_t m_magnitude = 0; ///< Of a whole number.
    double m_value = 0; ///< Of any.
};

} // namespace lolscope::sigma
