#pragma once

#include "app/pipeline/detecting.h"

namespace lolscope {

/// Runs the rules over the candidates of a case, which has to have those of `engine`, on all cores. `use`
/// gets the matches on the calling thread, in the order the events were read; second records are left out.
Result<void> forEachMatchOfCandidates(const CaseFile &file, const Engine &engine, const UseMatch &use,
                                      const std::stop_token &stop);

} // namespace lolscope
