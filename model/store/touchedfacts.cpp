#include "model/store/touchedfacts.h"

#include "model/store/askednames.h"
#include "model/store/relinkedrows.h"
#include "model/store/schema.h"
#include "model/store/sql.h"
#include "model/store/touchedsql.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace lolscope {

namespace {

/// More than the tolerances of linking together: a start or an end that is further away changes nothing here.
constexpr std::int64_t kReach = Ticks(std::chrono::seconds(15)).count();

/// SQL that takes in the first start that names a GUID without a Sysmon start as its parent; one that is
/// neither a second record of another nor its own parent.
std::string firstChildren()
{
    const auto first = [](const std::string &which, const std::string &order) {
        return "(SELECT p.id FROM process p WHERE p.parent_guid = g.guid AND +p.host_id = g.host_id AND "
            + which
            + " AND p.guid IS NOT p.parent_guid AND NOT EXISTS (SELECT 1 FROM process d WHERE d.guid = "
              "p.guid AND +d.host_id = "
              "p.host_id AND d.source = 'logged' AND NOT d.from_security AND (d.start_time IS NULL, "
              "coalesce(d.start_time, 0), "
              "coalesce(d.pid, -1), d.image, d.command_line, d.user, coalesce(d.parent_guid, ''), "
              "coalesce(d.parent_pid, -1), "
              "d.parent_image, d.id) < (p.start_time IS NULL, coalesce(p.start_time, 0), coalesce(p.pid, "
              "-1), p.image, "
              "p.command_line, p.user, coalesce(p.parent_guid, ''), coalesce(p.parent_pid, -1), "
              "p.parent_image, p.id)) ORDER BY "
            + order + "p.guid, p.pid, p.image, p.command_line, p.user, p.parent_pid, p.parent_image LIMIT 1)";
    };
    return "INSERT OR IGNORE INTO first_child SELECT first FROM (SELECT coalesce("
        + first("p.start_time IS NOT NULL", "p.start_time, ") + ", " + first("p.start_time IS NULL", "")
        + ") AS first FROM open_guid g) WHERE first IS NOT NULL";
}

constexpr const char *kWithParent = " ON CONFLICT (id) DO UPDATE SET with_parent = 1 WHERE NOT with_parent";

/// One run of a PID, for comparing how it was with how it is.
struct Run
{
    Timestamp start;
    std::optional<Timestamp> end; ///< As logged.
    bool operator==(const Run &) const = default;
};
using Runs = std::map<std::int64_t, Run>; // by process.id

} // namespace

struct TouchedFacts::Private
{
    explicit Private(CaseFile &caseFile)
        : file(caseFile)
        , database(caseFile.database())
    {
        database.exec(kTables);
        names.emplace(database);
        for (const char *text : kBegin)
            beginning.emplace_back(database, text);
        closing.emplace_back(database, firstChildren());
        for (const char *text : kClose)
            closing.emplace_back(database, text);
    }

    void run(std::vector<SQLite::Statement> &statements)
    {
        constexpr std::int64_t kSecondRecord = Ticks(std::chrono::seconds(10)).count(); // kSameConnection
        for (SQLite::Statement &statement : statements) {
            const int parameters = statement.getBindParameterCount();
            if (parameters > 0)
                statement.bind(1, linked);
            if (parameters > 1)
                statement.bind(2, kSecondRecord);
            if (parameters > 2)
                statement.bind(3, kReach);
            if (parameters > 3)
                statement.bind(4, std::numeric_limits<std::int64_t>::max());
            statement.exec();
            statement.reset();
        }
    }

    void close()
    {
        for (int before = -1; before != database.getTotalChanges();) {
            before = database.getTotalChanges();
            run(closing);
        }
    }

    /// So that the case may be linked whole on this connection.
    void drop()
    {
        beginning.clear();
        closing.clear();
        SQLite::Statement select(
            database,
            "SELECT 'DROP ' || type || ' temp.' || name FROM temp.sqlite_schema WHERE type IN ('table', "
            "'view', 'trigger') AND name <> 'decided' ORDER BY type = 'table'");
        std::vector<std::string> drops;
        while (select.executeStep())
            drops.push_back(sql::text(select, 0));
        select.reset();
        for (const std::string &statement : drops)
            database.exec(statement);
    }

