#include "tests/support/evtxwriter.h"

#include <stdexcept>
#include <zlib.h>

namespace lolscope::test {
namespace {

constexpr std::size_t kFileHeaderBytes = 4096;
constexpr char kEventNamespace[] = "http://schemas.microsoft.com/win/2004/08/events/event";

/// The values of Windows' own template for the System part, in its order.
enum SystemSlot : std::uint16_t {
    LevelSlot,
    OpcodeSlot,
    TaskSlot,
    EventIdSlot,
    QualifiersSlot,
    KeywordsSlot,
    TimeSlot,
    ActivitySlot,
    ProcessIdSlot,
    ThreadIdSlot,
    RecordIdSlot,
    VersionSlot,
    UserSlot,
    RelatedActivitySlot,
    ProviderNameSlot,
    ProviderGuidSlot,
    ChannelSlot,
    DataSlot,
    SlotCount,
};

std::uint64_t toFileTime(Timestamp time)
{
    constexpr std::int64_t k1601To1970Ticks = 116'444'736'000'000'000;
    return static_cast<std::uint64_t>(time.time_since_epoch().count() + k1601To1970Ticks);
}

std::string systemTime(Timestamp time, int digits)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    std::string fraction = std::to_string(10'000'000 + (time - seconds).count()).substr(1);
    fraction.resize(static_cast<std::size_t>(digits), '0');
    return formatTimestamp(Timestamp(seconds)).substr(0, 19) + '.' + fraction + 'Z';
}

Element valueElement(std::string name, SystemSlot slot, ValueType type)
{
    return {.name = std::move(name), .content = Substitution{slot, type}, .dependency = slot};
}

/// What Windows writes: the computer is fixed text of the template, all else are values.
Element eventTemplate(const std::string &computer, bool withData)
{
    using enum ValueType;
    Element system{.name = "System"};
    system.children = {
        {.name = "Provider",
         .attributes = {{"Name", Substitution{ProviderNameSlot, String}},
                        {"Guid", Substitution{ProviderGuidSlot, Guid}}}},
        {.name = "EventID",
         .attributes = {{"Qualifiers", Substitution{QualifiersSlot, UInt16}}},
         .content = Substitution{EventIdSlot, UInt16},
         .dependency = EventIdSlot},
        valueElement("Version", VersionSlot, UInt8),
        valueElement("Level", LevelSlot, UInt8),
        valueElement("Task", TaskSlot, UInt16),
        valueElement("Opcode", OpcodeSlot, UInt8),
        valueElement("Keywords", KeywordsSlot, HexInt64),
        {.name = "TimeCreated", .attributes = {{"SystemTime", Substitution{TimeSlot, FileTime}}}},
        valueElement("EventRecordID", RecordIdSlot, UInt64),
        {.name = "Correlation",
         .attributes = {{"ActivityID", Substitution{ActivitySlot, Guid}},
                        {"RelatedActivityID", Substitution{RelatedActivitySlot, Guid}}}},
        {.name = "Execution",
         .attributes = {{"ProcessID", Substitution{ProcessIdSlot, UInt32}},
                        {"ThreadID", Substitution{ThreadIdSlot, UInt32}}}},
        valueElement("Channel", ChannelSlot, String),
        {.name = "Computer", .content = computer},
        {.name = "Security", .attributes = {{"UserID", Substitution{UserSlot, Sid}}}},
    };
    return {.name = "Event",
            .attributes = {{"xmlns", kEventNamespace}},
            .content = withData ? Content(Substitution{DataSlot, BinXml}) : Content(),
            .children = {std::move(system)},
            .dependency = withData ? std::uint16_t{DataSlot} : Element::kNoDependency};
}

Slot slotOf(const DataField &field)
{
    return {field.type, field.bytes ? *field.bytes : encodeValue(field.type, field.value)};
}

std::vector<Attribute> nameAttribute(const DataField &field)
{
    if (field.name.empty())
        return {};
    return {{"Name", field.name}};
}

Instance dataInstance(const std::vector<DataField> &data)
{
    Instance result{.root = {.name = "EventData"}, .slots = {}};
    for (const DataField &field : data) {
        const auto index = static_cast<std::uint16_t>(result.slots.size());
        // A template says what may come and whether it may be null; that it is null shows in the record.
        const bool null = field.type == ValueType::Null;
        result.root.children.push_back(
            {.name = "Data",
             .attributes = nameAttribute(field),
             .content = Substitution{index, null ? ValueType::String : field.type, null}});
        result.slots.push_back(slotOf(field));
    }
    return result;
}

Instance templated(const RecordSpec &record, std::uint64_t recordId)
{
    using enum ValueType;
    Instance result{.root = eventTemplate(record.computer, !record.data.empty()),
                    .slots = std::vector<Slot>(SlotCount)};
    const auto set = [&](SystemSlot slot, ValueType type, const std::string &text) {
        result.slots[slot] = {type, encodeValue(type, text)};
    };
    const auto setTime = [&](SystemSlot slot, Timestamp time) {
        result.slots[slot] = {FileTime, encodeValue(UInt64, std::to_string(toFileTime(time)))};
    };
    set(LevelSlot, UInt8, std::to_string(record.level));
    set(OpcodeSlot, UInt8, std::to_string(record.opcode));
    set(TaskSlot, UInt16, std::to_string(record.task));
    set(EventIdSlot, UInt16, std::to_string(record.eventId));
    result.slots[KeywordsSlot] = {HexInt64, encodeValue(UInt64, std::to_string(record.keywords))};
    setTime(TimeSlot, record.time);
    set(ProcessIdSlot, UInt32, std::to_string(record.processId));
    set(ThreadIdSlot, UInt32, std::to_string(record.threadId));
    if (record.withRecordId)
        set(RecordIdSlot, UInt64, std::to_string(recordId));
    set(VersionSlot, UInt8, std::to_string(record.version));
    if (!record.userSid.empty())
        set(UserSlot, Sid, record.userSid);
    set(ProviderNameSlot, String, record.provider);
    if (!record.providerGuid.empty())
        set(ProviderGuidSlot, Guid, record.providerGuid);
    set(ChannelSlot, String, record.channel);
    if (!record.data.empty())
        result.slots[DataSlot] = {BinXml, {}, std::make_shared<Instance>(dataInstance(record.data))};
    return result;
}

std::string hexadecimal(std::uint64_t value)
{
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
        value >>= 4;
    } while (value);
    return "0x" + digits;
}

