#include "model/evtx/eventtag.h"

namespace lolscope {

namespace {
constexpr std::string_view kNameEnds = "> /\t\r\n";
}

std::string_view tagName(std::string_view text)
{
    if (!text.starts_with('<'))
        return {};
    text.remove_prefix(text.starts_with("</") ? 2 : 1);
    const auto colon = text.substr(0, kLongestPrefix).find_first_of(":<> \t\r\n/");
    if (colon != std::string_view::npos && text[colon] == ':')
        text.remove_prefix(colon + 1);
    return text.substr(0, text.find_first_of(kNameEnds));
}

std::size_t findEventTag(std::string_view text, std::size_t at, bool &opens)
{
    constexpr std::string_view kName = "Event";
    for (auto open = text.find('<', at); open != std::string_view::npos; open = text.find('<', open + 1)) {
        const auto tag = text.substr(open, kLongestEventTag);
        const auto name = tagName(tag);
        if (name != kName || name.data() + name.size() == text.data() + text.size())
            continue;
        opens = !tag.starts_with("</");
        return open;
    }
    return std::string_view::npos;
}

bool beginsEvent(std::string_view text)
{
    bool opens = false;
    return findEventTag(text.substr(0, kLongestEventTag), 0, opens) == 0 && opens;
}

} // namespace lolscope