    CaseFile &file;
    SQLite::Database &database;
    std::optional<AskedNames> names;
    std::vector<SQLite::Statement> beginning, closing;
    std::int64_t linked = 0;
};

namespace {

/// What a case that is linked up to an event says, against new links of a part of it.
class Comparison
{
public:
    Comparison(SQLite::Database &database, std::int64_t linked, const LinkFacts &facts, const Links &links)
        : m_database(database)
        , m_linked(linked)
        , m_facts(facts)
        , m_links(links)
    {}

    void widen()
    {
        compareGuids();
        compareRuns();
        compareMerged();
        lookForRings();
    }

private:
    std::int64_t rowOf(std::size_t process) const
    {
        return process < m_facts.starts.size() ? m_facts.starts[process].row : -1;
    }

    /// GUIDs that another row stands for now; the children follow.
    void compareGuids()
    {
        SQLite::Statement before(
            m_database,
            "SELECT id, source = 'logged' FROM process WHERE guid = ? AND +host_id = ? AND same_as IS NULL "
            "AND (event_id IS NULL OR event_id <= ?)");
        SQLite::Statement changed(m_database, "INSERT OR IGNORE INTO changed_guid VALUES (?, ?)");
        SQLite::Statement children(
            m_database,
            std::string("INSERT INTO near_process SELECT id, 1 FROM process WHERE parent_guid = ? AND "
                        "+host_id = ?")
                + kWithParent);
        std::set<std::pair<std::int64_t, TextId>> now;
        const auto compare = [&](std::int64_t host, const std::string &guid, std::int64_t row) {
            before.bind(1, guid);
            before.bind(2, host);
            before.bind(3, m_linked);
            const bool had = before.executeStep();
            const bool isSame = had
                && (before.getColumn(1).getInt() != 0 ? before.getColumn(0).getInt64() == row : row == -1);
            before.reset();
            if (isSame)
                return;
            changed.bind(1, host);
            changed.bind(2, guid);
            changed.exec();
            changed.reset();
            if (!had)
                return;
            children.bind(1, guid);
            children.bind(2, host);
            children.exec();
            children.reset();
        };
        for (std::size_t i = 0; i < m_links.processes.size(); ++i)
            if (const auto &process = m_links.processes[i]; process.guid != 0 && process.sameAs < 0) {
                now.emplace(process.host, process.guid);
                compare(process.host, m_facts.texts.text(process.guid), rowOf(i));
            }
    }

    /// Facts without a GUID follow where a run of the PID came, went, or has another end.
    void compareRuns()
    {
        std::map<std::pair<std::int64_t, std::int64_t>, std::pair<Runs, Runs>> pids; // before, now
        SQLite::Statement row(
            m_database,
            "SELECT p.host_id, p.pid, p.id, p.start_time, iif(p.end_is_bound, NULL, p.end_time) FROM "
            "near_process n CROSS JOIN process p ON p.id = n.id WHERE p.pid IS NOT NULL AND p.same_as IS "
            "NULL AND p.start_time IS NOT NULL AND p.event_id <= ?");
        row.bind(1, m_linked);
        while (row.executeStep())
            pids[{row.getColumn(0).getInt64(), row.getColumn(1).getInt64()}]
                .first[row.getColumn(2).getInt64()] = {*sql::timeOf(row, 3), sql::timeOf(row, 4)};
        for (std::size_t i = 0; i < m_facts.starts.size(); ++i) {
            const auto &start = m_facts.starts[i];
            const auto &process = m_links.processes[i];
            if (start.pid && start.time && process.sameAs < 0)
                pids[{start.host, *start.pid}].second[start.row] = {
                    *start.time, process.endIsBound ? std::nullopt : process.end};
        }
        for (const auto &[pid, both] : pids) {
            const auto &[before, now] = both;
            for (const auto *runs : {&before, &now})
                for (const auto &[id, run] : *runs) {
                    const auto &others = runs == &before ? now : before;
                    const auto other = others.find(id);
                    if (other == others.end() || other->second != run)
                        takeIn(pid.first, pid.second, run.start, nextStart(run.start, before, now));
                }
        }
    }

