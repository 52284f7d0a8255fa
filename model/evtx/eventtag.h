#pragma once

#include <cstddef>
#include <string_view>

namespace lolscope {

/// Longest name space prefix that is looked at, with its colon.
constexpr std::size_t kLongestPrefix = 32;
/// `</p:Event>`: of text without a tag so much may be the start of one.
constexpr std::size_t kLongestEventTag = 8 + kLongestPrefix;

/// The next `<Event ...` or `</Event>` in `text` from `at` on, with any prefix; npos without one. `opens`
/// tells which it is. A tag whose name may go on behind the end of the text is none yet.
std::size_t findEventTag(std::string_view text, std::size_t at, bool &opens);

/// Whether `text` begins with the start tag of an event.
bool beginsEvent(std::string_view text);

/// The name in the tag at the start of `text`, without prefix and `</`; empty where there is none.
std::string_view tagName(std::string_view text);

} // namespace lolscope
