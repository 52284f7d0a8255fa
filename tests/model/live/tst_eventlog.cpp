#include "model/live/livesource.h"
#include "tests/model/live/eventlogscenarios.h"
#include "tests/support/fakeeventlogapi.h"

#include <QTest>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace lolscope;
using namespace lolscope::test;
using namespace std::chrono_literals;

namespace {

class Bench : public EventLogBench
{
public:
    std::shared_ptr<EventLogApi> api() override
    {
        return std::make_shared<FakeEventLogApi>(log, listeners, clock);
    }
    std::shared_ptr<EventLogApi> apiInRealTime() { return std::make_shared<FakeEventLogApi>(log, listeners); }
    void play(const std::string &line) override { log->play(line); }
    std::size_t openHandles() override { return log->openHandles() + listeners->open(); }
    std::size_t calls(const std::string &call) override { return log->calls(call); }

    std::shared_ptr<FakeEventLogApi::Signals> listeners = std::make_shared<FakeEventLogApi::Signals>();
    std::shared_ptr<FakeEventLog> log =
        std::make_shared<FakeEventLog>([to = listeners](EventLogApi::Handle signal) { to->set(signal); });
};

} // namespace

/// The event log reader against a service that does what scripts say. The same scenarios run against a
/// wevtapi.dll through the Windows code, see eventlogonwindows.cpp.
class TestEventLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scenario_data()
    {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const EventLogScenario &scenario : eventLogScenarios())
            QTest::newRow(scenario.name) << index++;
    }
    void scenario()
    {
        QFETCH(int, index);
        Bench bench;
        try {
            runScenario(eventLogScenarios()[static_cast<std::size_t>(index)], bench);
        } catch (const ScenarioFailed &failed) {
            QFAIL(failed.what());
        }
    }

    /// 100,000 events from another thread while they are read, through a queue that holds a few: none is lost
    /// or out of order.
    void aBurstLosesNothing()
    {
        constexpr std::uint64_t kEvents = 100'000;
        Bench bench;
        bench.play("channel A");
        bench.play("channel B");
        const auto queue = std::make_shared<LiveQueue>();
        EventLogRequest request;
        request.channels = {"A", "B"};
        LiveSource source(
            "burst",
            std::make_unique<EventLogReader>(bench.apiInRealTime(), std::move(request), LiveBookmarks()),
            queue);
        source.start();
        std::thread writer([&bench] {
            for (std::uint64_t written = 0; written < kEvents; written += 500) {
                bench.play("event A 499");
                bench.play("event B 1");
            }
        });
        std::uint64_t got = 0;
        std::map<std::string, std::uint64_t> last;
        while (got < kEvents) {
            const auto batch = queue->pop(5s, {});
            QVERIFY(batch);
            QVERIFY(batch->events.damage.empty() && batch->events.events.size() <= 512);
            for (const Event &event : batch->events.events) {
                QCOMPARE(*event.recordId, last[batch->evidence] + 1);
                ++last[batch->evidence];
                ++got;
            }
        }
        writer.join();
        source.stop();
        QCOMPARE(got, kEvents);
        const auto status = source.status();
        QCOMPARE(status.events, kEvents);
        QCOMPARE(status.parts.size(), std::size_t{2});
        QCOMPARE(status.parts[0].events + status.parts[1].events, kEvents);
        QTRY_COMPARE(bench.openHandles(), std::size_t{0});
    }

    /// Threads of the service set signals, break and deny while sources start, pause and stop.
    void sourcesComeAndGo()
    {
        Bench bench;
        bench.play("channel A");
        bench.play("channel B");
        std::atomic<bool> done{false};
        std::thread service([&] {
            for (int i = 0; !done; ++i) {
                bench.play("event A 20");
                bench.play("event B 1");
                if (i % 7 == 0)
                    bench.play("fail next 87");
                if (i % 11 == 0)
                    bench.play("gone 1726");
                std::this_thread::sleep_for(1ms);
            }
        });
        for (int round = 0; round < 10; ++round) {
            const auto queue = std::make_shared<LiveQueue>();
            EventLogRequest request;
            request.channels = {"A", "B"};
            LiveSource source(
                "round",
                std::make_unique<EventLogReader>(bench.apiInRealTime(), std::move(request), LiveBookmarks()),
                queue);
            source.start();
            source.pause(round % 3 == 0);
            for (int i = 0; i < 5; ++i)
                (void)queue->pop(2ms, {});
            source.pause(false);
            (void)source.status();
            source.stop();
        }
        done = true;
        service.join();
        QTRY_COMPARE(bench.openHandles(), std::size_t{0});
    }

    void oneChannelDeniedIsSaidWhileTheOthersGoOn()
    {
        Bench bench;
        for (const char *line : {"channel A", "channel Security", "deny Security", "event A 3"})
            bench.play(line);
        const auto queue = std::make_shared<LiveQueue>();
        EventLogRequest request;
        request.channels = {"A", "Security"};
        LiveSource source(
            "WS01",
            std::make_unique<EventLogReader>(bench.apiInRealTime(), std::move(request), LiveBookmarks()),
            queue);
        source.start();
        QTRY_COMPARE(source.status().parts.size(), std::size_t{2});
        QTRY_VERIFY(source.status().state == LiveStatus::State::Following);
        const auto parts = source.status().parts;
        QCOMPARE(parts[0].events, std::uint64_t{3});
        QVERIFY(parts[0].error.empty());
        QVERIFY(parts[1].error.starts_with("access denied (5): run as administrator"));
        source.stop();
    }

    void evidenceIsNamedByComputerAndChannel()
    {
        QCOMPARE(eventLogEvidence("WS01", "Microsoft-Windows-Sysmon/Operational"),
                 std::string("\\\\WS01\\Microsoft-Windows-Sysmon/Operational"));
        QCOMPARE(eventLogEvidence("WS01", ""), std::string("\\\\WS01\\QueryList"));
    }

    void passwordsAreOverwritten()
    {
        std::string given = "short"; // which a string keeps in itself
        Secret secret(std::move(given));
        QCOMPARE(secret.text(), std::string_view("short"));
        QVERIFY(given.empty() && given.data()[0] == '\0'); // NOLINT: what is left behind is the point
        Secret other = std::move(secret);
        QCOMPARE(other.text(), std::string_view("short"));
        QVERIFY(secret.text().empty()); // NOLINT: likewise
        char text[] = "secret";
        Secret::overwrite(text, sizeof text);
        QVERIFY(std::all_of(std::begin(text), std::end(text), [](char c) { return c == 0; }));
    }
};

QTEST_GUILESS_MAIN(TestEventLog)
#include "tst_eventlog.moc"
