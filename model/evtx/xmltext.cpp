#include "model/evtx/xmltext.h"

#include "model/base/text.h"
#include "model/evtx/utf16.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lolscope {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// Whether XML 1.0 (2.2) has no way to write the character; surrogates apart, which no text has.
bool isUnwritable(std::uint32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
}

void appendMark(std::string &out, std::uint32_t c)
{
    constexpr char kDigits[] = "0123456789ABCDEF";
    out += kReplacement;
    out += '{';
    for (int shift = 12; shift >= 0; shift -= 4)
        if (shift == 0 || c >> shift != 0)
            out += kDigits[c >> shift & 15];
    out += '}';
}

/// Where text from `at` on begins with U+FFFD, U+FFFE or U+FFFF: that; else 0.
std::uint32_t specialAt(std::string_view text, std::size_t at)
{
    if (text.substr(at, 2) != "\xef\xbf" || at + 2 >= text.size())
        return 0;
    const auto last = static_cast<unsigned char>(text[at + 2]);
    return last >= 0xBD && last <= 0xBF ? 0xFF40U + last : 0;
}

/// Line ends and tabs survive in content, but in an attribute they read as blanks; a CR reads as LF in both
/// (XML 1.0, 2.11 and 3.3.3).
template<bool inAttribute>
void append(std::string &out, std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto byte = static_cast<unsigned char>(c);
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (inAttribute && c == '"')
            out += "&quot;";
        else if (byte >= 0x20 && byte != 0xEF)
            out += c;
        else if (!inAttribute && (c == '\n' || c == '\t'))
            out += c;
        else if (c == '\n' || c == '\t' || c == '\r')
            out += "&#" + std::to_string(byte) + ';';
        else if (byte < 0x20)
            appendMark(out, byte);
        else if (const auto special = specialAt(text, at);
                 special > 0xFFFD || (special == 0xFFFD && text.substr(at + 3, 1) == "{")) {
            appendMark(out, special);
            at += 2;
        } else {
            out += c;
        }
    }
}

/// Characters of a name beyond ASCII (XML 1.0, 2.3), and whether one may begin it.
struct NameRange
{
    std::uint32_t first, last;
    bool begins = true;
};
constexpr std::array<NameRange, 14> kNameRanges = {{{0xB7, 0xB7, false},
                                                    {0xC0, 0xD6},
                                                    {0xD8, 0xF6},
                                                    {0xF8, 0x2FF},
                                                    {0x300, 0x36F, false},
                                                    {0x370, 0x37D},
                                                    {0x37F, 0x1FFF},
                                                    {0x200C, 0x200D},
                                                    {0x203F, 0x2040, false},
                                                    {0x2070, 0x218F},
                                                    {0x2C00, 0x2FEF},
                                                    {0x3001, 0xD7FF},
                                                    {0xF900, 0xFDCF},
                                                    {0xFDF0, 0xFFFD}}};

bool isOfName(std::uint32_t c, bool first)
{
    if (c < 0x80) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
        return letter || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
    }
    if (c >= 0x10000)
        return c <= 0xEFFFF;
    return std::any_of(kNameRanges.begin(), kNameRanges.end(), [&](const NameRange &range) {
        return c >= range.first && c <= range.last && (range.begins || !first);
    });
}

} // namespace

std::string xmlName(std::string_view name)
{
    const std::string text = validUtf8(name);
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t c = bytes == 1 ? lead : lead & (0x7FU >> bytes);
        for (std::size_t i = 1; i < bytes; ++i)
            c = c << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
        if (result.empty() && !isOfName(c, true) && isOfName(c, false))
            result += '_';
        if (isOfName(c, result.empty()))
            result += text.substr(at, bytes);
        else
            result += '_';
        at += bytes;
    }
    return result.empty() ? "_" : result;
}

void appendXmlText(std::string &out, std::string_view text)
{
    append<false>(out, text);
}

void appendXmlAttribute(std::string &out, std::string_view text)
{
    append<true>(out, text);
}

std::string markUnwritable(std::string_view text)
{
    const std::string valid = validUtf8(text);
    std::string out;
    for (std::size_t at = 0; at < valid.size(); ++at) {
        const auto special = specialAt(valid, at);
        if (isUnwritable(static_cast<unsigned char>(valid[at]))) {
            appendMark(out, static_cast<unsigned char>(valid[at]));
        } else if (special > 0xFFFD || (special == 0xFFFD && valid.compare(at + 3, 1, "{") == 0)) {
            appendMark(out, special);
            at += 2;
        } else {
            out += valid[at];
        }
    }
    return out;
}

std::string readMarks(std::string text)
{
    constexpr std::size_t kMostDigits = 4;
    for (std::size_t at = text.find(kReplacement); at != std::string::npos;
         at = text.find(kReplacement, at + 1)) {
        const std::size_t open = at + kReplacement.size();
        const std::size_t close = text.compare(open, 1, "{") == 0 ? text.find('}', open) : std::string::npos;
        if (close == std::string::npos || close - open - 1 > kMostDigits)
            continue;
        std::uint32_t c = 0;
        const char *end = text.data() + close;
        const auto [stopped, status] = std::from_chars(text.data() + open + 1, end, c, 16);
        if (status != std::errc() || stopped != end || (!isUnwritable(c) && c != 0xFFFD))
            continue;
        std::array<char, 4> bytes = {};
        text.replace(at, close + 1 - at, bytes.data(),
                     static_cast<std::size_t>(writeUtf8(c, bytes.data()) - bytes.data()));
    }
    return text;
}

} // namespace lolscope
