#include "tests/model/live/eventlogscenarios.h"

#include <algorithm>
#include <random>

namespace lolscope::test {

namespace {

using namespace std::chrono_literals;
using Numbers = EventLogRun::Numbers;

// Where it begins

void givesWhatIsThereThenWhatComes(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("channel B");
    bench.play("event A 100");
    EventLogRun run(bench, reading({"A", "B", "a"})); // twice the same
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
            CHECK(run.bookmarks.at(evidence(bench, "A")).starts_with(xmlOf("A", 3)));
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
    CHECK(run.bookmarks.at(evidence(bench, "A")).starts_with(xmlOf("A", 3)));

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

/// Nobody watched, and the new log has a record of the id at which reading stopped.
void clearedAndGrownAsLarge(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 20");
    EventLogRun run(bench, reading({"A"}));
    run.read();
    bench.play("event A 1");
    EventLogRun same(bench, reading({"A"}), run.bookmarks);
    same.read();
    CHECK(same.of("A") == Numbers{21});
    CHECK(same.damage.empty() && same.anotherLog.empty());
    bench.play("clear A restart");
    bench.play("event A 25");
    EventLogRun later(bench, reading({"A"}), same.bookmarks);
    later.read();
    CHECK(later.of("A") == numbers(22, 46));
    CHECK(later.anotherLog == std::vector<std::string>{evidence(bench, "A")});
    CHECK(later.damage.size() == 1 && later.lost() == 0);
    CHECK(later.damage[0].reason.find("record 21 is not the one that was read") == 0);
    // The oldest record is the last one read: nothing to prove it by, and nothing lost.
    bench.play("clear A");
    bench.play("event A 2");
    EventLogRun after(bench, reading({"A"}), later.bookmarks);
    after.read();
    CHECK(after.of("A") == numbers(47, 48));
}

void fromNowNeverGivesWhatWasThereBefore(EventLogBench &bench)
{
    bench.play("channel A");
    bench.play("event A 20");
    EventLogRun run(bench, reading({"A"}, true));
    run.read();
    bench.play("event A 5");
    run.read();
    bench.play("forget A"); // reading begins again at the oldest record
    bench.play("fail next 15011");
    bench.play("event A 1");
    run.read();
    CHECK(run.of("A") == (Numbers{21, 22, 23, 24, 25, 21, 22, 23, 24, 25, 26}));
    EventLogRun later(bench, reading({"A"}, true), run.bookmarks);
    later.read();
    CHECK(later.of("A") == numbers(21, 26));
    CHECK(later.anotherLog.empty());
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

} // namespace

std::vector<EventLogScenario> eventLogPlaces()
{
    return {
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
        SCENARIO(clearedAndGrownAsLarge),
        SCENARIO(fromNowNeverGivesWhatWasThereBefore),
        SCENARIO(clearedUnderTheSubscription),
        SCENARIO(clearedAndIdsGoOn),
        SCENARIO(forwardedEvents),
        SCENARIO(aQueryLeavesGaps),
        SCENARIO(aStructuredQueryNamesItsChannels),
    };
}

} // namespace lolscope::test
