#include "model/store/linkstore.h"

#include "model/base/ipaddress.h"
#include "model/store/facts.h"
#include "model/store/schema.h"
#include "model/store/sql.h"

namespace lolscope {

TextId TextPool::id(std::string_view text)
{
    const auto [entry, added] = m_ids.try_emplace(std::string(text), static_cast<TextId>(m_texts.size()));
    if (added)
        m_texts.push_back(&entry->first);
    return entry->second;
}

namespace {

/// The end of a SELECT of facts in time order. Facts of one time are ordered by what they say: row numbers
/// would bring in the order in which files and records came.
std::string inOrder(const std::string &time, const std::string &saying)
{
    return " ORDER BY " + time + " IS NULL, " + time + ", guid, pid, image, " + saying;
}

/// Columns shared by every fact, from `first` on: id, host, guid, pid, image, time.
template<typename Fact>
void readCommon(SQLite::Statement &row, TextPool &texts, Fact &fact)
{
    fact.row = row.getColumn(0).getInt64();
    fact.host = row.getColumn(1).getInt64();
    fact.guid = texts.id(sql::text(row, 2));
    fact.pid = sql::optionalOf<std::uint32_t>(row, 3);
    fact.image = texts.id(sql::text(row, 4));
    fact.time = sql::timeOf(row, 5);
}

void readStarts(SQLite::Database &database, LinkFacts &facts, const FactSelection &which)
{
    SQLite::Statement row(
        database,
        // A GUID that a start of the Security log learnt in an earlier run is not what it says.
        "SELECT id, host_id, iif(from_security, NULL, guid) AS guid, pid, image, start_time, from_security, "
        "parent_guid, parent_pid, "
        "parent_image, "
        "parent_command_line_id FROM process WHERE source = 'logged'"
            + (which.starts.empty() ? "" : " AND " + which.starts)
            + inOrder("start_time", "command_line, user, parent_guid, parent_pid, parent_image"));
    while (row.executeStep()) {
        LinkFacts::Start start;
        readCommon(row, facts.texts, start);
        start.fromSecurity = row.getColumn(6).getInt() != 0;
        start.parentGuid = facts.texts.id(sql::text(row, 7));
        start.parentPid = sql::optionalOf<std::uint32_t>(row, 8);
        start.parentImage = facts.texts.id(sql::text(row, 9));
        start.parentCommandLine = row.getColumn(10).getInt64();
        facts.starts.push_back(start);
    }
}

void readEnds(SQLite::Database &database, LinkFacts &facts, const FactSelection &which)
{
    SQLite::Statement row(database,
                          "SELECT event_id, host_id, guid, pid, image, time FROM process_end"
                              + (which.ends.empty() ? "" : " WHERE " + which.ends)
                              + inOrder("time", "image"));
    while (row.executeStep())
        readCommon(row, facts.texts, facts.ends.emplace_back());
}

void readConnections(SQLite::Database &database, LinkFacts &facts, const FactSelection &which)
{
    SQLite::Statement row(
        database,
        "SELECT id, host_id, guid, pid, image, time, from_security, user, protocol, initiated, source_ip, "
        "source_port, "
        "dest_ip, dest_port, dest_address FROM connection"
            + (which.connections.empty() ? "" : " WHERE " + which.connections)
            + inOrder("time", "dest_ip, dest_port, source_ip, source_port, protocol, user, dest_hostname"));
    while (row.executeStep()) {
        LinkFacts::Connection connection;
        readCommon(row, facts.texts, connection);
        connection.fromSecurity = row.getColumn(6).getInt() != 0;
        connection.user = facts.texts.id(sql::text(row, 7));
        std::string tuple = sql::text(row, 8) + ' ' + sql::text(row, 9);
        for (const int column : {10, 12})
            tuple += ' ' + addressText(sql::text(row, column)) + ' ' + sql::text(row, column + 1);
        connection.tuple = facts.texts.id(tuple);
        connection.address = facts.texts.id(sql::text(row, 14));
        facts.connections.push_back(connection);
    }
}

void readQueries(SQLite::Database &database, LinkFacts &facts, const FactSelection &which)
{
    SQLite::Statement row(database,
                          "SELECT id, host_id, guid, pid, image, time, user FROM dns_query"
                              + (which.queries.empty() ? "" : " WHERE " + which.queries)
                              + inOrder("time", "name, status, user"));
    SQLite::Statement answer(
        database,
        "SELECT address FROM dns_answer WHERE dns_query_id = ? AND address IS NOT NULL ORDER BY position");
    while (row.executeStep()) {
        LinkFacts::Query &query = facts.queries.emplace_back();
        readCommon(row, facts.texts, query);
        query.user = facts.texts.id(sql::text(row, 6));
        answer.bind(1, query.row);
        while (answer.executeStep())
            query.addresses.push_back(facts.texts.id(sql::text(answer, 0)));
        answer.reset();
    }
}

class LinkSaver
{
public:
    LinkSaver(SQLite::Database &database, const LinkFacts &facts, const Links &links)
        : m_database(database)
        , m_facts(facts)
        , m_links(links)
    {}

