#include "detection/sigma/encoding.h"

#include <algorithm>
#include <utf8proc.h>

namespace lolscope::sigma {

std::string utf16(std::string_view text, bool bigEndian)
{
    std::string bytes;
    const auto put = [&](std::uint32_t unit) {
        const char low = static_cast<char>(unit & 0xFF);
        const char high = static_cast<char>(unit >> 8);
        bytes += bigEndian ? high : low;
        bytes += bigEndian ? low : high;
    };
    const auto *data = reinterpret_cast<const utf8proc_uint8_t *>(text.data());
    for (std::size_t at = 0; at < text.size();) {
        utf8proc_int32_t point = 0;
        const auto taken =
            utf8proc_iterate(data + at, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
        const auto code = taken > 0 ? static_cast<std::uint32_t>(point) : 0xFFFDU;
        at += taken > 0 ? static_cast<std::size_t>(taken) : 1;
        if (code < 0x10000) {
            put(code);
        } else {
            put(0xD800 + ((code - 0x10000) >> 10));
            put(0xDC00 + ((code - 0x10000) & 0x3FF));
        }
    }
    return bytes;
}

std::string base64(std::string_view bytes)
{
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

std::array<std::string, 3> base64Offsets(std::string_view bytes)
{
    std::array<std::string, 3> offsets;
    for (std::size_t before = 0; before < offsets.size(); ++before) {
        const std::string text = base64(std::string(before, '\0') + std::string(bytes));
        // The first digit that no bit of the bytes before is in, and the end of the last whole digit.
        const std::size_t first = (before * 8 + 5) / 6;
        const std::size_t last = (before + bytes.size()) * 8 / 6;
        offsets[before] = last > first ? text.substr(first, last - first) : std::string();
    }
    return offsets;
}

} // namespace lolscope::sigma
