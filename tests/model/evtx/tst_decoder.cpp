#include "model/evtx/eventreader.h"
#include "model/evtx/evtxstructure.h"
#include "model/evtx/utf16.h"
#include "model/evtx/valuetext.h"
#include "tests/model/evtx/evtxbytes.h"
#include "tests/support/evtxwriter.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <random>
#include <set>

using namespace lolscope;
using lolscope::test::Content;
using lolscope::test::Copied;
using lolscope::test::DataField;
using lolscope::test::Element;
using lolscope::test::Read;
using lolscope::test::readAll;
using lolscope::test::RecordSpec;
using lolscope::test::Substitution;
using lolscope::test::writeFile;
using Slots = std::vector<test::Slot>;
using Written = test::ValueType; // the writer's numbers

Q_DECLARE_METATYPE(std::string)

namespace {

std::string bytes(std::initializer_list<int> values)
{
    std::string text;
    for (const int value : values)
        text.push_back(static_cast<char>(value));
    return text;
}

Written type(int number)
{
    return static_cast<Written>(number);
}

RecordSpec sample(std::vector<DataField> data)
{
    RecordSpec record;
    record.computer = "WKS-042.corp.example";
    record.eventId = 3;
    record.version = 5;
    record.time = *parseTimestamp("2026-10-05T08:00:00.1234567Z");
    record.data = std::move(data);
    return record;
}

/// Event with a System part of fixed texts around `child`.
Element eventWith(Element child)
{
    Element system{.name = "System"};
    system.children = {{.name = "Provider", .attributes = {{"Name", std::string("Maker")}}},
                       {.name = "EventID", .content = std::string("7")},
                       {.name = "EventRecordID", .content = std::string("11")},
                       {.name = "Channel", .content = std::string("Here")},
                       {.name = "Computer", .content = std::string("PC")}};
    Element event{.name = "Event"};
    event.children = {std::move(system), std::move(child)};
    return event;
}

QString lines(const std::vector<std::pair<std::string, std::string>> &fields)
{
    QStringList text;
    for (const auto &[name, value] : fields)
        text << QString::fromStdString(name) + QLatin1Char('=') + QString::fromStdString(value);
    return text.join(QLatin1Char('|'));
}

QString lines(const Read &read)
{
    return read.events.size() == 1 ? lines(read.events.front().data)
                                   : QStringLiteral("%1 events").arg(read.events.size());
}

} // namespace

