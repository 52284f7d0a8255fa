#include "model/base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <utf8proc.h>

namespace lolscope {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

char asciiLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Calls `use(codepoint, bytes)` for every code point; codepoint is -1 for one ill-formed byte.
template<typename Use>
void forEachCodePoint(std::string_view text, Use use)
{
    const auto *data = reinterpret_cast<const utf8proc_uint8_t *>(text.data());
    std::size_t at = 0;
    while (at < text.size()) {
        utf8proc_int32_t codepoint = -1;
        const auto taken =
            utf8proc_iterate(data + at, static_cast<utf8proc_ssize_t>(text.size() - at), &codepoint);
        const std::size_t bytes = taken > 0 ? static_cast<std::size_t>(taken) : 1;
        use(taken > 0 ? codepoint : -1, text.substr(at, bytes));
        at += bytes;
    }
}

/// Controls and what shows nothing or moves other text.
bool isHidden(utf8proc_int32_t codepoint)
{
    // Ignorable are also letters without a shape (Hangul fillers) and marks that show nothing themselves
    // (variation selectors, U+034F): Unicode's Default_Ignorable_Code_Point.
    const auto *property = utf8proc_get_property(codepoint);
    const auto category = property->category;
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF
        || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP || property->ignorable;
}

/// Ends a scheme: http and https become hxxp and hxxps, other schemes get their colon in brackets.
void defangScheme(std::string &out)
{
    for (const std::string_view web : {"http", "https"}) {
        if (out.size() < web.size()
            || !equalsFolded(std::string_view(out).substr(out.size() - web.size()), web))
            continue;
        for (std::size_t t = out.size() - web.size() + 1, end = t + 2; t < end; ++t)
            out[t] = out[t] == 'T' ? 'X' : 'x';
        out += ':';
        return;
    }
    out += "[:]";
}

} // namespace

bool isAscii(std::string_view text)
{
    unsigned char all = 0; // without an early end the compiler can do many bytes at once
    for (const char c : text)
        all |= static_cast<unsigned char>(c);
    return all < 0x80;
}

std::string foldCase(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    if (isAscii(text)) {
        for (const char c : text)
            out += asciiLower(c);
        return out;
    }
    forEachCodePoint(text, [&](utf8proc_int32_t codepoint, std::string_view bytes) {
        if (codepoint < 0) {
            out += bytes;
            return;
        }
        std::array<utf8proc_uint8_t, 4> encoded = {};
        const auto length = utf8proc_encode_char(utf8proc_tolower(codepoint), encoded.data());
        out.append(reinterpret_cast<const char *>(encoded.data()), static_cast<std::size_t>(length));
    });
    return out;
}

bool equalsFolded(std::string_view a, std::string_view b)
{
    if (isAscii(a) && isAscii(b))
        return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                          [](char x, char y) { return asciiLower(x) == asciiLower(y); });
    return foldCase(a) == foldCase(b);
}

std::string_view baseName(std::string_view path)
{
    const auto slash = path.find_last_of("\\/");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string validUtf8(std::string_view text)
{
    if (isAscii(text))
        return std::string(text);
    std::string out;
    out.reserve(text.size());
    forEachCodePoint(text, [&](utf8proc_int32_t codepoint, std::string_view bytes) {
        out += codepoint < 0 ? kReplacement : bytes;
    });
    return out;
}

std::size_t illFormedUtf8(std::string_view text)
{
    std::size_t count = 0;
    if (!isAscii(text))
        forEachCodePoint(
            text, [&](utf8proc_int32_t codepoint, std::string_view) { count += codepoint < 0 ? 1 : 0; });
    return count;
}

std::string visible(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    forEachCodePoint(text, [&](utf8proc_int32_t codepoint, std::string_view bytes) {
        if (codepoint < 0) {
            out += kReplacement;
            return;
        }
        if (codepoint == '\n' || codepoint == '\r') {
            out += "\xE2\x8F\x8E";
            return;
        }
        if (codepoint == '\t') {
            out += "\xE2\x87\xA5";
            return;
        }
        if (isHidden(codepoint)) {
            std::array<char, 16> mark = {};
            std::snprintf(mark.data(), mark.size(), "<U+%04X>", static_cast<unsigned>(codepoint));
            out += mark.data();
            return;
        }
        out += bytes;
    });
    return out;
}

namespace {

/// Where the next byte from `at` on is that is no ASCII or DEL, the only control that JSON lets stand there.
std::size_t findSuspicious(std::string_view text, std::size_t at)
{
    constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x80 * kOnes;
    for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
        std::memcpy(&eight, text.data() + at, sizeof eight);
        if (((eight | (eight + kOnes)) & kHigh) != 0) // a carry only adds to what is looked at again
            break;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x7f)
        ++at;
    return at;
}

} // namespace

bool hasHidden(std::string_view json)
{
    for (std::size_t at = findSuspicious(json, 0); at < json.size(); at = findSuspicious(json, at)) {
        utf8proc_int32_t codepoint = 0;
        const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(json.data()) + at,
                                             static_cast<utf8proc_ssize_t>(json.size() - at), &codepoint);
        if (length > 0 && isHidden(codepoint))
            return true;
        at += length > 0 ? static_cast<std::size_t>(length) : 1;
    }
    return false;
}

std::string visibleJson(std::string json)
{
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = findSuspicious(json, 0); at < json.size(); at = findSuspicious(json, at)) {
        utf8proc_int32_t codepoint = 0;
        const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(json.data()) + at,
                                             static_cast<utf8proc_ssize_t>(json.size() - at), &codepoint);
        const std::size_t bytes = length > 0 ? static_cast<std::size_t>(length) : 1;
        if (length > 0 && isHidden(codepoint)) {
            const auto code = static_cast<unsigned>(codepoint);
            std::array<char, 16> escape = {};
            if (code < 0x10000) // else a pair of surrogates, RFC 8259 7
                std::snprintf(escape.data(), escape.size(), "\\u%04X", code);
            else
                std::snprintf(escape.data(), escape.size(), "\\u%04X\\u%04X",
                              0xD800 + ((code - 0x10000) >> 10), 0xDC00 + (code & 0x3FF));
            out.append(json, copied, at - copied).append(escape.data());
            copied = at + bytes;
        }
        at += bytes;
    }
    if (copied == 0)
        return json;
    return out.append(json, copied);
}

std::string defanged(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + 16);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool inWord = i > 0 && i + 1 < text.size() && text[i - 1] != ' ' && text[i + 1] != ' ';
        if (text[i] == '.' && inWord)
            out += "[.]";
        else if (text[i] == ':' && text.substr(i, 3) == "://")
            defangScheme(out);
        else
            out += text[i];
    }
    return out;
}

} // namespace lolscope
