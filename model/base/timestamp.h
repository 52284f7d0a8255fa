#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>

namespace lolscope {

/// 100-nanosecond steps since 1970-01-01T00:00Z; negative before it. Always UTC; local time exists
/// only in app/. The unit of every time column in the case file.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
using Timestamp = std::chrono::sys_time<Ticks>;

/// Converts a Windows FILETIME: 100 ns steps since 1601-01-01 UTC ([MS-DTYP] 2.3.3). Empty past the year
/// 9999, which parseTimestamp() does not read either.
constexpr std::optional<Timestamp> fromFileTime(std::uint64_t filetime) noexcept
{
    constexpr std::uint64_t kEndOf9999 = 2'650'467'744'000'000'000;
    constexpr std::int64_t k1601To1970Ticks = 116'444'736'000'000'000;
    if (filetime >= kEndOf9999)
        return {};
    return Timestamp(Ticks(static_cast<std::int64_t>(filetime) - k1601To1970Ticks));
}

/// Reads `YYYY-MM-DD[T ]hh:mm:ss[.fraction][Z]` as event XML (SystemTime) and Sysmon (UtcTime) write
/// it. Any number of fraction digits; those past 100 ns are cut (forwarded records carry nine).
/// Empty for anything else, and for a date that does not exist.
std::optional<Timestamp> parseTimestamp(std::string_view text);

/// `2019-07-29T21:33:19.5560000Z`-like ISO 8601 with as many fraction digits as needed, at least three.
std::string formatTimestamp(Timestamp time);

/// The same into `out`, which has room for kTimestampChars; gives the end of what was written.
char *formatTimestamp(Timestamp time, char *out);
constexpr std::size_t kTimestampChars = 40;

} // namespace lolscope
