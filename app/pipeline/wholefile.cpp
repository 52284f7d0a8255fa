#include "app/pipeline/wholefile.h"

#include "model/base/system.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

Result<void> fill(const fs::path &path, const fs::path &part,
                  const std::function<Result<void>(std::ostream &)> &write)
{
    errno = 0;
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    if (!out)
        return fail(ErrorCode::Io, std::string("cannot be written: ") + std::strerror(errno), path.string());
    errno = 0;
    auto written = write(out);
    out.close();
    if (!out && (written || written.error().source.empty())) {
        std::error_code status; // streams do not tell why
        const auto space = fs::space(fs::absolute(part, status).parent_path(), status);
        const bool full = errno == ENOSPC || (!status && space.available == 0);
        written = fail(full ? ErrorCode::DiskFull : ErrorCode::Io,
                       full ? "the disk is full" : "could not be written whole", path.string());
    }
    return written;
}

} // namespace

Result<void> writeWhole(const fs::path &path, const std::function<Result<void>(std::ostream &)> &write)
{
    std::error_code status;
    if (fs::exists(path, status) && !fs::is_regular_file(path, status))
        return fill(path, path, write);
    fs::path part = path;
    part += ".part" + std::to_string(processId());
    auto written = fill(path, part, write);
    if (written) {
        fs::rename(part, path, status);
        if (status)
            written = fail(ErrorCode::Io, status.message(), path.string());
    }
    if (!written)
        fs::remove(part, status);
    return written;
}

Result<std::string> readWhole(const fs::path &path, std::uintmax_t mostBytes)
{
    std::error_code status;
    if (!fs::is_regular_file(path, status))
        return fail(ErrorCode::Io, status ? status.message() : "not a regular file", path.string());
    const auto bytes = fs::file_size(path, status);
    if (!status && bytes > mostBytes)
        return fail(ErrorCode::TooLarge, "a file of " + std::to_string(bytes) + " bytes", path.string());
    std::ifstream in(path, std::ios::binary);
    std::string text(status ? 0 : static_cast<std::size_t>(bytes), '\0');
    if (status || !in || !in.read(text.data(), static_cast<std::streamsize>(text.size())))
        return fail(ErrorCode::Io, status ? status.message() : "cannot be read", path.string());
    return text;
}

} // namespace lolscope
