#include "model/live/eventlogchannels.h"
#include "tests/model/live/eventlogscenarios.h"

namespace lolscope::test {

namespace {

using namespace std::chrono_literals;
using Numbers = EventLogRun::Numbers;

// Who may

void oneOfThreeChannelsIsDenied(EventLogBench &bench)
{
    for (const char *line : {"channel A", "channel Security", "channel B", "deny Security", "event A 3",
                             "event Security 3", "event B 3"})
        bench.play(line);
    EventLogRun run(bench, reading({"A", "Security", "B"}));
    run.read();
    CHECK(run.of("A") == numbers(1, 3) && run.of("B") == numbers(7, 9));
    CHECK(run.of("Security").empty());
    CHECK(run.partError("Security").find("access denied (5)") == 0);
    CHECK(run.partError("A").empty());
    const auto tried = bench.calls("subscribe");
    for (int i = 0; i < 5; ++i) {
        run.pass(100s);
        run.read();
    }
    CHECK(bench.calls("subscribe") == tried); // for good
    CHECK(run.errors.empty());
}

void nothingThatMayBeRead(EventLogBench &bench)
{
    for (const char *line : {"channel Security", "channel D debug", "deny Security"})
        bench.play(line);
    EventLogRun run(bench, reading({"Security", "D"}));
    run.read();
    CHECK(run.errors.size() == 1 && run.errors[0].code == ErrorCode::Invalid);
    CHECK(run.errors[0].detail.find("Security: access denied (5)") != std::string::npos);
    CHECK(run.errors[0].detail.find("D: an analytic or debug channel (15009)") != std::string::npos);
}

void theLoginIsRefused(EventLogBench &bench)
{
    bench.play("channel A");
    for (const char *code : {"5", "1326", "1909"}) {
        bench.play(std::string("fail names ") + code);
        EventLogRun run(bench, remote({"A"}));
        run.read();
        CHECK(run.errors.size() == 1 && run.errors[0].code == ErrorCode::Invalid); // never tried again
        CHECK(run.errors[0].detail.find("the login is refused") == 0);
        CHECK(run.errors[0].source == "DC01");
    }
    bench.play("fail session 1326");
    EventLogRun run(bench, remote({"A"}));
    run.read();
    CHECK(run.errors.size() == 1 && run.errors[0].code == ErrorCode::Invalid);
    CHECK(bench.calls("subscribe") == 0);
}

void theLoginIsRightAndTheChannelIsNot(EventLogBench &bench)
{
    for (const char *line : {"channel A", "channel Security", "deny Security", "event A 2"})
        bench.play(line);
    EventLogRun run(bench, remote({"A", "Security"}));
    run.read();
    CHECK(run.errors.empty());
    CHECK(run.numbers.at("\\\\DC01\\A") == numbers(1, 2));
    CHECK(run.partError("Security").find("has to be in Event Log Readers there") != std::string::npos);
}

// What goes away and comes back

void theComputerIsDownAtFirst(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 4");
    bench.play("fail names 1722 2");
    EventLogRun run(bench, remote({"A"}));
    run.read();
    run.read();
    CHECK(run.errors.size() == 2 && run.errors[1].code == ErrorCode::Io); // passes
    CHECK(run.errors[0].detail.find("1722") != std::string::npos);
    run.read();
    CHECK(run.of("A").empty() && run.numbers.at("\\\\DC01\\A") == numbers(1, 4));
}

void theServiceEndsAndComesBack(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("channel B");
    std::uint64_t count = 0;
    for (const bool isRemote : {false, true})
        for (const char *code : {"1722", "1726", "1818"}) {
            EventLogRun run(bench, isRemote ? remote({"A", "B"}) : reading({"A", "B"}, false));
            run.read();
            const std::size_t had = isRemote ? run.numbers["\\\\DC01\\A"].size() : run.of("A").size();
            CHECK(had == count);
            bench.play("event A 40");
            bench.play(std::string("gone ") + code);
            bench.play("fail subscribe 1722");
            run.read();
            run.read();
            const auto errors = run.errors.size();
            CHECK(errors >= 1 && run.errors[0].code == ErrorCode::Io);
            bench.play("event A 5");
            run.read();
            CHECK(run.errors.size() == errors);
            count += 45;
            auto all = isRemote ? run.numbers["\\\\DC01\\A"] : run.of("A");
            CHECK(all == numbers(1, count));
            CHECK(run.damage.empty());
        }
}

void handlesGoBad(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 3");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    std::uint64_t count = 3;
    for (const char *code : {"87", "6", "0", "12345", "5"}) {
        bench.play(std::string("fail next ") + code);
        bench.play("event A 2");
        count += 2;
        const auto tried = bench.calls("subscribe");
        run.read();
        CHECK(!run.partError("A").empty());
        run.read();
        CHECK(bench.calls("subscribe") == tried); // not before its time
        run.pass(500ms);
        run.read();
        CHECK(bench.calls("subscribe") == tried + 1);
        CHECK(run.of("A") == numbers(1, count));
        CHECK(run.partError("A").empty());
    }
    bench.play("fail next 87 20"); // it stays bad: ever more slowly
    bench.play("event A 1");
    const auto tried = bench.calls("subscribe");
    for (int second = 0; second < 60; ++second) {
        run.read();
        run.pass(800ms);
    }
    CHECK(bench.calls("subscribe") - tried < 9);
    CHECK(run.damage.empty() && run.errors.empty());
}

void nothingYet(EventLogBench &bench)
{
    bench.play("channel A");
    EventLogRun run(bench, reading({"A"}));
    for (const char *code : {"4317", "1460"}) {
        run.read();
        bench.play(std::string("fail next ") + code + " 2");
        bench.play("event A 2");
        run.read();
        CHECK(run.partError("A").empty());
        run.pass(2s);
        run.read();
        run.pass(2s);
    }
    run.read();
    CHECK(run.of("A") == numbers(1, 4));
    CHECK(bench.calls("subscribe") == 1);
}

void aSubscriptionFailsWithoutAnError(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 2");
    bench.play("fail subscribe 0");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    CHECK(run.of("A").empty() && !run.partError("A").empty());
    run.pass(500ms);
    run.read();
    CHECK(run.of("A") == numbers(1, 2));
    CHECK(run.partError("A").empty());
}

void aChannelThatIsNotThereIsTriedSlowly(EventLogBench &bench)
{
    bench.play("channel A");
    EventLogRun run(bench, reading({"A", "New"}));
    run.read();
    CHECK(run.partError("New").find("no such channel (15007)") == 0);
    const auto tried = bench.calls("subscribe");
    run.pass(50s);
    run.read();
    CHECK(bench.calls("subscribe") == tried);
    bench.play("channel New");
    bench.play("event New 2");
    run.pass(10s);
    run.read();
    CHECK(run.of("New") == numbers(1, 2));
    CHECK(run.partError("New").empty());
}

void queriesThatWindowsRefuses(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("channel T analytic");
    auto request = reading({"A"});
    request.query = "*[System[";
    EventLogRun run(bench, std::move(request));
    run.read();
    CHECK(run.errors.size() == 1 && run.partError("A") == "the query is not valid (15001)");
    EventLogRun some(bench, reading({"T", "A"}));
    bench.play("event A");
    some.read();
    CHECK(some.of("A").size() == 1 && some.partError("T").find("15009") != std::string::npos);
}

// What a batch is

void tooMuchAtOnceIsHalved(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 200");
    bench.play("limit 10");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    bench.play("event A 50");
    run.read();
    CHECK(run.of("A") == numbers(1, 250));
    CHECK(bench.calls("subscribe") == 3); // 30, 15, 8
    CHECK(run.damage.empty() && run.errors.empty());
}

void oneEventThatIsTooLarge(EventLogBench &bench)
{
    for (const char *line : {"channel A", "event A 5", "big A", "event A 5"})
        bench.play(line);
    EventLogRun run(bench, reading({"A"}));
    for (int i = 0; i < 5; ++i) {
        run.read();
        run.pass(1s);
    }
    Numbers expected = numbers(1, 11);
    expected.erase(expected.begin() + 5);
    CHECK(run.of("A") == expected);
    CHECK(run.lost() == 1 && run.damage.size() == 1);
}

void aBadEventCostsOnlyItself(EventLogBench &bench)
{
    for (const char *line : {"channel A", "event A 2", "xml A <Event><System>", "xml A", "event A 2"})
        bench.play(line);
    EventLogRun run(bench, reading({"A"}));
    run.read();
    CHECK(run.of("A") == numbers(1, 4));
    CHECK(run.lost() == 2 && run.damage.size() == 2);
    bench.play("fail event 15030");
    bench.play("event A 3");
    run.read();
    CHECK(run.of("A") == (Numbers{1, 2, 3, 4, 6, 7}));
    CHECK(run.lost() == 3 && run.damage.size() == 3);
    bench.play("fail event 1722"); // that is not the event's fault
    bench.play("event A 2");
    run.read();
    run.read();
    CHECK(run.of("A").size() == 8 && run.lost() == 3);
}

/// With the reset behind the reading, this signal would be lost for ever (vectordotdev/vector#25194).
void anEventComesRightBehindTheLastLook(EventLogBench &bench)
{
    bench.play("channel A");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    for (std::uint64_t i = 1; i <= 5; ++i) {
        bench.play("after next event A 1");
        bench.play("event A 1");
        run.read();
        CHECK(run.of("A") == numbers(1, 2 * i));
    }
    bench.play("after subscribe event A 1"); // before anybody listens
    EventLogRun other(bench, reading({"A"}));
    other.read();
    CHECK(other.of("A") == numbers(1, 11));
}

void lostSignalsCostTimeOnly(EventLogBench &bench)
{
    bench.play("channel A");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    bench.play("deaf");
    bench.play("event A 3");
    run.read();
    CHECK(run.of("A").empty());
    run.pass(EventLogReader::kLookAnyway);
    run.read();
    CHECK(run.of("A") == numbers(1, 3));
}

void aBusyChannelDoesNotStarveTheOthers(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("channel B");
    bench.play("event A 5000");
    bench.play("event B 10");
    EventLogReader reader(bench.api(), reading({"A", "B"}), {}, bench.clock);
    std::vector<std::string> order;
    for (int i = 0; i < 3; ++i) {
        LiveBatch batch;
        CHECK(reader.next(batch, {}) == LiveReader::Step::Batch);
        order.push_back(batch.evidence);
    }
    CHECK(order[1] == evidence(bench, "B"));
}

/// More than the 64 objects that Windows can wait for at once.
void manyChannels(EventLogBench &bench)
{
    std::vector<std::string> names;
    for (int i = 0; i < 150; ++i) {
        names.push_back("C" + std::to_string(i));
        bench.play("channel " + names.back());
    }
    EventLogRun run(bench, reading(names));
    run.read();
    for (const std::string &name : {names[0], names[63], names[64], names[149]}) {
        bench.play("event " + name);
        run.read();
        CHECK(run.of(name).size() == 1);
    }
}

// The list

void channelsAreListed(EventLogBench &bench)
{
    for (const char *line :
         {"channel Application", "channel Microsoft-Windows-DNS-Client/Operational operational disabled",
          "channel Microsoft-Windows-Sysmon/Operational operational", "channel Security", "deny Security",
          "channel Trace analytic",
          "channel Microsoft-Windows-A-Name-That-Is-Longer-Than-What-One-Thinks-Of/Operational",
          "event Application 3"})
        bench.play(line);
    using Access = EventLogChannel::Access;
    const auto channels = eventLogChannels(bench.api(), {});
    CHECK(channels.has_value() && channels->size() == 6);
    CHECK((*channels)[0]
          == (EventLogChannel{"Microsoft-Windows-Sysmon/Operational", Access::Readable, true, 0}));
    CHECK((*channels)[1] == (EventLogChannel{"Security", Access::Denied, std::nullopt, 5}));
    CHECK(eventLogHindrance((*channels)[1]).find("Event Log Readers") != std::string::npos);
    CHECK((*channels)[2]
          == (EventLogChannel{"Microsoft-Windows-DNS-Client/Operational", Access::Readable, false, 0}));
    CHECK(eventLogHindrance((*channels)[2]).find("disabled") == 0);
    CHECK((*channels)[3].name == "Application" && eventLogHindrance((*channels)[3]).empty());
    CHECK((*channels)[5] == (EventLogChannel{"Trace", Access::Direct, true, 15009}));
    CHECK(bench.openHandles() == 0);
    bench.play("fail names 5");
    const auto refused = eventLogChannels(bench.api(), remote({}).computer);
    CHECK(!refused && refused.error().code == ErrorCode::Invalid);
    bench.play("fail info 1722");
    const auto gone = eventLogChannels(bench.api(), remote({}).computer);
    CHECK(!gone && gone.error().code == ErrorCode::Io);
    std::stop_source stop;
    stop.request_stop();
    CHECK(eventLogChannels(bench.api(), {}, stop.get_token()).error().code == ErrorCode::Cancelled);
}

} // namespace

std::vector<EventLogScenario> eventLogTroubles()
{
    return {
        SCENARIO(oneOfThreeChannelsIsDenied),
        SCENARIO(nothingThatMayBeRead),
        SCENARIO(theLoginIsRefused),
        SCENARIO(theLoginIsRightAndTheChannelIsNot),
        SCENARIO(theComputerIsDownAtFirst),
        SCENARIO(theServiceEndsAndComesBack),
        SCENARIO(handlesGoBad),
        SCENARIO(nothingYet),
        SCENARIO(aSubscriptionFailsWithoutAnError),
        SCENARIO(aChannelThatIsNotThereIsTriedSlowly),
        SCENARIO(queriesThatWindowsRefuses),
        SCENARIO(tooMuchAtOnceIsHalved),
        SCENARIO(oneEventThatIsTooLarge),
        SCENARIO(aBadEventCostsOnlyItself),
        SCENARIO(anEventComesRightBehindTheLastLook),
        SCENARIO(lostSignalsCostTimeOnly),
        SCENARIO(aBusyChannelDoesNotStarveTheOthers),
        SCENARIO(manyChannels),
        SCENARIO(channelsAreListed),
    };
}

} // namespace lolscope::test
