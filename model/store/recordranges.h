#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lolscope {

/// The record ids of one log that were met, as ranges, in bounded memory: a log is read nearly in order, so
/// there are few. May take an id for met that was not, never the other way round.
class RecordRanges
{
public:
    /// Adds `id`; whether it may have been met before.
    bool add(std::uint64_t id);

private:
    static constexpr std::size_t kMost = 64;
    struct Range
    {
        std::uint64_t first = 0;
        std::uint64_t last = 0; ///< Inclusive.
    };
    void joinNearest();

    std::vector<Range> m_ranges; ///< In order, with gaps between them.
    std::size_t m_latest = 0; ///< Where the last id went.
};

} // namespace lolscope
