#include "tests/model/evtx/logfixture.h"
#include "tests/support/evtxstructure.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace lolscope;
using lolscope::test::bytes;
using lolscope::test::Copied;
using lolscope::test::eventWith;
using lolscope::test::LogFixture;
using lolscope::test::Read;
using lolscope::test::readAll;
using lolscope::test::sample;
using lolscope::test::writeFile;

/// What is left of a damaged log is read, and what is lost is named.
class TestDamagedEvtx : public QObject, private LogFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(isValid()); }

    void leftoversComeRecovered()
    {
        // Three records, of which the chunk's header knows only the first.
        test::ChunkWriter chunk;
        for (std::uint64_t id = 1; id <= 3; ++id)
            QVERIFY(chunk.add(id, 0, eventWith({.name = "EventData"})));
        std::string bytes = chunk.seal(1);
        const std::size_t first = 512;
        const std::size_t firstSize = static_cast<unsigned char>(bytes[516])
            | static_cast<std::size_t>(static_cast<unsigned char>(bytes[517])) << 8;
        test::patch(bytes, 48, first + firstSize, 4);
        test::resum(bytes);
        writeFile(path(), test::evtxFile({bytes}));
        const Read read = readAll(openEvents(path()));
        QCOMPARE(read.events.size(), std::size_t(3));
        QCOMPARE(read.live(), std::size_t(1));
        QVERIFY(!read.events[0].recovered);
        QVERIFY(read.damage.empty());

        // A name that the leftovers point to is overwritten: they must not come with another one.
        const std::size_t name = bytes.find(test::toUtf16("EventRecordID"));
        QVERIFY(name != std::string::npos);
        bytes[name] = 'X';
        test::resum(bytes);
        writeFile(path(), test::evtxFile({bytes}));
        const Read changed = readAll(openEvents(path()));
        QCOMPARE(changed.live(), std::size_t(1));
        QCOMPARE(changed.events.size(), std::size_t(1));
        QVERIFY(changed.names("2 leftovers"));
        QVERIFY(changed.damage[0].slack);
    }

    void damagedChunkIsRecovered()
    {
        test::ChunkWriter chunk;
        for (std::uint64_t id = 1; id <= 3; ++id)
            QVERIFY(chunk.add(id, 0, eventWith({.name = "EventData"})));
        const std::string good = chunk.seal(1);
        std::string bad = good;
        bad[0] = 'X';
        writeFile(path(), test::evtxFile({good, bad, std::string(65536, '\0'), good}));
        const Read read = readAll(openEvents(path()));
        QCOMPARE(read.events.size(), std::size_t(9));
        QCOMPARE(read.live(), std::size_t(6));
        QVERIFY(read.names("no chunk signature"));
        QVERIFY(read.names("an empty block"));
        QCOMPARE(read.damage.size(), std::size_t(2));
        QCOMPARE(read.events[4].chunk, 1U);
    }

    void recordBehindBadOneIsRecovered()
    {
        test::ChunkWriter chunk;
        for (std::uint64_t id = 1; id <= 3; ++id)
            QVERIFY(chunk.add(id, 0, eventWith({.name = "EventData"})));
        std::string bytes = chunk.seal(1);
        const std::size_t firstSize = static_cast<unsigned char>(bytes[516])
            | static_cast<std::size_t>(static_cast<unsigned char>(bytes[517])) << 8;
        bytes[512 + firstSize] = 'X';
        test::resum(bytes);
        writeFile(path(), test::evtxFile({bytes}));
        const Read read = readAll(openEvents(path()));
        QCOMPARE(read.live(), std::size_t(1));
        QCOMPARE(read.events.size(), std::size_t(2));
        QVERIFY(read.events[1].recovered);
        QVERIFY(read.names("no record signature"));
    }

    void forgedSizeSwallowsNoRecord_data()
    {
        QTest::addColumn<int>("size"); // of the first record, beyond its own; the others are of one size
        QTest::newRow("a little too long") << 8;
        QTest::newRow("into the third record") << 300;
        QTest::newRow("too short") << -64;
    }
    void forgedSizeSwallowsNoRecord()
    {
        QFETCH(int, size);
        const test::Element event = eventWith({.name = "EventData"});
        std::string bytes = chunkOf({event, event, event, event});
        const int own = static_cast<unsigned char>(bytes[516]) | static_cast<unsigned char>(bytes[517]) << 8;
        test::patch(bytes, 516, static_cast<std::uint64_t>(own + size), 4);
        test::resum(bytes);
        writeFile(path(), test::evtxFile({bytes}));
        const Read read = readAll(openEvents(path()));
        QCOMPARE(read.events.size(), std::size_t(4));
        QCOMPARE(read.live(), std::size_t(1)); // what is behind may be of an older log
        QVERIFY(read.names("copies of the record size differ"));
        QVERIFY(read.names("no record signature"));
    }

    void everyCutIsToldApart()
    {
        const std::string whole = test::readFile(
            write({sample({{"A", "b"}}), sample({{"C", "d"}, {"E", "f"}}), sample({{"A", "g"}})}));
        const Read all = readAll(openEvents(path()));
        QCOMPARE(all.events.size(), std::size_t(3));
        const std::size_t used = 4096 + 512 + 4096; // past the last record
        for (std::size_t size = 0; size < whole.size(); size = (size < 200 || (size >= 4090 && size < used))
                 ? size + 1
                 : std::min(size < 4090 ? 4090 : whole.size(), size + 997)) {
            writeFile(path(), whole.substr(0, size));
            const Read cut = readAll(openEvents(path(), {.threads = 1}));
            if (size < 128) {
                QVERIFY2(!cut.error.empty(), qPrintable(QString::number(size)));
                continue;
            }
            QVERIFY2(cut.error.empty(), cut.error.c_str());
            QVERIFY(cut.events.size() <= all.events.size());
            for (std::size_t i = 0; i < cut.events.size(); ++i)
                QVERIFY2(cut.events[i] == all.events[i], qPrintable(QString::number(size)));
            if (size > 4096)
                QVERIFY(!cut.damage.empty());
            const auto structure = test::evtxStructure(path());
            QVERIFY(structure);
            std::set<std::uint64_t> known;
            for (const Copied &event : cut.events)
                known.insert(event.offset);
            for (const Damage &damage : cut.damage)
                if (damage.recordId)
                    known.insert(*damage.offset);
            for (const test::RecordPlace &place : structure->records)
                QVERIFY(known.contains(place.offset));
        }
    }

    void oneForgedField_data()
    {
        QTest::addColumn<int>("at"); // in the chunk; in the record where negative
        QTest::addColumn<int>("size");
        QTest::addColumn<quint64>("value");
        QTest::addColumn<int>("live");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, int at, int size, quint64 value, int live, const char *reason) {
            QTest::newRow(name) << at << size << value << live << QString::fromLatin1(reason);
        };
        // The chunk's header
        row("chunk signature", 0, 1, 'X', 0, "no chunk signature");
        row("free space offset past the chunk", 48, 4, 65537, 2, "free space offset 65537");
        row("free space offset within the header", 48, 4, 100, 2, "free space offset 100");
        row("free space offset huge", 48, 4, 0xffffffff, 2, "free space offset");
        row("free space offset at the first record", 48, 4, 512, 0, "");
        row("last record offset", 44, 4, 0xffffffff, 2, "");
        row("name bucket that loops", 128, 4, 512, 2, "");
        row("template bucket past the chunk", 384, 4, 0xfffffff0, 2, "");
        // The first record
        row("record signature", 512, 1, 'X', 0, "no record signature");
        row("record size 0", 516, 4, 0, 0, "record size 0");
        row("record size 27", 516, 4, 27, 0, "record size 27");
        row("record size past the chunk", 516, 4, 65536, 0, "record size 65536");
        row("record size huge", 516, 4, 0xffffffff, 0, "record size");
        row("fragment header", 536, 1, 0x55, 1, "cannot start a fragment");
        row("end in place of a fragment", 536, 1, 0, 1, "no event");
        row("token in place of the instance", 540, 1, 0x3f, 1, "cannot start a fragment");
        row("definition offset 0", 546, 4, 0, 1, "definition outside the chunk");
        row("definition offset past the chunk", 546, 4, 65535, 1, "definition outside the chunk");
        row("definition offset huge", 546, 4, 0xffffffff, 1, "definition outside the chunk");
        row("definition is the record itself", 546, 4, 512, 1, "");
        row("definition is the instance itself", 546, 4, 540, 1, "");
        row("definition size huge", 570, 4, 0xffffffff, 0, "definition outside the chunk");
        row("definition size past the record", 570, 4, 60000, 1, "longer than what holds it");
        row("definition size 0", 570, 4, 0, 0, "");
        row("element name offset 0", 585, 4, 0, 0, "name outside the chunk");
        row("element name offset huge", 585, 4, 0xffffffff, 0, "name outside the chunk");
        row("element name too long", 595, 2, 0xffff, 0, "name is too long");
        row("dependency on a value that is not", 579, 2, 0x7fff, 2, "");
    }
    void oneForgedField()
    {
        QFETCH(int, at);
        QFETCH(int, size);
        QFETCH(quint64, value);
        QFETCH(int, live);
        QFETCH(QString, reason);
        std::string whole =
            test::readFile(write({sample({{"A", "b"}, {"C", "d"}}), sample({{"A", "e"}, {"C", "f"}})}));
        std::string chunk = whole.substr(4096);
        test::patch(chunk, static_cast<std::size_t>(at), value, static_cast<std::size_t>(size));
        if (at != 48)
            test::resum(chunk);
        writeFile(path(), test::evtxFile({chunk}));
        const Read read = readAll(openEvents(path()));
        QVERIFY2(read.error.empty(), read.error.c_str());
        if (!reason.isEmpty())
            QVERIFY2(read.names(reason.toStdString()),
                     read.damage.empty() ? "no damage" : read.damage[0].reason.c_str());
        // The second record uses the definitions of the first, so that a forged definition costs both.
        QCOMPARE(read.live(), static_cast<std::size_t>(live));
        const auto structure = test::evtxStructure(path());
        QVERIFY(structure);
        std::uint64_t lost = 0;
        for (const Damage &damage : read.damage)
            lost += damage.records;
        QCOMPARE(read.live() + lost, structure->records.size());
    }

    void logWithoutItsFileHeader()
    {
        std::string file = test::readFile(write({sample({{"A", "b"}}), sample({{"A", "c"}})}));
        for (const std::size_t lost : {std::size_t{8}, std::size_t{4096}}) {
            file.replace(0, lost, std::string(lost, '\0'));
            writeFile(path(), file);
            const Read read = readAll(openEvents(path()));
            QVERIFY2(read.error.empty(), read.error.c_str());
            QCOMPARE(read.live(), std::size_t(2));
            QCOMPARE(read.damage.size(), std::size_t(1));
            QVERIFY(read.names("no ElfFile signature"));
        }
        file[4096] = 'X'; // nor a chunk
        writeFile(path(), file);
        QVERIFY(!readAll(openEvents(path())).error.empty());
    }

    void checksums()
    {
        std::string whole = test::readFile(write({sample({{"A", "b"}})}));
        const std::size_t text = whole.find(test::toUtf16("WKS-042"));
        QVERIFY(text != std::string::npos);
        whole[text] = 'X';
        writeFile(path(), whole);
        const Read read = readAll(openEvents(path()));
        QVERIFY(read.names("checksum of the chunk's records"));
        QCOMPARE(read.live(), std::size_t(1));
        writeFile(path(), test::evtxFile({whole.substr(4096)}, 4)); // the flag that no checksums were written
        QVERIFY(readAll(openEvents(path())).damage.empty());
        whole[130] = 'x'; // not summed
        whole[8] = 'x';
        writeFile(path(), whole);
        QVERIFY(readAll(openEvents(path())).names("file header checksum"));
    }
};

QTEST_GUILESS_MAIN(TestDamagedEvtx)
#include "tst_damagedevtx.moc"
