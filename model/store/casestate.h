#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lolscope {

/// What a case knows of itself: which stages are out of date, what is still to be read, who did what.

/// Stages of derived data that are out of date: set when evidence is begun, cleared when the stage has run.
/// Correlations: detections of correlation rules alone.
enum class Stage { Links, Detections, Correlations };
Result<bool> isStale(const CaseFile &file, Stage stage);

/// The last event that links and detections take in; empty where no event may be left out of doing them
/// again. Events behind it are new, whatever isStale() says.
Result<std::optional<EventId>> detectedUpTo(const CaseFile &file);

/// The last event of the case; 0 without one.
Result<EventId> lastEvent(const CaseFile &file);

/// Differs from what the same connection gave before when another one has written since.
/// https://www.sqlite.org/pragma.html#pragma_data_version
Result<std::int64_t> writesOfOthers(const CaseFile &file);

/// The name of the rule set that the detections in the case come from; empty before the first run.
Result<std::string> detectedRuleSet(const CaseFile &file);

/// One of its rules.
struct DetectedRule
{
    std::string digest; ///< Another one: the rule means something else.
    std::string source;
    bool isCorrelation = false;
};
Result<std::map<std::string, DetectedRule>> detectedRules(const CaseFile &file); ///< By id.

/// Paths of evidence that was to be read and is not settled.
Result<std::vector<std::string>> unfinishedEvidence(const CaseFile &file);

/// Where reading goes on in live evidence, by its path or name; those that cannot go back are left out.
Result<std::map<std::string, std::string>> liveBookmarks(const CaseFile &file);

/// Adds a row to the journal. `time` is now.
Result<void> journal(CaseFile &file, const std::string &author, const std::string &action,
                     const std::string &object, const std::string &details);

/// ISO 8601 UTC with milliseconds, as the case notes times of its own.
std::string timeNow();

} // namespace lolscope
