#pragma once

#include "model/base/event.h"
#include "model/base/sha256.h"

#include <array>
#include <string>
#include <string_view>

namespace lolscope {

/// The identity of an event over all evidence: host, log, record id, time and content. A cryptographic hash,
/// because whoever can write to the log could make a weaker one collide and so hide an event behind another.
using EventKey = std::array<unsigned char, 16>;

/// Hash of what an event shares with others of its form, and what its key begins with: log, event id and the
/// names of its fields.
Sha256::Digest eventFormHash(const Event &event);

/// `form` is the event's eventFormHash() and `foldedHost` foldCase() of its computer; `buffer` is scratch.
EventKey eventKey(const Event &event, const Sha256::Digest &form, std::string_view foldedHost,
                  std::string &buffer);

} // namespace lolscope
