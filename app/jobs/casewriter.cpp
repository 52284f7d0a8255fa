#include "app/jobs/casewriter.h"

#include <sqlite3.h>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

namespace lolscope {

CaseWriter::CaseWriter(std::filesystem::path path, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
{
    m_pool.setMaxThreadCount(1);
}

CaseWriter::~CaseWriter()
{
    m_pool.waitForDone();
}

Result<void> copyCase(const CaseFile &file, const std::filesystem::path &path)
{
    std::error_code failed;
    auto log = path;
    log += "-wal";
    if (std::filesystem::file_size(log, failed) > 0 && !failed)
        return fail(ErrorCode::Io,
                    "the case there is in use, or was not closed; its write-ahead log would be "
                    "taken for the copy's",
                    path.string());
    auto beside = path;
    beside += ".part";
    std::filesystem::remove(beside, failed);
    if (failed)
        return fail(ErrorCode::Io, failed.message(), beside.string());
    try {
        SQLite::Statement copy(file.database(), "VACUUM INTO ?1");
        copy.bind(1, beside.string());
        copy.exec();
    } catch (const SQLite::Exception &exception) {
        std::filesystem::remove(beside, failed);
        const int code = exception.getErrorCode();
        return fail(code == SQLITE_FULL                                   ? ErrorCode::DiskFull
                        : code == SQLITE_CANTOPEN || code == SQLITE_IOERR ? ErrorCode::Io
                                                                          : ErrorCode::Database,
                    exception.what(), path.string());
    }
    std::filesystem::rename(beside, path, failed);
    if (failed)
        return fail(ErrorCode::Io, failed.message(), path.string());
    return {};
}

} // namespace lolscope
