#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>

namespace lolscope {

/// The rows of what repeats, so that the database is asked once for each; forgotten when it gets too much.
template<typename Key, typename Value, typename Hash = std::hash<Key>>
class RowCache
{
public:
    /// The value for `key`, made by `make` where it is not known.
    template<typename Make>
    const Value &of(const Key &key, const Make &make)
    {
        constexpr std::size_t kMost = 50'000; // a log of hostile names may have one an event
        if (const auto found = m_rows.find(key); found != m_rows.end())
            return found->second;
        if (m_rows.size() >= kMost)
            m_rows.clear();
        return m_rows.emplace(key, make()).first->second;
    }

private:
    std::unordered_map<Key, Value, Hash> m_rows;
};

} // namespace lolscope
