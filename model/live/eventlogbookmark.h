#pragma once

#include "model/base/timestamp.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lolscope {

/// What EvtRender makes of a bookmark, for one channel:
/// `<BookmarkList><Bookmark Channel='..' RecordId='12' IsCurrent='true'/></BookmarkList>`
/// (https://learn.microsoft.com/en-us/windows/win32/wes/bookmarking-events).

/// The place in a log as a case keeps it: the bookmark, and behind it, in a comment, by what the log is
/// known.
struct EventLogPlace
{
    std::string bookmark; ///< XML; empty before anything is known.
    std::optional<Timestamp> time; ///< TimeCreated of the record it names.
    /// Records up to this id were there before reading began with what comes, at `unreadTime`, and are not
    /// wanted; 0 for none.
    std::uint64_t unreadTo = 0;
    Timestamp unreadTime;
};
std::string textOf(const EventLogPlace &place);
EventLogPlace eventLogPlace(std::string_view text); ///< Whatever it cannot make out is left at nothing.

/// The record that the first bookmark in it names; 0 if none.
std::uint64_t bookmarkedRecord(std::string_view bookmark);

/// A bookmark as Windows would write it, of a record that was not read.
std::string bookmarkOf(std::string_view channel, std::uint64_t record);

} // namespace lolscope
