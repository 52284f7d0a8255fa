#include "detection/allowlist/yamltext.h"

#include "model/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace lolscope::yaml {

namespace {

/// Reads the character at `at` of well-formed UTF-8 and moves past it.
std::uint32_t takeCharacter(std::string_view text, std::size_t &at)
{
    const auto lead = static_cast<unsigned char>(text[at++]);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    std::uint32_t character = more == 0 ? lead : lead & (0x3Fu >> more);
    for (int i = 0; i < more && at < text.size(); ++i)
        character = (character << 6) | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
    return character;
}

bool needsEscape(std::uint32_t c)
{
    struct Range
    {
        std::uint32_t first;
        std::uint32_t last;
    };
    // Outside YAML 1.1's c-printable, line breaks of its own, and what cannot be seen.
    static constexpr std::array kRanges = {
        Range{0x00, 0x1F},     Range{0x7F, 0x9F},     Range{0xAD, 0xAD},       Range{0x061C, 0x061C},
        Range{0x200B, 0x200F}, Range{0x2028, 0x202E}, Range{0x2060, 0x206F},   Range{0xFEFF, 0xFEFF},
        Range{0xFFF0, 0xFFFB}, Range{0xFFFE, 0xFFFF}, Range{0xE0000, 0xE0FFF},
    };
    return std::any_of(kRanges.begin(), kRanges.end(), [c](Range r) { return c >= r.first && c <= r.last; });
}

} // namespace

std::string quoted(std::string_view text)
{
    const auto valid = validUtf8(text);
    bool plain = true;
    for (std::size_t at = 0; at < valid.size() && plain;)
        plain = !needsEscape(takeCharacter(valid, at));

    std::string out;
    if (plain) {
        out += '\'';
        for (const char c : valid)
            out += c == '\'' ? "''" : std::string(1, c);
        return out + '\'';
    }
    out += '"';
    for (std::size_t at = 0; at < valid.size();) {
        const auto start = at;
        const auto character = takeCharacter(valid, at);
        if (needsEscape(character)) {
            std::array<char, 16> escape = {};
            std::snprintf(escape.data(), escape.size(), character > 0xFFFF ? "\\U%08X" : "\\u%04X",
                          static_cast<unsigned>(character));
            out += escape.data();
        } else if (character == '"' || character == '\\') {
            out += '\\';
            out += static_cast<char>(character);
        } else {
            out.append(valid, start, at - start);
        }
    }
    return out + '"';
}

} // namespace lolscope::yaml