    static std::optional<Timestamp> nextStart(Timestamp time, const Runs &before, const Runs &now)
    {
        std::optional<Timestamp> next;
        for (const auto *runs : {&before, &now})
            for (const auto &[id, run] : *runs)
                if (run.start > time && (!next || run.start < *next))
                    next = run.start;
        return next;
    }

    void takeIn(std::int64_t host, std::int64_t pid, Timestamp start, std::optional<Timestamp> next)
    {
        const std::int64_t from = start.time_since_epoch().count() - kReach;
        const std::int64_t to =
            next ? next->time_since_epoch().count() + kReach : std::numeric_limits<std::int64_t>::max();
        if (m_takingIn.empty())
            for (const std::string &text :
                 {std::string("INSERT OR IGNORE INTO near_connection SELECT id FROM connection WHERE host_id "
                              "= ? AND pid = ? AND guid IS NULL AND time BETWEEN ? AND ?"),
                  std::string("INSERT OR IGNORE INTO near_query SELECT id FROM dns_query WHERE host_id = ? "
                              "AND pid = ? AND guid IS NULL AND time BETWEEN ? AND ?"),
                  std::string("INSERT INTO near_process SELECT id, 1 FROM process WHERE host_id = ? AND "
                              "parent_pid = ? AND parent_guid IS NULL AND start_time BETWEEN ? AND ?")
                      + kWithParent})
                m_takingIn.emplace_back(m_database, text);
        for (SQLite::Statement &insert : m_takingIn) {
            insert.bind(1, host);
            insert.bind(2, pid);
            insert.bind(3, from);
            insert.bind(4, to);
            insert.exec();
            insert.reset();
        }
    }

    /// A start that is a second record now, or no more, has no parent or may have one.
    void compareMerged()
    {
        SQLite::Statement before(m_database, "SELECT same_as IS NOT NULL FROM process WHERE id = ?");
        SQLite::Statement insert(m_database,
                                 std::string("INSERT INTO near_process VALUES (?, 1)") + kWithParent);
        for (std::size_t i = 0; i < m_facts.starts.size(); ++i) {
            const auto &start = m_facts.starts[i];
            if (start.isSettled)
                continue;
            before.bind(1, start.row);
            before.executeStep();
            const bool was = before.getColumn(0).getInt() != 0;
            before.reset();
            if (was == (m_links.processes[i].sameAs >= 0))
                continue;
            insert.bind(1, start.row);
            insert.exec();
            insert.reset();
        }
    }

    /// Where a start leaves a ring of parents that was cut elsewhere, that one may have its parent again.
    void lookForRings()
    {
        SQLite::Statement walk(
            m_database,
            "WITH RECURSIVE up(id, parent, link) AS (SELECT id, parent_id, parent_link FROM process WHERE "
            "id = (SELECT parent_id FROM process WHERE id = ?) UNION SELECT process.id, parent_id, "
            "parent_link FROM process JOIN up ON process.id = up.parent) "
            "INSERT INTO near_process SELECT id, 1 FROM up WHERE link = 'cut'"
                + std::string(kWithParent));
        SQLite::Statement parent(m_database, "SELECT parent_id FROM process WHERE id = ?");
        for (std::size_t i = 0; i < m_facts.starts.size(); ++i) {
            if (m_facts.starts[i].keepsParent)
                continue;
            parent.bind(1, m_facts.starts[i].row);
            const auto before =
                parent.executeStep() ? sql::optionalOf<std::int64_t>(parent, 0) : std::nullopt;
            parent.reset();
            const int now = m_links.processes[i].parent;
            if (!before || (now >= 0 && rowOf(static_cast<std::size_t>(now)) == *before))
                continue;
            walk.bind(1, m_facts.starts[i].row);
            walk.exec();
            walk.reset();
        }
    }

    SQLite::Database &m_database;
    std::int64_t m_linked;
    const LinkFacts &m_facts;
    const Links &m_links;
    std::vector<SQLite::Statement> m_takingIn;
};

} // namespace

