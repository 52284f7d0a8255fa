#include "tests/model/evtx/logfixture.h"

#include <QTest>

using namespace lolscope;
using lolscope::test::Element;
using lolscope::test::LogFixture;
using lolscope::test::Read;
using lolscope::test::readAll;
using lolscope::test::RecordSpec;
using lolscope::test::sample;
using lolscope::test::writeFile;

/// Batches, threads and the end of a file.
class TestEvtxReader : public QObject, private LogFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(isValid()); }

    void threadsGiveTheSame()
    {
        std::vector<RecordSpec> records;
        for (int i = 0; i < 900; ++i)
            records.push_back(sample({{"Number", std::to_string(i)},
                                      {"Text", std::string(static_cast<std::size_t>(i % 97), 'x')}}));
        test::EvtxOptions options;
        options.recordsPerChunk = 23;
        const std::string path = write(records, options);
        const Read alone = readAll(openEvents(path, {.threads = 1}));
        QCOMPARE(alone.events.size(), records.size());
        for (std::size_t i = 1; i < alone.events.size(); ++i)
            QVERIFY(alone.events[i - 1].offset < alone.events[i].offset);
        for (const unsigned threads : {0U, 2U, 3U, 16U}) {
            const Read together = readAll(openEvents(path, {.threads = threads}));
            QVERIFY(together.events == alone.events);
        }
    }

    void prepareSeesEveryBatchInOrder()
    {
        std::vector<RecordSpec> records;
        for (int i = 0; i < 300; ++i)
            records.push_back(sample({{"Number", std::to_string(i)}}));
        test::EvtxOptions options;
        options.recordsPerChunk = 10;
        const std::string path = write(records, options);
        ReadOptions reading;
        reading.threads = 3;
        reading.prepare = [](EventBatch &batch) {
            for (const Event &event : batch.events)
                batch.prepared += std::string(event.data[0].value) + ' ';
        };
        std::string expected;
        for (int i = 0; i < 300; ++i)
            expected += std::to_string(i) + ' ';
        QCOMPARE(readAll(openEvents(path, reading)).prepared, expected);
    }

    void endsEarlyAtOnce()
    {
        std::vector<RecordSpec> records(400, sample({{"A", "b"}}));
        test::EvtxOptions options;
        options.recordsPerChunk = 2;
        const std::string path = write(records, options);
        for (int taken = 0; taken < 4; ++taken) {
            auto reader = openEvents(path, {.threads = 4});
            QVERIFY(reader);
            EventBatch batch;
            for (int i = 0; i < taken; ++i)
                QVERIFY((*reader)->next(batch));
        } // the destructor joins while chunks are left
    }

    void manyRecordsComeInBatches()
    {
        Element tiny{.name = "Event"};
        test::ChunkWriter chunk;
        std::size_t count = 0;
        while (chunk.add(count + 1, 0, tiny))
            ++count;
        QVERIFY(count > 2 * EventReader::kBatchEvents);
        writeFile(path(), test::evtxFile({chunk.seal(1)}));
        auto reader = openEvents(path());
        QVERIFY(reader);
        EventBatch batch;
        std::size_t read = 0;
        for (bool more = true; more;) {
            more = *(*reader)->next(batch);
            QVERIFY(batch.events.size() <= EventReader::kBatchEvents);
            read += batch.events.size();
        }
        QCOMPARE(read, count);
    }

    /// What the file header says of a log that was copied while in use costs nothing.
    void headersOfLogsInUse_data()
    {
        QTest::addColumn<bool>("dirty");
        QTest::addColumn<bool>("staleCount");
        QTest::newRow("dirty flag") << true << false;
        QTest::newRow("stale chunk count") << false << true;
        QTest::newRow("both") << true << true;
    }
    void headersOfLogsInUse()
    {
        QFETCH(bool, dirty);
        QFETCH(bool, staleCount);
        std::vector<RecordSpec> records;
        for (int i = 0; i < 30; ++i)
            records.push_back(sample({{"Number", std::to_string(i)}}));
        test::EvtxOptions options;
        options.recordsPerChunk = 10;
        const Read clean = readAll(openEvents(write(records, options)));
        QCOMPARE(clean.events.size(), records.size());
        options.dirty = dirty;
        options.staleCount = staleCount;
        const Read used = readAll(openEvents(write(records, options)));
        QVERIFY2(used.error.empty(), used.error.c_str());
        QVERIFY(used.events == clean.events);
        QCOMPARE(used.damage.size(), std::size_t(0));
    }

    /// Ids of records that were forwarded, or written anew, need not rise.
    void recordIdsMayRunBackwards()
    {
        std::vector<RecordSpec> records;
        for (const std::uint64_t id : {900U, 20U, 19U, 900U}) {
            records.push_back(sample({{"Number", std::to_string(records.size())}}));
            records.back().headerRecordId = id;
        }
        const Read read = readRecords(records);
        QCOMPARE(read.damage.size(), std::size_t(0));
        QCOMPARE(read.events.size(), records.size());
        for (std::size_t i = 0; i < records.size(); ++i) {
            QCOMPARE(read.events[i].headerRecordId, *records[i].headerRecordId);
            QCOMPARE(read.events[i].members[6].second, std::to_string(*records[i].headerRecordId));
            QCOMPARE(read.events[i].data[0].second, std::to_string(i));
            QVERIFY(!read.events[i].recovered);
        }
    }

    void headerAlone()
    {
        writeFile(path(), test::evtxFile({}));
        const Read none = readAll(openEvents(path()));
        QVERIFY(none.error.empty() && none.events.empty() && none.damage.empty());
        std::string header = test::evtxFile({});
        header[100] = 'x';
        writeFile(path(), header);
        QVERIFY(readAll(openEvents(path())).names("file header checksum"));
    }
};

QTEST_GUILESS_MAIN(TestEvtxReader)
#include "tst_evtxreader.moc"
