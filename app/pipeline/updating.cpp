#include "app/pipeline/updating.h"

#include "app/pipeline/alertbuilder.h"
#include "app/pipeline/detecting.h"
#include "app/pipeline/detectionlosses.h"
#include "app/pipeline/redetecting.h"
#include "app/pipeline/ruledigests.h"
#include "app/pipeline/triage.h"
#include "model/analysis/relinking.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/detectionwriter.h"
#include "model/store/facts.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>

namespace lolscope {

namespace {

using Clock = std::chrono::steady_clock;

/// One update, in one transaction.
class Update
{
public:
    Update(CaseFile &file, const Engine &engine, Engine::Session &session, JoinedEvents &events,
           UnreadableEvents &unreadable, DetectionWriter &writer)
        : m_file(file)
        , m_engine(engine)
        , m_session(session)
        , m_events(events)
        , m_unreadable(unreadable)
        , m_writer(writer)
    {
        for (const auto *list : {&engine.rules(), &engine.correlations().rules()})
            for (const auto &rule : *list)
                m_rules[rule->id] = rule;
        for (const auto &rule : engine.correlations().rules())
            m_correlations.insert(rule->id);
    }

    bool touchesCorrelations() const { return m_touchesCorrelations; }

    /// Matches these events anew.
    Result<void> match(const std::vector<EventId> &events, EventId linked)
    {
        for (const EventId event : events) {
            if (event > linked)
                continue;
            auto alerts = m_writer.removeDetections(event, m_correlations);
            if (!alerts)
                return tl::unexpected(alerts.error());
            m_broken.insert(alerts->begin(), alerts->end());
            // A match that only correlation rules use is not in the case.
            m_touchesCorrelations = !m_correlations.empty();
        }
        const auto before = m_engine.notEvaluated();
        const auto known = m_unreadable.size();
        for (const EventId event : events)
            if (auto read = m_events.read(
                    event, [&](const JoinedEvent &joined) { return match(joined); }, &m_unreadable);
                !read)
                return read;
        auto losses = notEvaluatedLosses(m_engine, before);
        if (m_unreadable.size() > known)
            losses.push_back({{}, std::string(kUnreadableReason), m_unreadable.size() - known});
        return addLosses(m_writer, losses);
    }

    /// Writes the alerts. Gives the ids of those that are new.
    Result<std::vector<std::string>> finish(const std::vector<std::string> &otherParents)
    {
        std::vector<GrownAlert> grown;
        for (auto &[id, alert] : m_grown)
            if (!m_broken.contains(id))
                grown.push_back({id, alert.allowlistId, alert.isNew ? 0 : alert.hits});
        std::vector<std::string> added;
        for (const auto &[id, alert] : m_grown)
            if (alert.isNew && !m_broken.contains(id))
                added.push_back(id);
        for (const std::string &id : m_broken) {
            const auto known = find(id);
            const auto rebuilt = rebuild(id);
            if (!known || !rebuilt)
                return tl::unexpected(!known ? known.error() : rebuilt.error());
            if (*rebuilt)
                grown.push_back({id});
            if (*rebuilt && !*known)
                added.push_back(id);
        }
        for (const std::string &id : otherParents)
            grown.push_back({id});
        if (auto written = m_alerts.write(m_writer); !written)
            return tl::unexpected(written.error());
        if (auto applied = applyAllowlist(m_file, grown); !applied)
            return tl::unexpected(applied.error());
        return added;
    }

private:
    struct Grown
    {
        bool isNew = false;
        std::string allowlistId;
        std::optional<Timestamp> firstSeen;
        std::uint64_t hits = 0;
    };

    Result<std::optional<AlertRow>> find(const std::string &id) const
    {
        auto row = alert(m_file, id);
        if (row)
            return std::optional(std::move(*row));
        if (row.error().code == ErrorCode::Invalid) // not there
            return std::optional<AlertRow>();
        return tl::unexpected(row.error());
    }

    Result<void> match(const JoinedEvent &event)
    {
        if (event.isSecondRecord)
            return {}; // one connection, one hit
        for (const Match &match : m_engine.evaluate(event.event, m_session)) {
            m_touchesCorrelations =
                m_touchesCorrelations || m_engine.correlations().baseRule(match.rule->id).has_value();
            if (m_engine.correlations().isSilent(match.rule->id))
                continue;
            const std::string id = alertId(match, event);
            if (auto added = m_writer.addDetection(match.rule->id, id, event, storedMatch(match)); !added)
                return added;
            if (auto grown = grow(id, match, event); !grown)
                return grown;
        }
        return {};
    }