    void save()
    {
        m_database.exec("DELETE FROM process WHERE source <> 'logged'");
        insertMade();
        updateProcesses();
        updateEnds();
        updateConnections();
        updateQueries();
    }

private:
    // Most rows are as an earlier run left them: a row is written only where it changes.

    /// Rows of made processes follow those of the logged ones.
    void insertMade()
    {
        m_rows.reserve(m_links.processes.size());
        for (const auto &start : m_facts.starts)
            m_rows.push_back(start.row);
        // Another program may have added some meanwhile.
        std::int64_t largest = m_database.execAndGet("SELECT coalesce(max(id), 0) FROM process").getInt64();
        SQLite::Statement insert(
            m_database,
            "INSERT INTO process (id, host_id, source, guid, pid, image, command_line, user) VALUES "
            "(?,?,?,?,?,?,coalesce((SELECT text FROM shared_text WHERE id = ?), ''),?)");
        for (std::size_t i = m_facts.starts.size(); i < m_links.processes.size(); ++i) {
            const auto &made = m_links.processes[i];
            m_rows.push_back(++largest);
            insert.bind(1, largest);
            insert.bind(2, made.host);
            insert.bind(3, std::string(processSourceName(made.source)));
            sql::bindOptionalText(insert, 4, m_facts.texts.text(made.guid));
            sql::bindOptional(insert, 5, made.pid);
            sql::bindText(insert, 6, m_facts.texts.text(made.image));
            insert.bind(7, made.commandLine);
            sql::bindText(insert, 8, m_facts.texts.text(made.user));
            insert.exec();
            insert.reset();
        }
    }

    std::optional<std::int64_t> rowOf(int process) const
    {
        return process < 0 ? std::nullopt : std::optional(m_rows[static_cast<std::size_t>(process)]);
    }

    void updateProcesses()
    {
        SQLite::Statement update(
            m_database,
            "UPDATE process SET same_as = ?1, parent_id = ?2, parent_link = ?3, end_time = "
            "?4, end_is_bound = ?5, guid = ?6 WHERE id = ?7 AND (same_as, parent_id, parent_link, end_time, "
            "end_is_bound, guid) IS NOT (?1, ?2, ?3, ?4, ?5, ?6)");
        for (std::size_t i = 0; i < m_links.processes.size(); ++i) {
            const auto &process = m_links.processes[i];
            sql::bindOptional(update, 1, rowOf(process.sameAs));
            sql::bindOptional(update, 2, rowOf(process.parent));
            update.bind(3, std::string(parentLinkName(process.parentLink)));
            sql::bindOptional(update, 4, process.end);
            update.bind(5, process.endIsBound ? 1 : 0);
            sql::bindOptionalText(update, 6, m_facts.texts.text(process.guid));
            update.bind(7, m_rows[i]);
            update.exec();
            update.reset();
        }
    }

