#include "model/evtx/textencoding.h"

#include "model/base/text.h"
#include "model/evtx/utf16.h"

#include <algorithm>

namespace lolscope {

namespace {

/// Windows-1252 from 0x80 to 0x9F; the rest is Latin-1. What Windows leaves open reads as the control
/// character of that number (https://encoding.spec.whatwg.org/#legacy-single-byte-encodings).
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

void append(char32_t c, std::string &out)
{
    std::array<char, 4> bytes = {};
    out.append(bytes.data(), writeUtf8(c, bytes.data()));
}

/// UTF-16 without a mark has a NUL in every other byte of its ASCII characters; which, tells the byte order.
TextEncoding shownBy(std::string_view start)
{
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i < start.size(); ++i)
        (i % 2 == 0 ? even : odd) += start[i] == '\0' ? 1 : 0;
    if (odd > start.size() / 4 && even < odd / 4)
        return TextEncoding::Utf16Le;
    return even > start.size() / 4 && odd < even / 4 ? TextEncoding::Utf16Be : TextEncoding::Utf8;
}

/// The encoding that an XML declaration names, in lower case (XML 1.0, 2.8 and 4.3.3); empty without one.
std::string declaredIn(std::string_view start)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    if (!start.starts_with("<?xml"))
        return {};
    start = start.substr(0, start.find("?>"));
    auto at = start.find("encoding");
    if (at == std::string_view::npos)
        return {};
    at = start.find_first_not_of(kBlanks, at + std::string_view("encoding").size());
    if (at == std::string_view::npos || start[at] != '=')
        return {};
    at = start.find_first_not_of(kBlanks, at + 1);
    if (at == std::string_view::npos || (start[at] != '"' && start[at] != '\''))
        return {};
    const auto end = start.find(start[at], at + 1);
    return end == std::string_view::npos ? std::string() : foldCase(start.substr(at + 1, end - at - 1));
}

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

Result<FileEncoding> encodingOf(std::string_view start)
{
    if (start.starts_with(std::string_view("\xFF\xFE\0\0", 4))
        || start.starts_with(std::string_view("\0\0\xFE\xFF", 4)))
        return fail(ErrorCode::Unsupported, "event XML in UTF-32");
    if (start.starts_with("\xFF\xFE"))
        return FileEncoding{TextEncoding::Utf16Le, 2};
    if (start.starts_with("\xFE\xFF"))
        return FileEncoding{TextEncoding::Utf16Be, 2};
    if (start.starts_with("\xEF\xBB\xBF"))
        return FileEncoding{TextEncoding::Utf8, 3};
    if (const auto shown = shownBy(start); shown != TextEncoding::Utf8)
        return FileEncoding{shown, 0};
    // The names of https://www.iana.org/assignments/character-sets. UTF-16 it is not, whatever it says.
    const std::string declared = declaredIn(start);
    if (declared.empty() || declared.starts_with("utf-16")
        || isOneOf(declared, {"utf-8", "utf8", "us-ascii", "ascii", "iso-10646-ucs-2", "unicode"}))
        return FileEncoding{};
    if (isOneOf(declared, {"iso-8859-1", "iso_8859-1", "latin1", "l1"}))
        return FileEncoding{TextEncoding::Latin1, 0};
    if (isOneOf(declared, {"windows-1252", "cp1252"}))
        return FileEncoding{TextEncoding::Windows1252, 0};
    return fail(ErrorCode::Unsupported,
                "event XML in the encoding '" + declared
                    + "', which is not read; convert it to UTF-8 or UTF-16");
}

void TextDecoder::decode(std::string_view bytes, std::string &out)
{
    if (m_encoding == TextEncoding::Utf8) {
        out += bytes;
        return;
    }
    const bool isUtf16 = m_encoding == TextEncoding::Utf16Le || m_encoding == TextEncoding::Utf16Be;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (!isUtf16) {
            const bool isSpecial = m_encoding == TextEncoding::Windows1252 && byte >= 0x80 && byte < 0xA0;
            append(isSpecial ? kWindows1252[byte - 0x80U] : byte, out);
            continue;
        }
        m_half[m_halves++] = byte;
        if (m_halves < 2)
            continue;
        m_halves = 0;
        addUnit(static_cast<char32_t>(m_encoding == TextEncoding::Utf16Be ? m_half[0] << 8 | m_half[1]
                                                                          : m_half[1] << 8 | m_half[0]),
                out);
    }
}

void TextDecoder::addUnit(char32_t unit, std::string &out)
{
    const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (m_high != 0 && low) {
        append(0x10000 + ((m_high - 0xD800) << 10) + (unit - 0xDC00), out);
        m_high = 0;
        return;
    }
    const auto replace = [&] {
        append(0xFFFD, out);
        ++m_replaced;
    };
    if (m_high != 0)
        replace();
    m_high = 0;
    if (unit >= 0xD800 && unit <= 0xDBFF)
        m_high = unit;
    else if (low)
        replace();
    else
        append(unit, out);
}

std::uint64_t TextDecoder::fileBytes(std::string_view text) const
{
    if (m_encoding == TextEncoding::Utf8)
        return text.size();
    const bool isUtf16 = m_encoding == TextEncoding::Utf16Le || m_encoding == TextEncoding::Utf16Be;
    std::uint64_t units = 0;
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        units += (value & 0xC0) != 0x80 ? 1 : 0;
        units += isUtf16 && value >= 0xF0 ? 1 : 0;
    }
    return isUtf16 ? units * 2 : units;
}

} // namespace lolscope