    Result<void> grow(const std::string &id, const Match &match, const JoinedEvent &event)
    {
        if (m_broken.contains(id))
            return {};
        const auto [entry, added] = m_grown.try_emplace(id);
        Grown &grown = entry->second;
        if (added) {
            const auto known = find(id);
            if (!known)
                return tl::unexpected(known.error());
            grown.isNew = !*known;
            if (*known) {
                grown.allowlistId = (*known)->allowlistId;
                grown.firstSeen = (*known)->firstSeen;
                m_alerts.resume(**known, event);
            }
        }
        ++grown.hits;
        if (!grown.isNew && eventTime(event.event) == grown.firstSeen)
            m_broken.insert(id); // which of them comes first, all of its hits tell
        else
            m_alerts.add(id, match, event);
        return {};
    }

    /// Makes an alert of all of its hits; false when it has none and is gone.
    Result<bool> rebuild(const std::string &id)
    {
        m_alerts.forget(id);
        auto hits = m_writer.hitsOf(id);
        if (!hits)
            return tl::unexpected(hits.error());
        if (hits->empty()) {
            if (auto removed = m_writer.removeAlert(id); !removed)
                return tl::unexpected(removed.error());
            return false;
        }
        // Of a correlation rule they came in the order of their time.
        if (!m_correlations.contains(hits->front().ruleId))
            std::sort(hits->begin(), hits->end(),
                      [](const auto &a, const auto &b) { return a.event < b.event; });
        for (const auto &[event, rule] : *hits) {
            const auto known = m_rules.find(rule);
            if (known == m_rules.end())
                return fail(ErrorCode::Corrupt, "the case has a detection of unknown rule " + rule);
            UnreadableEvents unreadable;
            const auto read = m_events.read(
                event,
                [&](const JoinedEvent &joined) -> Result<void> {
                    m_alerts.add(id, Match{known->second, {}}, joined);
                    return {};
                },
                &unreadable);
            if (!read)
                return tl::unexpected(read.error());
            if (!unreadable.empty()) { // the alert stays as it is
                m_alerts.forget(id);
                break;
            }
        }
        return true;
    }

    CaseFile &m_file;
    const Engine &m_engine;
    Engine::Session &m_session;
    JoinedEvents &m_events;
    UnreadableEvents &m_unreadable; ///< Of all updates, so that none is counted twice.
    DetectionWriter &m_writer;
    std::map<std::string, sigma::RulePtr> m_rules;
    std::set<std::string> m_correlations;
    std::set<std::string> m_broken; ///< Alerts that lost hits, or whose hits say something else.
    std::map<std::string, Grown> m_grown; ///< Alerts that only gained hits.
    AlertBuilder m_alerts;
    bool m_touchesCorrelations = false;
};

} // namespace

struct Updater::Private
{
    CaseFile &file;
    const Engine &engine;
    const std::string rules;
    std::optional<Engine> correlating; ///< Where there are correlation rules.
    Engine::Session session;
    std::unique_ptr<TouchedFacts> touched;
    std::optional<JoinedEvents> events;
    UnreadableEvents unreadable;
    bool correlationsWait = false;
    Clock::time_point nextCorrelation;

    /// All of the case at once.
    Result<std::vector<std::string>> updateWhole(const std::stop_token &stop)
    {
        const auto before = alertIds(file);
        if (!before)
            return tl::unexpected(before.error());
        touched.reset();
        Progress progress;
        if (const auto current = bringUpToDate(file, engine, stop, progress); !current)
            return tl::unexpected(current.error());
        auto after = alertIds(file);
        if (!after)
            return after;
        const std::set<std::string> known(before->begin(), before->end());
        std::erase_if(*after, [&](const std::string &id) { return known.contains(id); });
        correlationsWait = false;
        return after;
    }

    Result<void> prepare()
    {
        if (!touched) {
            auto opened = TouchedFacts::open(file);
            if (!opened)
                return tl::unexpected(opened.error());
            touched = std::move(*opened);
        }
        if (!events) {
            auto opened = JoinedEvents::open(file, Join::All);
            if (!opened)
                return tl::unexpected(opened.error());
            events.emplace(std::move(*opened));
        }
        return {};
    }

