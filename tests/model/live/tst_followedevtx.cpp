#include "tests/model/live/following.h"

using namespace lolscope;
using namespace lolscope::test;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

class TestFollowedEvtx : public QObject, private FollowingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { beginAnew(); }

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

    /// Nobody watched, and the new log has a record of the same id in the same place.
    void aClearedLogThatGrewAsLargeIsAnotherOne()
    {
        const fs::path file = path("a.evtx");
        std::ofstream(file, std::ios::binary) << log(1, 20);
        std::string bookmark;
        {
            auto reader = follow(file);
            bookmark = takeAll(reader).bookmark;
        }
        std::ofstream(file, std::ios::binary) << log(1, 25, 0, 1);
        auto reader = follow(file, bookmark);
        const auto taken = takeAll(reader);
        QCOMPARE(taken.ids, range(1, 25));
        QCOMPARE(taken.otherLogs, 1);
        QCOMPARE(taken.damage.size(), std::size_t{1});
        QVERIFY(taken.damage[0].reason.find("another log is in the file now") == 0);
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
#ifdef _WIN32
        fs::rename(file, path("old")); // nothing can be renamed over an open file there
#endif
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
};

QTEST_GUILESS_MAIN(TestFollowedEvtx)
#include "tst_followedevtx.moc"
