#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"

#include <map>
#include <string>
#include <vector>

namespace lolscope {

/// What a case knows of itself: which stages are out of date, what is still to be read, who did what.

/// Stages of derived data that are out of date: set when evidence is begun, cleared when the stage has run.
enum class Stage { Links, Detections };
Result<bool> isStale(const CaseFile &file, Stage stage);

/// The rules that the detections in the case come from, as detect() named them; empty before the first run.
Result<std::string> detectedRules(const CaseFile &file);

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
