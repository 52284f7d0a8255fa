#include "model/base/arena.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace lolscope {

void Arena::clear()
{
    // One batch of huge texts shall not keep its memory for the rest of a long reading.
    constexpr std::size_t kKeptBlocks = 8;
    if (m_blocks.size() > kKeptBlocks)
        m_blocks.resize(kKeptBlocks);
    m_block = 0;
    m_used = 0;
    m_room = m_blocks.empty() ? nullptr : m_blocks.front().bytes.get();
    m_capacity = m_blocks.empty() ? 0 : m_blocks.front().size;
}

void Arena::swap(Arena &other) noexcept
{
    std::swap(m_blockBytes, other.m_blockBytes);
    m_blocks.swap(other.m_blocks);
    std::swap(m_block, other.m_block);
    std::swap(m_room, other.m_room);
    std::swap(m_used, other.m_used);
    std::swap(m_capacity, other.m_capacity);
}

char *Arena::grow(std::size_t bytes)
{
    std::size_t next = m_blocks.empty() ? 0 : m_block + 1;
    while (next < m_blocks.size() && m_blocks[next].size < bytes)
        ++next;
    if (next == m_blocks.size()) {
        const std::size_t size = std::max(m_blockBytes, bytes);
        m_blocks.push_back({std::make_unique_for_overwrite<char[]>(size + kReadAhead), size});
    }
    m_block = next;
    m_used = 0;
    m_capacity = m_blocks[next].size;
    m_room = m_blocks[next].bytes.get();
    return m_room;
}

std::size_t Arena::bytes() const
{
    std::size_t all = m_used;
    for (std::size_t i = 0; i < m_block; ++i)
        all += m_blocks[i].size;
    return all;
}

std::string_view Arena::keep(std::string_view text)
{
    if (text.empty())
        return {};
    std::memcpy(reserve(text.size()), text.data(), text.size());
    return commit(text.size());
}

} // namespace lolscope
