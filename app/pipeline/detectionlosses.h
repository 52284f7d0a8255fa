#pragma once

#include "detection/correlation/correlationrun.h"
#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/store/alertstore.h"
#include "model/store/detectionstore.h"
#include "model/store/detectionwriter.h"

#include <string>
#include <vector>

namespace lolscope {

/// What a run of the rules left open besides what its engine counted.
struct DetectionLosses
{
    CorrelationLosses correlations = {};
    UnreadableEvents unreadable = {};
};

/// As the case keeps them. The engine counts from its making; `before` is what it had counted before this
/// run.
std::vector<Loss> notEvaluatedLosses(const Engine &engine, const std::vector<NotEvaluated> &before = {});
std::vector<Loss> lossesOf(const DetectionLosses &losses);

/// Whether detections may be missing for it.
bool hidesDetections(const Loss &loss);

/// One line of English. `rule` is how to name the rule, where it is about one.
std::string lossText(const Loss &loss, const std::string &rule);

} // namespace lolscope
