#include "model/live/eventlogbookmark.h"

#include <charconv>

namespace lolscope {

namespace {

constexpr std::string_view kComment = "<!--";

/// The number behind ` name=`.
template<typename Number>
std::optional<Number> numberOf(std::string_view name, std::string_view text)
{
    const std::string key = ' ' + std::string(name) + '=';
    const auto found = text.find(key);
    Number number = 0;
    if (found == std::string_view::npos)
        return {};
    const auto read = std::from_chars(text.data() + found + key.size(), text.data() + text.size(), number);
    return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

} // namespace

std::string textOf(const EventLogPlace &place)
{
    std::string known;
    if (place.time)
        known += " time=" + std::to_string(place.time->time_since_epoch().count());
    if (place.unreadTo > 0)
        known += " unread=" + std::to_string(place.unreadTo)
            + " since=" + std::to_string(place.unreadTime.time_since_epoch().count());
    return known.empty() || place.bookmark.empty() ? place.bookmark
                                                   : place.bookmark + std::string(kComment) + known + " -->";
}

EventLogPlace eventLogPlace(std::string_view text)
{
    EventLogPlace place;
    const auto comment = text.rfind(kComment);
    place.bookmark = text.substr(0, comment);
    if (comment == std::string_view::npos)
        return place;
    const std::string_view known = text.substr(comment);
    if (const auto time = numberOf<Ticks::rep>("time", known))
        place.time = Timestamp(Ticks(*time));
    const auto since = numberOf<Ticks::rep>("since", known);
    if (const auto unread = numberOf<std::uint64_t>("unread", known); unread && since) {
        place.unreadTo = *unread;
        place.unreadTime = Timestamp(Ticks(*since));
    }
    return place;
}

std::uint64_t bookmarkedRecord(std::string_view bookmark)
{
    constexpr std::string_view kAttribute = " RecordId=";
    const auto found = bookmark.find(kAttribute);
    if (found == std::string_view::npos || bookmark.size() - found <= kAttribute.size() + 1)
        return 0;
    const std::string_view digits = bookmark.substr(found + kAttribute.size() + 1); // behind the quote
    std::uint64_t id = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    return read.ec == std::errc() ? id : 0;
}

std::string bookmarkOf(std::string_view channel, std::uint64_t record)
{
    std::string name;
    for (const char c : channel)
        c == '&' ? name += "&amp;" : c == '\'' ? name += "&apos;" : c == '<' ? name += "&lt;" : name += c;
    return "<BookmarkList><Bookmark Channel='" + name + "' RecordId='" + std::to_string(record)
        + "' IsCurrent='true'/></BookmarkList>";
}

} // namespace lolscope
