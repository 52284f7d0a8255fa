#pragma once

#include <string_view>

namespace lolscope::sigma {

/// Whether `text` has the form of a UUID (RFC 9562 4), in either case and without braces.
constexpr bool isUuid(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? c != '-' : !hex)
            return false;
    }
    return true;
}

} // namespace lolscope::sigma
