#pragma once

#include "model/base/event.h"

namespace lolscope {

/// libevtx pads HexInt32 and HexInt64 with zeros; Windows writes them without, and rules compare with that.
/// Takes the zeros away in the fields that a manifest types so, since a string value may rightly look like
/// this: all of them in the Security log, two in Sysmon's.
void unpadHex(Event &event, EventBatch &batch);

} // namespace lolscope
