#include "model/base/text.h"
#include "model/store/alertstore.h"
#include "model/store/eventstore.h"
#include "model/store/eventwriter.h"
#include "tests/app/pipeline/testcase.h"

#include <fstream>
#include <random>
#include <thread>
#ifndef _WIN32
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace lolscope;
using namespace lolscope::test;

namespace fs = std::filesystem;

class TestIndexing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSameEvidenceTwiceAddsNothing()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        const auto first = test.index({log});
        QCOMPARE(first.records, std::uint64_t(sampleScenario().size()));
        const auto content = contentOf(test.open());
        const auto copy = test.path("copy.evtx");
        fs::copy_file(log, copy);
        const auto second = test.index({log, copy});
        QCOMPARE(second.records, std::uint64_t{0});
        QCOMPARE(second.files.size(), std::size_t{2});
        QVERIFY(second.files[0].state == FileOutcome::State::Skipped);
        QVERIFY(second.files[1].state == FileOutcome::State::Skipped);
        QCOMPARE(contentOf(test.open()), content);
        QCOMPARE(caseCounts(test.open())->evidence, std::uint64_t{1});
    }

    void anOverlappingCopyGivesSecondCitationsAndNoSecondHits()
    {
        const TestCase test;
        auto records = sampleScenario();
        const auto whole = test.write("whole.evtx", records);
        const auto half = records.size() / 2;
        records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(half));
        for (auto &record : records)
            record.headerRecordId = {}; // the copy numbers its records anew; EventRecordID stays
        const auto part = test.write("part.evtx", records);
        const auto first = test.index({whole});
        const auto second = test.index({part});
        QCOMPARE(second.duplicates, std::uint64_t(records.size()));
        QCOMPARE(second.detections, first.detections);
        QCOMPARE(second.alerts, first.alerts);
        const auto file = test.open();
        QCOMPARE(caseCounts(file)->events, std::uint64_t(sampleScenario().size()));
        std::uint64_t cited = 0;
        for (const EventId id : take(eventIds(file, {})))
            cited += storedEvent(file, id)->citations.size();
        QCOMPARE(cited, std::uint64_t(sampleScenario().size() + records.size()));
    }

    /// A collector writes GUIDs in lower case and times with nine digits; it is the same event all the same.
    void aForwardedCopyIsTheSameEvents()
    {
        const TestCase test;
        auto records = sampleScenario();
        const auto log = test.write("log.evtx", records);
        for (auto &record : records) {
            record.forwarded = true;
            for (auto &field : record.data)
                if (field.name.ends_with("Guid"))
                    field.value = foldCase(field.value);
        }
        const auto forwarded = test.write("forwarded.evtx", records);
        const auto first = test.index({log});
        const auto second = test.index({forwarded});
        QCOMPARE(second.duplicates, std::uint64_t(records.size()));
        QCOMPARE(second.detections, first.detections);
    }

    void theOrderOfFilesDoesNotMatter()
    {
        // Starts in one file, what the processes did in another.
        std::vector<RecordSpec> starts, rest;
        for (const auto &record : sampleScenario())
            (record.eventId == 1 ? starts : rest).push_back(record);
        QStringList contents[2];
        for (const bool startsFirst : {true, false}) {
            const TestCase test;
            const auto a = test.write("a.evtx", starts);
            const auto b = test.write("b.evtx", rest);
            test.index({startsFirst ? a : b});
            test.index({startsFirst ? b : a});
            contents[startsFirst] =
                contentOf(test.open())
                    .replaceInStrings(QString::fromStdString(a.parent_path().filename().string()), QString());
        }
        QVERIFY(contents[0].size() > 10);
        QCOMPARE(contents[0], contents[1]);
    }

    void badEvidenceCostsOnlyItself()
    {
        const TestCase test;
        const auto good = test.write("good.evtx", sampleScenario());
        const auto bytes = fs::file_size(good);
        const auto cut = test.path("cut.evtx");
        fs::copy_file(good, cut);
        fs::resize_file(cut, bytes - 100'000);
        std::ofstream(test.path("empty.evtx"));
        std::ofstream(test.path("foreign.evtx")) << "MZ this is something else";
        const auto summary = test.index(
            {cut, test.path("empty.evtx"), test.path("foreign.evtx"), test.path("missing.evtx"), good});
        QVERIFY(summary.imperfect());
        QCOMPARE(summary.files.size(), std::size_t{5});
        QVERIFY(summary.files[0].row.lost > 0);
        QVERIFY(std::any_of(summary.files[0].row.damage.begin(), summary.files[0].row.damage.end(),
                            [](const Damage &damage) { return damage.offset.has_value(); }));
        QVERIFY(QString::fromStdString(summary.files[1].row.error).contains(QStringLiteral("empty")));
        QVERIFY(QString::fromStdString(summary.files[2].row.error).contains(QStringLiteral("ElfFile")));
        QVERIFY(QString::fromStdString(summary.files[3].row.error).contains(QStringLiteral("no such file")));
        QVERIFY(summary.files[4].state == FileOutcome::State::Indexed);
        QCOMPARE(caseCounts(test.open())->events, std::uint64_t(sampleScenario().size()));
        QCOMPARE(caseCounts(test.open())->problems, std::uint64_t{4});
    }

#ifndef _WIN32 // it makes a link
    void foldersAreSearched()
    {
        const TestCase test;
        fs::create_directories(test.path("logs/deep"));
        test.write("logs/deep/a.EVTX", sampleScenario());
        std::ofstream(test.path("logs/notes.txt")) << "not evidence";
        fs::create_directory_symlink(test.path("logs"), test.path("logs/deep/loop"));
        const auto summary = test.index({test.path("logs")});
        QCOMPARE(summary.files.size(), std::size_t{2});
        QCOMPARE(summary.records, std::uint64_t(sampleScenario().size()));
        QVERIFY(summary.files[0].state == FileOutcome::State::Failed
                || summary.files[1].state == FileOutcome::State::Failed);
        QVERIFY2(summary.imperfect(), "the link that was not followed is named");
    }
#endif

#ifndef _WIN32 // it forks
    /// What a killed run had not reached is known to the case.
    void aKilledRunIsCompletedWithoutNamingItsFiles()
    {
        const TestCase test;
        std::vector<fs::path> logs;
        for (int i = 0; i < 12; ++i) {
            auto records = sampleScenario();
            for (auto &record : records)
                record.computer = "HOST" + std::to_string(i);
            logs.push_back(test.write(("log" + std::to_string(i) + ".evtx").c_str(), records));
        }
        const auto evidenceRows = [&] {
            const auto file = CaseFile::open(test.casePath(), CaseFile::Mode::ReadOnly);
            const auto counts = file ? caseCounts(*file) : fail(ErrorCode::Io, "not there yet");
            return counts ? counts->evidence : std::uint64_t{0};
        };
        bool killed = false; // a busy machine may let it end first
        for (int attempt = 0; attempt < 20 && !killed; ++attempt) {
            for (const char *suffix : {"", "-wal", "-shm"})
                fs::remove(test.casePath().string() + suffix);
            const pid_t child = fork();
            if (child == 0) {
                Progress progress;
                (void)indexEvidence(test.casePath(), logs, bundledEngine(), {}, progress);
                _exit(0);
            }
            int status = 0;
            while (evidenceRows() < 2 && waitpid(child, &status, WNOHANG) == 0)
                std::this_thread::yield();
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            killed = WIFSIGNALED(status) && needsIndexing(test.open()).value_or(false);
        }
        QVERIFY2(killed, "it was killed in the middle");
        QVERIFY(needsIndexing(test.open()).value());
        const auto completed = test.index(take(unreadFiles(test.open())));
        QVERIFY(!completed.files.empty());
        QCOMPARE(completed.alerts, std::uint64_t{11 * 12});
        QVERIFY(!needsIndexing(test.open()).value());
    }
#endif

    void evidenceThatChangedOrWentAfterAKillIsSettled()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        {
            // As a kill leaves it: begun, some events committed.
            auto file = CaseFile::open(test.casePath(), CaseFile::Mode::Create);
            EventWriter writer(*file);
            QVERIFY(writer.plan({log.string()}));
            QVERIFY(writer.begin(log.string(), "0123", 10));
            QVERIFY(writer.commit());
        }
        QVERIFY(needsIndexing(test.open()).value());
        test.index({}); // reads nothing that only the case names
        QCOMPARE(take(unreadFiles(test.open())), std::vector<fs::path>{log});
        test.index(take(unreadFiles(test.open()))); // the file has another hash
        QVERIFY(!needsIndexing(test.open()).value());
        const auto rows = take(evidence(test.open()));
        QCOMPARE(rows.size(), std::size_t{2});
        QVERIFY(rows[0].state == EvidenceRow::State::Failed);
        QVERIFY(QString::fromStdString(rows[0].error).contains(QStringLiteral("changed")));
        QVERIFY(rows[1].state == EvidenceRow::State::Done);
    }

    void cancelledWorkIsKeptAndCompleted()
    {
        const TestCase test;
        const auto a = test.write("a.evtx", sampleScenario());
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        const auto cancelled =
            indexEvidence(test.casePath(), {a}, bundledEngine(), stop.get_token(), progress);
        QVERIFY(cancelled && cancelled->cancelled);
        const auto completed = test.index({a});
        QVERIFY(!completed.cancelled);
        QCOMPARE(completed.alerts, std::uint64_t{11});
        QVERIFY(!needsIndexing(test.open()).value());
    }

