#pragma once

#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/store/detectionstore.h"
#include "model/store/detectionwriter.h"
#include "model/store/rows.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace lolscope {

/// The alert that a match belongs to: stable over runs and over cases, by rule, process and destination
/// (without a process see EventSubject), or by the group of a correlation rule.
std::string alertId(const Match &match, const JoinedEvent &event);

std::vector<DetectionRow::Matched> storedMatch(const Match &match);

/// Makes alerts of their hits. The first hit, in time, speaks for an alert.
class AlertBuilder
{
public:
    /// Goes on with an alert of the case that `event` is a further hit of. Its hits must not be added again,
    /// and `event` must not be of the time of the first of them: then all of them are needed to tell which
    /// comes first.
    void resume(const AlertRow &row, const JoinedEvent &event);

    void forget(const std::string &id) { m_drafts.erase(id); }

    /// Writes the match as a detection too.
    Result<void> addDetection(const Match &match, const JoinedEvent &event, DetectionWriter &writer);
    /// `id` is alertId(). Of `match` the rule counts alone.
    void add(const std::string &id, const Match &match, const JoinedEvent &event);
    Result<void> write(DetectionWriter &writer);
    std::vector<std::string> ids() const; ///< Of the alerts there are.

private:
    struct Draft
    {
        AlertRow row;
        std::int64_t host = 0;
        std::optional<std::uint64_t> firstRecord;
        std::set<std::string> shape;
    };
    static bool isEarlier(const std::optional<Timestamp> &time, const std::optional<std::uint64_t> &record,
                          const Draft &draft);

    std::map<std::string, Draft> m_drafts;
};

} // namespace lolscope
