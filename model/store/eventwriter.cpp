#include "model/store/eventwriter.h"

#include "model/base/ipaddress.h"
#include "model/base/sha256.h"
#include "model/base/text.h"
#include "model/store/facts.h"
#include "model/store/json.h"
#include "model/store/readevidence.h"
#include "model/store/sql.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace lolscope {

namespace {

using EventKey = std::array<unsigned char, 16>;

/// The identity of an event over all evidence. A cryptographic hash, because whoever can write to the log could make
/// a weaker one collide and so hide an event behind another.
EventKey eventKey(Sha256 &hash, const Event &event, std::string_view foldedHost)
{
    hash.add(foldedHost).add(event.channel).add(event.provider).add(event.eventId);
    hash.add(event.recordId ? *event.recordId : event.headerRecordId.value_or(0));
    hash.add(event.timeCreated ? static_cast<std::uint64_t>(event.timeCreated->time_since_epoch().count()) : 0);
    for (const Field &field : event.data)
        hash.add(field.name).add(field.value);
    const auto digest = hash.digest();
    EventKey key = {};
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
}

EvidenceRow evidenceRow(SQLite::Database &database, std::int64_t id)
{
    SQLite::Statement select(database, std::string(kSelectEvidence) + " WHERE id = ?");
    select.bind(1, id);
    if (!select.executeStep())
        throw Error{ErrorCode::Internal, "no evidence " + std::to_string(id)};
    return readEvidence(select);
}

std::string now()
{
    return formatTimestamp(std::chrono::time_point_cast<Ticks>(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now())));
}

} // namespace

