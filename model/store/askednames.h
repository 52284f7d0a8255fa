#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

/// Shared by the sources of model/store alone.
namespace lolscope {

/// Which address answered which query when, in a temporary table, so that the query nearest to a connection
/// is found by an index; the case keeps answers by their query.
class AskedNames
{
public:
    explicit AskedNames(SQLite::Database &database);

    /// Sets the asked names of the connections behind event `linked`, of those in `changed_connection`, and
    /// of those that a new query or one in `changed_query` may be nearest to.
    void update(std::int64_t linked);

private:
    void nameConnections();

    SQLite::Database &m_database;
};

} // namespace lolscope
