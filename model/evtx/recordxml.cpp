#include "model/evtx/recordxml.h"

#include "model/base/files.h"
#include "model/base/text.h"
#include "model/evtx/eventextractor.h"
#include "model/evtx/evtxfile.h"
#include "model/evtx/xmlreader.h"
#include "model/evtx/xmlrenderer.h"

#include <algorithm>
#include <vector>

namespace lolscope {

namespace {

bool isSame(std::span<const Field> one, std::span<const Field> other)
{
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](const Field &a, const Field &b) { return a.name == b.name && a.value == b.value; });
}

bool isSame(const Event &one, const Event &other)
{
    return one.eventId == other.eventId && one.version == other.version && one.level == other.level
        && one.recordId == other.recordId && one.timeCreated == other.timeCreated
        && one.headerRecordId == other.headerRecordId && one.provider == other.provider
        && one.channel == other.channel && equalsFolded(one.computer, other.computer)
        && isSame(one.system, other.system) && isSame(one.data, other.data);
}

/// The record at `at` as a decoder of the whole chunk would take it.
std::optional<ChunkRecord> recordAt(const binxml::ChunkBytes &chunk, std::size_t at, bool recovered)
{
    if (recovered) {
        const auto found = findRecord(chunk, at);
        return found && found->at == at ? found : std::nullopt;
    }
    ChunkOutline outline;
    outlineChunk(chunk, 0, {false, false, false}, outline);
    const auto found = std::find_if(outline.records.begin(), outline.records.end(),
                                    [at](const ChunkRecord &record) { return record.at == at; });
    return found != outline.records.end() && !found->cut ? std::optional(*found) : std::nullopt;
}

Result<std::string> evtxRecordXml(const std::filesystem::path &path, const Event &event, EventBatch &batch)
{
    const auto file = EvtxFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    const std::uint64_t offset = *event.offset;
    const std::uint64_t number = *event.chunk;
    if (number >= file->chunkCount() || offset < EvtxFile::chunkOffset(number)
        || offset - EvtxFile::chunkOffset(number) >= kEvtxChunkBytes)
        return fail(ErrorCode::Corrupt, "the file has no such chunk any more", path.string(), offset);
    std::vector<std::uint8_t> buffer(kEvtxChunkBytes + kReadAhead);
    const auto got = file->read(number, std::span(buffer).first(kEvtxChunkBytes));
    if (!got)
        return tl::unexpected(got.error());
    const binxml::ChunkBytes chunk = {buffer.data(), *got, event.recovered};
    const auto record =
        recordAt(chunk, static_cast<std::size_t>(offset - EvtxFile::chunkOffset(number)), event.recovered);
    if (!record)
        return fail(ErrorCode::Corrupt, "there is no record any more", path.string(), offset);

    const std::size_t start = record->at + kRecordHeaderBytes;
    const std::size_t end = record->at + record->size - 4;
    binxml::Fault fault;
    Event found;
    binxml::EventExtractor extractor;
    extractor.startChunk();
    if (!extractor.extract(chunk, start, end, batch, found, fault))
        return fail(ErrorCode::Corrupt, fault.reason, path.string(), offset);
    found.headerRecordId = record->id;
    if (!isSame(found, event))
        return fail(ErrorCode::Invalid, "another event is there now", path.string(), offset);
    binxml::XmlRenderer renderer;
    renderer.startChunk();
    std::string xml;
    if (!renderer.render(chunk, start, end, xml, fault))
        return fail(ErrorCode::Corrupt, fault.reason, path.string(), offset);
    return xml;
}

Result<std::string> elementXml(const std::filesystem::path &path, const Event &event, EventBatch &batch)
{
    const auto reader = openXmlFileAt(path, *event.offset, true);
    if (!reader)
        return tl::unexpected(reader.error());
    if (const auto more = (*reader)->next(batch); !more)
        return tl::unexpected(more.error());
    if (batch.events.empty() || batch.events.front().offset != event.offset)
        return fail(ErrorCode::Corrupt, "there is no event any more", path.string(), event.offset);
    if (!isSame(batch.events.front(), event))
        return fail(ErrorCode::Invalid, "another event is there now", path.string(), event.offset);
    return std::string(batch.events.front().xml);
}

} // namespace

Result<std::string> recordXml(const std::filesystem::path &path, const Event &event)
{
    if (!event.offset)
        return fail(ErrorCode::Invalid, "it is not known where the record was", path.string());
    if (const FileFacts facts = fileFacts(path); facts.kind != FileKind::File)
        return fail(ErrorCode::Io, facts.error ? facts.error.message() : "no such file", path.string());
    EventBatch batch;
    return event.chunk ? evtxRecordXml(path, event, batch) : elementXml(path, event, batch);
}

} // namespace lolscope
