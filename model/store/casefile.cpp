#include "model/store/casefile.h"

#include "model/base/files.h"
#include "model/store/schema.h"
#include "model/store/sql.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace lolscope {

namespace sql {

Error toError(const SQLite::Exception &exception)
{
    switch (exception.getErrorCode()) {
    case SQLITE_FULL:
        return {ErrorCode::DiskFull, "the case file cannot grow: the disk is full"};
    case SQLITE_INTERRUPT:
        return {ErrorCode::Cancelled, "interrupted"};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return {ErrorCode::Corrupt, exception.what()};
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        return {ErrorCode::Io, exception.what()};
    default:
        return {ErrorCode::Database, exception.what()};
    }
}

} // namespace sql

namespace {

/// Settings of every connection. A case may come from somebody else: its schema is not trusted and may not be
/// rewritten through SQL (https://www.sqlite.org/security.html).
void harden(SQLite::Database &database)
{
    auto *handle = database.getHandle();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    // The largest event XML is 4 MiB; nothing in a case may be much larger.
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64 << 20);
    database.exec("PRAGMA cell_size_check = ON; PRAGMA foreign_keys = OFF;");
    // For `CHECK (x IN (...))` SQLite fills a table of its own for every row written, a tenth of indexing.
    // The words we write come from tables; those we read are checked against them.
    database.exec("PRAGMA ignore_check_constraints = ON");
}

void create(SQLite::Database &database)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    if (database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() != 0)
        return; // somebody else was first
    database.exec(kCaseSchema);
    database.exec("PRAGMA application_id = " + std::to_string(kCaseApplicationId));
    database.exec("PRAGMA user_version = " + std::to_string(kCaseSchemaVersion));
    transaction.commit();
}

/// `file:` URI of a path (https://www.sqlite.org/uri.html), every byte but plain ones escaped.
std::string uriOf(const std::string &path)
{
    std::string uri = "file:";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '/' || c == '.' || c == '-' || c == '_';
        char escaped[4];
        std::snprintf(escaped, sizeof escaped, "%%%02X",
                      static_cast<unsigned>(static_cast<unsigned char>(c)));
        uri += plain ? std::string(1, c) : std::string(escaped);
    }
    return uri;
}

std::unique_ptr<SQLite::Database> connect(const std::string &name, int flags)
{
    // Counting its memory would cost SQLite a lock for every allocation. Refused, and then of no matter,
    // where something else in the process has begun to use SQLite.
    static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(uncounted);
    auto database =
        std::make_unique<SQLite::Database>(name, flags | SQLITE_OPEN_NOMUTEX, CaseFile::kBusyTimeoutMs);
    database->execAndGet("SELECT count(*) FROM sqlite_schema"); // opening alone reads nothing
    return database;
}

/// Opens for reading. The connection may write all the same, so that the last one to close leaves one whole
/// file without a write-ahead log beside it; query_only keeps it from changing the case. Where the file or
/// its folder cannot be written it is opened read-only, and a closed case on read-only media, which cannot
/// have the files that WAL mode wants beside it and which nobody can change, as immutable.
std::unique_ptr<SQLite::Database> connectForReading(const std::string &path)
{
    try {
        auto database = connect(path, SQLite::OPEN_READWRITE);
        database->exec("PRAGMA query_only = ON");
        return database;
    } catch (const SQLite::Exception &exception) {
        const int code = exception.getErrorCode();
        if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY)
            throw;
    }
    try {
        return connect(path, SQLite::OPEN_READONLY);
    } catch (const SQLite::Exception &exception) {
        const int code = exception.getErrorCode();
        std::error_code status;
        const std::string log = path + "-wal";
        if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY)
            || (std::filesystem::exists(utf8Path(log), status)
                && !std::filesystem::is_empty(utf8Path(log), status)))
            throw;
        return connect(uriOf(path) + "?immutable=1", SQLite::OPEN_READONLY | SQLITE_OPEN_URI);
    }
}

/// Name -> definition of everything in a schema. SQLite's own tables and indexes begin with sqlite_; a view
/// or trigger named so was put there by hand.
std::map<std::string, std::string> definitions(SQLite::Database &database)
{
    std::map<std::string, std::string> all;
    SQLite::Statement select(database,
                             "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE "
                             "'sqlite\\_%' ESCAPE '\\' OR type NOT IN ('table', 'index')");
    while (select.executeStep())
        all[sql::text(select, 0)] = sql::text(select, 1);
    return all;
}

/// Whether the tables and views are the ones we make, to the letter, and nothing else is there. Indexes may
/// be missing.
bool hasOurSchema(SQLite::Database &database)
{
    SQLite::Database expected(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    expected.exec(kCaseSchema);
    for (const char *indexes : {kEventIndexes, kFactIndexes, kJoinIndex, kEventIdentityIndex, kLiveIndexes})
        expected.exec(indexes);
    auto ours = definitions(expected);
    for (const auto &[name, definition] : definitions(database)) {
        const auto found = ours.find(name);
        if (found == ours.end() || found->second != definition)
            return false;
        ours.erase(found);
    }
    return std::all_of(ours.begin(), ours.end(),
                       [](const auto &missing) { return missing.first.starts_with("index "); });
}

} // namespace

