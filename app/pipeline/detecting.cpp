#include "app/pipeline/detecting.h"

#include "app/pipeline/alertbuilder.h"
#include "app/pipeline/candidatematches.h"
#include "app/pipeline/correlating.h"
#include "app/pipeline/evaluatedahead.h"
#include "app/pipeline/redetecting.h"
#include "app/pipeline/ruledigests.h"
#include "app/pipeline/triage.h"
#include "model/analysis/linking.h"
#include "model/store/casestate.h"
#include "model/store/detectionwriter.h"
#include "model/store/facts.h"

#include <algorithm>
#include <future>

namespace lolscope {

namespace {

struct Linked
{
    LinkFacts facts;
    Links links;
};
Result<Linked> linked(const CaseFile &file)
{
    auto facts = linkFacts(file);
    if (!facts)
        return tl::unexpected(facts.error());
    Linked all{std::move(*facts), {}};
    all.links = linkProcesses(all.facts);
    return all;
}

/// Links on a connection of its own while the events are indexed.
Result<void> link(CaseFile &file, const std::stop_token &stop)
{
    if (file.path().empty()) { // a temporary case has one connection only, and nobody to look things up in it
        const auto made = linked(file);
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        return made ? saveLinks(file, made->facts, made->links) : tl::unexpected<Error>(made.error());
    }
    auto linking = std::async(std::launch::async, [path = file.path()]() -> Result<Linked> {
        const auto reading = CaseFile::open(path, CaseFile::Mode::ReadOnly);
        return reading ? linked(*reading) : tl::unexpected(reading.error());
    });
    const auto indexed = indexEvents(file);
    const auto made = linking.get();
    if (!indexed || !made)
        return tl::unexpected(!indexed ? indexed.error() : made.error());
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    return saveLinks(file, made->facts, made->links);
}

/// The candidates of these rules, which the case may have already.
Result<std::vector<EventId>> candidatesOf(const CaseFile &file, const Engine &engine, const std::string &name,
                                          DetectionWriter &writer, const std::stop_token &stop)
{
    const auto known = hasCandidates(file, name);
    if (!known)
        return tl::unexpected(known.error());
    if (*known)
        return candidates(file);
    auto found = findCandidates(file, engine, stop);
    auto renewed = found ? writer.renewCandidates() : tl::unexpected(found.error());
    for (std::size_t i = 0; renewed && i < found->size(); ++i)
        renewed = writer.addCandidate((*found)[i]);
    if (!renewed)
        return tl::unexpected(renewed.error());
    return found;
}

} // namespace

StoredRule storedRule(const sigma::Rule &rule, const std::string &digest)
{
    return {rule.id,
            rule.title,
            rule.status,
            rule.author,
            rule.description,
            rule.source,
            storedText(rule),
            digest,
            rule.correlation != nullptr,
            static_cast<int>(rule.level),
            rule.tags,
            rule.references,
            rule.falsePositives};
}

Result<void> addLosses(DetectionWriter &writer, const std::vector<Loss> &losses)
{
    for (const Loss &one : losses)
        if (auto added = writer.addLoss(one.ruleId, one.reason, one.count); !added)
            return added;
    return {};
}

Result<void> forEachMatch(const CaseFile &file, const Engine &engine, Join join, const UseMatch &use,
                          UnreadableEvents &unreadable, const std::stop_token &stop)
{
    EvaluatedAhead ahead(engine, use);
    auto read = forEachEvent(
        file, [&](const Event &event) { return engine.wants(event); }, join,
        [&](const JoinedEvent &event) {
            return join == Join::All && event.isSecondRecord ? Result<void>() : ahead.add(event);
        },
        stop, &unreadable);
    return read ? ahead.finish() : read;
}

Result<void> detect(CaseFile &file, const Engine &engine, const std::stop_token &stop)
{
    const std::string name = ruleSetName(engine);
    const auto digests = ruleDigests(engine);
    const auto openBefore = engine.notEvaluated();
    std::vector<StoredRule> rules;
    for (const auto *list : {&engine.rules(), &engine.correlations().rules()})
        for (const auto &rule : *list)
            rules.push_back(storedRule(*rule, digests.at(rule->id)));
    auto writer = DetectionWriter::begin(file, rules);
    if (!writer)
        return tl::unexpected(writer.error());
    const auto events = candidatesOf(file, engine, name, **writer, stop);
    if (!events)
        return tl::unexpected(events.error());
    AlertBuilder alerts;
    const auto losses = forEachDetection(
        file, engine, Join::All,
        [&](const UseMatch &use, UnreadableEvents &unreadable) {
            return forEachMatchOf(*events, file, engine, use, unreadable, stop);
        },
        [&](const JoinedEvent &event, const Match &match) {
            return alerts.addDetection(match, event, **writer);
        },
        stop);
    if (!losses)
        return tl::unexpected(losses.error());
    auto status = alerts.write(**writer);
    if (status)
        status = addLosses(**writer, notEvaluatedLosses(engine, openBefore));
    if (status)
        status = addLosses(**writer, lossesOf(*losses));
    if (status)
        status = applyAllowlist(file);
    return status ? (*writer)->finish(name) : status;
}

Result<void> bringLinksUpToDate(CaseFile &file, const std::stop_token &stop, Progress &progress)
{
    const auto links = isStale(file, Stage::Links);
    if (!links)
        return tl::unexpected(links.error());
    if (!*links)
        return {};
    progress.stage = Progress::Stage::Linking;
    return link(file, stop);
}

Result<void> bringUpToDate(CaseFile &file, const Engine &engine, const std::stop_token &stop,
                           Progress &progress)
{
    if (auto linked = bringLinksUpToDate(file, stop, progress); !linked)
        return linked;
    const auto detections = isStale(file, Stage::Detections);
    const auto correlations = isStale(file, Stage::Correlations);
    const auto rules = detectedRuleSet(file);
    if (!detections || !correlations)
        return tl::unexpected((!detections ? detections : correlations).error());
    if (!rules)
        return tl::unexpected(rules.error());
    if (!*detections && !*correlations && *rules == ruleSetName(engine))
        return {};
    progress.stage = Progress::Stage::Detecting;
    if (*detections)
        return detect(file, engine, stop);
    auto changes = ruleChanges(file, engine);
    if (!changes)
        return tl::unexpected(changes.error());
    changes->touchCorrelations = changes->touchCorrelations || *correlations;
    return changes->areFew ? redetect(file, engine, *changes, stop) : detect(file, engine, stop);
}

} // namespace lolscope
