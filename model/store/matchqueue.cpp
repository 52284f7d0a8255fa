#include "model/store/matchqueue.h"

#include "model/store/json.h"
#include "model/store/sql.h"

namespace lolscope {

namespace {

/// An empty name is a private temporary database (https://www.sqlite.org/inmemorydb.html).
std::unique_ptr<SQLite::Database> temporaryDatabase()
{
    auto database = std::make_unique<SQLite::Database>("", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database->exec("CREATE TABLE match (time INTEGER, origin TEXT, record_id INTEGER, event INTEGER, rule "
                   "INTEGER, field_values TEXT) STRICT");
    return database;
}

} // namespace

struct MatchQueue::Private
{
    std::unique_ptr<SQLite::Database> database = temporaryDatabase();
    SQLite::Transaction transaction{*database};
    SQLite::Statement insert{*database, "INSERT INTO match VALUES (?,?,?,?,?,?)"};
};

MatchQueue::MatchQueue(std::unique_ptr<Private> p)
    : d(std::move(p))
{}
MatchQueue::MatchQueue(MatchQueue &&) noexcept = default;
MatchQueue::~MatchQueue() = default;

Result<MatchQueue> MatchQueue::open()
{
    return sql::guarded([] { return MatchQueue(std::make_unique<Private>()); });
}

Result<void> MatchQueue::add(const QueuedMatch &match)
{
    return sql::guarded([&] {
        auto &insert = d->insert;
        sql::bindOptional(insert, 1, match.time);
        insert.bind(2, match.origin);
        sql::bindOptional(insert, 3, match.recordId);
        insert.bind(4, toInt(match.event));
        insert.bind(5, static_cast<std::int64_t>(match.rule));
        insert.bind(6, listToJson(match.values));
        insert.exec();
        insert.reset();
    });
}

Result<void> MatchQueue::forEach(const std::function<Result<void>(const QueuedMatch &)> &use,
                                 const std::stop_token &stop)
{
    return sql::guarded([&] {
        SQLite::Statement select(*d->database,
                                 "SELECT time, origin, record_id, event, rule, field_values FROM match ORDER "
                                 "BY time NULLS LAST, origin, record_id, rule, event");
        while (select.executeStep()) {
            if (stop.stop_requested())
                throw Error{ErrorCode::Cancelled, "cancelled"};
            QueuedMatch match;
            match.time = sql::timeOf(select, 0);
            match.origin = sql::text(select, 1);
            match.recordId = sql::optionalOf<std::uint64_t>(select, 2);
            match.event = EventId{select.getColumn(3).getInt64()};
            match.rule = static_cast<std::size_t>(select.getColumn(4).getInt64());
            match.values = sql::valueOf(listFromJson(sql::text(select, 5)));
            if (auto used = use(match); !used)
                throw used.error();
        }
    });
}

} // namespace lolscope
