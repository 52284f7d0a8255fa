#pragma once

#include "model/base/arena.h"
#include "model/store/packedevents.h"
#include "model/store/sql.h"

#include <array>
#include <memory>
#include <unordered_map>

namespace lolscope {

/// The columns EventFields::read() wants, first in a SELECT that goes on with joins and conditions.
inline const std::string kEventColumns = "event.id, kind.provider, kind.channel, host.name, kind.event_id, "
                                         "kind.version, kind.level, event.record_id, "
                                         "event.time_created, event.shape_id";
inline const std::string kEventTables =
    " FROM event JOIN host ON host.id = event.host_id JOIN kind ON kind.id = event.kind_id";
inline const std::string kSelectEvent = "SELECT " + kEventColumns + kEventTables;
constexpr int kEventColumnCount = 10;

/// Puts stored events together again. Keeps the shapes and payloads it has met last.
class EventFields
{
public:
    explicit EventFields(SQLite::Database &database);

    /// The event of the current row; its views live in `batch`. Throws what sql::guarded() catches.
    Event read(SQLite::Statement &row, EventBatch &batch);

private:
    struct Shape
    {
        Arena texts{1024};
        std::vector<std::string_view> names;
        std::size_t systemCount = 0; ///< The first so many are System values.
    };
    struct Payload
    {
        std::int64_t firstEvent = 0;
        UnpackedEvents events;
    };
    const std::shared_ptr<const Shape> &shape(std::int64_t id);
    std::span<const std::string_view> values(std::int64_t event);

    SQLite::Statement m_selectShape;
    SQLite::Statement m_selectPayload;
    std::unordered_map<std::int64_t, std::shared_ptr<const Shape>> m_shapes;
    std::array<Payload, 4> m_payloads;
    std::size_t m_oldest = 0; ///< Of the payloads, the one to be replaced next.
    std::vector<Field> m_fields;
};

} // namespace lolscope
