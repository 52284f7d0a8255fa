#pragma once

#include "model/store/preparedevents.h"
#include "model/store/rowcache.h"
#include "model/store/sql.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lolscope {

/// The rows that events share: kinds, shapes, hosts and GUIDs of processes, each found or made once a run.
/// Part of EventWriter, which has the transaction; throws what sql::guarded() catches.
class EventNames
{
public:
    explicit EventNames(SQLite::Database &database);

    /// What the events of a form share in the case.
    struct FormRows
    {
        std::int64_t kind = 0;
        std::int64_t shape = 0;
        std::int64_t channel = 0; ///< A number for it, of this run; good for 50,000 channels.
    };
    FormRows of(const PreparedEvents::Form &form);
    std::int64_t host(std::string_view name);
    std::int64_t guid(std::string_view text);

private:
    SQLite::Database &m_database;
    SQLite::Statement m_insertGuid, m_selectGuid;
    RowCache m_kinds, m_shapes, m_channels, m_guids, m_hosts;
    std::int64_t m_lastChannel = 0;
    std::string m_scratch;
    std::string m_lastHost; ///< Events of a log have one host.
    std::int64_t m_lastHostRow = 0; ///< 0 before the first.
};

} // namespace lolscope
