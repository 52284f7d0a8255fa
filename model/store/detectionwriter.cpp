#include "model/store/detectionwriter.h"

#include "model/store/json.h"
#include "model/store/matchedjson.h"
#include "model/store/sql.h"
#include "model/store/verdictmoves.h"

#include <functional>

namespace lolscope {

struct DetectionWriter::Private
{
    explicit Private(SQLite::Database &db)
        : database(db)
        , transaction(db, SQLite::TransactionBehavior::IMMEDIATE)
        , insertDetection(db,
                          "INSERT INTO detection (rule_id, event_id, alert_id, connection_id, dns_query_id, "
                          "matched) VALUES (?,?,?,?,?,?)")
        , insertAlert(
              db,
              "INSERT INTO alert (id, rule_id, host_id, process_id, shape, first_seen, last_seen, "
              "hits, user, image, dest_name, "
              "dest_name_source, dest_ip, dest_port, protocol, dest_scope, initiated) VALUES "
              "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET host_id = "
              "excluded.host_id, "
              "process_id = excluded.process_id, shape = excluded.shape, first_seen = excluded.first_seen, "
              "last_seen = excluded.last_seen, hits = excluded.hits, user = excluded.user, image = "
              "excluded.image, "
              "dest_name = excluded.dest_name, dest_name_source = excluded.dest_name_source, dest_ip = "
              "excluded.dest_ip, dest_port = excluded.dest_port, protocol = excluded.protocol, dest_scope = "
              "excluded.dest_scope, initiated = excluded.initiated")
        , insertCandidate(db, "INSERT INTO candidate VALUES (?)")
    {}
    SQLite::Database &database;
    SQLite::Transaction transaction;
    bool renewsCandidates = false;
    bool relinked = false;
    SQLite::Statement insertDetection;
    SQLite::Statement insertAlert;
    SQLite::Statement insertCandidate;
};

DetectionWriter::DetectionWriter(std::unique_ptr<Private> p)
    : d(std::move(p))
{}
DetectionWriter::~DetectionWriter() = default;

Result<std::unique_ptr<DetectionWriter>> DetectionWriter::begin(CaseFile &file,
                                                                const std::vector<StoredRule> &rules)
{
    return sql::guarded([&] {
        auto p = std::make_unique<Private>(file.database());
        noteDecidedAlerts(p->database);
        p->database.exec("DELETE FROM loss; DELETE FROM detection; DELETE FROM alert; DELETE FROM rule");
        SQLite::Statement insert(p->database, "INSERT INTO rule VALUES (?,?,?,?,?,?,?,?,?,?,?)");
        for (const StoredRule &rule : rules) {
            insert.bind(1, rule.id);
            insert.bind(2, rule.title);
            insert.bind(3, rule.level);
            insert.bind(4, rule.status);
            insert.bind(5, rule.author);
            insert.bind(6, rule.description);
            insert.bind(7, rule.source);
            insert.bind(8, listToJson(rule.tags));
            insert.bind(9, listToJson(rule.references));
            insert.bind(10, listToJson(rule.falsePositives));
            insert.bind(11, rule.text);
            insert.exec();
            insert.reset();
        }
        return std::unique_ptr<DetectionWriter>(new DetectionWriter(std::move(p)));
    });
}

Result<std::unique_ptr<DetectionWriter>> DetectionWriter::resume(CaseFile &file)
{
    return sql::guarded([&] {
        auto p = std::make_unique<Private>(file.database());
        forgetDecidedAlerts(p->database);
        return std::unique_ptr<DetectionWriter>(new DetectionWriter(std::move(p)));
    });
}

namespace {

/// Removes the detections that meet a condition on ?1 and gives their alerts; those of the rules `kept` stay.
std::vector<std::string> remove(SQLite::Database &database, const std::string &condition,
                                const std::function<void(SQLite::Statement &)> &bind,
                                const std::set<std::string> &kept)
{
    SQLite::Statement select(database, "SELECT id, rule_id, alert_id FROM detection WHERE " + condition);
    SQLite::Statement note(
        database,
        "INSERT INTO temp.decided SELECT rule_id, event_id, alert_id FROM detection WHERE id = ? AND "
        "alert_id IN (SELECT alert_id FROM verdict)");
    SQLite::Statement erase(database, "DELETE FROM detection WHERE id = ?");
    bind(select);
    std::vector<std::string> alerts;
    std::vector<std::int64_t> removed;
    while (select.executeStep()) {
        alerts.push_back(sql::text(select, 2));
        if (!kept.contains(sql::text(select, 1)))
            removed.push_back(select.getColumn(0).getInt64());
    }
    for (const std::int64_t id : removed)
        for (SQLite::Statement *statement : {&note, &erase}) {
            statement->bind(1, id);
            statement->exec();
            statement->reset();
        }
    return alerts;
}

} // namespace

Result<std::vector<std::string>> DetectionWriter::removeDetections(EventId event,
                                                                   const std::set<std::string> &kept)
{
    return sql::guarded([&] {
        return remove(
            d->database, "event_id = ?", [&](SQLite::Statement &select) { select.bind(1, toInt(event)); },
            kept);
    });
}

Result<std::vector<std::string>> DetectionWriter::removeDetections(const std::string &ruleId)
{
    return sql::guarded([&] {
        return remove(d->database, "rule_id = ?", [&](SQLite::Statement &select) { select.bind(1, ruleId); },
                      {});
    });
}

Result<void> DetectionWriter::removeAlert(const std::string &id)
{
    return sql::guarded([&] {
        SQLite::Statement erase(d->database, "DELETE FROM alert WHERE id = ?");
        erase.bind(1, id);
        erase.exec();
    });
}

Result<std::vector<DetectionWriter::Hit>> DetectionWriter::hitsOf(const std::string &alertId)
{
    return sql::guarded([&] {
        SQLite::Statement select(d->database,
                                 "SELECT event_id, rule_id FROM detection WHERE alert_id = ? ORDER BY id");
        select.bind(1, alertId);
        std::vector<Hit> hits;
        while (select.executeStep())
            hits.push_back({EventId{select.getColumn(0).getInt64()}, sql::text(select, 1)});
        return hits;
    });
}

void DetectionWriter::setRelinked()
{
    d->relinked = true;
}

Result<void> DetectionWriter::renewCandidates()
{
    return sql::guarded([&] {
        d->database.exec("DELETE FROM candidate");
        d->renewsCandidates = true;
    });
}

Result<void> DetectionWriter::addCandidate(EventId event)
{
    return sql::guarded([&] {
        d->insertCandidate.bind(1, toInt(event));
        d->insertCandidate.exec();
        d->insertCandidate.reset();
    });
}

Result<void> DetectionWriter::addDetection(const std::string &ruleId, const std::string &alertId,
                                           const JoinedEvent &event,
                                           const std::vector<DetectionRow::Matched> &matched)
{
    return sql::guarded([&] {
        auto &insert = d->insertDetection;
        insert.bind(1, ruleId);
        insert.bind(2, toInt(event.id));
        insert.bind(3, alertId);
        sql::bindOptional(insert, 4,
                          event.connection ? std::optional(toInt(*event.connection)) : std::nullopt);
        sql::bindOptional(insert, 5, event.dnsQuery ? std::optional(toInt(*event.dnsQuery)) : std::nullopt);
        insert.bind(6, matchedToJson(matched));
        insert.exec();
        insert.reset();
    });
}

Result<void> DetectionWriter::addAlert(const AlertRow &row, std::int64_t host)
{
    return sql::guarded([&] {
        auto &insert = d->insertAlert;
        insert.bind(1, row.id);
        insert.bind(2, row.ruleId);
        insert.bind(3, host);
        sql::bindOptional(insert, 4, row.process ? std::optional(toInt(*row.process)) : std::nullopt);
        insert.bind(5, row.shape);
        sql::bindOptional(insert, 6, row.firstSeen);
        sql::bindOptional(insert, 7, row.lastSeen);
        insert.bind(8, static_cast<std::int64_t>(row.hits));
        insert.bind(9, row.user);
        insert.bind(10, row.image);
        insert.bind(11, row.destName);
        insert.bind(12, std::string(nameSourceName(row.destNameSource)));
        insert.bind(13, row.destIp);
        insert.bind(14, row.destPort);
        insert.bind(15, row.protocol);
        insert.bind(16, row.destScope);
        sql::bindOptional(insert, 17, row.initiated);
        insert.exec();
        insert.reset();
    });
}

Result<void> DetectionWriter::addLoss(const std::string &ruleId, const std::string &reason,
                                      std::uint64_t count)
{
    return sql::guarded([&] {
        SQLite::Statement update(
            d->database,
            "UPDATE loss SET count = count + ?3 WHERE rule_id IS nullif(?1, '') AND reason = ?2");
        SQLite::Statement insert(d->database, "INSERT INTO loss VALUES (nullif(?1, ''), ?2, ?3)");
        for (SQLite::Statement *statement : {&update, &insert}) {
            statement->bind(1, ruleId);
            statement->bind(2, reason);
            statement->bind(3, static_cast<std::int64_t>(count));
            if (statement->exec() > 0)
                return;
        }
    });
}

Result<void> DetectionWriter::forgetCorrelationLosses()
{
    return sql::guarded([&] { d->database.exec("DELETE FROM loss WHERE rule_id IS NULL"); });
}

Result<void> DetectionWriter::finish(const std::string &ruleSet, bool correlationsWait)
{
    return sql::guarded([&] {
        moveVerdicts(d->database);
        if (d->relinked)
            d->database.exec("INSERT OR REPLACE INTO meta VALUES ('links', '0')");
        // What another program added since the facts were linked is still to be linked, and detected in.
        if (d->database
                .execAndGet("SELECT NOT EXISTS (SELECT 1 FROM meta WHERE key = 'links' AND value = '1')")
                .getInt()
            == 1)
            d->database.exec(
                "INSERT OR REPLACE INTO meta VALUES ('links', '0'), ('detections', '0');"
                "INSERT OR REPLACE INTO meta SELECT 'detected', coalesce(max(id), 0) FROM event");
        SQLite::Statement name(d->database,
                               d->renewsCandidates
                                   ? "INSERT OR REPLACE INTO meta VALUES ('rules', ?1), ('candidates', ?1)"
                                   : "INSERT OR REPLACE INTO meta VALUES ('rules', ?1)");
        name.bind(1, ruleSet);
        name.exec();
        SQLite::Statement wait(d->database, "INSERT OR REPLACE INTO meta VALUES ('correlations', ?)");
        wait.bind(1, std::string(correlationsWait ? "1" : "0"));
        wait.exec();
        d->transaction.commit();
    });
}

} // namespace lolscope