CaseFile::CaseFile(std::unique_ptr<SQLite::Database> database)
    : m_database(std::move(database))
{}
CaseFile::CaseFile(CaseFile &&) noexcept = default;
CaseFile &CaseFile::operator=(CaseFile &&) noexcept = default;
CaseFile::~CaseFile() = default;

Result<CaseFile> CaseFile::open(const std::filesystem::path &path, Mode mode)
{
    const std::string source = path.string();
    std::error_code status;
    const bool exists = std::filesystem::exists(path, status);
    if (!exists && mode != Mode::Create)
        return fail(ErrorCode::Io, "no such case", source);
    constexpr std::uintmax_t kSmallestDatabase =
        512; // one page; SQLite takes anything shorter for an empty one
    if (const auto bytes = std::filesystem::file_size(path, status);
        !status && bytes > 0 && bytes < kSmallestDatabase)
        return fail(ErrorCode::Corrupt, "not a Lolscope case", source);

    auto opened = sql::guarded([&]() -> CaseFile {
        auto database = mode == Mode::ReadOnly
            ? connectForReading(source)
            : connect(source, SQLite::OPEN_READWRITE | (mode == Mode::Create ? SQLite::OPEN_CREATE : 0));
        harden(*database);
        const bool empty = database->execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
        if (mode != Mode::ReadOnly)
            database->exec("PRAGMA synchronous = NORMAL");
        if (empty && mode == Mode::Create) {
            // Four times SQLite's usual page: fewer, larger writes while a case is filled.
            database->exec("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL");
            create(*database);
        }
        // KiB; for the page size there is now: SQLite does not count anew when it changes. Writing needs room
        // for the indexes, whose keys come in no order.
        database->exec(mode == Mode::ReadOnly ? "PRAGMA cache_size = -16384" : "PRAGMA cache_size = -131072");
        const auto application = database->execAndGet("PRAGMA application_id").getInt();
        const auto version = database->execAndGet("PRAGMA user_version").getInt();
        if (application != kCaseApplicationId)
            throw Error{ErrorCode::Corrupt, "not a Lolscope case"};
        if (version > kCaseSchemaVersion)
            throw Error{ErrorCode::Unsupported,
                        "made by a newer Lolscope (schema " + std::to_string(version) + ")"};
        if (version > 0 && version < kCaseSchemaVersion)
            throw Error{ErrorCode::Unsupported,
                        "made by an older Lolscope (schema " + std::to_string(version)
                            + "): index its evidence into a new case"};
        if (version != kCaseSchemaVersion || !hasOurSchema(*database))
            throw Error{ErrorCode::Corrupt, "the tables of this case are not Lolscope's"};
        CaseFile file(std::move(database));
        if (mode != Mode::ReadOnly)
            file.checkpointInCommits(true);
        return file;
    });
    if (opened)
        opened->m_path = path;
    if (!opened) {
        Error error = opened.error();
        error.source = source;
        return tl::unexpected(error);
    }
    return opened;
}

Result<CaseFile> CaseFile::temporary()
{
    return sql::guarded([]() -> CaseFile {
        // An empty name is a private temporary database that spills to disk when it outgrows its cache.
        auto database = connect("", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        harden(*database);
        create(*database);
        return CaseFile(std::move(database));
    });
}

void CaseFile::checkpointInCommits(bool on) const noexcept
{
    constexpr int kLongLog = 4096; // pages: 64 MiB
    sqlite3_wal_autocheckpoint(m_database->getHandle(), on ? kLongLog : 0);
}

void CaseFile::interrupt() const noexcept
{
    sqlite3_interrupt(m_database->getHandle());
}

void checkpoint(const std::filesystem::path &path)
{
    static_cast<void>(sql::guarded([&] {
        const auto database = connect(path.string(), SQLite::OPEN_READWRITE);
        harden(*database);
        database->exec("PRAGMA wal_checkpoint(PASSIVE)");
    }));
}

Result<void> copyCase(const CaseFile &file, const std::filesystem::path &path)
{
    namespace fs = std::filesystem;
    std::error_code status;
    const fs::path log = utf8Path(path.string() + "-wal");
    if (fs::exists(log, status) && fs::file_size(log, status) > 0)
        return fail(
            ErrorCode::Io,
            "the case there is in use, or was not closed; its write-ahead log would be taken for the copy's",
            path.string());
    const fs::path beside = utf8Path(path.string() + ".part");
    fs::remove(beside, status);
    auto copied = sql::guarded([&] {
        SQLite::Statement copy(file.database(), "VACUUM INTO ?");
        copy.bind(1, beside.string());
        copy.exec();
    });
    if (copied) {
        for (const char *suffix : {"-wal", "-shm"}) // empty leftovers of a closed case
            fs::remove(utf8Path(path.string() + suffix), status);
        fs::rename(beside, path, status);
        if (status)
            copied = fail(ErrorCode::Io, status.message(), path.string());
    }
    if (!copied)
        fs::remove(beside, status);
    return copied;
}

} // namespace lolscope