struct EventWriter::Private
{
    explicit Private(CaseFile &file)
        : database(file.database())
        , insertEvent(database,
                      "INSERT OR IGNORE INTO event (key, host_id, provider_id, channel_id, event_id, version, level, record_id, "
                      "time, time_created, system, data) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)")
        , selectEvent(database, "SELECT id FROM event WHERE key = ?")
        , insertCitation(database, "INSERT OR IGNORE INTO citation VALUES (?,?,?,?,?,?,?)")
        , insertStart(database,
                      "INSERT INTO process (host_id, source, event_id, from_security, guid, pid, image, command_line, "
                      "original_file_name, user, integrity_level, hashes, start_time, parent_guid, parent_pid, parent_image, "
                      "parent_command_line) VALUES (?,'logged',?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
        , insertEnd(database, "INSERT INTO process_end (event_id, host_id, guid, pid, image, time) VALUES (?,?,?,?,?,?)")
        , insertConnection(database,
                           "INSERT INTO connection (event_id, host_id, from_security, guid, pid, image, user, time, protocol, initiated, "
                           "source_ip, source_port, dest_ip, dest_address, dest_port, dest_scope, dest_hostname) "
                           "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
        , insertQuery(database,
                      "INSERT INTO dns_query (event_id, host_id, guid, pid, image, user, time, name, status) VALUES (?,?,?,?,?,?,?,?,?)")
        , insertAnswer(database, "INSERT INTO dns_answer VALUES (?,?,?,?)")
        , insertDamage(database, "INSERT INTO damage VALUES (?,?,?,?,?,?)")
    {}

    void ensureTransaction()
    {
        if (!transaction)
            transaction = std::make_unique<SQLite::Transaction>(database, SQLite::TransactionBehavior::IMMEDIATE);
    }

    std::int64_t stringId(std::string_view text)
    {
        const auto [entry, added] = strings.try_emplace(std::string(text), 0);
        if (added) {
            SQLite::Statement insert(database, "INSERT OR IGNORE INTO string (text) VALUES (?)");
            insert.bind(1, entry->first);
            insert.exec();
            SQLite::Statement select(database, "SELECT id FROM string WHERE text = ?");
            select.bind(1, entry->first);
            select.executeStep();
            entry->second = select.getColumn(0).getInt64();
        }
        return entry->second;
    }

    struct Host
    {
        std::int64_t id = 0;
        std::string folded;
    };
    const Host &host(std::string_view name)
    {
        const auto [entry, added] = hosts.try_emplace(std::string(name));
        if (added) {
            entry->second.folded = foldCase(name);
            SQLite::Statement insert(database, "INSERT INTO host (name, folded) VALUES (?, ?) "
                                     // Of several spellings one, whichever came first.
                                     "ON CONFLICT (folded) DO UPDATE SET name = min(name, excluded.name)");
            insert.bind(1, entry->first);
            insert.bind(2, entry->second.folded);
            insert.exec();
            SQLite::Statement select(database, "SELECT id FROM host WHERE folded = ?");
            select.bind(1, entry->second.folded);
            select.executeStep();
            entry->second.id = select.getColumn(0).getInt64();
        }
        return entry->second;
    }

    void addEvent(std::int64_t evidence, const Event &event)
    {
        const Host &eventHost = host(event.computer);
        const EventKey key = eventKey(hash, event, eventHost.folded);
        const std::string system = fieldsToJson(event.system);
        const std::string data = fieldsToJson(event.data);
        const auto time = eventTime(event);
        insertEvent.bind(1, key.data(), static_cast<int>(key.size()));
        insertEvent.bind(2, eventHost.id);
        insertEvent.bind(3, stringId(event.provider));
        insertEvent.bind(4, stringId(event.channel));
        insertEvent.bind(5, event.eventId);
        insertEvent.bind(6, event.version);
        insertEvent.bind(7, event.level);
        sql::bindOptional(insertEvent, 8, event.recordId);
        sql::bindOptional(insertEvent, 9, time);
        sql::bindOptional(insertEvent, 10, event.timeCreated);
        sql::bindText(insertEvent, 11, system);
        sql::bindText(insertEvent, 12, data);
        const bool isNew = insertEvent.exec() == 1;
        insertEvent.reset();
        std::int64_t id = database.getLastInsertRowid();
        if (isNew) {
            addFact(id, eventHost.id, time, factOf(event));
        } else {
            selectEvent.bind(1, key.data(), static_cast<int>(key.size()));
            selectEvent.executeStep();
            id = selectEvent.getColumn(0).getInt64();
            selectEvent.reset();
        }
        insertCitation.bind(1, evidence);
        insertCitation.bind(2, ordinal++);
        insertCitation.bind(3, id);
        sql::bindOptional(insertCitation, 4, event.chunk);
        sql::bindOptional(insertCitation, 5, event.offset);
        sql::bindOptional(insertCitation, 6, event.headerRecordId);
        insertCitation.bind(7, event.recovered ? 1 : 0);
        insertCitation.exec();
        insertCitation.reset();
    }

    void addFact(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time, const Fact &fact)
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

    void addStart(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time, const ProcessStartFact &fact)
    {
        auto &insert = insertStart;
        insert.bind(1, hostId);
        insert.bind(2, event);
        insert.bind(3, fact.fromSecurity ? 1 : 0);
        sql::bindOptionalText(insert, 4, fact.guid);
        sql::bindOptional(insert, 5, fact.pid);
        int column = 6;
        for (const std::string *text : {&fact.image, &fact.commandLine, &fact.originalFileName, &fact.user, &fact.integrityLevel, &fact.hashes})
            sql::bindText(insert, column++, *text);
        sql::bindOptional(insert, 12, time);
        sql::bindOptionalText(insert, 13, fact.parentGuid);
        sql::bindOptional(insert, 14, fact.parentPid);
        sql::bindText(insert, 15, fact.parentImage);
        sql::bindText(insert, 16, fact.parentCommandLine);
        insert.exec();
        insert.reset();
    }

    void addEnd(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time, const ProcessEndFact &fact)
    {
        insertEnd.bind(1, event);
        insertEnd.bind(2, hostId);
        sql::bindOptionalText(insertEnd, 3, fact.guid);
        sql::bindOptional(insertEnd, 4, fact.pid);
        sql::bindText(insertEnd, 5, fact.image);
        sql::bindOptional(insertEnd, 6, time);
        insertEnd.exec();
        insertEnd.reset();
    }

    void addConnection(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time, const ConnectionFact &fact)
    {
        const std::string address = addressText(fact.destIp);
        auto &insert = insertConnection;
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

    void addQuery(std::int64_t event, std::int64_t hostId, const std::optional<Timestamp> &time, const DnsFact &fact)
    {
        insertQuery.bind(1, event);
        insertQuery.bind(2, hostId);
        sql::bindOptionalText(insertQuery, 3, fact.guid);
        sql::bindOptional(insertQuery, 4, fact.pid);
        sql::bindText(insertQuery, 5, fact.image);
        sql::bindText(insertQuery, 6, fact.user);
        sql::bindOptional(insertQuery, 7, time);
        sql::bindText(insertQuery, 8, fact.name);
        sql::bindText(insertQuery, 9, fact.status);
        insertQuery.exec();
        insertQuery.reset();
        const std::int64_t query = database.getLastInsertRowid();
        int position = 0;
        for (const std::string &answer : fact.answers) {
            const std::string address = addressText(answer);
            insertAnswer.bind(1, query);
            insertAnswer.bind(2, position++);
            sql::bindText(insertAnswer, 3, answer);
            sql::bindOptionalText(insertAnswer, 4, address);
            insertAnswer.exec();
            insertAnswer.reset();
        }
    }

    void addDamage(std::int64_t evidence, const Damage &damage)
    {
        lost += damage.records;
        if (damageRows++ >= EvidenceRow::kMaxDamageRows)
            return; // counted all the same
        insertDamage.bind(1, evidence);
        sql::bindOptional(insertDamage, 2, damage.offset);
        sql::bindOptional(insertDamage, 3, damage.recordId);
        insertDamage.bind(4, static_cast<std::int64_t>(damage.records));
        insertDamage.bind(5, damage.slack ? 1 : 0);
        sql::bindText(insertDamage, 6, damage.reason);
        insertDamage.exec();
        insertDamage.reset();
    }

    SQLite::Database &database;
    std::unique_ptr<SQLite::Transaction> transaction;
    SQLite::Statement insertEvent, selectEvent, insertCitation, insertStart, insertEnd, insertConnection, insertQuery, insertAnswer, insertDamage;
    Sha256 hash;
    std::unordered_map<std::string, std::int64_t> strings;
    std::unordered_map<std::string, Host> hosts;
    // Of the evidence being read:
    std::int64_t ordinal = 0;
    std::uint64_t lost = 0;
    std::size_t damageRows = 0;
};

EventWriter::EventWriter(CaseFile &file)
    : d(std::make_unique<Private>(file))
{}
EventWriter::~EventWriter() = default;

Result<std::optional<EvidenceRow>> EventWriter::findEvidence(const std::string &sha256)
{
    return sql::guarded([&]() -> std::optional<EvidenceRow> {
        SQLite::Statement select(d->database, "SELECT id FROM evidence WHERE sha256 = ?");
        select.bind(1, sha256);
        if (!select.executeStep())
            return {};
        return evidenceRow(d->database, select.getColumn(0).getInt64());
    });
}

Result<EvidenceId> EventWriter::begin(const std::string &path, const std::string &sha256, std::uint64_t bytes)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        SQLite::Statement insert(d->database,
                                 "INSERT INTO evidence (path, sha256, bytes, state, added) VALUES (?, ?, ?, 'indexing', ?) "
                                 "ON CONFLICT (sha256) DO UPDATE SET state = 'indexing', path = excluded.path, error = NULL");
        insert.bind(1, path);
        insert.bind(2, sha256);
        insert.bind(3, static_cast<std::int64_t>(bytes));
        insert.bind(4, now());
        insert.exec();
        SQLite::Statement select(d->database, "SELECT id FROM evidence WHERE sha256 = ?");
        select.bind(1, sha256);
        select.executeStep();
        const std::int64_t id = select.getColumn(0).getInt64();
        select.reset();
        d->database.exec("DELETE FROM damage WHERE evidence_id = " + std::to_string(id));
        d->database.exec("INSERT OR REPLACE INTO meta VALUES ('links', '1'), ('detections', '1')");
        d->ordinal = 0;
        d->lost = 0;
        d->damageRows = 0;
        return EvidenceId{id};
    });
}

