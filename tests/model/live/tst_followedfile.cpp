#include "model/live/followedfile.h"
#include "model/live/journalreader.h"
#include "model/live/pipereader.h"
#include "tests/support/deepfolder.h"
#include "tests/support/fakeclock.h"
#include "tests/support/scenario.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>

using namespace lolscope;
using namespace lolscope::test;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

std::string textOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Writes into the file that is there, as a program does that has it open: same inode.
void overwrite(const fs::path &path, const std::string &bytes, std::size_t from = 0,
               std::size_t count = std::string::npos)
{
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(from));
    file << bytes.substr(from, count);
}

/// What a source gave.
struct Taken
{
    std::vector<std::uint64_t> ids; ///< EventRecordIDs in order.
    std::vector<Damage> damage;
    std::string bookmark;
    int otherLogs = 0;
    std::uint64_t lost() const
    {
        std::uint64_t sum = 0;
        for (const Damage &one : damage)
            sum += one.records;
        return sum;
    }
};

/// Everything there is for now.
Taken takeAll(LiveReader &reader)
{
    Taken taken;
    for (;;) {
        LiveBatch batch;
        const auto step = reader.next(batch, {});
        if (!step)
            qFatal("%s", describe(step.error()).c_str());
        if (*step != LiveReader::Step::Batch)
            return taken;
        for (const Event &event : batch.events.events)
            taken.ids.push_back(event.recordId.value_or(0));
        taken.damage.insert(taken.damage.end(), batch.events.damage.begin(), batch.events.damage.end());
        taken.otherLogs += batch.isAnotherLog ? 1 : 0;
        if (!batch.bookmark.empty())
            taken.bookmark = batch.bookmark;
    }
}

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last)
{
    std::vector<std::uint64_t> ids;
    for (; first <= last; ++first)
        ids.push_back(first);
    return ids;
}

std::string xmlEvent(int id)
{
    return "<Event><System><Provider Name=\"P\"/><EventID>1</EventID><EventRecordID>" + std::to_string(id)
        + "</EventRecordID><Channel>C</Channel><Computer>H</Computer></System></Event>\n";
}

} // namespace

