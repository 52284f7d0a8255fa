#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace lolscope {

/// Storage for texts that go away together. Blocks are handed out front to back, so that filling a cleared
/// arena again costs no allocation. What it gives may be read for kReadAhead bytes past its end (of no
/// meaning), for vector code.
class Arena
{
public:
    static constexpr std::size_t kReadAhead = 32;

    explicit Arena(std::size_t blockBytes)
        : m_blockBytes(blockBytes)
    {}

    /// Forgets the texts and keeps most of the memory.
    void clear();
    void swap(Arena &other) noexcept;

    /// Room for `bytes` at the end, for a text whose length is known only when it is written. Good until the
    /// next call that stores something; commit() keeps what was written.
    char *reserve(std::size_t bytes)
    {
        return m_used < m_capacity && bytes <= m_capacity - m_used ? m_room + m_used : grow(bytes);
    }
    /// Keeps the first `bytes` of what reserve() gave, at most as many as were asked for.
    std::string_view commit(std::size_t bytes)
    {
        const char *start = m_room + m_used;
        m_used += bytes;
        return {start, bytes};
    }
    std::size_t bytes() const; ///< Handed out so far, rests of blocks included.
    /// Copies `text`.
    std::string_view keep(std::string_view text);

private:
    struct Block
    {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0; ///< Without kReadAhead.
    };

    char *grow(std::size_t bytes);

    std::size_t m_blockBytes;
    std::vector<Block> m_blocks;
    std::size_t m_block = 0; ///< The one being filled.
    char *m_room = nullptr; ///< Its bytes.
    std::size_t m_used = 0; ///< Of it.
    std::size_t m_capacity = 0; ///< Of it; 0 before the first.
};

} // namespace lolscope
