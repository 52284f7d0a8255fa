#include "model/store/askednames.h"

#include "model/base/timestamp.h"
#include "model/store/sql.h"

#include <vector>

namespace lolscope {

namespace {

constexpr std::int64_t kTolerance = Ticks(std::chrono::seconds(5)).count(); // kClockTolerance

/// Rows for `asked` of queries from what follows FROM.
std::string answersOf(const std::string &queries)
{
    return "INSERT OR REPLACE INTO asked SELECT a.dns_query_id, a.position, a.address, q.host_id, "
           "q.process_id, q.time FROM "
        + queries
        + " CROSS JOIN dns_answer a ON a.dns_query_id = q.id WHERE a.address IS NOT NULL AND q.time IS NOT "
          "NULL";
}

} // namespace

AskedNames::AskedNames(SQLite::Database &database)
    : m_database(database)
{
    m_database.exec("CREATE TEMP TABLE asked (dns_query_id INTEGER, position INTEGER, address TEXT, host_id "
                    "INTEGER, process_id INTEGER, "
                    "time INTEGER, PRIMARY KEY (dns_query_id, position)) WITHOUT ROWID;"
                    "CREATE TEMP TABLE renamed (id INTEGER PRIMARY KEY);"
                    + answersOf("dns_query q")
                    + ";CREATE INDEX temp.asked_by_host ON asked(host_id, address, time);"
                      "CREATE INDEX temp.asked_by_process ON asked(process_id, address, time);");
}

void AskedNames::update(std::int64_t linked)
{
    SQLite::Statement queries(
        m_database, "INSERT OR IGNORE INTO changed_query SELECT id, NULL FROM dns_query WHERE event_id > ?");
    queries.bind(1, linked);
    queries.exec();
    m_database.exec("DELETE FROM renamed; INSERT INTO renamed SELECT id FROM changed_connection;"
                    + answersOf("changed_query n CROSS JOIN dns_query q ON q.id = n.id"));
    SQLite::Statement connections(
        m_database, "INSERT OR IGNORE INTO renamed SELECT id FROM connection WHERE event_id > ?");
    connections.bind(1, linked);
    connections.exec();
    // Up to the next query for the address, of the process, of the process it was of before, and of the host:
    // each may be what a connection turns to.
    SQLite::Statement nearest(
        m_database,
        "INSERT OR IGNORE INTO renamed SELECT c.id FROM (SELECT q.host_id, a.address, q.time, max("
        "coalesce((SELECT min(o.time) FROM asked o WHERE o.host_id = q.host_id AND o.address = a.address AND "
        "o.time > q.time), "
        "9223372036854775807), "
        "CASE WHEN q.process_id IS NULL THEN 0 ELSE coalesce((SELECT min(o.time) FROM asked o WHERE "
        "o.process_id = q.process_id "
        "AND o.address = a.address AND o.time > q.time), 9223372036854775807) END, "
        "CASE WHEN n.before IS NULL THEN 0 ELSE coalesce((SELECT min(o.time) FROM asked o WHERE o.process_id "
        "= n.before "
        "AND o.address = a.address AND o.time > q.time), 9223372036854775807) END) AS until "
        "FROM changed_query n CROSS JOIN dns_query q ON q.id = n.id CROSS JOIN dns_answer a ON "
        "a.dns_query_id = q.id WHERE "
        "a.address IS NOT NULL AND q.time IS NOT NULL) q CROSS JOIN connection c ON c.host_id = q.host_id "
        "AND c.dest_address = "
        "q.address AND c.time BETWEEN q.time - ? AND q.until");
    nearest.bind(1, kTolerance);
    nearest.exec();
    nameConnections();
}

/// As linking does: of the same process first, then of the same host; the nearest in time, at most the
/// tolerance after the connection; of two equally near the earlier.
void AskedNames::nameConnections()
{
    struct One
    {
        std::int64_t id, host, time;
        std::optional<std::int64_t> process;
        std::string address;
    };
    std::vector<One> all;
    SQLite::Statement row(m_database,
                          "SELECT c.id, c.host_id, c.time, c.process_id, c.dest_address FROM renamed n CROSS "
                          "JOIN connection c ON "
                          "c.id = n.id WHERE c.time IS NOT NULL AND c.dest_address IS NOT NULL");
    while (row.executeStep())
        all.push_back({row.getColumn(0).getInt64(), row.getColumn(1).getInt64(), row.getColumn(2).getInt64(),
                       sql::optionalOf<std::int64_t>(row, 3), sql::text(row, 4)});

    const auto select = [&](const std::string &key, const std::string &when, const std::string &order) {
        return SQLite::Statement(
            m_database,
            "SELECT o.dns_query_id, o.time FROM asked o CROSS JOIN dns_query q ON q.id = o.dns_query_id "
            "WHERE o."
                + key + " = ?1 AND o.address = ?2 AND " + when + " ORDER BY o.time" + order + ", q.guid"
                + order + ", q.pid" + order + ", q.image" + order + ", q.name" + order + ", q.status" + order
                + ", q.user" + order + " LIMIT 1");
    };
    const std::string before = "o.time <= ?3";
    const std::string after = "o.time > ?3 AND o.time <= ?3 + " + std::to_string(kTolerance);
    SQLite::Statement ofProcess[] = {select("process_id", before, " DESC"), select("process_id", after, "")};
    SQLite::Statement ofHost[] = {select("host_id", before, " DESC"), select("host_id", after, "")};
    const auto find = [](SQLite::Statement(&statements)[2], std::int64_t key, const One &one) {
        std::optional<std::int64_t> found;
        std::int64_t distance = 0;
        for (SQLite::Statement &statement : statements) {
            statement.bind(1, key);
            statement.bind(2, one.address);
            statement.bind(3, one.time);
            if (statement.executeStep()) {
                const std::int64_t away = std::abs(statement.getColumn(1).getInt64() - one.time);
                if (!found || away < distance) {
                    found = statement.getColumn(0).getInt64();
                    distance = away;
                }
            }
            statement.reset();
        }
        return found;
    };
    SQLite::Statement update(
        m_database,
        "UPDATE connection SET asked_query_id = ?1, asked_by_same_process = ?2 WHERE id = ?3 AND "
        "(asked_query_id, asked_by_same_process) IS NOT (?1, ?2)");
    for (const One &one : all) {
        auto query = one.process ? find(ofProcess, *one.process, one) : std::nullopt;
        const bool bySame = query.has_value();
        if (!query)
            query = find(ofHost, one.host, one);
        sql::bindOptional(update, 1, query);
        update.bind(2, bySame ? 1 : 0);
        update.bind(3, one.id);
        update.exec();
        update.reset();
    }
}

} // namespace lolscope
