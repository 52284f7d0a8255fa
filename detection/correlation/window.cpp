#include "detection/correlation/window.h"

#include <algorithm>
#include <unordered_set>

namespace lolscope {

bool keepsEvents(sigma::CorrelationType type)
{
    using Type = sigma::CorrelationType;
    return type == Type::ValueCount || type == Type::ValuePercentile || type == Type::ValueMedian;
}

std::size_t bytesOf(const sigma::Correlation &correlation)
{
    constexpr std::size_t kDequeBytes = 640; // what an empty std::deque takes
    const auto steps =
        correlation.type == sigma::CorrelationType::TemporalOrdered ? correlation.rules.size() : 0;
    return sizeof(Window) + kDequeBytes + 2 * correlation.groupBy.size() * sizeof(std::string)
        + steps * steps * sizeof(Timestamp);
}

Records recordsOf(const std::vector<const Entry *> &entries, std::size_t most, std::uint64_t &unlisted)
{
    Records all;
    for (const auto *entry : entries) {
        if (entry->records)
            all.insert(all.end(), entry->records->begin(), entry->records->end());
        else
            all.push_back(entry->record);
        unlisted += entry->unlisted;
    }
    std::stable_sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.time < b.time; });
    std::unordered_set<std::int64_t> seen;
    std::erase_if(all, [&](const CorrelatedRecord &record) { return !seen.insert(record.event).second; });
    if (all.size() > most) {
        unlisted += all.size() - most;
        all.resize(most);
    }
    return all;
}

} // namespace lolscope
