#include "model/evtx/chunkdecoder.h"

#include <string>

namespace lolscope {

void ChunkDecoder::decode(const binxml::ChunkBytes &chunk, std::uint64_t number,
                          const ChunkExpectations &expected, const Target &target)
{
    m_offset = kEvtxHeaderBytes + number * kEvtxChunkBytes;
    m_number = static_cast<std::uint32_t>(number);
    m_extractor.startChunk();
    if (m_withXml)
        m_renderer.startChunk();
    outlineChunk(chunk, m_offset, expected, m_outline);
    for (Damage &damage : m_outline.damage)
        target().damage.push_back(std::move(damage));
    for (const ChunkRecord &record : m_outline.records) {
        binxml::Fault fault;
        if (record.cut)
            target().damage.push_back(
                {"the file ends within the record", m_offset + record.at, record.id, 1});
        else if (!decodeRecord(chunk, record, false, target, fault))
            target().damage.push_back({fault.reason, m_offset + record.at, record.id, 1});
    }
    if (m_outline.end < chunk.size)
        decodeLeftovers(chunk, target);
}

bool ChunkDecoder::decodeRecord(const binxml::ChunkBytes &chunk, const ChunkRecord &record, bool recovered,
                                const Target &target, binxml::Fault &fault)
{
    EventBatch &batch = target();
    Event event;
    const std::size_t at = record.at + kRecordHeaderBytes;
    const std::size_t end = record.at + record.size - 4;
    if (!m_extractor.extract(chunk, at, end, batch, event, fault))
        return false;
    event.offset = m_offset + record.at;
    event.chunk = m_number;
    event.headerRecordId = record.id;
    event.recovered = recovered;
    binxml::Fault unwritten;
    if (m_withXml && m_renderer.render(chunk, at, end, m_xml, unwritten))
        event.xml = batch.keep(m_xml);
    else if (m_withXml)
        batch.damage.push_back({std::string("the record has no XML: ") + unwritten.reason,
                                m_offset + record.at, record.id, 0, recovered});
    batch.events.push_back(event);
    return true;
}

void ChunkDecoder::decodeLeftovers(const binxml::ChunkBytes &chunk, const Target &target)
{
    const binxml::ChunkBytes leftover = {chunk.data, chunk.size, true};
    std::uint64_t unreadable = 0;
    binxml::Fault first;
    std::size_t firstAt = 0;
    for (std::size_t at = m_outline.end;;) {
        const auto record = findRecord(leftover, at);
        if (!record)
            break;
        binxml::Fault fault;
        if (decodeRecord(leftover, *record, true, target, fault)) {
            at = record->at + record->size;
            continue;
        }
        if (unreadable++ == 0) {
            first = fault;
            firstAt = record->at;
        }
        at = record->at + 8; // what looked like a record may have hidden one
    }
    if (unreadable == 0)
        return;
    target().damage.push_back({std::to_string(unreadable) + (unreadable == 1 ? " leftover" : " leftovers")
                                   + " behind the live records cannot be read; the first: " + first.reason,
                               m_offset + firstAt,
                               {},
                               0,
                               !m_outline.broken});
}

} // namespace lolscope
