#include "model/evtx/evtxfile.h"

#include <array>
#include <cstring>

namespace lolscope {

Result<EvtxFile> EvtxFile::open(const std::filesystem::path &path)
{
    auto opened = ReadOnlyFile::openExisting(path);
    if (!opened)
        return tl::unexpected(opened.error());
    EvtxFile file(std::move(*opened), path.string());
    if (const auto header = file.readHeader(); !header)
        return tl::unexpected(header.error());
    return file;
}

Result<void> EvtxFile::readHeader()
{
    const auto bytes = m_file.bytes();
    if (!bytes)
        return tl::unexpected(bytes.error());
    m_bytes = *bytes;
    std::array<std::uint8_t, kFileHeaderBytes> header = {};
    const auto got = m_file.read(0, header);
    if (!got)
        return tl::unexpected(got.error());
    if (*got == 0)
        return fail(ErrorCode::Corrupt, "the file is empty", m_source);
    if (*got < 8 || std::memcmp(header.data(), "ElfFile", 8) != 0) {
        std::array<std::uint8_t, 8> first = {};
        const auto chunk = m_file.read(kEvtxHeaderBytes, first);
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
        const auto got = m_file.read(chunkOffset(chunk), signature);
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
    return m_file.read(chunkOffset(first), out);
}

} // namespace lolscope
