#include "model/base/readonlyfile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace lolscope {

namespace {

tl::unexpected<Error> ioError(const char *what, const std::string &source,
                              std::optional<std::uint64_t> offset = {})
{
    return fail(ErrorCode::Io, std::string(what) + ": " + std::strerror(errno), source, offset);
}

} // namespace

Result<std::optional<ReadOnlyFile>> ReadOnlyFile::open(const std::filesystem::path &path)
{
    // Nonblocking: what was a file may be a FIFO by now, and opening one would wait for a writer.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0 && errno == ENOENT)
        return std::nullopt;
    if (descriptor < 0)
        return ioError("cannot be opened", path.string());
    ReadOnlyFile file(descriptor, path.string());
    struct stat status = {};
    if (fstat(descriptor, &status) != 0)
        return ioError("cannot be read", path.string());
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::Unsupported, "not a regular file", path.string());
    file.m_device = status.st_dev;
    file.m_inode = status.st_ino;
    return file;
}

ReadOnlyFile::ReadOnlyFile(ReadOnlyFile &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_source(std::move(other.m_source))
    , m_device(other.m_device)
    , m_inode(other.m_inode)
{}

ReadOnlyFile &ReadOnlyFile::operator=(ReadOnlyFile &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_source, other.m_source);
    m_device = other.m_device;
    m_inode = other.m_inode;
    return *this;
}

ReadOnlyFile::~ReadOnlyFile()
{
    if (m_descriptor >= 0)
        ::close(static_cast<int>(m_descriptor));
}

Result<std::uint64_t> ReadOnlyFile::bytes() const
{
    struct stat status = {};
    if (fstat(static_cast<int>(m_descriptor), &status) != 0)
        return ioError("cannot be read", m_source);
    return static_cast<std::uint64_t>(status.st_size);
}

Result<std::size_t> ReadOnlyFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const
{
    if (offset > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()) - out.size())
        return 0; // no file is so large
    std::size_t done = 0;
    while (done < out.size()) {
        const auto got = ::pread(static_cast<int>(m_descriptor), out.data() + done, out.size() - done,
                                 static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ioError("reading failed", m_source, offset + done);
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

} // namespace lolscope
