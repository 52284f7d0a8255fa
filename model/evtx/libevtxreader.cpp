#include "model/evtx/libevtxreader.h"

#include "model/evtx/eventxml.h"
#include "model/evtx/evtxstructure.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

// Debian's libevtx.h wants libbfio.h, which libevtx-dev does not bring; we open by path only.
#include <libevtx/features.h>
#undef LIBEVTX_HAVE_BFIO
#include <libevtx.h>

namespace lolscope {

namespace {

struct FileDeleter
{
    void operator()(libevtx_file_t *file) const noexcept { libevtx_file_free(&file, nullptr); }
};
struct RecordDeleter
{
    void operator()(libevtx_record_t *record) const noexcept { libevtx_record_free(&record, nullptr); }
};
using FilePtr = std::unique_ptr<libevtx_file_t, FileDeleter>;
using RecordPtr = std::unique_ptr<libevtx_record_t, RecordDeleter>;

/// Takes ownership of `raw`. The first line of libevtx's backtrace is the deepest cause.
std::string reasonOf(libevtx_error_t *raw)
{
    std::array<char, 1024> text = {};
    const bool known = raw && libevtx_error_sprint(raw, text.data(), text.size()) > 0;
    libevtx_error_free(&raw);
    std::string reason = known ? text.data() : "no reason given";
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    // Its messages end in the record's index, which would make each a reason of its own.
    const auto colon = reason.rfind(": ");
    if (colon != std::string::npos && reason.find_first_not_of("0123456789.", colon + 2) == std::string::npos)
        reason.resize(colon);
    return "libevtx: " + reason;
}

/// libevtx pads HexInt32 and HexInt64 with zeros; Windows writes them without, and rules compare with that.
/// Only for fields that a manifest types so, since a string value may rightly look like this: all of them in
/// the Security log, two in Sysmon's.
bool isPaddedHex(std::string_view text)
{
    return (text.size() == 10 || text.size() == 18) && text.substr(0, 3) == "0x0"
        && text.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

void unpadHex(Event &event, EventBatch &batch)
{
    const bool security = event.provider == "Microsoft-Windows-Security-Auditing";
    const bool sysmon = event.provider == "Microsoft-Windows-Sysmon";
    if (!security && !sysmon)
        return;
    std::vector<Field> fields(event.data.begin(), event.data.end());
    for (Field &field : fields) {
        if (!isPaddedHex(field.value) || (sysmon && field.name != "LogonId" && field.name != "GrantedAccess"))
            continue;
        const auto digit = std::min(field.value.find_first_not_of('0', 2), field.value.size() - 1);
        field.value = batch.keep("0x" + std::string(field.value.substr(digit)));
    }
    event.data = batch.keep(std::span<const Field>(fields));
}

class LibevtxReader : public EventReader
{
public:
    LibevtxReader(FilePtr file, EvtxStructure structure, std::uint64_t bytes)
        : m_file(std::move(file))
        , m_structure(std::move(structure))
        , m_bytes(bytes)
        , m_taken(m_structure.records.size())
    {
        for (std::size_t i = 0; i < m_structure.records.size(); ++i)
            m_byId.emplace(m_structure.records[i].id, i);
    }

    bool open()
    {
        return libevtx_file_get_number_of_records(m_file.get(), &m_live, nullptr) == 1
            && libevtx_file_get_number_of_recovered_records(m_file.get(), &m_recovered, nullptr) == 1;
    }

    Result<bool> next(EventBatch &batch) override
    {
        batch.clear();
        if (m_index == 0)
            batch.damage = std::move(m_structure.damage);
        while (m_index < m_live + m_recovered && batch.events.size() < kBatchEvents)
            readRecord(m_index++, batch);
        if (m_index < m_live + m_recovered)
            return true;
        if (!m_ended) {
            m_ended = true;
            reportMissing(batch);
            return true;
        }
        return !batch.events.empty() || !batch.damage.empty();
    }

    std::uint64_t bytesDone() const override
    {
        const auto all = static_cast<std::uint64_t>(m_live + m_recovered);
        return all == 0 ? m_bytes : m_bytes * static_cast<std::uint64_t>(m_index) / all;
    }

private:
    void readRecord(int index, EventBatch &batch)
    {
        const bool recovered = index >= m_live;
        libevtx_error_t *error = nullptr;
        libevtx_record_t *raw = nullptr;
        const int got = recovered
            ? libevtx_file_get_recovered_record_by_index(m_file.get(), index - m_live, &raw, &error)
            : libevtx_file_get_record_by_index(m_file.get(), index, &raw, &error);
        if (got != 1) {
            std::string reason = reasonOf(error);
            if (recovered)
                unrecovered(std::move(reason));
            else
                m_unplaced.push_back(std::move(reason));
            return;
        }
        const RecordPtr record(raw);
        std::optional<std::uint64_t> id = 0;
        if (libevtx_record_get_identifier(raw, &*id, nullptr) != 1)
            id.reset();
        // What libevtx calls recovered may be a live record of a chunk that the file header does not count.
        const auto place = id ? takePlace(*id) : std::nullopt;

        std::string xml;
        std::string reason;
        auto event =
            renderXml(raw, xml, reason) ? parseEventXml(xml, batch) : fail(ErrorCode::Corrupt, reason);
        if (!event) {
            if (recovered)
                unrecovered(std::move(event.error().detail));
            else
                batch.damage.push_back({event.error().detail, place, id, 1});
            return;
        }
        unpadHex(*event, batch);
        event->offset = place;
        if (place && *place >= kEvtxHeaderBytes)
            event->chunk = static_cast<std::uint32_t>((*place - kEvtxHeaderBytes) / kEvtxChunkBytes);
        event->headerRecordId = id;
        event->recovered = recovered;
        batch.events.push_back(*event);
    }

    static bool renderXml(libevtx_record_t *record, std::string &xml, std::string &reason)
    {
        libevtx_error_t *error = nullptr;
        std::size_t bytes = 0; // with the final NUL
        if (libevtx_record_get_utf8_xml_string_size(record, &bytes, &error) != 1) {
            reason = reasonOf(error);
            return false;
        }
        if (bytes > kMaxEventXmlBytes) {
            reason = "event XML of " + std::to_string(bytes) + " bytes";
            return false;
        }
        xml.resize(bytes);
        if (bytes == 0
            || libevtx_record_get_utf8_xml_string(record, reinterpret_cast<std::uint8_t *>(xml.data()), bytes,
                                                  &error)
                != 1) {
            reason = reasonOf(error);
            return false;
        }
        xml.pop_back();
        return true;
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

    FilePtr m_file;
    EvtxStructure m_structure;
    std::uint64_t m_bytes;
    int m_live = 0;
    int m_recovered = 0;
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
    const std::string source = path.string();
    auto structure = evtxStructure(path);
    if (!structure)
        return tl::unexpected(structure.error());
    libevtx_error_t *error = nullptr;
    libevtx_file_t *raw = nullptr;
    if (libevtx_file_initialize(&raw, &error) != 1)
        return fail(ErrorCode::Internal, reasonOf(error), source);
    FilePtr file(raw);
    if (libevtx_file_open(raw, source.c_str(), LIBEVTX_OPEN_READ, &error) != 1)
        return fail(ErrorCode::Corrupt, reasonOf(error), source);
    std::error_code status;
    const auto bytes = std::filesystem::file_size(path, status);
    auto reader = std::make_unique<LibevtxReader>(std::move(file), std::move(*structure), bytes);
    if (!reader->open())
        return fail(ErrorCode::Corrupt, "libevtx cannot count the records", source);
    return reader;
}

} // namespace lolscope
