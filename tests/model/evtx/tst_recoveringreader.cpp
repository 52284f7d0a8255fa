#include "tests/model/evtx/logfixture.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <stop_token>
#include <thread>
#ifdef _WIN32
#include <windows.h>
#endif

using namespace lolscope;
using lolscope::test::Copied;
using lolscope::test::LogFixture;
using lolscope::test::Read;
using lolscope::test::readAll;
using lolscope::test::sample;
using lolscope::test::writeFile;

/// What libevtx, in a process of its own, makes of chunks that our decoder could not read whole.
class TestRecoveringReader : public QObject, private LogFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(isValid()); }

    void recordsThatLibevtxReadsAreRecovered()
    {
        const Read healthy = writeHealthy();
        damage();
        const Read without = readAll(openEvents(path()));
        QCOMPARE(without.events.size(), std::size_t(0));
        QVERIFY(without.names("more values than the record has"));

        Read with = read(LOLSCOPE_EVTXHELPER);
        QVERIFY2(with.error.empty(), with.error.c_str());
        QCOMPARE(with.damage.size(), without.damage.size());
        QCOMPARE(with.events.size(), std::size_t(3));
        // Nobody else can read them again, so they have their XML without being asked for.
        ReadOptions options = asking(LOLSCOPE_EVTXHELPER);
        options.prepare = [](EventBatch &batch) {
            for (const Event &event : batch.events)
                batch.prepared += event.xml;
        };
        QCOMPARE(QByteArray::fromStdString(readAll(openEvents(path(), options)).prepared).count("</Event>"),
                 3);
        for (Copied &event : with.events) {
            QVERIFY(event.recovered);
            event.recovered = false;
        }
        QVERIFY(with.events == healthy.events);
    }

    void theirXmlComesAlong()
    {
        writeHealthy();
        damage();
        ReadOptions options = asking(LOLSCOPE_EVTXHELPER);
        options.xml = true;
        options.prepare = [](EventBatch &batch) {
            for (const Event &event : batch.events)
                batch.prepared += event.xml;
        };
        const std::string xml = readAll(openEvents(path(), options)).prepared;
        QCOMPARE(QByteArray::fromStdString(xml).count("</Event>"), 3);
    }

    /// libevtx 20181227 crashes on a text of U+FFFE; a later one may not.
    void whatLibevtxCannotBearIsNamed()
    {
        readRecords({sample({{"A", "\ufffe"}}), sample({{"A", "c"}})});
        damage();
        const Read with = read(LOLSCOPE_EVTXHELPER);
        QVERIFY2(with.error.empty(), with.error.c_str());
        QVERIFY2(with.names("crashed") || with.names("ended with code") || with.events.size() == 2,
                 with.damage.empty() ? "" : with.damage.back().reason.c_str());
    }

    /// Only what is damaged is read again, and nothing comes twice.
    void whatOurDecoderGaveIsNotDoubled()
    {
        test::EvtxOptions options;
        options.recordsPerChunk = 2;
        std::vector<test::RecordSpec> records;
        for (int i = 0; i < 8; ++i)
            records.push_back(sample({{"Number", std::to_string(i)}}));
        write(records, options);
        const Read healthy = readAll(openEvents(path()));
        std::string file = test::readFile(path());
        const std::size_t second = 4096 + 65536;
        file[file.find(test::toUtf16("WKS-042"), second)] = 'X'; // costs the checksum alone
        forgeDependency(file, second + 65536);
        writeFile(path(), file);
        const Read with = read(LOLSCOPE_EVTXHELPER);
        QVERIFY(with.error.empty());
        QCOMPARE(with.events.size(), healthy.events.size());
        QCOMPARE(with.live(), std::size_t(6));
        for (const Copied &event : healthy.events)
            QCOMPARE(std::count_if(with.events.begin(), with.events.end(),
                                   [&](const Copied &other) { return other.offset == event.offset; }),
                     1);
    }

    void manyDamagedChunksAreAskedAboutInTurn()
    {
        test::EvtxOptions options;
        options.recordsPerChunk = 1;
        write(std::vector<test::RecordSpec>(300, sample({{"A", "b"}})), options);
        std::string file = test::readFile(path());
        for (std::size_t chunk = 4096; chunk < file.size(); chunk += 65536)
            forgeDependency(file, chunk);
        writeFile(path(), file);
        const Read with = read(LOLSCOPE_EVTXHELPER);
        QVERIFY(with.error.empty());
        QCOMPARE(with.events.size(), std::size_t(300));
        QCOMPARE(with.live(), std::size_t(0));
    }

    void aHealthyLogAsksNobody()
    {
        writeHealthy();
        const Read read = this->read(badHelper("crash"));
        QCOMPARE(read.events.size(), std::size_t(3));
        QVERIFY(read.damage.empty());
    }

    void anAbsentHelperIsNamedWhereItIsMissed()
    {
        writeHealthy();
        damage();
        const auto nowhere = std::filesystem::path(path()).parent_path() / "nowhere";
        const Read with = read(nowhere);
        QCOMPARE(with.events.size(), std::size_t(0));
        QCOMPARE(with.damage.size(), readAll(openEvents(path())).damage.size() + 1);
        QVERIFY(with.names(nowhere.string() + ": cannot be started: "));
        QVERIFY(with.damage.back().slack);
    }

    void aBadHelperCostsItsOwnAnswerAlone_data()
    {
        QTest::addColumn<int>("recovered"); // what it had given before
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *what, int recovered, const char *reason) {
            QTest::newRow(what) << recovered << QString::fromLatin1(reason);
        };
        row("crash", 1, kIsWindows ? "crashed (0xC000001D)" : "crashed (Segmentation fault)");
        row("hang", 1, kSilent.c_str());
        row("silent", 0, kSilent.c_str());
        row("closes", 1, "closed its output and did not end");
        row("spins", 1, "more than 1 s of processor time");
        row("hoards", 1, kIsWindows ? "wanted more than its 128 MiB" : "crashed (Aborted)");
        row("exits", 1, "ended with code 9");
        row("nothing", 0, "ended in the middle");
        row("cut", 1, "ended in the middle");
        row("garbage", 0, "a frame of 2021161080 bytes");
        row("otherversion", 0, "speaks version 2");
        row("forged", 1, "checksum does not match");
        row("huge", 1, "a frame of 2147483647 bytes");
        row("noxml", 1, "could not read 1 record of the damaged chunks either");
        row("refuses", 1, "could not read 1 record of the damaged chunks either (of the first: no template");
        row("toomany", 2, "out of order");
        row("talkative", 2, "ended in the middle");
        row("files", 2, "");
    }
    void aBadHelperCostsItsOwnAnswerAlone()
    {
        QFETCH(int, recovered);
        QFETCH(QString, reason);
        const std::string what = QTest::currentDataTag();
#ifdef __SANITIZE_ADDRESS__
        if (what == "hoards")
            QSKIP("the address space is not limited under AddressSanitizer");
#endif
        if (isWine() && (what == "spins" || what == "hoards" || what == "closes"))
            QSKIP("wine 8 knows neither these limits of a job nor the end of a pipe before that of its "
                  "process");
        writeHealthy();
        damage();
        const auto without = readAll(openEvents(path())).damage.size();
        ReadOptions options = asking(badHelper(what));
        const bool isBusy = what == "spins" || what == "hoards";
        options.helperLimits.memoryBytes = std::uint64_t{128} << 20;
        options.helperLimits.cpuSeconds = 1;
        options.helperLimits.silence = isBusy ? std::chrono::minutes(2) : kPatience;
        QElapsedTimer timer;
        timer.start();
        const Read read = readAll(openEvents(path(), options));
        QVERIFY(timer.elapsed() < 60'000);
        QVERIFY2(read.error.empty(), read.error.c_str());
        QCOMPARE(read.events.size(), static_cast<std::size_t>(recovered));
        for (const Copied &event : read.events) {
            QVERIFY(event.recovered);
            QCOMPARE(event.offset, std::uint64_t(0)); // no record of the file has this id
        }
        QCOMPARE(read.damage.size(), without + (reason.isEmpty() ? 0 : 1));
        QVERIFY2(read.names(reason.toStdString()), read.damage.back().reason.c_str());
    }

    void waitingForItCanBeStopped()
    {
        writeHealthy();
        damage();
        std::stop_source stop;
        ReadOptions options = asking(badHelper("silent"));
        options.stop = stop.get_token();
        const std::jthread later([&stop] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            stop.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!readAll(openEvents(path(), options)).error.empty());
        QVERIFY(timer.elapsed() < 5'000);
    }

private:
#ifdef _WIN32
    static constexpr bool kIsWindows = true; // where a start takes longer, under wine above all
    static constexpr std::chrono::milliseconds kPatience{3'000};
    static bool isWine()
    {
        return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
    }
#else
    static constexpr bool kIsWindows = false;
    static constexpr std::chrono::milliseconds kPatience{300};
    static bool isWine()
    {
        return false;
    }
#endif
    const std::string kSilent = "said nothing for " + std::to_string(kPatience.count()) + " ms";

    static ReadOptions asking(const std::filesystem::path &helper)
    {
        ReadOptions options;
        options.helper = helper;
        return options;
    }
    Read read(const std::filesystem::path &helper) const
    {
        return readAll(openEvents(path(), asking(helper)));
    }

    Read writeHealthy() const
    {
        return readRecords({sample({{"A", "b"}}), sample({{"A", "c"}}), sample({{"A", "d"}})});
    }

    /// One byte of the template that all records of the chunk use: an element depends on a value there is
    /// none of.
    static void forgeDependency(std::string &file, std::size_t chunk)
    {
        const std::size_t element = file.rfind("\x41\xff\xff", chunk + 8000);
        if (element == std::string::npos || element < chunk)
            qFatal("no element in the chunk");
        file[element + 1] = '\xf9';
    }
    void damage() const
    {
        std::string file = test::readFile(path());
        forgeDependency(file, 4096);
        writeFile(path(), file);
    }

    /// The helper that does what its name says.
    std::filesystem::path badHelper(const std::string &name) const
    {
        const auto folder = std::filesystem::path(path()).parent_path();
        std::error_code exists;
        if (kIsWindows) {
            std::filesystem::copy_file(LOLSCOPE_BADHELPER, folder / (name + ".exe"), exists);
            return folder / (name + ".exe");
        }
        std::filesystem::create_symlink(LOLSCOPE_BADHELPER, folder / name, exists);
        return folder / name;
    }
};

QTEST_GUILESS_MAIN(TestRecoveringReader)
#include "tst_recoveringreader.moc"
