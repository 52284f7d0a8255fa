#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lolscope {

/// Which events of the case a list shows.
struct EventFilter
{
    std::optional<ProcessId>
        process; ///< Only events of this process: its facts, and every event with its ProcessGuid.
    std::optional<std::string> alert; ///< Only the events behind this alert.
};

/// The ids of the events, oldest first (events without a time last): 8 bytes a row, so that a view can
/// scroll over millions without OFFSET.
Result<std::vector<EventId>> eventIds(const CaseFile &file, const EventFilter &filter);

/// The rows for `ids`, in their order. Error: Invalid for an id that is not there.
Result<std::vector<EventRow>> eventRows(const CaseFile &file, std::span<const EventId> ids);

/// A kind of events, by what the records say.
struct EventKindRow
{
    std::string provider, channel;
    std::uint32_t eventId = 0;
    std::uint64_t events = 0; ///< How many of them the case has, where they were counted.
};
Result<EventKindRow> eventKind(const CaseFile &file, EventId id);

/// One event, whole. Error: Invalid for an id that is not there.
Result<StoredEvent> storedEvent(const CaseFile &file, EventId id);

/// Every kind, counted.
Result<std::vector<EventKindRow>> kindCounts(const CaseFile &file);

/// Says of many events, one by one, where each was read first.
class FirstCitation
{
public:
    explicit FirstCitation(const CaseFile &file);
    ~FirstCitation();

    /// The path of the evidence; empty for an id that is not there.
    Result<std::string> fileOf(EventId id);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lolscope
