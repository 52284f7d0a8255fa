#include "model/live/journalreader.h"
#include "tests/model/live/following.h"

using namespace lolscope;
using namespace lolscope::test;

namespace fs = std::filesystem;

class TestJournalReader : public QObject, private FollowingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { beginAnew(); }

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

QTEST_GUILESS_MAIN(TestJournalReader)
#include "tst_journalreader.moc"
