#include "model/store/eventwriter.h"

#include "model/base/text.h"
#include "model/store/casestate.h"
#include "model/store/eventkey.h"
#include "model/store/facts.h"
#include "model/store/factwriter.h"
#include "model/store/json.h"
#include "model/store/readevidence.h"
#include "model/store/repeatedvalues.h"
#include "model/store/sql.h"

#include <SQLiteCpp/VariadicBind.h>
#include <algorithm>
#include <array>
#include <unordered_map>

namespace lolscope {

namespace {

EvidenceRow evidenceRow(SQLite::Database &database, std::int64_t id)
{
    SQLite::Statement select(database, std::string(kSelectEvidence) + " WHERE id = ?");
    select.bind(1, id);
    if (!select.executeStep())
        throw Error{ErrorCode::Internal, "no evidence " + std::to_string(id)};
    return readEvidence(select);
}

} // namespace

struct EventWriter::Private
{
    explicit Private(CaseFile &file)
        : database(file.database())
        , insertKey(database, "INSERT OR IGNORE INTO event_key VALUES (?, ?)")
        , selectKey(database,
                    "SELECT event_id, evidence_id, ordinal FROM event_key JOIN event ON event.id = event_id "
                    "WHERE key = ?")
        , insertEvent(database, "INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
        , insertCitation(database, "INSERT OR IGNORE INTO citation VALUES (?,?,?,?,?,?,?)")
        , insertDamage(database, "INSERT INTO damage VALUES (?,?,?,?,?,?)")
        , facts(database)
        , repeated(database)
        , nextEvent(database.execAndGet("SELECT coalesce(max(id), 0) + 1 FROM event").getInt64())
    {}

    void ensureTransaction()
    {
        if (!transaction)
            transaction =
                std::make_unique<SQLite::Transaction>(database, SQLite::TransactionBehavior::IMMEDIATE);
    }

    /// The row of a small table whose rows are unique by their texts, found or made once a run.
    template<typename... Texts>
    std::int64_t rowIn(const char *table, const char *columns, const char *marks, const Texts &...texts)
    {
        const std::string name(table);
        SQLite::Statement insert(
            database, "INSERT OR IGNORE INTO " + name + " (" + columns + ") VALUES (" + marks + ")");
        SQLite::bind(insert, texts...);
        insert.exec();
        SQLite::Statement select(database,
                                 "SELECT id FROM " + name + " WHERE (" + columns + ") = (" + marks + ")");
        SQLite::bind(select, texts...);
        select.executeStep();
        return select.getColumn(0).getInt64();
    }

    std::int64_t kindRow(const Event &event)
    {
        scratch.assign(event.provider).append(1, '\0').append(event.channel).append(1, '\0');
        for (const std::uint32_t number : {event.eventId, event.version, event.level})
            scratch.append(reinterpret_cast<const char *>(&number), sizeof number);
        const auto [entry, added] = kinds.try_emplace(scratch, 0);
        if (added)
            entry->second = rowIn("kind", "provider, channel, event_id, version, level", "?, ?, ?, ?, ?",
                                  std::string(event.provider), std::string(event.channel), event.eventId,
                                  event.version, event.level);
        return entry->second;
    }

    std::int64_t shapeRow(const Event &event)
    {
        constexpr std::size_t kMostShapes = 10'000; // a log of hostile names may have one an event
        scratch.clear();
        for (const auto fields : {event.system, event.data}) {
            scratch += '[';
            for (const Field &field : fields) {
                scratch += &field == fields.data() ? "" : ",";
                appendJsonString(scratch, field.name);
            }
            scratch += ']';
        }
        if (shapes.size() > kMostShapes)
            shapes.clear();
        const auto [entry, added] = shapes.try_emplace(scratch, 0);
        if (added) {
            std::string system = "[", data;
            for (const Field &field : event.system) {
                system += &field == event.system.data() ? "" : ",";
                appendJsonString(system, field.name);
            }
            system += ']';
            data = scratch.substr(system.size());
            entry->second = rowIn("shape", "system, data", "?, ?", system, data);
        }
        return entry->second;
    }

    void listValues(const Event &event)
    {
        values = "[";
        for (const auto fields : {event.system, event.data})
            for (const Field &field : fields) {
                values += values.size() == 1 ? "" : ",";
                if (const std::int64_t row = repeated.rowOf(field.value); row != 0)
                    values += std::to_string(row);
                else
                    appendJsonString(values, field.value);
            }
        values += ']';
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
            SQLite::Statement insert(database,
                                     "INSERT INTO host (name, folded) VALUES (?, ?) "
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
        const EventKey key = eventKey(event, eventHost.folded, scratch);
        const std::int64_t place = ordinal++;
        recovered += event.recovered ? 1 : 0;
        insertKey.bindNoCopy(1, key.data(), static_cast<int>(key.size()));
        insertKey.bind(2, nextEvent);
        const bool isNew = insertKey.exec() == 1;
        insertKey.reset();
        if (!isNew) {
            cite(key, evidence, place, event);
            return;
        }
        listValues(event);
        const std::int64_t id = nextEvent++;
        const auto time = eventTime(event);
        insertEvent.bind(1, id);
        insertEvent.bind(2, eventHost.id);
        insertEvent.bind(3, kindRow(event));
        insertEvent.bind(4, shapeRow(event));
        sql::bindOptional(insertEvent, 5, event.recordId);
        sql::bindOptional(insertEvent, 6, time);
        sql::bindOptional(insertEvent, 7, event.timeCreated);
        const std::string guid = processGuid(event);
        sql::bindOptional(insertEvent, 8, guid.empty() ? std::nullopt : std::optional(repeated.rowFor(guid)));
        sql::bindText(insertEvent, 9, values);
        insertEvent.bind(10, evidence);
        insertEvent.bind(11, place);
        bindPlace(insertEvent, 12, event);
        insertEvent.exec();
        insertEvent.reset();
        facts.add(id, eventHost.id, time, factOf(event));
    }

    /// The event is there. A further citation, unless an interrupted run had put this very record there.
    void cite(const EventKey &key, std::int64_t evidence, std::int64_t place, const Event &event)
    {
        selectKey.bindNoCopy(1, key.data(), static_cast<int>(key.size()));
        selectKey.executeStep();
        const std::int64_t id = selectKey.getColumn(0).getInt64();
        const bool itself =
            selectKey.getColumn(1).getInt64() == evidence && selectKey.getColumn(2).getInt64() == place;
        selectKey.reset();
        if (itself)
            return;
        ++duplicates;
        insertCitation.bind(1, id);
        insertCitation.bind(2, evidence);
        insertCitation.bind(3, place);
        bindPlace(insertCitation, 4, event);
        insertCitation.exec();
        insertCitation.reset();
    }

    static void bindPlace(SQLite::Statement &insert, int index, const Event &event)
    {
        sql::bindOptional(insert, index, event.chunk);
        sql::bindOptional(insert, index + 1, event.offset);
        sql::bindOptional(insert, index + 2, event.headerRecordId);
        insert.bind(index + 3, event.recovered ? 1 : 0);
    }

    void note(const std::string &path)
    {
        SQLite::Statement insert(database, "INSERT OR IGNORE INTO pending VALUES (?)");
        insert.bind(1, path);
        insert.exec();
    }

    void settle(const std::string &path)
    {
        SQLite::Statement remove(database, "DELETE FROM pending WHERE path = ?");
        remove.bind(1, path);
        remove.exec();
    }

    /// Evidence that was read in part from `path` and can not be read on, since another file lies there now
    /// or none.
    void giveUp(const std::string &path, const std::string &sha256, const std::string &error)
    {
        SQLite::Statement update(database,
                                 "UPDATE evidence SET state = 'failed', error = ? WHERE state = 'indexing' "
                                 "AND path = ? AND sha256 <> ?");
        update.bind(1, error);
        update.bind(2, path);
        update.bind(3, sha256);
        update.exec();
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
    SQLite::Statement insertKey, selectKey, insertEvent, insertCitation, insertDamage;
    FactWriter facts;
    RepeatedValues repeated;
    std::int64_t nextEvent;
    std::string scratch, values;
    std::unordered_map<std::string, std::int64_t> kinds, shapes;
    std::unordered_map<std::string, Host> hosts;
    // Of the evidence being read:
    std::int64_t ordinal = 0;
    std::int64_t duplicates = 0, recovered = 0;
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
        d->giveUp(path, sha256, "the file changed before it was read whole");
        d->note(path);
        SQLite::Statement insert(
            d->database,
            "INSERT INTO evidence (path, sha256, bytes, state, added) VALUES (?, ?, ?, 'indexing', ?) "
            "ON CONFLICT (sha256) DO UPDATE SET state = 'indexing', path = excluded.path, error = NULL");
        insert.bind(1, path);
        insert.bind(2, sha256);
        insert.bind(3, static_cast<std::int64_t>(bytes));
        insert.bind(4, timeNow());
        insert.exec();
        SQLite::Statement select(d->database, "SELECT id FROM evidence WHERE sha256 = ?");
        select.bind(1, sha256);
        select.executeStep();
        const std::int64_t id = select.getColumn(0).getInt64();
        select.reset();
        d->database.exec("DELETE FROM damage WHERE evidence_id = " + std::to_string(id));
        d->database.exec("INSERT OR REPLACE INTO meta VALUES ('links', '1'), ('detections', '1')");
        d->ordinal = 0;
        d->duplicates = 0;
        d->recovered = 0;
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
        SQLite::Statement update(d->database,
                                 "UPDATE evidence SET state = 'done', records = ?, duplicates = ?, recovered "
                                 "= ?, lost = ? WHERE id = ?");
        update.bind(1, d->ordinal);
        update.bind(2, d->duplicates);
        update.bind(3, d->recovered);
        update.bind(4, static_cast<std::int64_t>(d->lost));
        update.bind(5, toInt(evidence));
        update.exec();
        EvidenceRow row = evidenceRow(d->database, toInt(evidence));
        d->settle(row.path);
        return row;
    });
}

Result<EvidenceRow> EventWriter::addFailed(const std::string &path, const std::string &sha256,
                                           std::uint64_t bytes, const std::string &error)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        d->settle(path);
        d->giveUp(path, sha256, error);
        SQLite::Statement known(d->database,
                                "SELECT id FROM evidence WHERE sha256 = ?1 OR (?1 = '' AND path = ?2 AND "
                                "state = 'failed') LIMIT 1");
        known.bind(1, sha256);
        known.bind(2, path);
        std::int64_t id = 0;
        if (known.executeStep()) {
            id = known.getColumn(0).getInt64();
            known.reset();
            SQLite::Statement update(
                d->database,
                "UPDATE evidence SET state = 'failed', error = ?2 WHERE id = ?1 AND state = 'indexing'");
            update.bind(1, id);
            update.bind(2, error);
            update.exec();
        } else {
            SQLite::Statement insert(d->database,
                                     "INSERT INTO evidence (path, sha256, bytes, state, error, added) VALUES "
                                     "(?, ?, ?, 'failed', ?, ?)");
            insert.bind(1, path);
            sql::bindOptionalText(insert, 2, sha256);
            insert.bind(3, static_cast<std::int64_t>(bytes));
            insert.bind(4, error);
            insert.bind(5, timeNow());
            insert.exec();
            id = d->database.getLastInsertRowid();
        }
        return evidenceRow(d->database, id);
    });
}

Result<void> EventWriter::plan(const std::vector<std::string> &paths)
{
    auto planned = sql::guarded([&] {
        d->ensureTransaction();
        for (const std::string &path : paths)
            d->note(path);
    });
    return planned ? commit() : planned;
}

Result<void> EventWriter::skip(const std::string &path)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        d->settle(path);
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

} // namespace lolscope
