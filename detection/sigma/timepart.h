#pragma once

#include "model/base/timestamp.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace lolscope::sigma {

/// What the modifiers minute .. year look at in a time. In the zone the time is written in, that is UTC:
/// event logs have no other.
enum class TimePart : std::uint8_t {
    Minute, ///< 0..59
    Hour, ///< 0..23
    Day, ///< Of the month, 1..31.
    Week, ///< ISO 8601 week, 1..53.
    Month, ///< 1..12
    Year
};

std::uint32_t partOf(Timestamp time, TimePart part);
std::optional<TimePart> timePartByName(std::string_view modifier); ///< `minute` ... `year`

} // namespace lolscope::sigma
