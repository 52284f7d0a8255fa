#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <string_view>

namespace lolscope {

/// Reads one event from one JSON object, as log shippers write them line by line, into the same fields that
/// an .evtx record gives; its views live in `batch`. The shape is told by what the object holds:
///
/// - `winlog` (Winlogbeat 7 and later, exported fields "winlog":
/// https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog);
/// - `System` with `EventData` or `UserData`, scalars or objects of attributes: Velociraptor's parse_evtx
/// (numbers keep
///   their type, TimeCreated is seconds since 1970, GUIDs have no braces), OpenWEC's `Json` (cea-sec/openwec
///   doc/formats.md), evtx_dump (inside `Event`, with `#attributes` and `#text`);
/// - `EventID` beside `SourceName` or `Channel`: NXLog's im_msvistalog through to_json(), all fields in one
/// object
///   (https://docs.nxlog.co/refman/current/im/msvistalog.html#fields). An EventTime without an offset is
///   taken for UTC;
/// - a text that is event XML in `event.original` (Winlogbeat with include_xml), `EventXML` (NXLog), `data`
///   (OpenWEC's RawJson) or `MESSAGE` (journald): it is read in place of the rest, being the record itself.
///
/// What these shapes leave out or turn into words stays out (Winlogbeat: the numbers of task, opcode and
/// keywords); the words come as `RenderingInfo_...`. Fields come in the order of the object, which may not be
/// the record's: an event is then not known as the same that an .evtx file holds. Errors: Corrupt (not JSON,
/// no event in it), with the offset within `json`.
Result<Event> parseEventJson(std::string_view json, EventBatch &batch);

} // namespace lolscope