class TestFollowedFile : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<FakeClock> m_clock;

    fs::path path(const char *name) const
    {
        return m_folder->filePath(QString::fromLatin1(name)).toStdString();
    }

    /// The bytes of a log with the records [first, last], of which the first so many are always the same.
    std::string log(std::uint64_t first, std::uint64_t last, std::size_t perChunk = 0, int day = 0) const
    {
        const fs::path file = path("writing");
        EvtxWriter writer(file, {.dirty = true, .recordsPerChunk = perChunk, .firstRecordId = first});
        const auto scenario = sampleScenario();
        for (std::uint64_t id = first; id <= last; ++id) {
            RecordSpec record = scenario[id % scenario.size()];
            record.recordId.reset();
            record.time += std::chrono::days(day);
            writer.add(record);
        }
        if (!writer.finish())
            qFatal("no log");
        return textOf(file);
    }

    FollowedFile follow(const fs::path &file, const std::string &bookmark = {}) const
    {
        return {file, bookmark, {.clock = m_clock}};
    }

    static constexpr std::size_t kHeader = 4096, kChunk = 65536;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_clock = std::make_shared<FakeClock>();
    }

    void aLogGrowsRecordByRecord()
    {
        const fs::path file = path("a.evtx");
        auto reader = follow(file);
        QVERIFY(takeAll(reader).ids.empty()); // not there yet
        std::ofstream(file, std::ios::binary) << std::string(kHeader + kChunk, '\0');
        QVERIFY(takeAll(reader).ids.empty()); // preallocated
        std::vector<std::uint64_t> ids;
        for (const std::uint64_t last : {1, 2, 3, 10, 60, 61, 130, 131}) {
            const std::string bytes = log(1, last);
            // As Windows writes: the records of the chunk, then its header; the file header is left stale.
            for (std::size_t chunk = kHeader; chunk < bytes.size(); chunk += kChunk) {
                if (fs::file_size(file) < chunk + kChunk)
                    fs::resize_file(file, chunk + kChunk);
                overwrite(file, bytes, chunk + 512, kChunk - 512);
                if (chunk + kChunk >= bytes.size() && !ids.empty()) {
                    const auto early = takeAll(reader);
                    ids.insert(ids.end(), early.ids.begin(), early.ids.end());
                }
                overwrite(file, bytes, chunk, 512);
            }
            overwrite(file, log(1, 1), 0, kHeader);
            const auto taken = takeAll(reader);
            QVERIFY(taken.damage.empty());
            ids.insert(ids.end(), taken.ids.begin(), taken.ids.end());
            QCOMPARE(ids, range(1, last));
            m_clock->pass(200ms);
        }
        QVERIFY(takeAll(reader).ids.empty());
    }

    void aTornTailIsReadWhenItIsWhole()
    {
        const fs::path file = path("a.evtx");
        std::ofstream(file, std::ios::binary) << log(1, 20);
        auto reader = follow(file);
        QCOMPARE(takeAll(reader).ids, range(1, 20));
        const std::string bytes = log(1, 30);
        overwrite(file, bytes, kHeader,
                  512); // the header first: its checksum is of records that are not there
        QVERIFY(takeAll(reader).ids.empty());
        m_clock->pass(1s);
        const auto torn = takeAll(reader);
        QVERIFY(torn.ids.empty() && torn.damage.empty());
        overwrite(file, bytes);
        const auto whole = takeAll(reader);
        QCOMPARE(whole.ids, range(21, 30));
        QVERIFY(whole.damage.empty());
    }

    void aTailThatStaysTornIsNamedOnce()
    {
        const fs::path file = path("a.evtx");
        std::string bytes = log(1, 20);
        std::ofstream(file, std::ios::binary) << bytes;
        auto reader = follow(file);
        takeAll(reader);
        bytes = log(1, 30);
        bytes[kHeader + 52] = static_cast<char>(bytes[kHeader + 52] ^ 1); // the records' checksum
        overwrite(file, bytes);
        QVERIFY(takeAll(reader).ids.empty());
        m_clock->pass(kTornPatience + 1s);
        const auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(21, 30)); // they can be read all the same
        QVERIFY(!taken.damage.empty());
        m_clock->pass(kTornPatience + 1s);
        QVERIFY(takeAll(reader).damage.empty());
    }

    void resumesBehindItsBookmark()
    {
        const fs::path file = path("a.evtx");
        std::ofstream(file, std::ios::binary) << log(1, 100, 30);
        auto first = follow(file);
        LiveBatch batch;
        QVERIFY(*first.next(batch, {}) == LiveReader::Step::Batch);
        std::vector<std::uint64_t> ids;
        for (const Event &event : batch.events.events)
            ids.push_back(*event.recordId);
        overwrite(file, log(1, 130, 30));
        fs::resize_file(file, log(1, 130, 30).size());
        overwrite(file, log(1, 130, 30));
        auto second = follow(file, batch.bookmark);
        const auto rest = takeAll(second);
        ids.insert(ids.end(), rest.ids.begin(), rest.ids.end());
        QCOMPARE(ids, range(1, 130));
        QCOMPARE(rest.otherLogs, 0);
        QVERIFY(rest.damage.empty());
        auto third = follow(file, rest.bookmark);
        QVERIFY(takeAll(third).ids.empty());
    }

    void aLogThatOverwritesItsOldestChunks()
    {
        const fs::path file = path("a.evtx");
        std::string bytes = log(1, 30, 10); // three chunks
        std::ofstream(file, std::ios::binary) << bytes;
        auto reader = follow(file);
        QCOMPARE(takeAll(reader).ids, range(1, 30));
        overwrite(file, log(31, 35), kHeader, 0);
        std::string next = log(31, 35);
        bytes.replace(kHeader, kChunk, next, kHeader, kChunk);
        overwrite(file, bytes);
        auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(31, 35));
        QVERIFY(taken.damage.empty());
        // Now it overtakes us: everything is newer than what was read, and 36 to 50 are gone.
        bytes = log(51, 80, 10);
        overwrite(file, bytes);
        QVERIFY(takeAll(reader).ids.empty()); // it may only be written out of order
        m_clock->pass(kTornPatience + 1s);
        taken = takeAll(reader);
        QCOMPARE(taken.ids, range(51, 80));
        QCOMPARE(taken.lost(), std::uint64_t{15});
        QCOMPARE(taken.otherLogs, 0);
    }

    void aClearedLogIsAnotherOne()
    {
        const fs::path file = path("a.evtx");
        std::ofstream(file, std::ios::binary) << log(1, 50);
        auto reader = follow(file);
        takeAll(reader);
        const std::string cleared = log(1, 5, 0, 1);
        fs::resize_file(file, 0);
        QVERIFY(takeAll(reader).ids.empty());
        overwrite(file, cleared);
        const auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(1, 5));
        QCOMPARE(taken.otherLogs, 1);
        QCOMPARE(taken.damage.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(taken.damage[0].reason).contains(QStringLiteral("record 50")));
    }

    void theEndOfARotatedLogIsRead()
    {
        const fs::path file = path("a.evtx");
        std::ofstream(file, std::ios::binary) << log(1, 20);
        auto reader = follow(file);
        takeAll(reader);
        overwrite(file, log(1, 25));
        fs::rename(file, path("archive.evtx"));
        std::ofstream(file, std::ios::binary) << log(26, 30, 0, 1);
        const auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(21, 30));
        QCOMPARE(taken.lost(), std::uint64_t{0});
    }

    void aCopyRenamedOverItGoesOn()
    {
        const fs::path file = path("a.evtx");
        std::ofstream(file, std::ios::binary) << log(1, 20);
        auto reader = follow(file);
        takeAll(reader);
        std::ofstream(path("new"), std::ios::binary) << log(1, 28);
        fs::rename(path("new"), file);
        const auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(21, 28));
        QCOMPARE(taken.otherLogs, 0);
        QVERIFY(taken.damage.empty());
    }

    void aBrokenChunkIsNamedOnceAndWhatLiesBehindItIsRead_data()
    {
        QTest::addColumn<int>("chunk");
        QTest::addColumn<int>("bytes");
        QTest::addColumn<char>("with");
        QTest::addColumn<QByteArray>("named");
        QTest::addColumn<quint64>("lost");
        QTest::newRow("only the signature, first chunk")
            << 0 << 8 << 'X' << QByteArray("signature") << quint64(0);
        QTest::newRow("only the signature, second chunk")
            << 1 << 8 << 'X' << QByteArray("signature") << quint64(0);
        QTest::newRow("header, second chunk") << 1 << 512 << 'X' << QByteArray("signature") << quint64(0);
        QTest::newRow("zeros, second chunk")
            << 1 << 65536 << '\0' << QByteArray("empty block") << quint64(10);
        QTest::newRow("zeros, first chunk") << 0 << 65536 << '\0' << QByteArray("empty block") << quint64(0);
        QTest::newRow("header, last chunk") << 2 << 512 << 'X' << QByteArray("signature") << quint64(0);
    }
    void aBrokenChunkIsNamedOnceAndWhatLiesBehindItIsRead()
    {
        QFETCH(int, chunk);
        QFETCH(int, bytes);
        QFETCH(char, with);
        QFETCH(QByteArray, named);
        QFETCH(quint64, lost);
        const fs::path file = path("a.evtx");
        std::string text = log(1, 30, 10); // three chunks
        text.replace(kHeader + static_cast<std::size_t>(chunk) * kChunk, static_cast<std::size_t>(bytes),
                     static_cast<std::size_t>(bytes), with);
        std::ofstream(file, std::ios::binary) << text.substr(0, kHeader + kChunk);
        auto reader = follow(file);
        Taken all;
        const auto take = [&](FollowedFile &from) {
            for (int i = 0; i < 12; ++i, m_clock->pass(6s)) {
                const auto taken = takeAll(from);
                all.ids.insert(all.ids.end(), taken.ids.begin(), taken.ids.end());
                all.damage.insert(all.damage.end(), taken.damage.begin(), taken.damage.end());
                all.bookmark = taken.bookmark.empty() ? all.bookmark : taken.bookmark;
            }
        };
        take(reader);
        std::ofstream(file, std::ios::binary | std::ios::app) << text.substr(kHeader + kChunk);
        take(reader);
        auto expected = range(1, 30);
        if (bytes > 512) // else the records are recovered
            expected.erase(expected.begin() + chunk * 10, expected.begin() + chunk * 10 + 10);
        QCOMPARE(all.ids, expected);
        QVERIFY(!all.damage.empty());
        QVERIFY2(all.damage[0].reason.find(named.toStdString()) != std::string::npos,
                 all.damage[0].reason.c_str());
        QCOMPARE(all.lost(), std::uint64_t{lost});
        QCOMPARE(all.damage.size(), std::size_t{lost > 0 ? 2U : 1U}); // the chunk, and what was in it
        if (chunk < 2) { // a later run knows
            auto later = follow(file, all.bookmark);
            all = {};
            take(later);
            QVERIFY(all.ids.empty() && all.damage.empty());
        }
    }

    void aLogOfNothingButAGarbageChunkIsNamed()
    {
        const fs::path file = path("a.evtx");
        std::ofstream(file, std::ios::binary) << log(1, 5).substr(0, kHeader) << std::string(kChunk, 'G');
        auto reader = follow(file);
        QVERIFY(takeAll(reader).damage.empty()); // it may still be written
        m_clock->pass(kTornPatience + 1s);
        QCOMPARE(takeAll(reader).damage.size(), std::size_t{1});
        m_clock->pass(60s);
        QVERIFY(takeAll(reader).damage.empty());
    }

    void aDamagedFileHeaderIsNamedOnce()
    {
        const fs::path file = path("a.evtx");
        std::string bytes = log(1, 5);
        bytes.replace(16, 24, 24, '\xff');
        std::ofstream(file, std::ios::binary) << bytes;
        auto reader = follow(file);
        QCOMPARE(takeAll(reader).ids, range(1, 5));
        m_clock->pass(kTornPatience + 1s);
        const auto taken = takeAll(reader);
        QCOMPARE(taken.damage.size(), std::size_t{1});
        QVERIFY(taken.damage[0].reason.find("header checksum") != std::string::npos);
        m_clock->pass(60s);
        QVERIFY(takeAll(reader).damage.empty());
    }

    void aLogWithoutItsSignatureIsReadAsALog()
    {
        const fs::path file = path("a.evtx");
        std::string bytes = log(1, 5);
        bytes.replace(0, 7, "ELFFILE");
        std::ofstream(file, std::ios::binary) << bytes;
        auto reader = follow(file);
        const auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(1, 5));
        QCOMPARE(taken.damage.size(), std::size_t{1});
        QCOMPARE(taken.damage[0].reason, "no file signature");
        QCOMPARE(taken.lost(), std::uint64_t{0});
    }

    void whatIsNamedALogAndIsNoneIsRefused()
    {
        const fs::path file = path("a.EVTX");
        std::ofstream(file, std::ios::binary) << "MZ, and\nother lines\n" << std::string(5000, 'x') << '\n';
        auto reader = follow(file);
        LiveBatch batch;
        const auto step = reader.next(batch, {});
        QVERIFY(!step);
        QCOMPARE(step.error().code, ErrorCode::Unsupported);
        QVERIFY2(step.error().detail.starts_with("no event log"), step.error().detail.c_str());
    }

    void saysWhatItWaitsFor()
    {
        const fs::path file = path("a.evtx");
        auto reader = follow(file);
        QVERIFY(takeAll(reader).ids.empty());
        QCOMPARE(reader.waitsFor(), "there is no such file");
        std::ofstream(file, std::ios::binary) << std::string(kHeader, '\0');
        QVERIFY(takeAll(reader).ids.empty());
        QCOMPARE(reader.waitsFor(), "nothing is in it yet");
        std::ofstream(file, std::ios::binary) << log(1, 2);
        QCOMPARE(takeAll(reader).ids, range(1, 2));
        QCOMPARE(reader.waitsFor(), "");
    }

    void aTextGrowsTurnsAndShrinks()
    {
        const fs::path file = path("a.xml");
        auto reader = follow(file);
        std::ofstream out(file, std::ios::binary);
        out << xmlEvent(1) << xmlEvent(2).substr(0, 30) << std::flush;
        auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(1, 1));
        out << xmlEvent(2).substr(30) << "garbage\n" << xmlEvent(3) << std::flush;
        taken = takeAll(reader);
        QCOMPARE(taken.ids, range(2, 3));
        QCOMPARE(taken.lost(), std::uint64_t{1});
        // A later run goes on behind the bookmark.
        out << xmlEvent(4) << std::flush;
        auto later = follow(file, taken.bookmark);
        QCOMPARE(takeAll(later).ids, range(4, 4));
        // logrotate: renamed, and a new file in its place.
        out << xmlEvent(5) << std::flush;
        fs::rename(file, path("a.xml.1"));
        std::ofstream(file, std::ios::binary) << xmlEvent(6);
        taken = takeAll(later);
        QCOMPARE(taken.ids, range(5, 6));
        QCOMPARE(taken.otherLogs, 1);
        QVERIFY(taken.damage.empty());
        // copytruncate: the same file, shorter.
        std::ofstream(file, std::ios::binary | std::ios::app) << xmlEvent(7) << xmlEvent(8);
        QCOMPARE(takeAll(later).ids, range(7, 8));
        fs::resize_file(file, 0);
        overwrite(file, xmlEvent(9));
        taken = takeAll(later);
        QCOMPARE(taken.ids, range(9, 9));
        QCOMPARE(taken.otherLogs, 1);
        QCOMPARE(taken.damage.size(), std::size_t{1});
    }

    void aFolderIsFollowedWithWhatComesToIt()
    {
        fs::create_directories(path("logs/host"));
        std::ofstream(path("logs/a.evtx"), std::ios::binary) << log(1, 10);
        std::ofstream(path("logs/notes.txt")) << "no evidence";
        std::ofstream(path("logs/bad.xml")) << std::string("\xFF\xFE<\0E\0v\0e\0", 10);
        FollowedFolder reader(path("logs"), {}, {.clock = m_clock});
        auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(1, 10));
        QCOMPARE(taken.damage.size(), std::size_t{1}); // UTF-16, told once
        std::ofstream(path("logs/host/b.xml")) << xmlEvent(11);
        std::ofstream(path("logs/host/c.jsonl"))
            << R"({"System":{"EventID":1,"EventRecordID":12},"EventData":{}})" << '\n';
        m_clock->pass(FollowedFolder::kLookForFiles);
        taken = takeAll(reader);
        std::sort(taken.ids.begin(), taken.ids.end());
        QCOMPARE(taken.ids, range(11, 12));
        QVERIFY(taken.damage.empty());
        std::ofstream(path("logs/host/b.xml"), std::ios::app) << xmlEvent(13);
        m_clock->pass(FollowedFolder::kLongestIdle);
        QCOMPARE(takeAll(reader).ids, range(13, 13));
    }

    void whatAFolderCannotGiveIsNamedOnce()
    {
        fs::create_directories(path("logs"));
        fs::create_directories(path("elsewhere"));
        std::ofstream(path("logs/a.xml")) << xmlEvent(1);
        fs::create_directory_symlink(path("elsewhere"), path("logs/link"));
        const DeepFolder deep(path("logs/deep"));
        FollowedFolder reader(path("logs"), {}, {.clock = m_clock});
        auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(1, 1));
        QCOMPARE(taken.damage.size(), std::size_t{2});
        QVERIFY(taken.damage[0].reason.starts_with("cannot be searched"));
        QVERIFY(taken.damage[1].reason.starts_with("a link to a folder"));
        m_clock->pass(FollowedFolder::kLookForFiles);
        QVERIFY(takeAll(reader).damage.empty());
        fs::remove(path("logs/link"));
        m_clock->pass(FollowedFolder::kLookForFiles);
        takeAll(reader);
        fs::create_directory_symlink(path("elsewhere"), path("logs/link")); // again is news
        m_clock->pass(FollowedFolder::kLookForFiles);
        QCOMPARE(takeAll(reader).damage.size(), std::size_t{1});
    }

    void aForgedRecordNumberIsNoLoss()
    {
        constexpr std::uint64_t kForged = std::uint64_t{1} << 63;
        const fs::path file = path("a.evtx");
        std::ofstream(file, std::ios::binary) << log(1, 10);
        auto reader = follow(file);
        QCOMPARE(takeAll(reader).ids, range(1, 10));
        std::ofstream(file, std::ios::binary | std::ios::app)
            << log(kForged, kForged + 4).substr(kHeader, kChunk);
        QVERIFY(takeAll(reader).ids.empty());
        m_clock->pass(kTornPatience + 1s);
        const auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(kForged, kForged + 4));
        QCOMPARE(taken.lost(), std::uint64_t{0});
        QCOMPARE(taken.otherLogs, 1);
        QCOMPARE(taken.damage.size(), std::size_t{1});
    }

    void forgedBookmarksAreNotBelieved_data()
    {
        QTest::addColumn<QByteArray>("bookmark");
        for (const char *text :
             {"", "evtx", "evtx 1 2 3", "evtx 99999999999 18446744073709551615 1 1 1",
              "evtx 0 4096 0 0 18446744073709551615", "text 5 5 aa", "text 99999999999999999999 9 x", "\n"})
            QTest::newRow(text) << QByteArray(text);
    }
    void forgedBookmarksAreNotBelieved()
    {
        QFETCH(QByteArray, bookmark);
        for (const bool evtx : {true, false}) {
            const fs::path file = path(evtx ? "a.evtx" : "a.xml");
            std::ofstream(file, std::ios::binary) << (evtx ? log(1, 5) : xmlEvent(1));
            auto reader = follow(file, bookmark.toStdString());
            takeAll(reader);
            m_clock->pass(kTornPatience + 1s);
            const auto again = takeAll(reader);
            Q_UNUSED(again) // whatever it gave, it ended
        }
    }

    void aFifoWhoseWritersComeAndGo()
    {
        const fs::path fifo = path("fifo");
        QCOMPARE(mkfifo(fifo.c_str(), 0600), 0);
        PipeReader reader(fifo, StreamFormat::Auto);
        LiveBatch none;
        QVERIFY(*reader.next(none, {}) == LiveReader::Step::Idle);
        int writer = open(fifo.c_str(), O_WRONLY | O_NONBLOCK);
        QVERIFY(writer >= 0);
        const std::string text = xmlEvent(1) + "{\"a\n" + xmlEvent(2) + xmlEvent(3).substr(0, 20);
        QCOMPARE(write(writer, text.data(), text.size()), ssize_t(text.size()));
        auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(1, 2));
        QCOMPARE(taken.lost(), std::uint64_t{1});
        ::close(writer);
        taken = takeAll(reader);
        QCOMPARE(taken.lost(), std::uint64_t{1}); // the cut one
        writer = open(fifo.c_str(), O_WRONLY | O_NONBLOCK);
        QCOMPARE(write(writer, xmlEvent(4).data(), xmlEvent(4).size()), ssize_t(xmlEvent(4).size()));
        taken = takeAll(reader);
        QCOMPARE(taken.ids, range(4, 4));
        ::close(writer);
    }

    void whatAPipeGaveBeforeTheEndIsGivenOn()
    {
        int ends[2] = {};
        QCOMPARE(pipe(ends), 0);
        const std::string text = xmlEvent(1) + xmlEvent(2) + xmlEvent(3).substr(0, 20);
        QCOMPARE(write(ends[1], text.data(), text.size()), ssize_t(text.size()));
        PipeReader reader(ends[0], "stdin", StreamFormat::Auto);
        QCOMPARE(takeAll(reader).ids, range(1, 2));
        LiveBatch batch;
        QVERIFY(reader.rest(batch));
        QCOMPARE(batch.evidence, std::string("stdin"));
        QCOMPARE(batch.events.damage.size(), std::size_t{1});
        QCOMPARE(batch.events.damage[0].records, std::uint64_t{1});
        LiveBatch none;
        QVERIFY(!reader.rest(none));
        ::close(ends[0]);
        ::close(ends[1]);
    }

    void journaldsReasonIsGiven()
    {
        const fs::path program = path("journalctl");
        std::ofstream(program)
            << "#!/bin/sh\nseq 100000 >&2\necho 'No journal files were opened' >&2\nexit 1\n";
        fs::permissions(program, fs::perms::owner_all);
        JournalReader reader({}, program.string());
        for (int i = 0; i < 100; ++i) {
            LiveBatch batch;
            const auto step = reader.next(batch, {});
            if (step)
                continue;
            QVERIFY(step.error().code == ErrorCode::Io);
            QVERIFY2(step.error().detail.ends_with("No journal files were opened"),
                     step.error().detail.c_str());
            QVERIFY(step.error().detail.size() < 1000);
            return;
        }
        QFAIL("it did not end");
    }

    /// A program that stands in for journalctl: it takes --after-cursor and writes what comes after.
    void journald()
    {
        const fs::path program = path("journalctl");
        {
            std::ofstream script(program);
            script
                << "#!/bin/sh\n"
                   "from=0\n"
                   "for a in \"$@\"; do case \"$a\" in --after-cursor=*) from=${a#--after-cursor=};; esac; "
                   "done\n"
                   "i=$((from + 1))\n"
                   "while [ $i -le $(cat '"
                << path("count").string()
                << "') ]; do\n"
                   "  case $i in\n"
                   "  3) m='\"<Event><System><EventID>3</Ev\"';;\n" // cut by Sysmon's buffer
                   "  4) m='\"Sysmon started\"';;\n"
                   "  5) "
                   "m='[60,69,118,101,110,116,62,60,83,121,115,116,101,109,62,60,69,118,101,110,116,82,101,"
                   "99,111,"
                   "114,100,73,68,62,53,60,47,69,118,101,110,116,82,101,99,111,114,100,73,68,62,60,47,83,121,"
                   "115,116,101,"
                   "109,62,60,47,69,118,101,110,116,62]';;\n"
                   "  *) m=\"\\\"<Event><System><EventRecordID>$i</EventRecordID></System></Event>\\\"\";;\n"
                   "  esac\n"
                   "  echo \"{\\\"__CURSOR\\\":\\\"$i\\\",\\\"MESSAGE\\\":$m}\"\n"
                   "  i=$((i + 1))\n"
                   "done\n"
                   "exec sleep 1000\n";
        }
        fs::permissions(program, fs::perms::owner_all);
        std::ofstream(path("count")) << 6;
        const auto waitFor = [](JournalReader &reader, std::size_t events) {
            Taken taken;
            for (int i = 0; i < 100 && taken.ids.size() < events; ++i) {
                const auto more = takeAll(reader);
                taken.ids.insert(taken.ids.end(), more.ids.begin(), more.ids.end());
                taken.damage.insert(taken.damage.end(), more.damage.begin(), more.damage.end());
                if (!more.bookmark.empty())
                    taken.bookmark = more.bookmark;
            }
            return taken;
        };
        Taken taken;
        {
            JournalReader reader({}, program.string());
            taken = waitFor(reader, 4);
        }
        QCOMPARE(taken.ids, (std::vector<std::uint64_t>{1, 2, 5, 6}));
        QCOMPARE(taken.lost(), std::uint64_t{1});
        QCOMPARE(taken.bookmark, std::string("6"));
        std::ofstream(path("count")) << 8;
        JournalReader later(taken.bookmark, program.string());
        QCOMPARE(waitFor(later, 2).ids, range(7, 8));
        JournalReader absent({}, path("absent").string());
        LiveBatch batch;
        const auto step = absent.next(batch, {});
        QVERIFY(!step && step.error().code == ErrorCode::Unsupported);
    }
};

QTEST_GUILESS_MAIN(TestFollowedFile)
#include "tst_followedfile.moc"
