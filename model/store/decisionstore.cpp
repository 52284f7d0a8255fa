#include "model/store/decisionstore.h"

#include "model/store/casestate.h"
#include "model/store/sql.h"

namespace lolscope {

namespace {

void write(SQLite::Database &database, const AllowedAlerts &allowed)
{
    database.exec("UPDATE alert SET allowlist_id = NULL WHERE allowlist_id IS NOT NULL");
    SQLite::Statement update(database, "UPDATE alert SET allowlist_id = ? WHERE id = ?");
    for (const auto &[alert, item] : allowed) {
        update.bind(1, item);
        update.bind(2, alert);
        update.exec();
        update.reset();
    }
}

void writeJournal(CaseFile &file, const std::string &author, const std::string &action,
                  const std::string &object, const std::string &details)
{
    if (const auto written = journal(file, author, action, object, details); !written)
        throw written.error();
}

using UseHit = std::function<void(const std::string &, const std::string &, const Event &)>;

void walkHits(const CaseFile &file, const std::string *alertId, const UseHit &use, std::uint64_t newest = 0)
{
    // Columns 2... in the order of kNames.
    constexpr const char *kNames[] = {"Image",
                                      "ParentImage",
                                      "CommandLine",
                                      "OriginalFileName",
                                      "DestinationHostname",
                                      "DestinationIp",
                                      "DestinationPort",
                                      "Protocol",
                                      "User",
                                      "Computer"};
    SQLite::Statement row(
        file.database(),
        std::string(
            "SELECT d.alert_id, d.rule_id, coalesce(nullif(p.image, ''), c.image, q.image), "
            "coalesce(nullif(parent.image, ''), p.parent_image), p.command_line, p.original_file_name, "
            "coalesce(asked.name, q.name), c.dest_ip, c.dest_port, coalesce(c.protocol, CASE WHEN q.id IS "
            "NOT NULL THEN 'dns' END), "
            "alert.user, host.name FROM detection d JOIN alert ON alert.id = d.alert_id JOIN host ON host.id "
            "= alert.host_id "
            "LEFT JOIN process p ON p.id = alert.process_id LEFT JOIN process parent ON parent.id = "
            "p.parent_id "
            "LEFT JOIN connection c ON c.id = d.connection_id LEFT JOIN dns_query q ON q.id = d.dns_query_id "
            "LEFT JOIN dns_query asked ON asked.id = c.asked_query_id")
            + (alertId ? " WHERE d.alert_id = ?1" : "")
            + (newest > 0
                   ? " AND d.id IN (SELECT id FROM detection WHERE alert_id = ?1 ORDER BY id DESC LIMIT ?2)"
                   : "")
            // All of them as they lie: their facts lie in the same order, alerts in none.
            + (alertId ? " ORDER BY d.event_id" : " ORDER BY d.id"));
    if (alertId)
        row.bind(1, *alertId);
    if (newest > 0)
        row.bind(2, static_cast<std::int64_t>(newest));
    EventBatch batch;
    std::vector<Field> fields;
    while (row.executeStep()) {
        batch.clear();
        fields.clear();
        int column = 2;
        for (const char *name : kNames) {
            const std::string value = sql::text(row, column++);
            if (!value.empty())
                fields.push_back({name, batch.keep(value)});
        }
        Event hit;
        hit.data = fields;
        use(sql::text(row, 0), sql::text(row, 1), hit);
    }
}

} // namespace

Result<void> storeVerdict(CaseFile &file, const std::string &alertId, Verdict verdict,
                          const std::string &note, const std::string &author)
{
    return sql::guarded([&] {
        SQLite::Transaction transaction(file.database(), SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement upsert(file.database(), "INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?, ?)");
        upsert.bind(1, alertId);
        upsert.bind(2, std::string(verdictName(verdict)));
        upsert.bind(3, note);
        upsert.bind(4, author);
        upsert.bind(5, timeNow());
        upsert.exec();
        writeJournal(file, author, "verdict " + std::string(verdictName(verdict)), alertId, note);
        transaction.commit();
    });
}

Result<std::string> allowReason(const CaseFile &file, const std::string &id)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT reason FROM allowlist WHERE id = ?");
        select.bind(1, id);
        return select.executeStep() ? sql::text(select, 0) : std::string();
    });
}

Result<std::vector<AllowlistRow>> allowlistRows(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(
            file.database(),
            "SELECT id, title, reason, author, created, expires, filter FROM allowlist ORDER BY created, id");
        std::vector<AllowlistRow> rows;
        while (select.executeStep())
            rows.push_back({sql::text(select, 0), sql::text(select, 1), sql::text(select, 2),
                            sql::text(select, 3), sql::text(select, 4), sql::text(select, 5),
                            sql::text(select, 6)});
        return rows;
    });
}

Result<std::vector<JournalRow>> journalRows(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 "SELECT time, author, action, object, details FROM journal ORDER BY id");
        std::vector<JournalRow> rows;
        while (select.executeStep())
            rows.push_back({sql::text(select, 0), sql::text(select, 1), sql::text(select, 2),
                            sql::text(select, 3), sql::text(select, 4)});
        return rows;
    });
}

Result<void> storeAllows(CaseFile &file, const std::vector<AllowlistRow> &rows, const AllowedAlerts &allowed,
                         const std::string &author)
{
    return sql::guarded([&] {
        SQLite::Transaction transaction(file.database(), SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement insert(file.database(),
                                 "INSERT OR REPLACE INTO allowlist VALUES (?, ?, ?, ?, ?, ?, ?)");
        for (const AllowlistRow &row : rows) {
            insert.bind(1, row.id);
            insert.bind(2, row.title);
            insert.bind(3, row.reason);
            insert.bind(4, row.author);
            insert.bind(5, row.created);
            sql::bindOptionalText(insert, 6, row.expires);
            insert.bind(7, row.filter);
            insert.exec();
            insert.reset();
            writeJournal(file, author, "allow", row.id, row.filter);
        }
        write(file.database(), allowed);
        transaction.commit();
    });
}

Result<void> dropAllow(CaseFile &file, const std::string &id, const AllowedAlerts &allowed,
                       const std::string &author)
{
    return sql::guarded([&] {
        SQLite::Transaction transaction(file.database(), SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement remove(file.database(), "DELETE FROM allowlist WHERE id = ?");
        remove.bind(1, id);
        if (remove.exec() != 1)
            throw Error{ErrorCode::Invalid, "no allowlist item " + id + " in the case"};
        writeJournal(file, author, "stop allowing", id, {});
        write(file.database(), allowed);
        transaction.commit();
    });
}

Result<void> storeAllowed(CaseFile &file, const AllowedAlerts &allowed)
{
    return sql::guarded([&] { write(file.database(), allowed); });
}

Result<void> storeAllowed(CaseFile &file, const std::string &alertId, const std::string &item)
{
    return sql::guarded([&] {
        SQLite::Statement update(file.database(), "UPDATE alert SET allowlist_id = ?1 WHERE id = ?2");
        sql::bindOptionalText(update, 1, item);
        update.bind(2, alertId);
        update.exec();
    });
}

Result<void> forEachHit(const CaseFile &file, const UseHit &use)
{
    return sql::guarded([&] { walkHits(file, nullptr, use); });
}

Result<void> forEachHitOf(const CaseFile &file, const std::string &alertId, const UseHit &use,
                          std::uint64_t newest)
{
    return sql::guarded([&] { walkHits(file, &alertId, use, newest); });
}

} // namespace lolscope
