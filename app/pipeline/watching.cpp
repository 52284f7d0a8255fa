#include "app/pipeline/watching.h"

#include "app/pipeline/detecting.h"
#include "app/pipeline/enginesessions.h"
#include "model/base/files.h"
#include "model/live/followedfile.h"
#include "model/live/journalreader.h"
#include "model/live/pipereader.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/detectionstore.h"
#include "model/store/eventwriter.h"
#include "model/store/facts.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

class Watching
{
public:
    Watching(CaseFile &file, const Engine &engine, const WatchHandlers &handlers)
        : m_file(file)
        , m_engine(engine)
        , m_sessions(engine)
        , m_handlers(handlers)
        , m_queue(std::make_shared<LiveQueue>())
    {}

    Result<WatchSummary> run(std::vector<WatchInput> inputs, const std::stop_token &stop)
    {
        // What is in the case was seen before, but for what an earlier run was killed before it could tell.
        if (auto told = alertIds(m_file); told)
            m_told.insert(told->begin(), told->end());
        else
            return tl::unexpected(told.error());
        m_changed = true;
        if (const auto updated = update(stop); !updated)
            return tl::unexpected(updated.error());
        if (const auto looked = lookForMatches(stop); !looked) // so that what is known already is not news
            return tl::unexpected(looked.error());
        m_isUrgent = false;
        m_writer.emplace(
            m_file, EventWriter::Candidates{ruleSetName(m_engine), [this](std::span<const Event> events) {
                                                return m_sessions.mayMatch(events);
                                            }});
        for (WatchInput &input : inputs)
            m_sources.push_back(std::make_unique<LiveSource>(std::move(input.name), std::move(input.reader),
                                                             m_queue, m_writer->preparation()));
        for (const auto &source : m_sources)
            source->start();
        const auto followed = follow(stop);
        for (const auto &source : m_sources)
            source->stop();
        auto done = followed;
        if (done) // what the sources gave before they stopped
            for (auto batch = take(Clock::duration::zero()); done && batch;
                 batch = take(Clock::duration::zero()))
                done = add(*batch);
        if (done)
            done = update({});
        if (!done)
            return tl::unexpected(done.error());
        tellStatus();
        return std::move(m_summary);
    }

private:
    Result<void> follow(const std::stop_token &stop)
    {
        while (!stop.stop_requested()) {
            // Asked first: what a source gave before it ended is in the queue then.
            const bool ended = haveAllEnded();
            if (const auto batch = take(ended ? Clock::duration::zero() : kWait, stop)) {
                if (auto added = add(*batch); !added)
                    return added;
            } else if (ended) {
                return {};
            }
            const auto now = Clock::now();
            if (m_uncommitted && now - *m_uncommitted >= kCommitInterval) {
                if (auto committed = commit(); !committed)
                    return committed;
                if (auto looked = lookForMatches(stop); !looked)
                    return looked;
            }
            if (m_changed && now >= (m_isUrgent ? m_nextUpdate : m_latestUpdate))
                if (auto updated = update(stop); !updated)
                    return updated;
            if (now >= m_nextStatus)
                tellStatus();
        }
        return {};
    }

    std::unique_ptr<LiveBatch> take(Clock::duration time, const std::stop_token &stop = {})
    {
        return m_queue->pop(std::chrono::duration_cast<std::chrono::milliseconds>(time), stop);
    }

    bool haveAllEnded() const
    {
        return std::all_of(m_sources.begin(), m_sources.end(), [](const auto &source) {
            const auto state = source->status().state;
            return state == LiveStatus::State::Ended || state == LiveStatus::State::Failed
                || state == LiveStatus::State::Stopped;
        });
    }

