#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lolscope {

/// The rows of texts that repeat, so that the database is asked once for each; forgotten when it gets too
/// much.
class RowCache
{
public:
    /// The row for `text`, made by `make` where it is not known.
    template<typename Make>
    std::int64_t of(std::string_view text, const Make &make)
    {
        constexpr std::size_t kMost = 50'000; // a log of hostile names may have one an event
        if (const auto found = m_rows.find(text); found != m_rows.end())
            return found->second;
        if (m_rows.size() >= kMost)
            m_rows.clear();
        return m_rows.emplace(std::string(text), make()).first->second;
    }

private:
    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> m_rows;
};

} // namespace lolscope
