#pragma once

#include "app/pipeline/detecting.h"

#include <vector>

namespace lolscope {

/// The events of a case that a rule may match once they are joined, and those that may be such and cannot be
/// read, on all cores. In the order they were read.
Result<std::vector<EventId>> findCandidates(const CaseFile &file, const Engine &engine,
                                            const std::stop_token &stop);

/// Runs the rules over these events on all cores. `use` gets the matches on the calling thread, in the order
/// of the events; second records are left out.
Result<void> forEachMatchOf(const std::vector<EventId> &events, const CaseFile &file, const Engine &engine,
                            const UseMatch &use, UnreadableEvents &unreadable, const std::stop_token &stop);

} // namespace lolscope
