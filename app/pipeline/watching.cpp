#include "app/pipeline/watching.h"

#include "app/pipeline/detecting.h"
#include "app/pipeline/enginesessions.h"
#include "app/pipeline/ruledigests.h"
#include "app/pipeline/updating.h"
#include "model/base/files.h"
#include "model/live/followedfile.h"
#include "model/live/journalreader.h"
#include "model/live/pipereader.h"
#include "model/store/casestate.h"
#include "model/store/eventwriter.h"

#include <algorithm>
#include <optional>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

class Watching
{
public:
    Watching(CaseFile &file, const Engine &engine, const WatchHandlers &handlers, WatchControl &control)
        : m_file(file)
        , m_engine(engine)
        , m_sessions(engine)
        , m_updater(file, engine)
        , m_handlers(handlers)
        , m_control(control)
        , m_queue(std::make_shared<LiveQueue>())
    {}
    ~Watching()
    {
        m_sources.clear();
        m_writer.reset(); // with what it did not commit
        giveTurn();
    }
    Watching(const Watching &) = delete;
    Watching &operator=(const Watching &) = delete;

    Result<WatchSummary> run(std::vector<WatchInput> inputs, const std::stop_token &stop)
    {
        takeTurn();
        // Also what an earlier run was killed before it could tell.
        if (const auto updated = update(stop); !updated)
            return tl::unexpected(updated.error());
        m_writer.emplace(
            m_file,
            EventWriter::Candidates{ruleSetName(m_engine), [this, stop](std::span<const Event> events) {
                                        return m_sessions.mayMatch(events, stop);
                                    }});
        for (WatchInput &input : inputs)
            start(std::move(input));
        giveTurn();
        const auto followed = follow(stop);
        for (const auto &source : m_sources)
            source->stop();
        auto done = followed;
        if (done) // what the sources gave before they stopped
            for (auto batch = take(Clock::duration::zero()); done && batch;
                 batch = take(Clock::duration::zero()))
                done = add(*batch);
        if (done)
            done = update({}, true);
        if (!done)
            return tl::unexpected(done.error());
        tellStatus();
        return std::move(m_summary);
    }

private:
    void start(WatchInput input)
    {
        m_sources.push_back(std::make_unique<LiveSource>(std::move(input.name), std::move(input.reader),
                                                         m_queue, m_writer->preparation()));
        m_sources.back()->start();
    }

    Result<void> grant(const WatchControl::Wish &wish)
    {
        using Kind = WatchControl::Wish::Kind;
        m_nextStatus = {}; // seen at once
        if (wish.kind == Kind::Add) {
            const auto bookmarks = liveBookmarks(m_file);
            if (!bookmarks)
                return tl::unexpected(bookmarks.error());
            start(wish.open(*bookmarks));
        } else if (wish.source < m_sources.size()) {
            if (wish.kind == Kind::Stop)
                m_sources[wish.source]->stop();
            else
                m_sources[wish.source]->pause(wish.kind == Kind::Pause);
        }
        return {};
    }

    void takeTurn()
    {
        if (!std::exchange(m_hasTurn, true))
            m_control.turns().take();
    }
    void giveTurn()
    {
        if (std::exchange(m_hasTurn, false))
            m_control.turns().give();
    }

    Result<void> follow(const std::stop_token &stop)
    {
        while (!stop.stop_requested()) {
            for (const WatchControl::Wish &wish : m_control.take())
                if (auto granted = grant(wish); !granted)
                    return granted;
            // Asked first: what a source gave before it ended is in the queue then.
            const bool ended = haveAllEnded();
            if (const auto batch = take(ended ? Clock::duration::zero() : kWait, stop)) {
                if (auto added = add(*batch); !added)
                    return added;
            } else if (ended) {
                return {};
            }
            const auto now = Clock::now();
            if ((m_uncommitted && (now - *m_uncommitted >= kCommitInterval || m_control.turns().isWanted()))
                || m_updater.isDue())
                if (auto updated = update(stop); !updated)
                    return updated;
            if (!m_uncommitted)
                giveTurn();
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
        takeTurn();
        const auto evidence = m_writer->follow(batch.evidence, batch.isAnotherLog);
        if (!evidence)
            return tl::unexpected(evidence.error());
        if (auto added = m_writer->add(*evidence, batch.events); !added)
            return added;
        if (auto noted = m_writer->setBookmark(*evidence, batch.bookmark); !noted)
            return noted;
        if (!m_uncommitted)
            m_uncommitted = Clock::now();
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
            WatchStatus &status = m_summary.status;
            status.latest = std::exchange(m_latest, {});
            status.lag.reset();
            if (now - *status.latest <= kCurrent)
                status.lag = std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::max(now - *status.latest, Ticks(0)));
        }
        return committed;
    }

    /// Commits, links and detects what is new, and tells the new alerts.
    Result<void> update(const std::stop_token &stop, bool finally = false)
    {
        takeTurn();
        if (auto committed = commit(); !committed)
            return committed;
        const auto added = m_updater.update(finally, stop);
        if (!added)
            return added.error().code == ErrorCode::Cancelled && stop.stop_requested()
                ? Result<void>()
                : tl::unexpected(added.error());
        m_summary.alerts += added->size();
        if (m_handlers.newAlert)
            for (const AlertRow &row : *added)
                m_handlers.newAlert(m_file, row);
        if (m_handlers.updated)
            m_handlers.updated();
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

    CaseFile &m_file;
    const Engine &m_engine;
    EngineSessions m_sessions;
    Updater m_updater;
    const WatchHandlers &m_handlers;
    WatchControl &m_control;
    bool m_hasTurn = false; ///< To write: while something is uncommitted, and for an update.
    const std::shared_ptr<LiveQueue> m_queue;
    std::optional<EventWriter> m_writer;
    std::vector<std::unique_ptr<LiveSource>> m_sources; ///< They use the writer's preparation.
    WatchSummary m_summary;
    std::optional<Clock::time_point> m_uncommitted; ///< Since when.
    std::optional<Timestamp> m_latest; ///< Of the events not committed.
    Clock::time_point m_nextStatus, m_lastStatus;
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
                           const std::stop_token &stop, const WatchHandlers &handlers, WatchControl *control)
{
    WatchControl own;
    return Watching(file, engine, handlers, control ? *control : own).run(std::move(inputs), stop);
}

} // namespace lolscope
