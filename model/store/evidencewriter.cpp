#include "model/store/evidencewriter.h"

#include "model/store/casestate.h"
#include "model/store/readevidence.h"

namespace lolscope {

EvidenceWriter::EvidenceWriter(SQLite::Database &database)
    : m_database(database)
    , m_insertDamage(database, "INSERT INTO damage VALUES (?,?,?,?,?,?)")
{}

EvidenceRow EvidenceWriter::row(std::int64_t evidence)
{
    SQLite::Statement select(m_database, std::string(kSelectEvidence) + " WHERE id = ?");
    select.bind(1, evidence);
    if (!select.executeStep())
        throw Error{ErrorCode::Internal, "no evidence " + std::to_string(evidence)};
    return readEvidence(select);
}

std::optional<std::int64_t> EvidenceWriter::find(const std::string &sha256)
{
    SQLite::Statement select(m_database, "SELECT id FROM evidence WHERE sha256 = ?");
    select.bind(1, sha256);
    return select.executeStep() ? std::optional(select.getColumn(0).getInt64()) : std::nullopt;
}

bool EvidenceWriter::hasAnyOf(std::uint64_t bytes)
{
    SQLite::Statement select(m_database, "SELECT 1 FROM evidence WHERE bytes = ?");
    select.bind(1, static_cast<std::int64_t>(bytes));
    return select.executeStep();
}

void EvidenceWriter::writeCounts(std::int64_t evidence)
{
    const Counts &read = m_counts[evidence];
    SQLite::Statement update(m_database,
                             "UPDATE evidence SET records = ?, duplicates = ?, recovered = ?, lost = ? WHERE "
                             "id = ?");
    update.bind(1, read.ordinal);
    update.bind(2, read.duplicates);
    update.bind(3, read.recovered);
    update.bind(4, static_cast<std::int64_t>(read.lost));
    update.bind(5, evidence);
    update.exec();
}

void EvidenceWriter::addDamage(std::int64_t evidence, const Damage &damage)
{
    Counts &read = m_counts[evidence];
    read.lost += damage.records;
    if (read.damageRows++ >= EvidenceRow::kMaxDamageRows)
        return; // counted all the same
    m_insertDamage.bind(1, evidence);
    sql::bindOptional(m_insertDamage, 2, damage.offset);
    sql::bindOptional(m_insertDamage, 3, damage.recordId);
    m_insertDamage.bind(4, static_cast<std::int64_t>(damage.records));
    m_insertDamage.bind(5, damage.slack ? 1 : 0);
    sql::bindText(m_insertDamage, 6, damage.reason);
    m_insertDamage.exec();
    m_insertDamage.reset();
}

std::int64_t EvidenceWriter::begin(const std::string &path, const std::string &sha256, std::uint64_t bytes)
{
    giveUp(path, sha256, "the file changed before it was read whole");
    plan(path);
    SQLite::Statement insert(
        m_database,
        "INSERT INTO evidence (path, sha256, bytes, state, added) VALUES (?, ?, ?, 'indexing', ?) "
        "ON CONFLICT (sha256) DO UPDATE SET state = 'indexing', path = excluded.path, error = NULL");
    insert.bind(1, path);
    sql::bindOptionalText(insert, 2, sha256);
    insert.bind(3, static_cast<std::int64_t>(bytes));
    insert.bind(4, timeNow());
    insert.exec();
    std::int64_t id = m_database.getLastInsertRowid();
    if (!sha256.empty())
        id = find(sha256).value();
    m_database.exec("DELETE FROM damage WHERE evidence_id = " + std::to_string(id));
    m_counts[id] = {};
    return id;
}

void EvidenceWriter::identify(std::int64_t evidence, const std::string &sha256)
{
    SQLite::Statement update(m_database, "UPDATE evidence SET sha256 = ? WHERE id = ?");
    update.bind(1, sha256);
    update.bind(2, evidence);
    update.exec();
}

EvidenceRow EvidenceWriter::finish(std::int64_t evidence)
{
    writeCounts(evidence);
    SQLite::Statement update(m_database, "UPDATE evidence SET state = 'done' WHERE id = ?");
    update.bind(1, evidence);
    update.exec();
    EvidenceRow finished = row(evidence);
    settle(finished.path);
    return finished;
}

/// Evidence that was read in part from `path` and can not be read on, since another file lies there now or
/// none.
void EvidenceWriter::giveUp(const std::string &path, const std::string &sha256, const std::string &error)
{
    SQLite::Statement update(m_database,
                             "UPDATE evidence SET state = 'failed', error = ? WHERE state = 'indexing' "
                             "AND path = ? AND sha256 <> ?");
    update.bind(1, error);
    update.bind(2, path);
    update.bind(3, sha256);
    update.exec();
}

EvidenceRow EvidenceWriter::addFailed(const std::string &path, const std::string &sha256, std::uint64_t bytes,
                                      const std::string &error)
{
    settle(path);
    giveUp(path, sha256, error);
    SQLite::Statement known(m_database,
                            "SELECT id FROM evidence WHERE sha256 = ?1 OR (?1 = '' AND path = ?2 AND "
                            "state = 'failed') LIMIT 1");
    known.bind(1, sha256);
    known.bind(2, path);
    if (known.executeStep()) {
        const std::int64_t id = known.getColumn(0).getInt64();
        known.reset();
        SQLite::Statement update(
            m_database,
            "UPDATE evidence SET state = 'failed', error = ?2 WHERE id = ?1 AND state = 'indexing'");
        update.bind(1, id);
        update.bind(2, error);
        update.exec();
        return row(id);
    }
    SQLite::Statement insert(m_database,
                             "INSERT INTO evidence (path, sha256, bytes, state, error, added) VALUES "
                             "(?, ?, ?, 'failed', ?, ?)");
    insert.bind(1, path);
    sql::bindOptionalText(insert, 2, sha256);
    insert.bind(3, static_cast<std::int64_t>(bytes));
    insert.bind(4, error);
    insert.bind(5, timeNow());
    insert.exec();
    return row(m_database.getLastInsertRowid());
}

std::int64_t EvidenceWriter::follow(const std::string &name, bool anew)
{
    auto &evidence = m_followed[name];
    if (anew)
        evidence = beginLive(name);
    else if (evidence == 0)
        evidence = findLive(name).value_or(0);
    if (evidence == 0)
        evidence = beginLive(name);
    return evidence;
}

std::int64_t EvidenceWriter::beginLive(const std::string &name)
{
    SQLite::Statement insert(m_database,
                             "INSERT INTO evidence (path, bytes, state, added) VALUES (?, 0, 'live', ?)");
    insert.bind(1, name);
    insert.bind(2, timeNow());
    insert.exec();
    const std::int64_t id = m_database.getLastInsertRowid();
    SQLite::Statement source(m_database, "INSERT INTO source VALUES (?, '')");
    source.bind(1, id);
    source.exec();
    m_counts[id] = {};
    m_counts[id].isLive = true;
    return id;
}

/// The row of live evidence `name`, if an earlier run left one.
std::optional<std::int64_t> EvidenceWriter::findLive(const std::string &name)
{
    SQLite::Statement select(m_database,
                             "SELECT id, records, duplicates, recovered, lost, (SELECT count(*) FROM damage "
                             "WHERE damage.evidence_id = id) FROM evidence JOIN source ON evidence_id = id "
                             "WHERE path = ? ORDER BY id DESC LIMIT 1");
    select.bind(1, name);
    if (!select.executeStep())
        return {};
    const std::int64_t id = select.getColumn(0).getInt64();
    m_counts[id] = {select.getColumn(1).getInt64(),
                    select.getColumn(2).getInt64(),
                    select.getColumn(3).getInt64(),
                    sql::count(select, 4),
                    static_cast<std::size_t>(select.getColumn(5).getInt64()),
                    true};
    return id;
}

void EvidenceWriter::setBookmark(std::int64_t evidence, const std::string &bookmark)
{
    writeCounts(evidence);
    SQLite::Statement update(m_database, "UPDATE source SET bookmark = ? WHERE evidence_id = ?");
    update.bind(1, bookmark);
    update.bind(2, evidence);
    update.exec();
}

void EvidenceWriter::plan(const std::string &path)
{
    SQLite::Statement insert(m_database, "INSERT OR IGNORE INTO pending VALUES (?)");
    insert.bind(1, path);
    insert.exec();
}

void EvidenceWriter::settle(const std::string &path)
{
    SQLite::Statement remove(m_database, "DELETE FROM pending WHERE path = ?");
    remove.bind(1, path);
    remove.exec();
}

} // namespace lolscope