    Result<void> add(const LiveBatch &batch)
    {
        const auto evidence = m_writer->follow(batch.evidence, batch.isAnotherLog);
        if (!evidence)
            return tl::unexpected(evidence.error());
        if (auto added = m_writer->add(*evidence, batch.events); !added)
            return added;
        if (auto noted = m_writer->setBookmark(*evidence, batch.bookmark); !noted)
            return noted;
        if (!m_uncommitted)
            m_uncommitted = Clock::now();
        m_changed = m_changed || !batch.events.events.empty();
        m_summary.status.events += batch.events.events.size();
        for (const Event &event : batch.events.events)
            if (event.timeCreated && (!m_latest || *m_latest < *event.timeCreated))
                m_latest = event.timeCreated;
        for (const Damage &damage : batch.events.damage)
            if (m_summary.damage.size() < EvidenceRow::kMaxDamageRows) { // all of it is counted
                m_summary.damage.push_back(damage);
                m_summary.damage.back().reason = batch.evidence + ": " + damage.reason;
            }
        return {};
    }

    Result<void> commit()
    {
        m_uncommitted.reset();
        auto committed = m_writer ? m_writer->commit() : Result<void>();
        if (committed && m_latest) {
            const auto now = std::chrono::time_point_cast<Ticks>(std::chrono::system_clock::now());
            m_summary.status.lag = std::chrono::duration_cast<std::chrono::milliseconds>(
                std::max(now - *std::exchange(m_latest, {}), Ticks(0)));
        }
        return committed;
    }

    /// Whether what came since the last look matches a rule where none did before. Not the last word: asked
    /// names and processes without a ProcessGuid are not known yet.
    Result<void> lookForMatches(const std::stop_token &stop)
    {
        constexpr std::size_t kMostKnown = 100'000;
        const auto looked = forEachCandidateAfter(
            m_file, m_lookedAt,
            [this](const JoinedEvent &event) -> Result<void> {
                m_lookedAt = event.id;
                for (const Match &match : m_engine.evaluate(event.event)) {
                    std::string key = match.rule->id;
                    for (const std::string &part :
                         {event.processKey, event.destIp, event.destPort, event.queryName})
                        key.append(1, '\0').append(part);
                    if (m_matched.size() >= kMostKnown)
                        m_matched.clear();
                    m_isUrgent = m_matched.insert(std::move(key)).second || m_isUrgent;
                }
                return {};
            },
            stop);
        return !looked && looked.error().code == ErrorCode::Cancelled && stop.stop_requested()
            ? Result<void>()
            : looked;
    }

