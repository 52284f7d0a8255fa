#include "tests/model/live/following.h"
#include "tests/support/deepfolder.h"

#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace lolscope;
using namespace lolscope::test;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

class TestFollowedFile : public QObject, private FollowingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { beginAnew(); }

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
        out << xmlEvent(5);
        out.close();
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

#ifndef _WIN32 // it makes links
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
#endif

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
};

QTEST_GUILESS_MAIN(TestFollowedFile)
#include "tst_followedfile.moc"
