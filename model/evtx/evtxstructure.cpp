#include "model/evtx/evtxstructure.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <zlib.h>

namespace lolscope {

namespace {

// Offsets within the file header and the chunk header; format document as cited in the header.
constexpr std::size_t kFileHeaderSize = 128;
constexpr std::size_t kFileChunkCount = 42, kFileFlags = 120, kFileCrc = 124, kFileCrcBytes = 120;
constexpr std::uint32_t kNoCrcFlag = 4;
constexpr std::size_t kChunkHeader = 512;
constexpr std::size_t kChunkFree = 48, kChunkRecordsCrc = 52, kChunkCrc = 124;
constexpr std::size_t kRecordHeader = 24;
constexpr std::size_t kSmallestRecord = kRecordHeader + 4; // header and the copy of the size

using Chunk = std::vector<std::uint8_t>;

template<typename T>
T read(const std::uint8_t *data, std::size_t offset)
{
    T value;
    std::memcpy(&value, data + offset, sizeof value); // little-endian hosts only, as everywhere we build
    return value;
}

std::uint32_t checksum(const std::uint8_t *data, std::size_t bytes, std::uint32_t before = 0)
{
    return static_cast<std::uint32_t>(crc32(before, data, static_cast<uInt>(bytes)));
}

class ChunkWalk
{
public:
    ChunkWalk(EvtxStructure &out, const Chunk &chunk, std::size_t bytes, std::uint64_t offset, bool checked,
              bool counted)
        : m_out(out)
        , m_chunk(chunk)
        , m_bytes(bytes)
        , m_offset(offset)
        , m_checked(checked)
        , m_counted(counted)
    {}

    /// False for a block of zeros.
    bool walk()
    {
        if (m_bytes < kChunkHeader || std::memcmp(m_chunk.data(), "ElfChnk", 8) != 0) {
            // Windows leaves zeroed blocks behind the last chunk of a preallocated file.
            if (!std::all_of(m_chunk.begin(), m_chunk.begin() + static_cast<std::ptrdiff_t>(m_bytes),
                             [](std::uint8_t byte) { return byte == 0; })) {
                report(0, "no chunk signature");
                return true;
            }
            if (m_counted)
                report(0, "an empty block where the file header counts a chunk");
            return false;
        }
        if (m_bytes < kEvtxChunkBytes)
            report(0, "chunk cut after " + std::to_string(m_bytes) + " of 65536 bytes");
        std::uint32_t free = read<std::uint32_t>(m_chunk.data(), kChunkFree);
        if (free < kChunkHeader || free > kEvtxChunkBytes) {
            report(kChunkFree, "free space offset " + std::to_string(free) + " outside the chunk");
            free = static_cast<std::uint32_t>(kEvtxChunkBytes);
        } else if (m_checked) {
            checkSums(free);
        }
        walkRecords(std::min<std::size_t>(free, m_bytes), free);
        return true;
    }

private:
    void report(std::size_t at, std::string reason, std::optional<std::uint64_t> recordId = {})
    {
        m_out.damage.push_back({std::move(reason), m_offset + at, recordId, 0});
    }

    void checkSums(std::size_t free)
    {
        const std::uint8_t *data = m_chunk.data();
        const auto header = checksum(data + 128, kChunkHeader - 128, checksum(data, 120));
        if (header != read<std::uint32_t>(data, kChunkCrc))
            report(kChunkCrc, "chunk header checksum does not match");
        if (m_bytes >= free
            && checksum(data + kChunkHeader, free - kChunkHeader)
                != read<std::uint32_t>(data, kChunkRecordsCrc))
            report(kChunkRecordsCrc, "checksum of the chunk's records does not match");
    }

