#include "model/evtx/chunkdecoder.h"
#include "model/evtx/chunkoutline.h"
#include "model/live/followedcontent.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <libdeflate.h>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

namespace lolscope {

namespace {

constexpr std::string_view kSignature("ElfChnk\0", 8);
constexpr std::size_t kChunkHeader = binxml::kChunkHeaderBytes;

/// How often all chunks are looked at although nothing says so: a chunk that cannot be read hides those
/// behind it.
constexpr std::chrono::milliseconds kLookAtAll{30'000};
/// Chunks are read for one batch until it has so many events.
constexpr std::size_t kEnoughEvents = 256;

/// More records than this were not missed between two looks: such a number is forged, or of another log.
constexpr std::uint64_t kMostMissed = 1'000'000'000;

/// Where the last record read is, and what it is known by.
struct Place
{
    std::uint64_t chunk = 0;
    std::uint64_t offset = 0; ///< In the file.
    std::uint64_t id = 0; ///< Of the record's header.
    std::uint64_t written = 0; ///< FILETIME, of the record's header.
};

using ChunkHeader = std::array<std::uint8_t, kChunkHeader>;

struct ChunkIds
{
    std::uint64_t chunk = 0, first = 0, last = 0;
    bool isBroken = false; ///< Without a signature, so without ids; its place is behind the chunk before it.
};

class FollowedEvtx : public FollowedContent
{
public:
    FollowedEvtx(const std::string &bookmark, std::shared_ptr<const LiveClock> clock)
        : m_clock(std::move(clock))
        , m_buffer(kEvtxChunkBytes + kReadAhead)
    {
        std::istringstream text(bookmark);
        std::string kind;
        Place place;
        if (text >> kind >> place.chunk >> place.offset >> place.id >> place.written >> m_seen
            && kind == "evtx")
            m_place = place;
        else
            m_seen = 0;
        m_headerNamed = m_place.has_value(); // by an earlier run
    }

    std::string bookmark() const override
    {
        if (!m_place)
            return {};
        std::ostringstream text;
        text << "evtx " << m_place->chunk << ' ' << m_place->offset << ' ' << m_place->id << ' '
             << m_place->written << ' ' << m_seen;
        return text.str();
    }

    Result<bool> read(const ReadOnlyFile &file, LiveBatch &batch) override
    {
        if (m_waiting.empty()) {
            if (auto looked = look(file, batch); !looked)
                return tl::unexpected(looked.error());
        }
        while (!m_waiting.empty() && batch.events.events.size() < kEnoughEvents) {
            const auto settled = readChunk(file, m_waiting.front(), batch);
            if (!settled)
                return tl::unexpected(settled.error());
            if (!*settled) {
                m_waiting.clear(); // those behind it wait for it
                break;
            }
            m_waiting.erase(m_waiting.begin());
        }
        return !batch.events.events.empty() || !batch.events.damage.empty() || batch.isAnotherLog;
    }

    void drained() override
    {
        m_drained = true;
        m_header.reset();
    }

private:
    /// Finds the chunks that may hold something new and puts them into m_waiting, oldest first.
    Result<void> look(const ReadOnlyFile &file, LiveBatch &batch)
    {
        const auto bytes = file.bytes();
        if (!bytes)
            return tl::unexpected(bytes.error());
        m_chunks = *bytes <= kEvtxHeaderBytes
            ? 0
            : (*bytes - kEvtxHeaderBytes + kEvtxChunkBytes - 1) / kEvtxChunkBytes;
        std::array<std::uint8_t, kFileHeaderBytes> header = {};
        const auto got = file.read(0, header);
        if (!got)
            return tl::unexpected(got.error());
        if (*got < header.size())
            return {}; // being created, or truncated a moment ago
        m_checked = hasChecksums(header.data());
        checkFileHeader(header, batch);

        const auto here = isPlaceThere(file);
        if (!here)
            return tl::unexpected(here.error());
        if (*here && m_clock->now() < m_lookAtAll)
            return lookBehind(file);
        auto all = allChunks(file);
        if (!all)
            return tl::unexpected(all.error());
        m_lookAtAll = m_clock->now() + kLookAtAll;
        if (!*here && m_place) {
            const auto oldest =
                std::find_if(all->begin(), all->end(), [](const ChunkIds &ids) { return !ids.isBroken; });
            if (oldest == all->end())
                return {}; // nothing to tell by yet
            notice(oldest->first, batch);
        }
        m_drained = false;
        bool isBehind = !m_place; // broken chunks in front of the place are done with
        for (const ChunkIds &ids : *all) {
            const bool isOwn = m_place && ids.chunk == m_place->chunk;
            isBehind = isBehind || isOwn;
            if (ids.isBroken ? isBehind : isOwn || ids.last > m_seen)
                m_waiting.push_back(ids.chunk);
        }
        return {};
    }

    /// Names a header that does not fit its checksum, once, when it stays so: nothing in it is believed, but
    /// somebody changed it.
    void checkFileHeader(const std::array<std::uint8_t, kFileHeaderBytes> &header, LiveBatch &batch)
    {
        const std::uint32_t sum = fileHeaderCrc(header.data());
        if (!m_checked || sum == readAt<std::uint32_t>(header.data() + kFileCrc)) {
            m_wrongHeader.reset();
        } else if (m_wrongHeader != sum) {
            m_wrongHeader = sum;
            m_wrongUntil = m_clock->now() + kTornPatience;
        } else if (!m_headerNamed && m_clock->now() >= m_wrongUntil) {
            m_headerNamed = true;
            batch.events.damage.push_back({"file header checksum does not match", kFileCrc, {}, 0});
        }
    }

    /// The last record read is not where it was.
    void notice(std::uint64_t oldest, LiveBatch &batch)
    {
        m_done.clear();
        if (oldest > m_seen) {
            m_place.reset(); // rolled over: readChunk() counts the gap
            m_header.reset();
            return;
        }
        beginAgain(batch);
    }

    void beginAgain(LiveBatch &batch)
    {
        m_done.clear();
        batch.isAnotherLog = true;
        if (!m_drained)
            batch.events.damage.push_back(
                {"another log is in the file now: it was cleared, truncated or replaced; what "
                 "came behind record "
                     + std::to_string(m_seen) + " before that, if anything, was not read",
                 {},
                 {},
                 0});
        m_place.reset();
        m_header.reset();
        m_seen = 0;
    }

    Result<bool> isPlaceThere(const ReadOnlyFile &file) const
    {
        if (!m_place)
            return false;
        std::array<std::uint8_t, kRecordHeaderBytes> record = {};
        const auto got = file.read(m_place->offset, record);
        if (!got)
            return tl::unexpected(got.error());
        return *got == record.size() && std::memcmp(record.data(), "**\0\0", 4) == 0
            && readAt<std::uint64_t>(record.data() + kRecordId) == m_place->id
            && readAt<std::uint64_t>(record.data() + kRecordWritten) == m_place->written;
    }

    /// The chunk of the last record where it changed, else the one behind it.
    Result<void> lookBehind(const ReadOnlyFile &file)
    {
        const auto header = chunkHeader(file, m_place->chunk);
        if (!header)
            return tl::unexpected(header.error());
        if (!m_header || *m_header != *header) {
            m_waiting.push_back(m_place->chunk);
            return {};
        }
        for (std::uint64_t next = m_place->chunk + 1;; ++next) {
            const auto behind = chunkHeader(file, next < m_chunks ? next : 0);
            if (!behind)
                return tl::unexpected(behind.error());
            if (next < m_chunks && isDone(next, *behind))
                continue;
            const bool isBroken = next < m_chunks && !isChunk(behind->data()) && !isEmpty(*behind);
            next = next < m_chunks ? next : 0;
            if (isBroken
                || (next != m_place->chunk && isChunk(behind->data())
                    && readAt<std::uint64_t>(behind->data() + kChunkFirstId) > m_seen))
                m_waiting.push_back(next);
            return {};
        }
    }

    static bool isEmpty(const ChunkHeader &header)
    {
        return std::all_of(header.begin(), header.end(), [](std::uint8_t byte) { return byte == 0; });
    }

    /// Whether it was broken and read as it is.
    bool isDone(std::uint64_t chunk, const ChunkHeader &header) const
    {
        const auto known = m_done.find(chunk);
        return known != m_done.end() && known->second == libdeflate_crc32(0, header.data(), header.size());
    }

    Result<ChunkHeader> chunkHeader(const ReadOnlyFile &file, std::uint64_t chunk) const
    {
        ChunkHeader header = {};
        const auto got = file.read(kEvtxHeaderBytes + chunk * kEvtxChunkBytes, header);
        if (!got)
            return tl::unexpected(got.error());
        return header;
    }

    /// By their first record, those without records and broken ones that were read left out. An empty block
    /// is broken where a chunk lies behind it.
    Result<std::vector<ChunkIds>> allChunks(const ReadOnlyFile &file) const
    {
        std::vector<ChunkIds> all;
        std::vector<std::uint64_t> broken, empty;
        for (std::uint64_t chunk = 0; chunk < m_chunks; ++chunk) {
            const auto header = chunkHeader(file, chunk);
            if (!header)
                return tl::unexpected(header.error());
            const ChunkIds ids{chunk, readAt<std::uint64_t>(header->data() + kChunkFirstId),
                               readAt<std::uint64_t>(header->data() + kChunkLastId)};
            constexpr auto kNone = std::numeric_limits<std::uint64_t>::max(); // in a chunk without records
            if (isChunk(header->data())) {
                broken.insert(broken.end(), empty.begin(), empty.end());
                empty.clear();
                if (ids.last != kNone)
                    all.push_back(ids);
            } else if (!isDone(chunk, *header)) {
                (isEmpty(*header) ? empty : broken).push_back(chunk);
            }
        }
        std::stable_sort(all.begin(), all.end(),
                         [](const ChunkIds &a, const ChunkIds &b) { return a.first < b.first; });
        std::sort(broken.begin(), broken.end());
        return broken.empty() ? all : withBroken(all, broken);
    }

    static std::vector<ChunkIds> withBroken(const std::vector<ChunkIds> &chunks,
                                            const std::vector<std::uint64_t> &broken)
    {
        std::map<std::uint64_t, std::vector<std::uint64_t>>
            behind; // a chunk's number, or 0 for none, plus one
        std::set<std::uint64_t> known;
        for (const ChunkIds &ids : chunks)
            known.insert(ids.chunk + 1);
        for (const std::uint64_t chunk : broken) {
            const auto next = known.upper_bound(chunk);
            behind[next == known.begin() ? 0 : *std::prev(next)].push_back(chunk);
        }
        std::vector<ChunkIds> all;
        const auto add = [&](std::uint64_t place) {
            for (const std::uint64_t chunk : behind[place])
                all.push_back({chunk, 0, 0, true});
        };
        add(0);
        for (const ChunkIds &ids : chunks) {
            all.push_back(ids);
            add(ids.chunk + 1);
        }
        return all;
    }

    /// Whether the chunk in m_buffer is as its checksums say.
    bool isWhole(std::size_t bytes) const
    {
        const std::uint8_t *data = m_buffer.data();
        if (bytes < kChunkHeader || !isChunk(data))
            return false;
        const std::size_t free = readAt<std::uint32_t>(data + kChunkFree);
        if (free < kChunkHeader || free > bytes)
            return false;
        if (!m_checked)
            return true;
        return chunkHeaderCrc(data) == readAt<std::uint32_t>(data + kChunkCrc)
            && chunkRecordsCrc(data, free) == readAt<std::uint32_t>(data + kChunkRecordsCrc);
    }

    /// False when the chunk is still being written.
    Result<bool> readChunk(const ReadOnlyFile &file, std::uint64_t chunk, LiveBatch &batch)
    {
        const auto got =
            file.read(kEvtxHeaderBytes + chunk * kEvtxChunkBytes, std::span(m_buffer).first(kEvtxChunkBytes));
        if (!got)
            return tl::unexpected(got.error());
        std::fill(m_buffer.begin() + static_cast<std::ptrdiff_t>(*got), m_buffer.end(), std::uint8_t{0});
        const std::uint64_t start = kEvtxHeaderBytes + chunk * kEvtxChunkBytes;
        const std::uint32_t headerSum = libdeflate_crc32(0, m_buffer.data(), kChunkHeader);
        const bool isBroken = std::memcmp(m_buffer.data(), kSignature.data(), kSignature.size()) != 0;
        std::array<std::uint8_t, kSignature.size()> signature = {};
        std::copy_n(m_buffer.begin(), signature.size(), signature.begin());
        const bool isMended = isBroken && mendSignature(*got);
        const bool whole = isMended || isWhole(*got);
        const bool ownChunk = m_place && chunk == m_place->chunk;
        const std::uint64_t first = readAt<std::uint64_t>(m_buffer.data() + kChunkFirstId);
        const std::uint64_t missed =
            whole && !ownChunk && m_seen > 0 && first > m_seen ? first - m_seen - 1 : 0;
        // A file that is copied or written in no order may get the records between later.
        const bool isBehindBroken = chunk > 0 && m_done.contains(chunk - 1);
        if ((!whole || isBroken || (missed > 0 && !isBehindBroken)) && !isPatienceOver(chunk, *got))
            return false;
        if (missed > kMostMissed) {
            if (!batch.events.events.empty() || !batch.events.damage.empty())
                return false; // that is of the old one
            beginAgain(batch);
        } else if (missed > 0) {
            batch.events.damage.push_back(
                {"records " + std::to_string(m_seen + 1) + " to " + std::to_string(first - 1)
                     + (isBehindBroken
                            ? " are gone: the chunk before is damaged"
                            : " are gone: the log was rolled over or cleared before they were read"),
                 {},
                 m_seen + 1,
                 missed});
        }
        if (m_tornChunk == chunk)
            m_tornChunk.reset();
        if (!ownChunk && !isBroken)
            m_named.clear();
        if (isBroken)
            m_done[chunk] = headerSum;
        if (isMended && !ownChunk) // else it was named
            batch.events.damage.push_back({"no chunk signature", start, {}, 0});
        decode(chunk, *got, whole, batch.events);
        if (m_header && m_place->chunk == chunk) // as it is in the file
            std::copy(signature.begin(), signature.end(), m_header->begin());
        return true;
    }

    /// Puts the signature into the chunk in m_buffer where that alone is missing, by the checksums.
    bool mendSignature(std::size_t bytes)
    {
        if (!m_checked || bytes < kChunkHeader)
            return false;
        std::array<std::uint8_t, kSignature.size()> found = {};
        std::copy_n(m_buffer.begin(), found.size(), found.begin());
        std::copy(kSignature.begin(), kSignature.end(), m_buffer.begin());
        const bool isMended = isWhole(bytes);
        if (!isMended)
            std::copy(found.begin(), found.end(), m_buffer.begin());
        return isMended;
    }

    /// Whether the unfinished chunk has stayed as it is for long enough.
    bool isPatienceOver(std::uint64_t chunk, std::size_t bytes)
    {
        const std::uint32_t sum = libdeflate_crc32(0, m_buffer.data(), bytes);
        if (!m_tornChunk || *m_tornChunk != chunk || m_tornSum != sum) {
            m_tornChunk = chunk;
            m_tornSum = sum;
            m_tornUntil = m_clock->now() + kTornPatience;
        }
        return m_clock->now() >= m_tornUntil;
    }

    void decode(std::uint64_t chunk, std::size_t bytes, bool whole, EventBatch &out)
    {
        const std::size_t firstEvent = out.events.size(), firstDamage = out.damage.size();
        m_decoder.decode({m_buffer.data(), bytes, false}, chunk, {m_checked, false, true},
                         [&out]() -> EventBatch & { return out; });
        const std::uint64_t before = m_seen;
        std::erase_if(out.events, [&, index = std::size_t{0}](const Event &event) mutable {
            return index++ >= firstEvent
                && (event.headerRecordId.value_or(0) <= before || (event.recovered && whole));
        });
        // Behind the last record read, and not named before.
        std::erase_if(out.damage, [&, index = std::size_t{0}](const Damage &damage) mutable {
            return index++ >= firstDamage
                && (damage.slack || (damage.recordId && *damage.recordId <= before)
                    || !m_named.insert(damage.offset.value_or(0)).second);
        });
        const std::uint64_t start = kEvtxHeaderBytes + chunk * kEvtxChunkBytes;
        for (std::size_t i = firstEvent; i < out.events.size(); ++i) {
            const Event &event = out.events[i];
            if (*event.headerRecordId <= m_seen)
                continue;
            m_seen = *event.headerRecordId;
            m_place =
                Place{chunk, *event.offset, m_seen,
                      readAt<std::uint64_t>(m_buffer.data() + (*event.offset - start) + kRecordWritten)};
        }
        // Records that cannot be read are named, and not a gap.
        const std::uint64_t first = readAt<std::uint64_t>(m_buffer.data() + kChunkFirstId);
        for (std::size_t i = firstDamage; i < out.damage.size(); ++i)
            if (const auto id = out.damage[i].recordId; id && *id > m_seen && *id - first < kEvtxChunkBytes)
                m_seen = *id;
        if (m_place && m_place->chunk == chunk) {
            m_header.emplace();
            std::copy_n(m_buffer.begin(), kChunkHeader, m_header->begin());
        }
    }

    const std::shared_ptr<const LiveClock> m_clock;
    std::vector<std::uint8_t> m_buffer; ///< A chunk.
    ChunkDecoder m_decoder;
    bool m_checked = true;
    bool m_drained = false;
    std::uint64_t m_chunks = 0;
    std::optional<Place> m_place;
    std::uint64_t m_seen = 0; ///< Records up to this id are done with.
    std::optional<ChunkHeader> m_header; ///< Of the chunk of m_place, as it was when read.
    std::vector<std::uint64_t> m_waiting; ///< Chunks to be read, oldest first.
    std::chrono::milliseconds m_lookAtAll{0};
    std::optional<std::uint64_t> m_tornChunk;
    std::uint32_t m_tornSum = 0;
    std::chrono::milliseconds m_tornUntil{0};
    std::map<std::uint64_t, std::uint32_t>
        m_done; ///< Broken chunks that were read: the sums of their headers.
    std::optional<std::uint32_t> m_wrongHeader; ///< The sum of a file header that does not fit its checksum.
    std::chrono::milliseconds m_wrongUntil{0};
    bool m_headerNamed = false;
    std::set<std::uint64_t> m_named; ///< Places of damage in the chunk of m_place that were told.
};

} // namespace

std::unique_ptr<FollowedContent> followEvtx(const std::string &bookmark,
                                            std::shared_ptr<const LiveClock> clock)
{
    return std::make_unique<FollowedEvtx>(bookmark, std::move(clock));
}

} // namespace lolscope
