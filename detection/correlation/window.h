#pragma once

#include "detection/correlation/correlationrun.h"
#include "detection/correlation/measure.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

/// What a CorrelationRun holds.
namespace lolscope {

using Values = std::vector<std::string>;
using Records = std::vector<CorrelatedRecord>;

/// An event of a base rule, or the one that a lower correlation is.
struct Occurrence
{
    Timestamp time;
    Values values; ///< Of the fields of its node.
    CorrelatedRecord record; ///< Of a base rule's.
    std::shared_ptr<const Records> records = {}; ///< Behind a lower correlation's.
    std::uint64_t unlisted = 0; ///< Further ones behind it.
};

/// An event in a window.
struct Entry
{
    MeasuredEvent measured;
    CorrelatedRecord record;
    std::shared_ptr<const Records> records;
    std::uint64_t unlisted = 0;
    Values carried; ///< As long as the node's fields; empty texts where the group tells. Or empty.

    /// What it takes in memory, roughly. Records may be shared; whoever holds them pays.
    std::size_t bytes() const
    {
        return 2 * sizeof(Entry) + carried.size() * (sizeof(std::string) + kMaxCorrelatedValueBytes)
            + (records ? records->size() * sizeof(CorrelatedRecord) : 0);
    }
};

struct Window
{
    enum class State {
        Sliding, ///< Waits for the condition; `entries` are those of the last timespan.
        Held, ///< The condition came to hold; takes in what comes until its end.
        Closing ///< The condition is looked at when it ends.
    };
    State state = State::Sliding;
    std::size_t node = 0;
    std::uint64_t serial = 0; ///< Of its entry in the queue of ends; 0 when the slot is free.
    std::map<std::string, std::size_t>::iterator key;
    Values group;
    Timestamp begin; ///< When Held or Closing.
    Timestamp last; ///< Its latest event, when Sliding.
    std::deque<Entry> entries;
    std::size_t measuredEvents = 0; ///< That `measure` keeps something of.
    std::uint64_t unlisted = 0; ///< Records that are not in `entries`.
    std::size_t bytes = 0;
    Measure measure;
};

/// When something has to be done about a window. The earliest comes first, of lower rules before the ones
/// above.
struct End
{
    Timestamp time;
    std::size_t node = 0;
    std::uint64_t serial = 0;
    std::size_t slot = 0;

    friend bool operator>(const End &a, const End &b)
    {
        return std::tie(a.time, a.node, a.serial) > std::tie(b.time, b.node, b.serial);
    }
};

/// Whether a measure keeps something of each event, and how much.
bool keepsEvents(sigma::CorrelationType type);
constexpr std::size_t kMeasuredBytes = 40; ///< A hash with its count, or a number.

/// Memory of a window without events, roughly.
std::size_t bytesOf(const sigma::Correlation &correlation);

/// The records behind some entries: oldest first, each event once, at most `most`. Counts those left out.
Records recordsOf(const std::vector<const Entry *> &entries, std::size_t most, std::uint64_t &unlisted);

} // namespace lolscope
