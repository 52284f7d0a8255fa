#pragma once

#include "model/base/arena.h"
#include "model/base/timestamp.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lolscope {

/// Where a field's value comes from. Rules see all of them as one event; the analyst is told which.
enum class FieldSource : std::uint8_t {
    Event, ///< The record itself.
    ProcessStart, ///< Joined from the start of the event's process.
    AskedName, ///< Joined: the name the process (or its host) asked DNS for.
};

/// One named value of an event, as text. A field that is there without a value is an empty text; a field
/// that is not there is null. A name may repeat: the field then has several values.
struct Field
{
    std::string_view name;
    std::string_view value;
    FieldSource source = FieldSource::Event;
};

/// One record of an event log, as views. They point into the EventBatch (or whatever storage made the
/// event) and are valid as long as that is.
///
/// Field names: EventData `Data` elements by their Name with blanks removed, unnamed ones `Data`;
/// UserData by leaf element names; System values beyond the members by Sigma's names
/// (`Provider_Guid`, `Execution_ProcessID`, `Security_UserID`, ...).
struct Event
{
    std::string_view provider;
    std::string_view channel;
    std::string_view computer;
    std::uint32_t eventId = 0; ///< System/EventID, 0..65535.
    std::uint32_t version = 0;
    std::uint32_t level = 0;
    std::optional<std::uint64_t> recordId; ///< System/EventRecordID; forwarded records may lack it.
    std::optional<Timestamp> timeCreated; ///< System/TimeCreated; empty when absent or malformed.
    std::span<const Field> system; ///< The other System values.
    std::span<const Field> data; ///< EventData or UserData, in record order.

    // Where it was read.
    std::optional<std::uint64_t> offset; ///< Byte offset of the record in its evidence.
    std::optional<std::uint32_t> chunk; ///< Chunk number from 0; empty for XML.
    std::optional<std::uint64_t> headerRecordId; ///< The record header's id, which may differ from recordId.
    bool recovered = false; ///< From slack or damage, not from the live log.
    std::string_view
        xml; ///< The record as XML text with all its structure, where the reader was asked for it.
};

/// Counts what an event holds while it is made, against limits within which a case can store it and give it
/// back. Windows itself writes 128 values at most, in 64 KiB
/// (https://learn.microsoft.com/windows/win32/api/evntprov/nf-evntprov-eventwrite). Names are counted for
/// each value: each item of an array is a field, so that little text could ask for gigabytes of them.
class EventSize
{
public:
    static constexpr std::size_t kMostFields = 65'536;
    static constexpr std::size_t kMostNameBytes = std::size_t{1} << 20;
    static constexpr std::size_t kMostValueBytes = std::size_t{8} << 20;
    static constexpr const char *kExceeded =
        "an event of more than 65536 fields, 1 MiB of names or 8 MiB of values";

    /// False when the event holds too much with this field.
    bool add(std::string_view name, std::string_view value)
    {
        ++m_fields;
        m_nameBytes += name.size();
        m_valueBytes += value.size();
        return isAllowed();
    }
    bool isAllowed() const
    {
        return m_fields <= kMostFields && m_nameBytes <= kMostNameBytes && m_valueBytes <= kMostValueBytes;
    }

private:
    std::size_t m_fields = 0, m_nameBytes = 0, m_valueBytes = 0;
};

/// The first value of the field `name` in `event.data`; empty optional when the event has no such field.
/// Names compare exactly.
std::optional<std::string_view> fieldOf(const Event &event, std::string_view name);

/// What stands in for the provider of an event that does not name it: its EventSourceName, else its Guid,
/// else nothing. Readers put it into Event::provider.
std::string_view providerBesideName(std::span<const Field> system);

/// When it happened: UtcTime where the event carries a valid one (Sysmon), else TimeCreated.
std::optional<Timestamp> eventTime(const Event &event);

/// Something a reader could not turn into an event.
struct Damage
{
    std::string reason; ///< English.
    std::optional<std::uint64_t> offset = {}; ///< Byte offset in the evidence.
    std::optional<std::uint64_t> recordId = {};
    std::uint64_t records = 0; ///< Live records lost by it, where known.
    bool slack = false; ///< About leftovers behind the live records: nothing of the log itself is lost.
};

/// Events with the storage their views point into. Reused: clear() keeps the memory.
/// The texts of events in a batch may be read for Arena::kReadAhead bytes past their end.
class EventBatch
{
public:
    EventBatch() = default;
    EventBatch(const EventBatch &) = delete;
    EventBatch &operator=(const EventBatch &) = delete;

    void clear();
    /// Exchanges everything with `other`; views stay valid, and belong to the other batch then.
    void swap(EventBatch &other) noexcept;

    /// Copies `text` into the batch.
    std::string_view keep(std::string_view text) { return m_storage.keep(text); }
    std::span<const Field> keep(std::span<const Field> fields); ///< Copies the views, not their texts.

    /// Room for a text that is written in place, see Arena.
    char *reserve(std::size_t bytes) { return m_storage.reserve(bytes); }
    std::string_view commit(std::size_t bytes) { return m_storage.commit(bytes); }

    std::size_t bytes() const { return m_storage.bytes(); } ///< Of the texts and fields kept.

    /// Keeps `owner` alive as long as the events, for views into an arena shared by many batches.
    void hold(std::shared_ptr<const void> owner) { m_held.push_back(std::move(owner)); }

    std::vector<Event> events;
    std::vector<Damage> damage;
    /// What ReadOptions::prepare made of the events: text, or something of a type its caller knows.
    std::string prepared;
    struct Attachment
    {
        virtual ~Attachment() = default;
    };
    std::unique_ptr<Attachment> attached;

private:
    Arena m_storage{std::size_t{256} * 1024};
    std::vector<std::shared_ptr<const void>> m_held;
};

} // namespace lolscope