#ifndef _WIN32 // it forks
    /// Kills the program at many points of an indexing run; whatever was left, indexing again gives the case
    /// an undisturbed run gives.
    void killedAtAnyPointItResumes()
    {
        const TestCase test;
        std::vector<fs::path> logs;
        const auto records = sampleScenario();
        for (std::size_t i = 0; i < 6; ++i) { // several files, so that kills fall between commits too
            const auto from = records.size() * i / 6, to = records.size() * (i + 1) / 6;
            logs.push_back(test.write(("log" + std::to_string(i) + ".evtx").c_str(),
                                      {records.begin() + static_cast<std::ptrdiff_t>(from),
                                       records.begin() + static_cast<std::ptrdiff_t>(to)}));
        }
        const auto begun = std::chrono::steady_clock::now();
        test.index(logs);
        const auto undisturbed = contentOf(test.open());
        const auto whole =
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun)
                .count();

        std::mt19937 random(7);
        int interrupted = 0;
        for (int round = 0; round < 25; ++round) {
            for (const char *suffix : {"", "-wal", "-shm"})
                fs::remove(test.casePath().string() + suffix);
            const pid_t child = fork();
            if (child == 0) {
                Progress progress;
                (void)indexEvidence(test.casePath(), logs, bundledEngine(), {}, progress);
                _exit(0);
            }
            std::this_thread::sleep_for(
                std::chrono::microseconds(std::uniform_int_distribution<long>(0, whole)(random)));
            kill(child, SIGKILL);
            int status = 0;
            QCOMPARE(waitpid(child, &status, 0), child);
            if (auto left = CaseFile::open(test.casePath(), CaseFile::Mode::ReadWrite))
                interrupted +=
                    needsIndexing(*left).value() || contentOf(*left).size() < undisturbed.size() ? 1 : 0;
            else
                interrupted += fs::exists(test.casePath()) ? 0 : 1;
            test.index(logs);
            QCOMPARE(contentOf(test.open()), undisturbed);
            QVERIFY(!needsIndexing(test.open()).value());
        }
        QVERIFY2(interrupted >= 3, "the kills must fall into the run");
    }

    /// Commits fall inside a log too, where it has more than 20,000 events: what was committed is not read
    /// twice, and nothing is lost. A cancelled run is one more way to stop there.
    void stoppedInsideALogItResumes()
    {
        const TestCase test;
        const auto log = test.write("long.evtx", [] {
            std::vector<RecordSpec> records;
            constexpr int kDays = 200;
            for (int day = 0; day < kDays; ++day)
                for (RecordSpec record : sampleScenario()) {
                    record.recordId.reset();
                    record.time += std::chrono::days(day);
                    records.push_back(std::move(record));
                }
            return records;
        }());
        const auto counts = [&] {
            const auto now = take(caseCounts(test.open()));
            return std::vector{now.events,     now.processes,  now.connections,
                               now.dnsQueries, now.detections, take(alerts(test.open())).size()};
        };
        test.index({log});
        const auto undisturbed = counts();
        QVERIFY(undisturbed[0] > 40'000);

        int inside = 0;
        for (int round = 0; round < 12 && inside < 4; ++round) {
            for (const char *suffix : {"", "-wal", "-shm"})
                fs::remove(test.casePath().string() + suffix);
            Progress progress;
            std::stop_source stop;
            const bool isKilled = round % 2 == 0;
            const pid_t child = fork();
            if (child == 0) {
                if (!isKilled) {
                    const std::jthread stopper([&] {
                        while (progress.records < 21'000 + 2'000 * static_cast<std::uint64_t>(round))
                            std::this_thread::sleep_for(std::chrono::milliseconds(1));
                        stop.request_stop();
                    });
                    (void)indexEvidence(test.casePath(), {log}, bundledEngine(), stop.get_token(), progress);
                    _exit(0);
                }
                (void)indexEvidence(test.casePath(), {log}, bundledEngine(), {}, progress);
                _exit(0);
            }
            const auto events = [&] {
                const auto left = CaseFile::open(test.casePath(), CaseFile::Mode::ReadOnly);
                const auto rows = left ? caseCounts(*left) : tl::unexpected(left.error());
                return rows ? rows->events : 0;
            };
            int status = 0;
            if (isKilled) {
                while (waitpid(child, &status, WNOHANG) == 0 && events() == 0)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                kill(child, SIGKILL);
            }
            waitpid(child, &status, 0);
            inside += events() > 0 && events() < undisturbed[0] ? 1 : 0;
            test.index({log});
            QCOMPARE(counts(), undisturbed);
            QVERIFY(!needsIndexing(test.open()).value());
        }
        QVERIFY2(inside >= 2, "commits must fall inside the log");
    }
#endif

    void theEvidenceIsNotTouched()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        const auto time = fs::last_write_time(log);
        fs::permissions(log, fs::perms::owner_read);
        test.index({log});
        QVERIFY(fs::last_write_time(log) == time);
        for (const auto &entry : fs::directory_iterator(log.parent_path()))
            QVERIFY2(entry.path() == log || entry.path().filename().string().starts_with("case.lolscope"),
                     entry.path().string().c_str());
    }
};

QTEST_GUILESS_MAIN(TestIndexing)
#include "tst_indexing.moc"