Result<void> EventWriter::add(EvidenceId evidence, const EventBatch &batch)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        for (const Event &event : batch.events)
            d->addEvent(toInt(evidence), event);
        for (const Damage &damage : batch.damage)
            d->addDamage(toInt(evidence), damage);
    });
}

Result<EvidenceRow> EventWriter::finish(EvidenceId evidence)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        // An event counts as a duplicate when earlier evidence, or an earlier record of this one, holds it too.
        SQLite::Statement update(
            d->database,
            "UPDATE evidence SET state = 'done', lost = ?2, records = (SELECT count(*) FROM citation WHERE evidence_id = ?1), "
            "recovered = (SELECT count(*) FROM citation WHERE evidence_id = ?1 AND recovered), "
            "duplicates = (SELECT count(*) FROM citation c WHERE c.evidence_id = ?1 AND EXISTS (SELECT 1 FROM citation e "
            "  WHERE e.event_id = c.event_id AND (e.evidence_id < c.evidence_id OR (e.evidence_id = c.evidence_id AND e.ordinal < c.ordinal)))) "
            "WHERE id = ?1");
        update.bind(1, toInt(evidence));
        update.bind(2, static_cast<std::int64_t>(d->lost));
        update.exec();
        return evidenceRow(d->database, toInt(evidence));
    });
}

