#include "model/base/text.h"
#include "model/evtx/bytes.h"
#include "model/evtx/eventextractor.h"
#include "model/evtx/xmlrenderer.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace lolscope;
using namespace lolscope::binxml;

/// Input: BinXml as it stands at the start of a chunk's records, that is at offset 512. Properties: the XML
/// of what the decoder takes for an event is valid UTF-8 and reads as an event again, of the same
/// id; rendering it once more gives the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    size = std::min(size, std::size_t{65536} - kChunkHeaderBytes);
    std::vector<std::uint8_t> buffer(kChunkHeaderBytes + size + kReadAhead);
    std::copy_n(data, size, buffer.begin() + kChunkHeaderBytes);
    for (const bool distrusted : {false, true}) {
        const ChunkBytes chunk = {buffer.data(), kChunkHeaderBytes + size, distrusted};
        XmlRenderer renderer;
        renderer.startChunk();
        std::string xml;
        Fault fault;
        if (!renderer.render(chunk, kChunkHeaderBytes, chunk.size, xml, fault)) {
            if (!fault.reason)
                std::abort();
            continue;
        }
        EventExtractor extractor;
        extractor.startChunk();
        EventBatch batch;
        Event event;
        if (!extractor.extract(chunk, kChunkHeaderBytes, chunk.size, batch, event, fault))
            continue;
        const auto again = parseEventXml(xml, batch);
        if (!again || validUtf8(xml) != xml || again->eventId != event.eventId)
            std::abort();
        std::string repeated;
        if (renderer.render(chunk, kChunkHeaderBytes, chunk.size, repeated, fault) && repeated != xml)
            std::abort();
    }
    return 0;
}
