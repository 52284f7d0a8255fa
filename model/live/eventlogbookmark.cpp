#include "model/live/eventlogbookmark.h"

#include <charconv>

namespace lolscope {

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
