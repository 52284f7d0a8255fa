#include "model/store/recordranges.h"

#include <algorithm>

namespace lolscope {

bool RecordRanges::add(std::uint64_t id)
{
    const auto at = [this](std::size_t i) { return m_ranges.begin() + static_cast<std::ptrdiff_t>(i); };
    // The next of a run, as nearly all are.
    const bool follows = m_latest < m_ranges.size() && id > 0 && m_ranges[m_latest].last == id - 1;
    std::size_t after = m_latest + 1; // the first range behind `id`
    if (!follows) {
        const auto found = std::upper_bound(m_ranges.begin(), m_ranges.end(), id,
                                            [](std::uint64_t a, const Range &b) { return a < b.first; });
        after = static_cast<std::size_t>(found - m_ranges.begin());
        if (after > 0 && id <= m_ranges[after - 1].last) {
            m_latest = after - 1;
            return true;
        }
    }
    const bool joinsBefore = after > 0 && m_ranges[after - 1].last + 1 == id;
    const bool joinsAfter = after < m_ranges.size() && m_ranges[after].first == id + 1;
    if (joinsBefore && joinsAfter) {
        m_ranges[after - 1].last = m_ranges[after].last;
        m_ranges.erase(at(after));
    } else if (joinsBefore) {
        m_ranges[after - 1].last = id;
    } else if (joinsAfter) {
        m_ranges[after].first = id;
    } else {
        m_ranges.insert(at(after), {id, id});
    }
    m_latest = joinsBefore ? after - 1 : after;
    if (m_ranges.size() > kMost)
        joinNearest();
    return false;
}

/// Closes the smallest gap: its ids count as met from now on.
void RecordRanges::joinNearest()
{
    std::size_t nearest = 1;
    const auto gap = [this](std::size_t i) { return m_ranges[i].first - m_ranges[i - 1].last; };
    for (std::size_t i = 2; i < m_ranges.size(); ++i)
        if (gap(i) < gap(nearest))
            nearest = i;
    m_ranges[nearest - 1].last = m_ranges[nearest].last;
    m_ranges.erase(m_ranges.begin() + static_cast<std::ptrdiff_t>(nearest));
    m_latest = 0;
}

} // namespace lolscope