/// Our decoder, through the reader that openEvents() gives.
class TestDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(m_folder.isValid()); }

    void valuesReadAsWindowsWritesThem_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<std::string>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, int number, std::string value, const char *expected) {
            QTest::newRow(name) << number << std::move(value) << QString::fromUtf8(expected);
        };
        row("string", 1, test::toUtf16("Gr\u00fc\u00dfe \u4e16"), "Gr\u00fc\u00dfe \u4e16");
        row("string past U+FFFF", 1, test::toUtf16("\U0001f600!"), "\U0001f600!");
        row("string with its end character", 1, bytes({'a', 0, 0, 0}), "a");
        row("high surrogate alone", 1, bytes({0x3d, 0xd8, 'a', 0}), "\ufffda");
        row("low surrogate alone", 1, bytes({'a', 0, 0x00, 0xde}), "a\ufffd");
        row("high surrogate at the end", 1, bytes({'a', 0, 0x3d, 0xd8}), "a\ufffd");
        row("string of an odd size", 1, bytes({'a', 0, 'b'}), "a");
        row("ANSI string", 2, bytes({'a', 0xe4, 0x80, 0}), "a\u00e4\u20ac");
        row("int8", 3, bytes({0xfe}), "-2");
        row("uint8", 4, bytes({0xfe}), "254");
        row("int16", 5, bytes({0xfe, 0xff}), "-2");
        row("uint16", 6, bytes({0xfe, 0xff}), "65534");
        row("int32", 7, bytes({0xfe, 0xff, 0xff, 0xff}), "-2");
        row("uint32", 8, bytes({0xfe, 0xff, 0xff, 0xff}), "4294967294");
        row("int64", 9, bytes({0, 0, 0, 0, 0, 0, 0, 0x80}), "-9223372036854775808");
        row("uint64", 10, std::string(8, '\xff'), "18446744073709551615");
        row("integer of another size", 8, bytes({1, 2}), "513");
        row("integer of no size", 8, "", "");
        row("integer of an impossible size", 8, bytes({1, 2, 3, 4, 5, 6, 7, 8, 0xab}), "0102030405060708AB");
        row("float", 11, bytes({0, 0, 0xc0, 0x3f}), "1.5");
        row("double", 12, bytes({0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f}), "0.1");
        row("double without end", 12, bytes({0, 0, 0, 0, 0, 0, 0xf0, 0xff}), "-INF");
        row("double that is no number", 12, bytes({0, 0, 0, 0, 0, 0, 0xf8, 0x7f}), "NaN");
        row("false", 13, bytes({0, 0, 0, 0}), "false");
        row("true", 13, bytes({1, 0, 0, 0}), "true");
        row("irregular true", 13, bytes({0, 0, 7, 0}), "true");
        row("binary", 14, bytes({0x01, 0xab}), "01AB");
        row("GUID", 15, bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xfa, 12, 13, 14, 15, 16}),
            "{04030201-0605-0807-090A-FA0C0D0E0F10}");
        row("GUID of a wrong size", 15, bytes({1, 2}), "0102");
        row("size_t of 32 bits", 16, bytes({0x1f, 0, 0, 0}), "0x1f");
        row("size_t of 64 bits", 16, bytes({0, 0, 0, 0, 1, 0, 0, 0}), "0x100000000");
        row("FILETIME", 17, test::encodeValue(Written::FileTime, "2019-07-29T21:33:19.5560001Z"),
            "2019-07-29T21:33:19.5560001Z");
        row("FILETIME 0", 17, std::string(8, '\0'), "1601-01-01T00:00:00.0000000Z");
        row("FILETIME at its end", 17, std::string(8, '\xff'), "60056-05-28T05:36:10.9551615Z");
        row("SYSTEMTIME", 18, bytes({0xe8, 7, 3, 0, 2, 0, 5, 0, 14, 0, 1, 0, 2, 0, 0xbc, 2}),
            "2024-03-05T14:01:02.7000000Z");
        row("SID", 19, test::encodeValue(Written::Sid, "S-1-5-21-1004336348-1177238915-682003330-512"),
            "S-1-5-21-1004336348-1177238915-682003330-512");
        row("SID cut", 19, bytes({1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0}), "010200000000000520000000");
        row("SID of a large authority", 19, bytes({1, 1, 1, 0, 0, 0, 0, 5, 2, 0, 0, 0}),
            "S-1-0x10000000005-2");
        row("HexInt32", 20, bytes({0xe7, 3, 0, 0}), "0x3e7");
        row("HexInt64 0", 21, std::string(8, '\0'), "0x0");
        row("handle", 32, bytes({0x10, 0, 0, 0, 0, 0, 0, 0}), "0x10");
        row("XML", 35, test::toUtf16("<a/>"), "<a/>");
        row("unknown type", 0x30, bytes({1, 0xfe}), "01FE");
    }
    void valuesReadAsWindowsWritesThem()
    {
        QFETCH(int, type);
        QFETCH(std::string, value);
        QFETCH(QString, expected);
        const Read read = readRecords({sample({{"A", "", ::type(type), value}, {"Z", "end"}})});
        QCOMPARE(lines(read), QStringLiteral("A=") + expected + QStringLiteral("|Z=end"));
        QVERIFY(read.damage.empty());
    }

    void arraysRepeatTheirElement_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<std::string>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, int number, std::string value, const char *expected) {
            QTest::newRow(name) << (number | 0x80) << std::move(value) << QString::fromUtf8(expected);
        };
        row("strings", 1, test::toUtf16(std::string("a\0\0bc\0", 6)), "A=a|A=|A=bc");
        row("strings without a last end", 1, test::toUtf16(std::string("a\0b", 3)), "A=a|A=b");
        row("ANSI strings", 2, std::string("a\0b\0", 4), "A=a|A=b");
        row("int8", 3, bytes({1, 0xff}), "A=1|A=-1");
        row("uint8", 4, bytes({1, 0xff}), "A=1|A=255");
        row("int16", 5, bytes({1, 0, 0xff, 0xff}), "A=1|A=-1");
        row("uint16", 6, bytes({1, 0, 0xff, 0xff}), "A=1|A=65535");
        row("int32", 7, bytes({1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}), "A=1|A=-1");
        row("uint32", 8, bytes({1, 0, 0, 0, 2, 0, 0, 0}), "A=1|A=2");
        row("int64", 9, std::string(16, '\xff'), "A=-1|A=-1");
        row("uint64", 10, bytes({1, 0, 0, 0, 0, 0, 0, 0}), "A=1");
        row("float", 11, bytes({0, 0, 0xc0, 0x3f, 0, 0, 0, 0}), "A=1.5|A=0");
        row("double", 12, std::string(8, '\0'), "A=0");
        row("Boolean", 13, bytes({1, 0, 0, 0, 0, 0, 0, 0}), "A=true|A=false");
        row("GUID", 15, std::string(16, '\1'), "A={01010101-0101-0101-0101-010101010101}");
        row("size_t", 16, bytes({1, 0, 0, 0, 0, 0, 0, 0}), "A=0x1");
        row("FILETIME", 17, std::string(8, '\0'), "A=1601-01-01T00:00:00.0000000Z");
        row("SYSTEMTIME", 18, bytes({0xe8, 7, 3, 0, 2, 0, 5, 0, 14, 0, 1, 0, 2, 0, 0xbc, 2}),
            "A=2024-03-05T14:01:02.7000000Z");
        row("SID", 19,
            test::encodeValue(Written::Sid, "S-1-5-18") + test::encodeValue(Written::Sid, "S-1-5-32-544"),
            "A=S-1-5-18|A=S-1-5-32-544");
        row("HexInt32", 20, bytes({0x1f, 0, 0, 0, 1, 0, 0, 0}), "A=0x1f|A=0x1");
        row("HexInt64", 21, bytes({0x1f, 0, 0, 0, 0, 0, 0, 0}), "A=0x1f");
        row("nothing", 8, "", "A=");
        row("bytes left over", 8, bytes({1, 0, 0, 0, 2}), "A=0100000002");
        row("unknown type", 0x31, bytes({1, 2}), "A=0102");
    }
    void arraysRepeatTheirElement()
    {
        QFETCH(int, type);
        QFETCH(std::string, value);
        QFETCH(QString, expected);
        const Read read = readRecords({sample({{"A", "", ::type(type), value}, {"Z", "end"}})});
        QCOMPARE(lines(read), expected + QStringLiteral("|Z=end"));
    }

    void nullValues()
    {
        // An optional value takes its element along, an attribute its own; a normal one leaves the element
        // empty.
        Element data{.name = "EventData"};
        data.children = {{.name = "Data",
                          .attributes = {{"Name", std::string("Optional")}},
                          .content = Substitution{0, Written::String, true}},
                         {.name = "Data",
                          .attributes = {{"Name", std::string("Normal")}},
                          .content = Substitution{0, Written::String, false}},
                         {.name = "Data",
                          .attributes = {{"Name", std::string("Depends")}},
                          .content = std::string("x"),
                          .dependency = 0},
                         {.name = "Data",
                          .attributes = {{"Name", Substitution{0, Written::String, true}}},
                          .content = std::string("unnamed")},
                         {.name = "Data",
                          .attributes = {{"Name", Substitution{1, Written::String, true}}},
                          .content = std::string("named")}};
        const Read read = readBodies({test::Instance{
            eventWith(data), Slots{{Written::Null}, {Written::String, test::toUtf16("By value")}}}});
        QCOMPARE(lines(read), QStringLiteral("Normal=|Data=unnamed|Byvalue=named"));
    }

    void missingValueIsDamage()
    {
        Element data{.name = "EventData"};
        data.children = {{.name = "Data", .content = Substitution{2, Written::String, true}}};
        const Read read = readBodies({test::Instance{eventWith(data), Slots(2)}});
        QCOMPARE(read.events.size(), std::size_t(0));
        QCOMPARE(read.damage.size(), std::size_t(1));
        QCOMPARE(read.damage[0].records, std::uint64_t(1));
        QCOMPARE(read.damage[0].offset, std::optional<std::uint64_t>(4096 + 512));
        QVERIFY(read.names("more values"));
    }

    void userDataByLeaves()
    {
        Element inner{.name = "Cert",
                      .attributes = {{"fileRef", std::string("a.cer")}, {"xmlns", std::string("urn:x")}}};
        inner.children = {{.name = "p:Subject", .content = Substitution{0, Written::String}},
                          {.name = "Empty"}};
        Element user{.name = "UserData"};
        user.children = {inner};
        const Read read =
            readBodies({test::Instance{eventWith(user), Slots{{Written::String, test::toUtf16("me")}}}});
        QCOMPARE(lines(read), QStringLiteral("Cert_fileRef=a.cer|Subject=me|Empty="));
    }

    void otherChildrenOfEvent()
    {
        Element error{.name = "ProcessingErrorData"};
        error.children = {{.name = "ErrorCode", .content = std::string("15005")}};
        QCOMPARE(lines(readBodies({eventWith(error)})), QStringLiteral("ErrorCode=15005"));
        QCOMPARE(lines(readBodies({eventWith({.name = "BinaryEventData", .content = std::string("00FF")})})),
                 QStringLiteral("BinaryEventData=00FF"));
        QCOMPARE(lines(readBodies({eventWith({.name = "UserData"})})), QString());
        Element rendering{.name = "RenderingInfo", .attributes = {{"Culture", std::string("de-DE")}}};
        rendering.children = {{.name = "Level", .content = std::string("Information")}};
        const Read read = readBodies({eventWith(rendering)});
        QCOMPARE(read.events.size(), std::size_t(1));
        QCOMPARE(lines(read.events[0].system), QStringLiteral("RenderingInfo_Level=Information"));
    }

    /// As CAPI2 writes: a BinXml value that is a plain fragment, its elements without dependency ids.
    void nestedTemplates()
    {
        Element leaf{.name = "Detail"};
        leaf.children = {{.name = "Code", .content = Substitution{0, Written::HexInt32}}};
        auto nested = std::make_shared<test::Instance>(
            test::Instance{leaf, Slots{{Written::HexInt32, bytes({0x1f, 0, 0, 0})}}});
        Element user{.name = "UserData", .content = Substitution{0, Written::BinXml}};
        QCOMPARE(lines(readBodies({test::Instance{eventWith(user), Slots{{Written::BinXml, {}, nested}}}})),
                 QStringLiteral("Code=0x1f"));
        Element around{.name = "UserData"};
        around.children = {{.name = "Frame", .content = Substitution{0, Written::BinXml}}};
        QCOMPARE(lines(readBodies({test::Instance{eventWith(around), Slots{{Written::BinXml, {}, nested}}}})),
                 QStringLiteral("Code=0x1f"));
        Element data{.name = "EventData"};
        data.children = {{.name = "Data",
                          .attributes = {{"Name", std::string("Xml")}},
                          .content = Substitution{0, Written::BinXml}}};
        QCOMPARE(lines(readBodies({test::Instance{eventWith(data), Slots{{Written::BinXml, {}, nested}}}})),
                 QStringLiteral("Xml=0x1f"));
    }

    void forwardedRecordsEqualTheirTemplates()
    {
        RecordSpec record = sample(
            {{"Image", "C:\\Windows\\System32\\mshta.exe"}, {"", "unnamed"}, {"Two words", "\U0001f600"}});
        const Read plain = readRecords({record});
        record.forwarded = true;
        const Read forwarded = readRecords({record});
        QCOMPARE(plain.events.size(), std::size_t(1));
        QCOMPARE(forwarded.events.size(), std::size_t(1));
        QCOMPARE(lines(plain.events[0].data),
                 QStringLiteral("Image=C:\\Windows\\System32\\mshta.exe|Data=unnamed|Twowords=\U0001f600"));
        QCOMPARE(lines(forwarded.events[0].data), lines(plain.events[0].data));
        QCOMPARE(lines(forwarded.events[0].members), lines(plain.events[0].members));
        // The writer gives no Qualifiers or ids it has none for, so all else is equal too.
        QCOMPARE(lines(forwarded.events[0].system), lines(plain.events[0].system));
    }

    void recordWithoutIdAndChannel()
    {
        RecordSpec record = sample({{"A", "b"}});
        record.withRecordId = false;
        record.channel.clear();
        record.forwarded = true;
        record.headerRecordId = 77;
        const Read read = readRecords({record});
        QCOMPARE(read.events.size(), std::size_t(1));
        QCOMPARE(read.events[0].members[6].second, std::string("none"));
        QCOMPARE(read.events[0].members[1].second, std::string());
        QCOMPARE(read.events[0].headerRecordId, std::uint64_t(77));
    }

    void providerBesideItsName()
    {
        Element event = eventWith({.name = "EventData"});
        event.children[0].children[0].attributes = {
            {"Guid", std::string("{5770385F-C22A-43E0-BF4C-06F5698FFBD9}")}};
        QCOMPARE(readBodies({event}).events.at(0).members[0].second,
                 std::string("{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"));
        event.children[0].children[0].attributes = {{"Guid", std::string("{0}")},
                                                    {"EventSourceName", std::string("Old")}};
        QCOMPARE(readBodies({event}).events.at(0).members[0].second, std::string("Old"));
    }

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
            const auto structure = evtxStructure(path());
            QVERIFY(structure);
            std::set<std::uint64_t> known;
            for (const Copied &event : cut.events)
                known.insert(event.offset);
            for (const Damage &damage : cut.damage)
                if (damage.recordId)
                    known.insert(*damage.offset);
            for (const RecordPlace &place : structure->records)
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
        const auto structure = evtxStructure(path());
        QVERIFY(structure);
        std::uint64_t lost = 0;
        for (const Damage &damage : read.damage)
            lost += damage.records;
        QCOMPARE(read.live() + lost, structure->records.size());
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

    void bombsAreDefused_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("elements nested too deep") << 0;
        QTest::newRow("BinXml values nested too deep") << 1;
        QTest::newRow("values used over and over") << 2;
        QTest::newRow("nesting that doubles at each level") << 3;
        QTest::newRow("names repeated over and over") << 4;
        QTest::newRow("array repeated over and over") << 5;
    }
    void bombsAreDefused()
    {
        QFETCH(int, kind);
        Element data{.name = "EventData"};
        Slots values(1);
        if (kind == 0) {
            for (int i = 0; i < 200; ++i) {
                Element around{.name = "Data"};
                around.children = {std::move(data)};
                data = std::move(around);
            }
        } else if (kind == 1 || kind == 3) {
            auto nested = std::make_shared<test::Instance>(
                test::Instance{{.name = "Leaf", .content = std::string("x")}, {}});
            for (int i = 0; i < 24; ++i) {
                Element level{.name = "Level"};
                const int copies = kind == 1 ? 1 : 12;
                for (int k = 0; k < copies; ++k)
                    level.children.push_back({.name = "N", .content = Substitution{0, Written::BinXml}});
                if (kind == 3 && i == 12)
                    break;
                nested = std::make_shared<test::Instance>(
                    test::Instance{level, Slots{{Written::BinXml, {}, nested}}});
            }
            data = {.name = "UserData", .content = Substitution{0, Written::BinXml}};
            values = {{Written::BinXml, {}, nested}};
        } else if (kind == 2) {
            for (int i = 0; i < 2000; ++i)
                data.children.push_back({.name = "D", .content = Substitution{0, Written::String}});
            values = {{Written::String, std::string(20000, 'x')}};
        } else if (kind == 4) {
            const std::string name(1000, 'n');
            for (int i = 0; i < 3000; ++i)
                data.children.push_back({.name = name});
        } else {
            for (int i = 0; i < 1000; ++i)
                data.children.push_back({.name = "D", .content = Substitution{0, Written::String}});
            values = {{type(0x84), std::string(20000, 'x')}};
        }
        test::ChunkWriter chunk;
        QVERIFY(chunk.add(1, 0, test::Instance{eventWith(data), values}));
        QVERIFY(chunk.add(2, 0, eventWith({.name = "EventData"})));
        writeFile(path(), test::evtxFile({chunk.seal(1)}));
        QElapsedTimer timer;
        timer.start();
        const Read read = readAll(openEvents(path()));
        QVERIFY(timer.elapsed() < 2000);
        QVERIFY(!read.damage.empty());
        QCOMPARE(read.damage[0].recordId, std::optional<std::uint64_t>(1));
        QVERIFY2(!read.damage[0].reason.empty(), read.damage[0].reason.c_str());
    }

    void anyByteMayBeWrong()
    {
        const std::string whole = test::readFile(write(
            {sample({{"A", "b"}, {"C", "1", Written::UInt32}}), sample({{"A", "e"}}), sample({{"A", "e"}})}));
        std::mt19937 random(7); // always the same
        for (int i = 0; i < 3000; ++i) {
            std::string forged = whole;
            const int changes = 1 + i % 4;
            for (int k = 0; k < changes; ++k)
                forged[4096 + (i % 2 ? 512 : 0) + random() % 3000] = static_cast<char>(random());
            writeFile(path(), forged);
            const Read read = readAll(openEvents(path(), {.threads = 1}));
            QVERIFY(read.error.empty());
            const auto structure = evtxStructure(path());
            QVERIFY(structure);
            std::uint64_t lost = 0;
            for (const Damage &damage : read.damage)
                lost += damage.records;
            QCOMPARE(read.live() + lost, structure->records.size());
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

    void vectorCodeConvertsAsThePortableOne()
    {
        std::mt19937 random(1);
        for (int i = 0; i < 4000; ++i) {
            const std::size_t units = random() % 70;
            std::vector<std::uint8_t> source(2 * units + 64, 0);
            for (std::size_t k = 0; k < units; ++k) {
                const unsigned kind = random() % 8;
                const unsigned unit = kind < 5 ? random() % 128
                    : kind == 5                ? 0xd800 + random() % 2048
                                               : random() % 65536;
                source[2 * k] = static_cast<std::uint8_t>(unit & 255);
                source[2 * k + 1] = static_cast<std::uint8_t>(unit >> 8);
            }
            std::vector<char> fast(utf8Room(units));
            std::vector<char> plain(utf8Room(units));
            const auto fastSize = utf16ToUtf8(source.data(), units, fast.data()) - fast.data();
            const auto plainSize = utf16ToUtf8Portable(source.data(), units, plain.data()) - plain.data();
            QCOMPARE(std::string(fast.data(), static_cast<std::size_t>(fastSize)),
                     std::string(plain.data(), static_cast<std::size_t>(plainSize)));
        }
    }

private:
    std::string path() const { return m_folder.filePath(QStringLiteral("test.evtx")).toStdString(); }

    std::string write(const std::vector<RecordSpec> &records, const test::EvtxOptions &options = {})
    {
        test::EvtxWriter writer(path(), options);
        for (const RecordSpec &record : records)
            writer.add(record);
        if (!writer.finish())
            qFatal("cannot write the log");
        return path();
    }
    Read readRecords(const std::vector<RecordSpec> &records) { return readAll(openEvents(write(records))); }

    Read readBodies(const std::vector<test::RecordBody> &bodies)
    {
        test::ChunkWriter chunk;
        std::uint64_t id = 0;
        for (const test::RecordBody &body : bodies)
            if (!chunk.add(++id, 0, body))
                qFatal("the record does not fit");
        writeFile(path(), test::evtxFile({chunk.seal(1)}));
        return readAll(openEvents(path()));
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestDecoder)
#include "tst_decoder.moc"
