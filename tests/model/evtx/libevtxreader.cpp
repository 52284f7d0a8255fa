#include "tests/model/evtx/libevtxreader.h"

#include "model/evtx/eventxml.h"
#include "model/evtx/libevtxfile.h"
#include "model/evtx/paddedhex.h"
#include "tests/support/evtxstructure.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace lolscope::test {

namespace {

class LibevtxReader : public EventReader
{
public:
    LibevtxReader(LibevtxFile file, EvtxStructure structure)
        : m_file(std::move(file))
        , m_structure(std::move(structure))
        , m_taken(m_structure.records.size())
    {
        for (std::size_t i = 0; i < m_structure.records.size(); ++i)
            m_byId.emplace(m_structure.records[i].id, i);
    }

    Result<bool> next(EventBatch &batch) override
    {
        batch.clear();
        if (m_index == 0)
            batch.damage = std::move(m_structure.damage);
        while (m_index < count() && batch.events.size() < kBatchEvents)
            readRecord(m_index++, batch);
        if (m_index < count())
            return true;
        if (!m_ended) {
            m_ended = true;
            reportMissing(batch);
            return true;
        }
        return !batch.events.empty() || !batch.damage.empty();
    }

    std::uint64_t bytesDone() const override { return static_cast<std::uint64_t>(m_index); }

private:
    int count() const { return m_file.liveCount() + m_file.recoveredCount(); }

    void readRecord(int index, EventBatch &batch)
    {
        const bool recovered = index >= m_file.liveCount();
        LibevtxFile::Record record =
            recovered ? m_file.recovered(index - m_file.liveCount()) : m_file.live(index);
        if (!record.id) {
            if (recovered)
                unrecovered(std::move(record.reason));
            else
                m_unplaced.push_back(std::move(record.reason));
            return;
        }
        // What libevtx calls recovered may be a live record of a chunk that the file header does not count.
        const auto place = takePlace(*record.id);
        auto event = record.reason.empty() ? parseEventXml(record.xml, batch)
                                           : fail(ErrorCode::Corrupt, record.reason);
        if (!event) {
            if (recovered)
                unrecovered(std::move(event.error().detail));
            else
                batch.damage.push_back({event.error().detail, place, record.id, 1});
            return;
        }
        unpadHex(*event, batch);
        event->offset = place;
        if (place && *place >= kEvtxHeaderBytes)
            event->chunk = static_cast<std::uint32_t>((*place - kEvtxHeaderBytes) / kEvtxChunkBytes);
        event->headerRecordId = record.id;
        event->recovered = recovered;
        event->xml = batch.keep(record.xml);
        batch.events.push_back(*event);
    }

    /// The first live record with this id that was not given yet. libevtx tells no offsets, but it goes
    /// through the file in order, so nearly always this is the next one.
    std::optional<std::uint64_t> takePlace(std::uint64_t id)
    {
        const auto &places = m_structure.records;
        const auto matches = [&](std::size_t i) { return !m_taken[i] && places[i].id == id; };
        std::size_t at = m_nextPlace;
        if (at >= places.size() || !matches(at)) {
            const auto [from, to] = m_byId.equal_range(id);
            const auto found =
                std::find_if(from, to, [&](const auto &entry) { return matches(entry.second); });
            if (found == to)
                return {};
            at = found->second;
        }
        m_taken[at] = true;
        m_nextPlace = at + 1;
        return places[at].offset;
    }

    void unrecovered(std::string reason)
    {
        if (m_unrecovered++ == 0)
            m_unrecoveredReason = std::move(reason);
    }

    /// Names every live record of the structure that libevtx did not give.
    void reportMissing(EventBatch &batch)
    {
        std::size_t named = 0;
        for (std::size_t i = 0; i < m_structure.records.size(); ++i) {
            if (m_taken[i])
                continue;
            const auto &place = m_structure.records[i];
            const bool hasReason = named < m_unplaced.size();
            batch.damage.push_back({hasReason ? m_unplaced[named] : "libevtx passed over this record",
                                    place.offset, place.id, 1});
            ++named;
        }
        for (; named < m_unplaced.size(); ++named)
            batch.damage.push_back({m_unplaced[named], {}, {}, 1});
        if (m_unrecovered != 0)
            batch.damage.push_back(
                {std::to_string(m_unrecovered)
                     + " leftovers behind the live records cannot be read; the first: " + m_unrecoveredReason,
                 {},
                 {},
                 0,
                 true});
    }

    LibevtxFile m_file;
    EvtxStructure m_structure;
    int m_index = 0;
    bool m_ended = false;
    std::vector<bool> m_taken; // by index of m_structure.records: given
    std::unordered_multimap<std::uint64_t, std::size_t> m_byId; // record id -> index
    std::size_t m_nextPlace = 0;
    std::uint64_t m_unrecovered = 0;
    std::string m_unrecoveredReason;
    std::vector<std::string> m_unplaced; // reasons of live records that libevtx could not even identify
};

} // namespace

Result<std::unique_ptr<EventReader>> openWithLibevtx(const std::filesystem::path &path)
{
    auto structure = evtxStructure(path);
    if (!structure)
        return tl::unexpected(structure.error());
    auto file = LibevtxFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    return std::make_unique<LibevtxReader>(std::move(*file), std::move(*structure));
}

} // namespace lolscope::test
