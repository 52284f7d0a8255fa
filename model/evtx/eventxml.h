#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <string>
#include <string_view>

namespace lolscope {

/// Largest XML accepted for one event. A chunk is 64 KiB of binary XML; this leaves room for text expansion
/// and still bounds what a forged size can make us allocate.
constexpr std::size_t kMaxEventXmlBytes = 4u << 20;

/// Reads one `<Event>` element (schema http://schemas.microsoft.com/win/2004/08/events/event) into an event
/// whose views live in `batch`. Ill-formed UTF-8 becomes U+FFFD; marks of what XML cannot hold are read back,
/// see xmltext.h. Errors: Corrupt (not well-formed, or no
/// Event element), with the offset within `xml`; TooLarge (kMaxEventXmlBytes, EventSize).
Result<Event> parseEventXml(std::string_view xml, EventBatch &batch);

/// The event as an `<Event>` element again, in the form Windows renders: for showing and `dump --xml`.
std::string toEventXml(const Event &event);

} // namespace lolscope
