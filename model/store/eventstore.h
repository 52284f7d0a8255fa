#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <span>
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

/// One event, whole. Error: Invalid for an id that is not there.
Result<StoredEvent> storedEvent(const CaseFile &file, EventId id);

} // namespace lolscope
