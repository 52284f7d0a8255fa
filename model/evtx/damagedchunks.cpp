#include "model/evtx/damagedchunks.h"

#include "model/evtx/chunkdecoder.h"
#include "model/evtx/evtxfile.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <libdeflate.h>

namespace lolscope {

namespace {

template<typename Number>
void put(std::vector<std::uint8_t> &bytes, std::size_t at, Number number)
{
    std::memcpy(bytes.data() + at, &number, sizeof number);
}

/// The file header of a log of `chunks` chunks.
std::vector<std::uint8_t> fileHeader(std::uint16_t chunks)
{
    std::vector<std::uint8_t> header(kEvtxHeaderBytes);
    std::memcpy(header.data(), "ElfFile", 8);
    put(header, kFileLastChunk, std::uint64_t(chunks - 1));
    put(header, kFileHeaderSize, static_cast<std::uint32_t>(kFileHeaderBytes));
    put(header, kFileMinor, std::uint16_t{1});
    put(header, kFileMajor, std::uint16_t{3});
    put(header, kFileBlockSize, static_cast<std::uint16_t>(kEvtxHeaderBytes));
    put(header, kFileChunkCount, chunks);
    put(header, kFileCrc, fileHeaderCrc(header.data()));
    return header;
}

} // namespace

Result<void> DamagedChunks::read(const std::filesystem::path &path, std::set<std::uint64_t> &numbers)
{
    const auto file = EvtxFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    for (std::size_t count = 0; count < kMostChunks && !numbers.empty(); ++count) {
        const std::uint64_t number = *numbers.begin();
        numbers.erase(numbers.begin());
        std::vector<std::uint8_t> chunk(kEvtxChunkBytes + kReadAhead); // zeros where the file ends in it
        const auto got = file->read(number, std::span(chunk).first(kEvtxChunkBytes));
        if (!got)
            return tl::unexpected(got.error());
        add(number, std::move(chunk));
    }
    std::sort(m_places.begin(), m_places.end());
    return {};
}

void DamagedChunks::add(std::uint64_t number, std::vector<std::uint8_t> chunk)
{
    const std::uint64_t offset = EvtxFile::chunkOffset(number);
    bool hasRecords = false;
    for (std::size_t at = binxml::kChunkHeaderBytes; at + kSmallestRecord <= kEvtxChunkBytes; at += 8) {
        if (readAt<std::uint32_t>(chunk.data() + at) != 0x00002a2a)
            continue;
        m_places.emplace_back(readAt<std::uint64_t>(chunk.data() + at + 8), offset + at);
        hasRecords = true;
    }
    if (!hasRecords)
        return;
    EventBatch batch;
    ChunkDecoder().decode({chunk.data(), kEvtxChunkBytes, false}, number, {false, false, false},
                          [&batch]() -> EventBatch & { return batch; });
    for (const Event &event : batch.events)
        m_known.insert(keyOf(event));
    if (m_image.empty())
        m_firstOffset = offset;
    m_image.insert(m_image.end(), chunk.begin(), chunk.begin() + kEvtxChunkBytes);
}

std::uint64_t DamagedChunks::mostRecords() const
{
    return m_image.size() / kSmallestRecord;
}

std::vector<std::uint8_t> DamagedChunks::asLog() const
{
    auto log = fileHeader(static_cast<std::uint16_t>(m_image.size() / kEvtxChunkBytes));
    log.insert(log.end(), m_image.begin(), m_image.end());
    return log;
}

bool DamagedChunks::isNew(const Event &event)
{
    return m_known.insert(keyOf(event)).second;
}

DamagedChunks::Key DamagedChunks::keyOf(const Event &event)
{
    return {event.headerRecordId.value_or(0), event.recordId.value_or(0),
            event.timeCreated ? static_cast<std::int64_t>(event.timeCreated->time_since_epoch().count()) : 0,
            event.eventId};
}

std::optional<std::uint64_t> DamagedChunks::placeOf(std::uint64_t headerRecordId) const
{
    const auto first =
        std::lower_bound(m_places.begin(), m_places.end(), std::pair(headerRecordId, std::uint64_t{0}));
    if (first == m_places.end() || first->first != headerRecordId)
        return {};
    const auto second = first + 1;
    return second == m_places.end() || second->first != headerRecordId ? std::optional(first->second)
                                                                       : std::nullopt;
}

} // namespace lolscope
