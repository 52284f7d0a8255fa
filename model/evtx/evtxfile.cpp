#include "model/evtx/evtxfile.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace lolscope {

Result<EvtxFile> EvtxFile::open(const std::filesystem::path &path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return fail(ErrorCode::Io, "cannot be opened", path.string());
    EvtxFile file(descriptor, path.string());
    if (const auto header = file.readHeader(); !header)
        return tl::unexpected(header.error());
    return file;
}

EvtxFile::EvtxFile(EvtxFile &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_source(std::move(other.m_source))
    , m_bytes(other.m_bytes)
    , m_checked(other.m_checked)
    , m_countedChunks(other.m_countedChunks)
    , m_lastChunk(other.m_lastChunk)
    , m_damage(std::move(other.m_damage))
{}

EvtxFile::~EvtxFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<void> EvtxFile::readHeader()
{
    struct stat status = {};
    if (fstat(m_descriptor, &status) != 0)
        return fail(ErrorCode::Io, "cannot be read", m_source);
    m_bytes = static_cast<std::uint64_t>(status.st_size);
    std::array<std::uint8_t, kFileHeaderBytes> header = {};
    const auto got = readAtOffset(0, header);
    if (!got)
        return tl::unexpected(got.error());
    if (*got == 0)
        return fail(ErrorCode::Corrupt, "the file is empty", m_source);
    if (*got < 8 || std::memcmp(header.data(), "ElfFile", 8) != 0) {
        std::array<std::uint8_t, 8> first = {};
        const auto chunk = readAtOffset(kEvtxHeaderBytes, first);
        if (!chunk || !isChunk(first.data()))
            return fail(ErrorCode::Corrupt, "not an event log: no ElfFile signature", m_source, 0);
        m_damage.push_back({"no ElfFile signature, but chunks where a log has them", 0, {}, 0});
        return findLastChunk(); // nothing the header says is believed
    }
    if (*got < header.size())
        return fail(ErrorCode::Corrupt, "file header cut after " + std::to_string(*got) + " bytes", m_source,
                    *got);
    m_checked = hasChecksums(header.data());
    if (m_checked && fileHeaderCrc(header.data()) != readAt<std::uint32_t>(header.data() + kFileCrc))
        m_damage.push_back({"file header checksum does not match", kFileCrc, {}, 0});
    m_countedChunks = readAt<std::uint16_t>(header.data() + kFileChunkCount);
    if (chunkCount() < m_countedChunks) // what it counts and the file lacks is lost
        m_damage.push_back({"the file header counts " + std::to_string(m_countedChunks)
                                + " chunks, the file ends after " + std::to_string(chunkCount()),
                            kFileChunkCount,
                            {},
                            0});
    return findLastChunk();
}

/// From the end: behind the last chunk there are at most the zeros of a preallocated file.
Result<void> EvtxFile::findLastChunk()
{
    std::array<std::uint8_t, 8> signature = {};
    for (std::uint64_t chunk = chunkCount(); chunk-- > 0;) {
        const auto got = readAtOffset(chunkOffset(chunk), signature);
        if (!got)
            return tl::unexpected(got.error());
        if (*got == signature.size() && isChunk(signature.data())) {
            m_lastChunk = chunk;
            break;
        }
    }
    return {};
}

std::uint64_t EvtxFile::chunkCount() const
{
    return m_bytes <= kEvtxHeaderBytes ? 0
                                       : (m_bytes - kEvtxHeaderBytes + kEvtxChunkBytes - 1) / kEvtxChunkBytes;
}

Result<std::size_t> EvtxFile::read(std::uint64_t first, std::span<std::uint8_t> out) const
{
    return readAtOffset(chunkOffset(first), out);
}

Result<std::size_t> EvtxFile::readAtOffset(std::uint64_t offset, std::span<std::uint8_t> out) const
{
    std::size_t done = 0;
    while (done < out.size()) {
        const auto got =
            ::pread(m_descriptor, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(ErrorCode::Io, std::string("reading failed: ") + std::strerror(errno), m_source,
                        offset + done);
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

} // namespace lolscope
