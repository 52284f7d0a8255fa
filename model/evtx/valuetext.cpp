#include "model/evtx/valuetext.h"

#include "model/evtx/bytes.h"
#include "model/evtx/utf16.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace lolscope {

namespace {

constexpr std::size_t kNumberRoom = 64; // the longest of all but texts, bytes and SIDs

constexpr auto kHexPairs = [] {
    std::array<char, 512> pairs = {};
    for (std::size_t i = 0; i < 256; ++i) {
        pairs[2 * i] = "0123456789ABCDEF"[i >> 4];
        pairs[2 * i + 1] = "0123456789ABCDEF"[i & 15];
    }
    return pairs;
}();

inline char *writeHexPair(std::uint8_t byte, char *out) noexcept
{
    out[0] = kHexPairs[2 * std::size_t{byte}];
    out[1] = kHexPairs[2 * std::size_t{byte} + 1];
    return out + 2;
}

char *writeBytes(const std::uint8_t *data, std::size_t size, char *out) noexcept
{
    for (std::size_t i = 0; i < size; ++i)
        out = writeHexPair(data[i], out);
    return out;
}

template<typename Number>
char *writeDecimal(Number number, char *out) noexcept
{
    return std::to_chars(out, out + kNumberRoom, number).ptr;
}

char *writeHex(std::uint64_t number, char *out) noexcept
{
    *out++ = '0';
    *out++ = 'x';
    return std::to_chars(out, out + kNumberRoom, number, 16).ptr;
}

char *writeWord(const char *text, char *out) noexcept
{
    while (*text)
        *out++ = *text++;
    return out;
}

template<typename Real>
char *writeReal(Real number, char *out) noexcept
{
    if (std::isnan(number)) // the words of XML Schema's float
        return writeWord("NaN", out);
    if (std::isinf(number))
        return writeWord(number < 0 ? "-INF" : "INF", out);
    return std::to_chars(out, out + kNumberRoom, number).ptr;
}

/// The little-endian number in `size` bytes, 1 to 8.
std::uint64_t unsignedOf(const std::uint8_t *data, std::size_t size) noexcept
{
    std::uint64_t number = 0;
    for (std::size_t i = size; i-- > 0;)
        number = number << 8 | data[i];
    return number;
}

std::int64_t signedOf(const std::uint8_t *data, std::size_t size) noexcept
{
    const auto shift = static_cast<unsigned>(64 - 8 * size);
    return static_cast<std::int64_t>(unsignedOf(data, size) << shift) >> shift;
}

char *writeGuid(const std::uint8_t *data, char *out) noexcept
{
    constexpr std::array<int, 16> kOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    *out++ = '{';
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        out = writeHexPair(data[kOrder[i]], out);
    }
    *out++ = '}';
    return out;
}

char *writePadded(unsigned number, unsigned width, char *out) noexcept
{
    for (unsigned i = width; i-- > 0; number /= 10)
        out[i] = static_cast<char>('0' + number % 10);
    return out + width;
}

/// `-MM-DDThh:mm:ss.` behind a year.
char *writeClock(unsigned month, unsigned day, unsigned hour, unsigned minute, unsigned second,
                 char *out) noexcept
{
    *out++ = '-';
    out = writePadded(month, 2, out);
    *out++ = '-';
    out = writePadded(day, 2, out);
    *out++ = 'T';
    out = writePadded(hour, 2, out);
    *out++ = ':';
    out = writePadded(minute, 2, out);
    *out++ = ':';
    out = writePadded(second, 2, out);
    *out++ = '.';
    return out;
}

/// Any 64 bits are shown as the date they stand for, up to the year 60056, so that nothing is lost.
char *writeFileTime(std::uint64_t ticks, char *out) noexcept
{
    using namespace std::chrono;
    constexpr std::uint64_t kTicksOfDay = 864'000'000'000;
    constexpr std::int64_t kDays1601To1970 = 134'774;
    const auto day = static_cast<std::int64_t>(ticks / kTicksOfDay) - kDays1601To1970;
    const std::uint64_t clock = ticks % kTicksOfDay;
    const auto seconds = static_cast<unsigned>(clock / 10'000'000);
    // year_month_day knows years to 32767; the calendar repeats every 400 years of 146097 days.
    constexpr std::int64_t kDaysOf400Years = 146'097;
    const std::int64_t periods = day < 0 ? 0 : day / kDaysOf400Years;
    const year_month_day date(sys_days(days(day - periods * kDaysOf400Years)));
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()) + periods * 400);
    out = writePadded(year, year > 9999 ? 5 : 4, out);
    out = writeClock(static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), seconds / 3600,
                     seconds / 60 % 60, seconds % 60, out);
    out = writePadded(static_cast<unsigned>(clock % 10'000'000), 7, out);
    *out++ = 'Z';
    return out;
}

/// SYSTEMTIME ([MS-DTYP] 2.3.13): year, month, day of week, day, hour, minute, second, millisecond. Numbers
/// that are no date are shown as they are.
char *writeSystemTime(const std::uint8_t *data, char *out) noexcept
{
    const auto part = [data](std::size_t i) {
        return static_cast<unsigned>(readAt<std::uint16_t>(data + 2 * i));
    };
    const auto two = [](unsigned number) { return number < 100 ? number : 99; };
    out = writePadded(part(0), part(0) > 9999 ? 5 : 4, out);
    out = writeClock(two(part(1)), two(part(3)), two(part(4)), two(part(5)), two(part(6)), out);
    out = writePadded(part(7) < 1000 ? part(7) : 999, 3, out);
    return writeWord("0000Z", out);
}