Result<EvidenceRow> EventWriter::addFailed(const std::string &path, const std::string &sha256, std::uint64_t bytes, const std::string &error)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        SQLite::Statement known(d->database, "SELECT id FROM evidence WHERE sha256 = ?1 OR (?1 = '' AND state = 'failed' AND path = ?2)");
        known.bind(1, sha256);
        known.bind(2, path);
        std::int64_t id = 0;
        if (known.executeStep()) {
            id = known.getColumn(0).getInt64();
            // Of a file that was read in part, the events stay and so does its state: it is not finished.
            SQLite::Statement update(d->database,
                                     "UPDATE evidence SET error = ?2, state = CASE WHEN EXISTS (SELECT 1 FROM citation WHERE evidence_id = ?1) "
                                     "THEN state ELSE 'failed' END WHERE id = ?1 AND state = 'indexing'");
            update.bind(1, id);
            update.bind(2, error);
            update.exec();
        } else {
            SQLite::Statement insert(d->database,
                                     "INSERT INTO evidence (path, sha256, bytes, state, error, added) VALUES (?, ?, ?, 'failed', ?, ?)");
            insert.bind(1, path);
            sql::bindOptionalText(insert, 2, sha256);
            insert.bind(3, static_cast<std::int64_t>(bytes));
            insert.bind(4, error);
            insert.bind(5, now());
            insert.exec();
            id = d->database.getLastInsertRowid();
        }
        return evidenceRow(d->database, id);
    });
}

Result<void> EventWriter::commit()
{
    return sql::guarded([&] {
        if (d->transaction)
            d->transaction->commit();
        d->transaction.reset();
    });
}

Result<bool> isStale(const CaseFile &file, Stage stage)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT value = '1' FROM meta WHERE key = ?");
        select.bind(1, stage == Stage::Links ? "links" : "detections");
        return select.executeStep() && select.getColumn(0).getInt() == 1;
    });
}

Result<std::string> detectedRules(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT value FROM meta WHERE key = 'rules'");
        return select.executeStep() ? sql::text(select, 0) : std::string();
    });
}

Result<std::vector<std::string>> unfinishedEvidence(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT path FROM evidence WHERE state = 'indexing' ORDER BY id");
        std::vector<std::string> paths;
        while (select.executeStep())
            paths.push_back(sql::text(select, 0));
        return paths;
    });
}

Result<void> journal(CaseFile &file, const std::string &author, const std::string &action, const std::string &object, const std::string &details)
{
    return sql::guarded([&] {
        SQLite::Statement insert(file.database(), "INSERT INTO journal (time, author, action, object, details) VALUES (?, ?, ?, ?, ?)");
        insert.bind(1, now());
        insert.bind(2, author);
        insert.bind(3, action);
        insert.bind(4, object);
        insert.bind(5, details);
        insert.exec();
    });
}

} // namespace lolscope
