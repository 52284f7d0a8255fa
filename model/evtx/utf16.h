#pragma once

#include <cstddef>
#include <cstdint>

namespace lolscope {

/// Bytes that utf16ToUtf8() may write for `units` UTF-16 units: three for each, and what the vector code
/// stores ahead.
constexpr std::size_t utf8Room(std::size_t units) noexcept
{
    return 3 * units + 32;
}

/// Writes the character `c`, which is no surrogate, as UTF-8 and gives the end: four bytes at most.
inline char *writeUtf8(std::uint32_t c, char *out) noexcept
{
    const auto rest = [&](unsigned shift) { *out++ = static_cast<char>(0x80 | (c >> shift & 0x3f)); };
    if (c < 0x80) {
        *out++ = static_cast<char>(c);
    } else if (c < 0x800) {
        *out++ = static_cast<char>(0xc0 | c >> 6);
        rest(0);
    } else if (c < 0x10000) {
        *out++ = static_cast<char>(0xe0 | c >> 12);
        rest(6);
        rest(0);
    } else {
        *out++ = static_cast<char>(0xf0 | c >> 18);
        rest(12);
        rest(6);
        rest(0);
    }
    return out;
}

/// Writes `units` units of little-endian UTF-16 as UTF-8 and gives the end of what was written. A surrogate
/// without its other half becomes U+FFFD. `source` needs no alignment, but must be readable for kReadAhead
/// bytes past its end; `out` has utf8Room(units).
char *utf16ToUtf8(const std::uint8_t *source, std::size_t units, char *out) noexcept;

/// The same without vector instructions: for machines that have none, and for the test that compares the two.
char *utf16ToUtf8Portable(const std::uint8_t *source, std::size_t units, char *out) noexcept;

} // namespace lolscope
