#include "model/evtx/betweenevents.h"

namespace lolscope {

bool BetweenEvents::isRoot(std::string_view tag)
{
    const bool closes = tag.starts_with("</");
    std::string_view name = tag.substr(closes ? 2 : 1);
    name = name.substr(0, name.find_first_of(" \t\r\n/>"));
    if (!m_begun && !closes)
        m_root = name;
    m_begun = true;
    const std::string_view plain = name.substr(name.find(':') + 1); // from the start without a prefix
    return plain == "Events" || (!name.empty() && name == m_root);
}

std::size_t BetweenEvents::findStray(std::string_view text)
{
    constexpr std::string_view kCommentStart = "<!--", kCommentEnd = "-->", kByteOrderMark = "\xEF\xBB\xBF";
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        if (m_inComment) {
            const auto end = rest.find(kCommentEnd);
            if (end == std::string_view::npos)
                break;
            m_inComment = false;
            at += end + kCommentEnd.size();
        } else if (std::string_view(" \t\r\n").find(rest.front()) != std::string_view::npos) {
            ++at;
        } else if (rest.starts_with(kByteOrderMark)) {
            at += kByteOrderMark.size();
        } else if (rest.starts_with(kCommentStart)) {
            m_inComment = true;
            at += kCommentStart.size();
        } else {
            const auto end = rest.find('>');
            const bool isDeclaration = rest.starts_with("<?") || rest.starts_with("<!");
            if (rest.front() != '<' || end == std::string_view::npos || (!isDeclaration && !isRoot(rest)))
                return at;
            at += end + 1;
        }
    }
    return std::string_view::npos;
}

} // namespace lolscope
