#include "model/store/alertstore.h"

#include "model/store/json.h"
#include "model/store/matchedjson.h"
#include "model/store/readevidence.h"
#include "model/store/sql.h"

namespace lolscope {

namespace {

constexpr const char *kSelectAlert = "SELECT alert.id, s.status, s.verdict, s.note, alert.allowlist_id, "
                                     "rule.level, rule.id, rule.title, rule.author, alert.shape, "
                                     "alert.first_seen, alert.last_seen, alert.hits, host.name, alert.user, "
                                     "alert.process_id, alert.image, alert.dest_name, "
                                     "alert.dest_name_source, alert.dest_ip, alert.dest_port, "
                                     "alert.protocol, alert.dest_scope, alert.initiated, rule.source "
                                     "FROM alert JOIN alert_status s ON s.id = alert.id JOIN rule ON rule.id "
                                     "= alert.rule_id JOIN host ON host.id = alert.host_id";

AlertRow alertRow(SQLite::Statement &row)
{
    AlertRow alert;
    alert.id = sql::text(row, 0);
    alert.status = statusByName(sql::text(row, 1)).value_or(Status::Open);
    alert.verdict = verdictByName(sql::text(row, 2)).value_or(Verdict::None);
    alert.note = sql::text(row, 3);
    alert.allowlistId = sql::text(row, 4);
    alert.level = row.getColumn(5).getInt();
    alert.ruleId = sql::text(row, 6);
    alert.ruleTitle = sql::text(row, 7);
    alert.ruleAuthor = sql::text(row, 8);
    alert.shape = sql::text(row, 9);
    alert.firstSeen = sql::timeOf(row, 10);
    alert.lastSeen = sql::timeOf(row, 11);
    alert.hits = sql::count(row, 12);
    alert.host = sql::text(row, 13);
    alert.user = sql::text(row, 14);
    if (const auto process = sql::optionalOf<std::int64_t>(row, 15))
        alert.process = ProcessId{*process};
    alert.image = sql::text(row, 16);
    alert.destName = sql::text(row, 17);
    alert.destNameSource = nameSourceByName(sql::text(row, 18)).value_or(NameSource::None);
    alert.destIp = sql::text(row, 19);
    alert.destPort = sql::text(row, 20);
    alert.protocol = sql::text(row, 21);
    alert.destScope = sql::text(row, 22);
    if (const auto initiated = sql::optionalOf<int>(row, 23))
        alert.initiated = *initiated != 0;
    alert.bundledRule = sql::text(row, 24).starts_with(kBundledRuleSource);
    return alert;
}

} // namespace

Result<std::vector<AlertRow>> alerts(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(
            file.database(),
            std::string(kSelectAlert)
                + " ORDER BY rule.level DESC, alert.hits DESC, alert.first_seen, alert.id");
        std::vector<AlertRow> rows;
        while (select.executeStep())
            rows.push_back(alertRow(select));
        const std::uint64_t all =
            static_cast<std::uint64_t>(file.database().execAndGet("SELECT count(*) FROM alert").getInt64());
        if (rows.size() < all)
            throw Error{ErrorCode::Corrupt,
                        std::to_string(all - rows.size())
                            + " alerts of the case name a rule or a host that it does not have"};
        return rows;
    });
}

Result<std::vector<std::string>> alertIds(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT id FROM alert ORDER BY first_seen, id");
        std::vector<std::string> ids;
        while (select.executeStep())
            ids.push_back(sql::text(select, 0));
        return ids;
    });
}

Result<AlertRow> alert(const CaseFile &file, std::string_view id)
{
    constexpr std::size_t kShortestPrefix = 4;
    return sql::guarded([&] {
        const std::string prefix(id);
        if (prefix.size() < kShortestPrefix
            || prefix.find_first_not_of("0123456789abcdef") != std::string::npos)
            throw Error{ErrorCode::Invalid, "an alert id is at least 4 hexadecimal digits: " + prefix};
        SQLite::Statement select(
            file.database(),
            std::string(kSelectAlert)
                + " WHERE alert.id >= ?1 AND alert.id < ?1 || 'g' ORDER BY alert.id LIMIT 2");
        select.bind(1, prefix);
        if (!select.executeStep())
            throw Error{ErrorCode::Invalid, "no alert " + prefix + " in the case"};
        const AlertRow row = alertRow(select);
        if (row.id != prefix && select.executeStep())
            throw Error{ErrorCode::Invalid, "several alerts begin with " + prefix};
        return row;
    });
}

