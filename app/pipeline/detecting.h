#pragma once

#include "app/pipeline/indexing.h"
#include "detection/correlation/correlationrun.h"
#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/store/alertstore.h"
#include "model/store/casefile.h"
#include "model/store/detectionstore.h"
#include "model/store/detectionwriter.h"

#include <functional>
#include <stop_token>

namespace lolscope {

/// What is done with a match; an error ends the work.
using UseMatch = std::function<Result<void>(const JoinedEvent &, const Match &)>;

/// Runs the rules over the linked facts of a case and replaces its detections and alerts; verdicts and the
/// allowlist are applied again. The result depends on the events in the case alone, not on the order they
/// came in. What is left open is in the case then, see Loss.
Result<void> detect(CaseFile &file, const Engine &engine, const std::stop_token &stop);

/// A rule as the case keeps it; `digest` is that of ruleDigests().
StoredRule storedRule(const sigma::Rule &rule, const std::string &digest);

/// What a run of the rules left open, as the case keeps it.
Result<void> addLosses(DetectionWriter &writer, const std::vector<Loss> &losses);

/// Links facts where the links are out of date.
Result<void> bringLinksUpToDate(CaseFile &file, const std::stop_token &stop, Progress &progress);

/// Links facts and runs the rules where either is out of date; where some rules are other ones, these alone
/// (redetect()).
Result<void> bringUpToDate(CaseFile &file, const Engine &engine, const std::stop_token &stop,
                           Progress &progress);

/// Runs the detection rules and gives each match, without alerts; ends with the first error of `use`. `join`
/// None evaluates each record alone, as other engines do.
Result<void> forEachMatch(const CaseFile &file, const Engine &engine, Join join, const UseMatch &use,
                          UnreadableEvents &unreadable, const std::stop_token &stop);

} // namespace lolscope
