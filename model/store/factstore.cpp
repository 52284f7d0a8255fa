#include "model/store/factstore.h"

#include "model/store/sql.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace lolscope {

namespace {

// The counts cost a look into four tables each, so chains go without them.
constexpr const char *kProcessColumns =
    "SELECT p.id, host.name, p.guid, p.pid, p.image, p.command_line, p.original_file_name, p.user, "
    "p.integrity_level, hashes.text, "
    "p.start_time, p.end_time, p.end_is_bound, p.source, p.event_id, p.parent_id, p.parent_link, "
    "p.parent_image, parent_command.text";
constexpr const char *kProcessCounts =
    ", (SELECT count(*) FROM connection WHERE process_id = p.id AND same_as IS NULL), "
    "(SELECT count(*) FROM dns_query WHERE process_id = p.id), "
    "(SELECT count(*) FROM process WHERE parent_id = p.id AND same_as IS NULL), "
    "(SELECT count(*) FROM alert WHERE process_id = p.id) ";
constexpr const char *kProcessTables =
    " FROM process p JOIN host ON host.id = p.host_id "
    "LEFT JOIN shared_text hashes ON hashes.id = p.hashes_id "
    "LEFT JOIN shared_text parent_command ON parent_command.id = p.parent_command_line_id";
const std::string kSelectProcess = std::string(kProcessColumns) + kProcessCounts + kProcessTables;
const std::string kSelectChain = std::string(kProcessColumns) + ", 0, 0, 0, 0" + kProcessTables;

/// The value of a word that the schema allows; a tampered case may hold another.
template<typename Value>
Value known(const std::optional<Value> &value, const char *what)
{
    if (!value)
        throw Error{ErrorCode::Corrupt, std::string("the case holds an unknown ") + what};
    return *value;
}

ProcessRow processRow(SQLite::Statement &row)
{
    ProcessRow process;
    process.id = ProcessId{row.getColumn(0).getInt64()};
    process.host = sql::text(row, 1);
    process.guid = sql::text(row, 2);
    process.pid = sql::optionalOf<std::uint32_t>(row, 3);
    process.image = sql::text(row, 4);
    process.commandLine = sql::text(row, 5);
    process.originalFileName = sql::text(row, 6);
    process.user = sql::text(row, 7);
    process.integrityLevel = sql::text(row, 8);
    process.hashes = sql::text(row, 9);
    process.start = sql::timeOf(row, 10);
    process.end = sql::timeOf(row, 11);
    process.endIsBound = row.getColumn(12).getInt() != 0;
    process.source = known(processSourceByName(sql::text(row, 13)), "process source");
    if (const auto event = sql::optionalOf<std::int64_t>(row, 14))
        process.startEvent = EventId{*event};
    if (const auto parent = sql::optionalOf<std::int64_t>(row, 15))
        process.parent = ProcessId{*parent};
    process.parentLink = known(parentLinkByName(sql::text(row, 16)), "parent link");
    process.parentImage = sql::text(row, 17);
    process.parentCommandLine = sql::text(row, 18);
    process.connections = row.getColumn(19).getInt();
    process.dnsQueries = row.getColumn(20).getInt();
    process.children = row.getColumn(21).getInt();
    process.alerts = row.getColumn(22).getInt();
    return process;
}

constexpr const char *kSelectConnection =
    "SELECT c.id, c.event_id, c.process_id, event.record_id, host.name, c.image, c.user, c.time, c.protocol, "
    "c.initiated, c.source_ip, "
    "c.source_port, c.dest_ip, c.dest_port, c.dest_scope, q.name, c.asked_by_same_process, c.asked_query_id, "
    "q.time, c.dest_hostname, "
    "c.from_security FROM connection c JOIN event ON event.id = c.event_id JOIN host ON host.id = c.host_id "
    "LEFT JOIN dns_query q ON q.id = c.asked_query_id WHERE c.same_as IS NULL";

ConnectionRow connectionRow(SQLite::Statement &row)
{
    ConnectionRow connection;
    connection.id = ConnectionId{row.getColumn(0).getInt64()};
    connection.event = EventId{row.getColumn(1).getInt64()};
    if (const auto process = sql::optionalOf<std::int64_t>(row, 2))
        connection.process = ProcessId{*process};
    connection.recordId = sql::optionalOf<std::uint64_t>(row, 3);
    connection.host = sql::text(row, 4);
    connection.image = sql::text(row, 5);
    connection.user = sql::text(row, 6);
    connection.time = sql::timeOf(row, 7);
    connection.protocol = sql::text(row, 8);
    if (const auto initiated = sql::optionalOf<int>(row, 9))
        connection.initiated = *initiated != 0;
    connection.sourceIp = sql::text(row, 10);
    connection.sourcePort = sql::text(row, 11);
    connection.destIp = sql::text(row, 12);
    connection.destPort = sql::text(row, 13);
    connection.destScope = sql::text(row, 14);
    connection.askedName = sql::text(row, 15);
    connection.askedBySameProcess = row.getColumn(16).getInt() != 0;
    if (const auto query = sql::optionalOf<std::int64_t>(row, 17))
        connection.askedQuery = DnsQueryId{*query};
    connection.askedTime = sql::timeOf(row, 18);
    connection.reverseName = sql::text(row, 19);
    connection.fromSecurityLog = row.getColumn(20).getInt() != 0;
    return connection;
}

constexpr const char *kSelectQuery = "SELECT q.id, q.event_id, q.process_id, event.record_id, host.name, "
                                     "q.image, q.time, q.name, q.status FROM dns_query q "
                                     "JOIN event ON event.id = q.event_id JOIN host ON host.id = q.host_id";

DnsQueryRow queryRow(SQLite::Statement &row, SQLite::Statement &answers)
{
    DnsQueryRow query;
    query.id = DnsQueryId{row.getColumn(0).getInt64()};
    query.event = EventId{row.getColumn(1).getInt64()};
    if (const auto process = sql::optionalOf<std::int64_t>(row, 2))
        query.process = ProcessId{*process};
    query.recordId = sql::optionalOf<std::uint64_t>(row, 3);
    query.host = sql::text(row, 4);
    query.image = sql::text(row, 5);
    query.time = sql::timeOf(row, 6);
    query.name = sql::text(row, 7);
    query.status = sql::text(row, 8);
    answers.bind(1, toInt(query.id));
    while (answers.executeStep())
        query.answers.push_back(sql::text(answers, 0));
    answers.reset();
    return query;
}

constexpr const char *kSelectAnswers = "SELECT text FROM dns_answer WHERE dns_query_id = ? ORDER BY position";

std::int64_t limit(std::size_t most)
{
    return static_cast<std::int64_t>(std::min<std::size_t>(most, std::numeric_limits<std::int32_t>::max()));
}

std::string inTimeOrder(const char *table)
{
    const std::string time = std::string(table) + ".time";
    return " ORDER BY " + time + " IS NULL, " + time + ", " + table + ".event_id";
}

} // namespace