/// [MS-DTYP] 2.4.2: revision, count of sub-authorities, 48-bit authority in big-endian order,
/// sub-authorities.
char *writeSid(const std::uint8_t *data, std::size_t size, char *out) noexcept
{
    constexpr std::size_t kHeader = 8;
    if (size < kHeader || (size - kHeader) / 4 < data[1])
        return writeBytes(data, size, out);
    std::uint64_t authority = 0;
    for (std::size_t i = 2; i < kHeader; ++i)
        authority = authority << 8 | data[i];
    *out++ = 'S';
    *out++ = '-';
    out = writeDecimal(unsigned{data[0]}, out);
    *out++ = '-';
    out = authority >> 32 ? writeHex(authority, out) : writeDecimal(authority, out);
    for (std::size_t i = 0; i < data[1]; ++i) {
        *out++ = '-';
        out = writeDecimal(readAt<std::uint32_t>(data + kHeader + 4 * i), out);
    }
    return out;
}

/// Windows-1252, the code page of the texts seen; its five holes stay the control characters they are by
/// number.
char *writeAnsi(const std::uint8_t *data, std::size_t size, char *out) noexcept
{
    constexpr std::array<std::uint16_t, 32> kFrom80 = {
        0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};
    while (size > 0 && data[size - 1] == 0)
        --size;
    for (std::size_t i = 0; i < size; ++i) {
        const unsigned c = data[i] >= 0x80 && data[i] < 0xa0 ? kFrom80[data[i] - std::size_t{0x80}] : data[i];
        out = writeUtf8(c, out);
    }
    return out;
}

char *writeText(const std::uint8_t *data, std::size_t size, char *out) noexcept
{
    std::size_t units = size / 2;
    while (units > 0 && readAt<std::uint16_t>(data + 2 * (units - 1)) == 0)
        --units;
    return utf16ToUtf8(data, units, out);
}

} // namespace

std::size_t valueRoom(const Value &value) noexcept
{
    // A SID's sub-authority of 4 bytes takes at most 11 characters; a byte as digits 2, as a character 3.
    return utf8Room(value.size) + kNumberRoom;
}

char *writeValue(const Value &value, char *out) noexcept
{
    using enum ValueType;
    const std::uint8_t *data = value.data;
    const std::size_t size = value.size;
    if (size == 0)
        return out;
    switch (static_cast<ValueType>(value.type)) {
    case Null:
        return out;
    case String:
    case EvtXml:
        return writeText(data, size, out);
    case AnsiString:
        return writeAnsi(data, size, out);
    case UInt32:
        if (size == 4)
            return writeDecimal(readAt<std::uint32_t>(data), out);
        [[fallthrough]];
    case UInt8:
    case UInt16:
    case UInt64:
        return size <= 8 ? writeDecimal(unsignedOf(data, size), out) : writeBytes(data, size, out);
    case Int8:
    case Int16:
    case Int32:
    case Int64:
        return size <= 8 ? writeDecimal(signedOf(data, size), out) : writeBytes(data, size, out);
    case SizeT:
    case HexInt32:
    case HexInt64:
    case EvtHandle:
        return size <= 8 ? writeHex(unsignedOf(data, size), out) : writeBytes(data, size, out);
    case Boolean:
        return size <= 8 ? writeWord(unsignedOf(data, size) != 0 ? "true" : "false", out)
                         : writeBytes(data, size, out);
    case Real32:
        return size == 4 ? writeReal(readAt<float>(data), out) : writeBytes(data, size, out);
    case Real64:
        return size == 8 ? writeReal(readAt<double>(data), out) : writeBytes(data, size, out);
    case Guid:
        return size == 16 ? writeGuid(data, out) : writeBytes(data, size, out);
    case FileTime:
        return size == 8 ? writeFileTime(readAt<std::uint64_t>(data), out) : writeBytes(data, size, out);
    case SystemTime:
        return size == 16 ? writeSystemTime(data, out) : writeBytes(data, size, out);
    case Sid:
        return writeSid(data, size, out);
    case Binary:
    case BinXml:
        break;
    }
    return writeBytes(data, size, out);
}

std::size_t itemSize(std::uint8_t arrayType) noexcept
{
    using enum ValueType;
    switch (static_cast<ValueType>(arrayType & ~Value::kArrayFlag)) {
    case Int8:
    case UInt8:
        return 1;
    case Int16:
    case UInt16:
        return 2;
    case Int32:
    case UInt32:
    case Real32:
    case Boolean:
    case HexInt32:
        return 4;
    case Int64:
    case UInt64:
    case Real64:
    case FileTime:
    case HexInt64:
    case SizeT: // written as an array of HexInt32 or HexInt64; on its own, by 64-bit Windows
    case EvtHandle:
        return 8;
    case Guid:
    case SystemTime:
        return 16;
    case Null:
    case String:
    case AnsiString:
    case Binary:
    case Sid:
    case BinXml:
    case EvtXml:
        break;
    }
    return 0;
}

std::size_t itemLength(const std::uint8_t *data, std::size_t size, std::size_t width) noexcept
{
    for (std::size_t at = 0; at + width <= size; at += width)
        if (data[at] == 0 && (width == 1 || data[at + 1] == 0))
            return at;
    return size;
}

} // namespace lolscope
