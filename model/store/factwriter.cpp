#include "model/store/factwriter.h"

#include "model/base/ipaddress.h"

namespace lolscope {

FactWriter::FactWriter(SQLite::Database &database)
    : m_database(database)
    , m_insertText(database, "INSERT INTO shared_text (text) VALUES (?)")
    , m_insertStart(database,
                    "INSERT INTO process (host_id, source, event_id, from_security, guid, pid, image, "
                    "command_line, "
                    "original_file_name, user, integrity_level, hashes_id, start_time, parent_guid, "
                    "parent_pid, parent_image, "
                    "parent_command_line_id) VALUES (?,'logged',?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
    , m_insertEnd(database,
                  "INSERT INTO process_end (event_id, host_id, guid, pid, image, time) VALUES (?,?,?,?,?,?)")
    , m_insertConnection(
          database,
          "INSERT INTO connection (event_id, host_id, from_security, guid, pid, image, user, time, "
          "protocol, initiated, "
          "source_ip, source_port, dest_ip, dest_address, dest_port, dest_scope, dest_hostname) "
          "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
    , m_insertQuery(database,
                    "INSERT INTO dns_query (event_id, host_id, guid, pid, image, user, time, name, status) "
                    "VALUES (?,?,?,?,?,?,?,?,?)")
    , m_insertAnswer(database, "INSERT INTO dns_answer VALUES (?,?,?,?)")
{}

void FactWriter::add(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time,
                     const Fact &fact)
{
    if (const auto *start = std::get_if<ProcessStartFact>(&fact))
        addStart(event, hostId, time, *start);
    else if (const auto *end = std::get_if<ProcessEndFact>(&fact))
        addEnd(event, hostId, time, *end);
    else if (const auto *connection = std::get_if<ConnectionFact>(&fact))
        addConnection(event, hostId, time, *connection);
    else if (const auto *query = std::get_if<DnsFact>(&fact))
        addQuery(event, hostId, time, *query);
}

std::optional<std::int64_t> FactWriter::sharedText(const std::string &text)
{
    constexpr std::size_t kLongestShared = 1024; // bounds what is kept in memory
    if (text.empty())
        return {};
    const auto add = [&] {
        sql::bindText(m_insertText, 1, text);
        m_insertText.exec();
        m_insertText.reset();
        return m_database.getLastInsertRowid();
    };
    return text.size() > kLongestShared ? add() : m_sharedTexts.of(text, add);
}

void FactWriter::addStart(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time,
                          const ProcessStartFact &fact)
{
    auto &insert = m_insertStart;
    insert.bind(1, hostId);
    insert.bind(2, event);
    insert.bind(3, fact.fromSecurity ? 1 : 0);
    sql::bindOptionalText(insert, 4, fact.guid);
    sql::bindOptional(insert, 5, fact.pid);
    sql::bindText(insert, 6, fact.image);
    sql::bindText(insert, 7, fact.commandLine);
    sql::bindText(insert, 8, fact.originalFileName);
    sql::bindText(insert, 9, fact.user);
    sql::bindText(insert, 10, fact.integrityLevel);
    sql::bindOptional(insert, 11, sharedText(fact.hashes));
    sql::bindOptional(insert, 12, time);
    sql::bindOptionalText(insert, 13, fact.parentGuid);
    sql::bindOptional(insert, 14, fact.parentPid);
    sql::bindText(insert, 15, fact.parentImage);
    sql::bindOptional(insert, 16, sharedText(fact.parentCommandLine));
    insert.exec();
    insert.reset();
}

void FactWriter::addEnd(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time,
                        const ProcessEndFact &fact)
{
    m_insertEnd.bind(1, event);
    m_insertEnd.bind(2, hostId);
    sql::bindOptionalText(m_insertEnd, 3, fact.guid);
    sql::bindOptional(m_insertEnd, 4, fact.pid);
    sql::bindText(m_insertEnd, 5, fact.image);
    sql::bindOptional(m_insertEnd, 6, time);
    m_insertEnd.exec();
    m_insertEnd.reset();
}

void FactWriter::addConnection(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time,
                               const ConnectionFact &fact)
{
    const std::string address = addressText(fact.destIp);
    auto &insert = m_insertConnection;
    insert.bind(1, event);
    insert.bind(2, hostId);
    insert.bind(3, fact.fromSecurity ? 1 : 0);
    sql::bindOptionalText(insert, 4, fact.guid);
    sql::bindOptional(insert, 5, fact.pid);
    sql::bindText(insert, 6, fact.image);
    sql::bindText(insert, 7, fact.user);
    sql::bindOptional(insert, 8, time);
    sql::bindText(insert, 9, fact.protocol);
    sql::bindOptional(insert, 10, fact.initiated);
    sql::bindText(insert, 11, fact.sourceIp);
    sql::bindText(insert, 12, fact.sourcePort);
    sql::bindText(insert, 13, fact.destIp);
    sql::bindOptionalText(insert, 14, address);
    sql::bindText(insert, 15, fact.destPort);
    insert.bind(16, std::string(addressScope(fact.destIp)));
    sql::bindText(insert, 17, fact.destHostname);
    insert.exec();
    insert.reset();
}

void FactWriter::addQuery(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time,
                          const DnsFact &fact)
{
    m_insertQuery.bind(1, event);
    m_insertQuery.bind(2, hostId);
    sql::bindOptionalText(m_insertQuery, 3, fact.guid);
    sql::bindOptional(m_insertQuery, 4, fact.pid);
    sql::bindText(m_insertQuery, 5, fact.image);
    sql::bindText(m_insertQuery, 6, fact.user);
    sql::bindOptional(m_insertQuery, 7, time);
    sql::bindText(m_insertQuery, 8, fact.name);
    sql::bindText(m_insertQuery, 9, fact.status);
    m_insertQuery.exec();
    m_insertQuery.reset();
    const std::int64_t query = m_database.getLastInsertRowid();
    int position = 0;
    for (const std::string &answer : fact.answers) {
        const std::string address = addressText(answer);
        m_insertAnswer.bind(1, query);
        m_insertAnswer.bind(2, position++);
        sql::bindText(m_insertAnswer, 3, answer);
        sql::bindOptionalText(m_insertAnswer, 4, address);
        m_insertAnswer.exec();
        m_insertAnswer.reset();
    }
}

} // namespace lolscope
