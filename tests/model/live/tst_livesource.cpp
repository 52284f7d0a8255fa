#include "model/live/livesource.h"
#include "tests/support/fakeclock.h"

#include <QTest>
#include <QtTest>

#include <thread>

using namespace lolscope;
using namespace lolscope::test;
using namespace std::chrono_literals;

namespace {

using Step = LiveReader::Step;
using State = LiveStatus::State;

/// Gives what the script says, then ends.
class ScriptedReader : public LiveReader
{
public:
    struct Line
    {
        Result<Step> step;
        std::uint64_t events = 0;
        std::uint64_t lost = 0;
    };
    explicit ScriptedReader(std::vector<Line> script)
        : m_script(std::move(script))
    {}
    Result<Step> next(LiveBatch &batch, const std::stop_token &) override
    {
        if (m_at == m_script.size())
            return Step::Ended;
        const Line &line = m_script[m_at++];
        batch.evidence = "script";
        batch.bookmark = std::to_string(m_at);
        for (std::uint64_t i = 0; i < line.events; ++i) {
            Event event;
            event.timeCreated = Timestamp(Ticks(static_cast<std::int64_t>(100 * m_at + i)));
            batch.events.events.push_back(event);
        }
        if (line.lost > 0)
            batch.events.damage.push_back({"gap", {}, {}, line.lost});
        return line.step;
    }
    bool rest(LiveBatch &batch) override
    {
        batch.evidence = "script";
        batch.events.damage.push_back({"cut", {}, {}, 1});
        return std::exchange(m_hasRest, false);
    }
    std::chrono::milliseconds interval() const override { return 200ms; }

private:
    bool m_hasRest = true;
    const std::vector<Line> m_script;
    std::size_t m_at = 0;
};

/// A reader that hangs until let go, as in a file system whose server went away.
class HangingReader : public LiveReader
{
public:
    explicit HangingReader(std::shared_ptr<std::atomic<bool>> released)
        : m_released(std::move(released))
    {}
    Result<Step> next(LiveBatch &, const std::stop_token &) override
    {
        while (!*m_released)
            std::this_thread::sleep_for(1ms);
        return Step::Batch;
    }

private:
    std::shared_ptr<std::atomic<bool>> m_released;
};

auto io()
{
    return fail(ErrorCode::Io, "share gone");
}

} // namespace

class TestLiveSource : public QObject
{
    Q_OBJECT

    static std::unique_ptr<LiveSource> source(std::vector<ScriptedReader::Line> script,
                                              const std::shared_ptr<LiveQueue> &queue,
                                              const std::shared_ptr<FakeClock> &clock)
    {
        return std::make_unique<LiveSource>("script", std::make_unique<ScriptedReader>(std::move(script)),
                                            queue, std::function<void(EventBatch &)>(), clock);
    }

private Q_SLOTS:
    void givesItsBatchesInOrderAndEnds()
    {
        const auto queue = std::make_shared<LiveQueue>();
        const auto clock = std::make_shared<FakeClock>();
        const auto live = source({{Step::Batch, 3}, {Step::Idle}, {Step::Batch, 2, 7}}, queue, clock);
        QVERIFY(live->status().state == State::Starting);
        live->start();
        QTRY_VERIFY(live->status().state == State::Ended);
        QCOMPARE(queue->pop(0ms, {})->bookmark, std::string("1"));
        QCOMPARE(queue->pop(0ms, {})->bookmark, std::string("3"));
        QVERIFY(!queue->pop(0ms, {}));
        const auto status = live->status();
        QCOMPARE(status.events, std::uint64_t{5});
        QCOMPARE(status.lost, std::uint64_t{7});
        QCOMPARE(status.damaged, std::uint64_t{1});
        QCOMPARE(status.latest->time_since_epoch().count(), std::int64_t{301});
        QCOMPARE(clock->waits(), std::vector<LiveClock::Duration>{200ms}); // idle once
    }