Element inlined(const RecordSpec &record, std::uint64_t recordId)
{
    const auto text = [](std::string name, std::string value) {
        return Element{.name = std::move(name), .content = std::move(value)};
    };
    Element provider{.name = "Provider", .attributes = {{"Name", record.provider}}};
    if (!record.providerGuid.empty())
        provider.attributes.push_back({"Guid", record.providerGuid});
    Element system{.name = "System"};
    system.children = {std::move(provider),
                       text("EventID", std::to_string(record.eventId)),
                       text("Version", std::to_string(record.version)),
                       text("Level", std::to_string(record.level)),
                       text("Task", std::to_string(record.task)),
                       text("Opcode", std::to_string(record.opcode)),
                       text("Keywords", hexadecimal(record.keywords)),
                       {.name = "TimeCreated", .attributes = {{"SystemTime", systemTime(record.time, 9)}}}};
    if (record.withRecordId)
        system.children.push_back(text("EventRecordID", std::to_string(recordId)));
    system.children.push_back({.name = "Correlation"});
    system.children.push_back({.name = "Execution",
                               .attributes = {{"ProcessID", std::to_string(record.processId)},
                                              {"ThreadID", std::to_string(record.threadId)}}});
    if (!record.channel.empty())
        system.children.push_back(text("Channel", record.channel));
    system.children.push_back(text("Computer", record.computer));
    Element security{.name = "Security"};
    if (!record.userSid.empty())
        security.attributes.push_back({"UserID", record.userSid});
    system.children.push_back(std::move(security));

    Element data{.name = "EventData"};
    for (const DataField &field : record.data) {
        Element child{.name = "Data", .attributes = nameAttribute(field)};
        if (!field.value.empty())
            child.content = field.value;
        data.children.push_back(std::move(child));
    }
    Element event{.name = "Event", .attributes = {{"xmlns", kEventNamespace}}};
    event.children = {std::move(system), std::move(data)};
    return event;
}

} // namespace

EvtxWriter::EvtxWriter(const std::filesystem::path &path, EvtxOptions options)
    : m_path(path)
    , m_options(options)
    , m_file(path, std::ios::binary | std::ios::trunc)
    , m_nextId(options.firstRecordId)
{
    m_file << std::string(kFileHeaderBytes, '\0');
}

void EvtxWriter::add(const RecordSpec &record)
{
    const std::uint64_t headerId = record.headerRecordId.value_or(m_nextId);
    const std::uint64_t recordId = record.recordId.value_or(headerId);
    const RecordBody body =
        record.forwarded ? RecordBody(inlined(record, recordId)) : RecordBody(templated(record, recordId));
    const std::uint64_t written = toFileTime(record.written.value_or(record.time));
    if (m_options.recordsPerChunk && m_chunk.recordCount() >= m_options.recordsPerChunk)
        writeChunk();
    if (!m_chunk.add(headerId, written, body)) {
        if (m_chunk.recordCount() == 0)
            throw std::length_error("record too large for a chunk");
        writeChunk();
        if (!m_chunk.add(headerId, written, body))
            throw std::length_error("record too large for a chunk");
    }
    m_nextId = headerId + 1;
}

void EvtxWriter::writeChunk()
{
    m_file << m_chunk.seal(m_recordCount + 1);
    m_recordCount += m_chunk.recordCount();
    ++m_chunkCount;
    m_chunk = ChunkWriter();
}

Result<void> EvtxWriter::finish()
{
    if (m_chunk.recordCount() > 0 || m_chunkCount == 0)
        writeChunk();
    const std::uint64_t count = m_options.staleCount ? 1 : m_chunkCount;
    std::string header(kFileHeaderBytes, '\0');
    header.replace(0, 8, std::string("ElfFile\0", 8));
    patch(header, 16, count - 1, 8);
    patch(header, 24, m_nextId, 8);
    patch(header, 32, 128, 4);
    patch(header, 36, 1, 2); // minor version
    patch(header, 38, 3, 2); // major version
    patch(header, 40, kFileHeaderBytes, 2);
    patch(header, 42, count, 2);
    patch(header, 120, m_options.dirty ? 1 : 0, 4);
    patch(header, 124, crc32(0, reinterpret_cast<const Bytef *>(header.data()), 120), 4);
    m_file.seekp(0);
    m_file << header;
    m_file.close();
    if (!m_file)
        return fail(ErrorCode::Io, "cannot write the event log", m_path.string());
    return {};
}

} // namespace lolscope::test