Result<ProcessRow> process(const CaseFile &file, ProcessId id)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), std::string(kSelectProcess) + " WHERE p.id = ?");
        select.bind(1, toInt(id));
        if (!select.executeStep())
            throw Error{ErrorCode::Invalid, "no process " + std::to_string(toInt(id)) + " in the case"};
        return processRow(select);
    });
}

Result<std::vector<ProcessRow>> childrenOf(const CaseFile &file, ProcessId id, std::size_t most)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 std::string(kSelectProcess)
                                     + " WHERE p.parent_id = ? AND p.same_as IS NULL ORDER BY p.start_time "
                                       "IS NULL, p.start_time, p.id LIMIT ?");
        select.bind(1, toInt(id));
        select.bind(2, limit(most));
        std::vector<ProcessRow> rows;
        while (select.executeStep())
            rows.push_back(processRow(select));
        return rows;
    });
}

Result<ConnectionRow> connection(const CaseFile &file, ConnectionId id)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), kSelectConnection + std::string(" AND c.id = ?"));
        select.bind(1, toInt(id));
        if (!select.executeStep())
            throw Error{ErrorCode::Invalid, "no connection " + std::to_string(toInt(id)) + " in the case"};
        return connectionRow(select);
    });
}

Result<std::vector<ConnectionRow>> connectionsOf(const CaseFile &file, ProcessId id, std::size_t most)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 kSelectConnection + std::string(" AND c.process_id = ?") + inTimeOrder("c")
                                     + " LIMIT ?");
        select.bind(1, toInt(id));
        select.bind(2, limit(most));
        std::vector<ConnectionRow> rows;
        while (select.executeStep())
            rows.push_back(connectionRow(select));
        return rows;
    });
}

Result<DnsQueryRow> dnsQuery(const CaseFile &file, DnsQueryId id)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), kSelectQuery + std::string(" WHERE q.id = ?"));
        SQLite::Statement answers(file.database(), kSelectAnswers);
        select.bind(1, toInt(id));
        if (!select.executeStep())
            throw Error{ErrorCode::Invalid, "no DNS query " + std::to_string(toInt(id)) + " in the case"};
        return queryRow(select, answers);
    });
}

Result<std::vector<DnsQueryRow>> dnsQueriesOf(const CaseFile &file, ProcessId id, std::size_t most)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 kSelectQuery + std::string(" WHERE q.process_id = ?") + inTimeOrder("q")
                                     + " LIMIT ?");
        SQLite::Statement answers(file.database(), kSelectAnswers);
        select.bind(1, toInt(id));
        select.bind(2, limit(most));
        std::vector<DnsQueryRow> rows;
        while (select.executeStep())
            rows.push_back(queryRow(select, answers));
        return rows;
    });
}

Result<std::vector<ConnectionRow>> allConnections(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), kSelectConnection + inTimeOrder("c"));
        std::vector<ConnectionRow> rows;
        while (select.executeStep())
            rows.push_back(connectionRow(select));
        return rows;
    });
}

