#include "model/evtx/chunkoutline.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace lolscope {

namespace {

constexpr std::size_t kChunkHeader = binxml::kChunkHeaderBytes;

class Walk
{
public:
    Walk(const binxml::ChunkBytes &chunk, std::uint64_t offset, ChunkOutline &out)
        : m_data(chunk.data)
        , m_size(chunk.size)
        , m_offset(offset)
        , m_out(out)
    {}

    void run(const ChunkExpectations &expected)
    {
        if (m_size < kChunkHeader || !isChunk(m_data)) {
            m_out.end = std::min(kChunkHeader, m_size);
            if (m_size == 0
                || (m_data[0] == 0 && std::memcmp(m_data, m_data + 1, m_size - 1) == 0)) { // all zero
                m_out.end = m_size;
                if (expected.counted)
                    report(0, "an empty block where the file header counts a chunk");
                else if (expected.before)
                    report(0, "an empty block between chunks");
                return;
            }
            m_out.broken = true;
            report(0, "no chunk signature");
            return;
        }
        if (m_size < kEvtxChunkBytes)
            report(0, "chunk cut after " + std::to_string(m_size) + " of 65536 bytes");
        std::size_t free = readAt<std::uint32_t>(m_data + kChunkFree);
        if (free < kChunkHeader || free > kEvtxChunkBytes) {
            report(kChunkFree, "free space offset " + std::to_string(free) + " outside the chunk");
            free = kEvtxChunkBytes;
        } else if (expected.checked) {
            checkSums(free);
        }
        records(std::min(free, m_size), free);
    }

private:
    void report(std::size_t at, std::string reason, std::optional<std::uint64_t> recordId = {})
    {
        m_out.damage.push_back({std::move(reason), m_offset + at, recordId, 0});
    }

    void checkSums(std::size_t free)
    {
        if (chunkHeaderCrc(m_data) != readAt<std::uint32_t>(m_data + kChunkCrc))
            report(kChunkCrc, "chunk header checksum does not match");
        if (m_size >= free
            && chunkRecordsCrc(m_data, free) != readAt<std::uint32_t>(m_data + kChunkRecordsCrc))
            report(kChunkRecordsCrc, "checksum of the chunk's records does not match");
    }

    void records(std::size_t end, std::size_t free)
    {
        std::size_t at = kChunkHeader;
        std::size_t differing = 0;
        walkRecords(at, end, free, differing);
        if (differing > 1) // a forged file could make thousands a chunk
            report(kChunkHeader,
                   "so they do in " + std::to_string(differing - 1) + " more records of this chunk");
    }

    void walkRecords(std::size_t at, std::size_t end, std::size_t free, std::size_t &differing)
    {
        m_out.broken = true; // until the end is reached
        while (at < end) {
            m_out.end = at;
            if (end - at < kRecordHeaderBytes) {
                report(at, "record header cut");
                return;
            }
            if (!isSignature(at, end)) {
                report(at, "no record signature; the rest of the chunk is not walked");
                return;
            }
            const std::size_t size = readAt<std::uint32_t>(m_data + at + 4);
            const auto id = readAt<std::uint64_t>(m_data + at + kRecordId);
            if (size < kSmallestRecord || size > free - at) {
                report(at, "record size " + std::to_string(size) + " is not possible here", id);
                return;
            }
            if (size > end - at) { // the cut chunk is reported; this record is its last
                m_out.records.push_back({at, size, id, true});
                m_out.end = m_size;
                return;
            }
            const bool differs = readAt<std::uint32_t>(m_data + at + size - 4) != size;
            if (differs && differing++ == 0)
                report(at, "the two copies of the record size differ", id);
            if (differs && at + size != end && !isSignature(at + size, end)) {
                // A wrong size may reach over other records: they are left over.
                const auto next = findRecord({m_data, end, false}, at + kSmallestRecord);
                m_out.end = next ? next->at : at + size;
                m_out.records.push_back({at, m_out.end - at, id, false});
                report(at + size, "no record signature; the rest of the chunk is not walked");
                return;
            }
            m_out.records.push_back({at, size, id, false});
            at += size;
        }
        m_out.end = at;
        m_out.broken = false;
    }

    bool isSignature(std::size_t at, std::size_t end) const
    {
        return end - at >= 4 && std::memcmp(m_data + at, "**\0\0", 4) == 0;
    }

    const std::uint8_t *m_data;
    std::size_t m_size;
    std::uint64_t m_offset;
    ChunkOutline &m_out;
};

} // namespace

void outlineChunk(const binxml::ChunkBytes &chunk, std::uint64_t offset, const ChunkExpectations &expected,
                  ChunkOutline &out)
{
    out.records.clear();
    out.damage.clear();
    out.end = 0;
    out.broken = false;
    Walk(chunk, offset, out).run(expected);
}

std::optional<ChunkRecord> findRecord(const binxml::ChunkBytes &chunk, std::size_t from)
{
    constexpr std::uint32_t kSignature = 0x00002a2a;
    for (std::size_t at = (from + 7) / 8 * 8; at + kSmallestRecord <= chunk.size; at += 8) {
        if (readAt<std::uint32_t>(chunk.data + at) != kSignature)
            continue;
        const std::size_t size = readAt<std::uint32_t>(chunk.data + at + 4);
        if (size >= kSmallestRecord && size <= chunk.size - at
            && readAt<std::uint32_t>(chunk.data + at + size - 4) == size)
            return ChunkRecord{at, size, readAt<std::uint64_t>(chunk.data + at + kRecordId), false};
    }
    return {};
}

} // namespace lolscope
