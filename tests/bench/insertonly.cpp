#include "tests/bench/insertonly.h"

#include "model/store/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace lolscope::bench {

namespace {

struct Blob
{
    std::string bytes;
};
using Value = std::variant<std::monostate, std::int64_t, std::string, Blob>;

struct Table
{
    std::string name;
    int columns = 0;
    std::vector<Value> values; ///< Row after row.
    std::size_t rows() const { return columns == 0 ? 0 : values.size() / static_cast<std::size_t>(columns); }
};

std::vector<Table> readTables(const std::filesystem::path &path)
{
    SQLite::Database database(path.string(), SQLite::OPEN_READONLY);
    std::vector<Table> tables;
    SQLite::Statement names(database,
                            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                            "'sqlite_%' ORDER BY rootpage");
    while (names.executeStep()) {
        Table table;
        table.name = names.getColumn(0).getString();
        SQLite::Statement rows(database, "SELECT * FROM " + table.name);
        table.columns = rows.getColumnCount();
        while (rows.executeStep())
            for (int column = 0; column < table.columns; ++column) {
                const auto value = rows.getColumn(column);
                if (value.isInteger())
                    table.values.emplace_back(value.getInt64());
                else if (value.isText())
                    table.values.emplace_back(value.getString());
                else if (value.isBlob())
                    table.values.emplace_back(Blob{value.getString()});
                else
                    table.values.emplace_back();
            }
        tables.push_back(std::move(table));
    }
    return tables;
}

void bind(SQLite::Statement &insert, int at, const Value &value)
{
    if (const auto *number = std::get_if<std::int64_t>(&value))
        insert.bind(at, *number);
    else if (const auto *text = std::get_if<std::string>(&value))
        insert.bindNoCopy(at, *text);
    else if (const auto *blob = std::get_if<Blob>(&value))
        insert.bindNoCopy(at, blob->bytes.data(), static_cast<int>(blob->bytes.size()));
    else
        insert.bind(at);
}

void insertRows(SQLite::Database &database, const Table &table)
{
    constexpr std::size_t kRowsAtOnce = 16, kRowsACommit = 20'000; // as the case's writer does
    std::string row = "(?";
    for (int column = 1; column < table.columns; ++column)
        row += ",?";
    row += ')';
    const std::string one = "INSERT INTO " + table.name + " VALUES " + row;
    std::string many = one;
    for (std::size_t i = 1; i < kRowsAtOnce; ++i)
        many += ',' + row;
    SQLite::Statement insertOne(database, one), insertMany(database, many);
    database.exec("BEGIN");
    for (std::size_t done = 0, committed = 0; done < table.rows();) {
        const std::size_t rows = table.rows() - done >= kRowsAtOnce ? kRowsAtOnce : 1;
        SQLite::Statement &insert = rows == 1 ? insertOne : insertMany;
        const std::size_t first = done * static_cast<std::size_t>(table.columns);
        for (std::size_t i = 0; i < rows * static_cast<std::size_t>(table.columns); ++i)
            bind(insert, static_cast<int>(i) + 1, table.values[first + i]);
        insert.exec();
        insert.reset();
        done += rows;
        if (done - committed >= kRowsACommit) {
            database.exec("COMMIT; BEGIN");
            committed = done;
        }
    }
    database.exec("COMMIT");
}

} // namespace

double insertOnly(const std::filesystem::path &from, const std::filesystem::path &to)
{
    const std::vector<Table> tables = readTables(from);
    const auto begun = std::chrono::steady_clock::now();
    {
        SQLite::Database database(to.string(),
                                  SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX);
        // The settings of a case that is being filled, see casefile.cpp.
        database.exec(
            "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA "
            "wal_autocheckpoint = 4096; PRAGMA cache_size = -65536");
        database.exec(kCaseSchema);
        for (const Table &table : tables)
            insertRows(database, table);
        for (const char *indexes : {kEventIndexes, kFactIndexes})
            database.exec(indexes);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    for (const char *suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(to.string() + suffix);
    return seconds;
}

} // namespace lolscope::bench
