#pragma once

#include "app/pipeline/indexing.h"
#include "detection/correlation/correlationrun.h"
#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/detectionstore.h"
#include "model/store/detectionwriter.h"

#include <functional>
#include <stop_token>

namespace lolscope {

/// The text of a rule as the case keeps it: with the filters that narrow it.
std::string storedText(const sigma::Rule &rule);

/// What is done with a match; an error ends the work.
using UseMatch = std::function<Result<void>(const JoinedEvent &, const Match &)>;

/// A name for the rules of an engine that changes when any of them does.
std::string ruleSetName(const Engine &engine);

/// Runs the rules over the linked facts of a case and replaces its detections and alerts; verdicts and the
/// allowlist are applied again. The result depends on the events in the case alone, not on the order they
/// came in. Gives what correlation rules did not look at.
Result<CorrelationLosses> detect(CaseFile &file, const Engine &engine, const std::stop_token &stop);

/// Adds what the engine did not evaluate, and what correlation rules lost, to what the case says is left
/// open. The engine counts from its making; `before` is what it had counted before this run.
Result<void> writeLosses(DetectionWriter &writer, const Engine &engine,
                         const std::vector<NotEvaluated> &before, const CorrelationLosses &losses);

/// Links facts where the links are out of date.
Result<void> bringLinksUpToDate(CaseFile &file, const std::stop_token &stop, Progress &progress);

/// Links facts and runs the rules where either is out of date.
Result<CorrelationLosses> bringUpToDate(CaseFile &file, const Engine &engine, const std::stop_token &stop,
                                        Progress &progress);

/// Runs the detection rules and gives each match, without alerts; ends with the first error of `use`. `join`
/// None evaluates each record alone, as other engines do.
Result<void> forEachMatch(const CaseFile &file, const Engine &engine, Join join, const UseMatch &use,
                          const std::stop_token &stop);

} // namespace lolscope
