#include "detection/sigma/number.h"

#include <charconv>

namespace lolscope::sigma {

std::optional<Number> Number::parse(std::string_view text)
{
    Number number;
    number.m_negative = text.starts_with('-');
    if (number.m_negative)
        text.remove_prefix(1);
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    if (hex)
        text.remove_prefix(2);
    if (text.empty() || text.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789.eE+-") == 0)
        return {};

    const char *end = text.data() + text.size();
    const auto whole = std::from_chars(text.data(), end, number.m_magnitude, hex ? 16 : 10);
    if (whole.ec == std::errc() && whole.ptr == end) {
        number.m_value = static_cast<double>(number.m_magnitude);
    } else {
        number.m_whole = false;
        if (hex || text[0] == '-' || text[0] == '+')
            return {};
        const auto real = std::from_chars(text.data(), end, number.m_value);
        if (real.ec != std::errc() || real.ptr != end)
            return {};
    }
    if (number.m_negative)
        number.m_value = -number.m_value;
    return number;
}

std::partial_ordering Number::compare(const Number &other) const
{
    if (!m_whole || !other.m_whole || m_negative != other.m_negative)
        return m_value <=> other.m_value;
    return m_negative ? other.m_magnitude <=> m_magnitude : m_magnitude <=> other.m_magnitude;
}

} // namespace lolscope::sigma
