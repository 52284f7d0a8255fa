#include "model/base/timestamp.h"
#include "tests/support/binxml.h"

#include <charconv>
#include <limits>
#include <stdexcept>

namespace lolscope::test {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view text)
{
    throw std::invalid_argument(std::string(what) + ": " + std::string(text));
}

std::string littleEndian(std::uint64_t value, std::size_t bytes)
{
    std::string result;
    for (std::size_t i = 0; i < bytes; ++i)
        result.push_back(static_cast<char>(value >> (8 * i)));
    return result;
}

template<typename T>
std::string number(std::string_view text, int base = 10)
{
    std::string_view digits = text;
    if (base == 16 && digits.starts_with("0x"))
        digits.remove_prefix(2);
    T value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (error != std::errc() || end != digits.data() + digits.size())
        refuse("not a number of this type", text);
    return littleEndian(static_cast<std::uint64_t>(value), sizeof(T));
}

std::string fromHex(std::string_view text)
{
    std::string result;
    if (text.size() % 2 != 0)
        refuse("odd number of hexadecimal digits", text);
    for (std::size_t i = 0; i < text.size(); i += 2)
        result += number<std::uint8_t>(text.substr(i, 2), 16);
    return result;
}

std::string guid(std::string_view text)
{
    if (text.size() == 38 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, 36);
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        refuse("not a GUID", text);
    return number<std::uint32_t>(text.substr(0, 8), 16) + number<std::uint16_t>(text.substr(9, 4), 16)
        + number<std::uint16_t>(text.substr(14, 4), 16) + fromHex(text.substr(19, 4))
        + fromHex(text.substr(24, 12));
}

std::string sid(std::string_view text)
{
    if (!text.starts_with("S-1-"))
        refuse("not a SID", text);
    std::vector<std::string_view> parts;
    for (std::size_t at = 4; at <= text.size();) {
        const std::size_t end = std::min(text.find('-', at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    if (parts.size() > 16)
        refuse("not a SID", text);
    std::string result(1, '\1');
    result.push_back(static_cast<char>(parts.size() - 1));
    const std::string authority = number<std::uint64_t>(parts[0]);
    result.append(authority.rend() - 6, authority.rend()); // 48 bits, big-endian
    for (std::size_t i = 1; i < parts.size(); ++i)
        result += number<std::uint32_t>(parts[i]);
    return result;
}

std::string fileTime(std::string_view text)
{
    const auto time = parseTimestamp(text);
    if (!time)
        refuse("not a time", text);
    constexpr std::int64_t k1601To1970Ticks = 116'444'736'000'000'000;
    return littleEndian(static_cast<std::uint64_t>(time->time_since_epoch().count() + k1601To1970Ticks), 8);
}

} // namespace

std::string toUtf16(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : 4;
        if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || length > text.size() - i)
            refuse("ill-formed UTF-8", text);
        char32_t c = length == 1 ? lead : lead & (0x7fU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if (next >> 6 != 2)
                refuse("ill-formed UTF-8", text);
            c = (c << 6) | (next & 0x3fU);
        }
        i += length;
        if (c > 0xffff) {
            result += littleEndian(0xd800 + ((c - 0x10000) >> 10), 2);
            c = 0xdc00 + (c & 0x3ff);
        }
        result += littleEndian(c, 2);
    }
    return result;
}

std::string encodeValue(ValueType type, std::string_view text)
{
    switch (type) {
    case ValueType::Null:
        return {};
    case ValueType::String:
        return toUtf16(text);
    case ValueType::Int8:
        return number<std::int8_t>(text);
    case ValueType::UInt8:
        return number<std::uint8_t>(text);
    case ValueType::Int16:
        return number<std::int16_t>(text);
    case ValueType::UInt16:
        return number<std::uint16_t>(text);
    case ValueType::Int32:
        return number<std::int32_t>(text);
    case ValueType::UInt32:
        return number<std::uint32_t>(text);
    case ValueType::Int64:
        return number<std::int64_t>(text);
    case ValueType::UInt64:
        return number<std::uint64_t>(text);
    case ValueType::Boolean:
        if (text != "true" && text != "false")
            refuse("not true or false", text);
        return littleEndian(text == "true" ? 1 : 0, 4);
    case ValueType::Binary:
        return fromHex(text);
    case ValueType::Guid:
        return guid(text);
    case ValueType::FileTime:
        return fileTime(text);
    case ValueType::Sid:
        return sid(text);
    case ValueType::HexInt32:
        return number<std::uint32_t>(text, 16);
    case ValueType::HexInt64:
        return number<std::uint64_t>(text, 16);
    case ValueType::BinXml:
        break;
    }
    refuse("no text form for this type", text);
}

} // namespace lolscope::test