    void retriesAreSlowerAndSlower()
    {
        const auto queue = std::make_shared<LiveQueue>();
        const auto clock = std::make_shared<FakeClock>();
        std::vector<ScriptedReader::Line> script(8, {io()});
        script.push_back({Step::Batch, 1});
        script.push_back({io()});
        const auto live = source(std::move(script), queue, clock);
        live->start();
        QTRY_VERIFY(live->status().state == State::Ended);
        const std::vector<LiveClock::Duration> expected = {
            500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms, 500ms}; // success forgets
        QCOMPARE(clock->waits(), expected);
        QCOMPARE(live->status().events, std::uint64_t{1});
    }

    void whatCannotPassEndsIt()
    {
        const auto queue = std::make_shared<LiveQueue>();
        const auto clock = std::make_shared<FakeClock>();
        const auto live =
            source({{fail(ErrorCode::Unsupported, "no such program")}, {Step::Batch, 1}}, queue, clock);
        live->start();
        QTRY_VERIFY(live->status().state == State::Failed);
        QCOMPARE(live->status().error, std::string("no such program"));
        QVERIFY(clock->waits().empty());
        QVERIFY(!queue->pop(0ms, {}));
    }

    void aFullQueueMakesItWait()
    {
        const auto queue = std::make_shared<LiveQueue>();
        const auto clock = std::make_shared<FakeClock>();
        const auto live = source(
            std::vector<ScriptedReader::Line>(LiveQueue::kMostBatches + 5, {Step::Batch, 1}), queue, clock);
        live->start();
        QTRY_VERIFY(live->status().state == State::Waiting);
        QTest::qWait(20);
        QVERIFY(queue->isFull());
        QCOMPARE(live->status().events, std::uint64_t{LiveQueue::kMostBatches + 1}); // one more in hand
        std::size_t taken = 0;
        while (queue->pop(100ms, {}))
            ++taken;
        QCOMPARE(taken, LiveQueue::kMostBatches + 5);
        QTRY_VERIFY(live->status().state == State::Ended);
    }

    void stoppedWhileWaitingItGivesWhatItHolds()
    {
        const auto queue = std::make_shared<LiveQueue>();
        const auto clock = std::make_shared<FakeClock>();
        const auto live = source(std::vector<ScriptedReader::Line>(100, {Step::Batch, 1}), queue, clock);
        live->start();
        QTRY_VERIFY(live->status().state == State::Waiting);
        live->stop();
        QVERIFY(live->status().state == State::Stopped);
        std::size_t taken = 0;
        while (queue->pop(0ms, {}))
            ++taken;
        QCOMPARE(taken, LiveQueue::kMostBatches + 2); // the one it held, and the rest of the reader
        QCOMPARE(live->status().events, std::uint64_t(taken - 1)); // none that nobody gets is counted
        QCOMPARE(live->status().lost, std::uint64_t(1));
    }

    void pausedItReadsNothing()
    {
        const auto queue = std::make_shared<LiveQueue>();
        const auto clock = std::make_shared<FakeClock>();
        const auto live = source({{Step::Batch, 1}}, queue, clock);
        live->pause(true);
        live->start();
        QTRY_VERIFY(live->status().state == State::Paused);
        QVERIFY(!queue->pop(20ms, {}));
        live->pause(false);
        QTRY_VERIFY(live->status().state == State::Ended);
        QVERIFY(queue->pop(0ms, {}) != nullptr);
    }

    void aHangingReaderIsLeftToItself()
    {
        const auto queue = std::make_shared<LiveQueue>();
        const auto released = std::make_shared<std::atomic<bool>>(false);
        std::atomic<int> prepared{0};
        {
            LiveSource live("hanging", std::make_unique<HangingReader>(released), queue,
                            [&prepared](EventBatch &) { ++prepared; });
            live.start();
            const auto begun = std::chrono::steady_clock::now();
            live.stop();
            QVERIFY(std::chrono::steady_clock::now() - begun < 2 * LiveSource::kLongestStop);
        }
        *released = true;
        QTest::qWait(50);
        QCOMPARE(prepared.load(), 0); // nobody may be there for it any more
        QVERIFY(!queue->pop(0ms, {}));
    }
};

QTEST_GUILESS_MAIN(TestLiveSource)
#include "tst_livesource.moc"
