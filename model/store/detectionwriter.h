#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/detectionstore.h"
#include "model/store/rows.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace lolscope {

/// A rule as the case keeps it.
struct StoredRule
{
    std::string id, title, status, author, description, source, text;
    std::string digest; ///< Of what it means; see DetectedRule.
    bool isCorrelation = false;
    int level = 0;
    std::vector<std::string> tags, references, falsePositives;
};

/// Replaces the rules, detections and alerts of a case, or some of them, in one transaction; nothing changes
/// unless finish() succeeds. A verdict whose alert gets another id (a name or start that came late) goes
/// along with its detections, see moveVerdicts().
class DetectionWriter
{
public:
    static Result<std::unique_ptr<DetectionWriter>> begin(CaseFile &file,
                                                          const std::vector<StoredRule> &rules);
    /// Keeps what is there.
    static Result<std::unique_ptr<DetectionWriter>> resume(CaseFile &file);
    ~DetectionWriter();

    /// All facts of the case were linked in this transaction.
    void setRelinked();
    /// Adds a rule, or replaces the one of that id; what it found stays.
    Result<void> setRule(const StoredRule &rule);
    /// Removes the detections, alerts and losses of rules. Gives those alerts.
    Result<std::set<std::string>> removeFindings(const std::vector<std::string> &ruleIds);
    /// Removes the rules too.
    Result<void> removeRules(const std::vector<std::string> &ids);

    /// Removes the detections of an event but those of the rules `kept`. Gives the alerts of all of them.
    Result<std::vector<std::string>> removeDetections(EventId event, const std::set<std::string> &kept);
    Result<void> removeAlert(const std::string &id);
    /// The hits of an alert, in the order they were added.
    struct Hit
    {
        EventId event = EventId{0};
        std::string ruleId;
    };
    Result<std::vector<Hit>> hitsOf(const std::string &alertId);

    /// Forgets the candidates; those of these rules follow.
    Result<void> renewCandidates();
    /// What there are and what follows are those of these rules.
    void extendCandidates();
    Result<void> addCandidate(EventId event); ///< Or does nothing, if it is one.
    Result<void> addDetection(const std::string &ruleId, const std::string &alertId, const JoinedEvent &event,
                              const std::vector<DetectionRow::Matched> &matched);
    /// Adds it, or replaces the one of that id. `row` needs no title, author, level, status or verdict: those
    /// live elsewhere.
    Result<void> addAlert(const AlertRow &row, std::int64_t host);
    /// See Loss; it is added to what is there.
    Result<void> addLoss(const std::string &ruleId, const std::string &reason, std::uint64_t count);
    /// Instead of what is there; 0 is no loss.
    Result<void> setLoss(const std::string &ruleId, const std::string &reason, std::uint64_t count);
    /// The case is detected up to its last event now, where it is linked; what another program added since is
    /// left to do. `ruleSet` names the rules that ran; see detectedRuleSet(). `correlationsWait`: but for
    /// correlation rules.
    Result<void> finish(const std::string &ruleSet, bool correlationsWait = false);

private:
    struct Private;
    explicit DetectionWriter(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace lolscope
