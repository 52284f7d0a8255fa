#include "tests/model/evtx/logfixture.h"

#include <QTest>

#include <memory>

using namespace lolscope;
using lolscope::test::bytes;
using lolscope::test::Element;
using lolscope::test::eventWith;
using lolscope::test::lines;
using lolscope::test::LogFixture;
using lolscope::test::Read;
using lolscope::test::RecordSpec;
using lolscope::test::sample;
using lolscope::test::Slots;
using lolscope::test::Substitution;
using lolscope::test::Written;

/// Which BinXml becomes which field.
class TestEventExtractor : public QObject, private LogFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(isValid()); }

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

    /// The record's header tells when it was written, which is later.
    void timeIsTimeCreated()
    {
        RecordSpec record = sample({{"A", "b"}});
        record.written = record.time + std::chrono::hours(7);
        const Read read = readRecords({record});
        QCOMPARE(read.events.size(), std::size_t(1));
        QCOMPARE(read.events[0].members[7].second, std::string("2026-10-05T08:00:00.1234567Z"));
    }

    void oddTextsComeWhole_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("right-to-left override") << QByteArray("C:\\x\\gnp\u202Eexe.scr");
        QTest::newRow("more than 20,000 characters") << QByteArray(20'001, 'x') + "\u00e4 end";
        QTest::newRow("nearly as many as a chunk holds") << QByteArray(31'000, 'y');
    }
    void oddTextsComeWhole()
    {
        QFETCH(QByteArray, text);
        const Read read =
            readRecords({sample({{"Before", "1"}, {"Text", text.toStdString()}, {"After", "2"}})});
        QCOMPARE(read.damage.size(), std::size_t(0));
        QCOMPARE(read.events.size(), std::size_t(1));
        QCOMPARE(QByteArray::fromStdString(read.events[0].data.at(1).second), text);
        QCOMPARE(read.events[0].data.at(2).second, std::string("2"));
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
};

QTEST_GUILESS_MAIN(TestEventExtractor)
#include "tst_eventextractor.moc"
