#pragma once

#include "model/store/sql.h"

#include <unordered_map>

namespace lolscope {

/// The columns EventFields::read() wants, first in a SELECT that goes on with joins and conditions.
inline const std::string kEventColumns = "event.id, kind.provider, kind.channel, host.name, kind.event_id, "
                                         "kind.version, kind.level, event.record_id, "
                                         "event.time_created, event.shape_id, event.fields";
inline const std::string kEventTables =
    " FROM event JOIN host ON host.id = event.host_id JOIN kind ON kind.id = event.kind_id";
inline const std::string kSelectEvent = "SELECT " + kEventColumns + kEventTables;
constexpr int kEventColumnCount = 11;

/// Puts stored events together again. Keeps the shapes and repeated values it has met, up to a limit.
class EventFields
{
public:
    explicit EventFields(SQLite::Database &database);

    /// The event of the current row; its views live in `batch`. Throws what sql::guarded() catches.
    Event read(SQLite::Statement &row, EventBatch &batch);

private:
    struct Shape
    {
        std::vector<std::string> names;
        std::size_t systemCount = 0; ///< The first so many are System values.
    };
    const Shape &shape(std::int64_t id);
    std::string_view string(std::int64_t id, EventBatch &batch);

    SQLite::Statement m_selectShape;
    SQLite::Statement m_selectString;
    std::unordered_map<std::int64_t, Shape> m_shapes;
    std::unordered_map<std::int64_t, std::string> m_strings;
    std::vector<Field> m_fields;
};

} // namespace lolscope