    Result<std::vector<std::string>> updateTouched(EventId linked, bool finally, const std::stop_token &stop)
    {
        if (auto prepared = prepare(); !prepared)
            return tl::unexpected(prepared.error());
        auto writer = DetectionWriter::resume(file);
        if (!writer)
            return tl::unexpected(writer.error());
        Update update(file, engine, session, *events, unreadable, **writer);
        if (auto done = relink(*touched, linked); !done)
            return tl::unexpected(done.error());
        (*writer)->setRelinked();
        const auto changed = touched->changedEvents();
        const auto otherParents = touched->changedAlerts();
        if (!changed || !otherParents)
            return tl::unexpected(!changed ? changed.error() : otherParents.error());
        if (auto matched = update.match(*changed, linked); !matched)
            return tl::unexpected(matched.error());
        auto added = update.finish(*otherParents);
        if (!added)
            return added;
        const bool waits = correlationsWait || update.touchesCorrelations();
        if (auto finished = (*writer)->finish(rules, waits); !finished)
            return tl::unexpected(finished.error());
        writer->reset();
        correlationsWait = waits;
        if (!waits || (!finally && Clock::now() < nextCorrelation))
            return added;
        const auto further = correlate(stop);
        if (!further)
            return further;
        added->insert(added->end(), further->begin(), further->end());
        return added;
    }

    /// In a transaction of its own: it reads what was committed.
    Result<std::vector<std::string>> correlate(const std::stop_token &stop)
    {
        const auto begun = Clock::now();
        auto writer = DetectionWriter::resume(file);
        if (!writer)
            return tl::unexpected(writer.error());
        AlertBuilder alerts;
        UnreadableEvents damaged;
        const auto before = correlateAgain(file, *correlating, **writer, alerts, damaged, stop);
        if (!before)
            return tl::unexpected(before.error());
        std::vector<std::string> added = alerts.ids();
        std::vector<GrownAlert> grown;
        for (const std::string &id : added)
            grown.push_back({id});
        std::erase_if(added, [&](const std::string &id) { return before->contains(id); });
        auto done = alerts.write(**writer);
        const auto known = unreadable.size();
        unreadable.merge(damaged);
        if (done && unreadable.size() > known)
            done = (*writer)->addLoss({}, std::string(kUnreadableReason), unreadable.size() - known);
        if (done)
            done = applyAllowlist(file, grown);
        if (done)
            done = (*writer)->finish(rules);
        if (!done)
            return tl::unexpected(done.error());
        correlationsWait = false;
        const auto now = Clock::now();
        nextCorrelation = now
            + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(now - begun)
                                                          / kCorrelationShare);
        return added;
    }
};

Updater::Updater(CaseFile &file, const Engine &engine)
    : d(new Private{file, engine, ruleSetName(engine), {}, Engine::Session(engine), {}, {}, {}, false, {}})
{
    if (!engine.correlations().rules().empty())
        d->correlating.emplace(correlationEngine(engine));
}
Updater::~Updater() = default;

bool Updater::isDue() const
{
    return d->correlationsWait && Clock::now() >= d->nextCorrelation;
}

Result<std::vector<AlertRow>> Updater::update(bool finally, const std::stop_token &stop)
{
    const auto linked = detectedUpTo(d->file);
    const auto rules = detectedRuleSet(d->file);
    const auto last = lastEvent(d->file);
    const auto known = hasCandidates(d->file, d->rules);
    if (!linked)
        return tl::unexpected(linked.error());
    if (!rules)
        return tl::unexpected(rules.error());
    if (!last)
        return tl::unexpected(last.error());
    if (!known)
        return tl::unexpected(known.error());
    constexpr std::int64_t kFewEvents = 2'000;
    const std::int64_t all = toInt(*last), added = all - toInt(linked->value_or(EventId{0}));
    const auto waits = isStale(d->file, Stage::Correlations); // since an earlier run, perhaps
    if (!waits)
        return tl::unexpected(waits.error());
    d->correlationsWait = *waits;
    const bool isWhole = !*linked || *rules != d->rules || !*known || (added > kFewEvents && added > all / 4);
    auto ids = isWhole ? d->updateWhole(stop) : d->updateTouched(**linked, finally, stop);
    if (!ids)
        return tl::unexpected(ids.error());
    std::vector<AlertRow> rows;
    for (const std::string &id : *ids) {
        auto row = alert(d->file, id);
        if (!row)
            return tl::unexpected(row.error());
        rows.push_back(std::move(*row));
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const AlertRow &a, const AlertRow &b) { return a.firstSeen < b.firstSeen; });
    return rows;
}

} // namespace lolscope
