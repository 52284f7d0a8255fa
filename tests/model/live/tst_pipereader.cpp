#include "model/live/pipereader.h"
#include "tests/model/live/following.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace lolscope;
using namespace lolscope::test;

namespace fs = std::filesystem;

class TestPipeReader : public QObject, private FollowingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { beginAnew(); }

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
};

QTEST_GUILESS_MAIN(TestPipeReader)
#include "tst_pipereader.moc"
