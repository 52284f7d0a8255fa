#pragma once

#include "app/pipeline/detecting.h"
#include "app/pipeline/detectionlosses.h"
#include "detection/correlation/correlationrun.h"
#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/detectionstore.h"

#include <functional>
#include <stop_token>
#include <string>

namespace lolscope {

/// As forEachMatch(), with what correlation rules make of the matches: those of rules that are silent are
/// left out, and detections of correlation rules come after all others, each as one match for every record
/// that contributes. Such a match names the group first, one value for each field of `group-by`, then what
/// was compared, the window, and the rule that matched the record.
///
/// Matches are put in order by TimeCreated (else UtcTime), then by host, channel and record id, so that the
/// result depends on the events alone.
Result<DetectionLosses> forEachDetection(const CaseFile &file, const Engine &engine, Join join,
                                         const UseMatch &use, const std::stop_token &stop);

/// The same for matches that come from elsewhere: `matches` calls what it is given for each.
using ForEachMatch = std::function<Result<void>(const UseMatch &, UnreadableEvents &)>;
Result<DetectionLosses> forEachDetection(const CaseFile &file, const Engine &engine, Join join,
                                         const ForEachMatch &matches, const UseMatch &use,
                                         const std::stop_token &stop);

/// Id of the alert that a correlation's match belongs to: stable over runs and cases, by rule and group.
std::string correlationAlertId(const Match &match);

/// The first record of a group speaks for its alert; another one tells of the process or the destination when
/// those before had none.
void fillGaps(AlertRow &row, const AlertRow &other);

} // namespace lolscope