    void updateEnds()
    {
        SQLite::Statement update(
            m_database,
            "UPDATE process_end SET process_id = ?1 WHERE event_id = ?2 AND process_id IS NOT ?1");
        for (std::size_t i = 0; i < m_facts.ends.size(); ++i) {
            sql::bindOptional(update, 1, rowOf(m_links.endProcesses[i]));
            update.bind(2, m_facts.ends[i].row);
            update.exec();
            update.reset();
        }
    }

    void updateConnections()
    {
        SQLite::Statement update(m_database,
                                 "UPDATE connection SET process_id = ?1, same_as = ?2, asked_query_id = ?3, "
                                 "asked_by_same_process = ?4 WHERE id = ?5 AND (process_id, same_as, "
                                 "asked_query_id, asked_by_same_process) IS NOT (?1, ?2, ?3, ?4)");
        for (std::size_t i = 0; i < m_facts.connections.size(); ++i) {
            const auto &link = m_links.connections[i];
            sql::bindOptional(update, 1, rowOf(link.process));
            sql::bindOptional(
                update, 2,
                link.sameAs < 0
                    ? std::nullopt
                    : std::optional(m_facts.connections[static_cast<std::size_t>(link.sameAs)].row));
            sql::bindOptional(update, 3,
                              link.asked < 0
                                  ? std::nullopt
                                  : std::optional(m_facts.queries[static_cast<std::size_t>(link.asked)].row));
            update.bind(4, link.askedBySameProcess ? 1 : 0);
            update.bind(5, m_facts.connections[i].row);
            update.exec();
            update.reset();
        }
    }

    void updateQueries()
    {
        SQLite::Statement update(
            m_database, "UPDATE dns_query SET process_id = ?1 WHERE id = ?2 AND process_id IS NOT ?1");
        for (std::size_t i = 0; i < m_facts.queries.size(); ++i) {
            sql::bindOptional(update, 1, rowOf(m_links.queryProcesses[i]));
            update.bind(2, m_facts.queries[i].row);
            update.exec();
            update.reset();
        }
    }

    SQLite::Database &m_database;
    const LinkFacts &m_facts;
    const Links &m_links;
    std::vector<std::int64_t> m_rows; // process.id by index of Links::processes
};

} // namespace

Result<LinkFacts> linkFacts(const CaseFile &file, const FactSelection &which)
{
    return sql::guarded([&] {
        LinkFacts facts;
        facts.lastEvent = file.database().execAndGet("SELECT coalesce(max(id), 0) FROM event").getInt64();
        readStarts(file.database(), facts, which);
        readEnds(file.database(), facts, which);
        readConnections(file.database(), facts, which);
        readQueries(file.database(), facts, which);
        return facts;
    });
}

Result<void> indexEvents(CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Transaction transaction(file.database(), SQLite::TransactionBehavior::IMMEDIATE);
        file.database().exec(kEventIndexes);
        transaction.commit();
    });
}

Result<void> saveLinks(CaseFile &file, const LinkFacts &facts, const Links &links)
{
    return sql::guarded([&] {
        SQLite::Transaction transaction(file.database(), SQLite::TransactionBehavior::IMMEDIATE);
        LinkSaver(file.database(), facts, links).save();
        file.database().exec("INSERT OR REPLACE INTO meta VALUES ('detections', '1');"
                             "DELETE FROM meta WHERE key = 'detected'");
        SQLite::Statement mark(file.database(),
                               "INSERT OR REPLACE INTO meta SELECT 'links', iif(coalesce(max(id), 0) > ?, "
                               "'1', '0') FROM event");
        mark.bind(1, facts.lastEvent);
        mark.exec();
        file.database().exec(kJoinIndex);
        if (!file.path().empty()) // nobody asks a temporary case for more
            file.database().exec(kFactIndexes);
        transaction.commit();
    });
}

} // namespace lolscope
