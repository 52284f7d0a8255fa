#pragma once

#include "model/store/touchedfacts.h"

namespace lolscope {

/// Links the facts of the events behind `linked`, and links again what they touch: what linkProcesses() over
/// the whole case would give, with work and memory by what is touched. In the caller's transaction; see
/// TouchedFacts.
Result<void> relink(TouchedFacts &touched, EventId linked);

} // namespace lolscope
