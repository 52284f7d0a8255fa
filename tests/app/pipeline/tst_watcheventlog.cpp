#include "app/pipeline/triage.h"
#include "app/pipeline/watching.h"
#include "model/evtx/eventreader.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "tests/app/pipeline/testcase.h"
#include "tests/support/fakeeventlogapi.h"

#include <fstream>
#include <thread>

using namespace lolscope;
using namespace lolscope::test;

namespace fs = std::filesystem;

namespace {

/// A computer's event log service, and a program that watches it.
class Service
{
public:
    void play(const std::string &line) { m_log->play(line); }
    std::size_t openHandles() const { return m_log->openHandles() + m_listeners->open(); }

    std::vector<WatchInput> input(EventLogRequest request, const CaseFile &file) const
    {
        std::vector<WatchInput> inputs;
        inputs.push_back(
            {"\\\\WS01",
             std::make_unique<EventLogReader>(std::make_shared<FakeEventLogApi>(m_log, m_listeners),
                                              std::move(request), take(liveBookmarks(file)))});
        return inputs;
    }

    /// Watches until `events` came and the source rests.
    WatchSummary watchUntil(CaseFile &file, std::uint64_t events, EventLogRequest request) const
    {
        std::stop_source stop;
        WatchHandlers handlers;
        handlers.status = [&](const WatchStatus &status) {
            if (status.events >= events && !status.sources.empty()
                && status.sources[0].status.state == LiveStatus::State::Following)
                stop.request_stop();
        };
        return take(
            watch(file, input(std::move(request), file), bundledEngine(), stop.get_token(), handlers));
    }

private:
    std::shared_ptr<FakeEventLogApi::Signals> m_listeners = std::make_shared<FakeEventLogApi::Signals>();
    std::shared_ptr<FakeEventLog> m_log =
        std::make_shared<FakeEventLog>([to = m_listeners](EventLogApi::Handle signal) { to->set(signal); });
};

EventLogRequest reading(std::vector<std::string> channels)
{
    EventLogRequest request;
    request.channels = std::move(channels);
    return request;
}

/// The events of a log as XML, without line breaks.
std::vector<std::string> xmlOf(const fs::path &log)
{
    std::vector<std::string> lines;
    const auto reader = take(openEvents(log, {.xml = true}));
    EventBatch batch;
    while (take(reader->next(batch)))
        for (const Event &event : batch.events) {
            lines.emplace_back(event.xml);
            std::replace(lines.back().begin(), lines.back().end(), '\n', ' ');
        }
    return lines;
}

/// Alert ids with their hits: what does not depend on where events were read.
QStringList alertsOf(const CaseFile &file)
{
    QStringList lines;
    for (const AlertRow &row : take(alerts(file)))
        lines << QStringLiteral("%1 %2").arg(QString::fromStdString(row.id)).arg(row.hits);
    lines.sort();
    return lines;
}

} // namespace

class TestWatchEventLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Watched live, in three sittings, the last of which has to begin again at the oldest record: the alerts
    /// are those of the file, and nothing is there twice.
    void theSameAlertsAsFromAFile()
    {
        const TestCase test;
        const auto log = test.write("day.evtx", sampleScenario());
        test.index({log});
        const QStringList expected = alertsOf(test.open());
        QCOMPARE(expected.size(), 11);
        const auto lines = xmlOf(log);

        Service service;
        service.play("channel ForwardedEvents"); // whose records may have any id
        service.play("channel Security");
        service.play("deny Security");
        const auto path = test.path("live.lolscope");
        for (std::size_t part = 0; part < 3; ++part) {
            auto file = take(CaseFile::open(path, CaseFile::Mode::Create));
            const std::size_t from = lines.size() * part / 3, to = lines.size() * (part + 1) / 3;
            for (std::size_t i = from; i < to; ++i)
                service.play("xml ForwardedEvents " + lines[i]);
            if (part == 2)
                service.play("fail subscribe 1168");
            const auto summary = service.watchUntil(file, to - (part == 2 ? 0 : from),
                                                    reading({"ForwardedEvents", "Security"}));
            QCOMPARE(summary.status.lost, std::uint64_t{0});
            QCOMPARE(summary.status.sources[0].status.parts[1].error.substr(0, 17),
                     std::string("access denied (5)"));
        }
        auto file = take(CaseFile::open(path, CaseFile::Mode::ReadWrite));
        QCOMPARE(alertsOf(file), expected);
        QCOMPARE(caseCounts(file)->events, std::uint64_t(lines.size()));
        const auto rows = take(evidence(file));
        QCOMPARE(rows.size(), std::size_t{1});
        QCOMPARE(rows[0].path, std::string("\\\\WS01\\ForwardedEvents"));
        QVERIFY(rows[0].state == EvidenceRow::State::Live);
        QTRY_COMPARE(service.openHandles(), std::size_t{0});
        // The very file: known events with a second citation.
        Progress progress;
        const auto again = take(indexInto(file, {log}, bundledEngine(), {}, progress));
        QCOMPARE(again.duplicates, std::uint64_t(lines.size()));
        QCOMPARE(alertsOf(file), expected);
    }

    /// 20,000 records behind a case that is stopped now and then: each is there once.
    void stoppedInABurstItGoesOn()
    {
        constexpr std::uint64_t kEvents = 20'000;
        const TestCase test;
        Service service;
        service.play("channel A");
        service.play("event A " + std::to_string(kEvents));
        for (int round = 0; round < 4; ++round) {
            auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
            std::stop_source stop;
            std::jthread stopper([&stop, round] {
                std::this_thread::sleep_for(std::chrono::milliseconds(20 + 60 * round));
                stop.request_stop();
            });
            take(watch(file, service.input(reading({"A"}), file), bundledEngine(), stop.get_token(), {}));
        }
        auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
        const auto had = caseCounts(file)->events;
        service.watchUntil(file, kEvents - had, reading({"A"}));
        QCOMPARE(caseCounts(file)->events, kEvents);
        const auto rows = take(evidence(file));
        QCOMPARE(rows.size(), std::size_t{1});
        QCOMPARE(rows[0].records, kEvents);
        QCOMPARE(rows[0].duplicates, std::uint64_t{0});
        QCOMPARE(rows[0].lost, std::uint64_t{0});
    }

    void theLoginDoesNotGoIntoTheCase()
    {
        const TestCase test;
        Service service;
        service.play("channel A");
        service.play("event A 10");
        {
            auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
            EventLogRequest request = reading({"A"});
            request.computer = {"DC01", "annasuser", "EXAMPLE", Secret(std::string("correct horse battery"))};
            service.watchUntil(file, 10, std::move(request));
            QCOMPARE(take(evidence(file))[0].path, std::string("\\\\DC01\\A"));
        }
        std::size_t files = 0;
        for (const auto &entry : fs::directory_iterator(test.casePath().parent_path())) {
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(in), {}};
            QVERIFY(bytes.find("correct horse") == std::string::npos);
            QVERIFY(bytes.find("annasuser") == std::string::npos);
            ++files;
        }
        QVERIFY(files >= 1);
    }

    void requestsThatMakeNoSense()
    {
        EventLogRequest none;
        QCOMPARE(watchInput(std::move(none), {}).error().code, ErrorCode::Invalid);
        EventLogRequest both = reading({"A"});
        both.query = "<QueryList/>";
        QCOMPARE(watchInput(std::move(both), {}).error().code, ErrorCode::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestWatchEventLog)
#include "tst_watcheventlog.moc"
