#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lolscope {

/// What EvtRender makes of a bookmark, for one channel:
/// `<BookmarkList><Bookmark Channel='..' RecordId='12' IsCurrent='true'/></BookmarkList>`
/// (https://learn.microsoft.com/en-us/windows/win32/wes/bookmarking-events).

/// The record that the first bookmark in it names; 0 if none.
std::uint64_t bookmarkedRecord(std::string_view bookmark);

/// A bookmark as Windows would write it, of a record that was not read.
std::string bookmarkOf(std::string_view channel, std::uint64_t record);

} // namespace lolscope
