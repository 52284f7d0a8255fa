#include "model/store/verdictmoves.h"

#include "model/store/casestate.h"
#include "model/store/rows.h"
#include "model/store/sql.h"

#include <SQLiteCpp/VariadicBind.h>
#include <string>
#include <tuple>
#include <vector>

namespace lolscope {

namespace {

struct Decision
{
    std::string alert;
    Verdict verdict = Verdict::None;
    std::string note, author, time;

    bool isOutweighedBy(const Decision &other) const
    {
        return std::tie(verdict, time) < std::tie(other.verdict, other.time);
    }
};

Decision decisionOf(SQLite::Statement &row, int column)
{
    return {sql::text(row, column), verdictByName(sql::text(row, column + 1)).value_or(Verdict::None),
            sql::text(row, column + 2), sql::text(row, column + 3), sql::text(row, column + 4)};
}

/// Both decisions in one, for the alert of `there`.
Decision merged(const Decision &there, const Decision &comes)
{
    Decision result = there.isOutweighedBy(comes) ? comes : there;
    result.alert = there.alert;
    result.note = there.note;
    if (comes.note != there.note && !comes.note.empty())
        result.note += (there.note.empty() ? "" : "\n") + comes.note;
    return result;
}

void write(SQLite::Database &database, const Decision &decision)
{
    SQLite::Statement upsert(database, "INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?, ?)");
    SQLite::bind(upsert, decision.alert, std::string(verdictName(decision.verdict)), decision.note,
                 decision.author, decision.time);
    upsert.exec();
}

void writeJournal(SQLite::Database &database, const Decision &from, const Decision &now)
{
    SQLite::Statement insert(
        database, "INSERT INTO journal (time, author, action, object, details) VALUES (?, ?, ?, ?, ?)");
    const std::string stands = from.verdict == now.verdict
        ? std::string()
        : "; what stands is " + std::string(verdictName(now.verdict));
    SQLite::bind(insert, timeNow(), std::string("lolscope"), std::string("verdict moved"), now.alert,
                 std::string(verdictName(from.verdict)) + " by " + from.author + " from alert " + from.alert
                     + ", which is gone" + stands);
    insert.exec();
}

} // namespace

void forgetDecidedAlerts(SQLite::Database &database)
{
    database.exec("CREATE TEMP TABLE IF NOT EXISTS decided (rule_id TEXT, event_id INTEGER, alert_id TEXT);"
                  "DELETE FROM temp.decided;");
}

void noteDecidedAlerts(SQLite::Database &database)
{
    forgetDecidedAlerts(database);
    database.exec("INSERT INTO temp.decided SELECT rule_id, event_id, alert_id FROM main.detection "
                  "  WHERE alert_id IN (SELECT alert_id FROM main.verdict)");
}

void moveVerdicts(SQLite::Database &database)
{
    struct Move
    {
        std::string to;
        Decision from;
    };
    std::vector<Move> moves;
    SQLite::Statement select(
        database,
        "SELECT DISTINCT detection.alert_id, v.alert_id, v.verdict, v.note, v.author, v.time "
        "FROM temp.decided old JOIN main.verdict v ON v.alert_id = old.alert_id "
        "JOIN main.detection ON detection.rule_id = old.rule_id AND detection.event_id = old.event_id "
        "WHERE old.alert_id NOT IN (SELECT id FROM main.alert) ORDER BY v.time, v.alert_id, "
        "detection.alert_id");
    while (select.executeStep())
        moves.push_back({sql::text(select, 0), decisionOf(select, 1)});

    SQLite::Statement there(
        database, "SELECT alert_id, verdict, note, author, time FROM main.verdict WHERE alert_id = ?");
    for (const Move &move : moves) {
        there.bind(1, move.to);
        Decision now = move.from;
        now.alert = move.to;
        if (there.executeStep())
            now = merged(decisionOf(there, 0), move.from);
        there.reset();
        write(database, now);
        writeJournal(database, move.from, now);
    }
    SQLite::Statement remove(database, "DELETE FROM main.verdict WHERE alert_id = ?");
    for (const Move &move : moves) {
        remove.bind(1, move.from.alert);
        remove.exec();
        remove.reset();
    }
}

} // namespace lolscope