TouchedFacts::TouchedFacts(std::unique_ptr<Private> p)
    : d(std::move(p))
{}
TouchedFacts::~TouchedFacts()
{
    const auto dropped = sql::guarded([&] { d->drop(); });
    static_cast<void>(dropped); // they go with the connection
}

Result<std::unique_ptr<TouchedFacts>> TouchedFacts::open(CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Transaction transaction(file.database(), SQLite::TransactionBehavior::IMMEDIATE);
        for (const char *indexes : {kEventIndexes, kFactIndexes, kLiveIndexes})
            file.database().exec(indexes);
        transaction.commit();
        return std::unique_ptr<TouchedFacts>(new TouchedFacts(std::make_unique<Private>(file)));
    });
}

Result<void> TouchedFacts::begin(EventId linked)
{
    return sql::guarded([&] {
        d->linked = toInt(linked);
        d->database.exec(kEmpty);
        d->run(d->beginning);
    });
}

Result<LinkFacts> TouchedFacts::read()
{
    auto closed = sql::guarded([&] { d->close(); });
    if (!closed)
        return tl::unexpected(closed.error());
    auto facts = linkFacts(d->file,
                           {"id IN (SELECT id FROM near_process) AND id NOT IN (SELECT id FROM near_settled "
                            "WHERE same_as IS NOT NULL)",
                            "event_id IN (SELECT id FROM near_end)", "id IN (SELECT id FROM near_connection)",
                            "id IN (SELECT id FROM near_query)"});
    if (!facts)
        return facts;
    return sql::guarded([&] {
        std::set<std::int64_t> withParent;
        SQLite::Statement row(d->database, "SELECT id FROM near_process WHERE with_parent");
        while (row.executeStep())
            withParent.insert(row.getColumn(0).getInt64());
        std::map<std::int64_t, std::pair<TextId, std::optional<Timestamp>>> settled; // GUID, end
        SQLite::Statement old(d->database, "SELECT id, guid, end_time FROM near_settled");
        while (old.executeStep())
            settled[old.getColumn(0).getInt64()] = {facts->texts.id(sql::text(old, 1)), sql::timeOf(old, 2)};
        for (auto &start : facts->starts) {
            if (const auto known = settled.find(start.row); known != settled.end()) {
                start.isSettled = true;
                std::tie(start.guid, start.end) = known->second;
            }
            if (!withParent.contains(start.row)) {
                start.keepsParent = true;
                start.parentGuid = start.parentImage = 0;
                start.parentCommandLine = 0;
                start.parentPid.reset();
            }
        }
        return std::move(*facts);
    });
}

Result<bool> TouchedFacts::widen(const LinkFacts &facts, const Links &links)
{
    return sql::guarded([&] {
        const auto count = [&] {
            return d->database
                .execAndGet("SELECT (SELECT count(*) FROM near_connection) + (SELECT count(*) FROM "
                            "near_query) + (SELECT "
                            "count(*) + total(with_parent) FROM near_process)")
                .getInt64();
        };
        const auto before = count();
        Comparison(d->database, d->linked, facts, links).widen();
        return count() != before;
    });
}

Result<void> TouchedFacts::save(const LinkFacts &facts, const Links &links)
{
    return sql::guarded([&] {
        RelinkedRows(d->database, d->linked, facts, links).save();
        d->names->update(d->linked);
        noteChangedEvents(d->database, d->linked);
    });
}

Result<std::vector<EventId>> TouchedFacts::changedEvents() const
{
    return sql::guarded([&] {
        SQLite::Statement row(d->database, "SELECT id FROM changed_event ORDER BY id");
        std::vector<EventId> events;
        while (row.executeStep())
            events.push_back(EventId{row.getColumn(0).getInt64()});
        return events;
    });
}

Result<std::vector<std::string>> TouchedFacts::changedAlerts() const
{
    return sql::guarded([&] {
        SQLite::Statement row(d->database, "SELECT id FROM changed_alert");
        std::vector<std::string> alerts;
        while (row.executeStep())
            alerts.push_back(sql::text(row, 0));
        return alerts;
    });
}

} // namespace lolscope
