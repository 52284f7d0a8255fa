#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lolscope {

/// A password: not copied, and overwritten when it is no longer needed.
class Secret
{
public:
    Secret() = default;
    /// Overwrites `text`.
    explicit Secret(std::string &&text)
        : m_text(text.begin(), text.end())
    {
        overwrite(text.data(), text.size());
        text.clear();
    }
    Secret(Secret &&other) noexcept { std::swap(m_text, other.m_text); }
    Secret &operator=(Secret &&other) noexcept
    {
        std::swap(m_text, other.m_text);
        return *this;
    }
    ~Secret() { overwrite(m_text.data(), m_text.size()); }

    std::string_view text() const { return {m_text.data(), m_text.size()}; }

    /// Also where the compiler sees that nobody reads it again.
    template<typename Character>
    static void overwrite(Character *text, std::size_t size)
    {
        for (volatile Character *at = text; at != text + size; ++at)
            *at = 0;
    }

private:
    std::vector<char> m_text; // a string would keep short ones in itself, and leave them behind when moved
};

} // namespace lolscope
