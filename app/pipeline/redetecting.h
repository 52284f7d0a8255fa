#pragma once

#include "app/pipeline/alertbuilder.h"
#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/detectionstore.h"
#include "model/store/detectionwriter.h"

#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// How the rules of an engine differ from those that the detections of a case come from.
struct RuleChanges
{
    struct Rule
    {
        sigma::RulePtr rule;
        std::string digest;
    };
    std::vector<std::string> removed; ///< Ids of rules that are gone or mean something else.
    std::vector<Rule> added; ///< Rules of both kinds that are new or mean something else.
    std::vector<Rule> moved; ///< Those whose source alone is another.
    bool touchCorrelations = false; ///< Some of them are correlation rules, or what such build on.
    bool areFew = false; ///< Few enough for redetect() to be faster than detect().
};
Result<RuleChanges> ruleChanges(const CaseFile &file, const Engine &engine);

/// Brings the detections and alerts of a case, which have to be those of all of its events, to the rules of
/// `engine`: what changed rules found goes, and they alone look at the events. Alerts of other rules stay as
/// they are. Correlation rules run again all together, since they share their limits. The result is that of
/// detect(), verdicts included; one transaction, so that a kill leaves the case as it was before it.
Result<void> redetect(CaseFile &file, const Engine &engine, const RuleChanges &changes,
                      const std::stop_token &stop);

/// The correlation rules of `engine` with the rules they build on.
Engine correlationEngine(const Engine &engine);

/// Runs the correlation rules of `engine` (of correlationEngine()) over the candidates of the case and
/// replaces what they found; `alerts` gets their alerts. Gives the ids of those they had before.
Result<std::set<std::string>> correlateAgain(CaseFile &file, const Engine &engine, DetectionWriter &writer,
                                             AlertBuilder &alerts, UnreadableEvents &unreadable,
                                             const std::stop_token &stop);

} // namespace lolscope
