#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <string_view>

namespace lolscope {

/// Reads one event from one JSON object, as log shippers write them line by line, into the same fields that
/// an .evtx record gives; its views live in `batch`. What the object holds tells its shape:
///
/// - `winlog`: Winlogbeat 7 and later
///   (https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog).
/// - `System` with `EventData` or `UserData`, scalars or objects of attributes: Velociraptor's parse_evtx
///   (numbers keep their type, TimeCreated is seconds since 1970, GUIDs have no braces), OpenWEC's `Json`
///   (cea-sec/openwec doc/formats.md), evtx_dump (inside `Event`, with `#attributes` and `#text`).
/// - `EventID` beside `SourceName` or `Channel`, all fields in one object: NXLog's im_msvistalog through
///   to_json() (https://docs.nxlog.co/refman/current/im/msvistalog.html#fields). An EventTime without an
///   offset is taken for UTC.
/// - Event XML as a text in `event.original` (Winlogbeat with include_xml), `EventXML` (NXLog), `data`
///   (OpenWEC's RawJson) or `MESSAGE` (journald): it is the record itself, so it is read and the rest is not.
///
/// What these shapes leave out or turn into words stays out (Winlogbeat: the numbers of task, opcode and
/// keywords); the words come as `RenderingInfo_...`. Fields come in the order of the object, which may not be
/// the record's: an event is then not known as the same that an .evtx file holds. Errors: Corrupt (not JSON,
/// no event in it), with the offset within `json`; TooLarge (EventSize).
Result<Event> parseEventJson(std::string_view json, EventBatch &batch);

} // namespace lolscope
