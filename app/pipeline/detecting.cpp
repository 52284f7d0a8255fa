#include "app/pipeline/detecting.h"

#include "app/pipeline/candidatematches.h"
#include "app/pipeline/correlating.h"
#include "app/pipeline/evaluatedahead.h"
#include "app/pipeline/eventsubject.h"
#include "app/pipeline/triage.h"
#include "detection/sigma/filter.h"
#include "model/analysis/linking.h"
#include "model/base/ipaddress.h"
#include "model/base/sha256.h"
#include "model/base/text.h"
#include "model/store/casestate.h"
#include "model/store/facts.h"

#include <algorithm>
#include <charconv>
#include <future>
#include <map>
#include <set>

namespace lolscope {

namespace {

/// One alert as it grows. The first hit, in time, speaks for it.
struct Draft
{
    AlertRow row;
    std::int64_t host = 0;
    std::optional<std::uint64_t> firstRecord;
    std::set<std::string> shape;
};

int portNumber(const std::string &text)
{
    int port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
}

/// The other end of a connection, and the port that stays the same over its hits. Of an accepted connection
/// Sysmon versions differ in which end they call the destination: the lower port is the one that listens, and
/// the other end is the peer.
struct OtherEnd
{
    std::string address, port;
    bool isDestination = true;
};
OtherEnd otherEnd(const JoinedEvent &event)
{
    const std::string destination = event.destAddress.empty() ? foldCase(event.destIp) : event.destAddress;
    if (event.initiated.value_or(true))
        return {destination, event.destPort, true};
    if (portNumber(event.destPort) > portNumber(event.sourcePort))
        return {destination, event.sourcePort, true};
    const std::string source = addressText(event.sourceIp);
    return {source.empty() ? foldCase(event.sourceIp) : source, event.destPort, false};
}

/// What an alert is about besides its process: the name asked for, else the address.
std::string destinationOf(const JoinedEvent &event)
{
    if (event.dnsQuery)
        return foldCase(event.queryName);
    const bool opened = event.initiated.value_or(true);
    return opened && !event.askedName.empty() ? foldCase(event.askedName) : otherEnd(event).address;
}

/// Stable over runs and over cases: rule, process and destination; without a process see EventSubject.
std::string alertId(const std::string &ruleId, const JoinedEvent &event)
{
    constexpr std::size_t kBytes = 16; // 32 hex digits
    Sha256 hash;
    hash.add(ruleId).add(foldCase(event.event.computer));
    hash.add(event.process ? event.processKey : subjectOf(event.unjoined()).key());
    hash.add(destinationOf(event));
    hash.add(otherEnd(event).port);
    hash.add(event.dnsQuery ? "dns" : event.protocol);
    return hex(hash.digest(), kBytes);
}

AlertRow firstRow(const std::string &id, const sigma::Rule &rule, const JoinedEvent &event)
{
    AlertRow row;
    row.id = id;
    row.ruleId = rule.id;
    row.process = event.process;
    row.image = event.image;
    row.user = event.user == "-" ? std::string() : event.user;
    if (row.user.empty() && !event.process)
        row.user = subjectOf(event.unjoined()).account;
    if (event.dnsQuery) {
        row.destName = event.queryName;
        row.destNameSource = NameSource::Asked;
        row.protocol = "dns";
    } else if (event.connection) {
        const OtherEnd other = otherEnd(event);
        const bool asked = event.initiated.value_or(true) && !event.askedName.empty();
        row.destName = asked ? event.askedName : other.isDestination ? event.reverseName : std::string();
        row.destNameSource = row.destName.empty() ? NameSource::None
            : asked                               ? NameSource::Asked
                                                  : NameSource::Reverse;
        row.destIp = other.address;
        row.destPort = other.port;
        row.protocol = event.protocol;
        row.destScope = addressScope(other.address);
        row.initiated = event.initiated;
    }
    return row;
}

bool isEarlier(const std::optional<Timestamp> &time, const std::optional<std::uint64_t> &record,
               const Draft &draft)
{
    if (time && (!draft.row.firstSeen || *time != *draft.row.firstSeen))
        return !draft.row.firstSeen || *time < *draft.row.firstSeen;
    return time == draft.row.firstSeen && record < draft.firstRecord;
}

/// Kinds in the order things happen: the start, then the rest by number.
std::string shapeText(const std::set<std::string> &shape)
{
    std::string text;
    for (const char *start : {"4688", "1"})
        if (shape.contains(start))
            text += (text.empty() ? "" : "+") + std::string(start);
    std::vector<std::string> rest(shape.begin(), shape.end());
    std::erase_if(rest, [](const std::string &kind) { return kind == "4688" || kind == "1"; });
    std::sort(rest.begin(), rest.end(),
              [](const auto &a, const auto &b) { return portNumber(a) < portNumber(b); });
    for (const std::string &kind : rest)
        text += (text.empty() ? "" : "+") + kind;
    return text;
}

class AlertBuilder
{
public:
    /// Counts the hit and gives the id of its alert.
    std::string add(const Match &match, const JoinedEvent &event)
    {
        const bool isCorrelation = match.rule->correlation != nullptr;
        const std::string id = isCorrelation ? correlationAlertId(match) : alertId(match.rule->id, event);
        const auto time = eventTime(event.event);
        const auto [entry, added] = m_drafts.try_emplace(id);
        Draft &draft = entry->second;
        const AlertRow before = isCorrelation ? draft.row : AlertRow();
        if (added || isEarlier(time, event.event.recordId, draft)) {
            const auto hits = draft.row.hits;
            const auto last = draft.row.lastSeen;
            draft.row = firstRow(id, *match.rule, event);
            draft.row.hits = hits;
            draft.row.lastSeen = last;
            draft.row.firstSeen = time;
            draft.firstRecord = event.event.recordId;
            draft.host = event.host;
        }
        if (isCorrelation) {
            fillGaps(draft.row, before);
            fillGaps(draft.row, firstRow(id, *match.rule, event));
        }
        ++draft.row.hits;
        if (time && (!draft.row.lastSeen || *draft.row.lastSeen < *time))
            draft.row.lastSeen = time;
        if (!event.startShape.empty())
            draft.shape.insert(event.startShape);
        draft.shape.insert(std::to_string(event.event.eventId));
        if (!event.askedName.empty() && event.initiated.value_or(true))
            draft.shape.insert("22");
        return id;
    }

    Result<void> write(DetectionWriter &writer)
    {
        for (auto &[id, draft] : m_drafts) {
            draft.row.shape = shapeText(draft.shape);
            if (auto written = writer.addAlert(draft.row, draft.host); !written)
                return written;
        }
        return {};
    }

private:
    std::map<std::string, Draft> m_drafts;
};

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

std::vector<DetectionRow::Matched> storedMatch(const Match &match)
{
    std::vector<DetectionRow::Matched> matched;
    for (const MatchedValue &value : match.matched)
        matched.push_back({value.field, value.value, value.test, value.source});
    return matched;
}

/// The engine counts from its making; `before` is what it had counted before this run.
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

} // namespace

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
            return (*writer)->addDetection(match.rule->id, alerts.add(match, event), event,
                                           storedMatch(match));
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
    if (!detections)
        return tl::unexpected(detections.error());
    const auto rules = detectedRules(file);
    if (!rules)
        return tl::unexpected(rules.error());
    if (*detections || *rules != ruleSetName(engine)) {
        progress.stage = Progress::Stage::Detecting;
        return detect(file, engine, stop);
    }
    return CorrelationLosses();
}

} // namespace lolscope