Result<std::vector<DetectionRow>> detections(const CaseFile &file, const std::string &alertId,
                                             std::size_t most)
{
    return sql::guarded([&] {
        SQLite::Statement select(
            file.database(),
            "SELECT event.id, event.time, connection_id, dns_query_id, matched FROM detection "
            "JOIN event ON event.id = detection.event_id WHERE alert_id = ? ORDER BY event.time IS NULL, "
            "event.time, event.id LIMIT ?");
        select.bind(1, alertId);
        select.bind(2, static_cast<std::int64_t>(most));
        std::vector<DetectionRow> rows;
        while (select.executeStep()) {
            DetectionRow row;
            row.event = EventId{select.getColumn(0).getInt64()};
            row.time = sql::timeOf(select, 1);
            row.connection = sql::optionalOf<ConnectionId>(select, 2);
            row.dnsQuery = sql::optionalOf<DnsQueryId>(select, 3);
            row.matched = sql::valueOf(matchedFromJson(sql::text(select, 4)));
            rows.push_back(std::move(row));
        }
        return rows;
    });
}

Result<std::map<std::string, std::uint64_t>> alertsByRule(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT rule_id, count(*) FROM alert GROUP BY rule_id");
        std::map<std::string, std::uint64_t> counts;
        while (select.executeStep())
            counts.emplace(sql::text(select, 0), sql::count(select, 1));
        return counts;
    });
}

Result<HitFacts> hitFacts(const CaseFile &file, const std::string &alertId)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 "SELECT connection_id, dns_query_id FROM detection WHERE alert_id = ?");
        select.bind(1, alertId);
        HitFacts facts;
        while (select.executeStep()) {
            if (const auto id = sql::optionalOf<ConnectionId>(select, 0))
                facts.connections.insert(*id);
            if (const auto id = sql::optionalOf<DnsQueryId>(select, 1))
                facts.dnsQueries.insert(*id);
        }
        return facts;
    });
}

Result<std::vector<AlertEvidence>> alertEvidence(const CaseFile &file, const std::string &alertId,
                                                 std::size_t most)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 "SELECT evidence.path, evidence.sha256, record_id FROM ("
                                 "SELECT event.evidence_id AS source, event.ordinal AS place, "
                                 "event.record_id, event.time, event.id "
                                 "FROM detection JOIN event ON event.id = detection.event_id WHERE "
                                 "detection.alert_id = ?1 UNION ALL "
                                 "SELECT citation.evidence_id, citation.ordinal, event.record_id, "
                                 "event.time, event.id FROM detection "
                                 "JOIN citation ON citation.event_id = detection.event_id JOIN event ON "
                                 "event.id = citation.event_id "
                                 "WHERE detection.alert_id = ?1) c JOIN evidence ON evidence.id = source "
                                 "ORDER BY c.time NULLS LAST, c.id, source, place LIMIT ?2");
        select.bind(1, alertId);
        select.bind(2, static_cast<std::int64_t>(most));
        std::vector<AlertEvidence> rows;
        while (select.executeStep())
            rows.push_back(
                {sql::text(select, 0), sql::text(select, 1), sql::optionalOf<std::uint64_t>(select, 2)});
        return rows;
    });
}

Result<AlertCounts> alertCounts(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(
            file.database(),
            "SELECT count(*) FILTER (WHERE status = 'open'), count(*) FILTER (WHERE status = 'decided'), "
            "count(*) FILTER (WHERE status = 'allowed'), count(*) FILTER (WHERE verdict = 'benign'), "
            "count(*) FILTER (WHERE verdict = 'suspicious'), count(*) FILTER (WHERE verdict = 'malicious') "
            "FROM alert_status");
        select.executeStep();
        return AlertCounts{sql::count(select, 0), sql::count(select, 1), sql::count(select, 2),
                           sql::count(select, 3), sql::count(select, 4), sql::count(select, 5)};
    });
}

