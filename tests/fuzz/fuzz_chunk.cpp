#include "model/base/text.h"
#include "model/evtx/bytes.h"
#include "model/evtx/chunkdecoder.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace lolscope;

namespace {

/// Reads every text, and demands that it may be stored and shown.
void check(std::string_view text)
{
    if (validUtf8(text) != text)
        std::abort();
}

} // namespace

/// Input: a chunk; what is missing of its 64 KiB are zeros. Properties: every live record of the outline is
/// an event or damage of one record, all texts are valid UTF-8, and decoding it again gives as much.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static ChunkDecoder decoder; // as in a reader: what it learnt from one chunk must not hurt the next
    std::vector<std::uint8_t> buffer(kEvtxChunkBytes + kReadAhead);
    std::copy_n(data, std::min<std::size_t>(size, kEvtxChunkBytes), buffer.begin());
    const binxml::ChunkBytes chunk = {buffer.data(), kEvtxChunkBytes, false};
    ChunkOutline outline;
    outlineChunk(chunk, kEvtxHeaderBytes, {false, false, false}, outline);

    std::size_t events[2] = {};
    for (std::size_t &count : events) {
        EventBatch batch;
        decoder.decode(chunk, 0, {false, false, false}, [&batch]() -> EventBatch & { return batch; });
        std::uint64_t live = 0;
        for (const Event &event : batch.events) {
            live += event.recovered ? 0 : 1;
            for (const auto text : {event.provider, event.channel, event.computer})
                check(text);
            for (const auto fields : {event.system, event.data}) {
                for (const Field &field : fields) {
                    check(field.name);
                    check(field.value);
                }
            }
        }
        for (const Damage &damage : batch.damage)
            live += damage.records;
        if (live != outline.records.size())
            std::abort();
        count = batch.events.size();
    }
    if (events[0] != events[1])
        std::abort();
    return 0;
}
