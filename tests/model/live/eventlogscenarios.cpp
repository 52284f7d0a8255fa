#include "tests/model/live/eventlogscenarios.h"

namespace lolscope::test {

using Numbers = EventLogRun::Numbers;

EventLogRun::EventLogRun(EventLogBench &bench, EventLogRequest request, const LiveBookmarks &from)
    : bookmarks(from)
    , m_bench(bench)
    , m_reader(bench.api(), std::move(request), from, bench.clock)
{}

void EventLogRun::read()
{
    for (;;) {
        LiveBatch batch;
        const auto step = m_reader.next(batch, {});
        if (!step)
            return errors.push_back(step.error());
        if (*step == LiveReader::Step::Idle)
            return;
        ++batches;
        if (batch.isAnotherLog)
            anotherLog.push_back(batch.evidence);
        bookmarks[batch.evidence] = batch.bookmark;
        auto &got = numbers[batch.evidence];
        for (const Event &event : batch.events.events)
            got.push_back(std::stoull(std::string(fieldOf(event, "n").value_or("0"))));
        damage.insert(damage.end(), batch.events.damage.begin(), batch.events.damage.end());
    }
}

void EventLogRun::pass(std::chrono::milliseconds time)
{
    m_bench.clock->wait(time, {});
}

Numbers EventLogRun::of(const std::string &channel) const
{
    const auto found = numbers.find(eventLogEvidence(m_bench.api()->computerName(), channel));
    return found == numbers.end() ? Numbers() : found->second;
}

std::uint64_t EventLogRun::lost() const
{
    return std::accumulate(damage.begin(), damage.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Damage &one) { return sum + one.records; });
}

std::string EventLogRun::partError(const std::string &channel) const
{
    for (const LivePart &part : m_reader.parts())
        if (part.name == channel)
            return part.error;
    throw ScenarioFailed("no part " + channel);
}

std::vector<EventLogScenario> eventLogScenarios()
{
    auto all = eventLogPlaces();
    const auto others = eventLogTroubles();
    all.insert(all.end(), others.begin(), others.end());
    return all;
}

void runScenario(const EventLogScenario &scenario, EventLogBench &bench)
{
    bench.play("reset");
    bench.clock = std::make_shared<FakeClock>();
    scenario.run(bench);
    if (const auto open = bench.openHandles(); open != 0)
        throw ScenarioFailed(std::to_string(open) + " handles left open");
}

} // namespace lolscope::test
