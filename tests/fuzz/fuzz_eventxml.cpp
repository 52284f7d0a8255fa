#include "model/base/text.h"
#include "model/evtx/eventxml.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace lolscope;

/// Input: the XML of an event. Properties: the texts of what can be read are valid UTF-8 and may be written
/// as XML again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    EventBatch batch;
    const auto event = parseEventXml({reinterpret_cast<const char *>(data), size}, batch);
    if (!event)
        return 0;
    for (const auto fields : {event->system, event->data})
        for (const Field &field : fields)
            if (validUtf8(field.name) != field.name || validUtf8(field.value) != field.value)
                std::abort();
    static_cast<void>(toEventXml(*event));
    return 0;
}
