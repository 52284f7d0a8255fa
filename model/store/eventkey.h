#pragma once

#include "model/base/event.h"

#include <array>
#include <string>
#include <string_view>

namespace lolscope {

/// The identity of an event over all evidence: host, log, record id, time and content. A cryptographic hash,
/// because whoever can write to the log could make a weaker one collide and so hide an event behind another.
using EventKey = std::array<unsigned char, 16>;

/// `foldedHost` is foldCase() of the event's computer; `buffer` is scratch.
EventKey eventKey(const Event &event, std::string_view foldedHost, std::string &buffer);

} // namespace lolscope
