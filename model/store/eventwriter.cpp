#include "model/store/eventwriter.h"

#include "model/base/text.h"
#include "model/store/casestate.h"
#include "model/store/factwriter.h"
#include "model/store/packedevents.h"
#include "model/store/preparedevents.h"
#include "model/store/readevidence.h"
#include "model/store/recordranges.h"
#include "model/store/rowcache.h"
#include "model/store/schema.h"
#include "model/store/sql.h"

#include <SQLiteCpp/VariadicBind.h>
#include <optional>
#include <unordered_map>
#include <vector>

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
    Private(CaseFile &file, Candidates candidateTest)
        : database(file.database())
        , candidates(std::move(candidateTest))
        , insertEvents(database, kInsertEvent + "," + repeat(kEventRow, kRowsAtOnce - 1))
        , insertEvent(database, kInsertEvent)
        , insertPayload(database, "INSERT INTO payload VALUES (?, ?)")
        , insertCandidate(database, "INSERT INTO candidate VALUES (?)")
        , insertGuid(database, "INSERT OR IGNORE INTO process_guid (text) VALUES (?)")
        , selectGuid(database, "SELECT id FROM process_guid WHERE text = ?")
        , insertCitation(database, "INSERT OR IGNORE INTO citation VALUES (?,?,?,?,?,?,?)")
        , insertDamage(database, "INSERT INTO damage VALUES (?,?,?,?,?,?)")
        , facts(database)
    {
        notesCandidates = !candidates.rules.empty();
    }

    void ensureTransaction()
    {
        if (transaction)
            return;
        transaction = std::make_unique<SQLite::Transaction>(database, SQLite::TransactionBehavior::IMMEDIATE);
        const auto next = database.execAndGet("SELECT coalesce(max(id), 0) + 1 FROM event").getInt64();
        if (next == nextEvent)
            return;
        // Events of an earlier run, or of another program that writes to the case in turn with this one.
        nextEvent = next;
        anyMayBeKnown = true;
        SQLite::Statement noted(database, "SELECT value FROM meta WHERE key = 'candidates'");
        notesCandidates = notesCandidates && noted.executeStep() && sql::text(noted, 0) == candidates.rules;
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

    /// What the events of a form share in the case.
    struct FormRows
    {
        std::int64_t kind = 0;
        std::int64_t shape = 0;
        std::uint32_t channel = 0; ///< A number for it, of this run.
    };

    FormRows rowsOf(const PreparedEvents::Form &form)
    {
        const Event &event = *form.like;
        scratch.assign(event.provider).append(1, '\0').append(event.channel).append(1, '\0');
        for (const std::uint32_t number : {event.eventId, event.version, event.level})
            scratch.append(reinterpret_cast<const char *>(&number), sizeof number);
        FormRows rows;
        rows.kind = kinds.of(scratch, [&] {
            return rowIn("kind", "provider, channel, event_id, version, level", "?, ?, ?, ?, ?",
                         std::string(event.provider), std::string(event.channel), event.eventId,
                         event.version, event.level);
        });
        scratch.assign(form.systemNames).append(form.dataNames);
        rows.shape = shapes.of(scratch, [&] {
            return rowIn("shape", "system, data", "?, ?", form.systemNames, form.dataNames);
        });
        rows.channel =
            channels.try_emplace(std::string(event.channel), static_cast<std::uint32_t>(channels.size()))
                .first->second;
        return rows;
    }

    std::int64_t guidRow(std::string_view text)
    {
        return guids.of(text, [&] {
            const std::string guid(text);
            insertGuid.bindNoCopy(1, guid);
            const bool isNew = insertGuid.exec() == 1;
            insertGuid.reset();
            if (isNew)
                return database.getLastInsertRowid();
            selectGuid.bindNoCopy(1, guid);
            selectGuid.executeStep();
            const std::int64_t row = selectGuid.getColumn(0).getInt64();
            selectGuid.reset();
            return row;
        });
    }

    struct Host
    {
        std::int64_t id = 0;
        std::string folded;
    };
    const Host &host(std::string_view name)
    {
        if (lastHost && lastHost->first == name)
            return lastHost->second;
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
        lastHost = &*entry;
        return entry->second;
    }

    /// What was read of one evidence.
    struct Counts
    {
        std::int64_t ordinal = 0;
        std::int64_t duplicates = 0, recovered = 0;
        std::uint64_t lost = 0;
        std::size_t damageRows = 0;
        bool isLive = false;
    };

    void addEvents(std::int64_t evidence, const EventBatch &batch, const PreparedEvents &prepared)
    {
        if (!isMarkedStale && !batch.events.empty())
            markStale(); // in each transaction: another program may have brought the case up to date
        Counts &read = counts[evidence];
        waiting.clear();
        formRows.clear();
        for (const PreparedEvents::Form &form : prepared.forms)
            formRows.push_back(rowsOf(form));
        for (const PreparedEvents::Packed &packed : prepared.packed) {
            const std::int64_t firstRow = nextEvent;
            fresh.clear();
            for (std::size_t i = packed.first; i < packed.first + packed.count; ++i)
                if (addEvent(evidence, read, batch.events[i], prepared.events[i]))
                    fresh.push_back(&batch.events[i]);
            if (fresh.empty())
                continue;
            // What was there already is not stored again.
            const std::string repacked = fresh.size() < packed.count ? packEvents(fresh) : std::string();
            const std::string &data = fresh.size() < packed.count ? repacked : packed.data;
            insertPayload.bind(1, firstRow);
            insertPayload.bindNoCopy(2, data.data(), static_cast<int>(data.size()));
            insertPayload.exec();
            insertPayload.reset();
        }
        flush();
    }

    /// False when the case has the event: then it is cited.
    bool addEvent(std::int64_t evidence, Counts &read, const Event &event, const PreparedEvents::One &one)
    {
        const Host &eventHost = host(event.computer);
        const FormRows &form = formRows[one.form];
        const std::int64_t place = read.ordinal++;
        read.recovered += event.recovered ? 1 : 0;
        if (mayBeKnown(eventHost.id, form.channel, event))
            if (const auto known = find(eventHost.id, event, one.key)) {
                cite(*known, evidence, read, place, event);
                return false;
            }
        const std::int64_t id = nextEvent++;
        waiting.push_back({id, eventHost.id, form.kind, form.shape, evidence, place,
                           one.processGuid.empty() ? std::nullopt : std::optional(guidRow(one.processGuid)),
                           &event, &one});
        if (waiting.size() == kRowsAtOnce)
            flush();
        if (one.isCandidate && notesCandidates) {
            insertCandidate.bind(1, id);
            insertCandidate.exec();
            insertCandidate.reset();
        }
        facts.add(id, eventHost.id, one.time, one.fact);
        return true;
    }

    /// Writes the event rows that wait to be written together.
    void flush()
    {
        if (waiting.size() == kRowsAtOnce) {
            int column = 1;
            for (const EventRow &row : waiting)
                column = bindRow(insertEvents, column, row);
            insertEvents.exec();
            insertEvents.reset();
        } else {
            for (const EventRow &row : waiting) {
                bindRow(insertEvent, 1, row);
                insertEvent.exec();
                insertEvent.reset();
            }
        }
        waiting.clear();
    }

    struct EventRow
    {
        std::int64_t id, host, kind, shape, evidence, ordinal;
        std::optional<std::int64_t> guid;
        const Event *event;
        const PreparedEvents::One *one;
    };
    static int bindRow(SQLite::Statement &insert, int column, const EventRow &row)
    {
        const Event &event = *row.event;
        for (const std::int64_t number : {row.id, row.host, row.kind, row.shape})
            insert.bind(column++, number);
        sql::bindOptional(insert, column++, event.recordId);
        sql::bindOptional(insert, column++, row.one->time);
        sql::bindOptional(insert, column++, event.timeCreated);
        sql::bindOptional(insert, column++, row.guid);
        insert.bind(column++, row.evidence);
        insert.bind(column++, row.ordinal);
        bindPlace(insert, column, event);
        column += 4;
        insert.bindNoCopy(column++, row.one->key.data(), static_cast<int>(row.one->key.size()));
        return column;
    }

    /// Whether the case may have the event: equal events are of one log and have one record id. A log that
    /// is read in order into a new case never has to look.
    bool mayBeKnown(std::int64_t hostId, std::uint32_t channel, const Event &event)
    {
        constexpr std::size_t kMostLogs = 10'000;
        if (anyMayBeKnown)
            return true;
        if (logs.size() > kMostLogs)
            return anyMayBeKnown = true;
        const std::uint64_t log = (static_cast<std::uint64_t>(hostId) << 32U) | channel;
        return logs[log].add(event.recordId ? *event.recordId : event.headerRecordId.value_or(0));
    }

    struct Known
    {
        std::int64_t id, evidence, ordinal;
    };
    std::optional<Known> find(std::int64_t hostId, const Event &event, const EventKey &key)
    {
        flush();
        if (!selectKnown) {
            database.exec(kEventIdentityIndex);
            selectKnown.emplace(database,
                                "SELECT id, evidence_id, ordinal FROM event WHERE host_id = ? AND record_id "
                                "IS ? AND key = ?");
        }
        selectKnown->bind(1, hostId);
        sql::bindOptional(*selectKnown, 2, event.recordId);
        selectKnown->bindNoCopy(3, key.data(), static_cast<int>(key.size()));
        std::optional<Known> known;
        if (selectKnown->executeStep())
            known = Known{selectKnown->getColumn(0).getInt64(), selectKnown->getColumn(1).getInt64(),
                          selectKnown->getColumn(2).getInt64()};
        selectKnown->reset();
        return known;
    }

    /// A further citation, unless an interrupted run had put this very record there.
    void cite(const Known &known, std::int64_t evidence, Counts &read, std::int64_t place, const Event &event)
    {
        if (known.evidence == evidence && known.ordinal == place)
            return;
        ++read.duplicates;
        if (read.isLive && (known.evidence == evidence || isCited(known.id, evidence)))
            return; // shippers repeat themselves
        insertCitation.bind(1, known.id);
        insertCitation.bind(2, evidence);
        insertCitation.bind(3, place);
        bindPlace(insertCitation, 4, event);
        insertCitation.exec();
        insertCitation.reset();
    }

    bool isCited(std::int64_t event, std::int64_t evidence)
    {
        SQLite::Statement select(database, "SELECT 1 FROM citation WHERE event_id = ? AND evidence_id = ?");
        select.bind(1, event);
        select.bind(2, evidence);
        return select.executeStep();
    }

    static void bindPlace(SQLite::Statement &insert, int index, const Event &event)
    {
        sql::bindOptional(insert, index, event.chunk);
        sql::bindOptional(insert, index + 1, event.offset);
        sql::bindOptional(insert, index + 2, event.headerRecordId);
        insert.bind(index + 3, event.recovered ? 1 : 0);
    }

    /// What was made of the events is out of date.
    void markStale()
    {
        SQLite::Statement meta(database,
                               "INSERT OR REPLACE INTO meta VALUES ('links', '1'), ('detections', '1'), "
                               "('candidates', ?)");
        meta.bind(1, notesCandidates ? candidates.rules : std::string());
        meta.exec();
        isMarkedStale = true;
    }

    std::int64_t beginLive(const std::string &name)
    {
        SQLite::Statement insert(database,
                                 "INSERT INTO evidence (path, bytes, state, added) VALUES (?, 0, 'live', ?)");
        insert.bind(1, name);
        insert.bind(2, timeNow());
        insert.exec();
        const std::int64_t id = database.getLastInsertRowid();
        SQLite::Statement source(database, "INSERT INTO source VALUES (?, '')");
        source.bind(1, id);
        source.exec();
        counts[id] = {};
        counts[id].isLive = true;
        return id;
    }

    /// The row of live evidence `name`, if an earlier run left one.
    std::optional<std::int64_t> findLive(const std::string &name)
    {
        SQLite::Statement select(
            database,
            "SELECT id, records, duplicates, recovered, lost, (SELECT count(*) FROM damage "
            "WHERE damage.evidence_id = id) FROM evidence JOIN source ON evidence_id = id "
            "WHERE path = ? ORDER BY id DESC LIMIT 1");
        select.bind(1, name);
        if (!select.executeStep())
            return {};
        const std::int64_t id = select.getColumn(0).getInt64();
        counts[id] = {select.getColumn(1).getInt64(),
                      select.getColumn(2).getInt64(),
                      select.getColumn(3).getInt64(),
                      sql::count(select, 4),
                      static_cast<std::size_t>(select.getColumn(5).getInt64()),
                      true};
        return id;
    }

    void writeCounts(std::int64_t evidence)
    {
        const Counts &read = counts[evidence];
        SQLite::Statement update(
            database,
            "UPDATE evidence SET records = ?, duplicates = ?, recovered = ?, lost = ? WHERE "
            "id = ?");
        update.bind(1, read.ordinal);
        update.bind(2, read.duplicates);
        update.bind(3, read.recovered);
        update.bind(4, static_cast<std::int64_t>(read.lost));
        update.bind(5, evidence);
        update.exec();
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
        Counts &read = counts[evidence];
        read.lost += damage.records;
        if (read.damageRows++ >= EvidenceRow::kMaxDamageRows)
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

    static constexpr std::size_t kRowsAtOnce = 16;
    static constexpr std::string_view kEventRow = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    static inline const std::string kInsertEvent = "INSERT INTO event VALUES " + std::string(kEventRow);
    static std::string repeat(std::string_view row, std::size_t times)
    {
        std::string rows;
        for (std::size_t i = 0; i < times; ++i)
            rows.append(i == 0 ? "" : ",").append(row);
        return rows;
    }

    SQLite::Database &database;
    Candidates candidates;
    bool isMarkedStale = false; ///< By this transaction.
    bool notesCandidates = false; ///< The case has all the candidates of these rules so far.
    std::unique_ptr<SQLite::Transaction> transaction;
    SQLite::Statement insertEvents, insertEvent, insertPayload, insertCandidate, insertGuid, selectGuid,
        insertCitation, insertDamage;
    std::optional<SQLite::Statement> selectKnown;
    FactWriter facts;
    std::int64_t nextEvent = 1;
    bool anyMayBeKnown = false; ///< The case has events that this writer did not write.
    std::string scratch;
    RowCache kinds, shapes, guids;
    std::unordered_map<std::string, std::uint32_t> channels;
    std::unordered_map<std::uint64_t, RecordRanges> logs; ///< By host and channel.
    std::unordered_map<std::string, Host> hosts;
    const std::pair<const std::string, Host> *lastHost = nullptr; ///< Of hosts, whose nodes do not move.
    std::vector<FormRows> formRows;
    std::vector<EventRow> waiting;
    std::vector<const Event *> fresh;
    PreparedEvents unprepared; ///< For a batch that comes without.
    std::unordered_map<std::int64_t, Counts> counts;
    std::unordered_map<std::string, std::int64_t> followed; ///< Rows of live evidence by name.
};

EventWriter::EventWriter(CaseFile &file, Candidates candidates)
    : d(std::make_unique<Private>(file, std::move(candidates)))
{}
EventWriter::~EventWriter() = default;

std::function<void(EventBatch &)> EventWriter::preparation() const
{
    return [this](EventBatch &batch) {
        auto prepared = std::make_unique<PreparedEvents>();
        prepared->prepare(batch, d->candidates.test);
        batch.attached = std::move(prepared);
    };
}

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

Result<bool> EventWriter::hasEvidenceOf(std::uint64_t bytes)
{
    return sql::guarded([&] {
        SQLite::Statement select(d->database, "SELECT 1 FROM evidence WHERE bytes = ?");
        select.bind(1, static_cast<std::int64_t>(bytes));
        return select.executeStep();
    });
}

Result<void> EventWriter::identify(EvidenceId evidence, const std::string &sha256)
{
    return sql::guarded([&] {
        SQLite::Statement update(d->database, "UPDATE evidence SET sha256 = ? WHERE id = ?");
        update.bind(1, sha256);
        update.bind(2, toInt(evidence));
        update.exec();
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
        sql::bindOptionalText(insert, 2, sha256);
        insert.bind(3, static_cast<std::int64_t>(bytes));
        insert.bind(4, timeNow());
        insert.exec();
        std::int64_t id = d->database.getLastInsertRowid();
        if (!sha256.empty()) {
            SQLite::Statement select(d->database, "SELECT id FROM evidence WHERE sha256 = ?");
            select.bind(1, sha256);
            select.executeStep();
            id = select.getColumn(0).getInt64();
        }
        d->database.exec("DELETE FROM damage WHERE evidence_id = " + std::to_string(id));
        d->markStale();
        d->counts[id] = {};
        return EvidenceId{id};
    });
}

Result<void> EventWriter::add(EvidenceId evidence, const EventBatch &batch)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        const auto *prepared = dynamic_cast<const PreparedEvents *>(batch.attached.get());
        if (!prepared) {
            d->unprepared.prepare(batch, d->candidates.test);
            prepared = &d->unprepared;
        }
        d->addEvents(toInt(evidence), batch, *prepared);
        for (const Damage &damage : batch.damage)
            d->addDamage(toInt(evidence), damage);
    });
}

Result<EvidenceRow> EventWriter::finish(EvidenceId evidence)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        d->writeCounts(toInt(evidence));
        SQLite::Statement update(d->database, "UPDATE evidence SET state = 'done' WHERE id = ?");
        update.bind(1, toInt(evidence));
        update.exec();
        EvidenceRow row = evidenceRow(d->database, toInt(evidence));
        d->settle(row.path);
        return row;
    });
}

Result<EvidenceId> EventWriter::follow(const std::string &name, bool anew)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        auto &row = d->followed[name];
        if (anew)
            row = d->beginLive(name);
        else if (row == 0)
            row = d->findLive(name).value_or(0);
        if (row == 0)
            row = d->beginLive(name);
        return EvidenceId{row};
    });
}

Result<void> EventWriter::setBookmark(EvidenceId evidence, const std::string &bookmark)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        d->writeCounts(toInt(evidence));
        d->markStale();
        SQLite::Statement update(d->database, "UPDATE source SET bookmark = ? WHERE evidence_id = ?");
        update.bind(1, bookmark);
        update.bind(2, toInt(evidence));
        update.exec();
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
        d->isMarkedStale = false;
    });
}

} // namespace lolscope
