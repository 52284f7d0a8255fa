#include "model/store/detectionwriter.h"

#include "model/store/json.h"
#include "model/store/matchedjson.h"
#include "model/store/sql.h"
#include "model/store/verdictmoves.h"

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
        , insertCandidate(db, "INSERT OR IGNORE INTO candidate VALUES (?)")
        , insertRule(db, "INSERT OR REPLACE INTO rule VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")
    {}

    void setRule(const StoredRule &rule)
    {
        insertRule.bind(1, rule.id);
        insertRule.bind(2, rule.title);
        insertRule.bind(3, rule.level);
        insertRule.bind(4, rule.status);
        insertRule.bind(5, rule.author);
        insertRule.bind(6, rule.description);
        insertRule.bind(7, rule.source);
        insertRule.bind(8, listToJson(rule.tags));
        insertRule.bind(9, listToJson(rule.references));
        insertRule.bind(10, listToJson(rule.falsePositives));
        insertRule.bind(11, rule.text);
        insertRule.bind(12, rule.digest);
        insertRule.bind(13, rule.isCorrelation ? 1 : 0);
        insertRule.exec();
        insertRule.reset();
    }

    SQLite::Database &database;
    SQLite::Transaction transaction;
    bool hasCandidates = false;
    bool relinked = false;
    SQLite::Statement insertDetection;
    SQLite::Statement insertAlert;
    SQLite::Statement insertCandidate;
    SQLite::Statement insertRule;
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
        for (const StoredRule &rule : rules)
            p->setRule(rule);
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

Result<void> DetectionWriter::setRule(const StoredRule &rule)
{
    return sql::guarded([&] { d->setRule(rule); });
}

Result<std::set<std::string>> DetectionWriter::removeFindings(const std::vector<std::string> &ruleIds)
{
    return sql::guarded([&] {
        d->database.exec("CREATE TEMP TABLE IF NOT EXISTS removed (id TEXT PRIMARY KEY) WITHOUT ROWID;"
                         "DELETE FROM temp.removed");
        SQLite::Statement name(d->database, "INSERT OR IGNORE INTO temp.removed VALUES (?)");
        for (const std::string &id : ruleIds) {
            name.bind(1, id);
            name.exec();
            name.reset();
        }
        SQLite::Statement select(d->database,
                                 "SELECT id FROM alert WHERE rule_id IN (SELECT id FROM temp.removed)");
        std::set<std::string> alerts;
        while (select.executeStep())
            alerts.insert(sql::text(select, 0));
        d->database.exec("INSERT INTO temp.decided SELECT rule_id, event_id, alert_id FROM main.detection "
                         "  WHERE rule_id IN (SELECT id FROM temp.removed) AND alert_id IN (SELECT alert_id "
                         "FROM main.verdict);"
                         "DELETE FROM main.detection WHERE rule_id IN (SELECT id FROM temp.removed);"
                         "DELETE FROM main.alert WHERE rule_id IN (SELECT id FROM temp.removed);"
                         "DELETE FROM main.loss WHERE rule_id IN (SELECT id FROM temp.removed)");
        return alerts;
    });
}

Result<void> DetectionWriter::removeRules(const std::vector<std::string> &ids)
{
    if (const auto removed = removeFindings(ids); !removed)
        return tl::unexpected(removed.error());
    return sql::guarded(
        [&] { d->database.exec("DELETE FROM main.rule WHERE id IN (SELECT id FROM temp.removed)"); });
}

Result<std::vector<std::string>> DetectionWriter::removeDetections(EventId event,
                                                                   const std::set<std::string> &kept)
{
    return sql::guarded([&] {
        SQLite::Statement select(d->database,
                                 "SELECT id, rule_id, alert_id FROM detection WHERE event_id = ?");
        SQLite::Statement note(
            d->database,
            "INSERT INTO temp.decided SELECT rule_id, event_id, alert_id FROM detection WHERE id = ? AND "
            "alert_id IN (SELECT alert_id FROM verdict)");
        SQLite::Statement erase(d->database, "DELETE FROM detection WHERE id = ?");
        select.bind(1, toInt(event));
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
        d->hasCandidates = true;
    });
}

void DetectionWriter::extendCandidates()
{
    d->hasCandidates = true;
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

Result<void> DetectionWriter::setLoss(const std::string &ruleId, const std::string &reason,
                                      std::uint64_t count)
{
    const auto forgotten = sql::guarded([&] {
        SQLite::Statement remove(d->database,
                                 "DELETE FROM loss WHERE rule_id IS nullif(?, '') AND reason = ?");
        remove.bind(1, ruleId);
        remove.bind(2, reason);
        remove.exec();
    });
    return forgotten && count > 0 ? addLoss(ruleId, reason, count) : forgotten;
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
                               d->hasCandidates
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
