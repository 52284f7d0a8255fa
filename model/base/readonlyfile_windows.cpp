#include "model/base/readonlyfile.h"
#include "model/base/win32.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace lolscope {

namespace {

constexpr std::intptr_t kNone = -1;

HANDLE handle(std::intptr_t descriptor)
{
    return reinterpret_cast<HANDLE>(descriptor); // INVALID_HANDLE_VALUE is -1
}

tl::unexpected<Error> ioError(const char *what, const std::string &source,
                              std::optional<std::uint64_t> offset = {})
{
    return fail(ErrorCode::Io, std::string(what) + ": " + win32::errorText(), source, offset);
}

} // namespace

Result<std::optional<ReadOnlyFile>> ReadOnlyFile::open(const std::filesystem::path &path)
{
    // Shared in every way: the event log service has its logs open for writing, and must be able to go on.
    const HANDLE opened = CreateFileW(win32::nativePath(path).c_str(), GENERIC_READ,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                      OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (opened == INVALID_HANDLE_VALUE) {
        const DWORD reason = GetLastError();
        if (reason == ERROR_FILE_NOT_FOUND || reason == ERROR_PATH_NOT_FOUND)
            return std::nullopt;
        return ioError("cannot be opened", path.string());
    }
    ReadOnlyFile file(reinterpret_cast<std::intptr_t>(opened), path.string());
    if (GetFileType(opened) != FILE_TYPE_DISK)
        return fail(ErrorCode::Unsupported, "not a regular file", path.string());
    BY_HANDLE_FILE_INFORMATION facts = {};
    if (!GetFileInformationByHandle(opened, &facts))
        return ioError("cannot be read", path.string());
    file.m_device = facts.dwVolumeSerialNumber;
    file.m_inode = std::uint64_t{facts.nFileIndexHigh} << 32 | facts.nFileIndexLow;
    return file;
}

ReadOnlyFile::ReadOnlyFile(ReadOnlyFile &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, kNone))
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
    if (m_descriptor != kNone)
        CloseHandle(handle(m_descriptor));
}

Result<std::uint64_t> ReadOnlyFile::bytes() const
{
    LARGE_INTEGER size = {};
    if (!GetFileSizeEx(handle(m_descriptor), &size))
        return ioError("cannot be read", m_source);
    return static_cast<std::uint64_t>(size.QuadPart);
}

Result<std::size_t> ReadOnlyFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const
{
    if (offset > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) - out.size())
        return 0; // no file is so large
    constexpr std::size_t kMost = std::size_t{1} << 30; // it counts in 32 bits
    std::size_t done = 0;
    while (done < out.size()) {
        // An offset of its own for each call: several threads read one file.
        OVERLAPPED place = {};
        place.Offset = static_cast<DWORD>(offset + done);
        place.OffsetHigh = static_cast<DWORD>((offset + done) >> 32);
        DWORD got = 0;
        if (!ReadFile(handle(m_descriptor), out.data() + done,
                      static_cast<DWORD>(std::min(out.size() - done, kMost)), &got, &place)) {
            if (GetLastError() == ERROR_HANDLE_EOF)
                break;
            return ioError("reading failed", m_source, offset + done);
        }
        if (got == 0)
            break;
        done += got;
    }
    return done;
}

} // namespace lolscope
