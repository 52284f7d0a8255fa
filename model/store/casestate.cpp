#include "model/store/casestate.h"

#include "model/store/sql.h"

namespace lolscope {

std::string timeNow()
{
    return formatTimestamp(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

Result<bool> isStale(const CaseFile &file, Stage stage)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT value = '1' FROM meta WHERE key = ?");
        select.bind(1,
                    stage == Stage::Links            ? "links"
                        : stage == Stage::Detections ? "detections"
                                                     : "correlations");
        return select.executeStep() && select.getColumn(0).getInt() == 1;
    });
}

Result<std::optional<EventId>> detectedUpTo(const CaseFile &file)
{
    return sql::guarded([&]() -> std::optional<EventId> {
        SQLite::Statement select(file.database(),
                                 "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'detected'");
        return select.executeStep() ? std::optional(EventId{select.getColumn(0).getInt64()}) : std::nullopt;
    });
}

Result<EventId> lastEvent(const CaseFile &file)
{
    return sql::guarded([&] {
        return EventId{file.database().execAndGet("SELECT coalesce(max(id), 0) FROM event").getInt64()};
    });
}

Result<std::int64_t> writesOfOthers(const CaseFile &file)
{
    return sql::guarded([&] { return file.database().execAndGet("PRAGMA data_version").getInt64(); });
}

Result<std::string> detectedRuleSet(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT value FROM meta WHERE key = 'rules'");
        return select.executeStep() ? sql::text(select, 0) : std::string();
    });
}

Result<std::map<std::string, DetectedRule>> detectedRules(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT id, digest, source, is_correlation FROM rule");
        std::map<std::string, DetectedRule> rules;
        while (select.executeStep())
            rules[sql::text(select, 0)] = {sql::text(select, 1), sql::text(select, 2),
                                           select.getColumn(3).getInt() != 0};
        return rules;
    });
}

Result<std::vector<std::string>> unfinishedEvidence(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT path FROM pending ORDER BY rowid");
        std::vector<std::string> paths;
        while (select.executeStep())
            paths.push_back(sql::text(select, 0));
        return paths;
    });
}

Result<std::map<std::string, std::string>> liveBookmarks(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(
            file.database(),
            "SELECT path, bookmark FROM source JOIN evidence ON evidence.id = evidence_id "
            "ORDER BY evidence_id");
        std::map<std::string, std::string> bookmarks;
        while (select.executeStep())
            bookmarks[sql::text(select, 0)] = sql::text(select, 1);
        std::erase_if(bookmarks, [](const auto &entry) { return entry.second.empty(); });
        return bookmarks;
    });
}

Result<void> journal(CaseFile &file, const std::string &author, const std::string &action,
                     const std::string &object, const std::string &details)
{
    return sql::guarded([&] {
        SQLite::Statement insert(
            file.database(),
            "INSERT INTO journal (time, author, action, object, details) VALUES (?, ?, ?, ?, ?)");
        insert.bind(1, timeNow());
        insert.bind(2, author);
        insert.bind(3, action);
        insert.bind(4, object);
        insert.bind(5, details);
        insert.exec();
    });
}

} // namespace lolscope
