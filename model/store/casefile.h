#pragma once

#include "model/base/result.h"

#include <filesystem>
#include <memory>

namespace SQLite {
class Database;
}

namespace lolscope {

/// One connection to a case file: an SQLite database in WAL mode with our `application_id`, and
/// `user_version` as its schema version. See schema.h for the tables.
///
/// A case made by somebody else is hostile input: it is opened with the defensive flag, without trusted
/// schema, and refused when its tables are not ours.
/// Threads: a connection belongs to one thread at a time; only interrupt() may be called from another one.
/// One writer at a time: a second one waits kBusyTimeoutMs and then fails with Database.
class CaseFile
{
public:
    enum class Mode { ReadOnly, ReadWrite, Create /**< ReadWrite, made when missing. */ };
    static constexpr int kBusyTimeoutMs = 10'000;

    /// Errors: Io (missing), Corrupt (not a case), Unsupported (made by a newer version), Database.
    static Result<CaseFile> open(const std::filesystem::path &path, Mode mode);
    /// A case that lives as long as this object, for work without a file.
    static Result<CaseFile> temporary();

    CaseFile(CaseFile &&) noexcept;
    CaseFile &operator=(CaseFile &&) noexcept;
    ~CaseFile();

    SQLite::Database &database() const { return *m_database; }

    /// As opened; empty for a temporary case.
    const std::filesystem::path &path() const { return m_path; }

    /// Whether a commit that finds a long write-ahead log moves it into the case, as it does at first.
    void checkpointInCommits(bool on) const noexcept;

    /// Makes a running call fail soon with Cancelled. Any thread.
    void interrupt() const noexcept;

private:
    explicit CaseFile(std::unique_ptr<SQLite::Database> database);
    std::unique_ptr<SQLite::Database> m_database;
    std::filesystem::path m_path;
};

/// Moves what the write-ahead log of the case at `path` holds into the case file, as far as that disturbs
/// nobody, on a connection of its own: what is done here need not be done when the case is closed. Any
/// thread; nothing is lost when it does not succeed.
void checkpoint(const std::filesystem::path &path);

/// Writes a whole copy of the case to `path`, beside it first and renamed when whole. Errors: Io (also when a
/// case that is in use lies there), DiskFull, Database.
Result<void> copyCase(const CaseFile &file, const std::filesystem::path &path);

/// A look-up of what the case itself refers to. That it is not there is no wrong request (Invalid) of the
/// caller's: the case is Corrupt.
template<typename T>
Result<T> referred(Result<T> found)
{
    if (!found && found.error().code == ErrorCode::Invalid) {
        found.error().code = ErrorCode::Corrupt;
        found.error().detail += ", which refers to it";
    }
    return found;
}

} // namespace lolscope
