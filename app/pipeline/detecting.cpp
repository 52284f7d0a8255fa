#include "app/pipeline/detecting.h"

#include "app/pipeline/alertbuilder.h"
#include "app/pipeline/candidatematches.h"
#include "app/pipeline/correlating.h"
#include "app/pipeline/evaluatedahead.h"
#include "app/pipeline/triage.h"
#include "detection/sigma/filter.h"
#include "model/analysis/linking.h"
#include "model/base/sha256.h"
#include "model/store/casestate.h"
#include "model/store/detectionwriter.h"
#include "model/store/facts.h"

#include <algorithm>
#include <future>

namespace lolscope {

namespace {

std::vector<StoredRule> storedRules(const Engine &engine)
{
    std::vector<StoredRule> rules;
    for (const auto *list : {&engine.rules(), &engine.correlations().rules()})
        for (const auto &rule : *list)
            rules.push_back({rule->id, rule->title, rule->status, rule->author, rule->description,
                             rule->source, storedText(*rule), static_cast<int>(rule->level), rule->tags,
                             rule->references, rule->falsePositives});
    return rules;
}

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

Result<void> useMatches(const JoinedEvent &event, const Engine &engine, Engine::Session &session,
                        const UseMatch &use)
{
    if (event.isSecondRecord)
        return {}; // one connection, one hit
    for (const Match &match : engine.evaluate(event.event, session))
        if (auto used = use(event, match); !used)
            return used;
    return {};
}

Result<void> forEachMatchRenewingCandidates(const CaseFile &file, const Engine &engine,
                                            DetectionWriter &writer, const UseMatch &use,
                                            const std::stop_token &stop)
{
    if (auto renewed = writer.renewCandidates(); !renewed)
        return renewed;
    Engine::Session session(engine);
    return forEachEvent(
        file, [&](const Event &event) { return engine.wants(event); }, Join::All,
        [&](const JoinedEvent &event) -> Result<void> {
            const Event own = event.unjoined();
            if (!engine.mayMatch(own, joinGains(own), session))
                return {};
            if (auto added = writer.addCandidate(event.id); !added)
                return added;
            return useMatches(event, engine, session, use);
        },
        stop);
}

} // namespace

Result<void> writeLosses(DetectionWriter &writer, const Engine &engine,
                         const std::vector<NotEvaluated> &before, const CorrelationLosses &losses)
{
    for (const NotEvaluated &one : engine.notEvaluated()) {
        const auto known = std::find_if(before.begin(), before.end(), [&](const NotEvaluated &earlier) {
            return earlier.rule == one.rule;
        });
        const auto events = one.events - (known == before.end() ? 0 : known->events);
        if (events > 0)
            if (auto added = writer.addLoss(one.rule->id, std::string(kNotEvaluatedReason), events); !added)
                return added;
    }
    for (const auto &[counter, reason] : kCorrelationLosses)
        if (losses.*counter > 0)
            if (auto added = writer.addLoss({}, std::string(reason), losses.*counter); !added)
                return added;
    return {};
}

std::string storedText(const sigma::Rule &rule)
{
    std::string text = rule.text;
    for (const auto &filter : rule.filters)
        text += (text.ends_with('\n') ? "---\n" : "\n---\n") + filter->text;
    return text;
}

std::string ruleSetName(const Engine &engine)
{
    Sha256 hash;
    for (const auto *list : {&engine.rules(), &engine.correlations().rules()})
        for (const auto &rule : *list)
            hash.add(rule->id).add(storedText(*rule));
    return hex(hash.digest());
}

Result<void> forEachMatch(const CaseFile &file, const Engine &engine, Join join, const UseMatch &use,
                          const std::stop_token &stop)
{
    EvaluatedAhead ahead(engine, use);
    auto read = forEachEvent(
        file, [&](const Event &event) { return engine.wants(event); }, join,
        [&](const JoinedEvent &event) {
            return join == Join::All && event.isSecondRecord ? Result<void>() : ahead.add(event);
        },
        stop);
    return read ? ahead.finish() : read;
}

Result<CorrelationLosses> detect(CaseFile &file, const Engine &engine, const std::stop_token &stop)
{
    const std::string rules = ruleSetName(engine);
    const auto openBefore = engine.notEvaluated();
    const auto known = hasCandidates(file, rules);
    if (!known)
        return tl::unexpected(known.error());
    auto writer = DetectionWriter::begin(file, storedRules(engine));
    if (!writer)
        return tl::unexpected(writer.error());
    AlertBuilder alerts;
    const auto matches = [&](const UseMatch &use) {
        return *known ? forEachMatchOfCandidates(file, engine, use, stop)
                      : forEachMatchRenewingCandidates(file, engine, **writer, use, stop);
    };
    const auto losses = forEachDetection(
        file, engine, Join::All, matches,
        [&](const JoinedEvent &event, const Match &match) {
            const std::string id = alertId(match, event);
            alerts.add(id, match, event);
            return (*writer)->addDetection(match.rule->id, id, event, storedMatch(match));
        },
        stop);
    if (!losses)
        return losses;
    auto status = alerts.write(**writer);
    if (status)
        status = writeLosses(**writer, engine, openBefore, *losses);
    if (status)
        status = (*writer)->finish(rules);
    writer->reset();
    if (status)
        status = applyAllowlist(file);
    if (!status)
        return tl::unexpected(status.error());
    return losses;
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

Result<CorrelationLosses> bringUpToDate(CaseFile &file, const Engine &engine, const std::stop_token &stop,
                                        Progress &progress)
{
    if (auto linked = bringLinksUpToDate(file, stop, progress); !linked)
        return tl::unexpected(linked.error());
    const auto detections = isStale(file, Stage::Detections);
    const auto correlations = isStale(file, Stage::Correlations);
    if (!detections || !correlations)
        return tl::unexpected((!detections ? detections : correlations).error());
    const auto rules = detectedRules(file);
    if (!rules)
        return tl::unexpected(rules.error());
    if (*detections || *correlations || *rules != ruleSetName(engine)) {
        progress.stage = Progress::Stage::Detecting;
        return detect(file, engine, stop);
    }
    return CorrelationLosses();
}

} // namespace lolscope
