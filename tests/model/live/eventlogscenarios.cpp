#include "tests/model/live/eventlogscenarios.h"

#include "model/live/eventlogchannels.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <random>

namespace lolscope::test {

namespace {

using namespace std::chrono_literals;
using Numbers = EventLogRun::Numbers;

#define CHECK(condition) check((condition), __LINE__, #condition)
void check(bool holds, int line, const char *condition)
{
    if (!holds)
        throw ScenarioFailed("line " + std::to_string(line) + ": " + condition);
}

EventLogRequest reading(std::vector<std::string> channels, bool fromNow = false)
{
    EventLogRequest request;
    request.channels = std::move(channels);
    request.fromNow = fromNow;
    return request;
}

EventLogRequest remote(std::vector<std::string> channels)
{
    EventLogRequest request = reading(std::move(channels));
    request.computer = {"DC01", "anna", "EXAMPLE", Secret(std::string("a pass phrase of some length"))};
    return request;
}

Numbers numbers(std::uint64_t first, std::uint64_t last)
{
    Numbers all(last - first + 1);
    std::iota(all.begin(), all.end(), first);
    return all;
}

std::string xmlOf(const std::string &channel, std::uint64_t record)
{
    return "<BookmarkList>\r\n  <Bookmark Channel='" + channel + "' RecordId='" + std::to_string(record)
        + "' IsCurrent='true'/>\r\n</BookmarkList>";
}

std::string evidence(EventLogBench &bench, const std::string &channel)
{
    return eventLogEvidence(bench.api()->computerName(), channel);
}

LiveBookmarks bookmarked(EventLogBench &bench, const std::string &channel, std::uint64_t record)
{
    return {{evidence(bench, channel), xmlOf(channel, record)}};
}

// Where it begins

void givesWhatIsThereThenWhatComes(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("channel B");
    bench.play("event A 100");
    EventLogRun run(bench, reading({"A", "B"}));
    run.read();
    CHECK(run.of("A") == numbers(1, 100));
    CHECK(run.batches == 1);
    bench.play("event B");
    run.read();
    bench.play("event A 5");
    run.read();
    CHECK(run.of("B") == Numbers{101});
    CHECK(run.of("A").size() == 105 && run.of("A").back() == 106);
    CHECK(run.damage.empty() && run.errors.empty());
    CHECK(run.bookmarks.at(evidence(bench, "A")).find("RecordId='105'") != std::string::npos);
    CHECK(run.partError("A").empty() && run.partError("B").empty());
}

void fromNowGivesOnlyWhatComes(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 50");
    EventLogRun run(bench, reading({"A"}, true));
    run.read();
    CHECK(run.of("A").empty());
    bench.play("event A 3");
    run.read();
    CHECK(run.of("A") == numbers(51, 53));
    CHECK(run.damage.empty());
}

void fromNowLosesNothingBeforeItsFirstEvent(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("channel Empty");
    bench.play("event A 50");
    LiveBookmarks bookmarks;
    {
        EventLogRun run(bench, reading({"A", "Empty"}, true));
        run.read();
        bench.play("fail next 6 1");
        bench.play("event A 2"); // and nobody is subscribed
        run.read();
        bench.play("event Empty 2");
        bench.play("event A 1");
        run.pass(1s);
        run.read();
        CHECK(run.of("A") == (Numbers{51, 52, 55}));
        CHECK(run.of("Empty") == (Numbers{53, 54}));
        CHECK(run.damage.empty());
    }
    {
        EventLogRun run(bench, reading({"A"}, true)); // another run, which sees no event
        run.read();
        bookmarks = run.bookmarks;
    }
    bench.play("event A 3");
    EventLogRun run(bench, reading({"A"}, true), bookmarks);
    run.read();
    CHECK(run.of("A") == numbers(56, 58));
    CHECK(run.damage.empty());
}

void anEventBetweenTheLookAndTheSubscriptionIsNoGap(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 5");
    bench.play("after info event A 1"); // which `from now` does not get
    EventLogRun run(bench, reading({"A"}, true));
    run.read();
    bench.play("event A 2");
    run.read();
    CHECK(run.of("A") == numbers(7, 8));
    CHECK(run.damage.empty());
}

void resumesBehindTheBookmark(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 40");
    EventLogRun first(bench, reading({"A"}));
    first.read();
    bench.play("event A 7");
    EventLogRun second(bench, reading({"A"}), first.bookmarks);
    second.read();
    CHECK(second.of("A") == numbers(41, 47));
    CHECK(second.damage.empty() && second.anotherLog.empty());
    EventLogRun third(bench, reading({"A"}, true), second.bookmarks); // a bookmark is stronger
    bench.play("event A 1");
    third.read();
    CHECK(third.of("A") == Numbers{48});
}

/// Whatever was committed when: each event comes once.
void killedAtAnyMomentItGivesEachEventOnce(EventLogBench &bench)
{
    std::mt19937 random(5);
    bench.play("channel A");
    bench.play("channel B");
    LiveBookmarks committed;
    std::map<std::string, Numbers> got;
    std::uint64_t written = 0;
    for (int round = 0; round < 30; ++round) {
        const auto count = random() % 700;
        bench.play(std::string("event ") + (random() % 2 ? "A " : "B ") + std::to_string(count));
        written += count;
        EventLogReader reader(bench.api(), reading({"A", "B"}), committed, bench.clock);
        // The first batches of this run reach the case, the others die with it.
        const auto reach = random() % 4;
        for (std::size_t batches = 0; batches <= reach; ++batches) {
            LiveBatch batch;
            if (reader.next(batch, {}) != LiveReader::Step::Batch || batches == reach)
                break;
            committed[batch.evidence] = batch.bookmark;
            for (const Event &event : batch.events.events)
                got[batch.evidence].push_back(std::stoull(std::string(fieldOf(event, "n").value_or("0"))));
        }
    }
    EventLogRun last(bench, reading({"A", "B"}), committed);
    last.read();
    Numbers all;
    for (const auto &[name, some] : got)
        all.insert(all.end(), some.begin(), some.end());
    for (const auto &[name, some] : last.numbers)
        all.insert(all.end(), some.begin(), some.end());
    std::sort(all.begin(), all.end());
    CHECK(all == numbers(1, written));
    CHECK(last.damage.empty());
}

// What is gone

void rolledOverWhileAway(EventLogBench &bench)
{
    bench.play("channel A 10");
    bench.play("event A 30"); // 21 to 30 are left
    EventLogRun run(bench, reading({"A"}), bookmarked(bench, "A", 12));
    run.read();
    CHECK(run.of("A") == numbers(21, 30));
    CHECK(run.lost() == 8 && run.damage.size() == 1);
    CHECK(run.damage[0].recordId == std::uint64_t{13});
    CHECK(run.anotherLog.empty());
    EventLogRun just(bench, reading({"A"}), bookmarked(bench, "A", 20)); // gone, but nothing behind it
    just.read();
    CHECK(just.of("A") == numbers(21, 30));
    CHECK(just.damage.empty());
}

void rolledOverWhileReading(EventLogBench &bench)
{
    bench.play("channel A 1000");
    bench.play("event A 900");
    EventLogRun run(bench, reading({"A"}));
    bench.play("after next event A 100"); // when all 900 have been read
    run.read();
    CHECK(run.of("A") == numbers(1, 1000));
    bench.play("event A 3000"); // 3,001 to 4,000 are left
    run.read();
    CHECK(run.of("A").size() == 2000 && run.of("A").back() == 4000);
    CHECK(run.lost() == 2000);
    CHECK(run.anotherLog.empty() && run.errors.empty());
}

/// The log is the buffer of a case that does not keep up: nothing is lost while it is large enough.
void aSlowReaderLeavesEventsInTheLog(EventLogBench &bench)
{
    bench.play("channel A 5000");
    bench.play("event A 4000");
    EventLogReader reader(bench.api(), reading({"A"}), {}, bench.clock);
    std::uint64_t got = 0;
    for (int i = 0; i < 4; ++i) {
        LiveBatch batch;
        CHECK(reader.next(batch, {}) == LiveReader::Step::Batch);
        got += batch.events.events.size();
        CHECK(got < 4000);
        CHECK(bench.openHandles() < 50); // fetched ones are few
        bench.play("event A 300");
    }
    for (LiveBatch batch; reader.next(batch, {}) == LiveReader::Step::Batch; batch.events.clear()) {
        got += batch.events.events.size();
        CHECK(batch.events.damage.empty());
    }
    CHECK(got == 5200);
}

void bookmarksThatCannotBeUsed(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 3");
    for (const std::string &bookmark :
         {std::string("junk"), std::string("<BookmarkList"),
          std::string("<BookmarkList>\0</BookmarkList>", 30), std::string("\xff\xfe"),
          xmlOf("A", 1) + std::string(std::size_t{1} << 20, ' ')}) {
        for (const bool fromNow : {false, true}) { // never only what comes: what there is may be new
            EventLogRun run(bench, reading({"A"}, fromNow), {{evidence(bench, "A"), bookmark}});
            run.read();
            CHECK(run.of("A") == numbers(1, 3));
            CHECK(run.damage.size() == 1 && run.lost() == 0);
            CHECK(run.bookmarks.at(evidence(bench, "A")) == xmlOf("A", 3));
        }
    }
    bench.play("fail subscribe 87");
    EventLogRun run(bench, reading({"A"}), bookmarked(bench, "A", 1));
    run.read();
    CHECK(run.of("A") == numbers(1, 3));
    CHECK(run.damage.size() == 1);
    EventLogRun forged(bench, reading({"A"}), bookmarked(bench, "A", ~std::uint64_t{0}));
    forged.read();
    CHECK(forged.of("A") == numbers(1, 3));
    CHECK(forged.lost() == 0);
}

void aBookmarkWindowsDoesNotFindAlthoughItIsThere(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 20");
    bench.play("forget A");
    EventLogRun run(bench, reading({"A"}, true), bookmarked(bench, "A", 15));
    run.read();
    CHECK(run.of("A") == numbers(1, 20)); // the case knows those it has
    CHECK(run.lost() == 0 && run.damage.empty() && run.anotherLog.empty());
    bench.play("fail next 15011");
    bench.play("event A 5");
    run.read();
    CHECK(run.of("A").size() == 45 && run.of("A").back() == 25);
    CHECK(run.lost() == 0 && run.anotherLog.empty());
}

void clearedAndIdsBeginAgain(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 20");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    bench.play("clear A restart");
    bench.play("event A 3");
    run.read();
    CHECK(run.of("A") == numbers(1, 23));
    CHECK(run.anotherLog == std::vector<std::string>{evidence(bench, "A")});
    CHECK(run.damage.empty()); // all of the old one had been read
    CHECK(run.bookmarks.at(evidence(bench, "A")) == xmlOf("A", 3));

    bench.play("clear A restart");
    bench.play("event A 2");
    EventLogRun later(bench, reading({"A"}), bookmarked(bench, "A", 10));
    later.read();
    CHECK(later.of("A") == numbers(24, 25));
    CHECK(later.anotherLog.size() == 1 && later.damage.size() == 1 && later.lost() == 0);

    bench.play("clear A restart"); // and nothing in it yet
    EventLogRun empty(bench, reading({"A"}), bookmarked(bench, "A", 10));
    empty.read();
    bench.play("event A 2");
    empty.read();
    CHECK(empty.of("A") == numbers(26, 27));
    CHECK(empty.anotherLog.size() == 1);
}

void clearedUnderTheSubscription(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 20");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    bench.play("clear A restart");
    bench.play("fail next 15011"); // which is what Windows may say to it
    bench.play("event A 3");
    run.read();
    CHECK(run.of("A") == numbers(1, 23));
    CHECK(run.anotherLog.size() == 1 && run.damage.empty());
}

void clearedAndIdsGoOn(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 20");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    bench.play("clear A");
    bench.play("event A 3");
    run.read();
    CHECK(run.of("A") == numbers(1, 23));
    CHECK(run.damage.empty() && run.anotherLog.empty());
    bench.play("event A 4"); // 24 to 27, cleared before the next run
    bench.play("clear A");
    bench.play("event A 2");
    EventLogRun later(bench, reading({"A"}), run.bookmarks);
    later.read();
    CHECK(later.of("A") == numbers(28, 29));
    CHECK(later.lost() == 4);
}

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

// Where ids do not tell

void forwardedEvents(EventLogBench &bench)
{
    for (const char *line :
         {"channel ForwardedEvents", "forget ForwardedEvents", "forwarded ForwardedEvents WS02 Security 500",
          "forwarded ForwardedEvents WS03 Security 7", "forwarded ForwardedEvents WS02 System 900"})
        bench.play(line);
    EventLogRun run(bench, reading({"ForwardedEvents"}));
    run.read();
    bench.play("forwarded ForwardedEvents WS03 Security 9");
    EventLogRun later(bench, reading({"ForwardedEvents"}), run.bookmarks);
    later.read();
    CHECK(run.of("ForwardedEvents") == numbers(1, 3));
    CHECK(later.of("ForwardedEvents") == Numbers{4});
    CHECK(run.damage.empty() && later.damage.empty() && later.anotherLog.empty());
    // They may be in any channel that a subscription names.
    bench.play("channel WEC");
    EventLogRun other(bench, reading({"WEC"}));
    for (const char *line : {"forwarded WEC WS02 Security 500", "forwarded WEC WS03 Security 7"})
        bench.play(line);
    other.read();
    CHECK(other.of("WEC") == numbers(5, 6) && other.damage.empty() && other.anotherLog.empty());
}

void aQueryLeavesGaps(EventLogBench &bench)
{
    bench.play("channel A 10");
    bench.play("event A 10");
    const auto only3 = [] {
        auto request = reading({"A"});
        request.query = "*[System[EventID=3]]";
        return request;
    };
    EventLogRun run(bench, only3());
    run.read();
    CHECK(run.of("A") == (Numbers{2, 4, 6, 8, 10}));
    CHECK(run.damage.empty());
    bench.play("event A 30"); // 31 to 40 are left
    EventLogRun later(bench, only3(), run.bookmarks);
    later.read();
    CHECK(later.of("A") == (Numbers{32, 34, 36, 38, 40}));
    CHECK(later.lost() == 0 && later.damage.size() == 1); // said, but how many is not known
}

void aStructuredQueryNamesItsChannels(EventLogBench &bench)
{
    bench.play("channel A 20");
    bench.play("channel B");
    bench.play("event A 3");
    bench.play("event B 2");
    const auto both = [] {
        EventLogRequest request;
        request.query = "<QueryList><Query Id='0'><Select Path='A'>*</Select>"
                        "<Select Path='B'>*</Select></Query></QueryList>";
        return request;
    };
    EventLogRun run(bench, both());
    run.read();
    bench.play("event A 1");
    bench.play("event B 1");
    run.read();
    CHECK(run.of("QueryList") == numbers(1, 7));
    CHECK(run.damage.empty() && run.anotherLog.empty());
    bench.play("event A 2");
    EventLogRun later(bench, both(), run.bookmarks);
    later.read();
    CHECK(later.of("QueryList") == numbers(8, 9));
    bench.play("event A 40");
    EventLogRun rolled(bench, both(), run.bookmarks);
    rolled.read();
    CHECK(rolled.of("QueryList").size() == 23 && rolled.damage.size() == 1);
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

const std::vector<EventLogScenario> &eventLogScenarios()
{
#define SCENARIO(name)                                                                                       \
    EventLogScenario                                                                                         \
    {                                                                                                        \
#name, name                                                                                          \
    }
    static const std::vector<EventLogScenario> all = {
        SCENARIO(givesWhatIsThereThenWhatComes),
        SCENARIO(fromNowGivesOnlyWhatComes),
        SCENARIO(fromNowLosesNothingBeforeItsFirstEvent),
        SCENARIO(anEventBetweenTheLookAndTheSubscriptionIsNoGap),
        SCENARIO(resumesBehindTheBookmark),
        SCENARIO(killedAtAnyMomentItGivesEachEventOnce),
        SCENARIO(rolledOverWhileAway),
        SCENARIO(rolledOverWhileReading),
        SCENARIO(aSlowReaderLeavesEventsInTheLog),
        SCENARIO(bookmarksThatCannotBeUsed),
        SCENARIO(aBookmarkWindowsDoesNotFindAlthoughItIsThere),
        SCENARIO(clearedAndIdsBeginAgain),
        SCENARIO(clearedUnderTheSubscription),
        SCENARIO(clearedAndIdsGoOn),
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
        SCENARIO(forwardedEvents),
        SCENARIO(aQueryLeavesGaps),
        SCENARIO(aStructuredQueryNamesItsChannels),
        SCENARIO(channelsAreListed),
    };
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
