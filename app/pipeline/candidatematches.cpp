#include "app/pipeline/candidatematches.h"

#include "app/pipeline/evaluatedahead.h"
#include "model/base/orderedjobs.h"
#include "model/store/facts.h"

#include <algorithm>
#include <limits>
#include <span>
#include <thread>

namespace lolscope {

namespace {

constexpr unsigned kMostThreads = 8;

/// What looks at events on one connection to the case, which it may do on any one thread.
template<typename Looker>
struct Apart
{
    CaseFile file;
    std::optional<Looker> looker = {};

    static Result<std::shared_ptr<Apart>> open(const CaseFile &file, const Engine &engine)
    {
        auto own = CaseFile::open(file.path(), CaseFile::Mode::ReadOnly);
        if (!own)
            return tl::unexpected(own.error());
        auto apart = std::make_shared<Apart>(Apart{std::move(*own)});
        auto looker = Looker::open(apart->file, engine);
        if (!looker)
            return tl::unexpected(looker.error());
        apart->looker.emplace(std::move(*looker));
        return apart;
    }
};

/// Does numbered jobs on lookers of their own threads: Looker::look(job, found), where Looker::Found has
/// `status`. `use` gets what they found, on the calling thread, in the order of the jobs.
template<typename Looker, typename Look, typename Use>
Result<void> lookOnAllCores(const CaseFile &file, const Engine &engine, std::uint64_t jobs, const Look &look,
                            const Use &use, const std::stop_token &stop)
{
    using Found = typename Looker::Found;
    const auto done = [&](Found &found) -> Result<void> {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (auto used = use(found); !used)
            return used;
        return found.status;
    };
    const auto threads =
        std::min<std::uint64_t>({std::max(1U, std::thread::hardware_concurrency()), kMostThreads, jobs});
    if (threads <= 1 || file.path().empty()) { // a temporary case has one connection only
        auto looker = Looker::open(file, engine);
        if (!looker)
            return tl::unexpected(looker.error());
        Found found;
        for (std::uint64_t job = 0; job < jobs; ++job) {
            look(*looker, job, found);
            if (auto used = done(found); !used)
                return used;
        }
        return {};
    }
    std::vector<std::shared_ptr<Apart<Looker>>> apart;
    while (apart.size() < threads) {
        auto one = Apart<Looker>::open(file, engine);
        if (!one)
            return tl::unexpected(one.error());
        apart.push_back(std::move(*one));
    }
    std::size_t next = 0;
    OrderedJobs<Found> running(jobs, static_cast<unsigned>(threads), 4 * threads, [&] {
        return
            [&look, own = apart[next++]](std::uint64_t job, Found &found) { look(*own->looker, job, found); };
    });
    while (Found *found = running.next())
        if (auto used = done(*found); !used)
            return used;
    return {};
}

/// Looks for candidates.
class Finder
{
public:
    struct Found
    {
        std::vector<EventId> events;
        Result<void> status;
    };

    static Result<Finder> open(const CaseFile &file, const Engine &engine)
    {
        return RecordedEvents::open(file, [&](const Event &event) { return engine.wants(event); })
            .map([&](RecordedEvents &&events) { return Finder(std::move(events), engine); });
    }

    void look(EventId first, EventId last, Found &found)
    {
        found.events.clear();
        found.status = m_events.read(first, last, [&](EventId id, const Event *event) {
            if (!event || m_engine->mayMatch(*event, joinGains(*event), m_session))
                found.events.push_back(id);
        });
    }

private:
    Finder(RecordedEvents events, const Engine &engine)
        : m_events(std::move(events))
        , m_engine(&engine)
        , m_session(engine)
    {}

    RecordedEvents m_events;
    const Engine *m_engine;
    Engine::Session m_session;
};

class Evaluator
{
public:
    /// With what the events point into.
    struct Found
    {
        struct One
        {
            JoinedEvent event;
            std::vector<Match> matches;
        };
        std::vector<One> events;
        EventBatch storage;
        UnreadableEvents unreadable;
        Result<void> status;
    };

    static Result<Evaluator> open(const CaseFile &file, const Engine &engine)
    {
        return JoinedEvents::open(file, Join::All).map([&](JoinedEvents &&events) {
            return Evaluator(std::move(events), engine);
        });
    }

    void look(std::span<const EventId> ids, Found &found)
    {
        found.events.clear();
        found.storage.clear();
        found.unreadable.clear();
        found.status = {};
        for (const EventId id : ids) {
            found.status = m_events.read(
                id,
                [&](const JoinedEvent &event) -> Result<void> {
                    if (event.isSecondRecord)
                        return {}; // one connection, one hit
                    auto matches = m_engine->evaluate(event.event, m_session);
                    if (!matches.empty())
                        found.events.push_back({kept(event, found.storage), std::move(matches)});
                    return {};
                },
                &found.unreadable);
            if (!found.status)
                return;
        }
    }

private:
    Evaluator(JoinedEvents events, const Engine &engine)
        : m_events(std::move(events))
        , m_engine(&engine)
        , m_session(engine)
    {}

    JoinedEvents m_events;
    const Engine *m_engine;
    Engine::Session m_session;
};

} // namespace

Result<std::vector<EventId>> findCandidates(const CaseFile &file, const Engine &engine,
                                            const std::stop_token &stop)
{
    constexpr std::size_t kRunsPerJob = 8;
    const auto runs = packedRuns(file);
    if (!runs)
        return tl::unexpected(runs.error());
    const std::uint64_t jobs = 1 + runs->size() / kRunsPerJob;
    // Those around the runs, whose values are missing, are looked at too.
    const auto begin = [&](std::uint64_t job) {
        return job == 0   ? std::numeric_limits<std::int64_t>::min()
            : job == jobs ? std::numeric_limits<std::int64_t>::max()
                          : toInt((*runs)[job * kRunsPerJob - 1]);
    };
    std::vector<EventId> all;
    const auto looked = lookOnAllCores<Finder>(
        file, engine, jobs,
        [&](Finder &finder, std::uint64_t job, Finder::Found &found) {
            finder.look(EventId{begin(job)}, EventId{begin(job + 1) - 1}, found);
        },
        [&](const Finder::Found &found) -> Result<void> {
            all.insert(all.end(), found.events.begin(), found.events.end());
            return {};
        },
        stop);
    if (!looked)
        return tl::unexpected(looked.error());
    return all;
}

Result<void> forEachMatchOf(const std::vector<EventId> &events, const CaseFile &file, const Engine &engine,
                            const UseMatch &use, UnreadableEvents &unreadable, const std::stop_token &stop)
{
    constexpr std::size_t kEventsPerJob = 128;
    return lookOnAllCores<Evaluator>(
        file, engine, (events.size() + kEventsPerJob - 1) / kEventsPerJob,
        [&](Evaluator &evaluator, std::uint64_t job, Evaluator::Found &found) {
            const auto rest = std::span(events).subspan(job * kEventsPerJob);
            evaluator.look(rest.first(std::min(kEventsPerJob, rest.size())), found);
        },
        [&](const Evaluator::Found &found) -> Result<void> {
            unreadable.insert(found.unreadable.begin(), found.unreadable.end());
            for (const auto &one : found.events)
                for (const Match &match : one.matches)
                    if (auto used = use(one.event, match); !used)
                        return used;
            return {};
        },
        stop);
}

} // namespace lolscope
