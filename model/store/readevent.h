#pragma once

#include "model/store/json.h"
#include "model/store/sql.h"

namespace lolscope {

/// The columns readEvent() wants, first in a SELECT that goes on with joins and conditions.
constexpr std::string_view kEventColumns = "event.id, provider.text, channel.text, host.name, event.event_id, event.version, "
                                           "event.level, event.record_id, event.time_created, event.system, event.data";
constexpr std::string_view kEventTables = " FROM event JOIN host ON host.id = event.host_id "
                                          "JOIN string provider ON provider.id = event.provider_id "
                                          "JOIN string channel ON channel.id = event.channel_id";
inline const std::string kSelectEvent = "SELECT " + std::string(kEventColumns) + std::string(kEventTables);

/// The event of the current row; its views live in `batch`. Throws what sql::guarded() catches.
inline Event readEvent(SQLite::Statement &row, EventBatch &batch)
{
    const auto keep = [&](int column) { return batch.keep(sql::text(row, column)); };
    const auto fields = [&](int column) {
        const auto value = row.getColumn(column);
        const auto parsed = fieldsFromJson({value.getText(), static_cast<std::size_t>(value.getBytes())}, batch);
        if (!parsed)
            throw parsed.error();
        return batch.keep(std::span<const Field>(*parsed));
    };
    Event event;
    event.provider = keep(1);
    event.channel = keep(2);
    event.computer = keep(3);
    event.eventId = row.getColumn(4).getUInt();
    event.version = row.getColumn(5).getUInt();
    event.level = row.getColumn(6).getUInt();
    event.recordId = sql::optionalOf<std::uint64_t>(row, 7);
    event.timeCreated = sql::timeOf(row, 8);
    event.system = fields(9);
    event.data = fields(10);
    return event;
}

} // namespace lolscope
