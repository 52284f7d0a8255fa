#include "model/store/eventwriter.h"

#include "model/store/casestate.h"
#include "model/store/eventnames.h"
#include "model/store/evidencewriter.h"
#include "model/store/factwriter.h"
#include "model/store/packedevents.h"
#include "model/store/preparedevents.h"
#include "model/store/recordranges.h"
#include "model/store/schema.h"
#include "model/store/sql.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace lolscope {

struct EventWriter::Private
{
    Private(CaseFile &file, Candidates candidateTest)
        : database(file.database())
        , candidates(std::move(candidateTest))
        , insertEvents(database, kInsertEvent + "," + repeat(kEventRow, kRowsAtOnce - 1))
        , insertEvent(database, kInsertEvent)
        , insertPayload(database, "INSERT INTO payload VALUES (?, ?)")
        , insertXml(database, "INSERT INTO record_xml VALUES (?, ?)")
        , insertCandidate(database, "INSERT INTO candidate VALUES (?)")
        , insertCitation(database, "INSERT OR IGNORE INTO citation VALUES (?,?,?,?,?,?,?)")
        , evidence(database)
        , names(database)
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

    void addEvents(std::int64_t source, const EventBatch &batch, const PreparedEvents &prepared)
    {
        if (!isMarkedStale && !batch.events.empty())
            markStale(); // in each transaction: another program may have brought the case up to date
        EvidenceWriter::Counts &read = evidence.counts(source);
        waiting.clear();
        formRows.clear();
        for (const PreparedEvents::Form &form : prepared.forms)
            formRows.push_back(names.of(form));
        guidRows.clear();
        for (const std::string_view guid : prepared.guids)
            guidRows.push_back(names.guid(guid));
        for (const PreparedEvents::Packed &packed : prepared.packed) {
            const std::int64_t firstRow = nextEvent;
            fresh.clear();
            for (std::size_t i = packed.first; i < packed.first + packed.count; ++i)
                if (addEvent(source, read, batch.events[i], prepared.events[i]))
                    fresh.push_back(&batch.events[i]);
            if (fresh.empty())
                continue;
            // What was there already is not stored again.
            const bool isWhole = fresh.size() == packed.count;
            const std::string events = isWhole ? std::string() : packEvents(fresh);
            const std::string xml = isWhole || packed.xml.empty() ? std::string() : packXml(fresh);
            insertPacked(insertPayload, firstRow, isWhole ? packed.data : events);
            insertPacked(insertXml, firstRow, isWhole ? packed.xml : xml);
        }
        flush();
    }

    static void insertPacked(SQLite::Statement &insert, std::int64_t firstRow, const std::string &data)
    {
        if (data.empty())
            return;
        insert.bind(1, firstRow);
        insert.bindNoCopy(2, data.data(), static_cast<int>(data.size()));
        insert.exec();
        insert.reset();
    }

