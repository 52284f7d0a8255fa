#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lolscope::sigma {

/// What the encoding modifiers make of a text. Texts are bytes here; what goes in is UTF-8.
std::string utf16(std::string_view text, bool bigEndian);
constexpr std::string_view kUtf16Mark = "\xFF\xFE"; ///< In front of little-endian text, for `utf16`.

std::string base64(std::string_view bytes); ///< RFC 4648 4, with padding.

/// What is the same in the Base64 of every text that holds `bytes`, for each of the three places (counted in
/// bytes, modulo 3) that they may begin at. Empty where fewer than six bits are sure.
std::array<std::string, 3> base64Offsets(std::string_view bytes);

} // namespace lolscope::sigma
