#include "app/pipeline/candidatematches.h"

#include "app/pipeline/evaluatedahead.h"
#include "model/base/orderedjobs.h"

#include <algorithm>
#include <span>
#include <thread>

namespace lolscope {

namespace {

constexpr std::size_t kEventsPerJob = 128;
constexpr unsigned kMostThreads = 8;

/// What a job found, with what its events point into.
struct Found
{
    struct One
    {
        JoinedEvent event;
        std::vector<Match> matches;
    };
    std::vector<One> events;
    EventBatch storage;
    Result<void> status;
};

/// Evaluates on one connection to the case.
class Evaluator
{
public:
    Evaluator(JoinedEvents events, const Engine &engine)
        : m_events(std::move(events))
        , m_engine(engine)
        , m_session(engine)
    {}

    void evaluate(std::span<const EventId> ids, Found &found)
    {
        found.events.clear();
        found.storage.clear();
        found.status = {};
        for (const EventId id : ids) {
            found.status = m_events.read(id, [&](const JoinedEvent &event) -> Result<void> {
                if (event.isSecondRecord)
                    return {}; // one connection, one hit
                auto matches = m_engine.evaluate(event.event, m_session);
                if (!matches.empty())
                    found.events.push_back({kept(event, found.storage), std::move(matches)});
                return {};
            });
            if (!found.status)
                return;
        }
    }

private:
    JoinedEvents m_events;
    const Engine &m_engine;
    Engine::Session m_session;
};

/// An evaluator with a connection of its own, which it may use on any one thread.
struct Apart
{
    CaseFile file;
    std::optional<Evaluator> evaluator;

    static Result<std::shared_ptr<Apart>> open(const CaseFile &file, const Engine &engine)
    {
        auto own = CaseFile::open(file.path(), CaseFile::Mode::ReadOnly);
        if (!own)
            return tl::unexpected(own.error());
        auto apart = std::make_shared<Apart>(Apart{std::move(*own), {}});
        auto events = JoinedEvents::open(apart->file, Join::All);
        if (!events)
            return tl::unexpected(events.error());
        apart->evaluator.emplace(std::move(*events), engine);
        return apart;
    }
};

Result<void> useAll(const Found &found, const UseMatch &use)
{
    for (const Found::One &one : found.events)
        for (const Match &match : one.matches)
            if (auto used = use(one.event, match); !used)
                return used;
    return found.status;
}

} // namespace

Result<void> forEachMatchOfCandidates(const CaseFile &file, const Engine &engine, const UseMatch &use,
                                      const std::stop_token &stop)
{
    const auto ids = candidates(file);
    if (!ids)
        return tl::unexpected(ids.error());
    const std::uint64_t jobs = (ids->size() + kEventsPerJob - 1) / kEventsPerJob;
    const auto idsOf = [&](std::uint64_t job) {
        const auto all = std::span(*ids).subspan(job * kEventsPerJob);
        return all.first(std::min(kEventsPerJob, all.size()));
    };
    const auto cancelled = [&] { return fail(ErrorCode::Cancelled, "cancelled"); };

    std::vector<std::shared_ptr<Apart>> apart;
    const auto threads =
        std::min<std::uint64_t>({std::max(1U, std::thread::hardware_concurrency()), kMostThreads, jobs});
    if (threads > 1 && !file.path().empty()) // a temporary case has one connection only
        while (apart.size() < threads) {
            auto one = Apart::open(file, engine);
            if (!one)
                return tl::unexpected(one.error());
            apart.push_back(std::move(*one));
        }
    if (apart.empty()) {
        auto events = JoinedEvents::open(file, Join::All);
        if (!events)
            return tl::unexpected(events.error());
        Evaluator evaluator(std::move(*events), engine);
        Found found;
        for (std::uint64_t job = 0; job < jobs; ++job) {
            if (stop.stop_requested())
                return cancelled();
            evaluator.evaluate(idsOf(job), found);
            if (auto used = useAll(found, use); !used)
                return used;
        }
        return {};
    }
    std::size_t next = 0;
    OrderedJobs<Found> running(jobs, static_cast<unsigned>(threads), 4 * threads, [&] {
        return [&, own = apart[next++]](std::uint64_t job, Found &found) {
            own->evaluator->evaluate(idsOf(job), found);
        };
    });
    while (const Found *found = running.next()) {
        if (stop.stop_requested())
            return cancelled();
        if (auto used = useAll(*found, use); !used)
            return used;
    }
    return {};
}

} // namespace lolscope