    /// Commits, links, detects, and tells what is new.
    Result<void> update(const std::stop_token &stop)
    {
        if (auto committed = commit(); !committed || !m_changed)
            return committed;
        const auto begun = Clock::now();
        Progress progress;
        if (const auto current = bringUpToDate(m_file, m_engine, stop, progress); !current)
            return current.error().code == ErrorCode::Cancelled && stop.stop_requested()
                ? Result<void>()
                : tl::unexpected(current.error());
        m_changed = m_isUrgent = false;
        if (auto told = tellAlerts(); !told)
            return told;
        const auto now = Clock::now();
        const auto cost = std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(now - begun) / kUpdateShare);
        // Time not used before may be used now, so that after a rest an update comes at once.
        m_paid = std::max(m_paid, begun - kMostSaved) + cost;
        m_nextUpdate = m_paid - kMostSaved;
        m_latestUpdate = std::max(m_nextUpdate, now + kLongestStale);
        return {};
    }

    Result<void> tellAlerts()
    {
        const auto ids = alertIds(m_file);
        if (!ids)
            return tl::unexpected(ids.error());
        for (const std::string &id : *ids) {
            if (!m_told.insert(id).second)
                continue;
            const auto row = alert(m_file, id);
            if (!row)
                return tl::unexpected(row.error());
            ++m_summary.alerts;
            if (m_handlers.newAlert)
                m_handlers.newAlert(m_file, *row);
        }
        return {};
    }

    void tellStatus()
    {
        constexpr std::chrono::seconds kStatusInterval(1);
        WatchStatus &status = m_summary.status;
        const auto now = Clock::now();
        if (m_lastStatus != Clock::time_point())
            status.eventsPerSecond = static_cast<double>(status.events - m_lastEvents)
                / std::max(0.001, std::chrono::duration<double>(now - m_lastStatus).count());
        m_lastStatus = now;
        m_lastEvents = status.events;
        m_nextStatus = now + kStatusInterval;
        status.sources.clear();
        status.lost = status.damaged = 0;
        for (const auto &source : m_sources) {
            status.sources.push_back({source->name(), source->status()});
            status.lost += status.sources.back().status.lost;
            status.damaged += status.sources.back().status.damaged;
        }
        if (m_handlers.status)
            m_handlers.status(status);
    }

    static constexpr Clock::duration kWait = std::chrono::milliseconds(50);
    static constexpr Clock::duration kMostSaved = std::chrono::seconds(3);

    CaseFile &m_file;
    const Engine &m_engine;
    EngineSessions m_sessions;
    const WatchHandlers &m_handlers;
    const std::shared_ptr<LiveQueue> m_queue;
    std::optional<EventWriter> m_writer;
    std::vector<std::unique_ptr<LiveSource>> m_sources; ///< They use the writer's preparation.
    WatchSummary m_summary;
    std::unordered_set<std::string> m_told; ///< Alerts.
    bool m_changed = false; ///< There are events that were not linked.
    std::optional<Clock::time_point> m_uncommitted; ///< Since when.
    std::optional<Timestamp> m_latest; ///< Of the events not committed.
    Clock::time_point m_paid; ///< Updates so far take their share of the time up to here.
    bool m_isUrgent = false; ///< Something matched that is no alert yet.
    EventId m_lookedAt = EventId{0}; ///< The last candidate that was matched.
    std::unordered_set<std::string> m_matched; ///< Rules with their processes and destinations.
    Clock::time_point m_nextUpdate, m_latestUpdate, m_nextStatus, m_lastStatus;
    std::uint64_t m_lastEvents = 0;
};

} // namespace

WatchInput watchInput(const std::string &name, StreamFormat format, const LiveBookmarks &bookmarks)
{
    const auto bookmark = [&](const std::string &evidence) {
        const auto found = bookmarks.find(evidence);
        return found == bookmarks.end() ? std::string() : found->second;
    };
    if (name == "-")
        return {"stdin", std::make_unique<PipeReader>(PipeReader::kStandardInput, "stdin", format)};
    if (name == JournalReader::kEvidence)
        return {name, std::make_unique<JournalReader>(bookmark(name))};
    fs::path path = absolutePath(utf8Path(name));
    if (!path.has_filename())
        path = path.parent_path(); // `folder/`
    const FileKind kind = fileFacts(path).kind;
    if (kind == FileKind::Fifo)
        return {path.string(), std::make_unique<PipeReader>(path, format)};
    if (kind == FileKind::Folder)
        return {path.string(),
                std::make_unique<FollowedFolder>(path, bookmarks, FollowOptions{.format = format})};
    return {path.string(),
            std::make_unique<FollowedFile>(path, bookmark(path.string()), FollowOptions{.format = format})};
}

Result<WatchInput> watchInput(EventLogRequest request, const LiveBookmarks &bookmarks)
{
    if (request.query.starts_with("<QueryList") != request.channels.empty())
        return fail(ErrorCode::Invalid,
                    request.channels.empty() ? "no channel is named"
                                             : "a structured query names its channels itself");
    auto api = systemEventLog();
    if (!api)
        return tl::unexpected(api.error());
    std::string name =
        "\\\\" + (request.computer.name.empty() ? (*api)->computerName() : request.computer.name);
    return WatchInput{std::move(name),
                      std::make_unique<EventLogReader>(std::move(*api), std::move(request), bookmarks)};
}

Result<WatchSummary> watch(CaseFile &file, std::vector<WatchInput> inputs, const Engine &engine,
                           const std::stop_token &stop, const WatchHandlers &handlers)
{
    return Watching(file, engine, handlers).run(std::move(inputs), stop);
}

} // namespace lolscope