Result<std::vector<ProcessRow>> chainOf(const CaseFile &file, ProcessId id)
{
    return ChainCache(file).chainOf(id);
}

std::vector<ProcessRow> ChainCache::read(ProcessId id)
{
    SQLite::Statement select(m_file.database(), kSelectChain + " WHERE p.id = ?");
    std::vector<ProcessRow> chain;
    std::unordered_set<ProcessId> seen;
    const auto add = [&](ProcessId at) {
        select.bind(1, toInt(at));
        if (!select.executeStep())
            throw Error{chain.empty() ? ErrorCode::Invalid : ErrorCode::Corrupt,
                        "the case lacks process " + std::to_string(toInt(at))};
        chain.push_back(processRow(select));
        select.reset();
    };
    std::optional<ProcessId> at = id;
    for (; at && chain.size() + 1 < kLongestChain && seen.insert(*at).second; at = chain.back().parent)
        add(*at);
    if (at && !seen.contains(*at)) {
        const Root root = rootOf(*at);
        add(root.id);
        chain.back().hiddenBelow = root.distance;
    }
    return chain;
}

ChainCache::Root ChainCache::rootOf(ProcessId id)
{
    if (m_roots.size() > kMostRoots)
        m_roots.clear();
    SQLite::Statement select(m_file.database(), "SELECT parent_id FROM process WHERE id = ?");
    std::vector<ProcessId> way;
    std::unordered_set<ProcessId> seen;
    std::optional<ProcessId> at = id;
    for (; at && !m_roots.contains(*at) && seen.insert(*at).second;) {
        way.push_back(*at);
        select.bind(1, toInt(*at));
        if (!select.executeStep())
            throw Error{ErrorCode::Corrupt, "the case lacks process " + std::to_string(toInt(*at))};
        const auto parent = sql::optionalOf<std::int64_t>(select, 0);
        at = parent ? std::optional(ProcessId{*parent}) : std::nullopt;
        select.reset();
    }
    const auto known = at ? m_roots.find(*at) : m_roots.end();
    Root root = known != m_roots.end() ? known->second : Root{way.back(), 0};
    if (known == m_roots.end()) {
        m_roots.emplace(way.back(), root);
        way.pop_back();
    }
    for (; !way.empty(); way.pop_back()) {
        ++root.distance;
        m_roots.emplace(way.back(), root);
    }
    return root;
}

Result<std::vector<ProcessRow>> ChainCache::chainOf(ProcessId id)
{
    if (const auto found = m_chains.find(id); found != m_chains.end())
        return found->second;
    auto chain = sql::guarded([&] { return read(id); });
    if (!chain)
        return chain;
    if (m_chains.size() >= kMostKept)
        m_chains.clear();
    return m_chains[id] = std::move(*chain);
}

Result<std::vector<RelatedQuery>> queriesFor(const CaseFile &file, const ConnectionRow &connection)
{
    return sql::guarded([&] {
        // Each part ends after kMostRelated rows of an index, however many queries a process has.
        SQLite::Statement select(
            file.database(),
            kSelectQuery
                + std::string(" WHERE q.id IN (SELECT * FROM (SELECT id FROM dns_query WHERE process_id = ?1 "
                              "AND time <= ?3 ORDER BY time DESC LIMIT ?4)"
                              " UNION SELECT * FROM (SELECT id FROM dns_query WHERE process_id = ?1 AND time "
                              "> ?3 ORDER BY time LIMIT ?4)"
                              " UNION SELECT * FROM (SELECT id FROM dns_query WHERE process_id = ?1 AND "
                              "(time IS NULL OR ?3 IS NULL) LIMIT ?4)"
                              " UNION SELECT * FROM (SELECT a.dns_query_id FROM connection c JOIN dns_answer "
                              "a ON a.address = c.dest_address "
                              "  JOIN dns_query d ON d.id = a.dns_query_id AND d.host_id = c.host_id WHERE "
                              "c.id = ?2 LIMIT ?4))")
                + inTimeOrder("q"));
        SQLite::Statement answers(file.database(), kSelectAnswers);
        SQLite::Statement holds(
            file.database(),
            "SELECT EXISTS (SELECT 1 FROM dns_answer a JOIN connection c ON a.address = c.dest_address "
            "WHERE a.dns_query_id = ?1 AND c.id = ?2)");
        sql::bindOptional(select, 1,
                          connection.process ? std::optional(toInt(*connection.process)) : std::nullopt);
        select.bind(2, toInt(connection.id));
        sql::bindOptional(select, 3, connection.time);
        select.bind(4, limit(kMostRelated));
        std::vector<RelatedQuery> queries;
        while (select.executeStep()) {
            RelatedQuery related;
            related.query = queryRow(select, answers);
            related.sameProcess = connection.process && related.query.process == connection.process;
            holds.bind(1, toInt(related.query.id));
            holds.bind(2, toInt(connection.id));
            holds.executeStep();
            related.answersDestination = holds.getColumn(0).getInt() != 0;
            holds.reset();
            queries.push_back(std::move(related));
        }
        return queries;
    });
}

} // namespace lolscope
