#include "model/store/relinkedrows.h"

#include "model/base/text.h"
#include "model/store/sql.h"

namespace lolscope {

RelinkedRows::RelinkedRows(SQLite::Database &database, std::int64_t linked, const LinkFacts &facts,
                           const Links &links)
    : m_database(database)
    , m_linked(linked)
    , m_facts(facts)
    , m_links(links)
{}

void RelinkedRows::save()
{
    for (std::size_t i = 0; i < m_links.processes.size(); ++i)
        m_rows.push_back(i < m_facts.starts.size() ? m_facts.starts[i].row : madeRow(m_links.processes[i]));
    updateStarts();
    updateParents();
    updateUses();
    moveChangedGuids();
    cutRings();
    describeMade();
}

/// The row that stood for a process without a start so far; 0 without one.
std::int64_t RelinkedRows::findMade(const Links::Process &made)
{
    if (made.guid != 0) {
        SQLite::Statement find(
            m_database, "SELECT id FROM process WHERE guid = ? AND +host_id = ? AND source <> 'logged'");
        find.bind(1, m_facts.texts.text(made.guid));
        find.bind(2, made.host);
        return find.executeStep() ? find.getColumn(0).getInt64() : 0;
    }
    const std::string program = foldCase(baseName(m_facts.texts.text(made.image)));
    const std::string find = "SELECT id, image FROM process WHERE host_id = ? AND start_time IS NULL AND "
                             "guid IS NULL AND source <> "
                             "'logged' AND pid ";
    for (const char *condition : {"= ?", "IS NULL"}) { // an unknown PID and 0 are one
        if (made.pid.value_or(0) != 0 && std::string_view(condition) == "IS NULL")
            break;
        SQLite::Statement row(m_database, find + condition);
        row.bind(1, made.host);
        if (row.getBindParameterCount() > 1)
            row.bind(2, static_cast<std::int64_t>(made.pid.value_or(0)));
        while (row.executeStep())
            if (foldCase(baseName(sql::text(row, 1))) == program)
                return row.getColumn(0).getInt64();
    }
    return 0;
}

std::int64_t RelinkedRows::madeRow(const Links::Process &made)
{
    if (const std::int64_t row = findMade(made); row != 0)
        return row;
    SQLite::Statement insert(
        m_database, "INSERT INTO process (host_id, source, guid, pid, image) VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, made.host);
    insert.bind(2, std::string(processSourceName(made.source)));
    sql::bindOptionalText(insert, 3, m_facts.texts.text(made.guid));
    sql::bindOptional(insert, 4, made.pid);
    sql::bindText(insert, 5, m_facts.texts.text(made.image));
    insert.exec();
    return *m_new.insert(m_database.getLastInsertRowid()).first;
}

std::optional<std::int64_t> RelinkedRows::rowOf(int process) const
{
    return process < 0 ? std::nullopt : std::optional(m_rows[static_cast<std::size_t>(process)]);
}

void RelinkedRows::updateStarts()
{
    SQLite::Statement update(m_database,
                             "UPDATE process SET same_as = ?1, end_time = ?2, end_is_bound = ?3, guid = ?4 "
                             "WHERE id = ?5 AND (same_as, end_time, "
                             "end_is_bound, guid) IS NOT (?1, ?2, ?3, ?4)");
    for (std::size_t i = 0; i < m_facts.starts.size(); ++i) {
        if (m_facts.starts[i].isSettled)
            continue;
        const auto &process = m_links.processes[i];
        sql::bindOptional(update, 1, rowOf(process.sameAs));
        sql::bindOptional(update, 2, process.end);
        update.bind(3, process.endIsBound ? 1 : 0);
        sql::bindOptionalText(update, 4, m_facts.texts.text(process.guid));
        update.bind(5, m_rows[i]);
        update.exec();
        update.reset();
    }
}

void RelinkedRows::updateParents()
{
    SQLite::Statement update(
        m_database,
        "UPDATE process SET parent_id = ?1, parent_link = ?2 WHERE id = ?3 AND (parent_id, parent_link) IS "
        "NOT (?1, ?2)");
    for (std::size_t i = 0; i < m_facts.starts.size(); ++i) {
        if (m_facts.starts[i].keepsParent)
            continue;
        const auto &process = m_links.processes[i];
        sql::bindOptional(update, 1, rowOf(process.parent));
        update.bind(2, std::string(parentLinkName(process.parentLink)));
        update.bind(3, m_rows[i]);
        update.exec();
        update.reset();
    }
}

void RelinkedRows::updateUses()
{
    SQLite::Statement end(
        m_database, "UPDATE process_end SET process_id = ?1 WHERE event_id = ?2 AND process_id IS NOT ?1");
    for (std::size_t i = 0; i < m_facts.ends.size(); ++i) {
        sql::bindOptional(end, 1, rowOf(m_links.endProcesses[i]));
        end.bind(2, m_facts.ends[i].row);
        end.exec();
        end.reset();
    }
    SQLite::Statement connection(m_database,
                                 "UPDATE connection SET process_id = ?1, same_as = ?2 WHERE id = ?3 AND "
                                 "(process_id, same_as) IS NOT (?1, ?2)");
    for (std::size_t i = 0; i < m_facts.connections.size(); ++i) {
        const auto &link = m_links.connections[i];
        sql::bindOptional(connection, 1, rowOf(link.process));
        sql::bindOptional(
            connection, 2,
            link.sameAs < 0 ? std::nullopt
                            : std::optional(m_facts.connections[static_cast<std::size_t>(link.sameAs)].row));
        connection.bind(3, m_facts.connections[i].row);
        connection.exec();
        connection.reset();
    }
    SQLite::Statement query(m_database,
                            "UPDATE dns_query SET process_id = ?1 WHERE id = ?2 AND process_id IS NOT ?1");
    for (std::size_t i = 0; i < m_facts.queries.size(); ++i) {
        sql::bindOptional(query, 1, rowOf(m_links.queryProcesses[i]));
        query.bind(2, m_facts.queries[i].row);
        query.exec();
        query.reset();
    }
}

/// All facts of a GUID are of the process that stands for it, those that were not read too.
void RelinkedRows::moveChangedGuids()
{
    SQLite::Statement isChanged(m_database, "SELECT 1 FROM changed_guid WHERE host_id = ? AND guid = ?");
    std::vector<SQLite::Statement> moves;
    for (const char *table : {"connection", "dns_query", "process_end"})
        moves.emplace_back(
            m_database,
            std::string("UPDATE ") + table
                + " SET process_id = ?1 WHERE guid = ?2 AND +host_id = ?3 AND process_id IS NOT ?1");
    for (std::size_t i = 0; i < m_links.processes.size(); ++i) {
        const auto &process = m_links.processes[i];
        if (process.guid == 0 || process.sameAs >= 0)
            continue;
        const std::string &guid = m_facts.texts.text(process.guid);
        isChanged.bind(1, process.host);
        isChanged.bind(2, guid);
        const bool moved = isChanged.executeStep();
        isChanged.reset();
        if (!moved)
            continue;
        for (SQLite::Statement &move : moves) {
            move.bind(1, m_rows[i]);
            move.bind(2, guid);
            move.bind(3, process.host);
            move.exec();
            move.reset();
        }
    }
    m_database.exec(
        "UPDATE connection SET process_id = (SELECT first.process_id FROM connection first WHERE first.id = "
        "connection.same_as) WHERE id IN (SELECT second.id FROM changed_connection n CROSS JOIN connection "
        "second "
        "ON second.same_as = n.id) AND process_id IS NOT (SELECT first.process_id FROM connection first "
        "WHERE "
        "first.id = connection.same_as)");
}

/// As linking does: the earliest of a ring of parents cannot have come from the others.
void RelinkedRows::cutRings()
{
    SQLite::Statement starts(
        m_database,
        "SELECT p.id FROM near_process n CROSS JOIN process p ON p.id = n.id WHERE n.with_parent AND "
        "p.parent_id IS NOT NULL ORDER BY p.id");
    std::vector<std::int64_t> rows;
    while (starts.executeStep())
        rows.push_back(starts.getColumn(0).getInt64());
    const std::string up =
        "WITH RECURSIVE up(id) AS (SELECT parent_id FROM process WHERE id = ?1 UNION SELECT parent_id FROM "
        "process JOIN up ON process.id = up.id WHERE parent_id IS NOT NULL) ";
    SQLite::Statement isRing(m_database, up + "SELECT 1 FROM up WHERE id = ?1");
    SQLite::Statement cut(
        m_database,
        "UPDATE process SET parent_id = NULL, parent_link = 'cut' WHERE id = (" + up
            + "SELECT p.id FROM up JOIN process p ON p.id = up.id ORDER BY p.start_time IS NULL, "
              "p.start_time, "
              "iif(p.from_security, NULL, p.guid), p.pid, p.image, p.command_line, p.user, p.parent_guid, "
              "p.parent_pid, p.parent_image "
              "LIMIT 1)");
    for (const std::int64_t row : rows) {
        isRing.bind(1, row);
        const bool ring = isRing.executeStep();
        isRing.reset();
        if (!ring)
            continue;
        cut.bind(1, row);
        cut.exec();
        cut.reset();
    }
}

void RelinkedRows::describeMade()
{
    std::map<std::int64_t, bool> rows; // whether all that it gained was read
    for (std::size_t i = m_facts.starts.size(); i < m_rows.size(); ++i)
        rows[m_rows[i]] = !m_new.contains(m_rows[i]);
    for (const char *text :
         {"SELECT p.id FROM left_process n CROSS JOIN process p ON p.id = n.id WHERE p.source <> 'logged'",
          "SELECT p.id FROM changed_guid n CROSS JOIN process p ON p.guid = n.guid AND +p.host_id = "
          "n.host_id "
          "WHERE p.source <> "
          "'logged'"}) {
        SQLite::Statement row(m_database, text);
        while (row.executeStep())
            rows[row.getColumn(0).getInt64()] = false;
    }
    for (const auto &[row, isKnown] : rows)
        describeMadeProcess(m_database, row, isKnown);
}

namespace {

/// The facts of a kind that are about process ?1, in the order of linking.
struct FactsOf
{
    const char *table, *near, *id, *condition, *time, *order;
};
constexpr FactsOf kEnds = {"process_end",     "near_end", "event_id",
                           "process_id = ?1", "time",     "guid, pid, image"};
constexpr FactsOf kConnections = {
    "connection",
    "near_connection",
    "id",
    "process_id = ?1 AND same_as IS NULL",
    "time",
    "guid, pid, image, dest_ip, dest_port, source_ip, source_port, protocol, user, dest_hostname"};
constexpr FactsOf kQueries = {"dns_query",       "near_query", "id",
                              "process_id = ?1", "time",       "guid, pid, image, name, status, user"};
constexpr FactsOf kChildren = {
    "process",
    "near_process",
    "id",
    "parent_id = ?1",
    "start_time",
    "iif(from_security, NULL, guid), pid, image, command_line, user, parent_guid, parent_pid, parent_image"};

/// The first value of a column that says something; NULL without one.
std::string firstOf(const FactsOf &facts, const std::string &column, const std::string &says, bool onlyNear)
{
    const std::string from = "SELECT " + column + " FROM " + facts.table + " WHERE " + (onlyNear ? "+" : "")
        + facts.condition + " AND " + says
        + (onlyNear ? std::string(" AND ") + facts.id + " IN (SELECT id FROM " + facts.near + ")"
                    : std::string())
        + " AND " + facts.time;
    return "(" + from + " IS NOT NULL ORDER BY " + facts.time + ", " + facts.order + " LIMIT 1), (" + from
        + " IS NULL ORDER BY " + facts.order + " LIMIT 1)";
}
std::string firstText(const FactsOf &facts, const std::string &column, bool onlyNear = false)
{
    return firstOf(facts, column, column + " <> ''", onlyNear);
}

} // namespace

void describeMadeProcess(SQLite::Database &database, std::int64_t row, bool isKnown)
{
    SQLite::Statement uses(
        database,
        "SELECT EXISTS (SELECT 1 FROM process_end WHERE process_id = ?1) OR EXISTS (SELECT 1 FROM connection "
        "WHERE process_id = ?1 AND same_as IS NULL) OR EXISTS (SELECT 1 FROM dns_query WHERE process_id = "
        "?1), EXISTS (SELECT 1 FROM process WHERE parent_id = ?1)");
    uses.bind(1, row);
    uses.executeStep();
    const bool isUsed = uses.getColumn(0).getInt() != 0;
    const bool isParent = uses.getColumn(1).getInt() != 0;
    uses.reset();
    if (!isUsed && !isParent) {
        SQLite::Statement remove(database, "DELETE FROM process WHERE id = ? AND source <> 'logged'");
        remove.bind(1, row);
        remove.exec();
        return;
    }
    // A user or command line that no fact told so far can come from new facts alone; the others may be many.
    SQLite::Statement known(database, "SELECT user = '', command_line = '' FROM process WHERE id = ?");
    known.bind(1, row);
    known.executeStep();
    const bool userIsNew = isKnown && known.getColumn(0).getInt() != 0;
    const bool lineIsNew = isKnown && known.getColumn(1).getInt() != 0;
    known.reset();
    const std::string pid = isUsed ? firstOf(kEnds, "pid", "pid IS NOT NULL", false) + ", "
            + firstOf(kConnections, "pid", "pid IS NOT NULL", false) + ", "
            + firstOf(kQueries, "pid", "pid IS NOT NULL", false)
                                   : firstOf(kChildren, "parent_pid", "true", false);
    SQLite::Statement update(
        database,
        "UPDATE process SET source = " + std::string(isUsed ? "'derived'" : "'ghost'") + ", pid = coalesce("
            + pid + "), image = coalesce(" + firstText(kEnds, "image") + ", "
            + firstText(kConnections, "image") + ", " + firstText(kQueries, "image") + ", "
            + firstText(kChildren, "parent_image") + ", ''), user = coalesce("
            + firstText(kConnections, "user", userIsNew) + ", " + firstText(kQueries, "user", userIsNew)
            + ", ''), command_line = coalesce("
            + firstOf(kChildren, "(SELECT text FROM shared_text WHERE id = parent_command_line_id)",
                      "parent_command_line_id IS NOT NULL", lineIsNew)
            + ", ''), end_time = (SELECT min(time) FROM process_end WHERE process_id = ?1) WHERE id = ?1");
    update.bind(1, row);
    update.exec();
}

void noteChangedEvents(SQLite::Database &database, std::int64_t linked)
{
    // What is about a changed row: joined by facts, or by the GUID where an event has no facts of its own.
    database.exec("INSERT OR IGNORE INTO changed_guid SELECT p.host_id, p.guid FROM changed_process n CROSS "
                  "JOIN process p ON p.id = n.id "
                  "WHERE p.guid IS NOT NULL;"
                  "INSERT OR IGNORE INTO changed_event SELECT c.event_id FROM changed_process n CROSS JOIN "
                  "connection c ON c.process_id = "
                  "n.id;"
                  "INSERT OR IGNORE INTO changed_event SELECT q.event_id FROM changed_process n CROSS JOIN "
                  "dns_query q ON q.process_id = "
                  "n.id;"
                  "INSERT OR IGNORE INTO changed_event SELECT e.event_id FROM changed_process n CROSS JOIN "
                  "process_end e ON e.process_id = "
                  "n.id;"
                  "INSERT OR IGNORE INTO changed_event SELECT p.event_id FROM changed_process n CROSS JOIN "
                  "process p ON p.id = n.id WHERE "
                  "p.event_id IS NOT NULL;"
                  "INSERT OR IGNORE INTO changed_event SELECT e.id FROM changed_guid n CROSS JOIN "
                  "process_guid g ON g.text = n.guid CROSS "
                  "JOIN event e ON e.process_guid_id = g.id CROSS JOIN candidate k ON k.event_id = e.id "
                  "WHERE +e.host_id = n.host_id;"
                  "DELETE FROM changed_event WHERE NOT EXISTS (SELECT 1 FROM candidate k WHERE k.event_id = "
                  "changed_event.id);"
                  // An allowlist item may name the parent.
                  "INSERT OR IGNORE INTO changed_parent SELECT p.id FROM changed_process n CROSS JOIN "
                  "process p ON p.parent_id = n.id;"
                  "INSERT OR IGNORE INTO changed_alert SELECT alert.id FROM changed_parent n CROSS JOIN "
                  "alert ON alert.process_id = n.id;");
    SQLite::Statement added(
        database, "INSERT OR IGNORE INTO changed_event SELECT event_id FROM candidate WHERE event_id > ?");
    added.bind(1, linked);
    added.exec();
}

} // namespace lolscope