    /// False when the case has the event: then it is cited.
    bool addEvent(std::int64_t source, EvidenceWriter::Counts &read, const Event &event,
                  const PreparedEvents::One &one)
    {
        const std::int64_t host = names.host(event.computer);
        const EventNames::FormRows &form = formRows[one.form];
        const std::int64_t place = read.ordinal++;
        read.recovered += event.recovered ? 1 : 0;
        if (mayBeKnown(host, form.channel, event))
            if (const auto known = find(host, event, one.key)) {
                cite(*known, source, read, place, event);
                return false;
            }
        const std::int64_t id = nextEvent++;
        waiting.push_back({id, host, form.kind, form.shape, source, place,
                           one.guid ? std::optional(guidRows[*one.guid]) : std::nullopt, &event, &one});
        if (waiting.size() == kRowsAtOnce)
            flush();
        if (one.isCandidate && notesCandidates) {
            insertCandidate.bind(1, id);
            insertCandidate.exec();
            insertCandidate.reset();
        }
        facts.add(id, host, one.time, one.fact);
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
    bool mayBeKnown(std::int64_t host, std::int64_t channel, const Event &event)
    {
        constexpr std::size_t kMostLogs = 10'000;
        if (anyMayBeKnown)
            return true;
        if (logs.size() > kMostLogs)
            return anyMayBeKnown = true;
        const auto log = (static_cast<std::uint64_t>(host) << 32U) | static_cast<std::uint64_t>(channel);
        return logs[log].add(event.recordId ? *event.recordId : event.headerRecordId.value_or(0));
    }

    struct Known
    {
        std::int64_t id, evidence, ordinal;
    };
    std::optional<Known> find(std::int64_t host, const Event &event, const EventKey &key)
    {
        flush();
        if (!selectKnown) {
            database.exec(kEventIdentityIndex);
            selectKnown.emplace(database,
                                "SELECT id, evidence_id, ordinal FROM event WHERE host_id = ? AND record_id "
                                "IS ? AND key = ?");
        }
        selectKnown->bind(1, host);
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
    void cite(const Known &known, std::int64_t source, EvidenceWriter::Counts &read, std::int64_t place,
              const Event &event)
    {
        if (known.evidence == source && known.ordinal == place)
            return;
        ++read.duplicates;
        if (read.isLive && (known.evidence == source || isCited(known.id, source)))
            return; // shippers repeat themselves
        insertCitation.bind(1, known.id);
        insertCitation.bind(2, source);
        insertCitation.bind(3, place);
        bindPlace(insertCitation, 4, event);
        insertCitation.exec();
        insertCitation.reset();
    }

    bool isCited(std::int64_t event, std::int64_t source)
    {
        SQLite::Statement select(database, "SELECT 1 FROM citation WHERE event_id = ? AND evidence_id = ?");
        select.bind(1, event);
        select.bind(2, source);
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
    SQLite::Statement insertEvents, insertEvent, insertPayload, insertXml, insertCandidate, insertCitation;
    std::optional<SQLite::Statement> selectKnown;
    EvidenceWriter evidence;
    EventNames names;
    FactWriter facts;
    std::int64_t nextEvent = 1;
    bool anyMayBeKnown = false; ///< The case has events that this writer did not write.
    std::unordered_map<std::uint64_t, RecordRanges> logs; ///< By host and channel.
    // Of the batch being added:
    std::vector<EventNames::FormRows> formRows;
    std::vector<std::int64_t> guidRows;
    std::vector<EventRow> waiting;
    std::vector<const Event *> fresh;
    PreparedEvents unprepared; ///< For a batch that comes without.
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
        const auto found = d->evidence.find(sha256);
        return found ? std::optional(d->evidence.row(*found)) : std::nullopt;
    });
}

Result<bool> EventWriter::hasEvidenceOf(std::uint64_t bytes)
{
    return sql::guarded([&] { return d->evidence.hasAnyOf(bytes); });
}

Result<void> EventWriter::identify(EvidenceId evidence, const std::string &sha256)
{
    return sql::guarded([&] { d->evidence.identify(toInt(evidence), sha256); });
}

Result<EvidenceId> EventWriter::begin(const std::string &path, const std::string &sha256, std::uint64_t bytes)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        const std::int64_t evidence = d->evidence.begin(path, sha256, bytes);
        d->markStale();
        return EvidenceId{evidence};
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
            d->evidence.addDamage(toInt(evidence), damage);
    });
}

Result<EvidenceRow> EventWriter::finish(EvidenceId evidence)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        return d->evidence.finish(toInt(evidence));
    });
}

Result<EvidenceId> EventWriter::follow(const std::string &name, bool anew)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        return EvidenceId{d->evidence.follow(name, anew)};
    });
}

Result<void> EventWriter::setBookmark(EvidenceId evidence, const std::string &bookmark)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        d->evidence.setBookmark(toInt(evidence), bookmark);
        d->markStale();
    });
}

Result<EvidenceRow> EventWriter::addFailed(const std::string &path, const std::string &sha256,
                                           std::uint64_t bytes, const std::string &error)
{
    return sql::guarded([&] {
        d->ensureTransaction();
        return d->evidence.addFailed(path, sha256, bytes, error);
    });
}

Result<void> EventWriter::plan(const std::vector<std::string> &paths)
{
    auto planned = sql::guarded([&] {
        d->ensureTransaction();
        for (const std::string &path : paths)
            d->evidence.plan(path);
    });
    return planned ? commit() : planned;
}

Result<void> EventWriter::skip(const std::string &path)
{
    auto skipped = sql::guarded([&] {
        d->ensureTransaction();
        d->evidence.settle(path);
    });
    return skipped ? commit() : skipped;
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
