#include "tests/support/sigmareference/encoding.h"

#include <QChar>

#include <stdexcept>
#include <string_view>

namespace lolscope::test {

std::string encodedUtf8(const std::u32string &text)
{
    std::string out;
    const auto add = [&out](char32_t byte) { out += static_cast<char>(byte); };
    for (const char32_t code : text) {
        if (code < 0x80) {
            add(code);
        } else if (code < 0x800) {
            add(0xC0 | code >> 6);
            add(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            add(0xE0 | code >> 12);
            add(0x80 | (code >> 6 & 0x3F));
            add(0x80 | (code & 0x3F));
        } else {
            add(0xF0 | code >> 18);
            add(0x80 | (code >> 12 & 0x3F));
            add(0x80 | (code >> 6 & 0x3F));
            add(0x80 | (code & 0x3F));
        }
    }
    return out;
}

std::string encodedUtf16(const std::u32string &text, bool bigEndian)
{
    std::string out;
    const auto add = [&](char32_t unit) {
        const char high = static_cast<char>(unit >> 8 & 0xFF);
        const char low = static_cast<char>(unit & 0xFF);
        out += bigEndian ? high : low;
        out += bigEndian ? low : high;
    };
    for (const char32_t code : text) {
        if (code < 0x10000) {
            add(code);
        } else {
            add(0xD800 + (code - 0x10000) / 0x400);
            add(0xDC00 + (code - 0x10000) % 0x400);
        }
    }
    return out;
}

std::string base64(const std::string &bytes)
{
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bits;
    for (const char byte : bytes)
        for (int bit = 7; bit >= 0; --bit)
            bits += (static_cast<unsigned char>(byte) >> bit & 1) != 0 ? '1' : '0';
    while (bits.size() % 6 != 0)
        bits += '0';
    std::string out;
    for (std::size_t at = 0; at < bits.size(); at += 6)
        out += kAlphabet[std::stoul(bits.substr(at, 6), nullptr, 2)];
    while (out.size() % 4 != 0)
        out += '=';
    return out;
}

namespace {

bool isWordCharacter(char32_t code)
{
    return code == U'_' || (code <= 0x10FFFF && QChar::isLetterOrNumber(code));
}

} // namespace

std::vector<std::u32string> dashVariants(const std::u32string &text)
{
    constexpr std::u32string_view kDashes = U"-/\u2013\u2014\u2015";
    std::vector<std::u32string> variants = {{}};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool afterWord = at > 0 && isWordCharacter(text[at - 1]);
        const bool beforeWord = at + 1 < text.size() && isWordCharacter(text[at + 1]);
        const bool dash = kDashes.find(text[at]) != std::u32string_view::npos && !afterWord && beforeWord;
        const std::u32string_view choices = dash ? kDashes : std::u32string_view(text).substr(at, 1);
        std::vector<std::u32string> longer;
        for (const auto &variant : variants)
            for (const char32_t choice : choices)
                longer.push_back(variant + choice);
        variants = std::move(longer);
        if (variants.size() > 100'000)
            throw std::runtime_error("too many dashes for the reference");
    }
    return variants;
}

} // namespace lolscope::test
