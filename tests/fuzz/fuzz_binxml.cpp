#include "model/base/text.h"
#include "model/evtx/bytes.h"
#include "model/evtx/eventextractor.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace lolscope;
using namespace lolscope::binxml;

/// Input: BinXml as it stands at the start of a chunk's records, that is at offset 512. Properties: the
/// canonical form of what can be read compiles for every place but a document's (which demands an event), and
/// an event's texts are valid.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr std::size_t kMost = 65536 - kChunkHeaderBytes;
    size = std::min(size, kMost);
    std::vector<std::uint8_t> buffer(kChunkHeaderBytes + size + kReadAhead);
    std::copy_n(data, size, buffer.begin() + kChunkHeaderBytes);
    for (const bool distrusted : {false, true}) {
        const ChunkBytes chunk = {buffer.data(), kChunkHeaderBytes + size, distrusted};
        for (const Where where : {Where::InDefinition, Where::InRecord}) {
            Canonical canonical;
            Fault fault;
            if (!canonicalize(chunk, kChunkHeaderBytes, chunk.size, where, canonical, fault)) {
                if (!fault.reason)
                    std::abort();
                continue;
            }
            for (const Place place : {Place::Document, Place::Event, Place::System, Place::EventData,
                                      Place::UserData, Place::Rendering, Place::Text}) {
                Plan plan;
                if (!compile(canonical, place, plan, fault) && !fault.reason)
                    std::abort();
            }
        }
        EventExtractor extractor;
        extractor.startChunk();
        EventBatch batch;
        Event event;
        Fault fault;
        if (!extractor.extract(chunk, kChunkHeaderBytes, chunk.size, batch, event, fault)) {
            if (!fault.reason)
                std::abort();
            continue;
        }
        for (const auto fields : {event.system, event.data})
            for (const Field &field : fields)
                if (validUtf8(field.name) != field.name || validUtf8(field.value) != field.value)
                    std::abort();
    }
    return 0;
}