Result<CaseCounts> caseCounts(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(
            file.database(),
            "SELECT (SELECT count(*) FROM host), (SELECT count(*) FROM evidence), (SELECT count(*) FROM "
            "event), "
            "(SELECT count(*) FROM process WHERE same_as IS NULL), (SELECT count(*) FROM connection WHERE "
            "same_as IS NULL), "
            "(SELECT count(*) FROM dns_query), (SELECT count(*) FROM detection), "
            "(SELECT count(*) FROM evidence e WHERE state NOT IN ('done', 'live') OR lost > 0 OR EXISTS "
            " (SELECT 1 FROM damage WHERE evidence_id = e.id AND NOT slack)), (SELECT count(*) FROM "
            "connection)");
        select.executeStep();
        CaseCounts counts;
        std::uint64_t *const columns[] = {&counts.hosts,      &counts.evidence,    &counts.events,
                                          &counts.processes,  &counts.connections, &counts.dnsQueries,
                                          &counts.detections, &counts.problems,    &counts.connectionRecords};
        for (int column = 0; column < static_cast<int>(std::size(columns)); ++column)
            *columns[column] = sql::count(select, column);
        return counts;
    });
}

Result<std::vector<EvidenceRow>> evidence(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), std::string(kSelectEvidence) + " ORDER BY id");
        SQLite::Statement damages(file.database(),
                                  "SELECT reason, byte_offset, record_id, records, slack FROM damage WHERE "
                                  "evidence_id = ? ORDER BY rowid");
        std::vector<EvidenceRow> rows;
        while (select.executeStep()) {
            EvidenceRow row = readEvidence(select);
            damages.bind(1, toInt(row.id));
            while (damages.executeStep())
                row.damage.push_back({sql::text(damages, 0), sql::optionalOf<std::uint64_t>(damages, 1),
                                      sql::optionalOf<std::uint64_t>(damages, 2), sql::count(damages, 3),
                                      damages.getColumn(4).getInt() != 0});
            damages.reset();
            rows.push_back(std::move(row));
        }
        return rows;
    });
}

Result<std::vector<RuleHits>> ruleHits(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(
            file.database(),
            "SELECT rule.id, rule.text, coalesce(d.n, 0), coalesce(a.n, 0) FROM rule "
            "LEFT JOIN (SELECT rule_id, count(*) AS n FROM detection GROUP BY rule_id) d ON d.rule_id = "
            "rule.id "
            "LEFT JOIN (SELECT rule_id, count(*) AS n FROM alert GROUP BY rule_id) a ON a.rule_id = rule.id");
        std::vector<RuleHits> rows;
        while (select.executeStep())
            rows.push_back(
                {sql::text(select, 0), sql::text(select, 1), sql::count(select, 2), sql::count(select, 3)});
        return rows;
    });
}

Result<std::vector<Loss>> losses(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 "SELECT coalesce(rule_id, ''), reason, count FROM loss ORDER BY rowid");
        std::vector<Loss> rows;
        while (select.executeStep())
            rows.push_back({sql::text(select, 0), sql::text(select, 1), sql::count(select, 2)});
        return rows;
    });
}

Result<RuleRow> rule(const CaseFile &file, const std::string &ruleId)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 "SELECT id, title, level, status, author, description, source, tags, "
                                 "\"references\", false_positives "
                                 "FROM rule WHERE id = ?");
        select.bind(1, ruleId);
        if (!select.executeStep())
            throw Error{ErrorCode::Invalid, "no rule " + ruleId + " in the case"};
        RuleRow row;
        row.id = sql::text(select, 0);
        row.title = sql::text(select, 1);
        row.level = levelName(select.getColumn(2).getInt());
        row.status = sql::text(select, 3);
        row.author = sql::text(select, 4);
        row.description = sql::text(select, 5);
        row.source = sql::text(select, 6);
        row.tags = sql::valueOf(listFromJson(sql::text(select, 7)));
        row.references = sql::valueOf(listFromJson(sql::text(select, 8)));
        row.falsePositives = sql::valueOf(listFromJson(sql::text(select, 9)));
        return row;
    });
}

} // namespace lolscope
