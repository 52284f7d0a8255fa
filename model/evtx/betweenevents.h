#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lolscope {

/// Knows what may stand between the Event elements of event XML: blanks, a byte order mark, declarations,
/// comments and the tags of the root. Anything else is what is left of an event.
class BetweenEvents
{
public:
    /// The first byte of `text` that may not stand there; npos without one. Texts are given in their order;
    /// one that goes on in the next ends behind a `>`.
    std::size_t findStray(std::string_view text);
    /// An event follows: no root begins behind it.
    void meetEvent() { m_begun = true; }

private:
    bool isRoot(std::string_view tag);

    bool m_inComment = false;
    bool m_begun = false; ///< A tag was met.
    std::string m_root; ///< Its name, where the first tag was one.
};

} // namespace lolscope
