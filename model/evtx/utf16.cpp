#include "model/evtx/utf16.h"

#include "model/evtx/bytes.h"

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace lolscope {

namespace {

/// Converts the character at unit `i` and steps past it.
inline char *convertOne(const std::uint8_t *source, std::size_t units, std::size_t &i, char *out) noexcept
{
    std::uint32_t c = readAt<std::uint16_t>(source + 2 * i++);
    if (c >= 0xd800 && c < 0xe000) {
        const std::uint32_t low = c < 0xdc00 && i < units ? readAt<std::uint16_t>(source + 2 * i) : 0;
        const bool isPair = low >= 0xdc00 && low < 0xe000;
        i += isPair ? 1 : 0;
        c = isPair ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
    }
    return writeUtf8(c, out);
}

} // namespace

char *utf16ToUtf8Portable(const std::uint8_t *source, std::size_t units, char *out) noexcept
{
    for (std::size_t i = 0; i < units;)
        out = convertOne(source, units, i, out);
    return out;
}

#ifdef __SSE2__

char *utf16ToUtf8(const std::uint8_t *source, std::size_t units, char *out) noexcept
{
    const __m128i notAscii = _mm_set1_epi16(static_cast<short>(0xff80));
    const __m128i zero = _mm_setzero_si128();
    for (std::size_t i = 0; i < units;) {
        const auto *from = reinterpret_cast<const __m128i *>(source + 2 * i);
        const __m128i low = _mm_loadu_si128(from);
        const __m128i high = _mm_loadu_si128(from + 1);
        _mm_storeu_si128(reinterpret_cast<__m128i *>(out), _mm_packus_epi16(low, high));
        const __m128i ascii = _mm_packs_epi16(_mm_cmpeq_epi16(_mm_and_si128(low, notAscii), zero),
                                              _mm_cmpeq_epi16(_mm_and_si128(high, notAscii), zero));
        const auto other = ~static_cast<unsigned>(_mm_movemask_epi8(ascii)) & 0xffffU;
        const std::size_t run = other == 0 ? 16 : static_cast<std::size_t>(std::countr_zero(other));
        if (run >= units - i)
            return out + (units - i);
        i += run;
        out += run;
        while (i < units && readAt<std::uint16_t>(source + 2 * i) >= 0x80)
            out = convertOne(source, units, i, out);
    }
    return out;
}

#else

char *utf16ToUtf8(const std::uint8_t *source, std::size_t units, char *out) noexcept
{
    return utf16ToUtf8Portable(source, units, out);
}

#endif

} // namespace lolscope