    void walkRecords(std::size_t end, std::size_t free)
    {
        const std::uint8_t *data = m_chunk.data();
        std::size_t at = kChunkHeader;
        std::size_t differing = 0;
        while (at < end) {
            if (end - at < kRecordHeader) {
                report(at, "record header cut");
                break;
            }
            if (std::memcmp(data + at, "**\0\0", 4) != 0) {
                report(at, "no record signature; the rest of the chunk is not walked");
                break;
            }
            const auto size = read<std::uint32_t>(data, at + 4);
            const auto id = read<std::uint64_t>(data, at + 8);
            if (size < kSmallestRecord || size > free - at) {
                report(at, "record size " + std::to_string(size) + " is not possible here", id);
                break;
            }
            m_out.records.push_back({m_offset + at, id});
            if (size > end - at)
                break; // the cut chunk is reported; this record is its last
            if (read<std::uint32_t>(data, at + size - 4) != size && differing++ == 0)
                report(at, "the two copies of the record size differ", id);
            at += size;
        }
        if (differing > 1) // a forged file could make thousands a chunk
            report(kChunkHeader,
                   "so they do in " + std::to_string(differing - 1) + " more records of this chunk");
    }

    EvtxStructure &m_out;
    const Chunk &m_chunk;
    std::size_t m_bytes;
    std::uint64_t m_offset;
    bool m_checked;
    bool m_counted; ///< The file header says that there is such a chunk.
};

} // namespace

Result<EvtxStructure> evtxStructure(const std::filesystem::path &path)
{
    const std::string source = path.string();
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::Io, "cannot be opened", source);

    std::array<std::uint8_t, kFileHeaderSize> header = {};
    file.read(reinterpret_cast<char *>(header.data()), header.size());
    const auto got = static_cast<std::size_t>(file.gcount());
    if (file.bad())
        return fail(ErrorCode::Io, "reading failed", source);
    if (got == 0)
        return fail(ErrorCode::Corrupt, "the file is empty", source);
    if (got < 8 || std::memcmp(header.data(), "ElfFile", 8) != 0)
        return fail(ErrorCode::Corrupt, "not an event log: no ElfFile signature", source, 0);
    if (got < header.size())
        return fail(ErrorCode::Corrupt, "file header cut after " + std::to_string(got) + " bytes", source,
                    got);

    EvtxStructure structure;
    const bool checked = (read<std::uint32_t>(header.data(), kFileFlags) & kNoCrcFlag) == 0;
    if (checked && checksum(header.data(), kFileCrcBytes) != read<std::uint32_t>(header.data(), kFileCrc))
        structure.damage.push_back({"file header checksum does not match", kFileCrc, {}, 0});

    // Often too small, so it tells nothing of the end; but what it counts and the file lacks is lost.
    const auto chunkCount = read<std::uint16_t>(header.data(), kFileChunkCount);
    std::uint64_t chunks = 0;
    std::vector<std::uint64_t> emptyBlocks;
    Chunk chunk(kEvtxChunkBytes);
    file.seekg(static_cast<std::streamoff>(kEvtxHeaderBytes));
    for (std::uint64_t offset = kEvtxHeaderBytes; file; offset += kEvtxChunkBytes) {
        file.read(reinterpret_cast<char *>(chunk.data()), static_cast<std::streamsize>(chunk.size()));
        if (file.bad())
            return fail(ErrorCode::Io, "reading failed", source, offset);
        const auto bytes = static_cast<std::size_t>(file.gcount());
        if (bytes == 0)
            break;
        const bool counted = chunks < chunkCount;
        if (!ChunkWalk(structure, chunk, bytes, offset, checked, counted).walk()) {
            if (!counted)
                emptyBlocks.push_back(offset);
        } else {
            for (const std::uint64_t empty : emptyBlocks) // not the end of the log after all
                structure.damage.push_back({"an empty block between chunks", empty, {}, 0});
            emptyBlocks.clear();
        }
        ++chunks;
    }
    if (chunks < chunkCount)
        structure.damage.push_back({"the file header counts " + std::to_string(chunkCount)
                                        + " chunks, the file ends after " + std::to_string(chunks),
                                    kFileChunkCount,
                                    {},
                                    0});
    return structure;
}

} // namespace lolscope
