#include "tests/support/sigmareference/value.h"

#include "tests/support/sigmareference/regex.h"

#include <QChar>

#include <algorithm>
#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif
#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <regex>
#include <stdexcept>

namespace lolscope::test {

std::u32string decoded(std::string_view utf8)
{
    constexpr char32_t kByte = 0xE0000000; // outside Unicode
    std::u32string out;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[at]);
        const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        char32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
        bool good = length == 1 || (first >= 0xC2 && first <= 0xF4 && at + length <= utf8.size());
        for (std::size_t i = 1; good && i < length; ++i) {
            const auto next = static_cast<unsigned char>(utf8[at + i]);
            good = (next & 0xC0) == 0x80;
            code = code << 6 | (next & 0x3Fu);
        }
        constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
        good = good && code >= kLeast[length] && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
        out += good ? code : kByte + first;
        at += good ? length : 1;
    }
    return out;
}

std::u32string lowered(std::u32string text)
{
    constexpr char32_t kDottedI = 0x130; // its simple lower case is i; Qt leaves it alone
    for (char32_t &code : text)
        if (code <= 0x10FFFF)
            code = code == kDottedI ? U'i' : QChar::toLower(code);
    return text;
}

namespace {

using Kind = ReferenceValue::Kind;

/// Wildcards over a text: goes on in step, and after a mismatch lets the last star take one more character.
bool isLike(const std::u32string &text, const std::u32string &pattern)
{
    std::size_t at = 0;
    std::size_t next = 0;
    std::optional<std::size_t> star;
    std::size_t taken = 0;
    while (at < text.size()) {
        if (next < pattern.size() && pattern[next] == ReferenceValue::kStar) {
            star = next++;
            taken = at;
        } else if (next < pattern.size()
                   && (pattern[next] == ReferenceValue::kOne || pattern[next] == text[at])) {
            ++next;
            ++at;
        } else if (star) {
            next = *star + 1;
            at = ++taken;
        } else {
            return false;
        }
    }
    while (next < pattern.size() && pattern[next] == ReferenceValue::kStar)
        ++next;
    return next == pattern.size();
}

std::optional<long double> numberIn(const std::string &text)
{
    static const std::regex kNumber("-?(0[xX][0-9a-fA-F]+|[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?)");
    if (text.size() > 60 || !std::regex_match(text, kNumber))
        return {};
    return std::strtold(text.c_str(), nullptr); // exact to 2^64-1: 64 bits of mantissa or more
}

bool holds(const std::string &relation, long double left, long double right)
{
    if (relation == "gt")
        return left > right;
    if (relation == "gte")
        return left >= right;
    if (relation == "lt")
        return left < right;
    if (relation == "lte")
        return left <= right;
    return left == right;
}

/// The asked part of a time as Windows and Sysmon write it, without looking at time zones.
std::optional<int> timePartOf(const std::string &text, const std::string &part)
{
    static const std::regex kTime(
        "(\\d{4})-(\\d\\d)-(\\d\\d)[T ](\\d\\d):(\\d\\d):(\\d\\d)(\\.\\d+)?(Z|[-+]\\d\\d:\\d\\d)?");
    std::smatch found;
    if (!std::regex_match(text, found, kTime))
        return {};
    using namespace std::chrono;
    const year_month_day date{year{std::stoi(found[1])}, month{static_cast<unsigned>(std::stoi(found[2]))},
                              day{static_cast<unsigned>(std::stoi(found[3]))}};
    const int hour = std::stoi(found[4]);
    const int minute = std::stoi(found[5]);
    if (!date.ok() || hour > 23 || minute > 59 || std::stoi(found[6]) > 60)
        return {};
    if (part == "minute")
        return minute;
    if (part == "hour")
        return hour;
    if (part == "day")
        return std::stoi(found[3]);
    if (part == "month")
        return std::stoi(found[2]);
    if (part == "year")
        return std::stoi(found[1]);
    // ISO 8601 week: that of the year its Thursday is in.
    const sys_days here = date;
    const sys_days thursday = here + days{4 - static_cast<int>(weekday(here).iso_encoding())};
    const sys_days newYear = year_month_day(thursday).year() / January / 1;
    return static_cast<int>((thursday - newYear).count() / 7) + 1;
}

struct Address
{
    int family = 0;
    std::array<unsigned char, 16> bytes = {};
    std::size_t bits() const { return family == AF_INET ? 32 : 128; }
};

std::optional<Address> addressIn(const std::string &text)
{
    Address address;
    for (const int family : {AF_INET, AF_INET6})
        if (inet_pton(family, text.c_str(), address.bytes.data()) == 1) {
            address.family = family;
            return address;
        }
    return {};
}

bool bitAt(const Address &address, std::size_t bit)
{
    return (address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

struct Network
{
    Address base;
    std::size_t prefix = 0;
};

std::optional<Network> networkIn(const std::string &text)
{
    const auto slash = text.find('/');
    const auto base = addressIn(text.substr(0, slash));
    if (!base)
        return {};
    Network network{*base, base->bits()};
    if (slash != std::string::npos) {
        static const std::regex kDigits("[0-9]{1,3}");
        const auto digits = text.substr(slash + 1);
        if (!std::regex_match(digits, kDigits) || std::stoul(digits) > base->bits())
            return {};
        network.prefix = std::stoul(digits);
    }
    for (std::size_t bit = network.prefix; bit < base->bits(); ++bit)
        if (bitAt(*base, bit))
            return {};
    return network;
}

bool isInNetwork(const std::string &value, const std::string &network)
{
    const auto inside = networkIn(network);
    const auto zone = value.find('%');
    auto address = addressIn(value.substr(0, zone));
    if (!inside || !address || (zone != std::string::npos && address->family == AF_INET))
        return false;
    for (std::size_t bit = 0; bit < inside->prefix; ++bit)
        if (bitAt(*address, bit) != bitAt(inside->base, bit))
            return false;
    return address->family == inside->base.family;
}
} // namespace

bool isNetwork(const std::string &text)
{
    return networkIn(text).has_value();
}

ReferenceValue ReferenceValue::ofText(std::string_view written)
{
    ReferenceValue value;
    value.written = written;
    const auto codes = decoded(written);
    for (std::size_t at = 0; at < codes.size(); ++at) {
        const char32_t code = codes[at];
        const char32_t next = at + 1 < codes.size() ? codes[at + 1] : 0;
        if (code == U'\\' && (next == U'*' || next == U'?' || next == U'\\')) {
            value.text += next;
            ++at;
        } else {
            value.text += code == U'*' ? kStar : code == U'?' ? kOne : code;
        }
    }
    return value;
}

bool ReferenceValue::fits(const ReferenceText &value) const
{
    switch (kind) {
    case Kind::Text:
    case Kind::Number:
    case Kind::Boolean: {
        const auto &given = cased ? value.exact : value.lower;
        if (isLike(given, text))
            return true;
        if (hasWildcard() || text.empty() || !given.ends_with(U' '))
            return false;
        const auto end = given.find_last_not_of(U' '); // Windows writes "NtLmSsp "
        return end != std::u32string::npos && given.substr(0, end + 1) == text;
    }
    case Kind::Null:
        return value.utf8.empty();
    case Kind::Regex:
        return regex->finds(value.utf8);
    case Kind::Network:
        return isInNetwork(value.utf8, written);
    case Kind::Compare: {
        const auto given = numberIn(value.utf8);
        return given && holds(relation, *given, number);
    }
    case Kind::TimePart: {
        const auto part = timePartOf(value.utf8, timePart);
        return part && holds(relation, *part, number);
    }
    case Kind::AnyOf:
        return std::any_of(anyOf.begin(), anyOf.end(),
                           [&](const ReferenceValue &one) { return one.fits(value); });
    case Kind::Exists:
    case Kind::FieldReference:
        break;
    }
    throw std::logic_error("asked of a field, not of a value");
}

bool ReferenceValue::fits(const ReferenceText &value, const ReferenceText &other) const
{
    if (referenceWithin)
        return value.lower.find(other.lower) != std::u32string::npos;
    if (referenceStarts && referenceEnds)
        return value.lower.find(other.lower) != std::u32string::npos;
    if (referenceStarts)
        return value.lower.starts_with(other.lower);
    if (referenceEnds)
        return value.lower.ends_with(other.lower);
    return value.lower == other.lower;
}

} // namespace lolscope::test
