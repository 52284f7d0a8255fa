#include "app/pipeline/citedxml.h"

#include "model/base/files.h"
#include "model/evtx/eventxml.h"
#include "model/evtx/recordxml.h"

namespace lolscope {

CitedXml citedXml(const StoredEvent &stored)
{
    if (!stored.event.xml.empty())
        return {std::string(stored.event.xml), {}};
    CitedXml cited;
    for (const Citation &citation : stored.citations) {
        Event event = stored.event;
        event.chunk = citation.chunk;
        event.offset = citation.offset;
        event.headerRecordId = citation.headerRecordId;
        event.recovered = citation.recovered;
        auto xml = recordXml(utf8Path(citation.file), event);
        if (xml)
            return {std::move(*xml), {}};
        if (!cited.flattened)
            cited.flattened = xml.error();
    }
    if (!cited.flattened)
        cited.flattened = Error{ErrorCode::Corrupt, "the case cites no evidence for the event"};
    cited.xml = toEventXml(stored.event);
    return cited;
}

} // namespace lolscope
