#include "detection/sigma/timepart.h"

#include <algorithm>
#include <array>

namespace lolscope::sigma {

namespace {

/// The week that holds the year's first Thursday is its first (ISO 8601).
unsigned isoWeek(std::chrono::sys_days date)
{
    using namespace std::chrono;
    const auto thursday = date + days(4 - static_cast<int>(weekday(date).iso_encoding()));
    const auto newYear = sys_days(year_month_day(thursday).year() / January / 1);
    return static_cast<unsigned>((thursday - newYear).count() / 7) + 1;
}

constexpr std::array<std::string_view, 6> kNames = {"minute", "hour", "day", "week", "month", "year"};

} // namespace

std::uint32_t partOf(Timestamp time, TimePart part)
{
    using namespace std::chrono;
    const auto midnight = floor<days>(time);
    const year_month_day date(midnight);
    const auto minutesOfDay = duration_cast<minutes>(time - midnight).count();
    switch (part) {
    case TimePart::Minute:
        return static_cast<std::uint32_t>(minutesOfDay % 60);
    case TimePart::Hour:
        return static_cast<std::uint32_t>(minutesOfDay / 60);
    case TimePart::Day:
        return static_cast<unsigned>(date.day());
    case TimePart::Week:
        return isoWeek(midnight);
    case TimePart::Month:
        return static_cast<unsigned>(date.month());
    case TimePart::Year:
        break;
    }
    return static_cast<std::uint32_t>(std::max(static_cast<int>(date.year()), 0));
}

std::optional<TimePart> timePartByName(std::string_view modifier)
{
    const auto found = std::find(kNames.begin(), kNames.end(), modifier);
    return found == kNames.end() ? std::nullopt
                                 : std::optional(static_cast<TimePart>(found - kNames.begin()));
}

} // namespace lolscope::sigma
