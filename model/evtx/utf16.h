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

/// Writes `units` units of little-endian UTF-16 as UTF-8 and gives the end of what was written. A surrogate
/// without its other half becomes U+FFFD. `source` needs no alignment, but must be readable for kReadAhead
/// bytes past its end; `out` has utf8Room(units).
char *utf16ToUtf8(const std::uint8_t *source, std::size_t units, char *out) noexcept;

/// The same without vector instructions: for machines that have none, and for the test that compares the two.
char *utf16ToUtf8Portable(const std::uint8_t *source, std::size_t units, char *out) noexcept;

} // namespace lolscope
