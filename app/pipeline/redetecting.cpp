#include "app/pipeline/redetecting.h"

#include "app/pipeline/candidatematches.h"
#include "app/pipeline/correlating.h"
#include "app/pipeline/detecting.h"
#include "app/pipeline/detectionlosses.h"
#include "app/pipeline/ruledigests.h"
#include "app/pipeline/triage.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/detectionstore.h"

#include <algorithm>

namespace lolscope {

namespace {

/// Runs the added detection rules over the events.
Result<void> detectAdded(CaseFile &file, const Engine &engine, const RuleChanges &changes,
                         DetectionWriter &writer, AlertBuilder &alerts, UnreadableEvents &unreadable,
                         const std::stop_token &stop)
{
    std::vector<sigma::RulePtr> rules;
    for (const auto &added : changes.added)
        rules.push_back(added.rule);
    const Engine changed(std::move(rules)); // without correlation rules
    if (changed.rules().empty())
        return {};
    const auto events = findCandidates(file, changed, stop);
    if (!events)
        return tl::unexpected(events.error());
    for (const EventId event : *events)
        if (auto added = writer.addCandidate(event); !added)
            return added;
    const auto matched = forEachMatchOf(
        *events, file, changed,
        [&](const JoinedEvent &event, const Match &match) {
            return engine.correlations().isSilent(match.rule->id) ? Result<void>()
                                                                  : alerts.addDetection(match, event, writer);
        },
        unreadable, stop);
    return matched ? addLosses(writer, notEvaluatedLosses(changed)) : matched;
}

} // namespace

Result<RuleChanges> ruleChanges(const CaseFile &file, const Engine &engine)
{
    const auto before = detectedRules(file);
    const auto rules = detectedRuleSet(file);
    const auto open = losses(file);
    if (!before)
        return tl::unexpected(before.error());
    if (!rules)
        return tl::unexpected(rules.error());
    if (!open)
        return tl::unexpected(open.error());
    const auto hasAll = hasCandidates(file, *rules);
    if (!hasAll)
        return tl::unexpected(hasAll.error());

    const auto now = ruleDigests(engine);
    RuleChanges changes;
    for (const auto &[id, rule] : *before) {
        const auto same = now.find(id);
        if (same != now.end() && same->second == rule.digest)
            continue;
        changes.removed.push_back(id);
        changes.touchCorrelations = changes.touchCorrelations || rule.isCorrelation;
    }
    for (const auto *list : {&engine.rules(), &engine.correlations().rules()})
        for (const auto &rule : *list) {
            const auto same = before->find(rule->id);
            if (same == before->end() || same->second.digest != now.at(rule->id)) {
                changes.added.push_back({rule, now.at(rule->id)});
                changes.touchCorrelations = changes.touchCorrelations || rule->correlation;
            } else if (same->second.source != rule->source) {
                changes.moved.push_back({rule, now.at(rule->id)});
            }
        }
    // How many events cannot be read only a whole run counts.
    const bool isDamaged = std::any_of(open->begin(), open->end(),
                                       [](const Loss &loss) { return loss.reason == kUnreadableReason; });
    changes.areFew = *hasAll && !rules->empty() && !isDamaged
        && changes.removed.size() + changes.added.size() <= before->size();
    return changes;
}

Result<void> redetect(CaseFile &file, const Engine &engine, const RuleChanges &changes,
                      const std::stop_token &stop)
{
    auto opened = DetectionWriter::resume(file);
    if (!opened)
        return tl::unexpected(opened.error());
    DetectionWriter &writer = **opened;
    writer.extendCandidates();
    if (auto removed = writer.removeRules(changes.removed); !removed)
        return tl::unexpected(removed.error());
    for (const auto *list : {&changes.added, &changes.moved})
        for (const auto &[rule, digest] : *list)
            if (auto set = writer.setRule(storedRule(*rule, digest)); !set)
                return set;
    AlertBuilder alerts;
    UnreadableEvents unreadable;
    auto done = detectAdded(file, engine, changes, writer, alerts, unreadable, stop);
    if (done && changes.touchCorrelations) {
        const auto before = correlateAgain(file, correlationEngine(engine), writer, alerts, unreadable, stop);
        if (!before)
            done = tl::unexpected(before.error());
    }
    if (done)
        done = alerts.write(writer);
    if (done)
        done = writer.setLoss({}, std::string(kUnreadableReason), unreadable.size());
    std::vector<GrownAlert> grown;
    for (const std::string &id : alerts.ids())
        grown.push_back({id});
    if (done)
        done = applyAllowlist(file, grown);
    return done ? writer.finish(ruleSetName(engine)) : done;
}

Engine correlationEngine(const Engine &engine)
{
    std::vector<sigma::RulePtr> rules;
    for (const auto &rule : engine.rules())
        if (engine.correlations().baseRule(rule->id))
            rules.push_back(rule);
    return Engine(std::move(rules), engine.correlations().rules());
}

Result<std::set<std::string>> correlateAgain(CaseFile &file, const Engine &engine, DetectionWriter &writer,
                                             AlertBuilder &alerts, UnreadableEvents &unreadable,
                                             const std::stop_token &stop)
{
    std::vector<std::string> ids;
    for (const auto &rule : engine.correlations().rules())
        ids.push_back(rule->id);
    auto before = writer.removeFindings(ids);
    const auto events = before ? candidates(file) : tl::unexpected(before.error());
    if (!events)
        return tl::unexpected(events.error());
    auto losses = forEachDetection(
        file, engine, Join::All,
        [&](const UseMatch &use, UnreadableEvents &damaged) {
            return forEachMatchOf(*events, file, engine, use, damaged, stop);
        },
        [&](const JoinedEvent &event, const Match &match) {
            return match.rule->correlation ? alerts.addDetection(match, event, writer) : Result<void>();
        },
        stop);
    if (!losses)
        return tl::unexpected(losses.error());
    unreadable.merge(losses->unreadable);
    for (const auto &[counter, reason] : kCorrelationLosses)
        if (auto set = writer.setLoss({}, std::string(reason), losses->correlations.*counter); !set)
            return tl::unexpected(set.error());
    return before;
}

} // namespace lolscope
