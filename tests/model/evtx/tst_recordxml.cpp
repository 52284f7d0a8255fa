#include "model/evtx/eventxml.h"
#include "model/evtx/recordxml.h"
#include "tests/model/evtx/logfixture.h"

#include <QElapsedTimer>
#include <QTest>

#include <memory>

using namespace lolscope;
using lolscope::test::bytes;
using lolscope::test::Content;
using lolscope::test::Element;
using lolscope::test::eventWith;
using lolscope::test::LogFixture;
using lolscope::test::sample;
using lolscope::test::Slots;
using lolscope::test::Substitution;
using lolscope::test::writeFile;
using lolscope::test::Written;

/// Records as XML: while reading a log, and read anew for one event.
class TestRecordXml : public QObject, private LogFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(isValid()); }

    void writesTheWholeRecord()
    {
        Element event{.name = "Event", .attributes = {{"xmlns", std::string("urn:events")}}};
        event.children = {{.name = "System"}, {.name = "UserData"}};
        event.children[0].children = {{.name = "Provider", .attributes = {{"Name", std::string("M\"<&>")}}},
                                      {.name = "EventID", .content = std::string("7")},
                                      {.name = "Correlation"},
                                      {.name = "Computer", .content = Substitution{0, Written::String}}};
        Element cert{.name = "p:Cert", .attributes = {{"xmlns:p", std::string("urn:x")}}};
        cert.children = {{.name = "Subject", .content = Substitution{1, Written::String}},
                         {.name = "Name", .content = Substitution{2, Written::String, true}},
                         {.name = "Flag", .attributes = {{"value", Substitution{2, Written::String, true}}}},
                         {.name = "Item", .content = Substitution{3, Written::String}}};
        event.children[1].children = {cert};
        const Slots values = {{Written::String, test::toUtf16("PC")},
                              {Written::String, test::toUtf16("a <b> & \"c\"\r\n\t\x01")},
                              {Written::Null},
                              {test::type(0x86), bytes({1, 0, 2, 0})}};
        QCOMPARE(xmlOf({test::Instance{event, values}}), QString::fromUtf8(R"(<Event xmlns="urn:events">
  <System>
    <Provider Name="M&quot;&lt;&amp;&gt;"/>
    <EventID>7</EventID>
    <Correlation/>
    <Computer>PC</Computer>
  </System>
  <UserData>
    <p:Cert xmlns:p="urn:x">
      <Subject>a &lt;b&gt; &amp; "c"&#13;
	�{1}</Subject>
      <Flag/>
      <Item>1</Item>
      <Item>2</Item>
    </p:Cert>
  </UserData>
</Event>
)"));
    }

    void nestsWhatIsNested()
    {
        Element leaf{.name = "Detail"};
        leaf.children = {{.name = "Code", .content = Substitution{0, Written::HexInt32}}};
        auto nested = std::make_shared<test::Instance>(
            test::Instance{leaf, Slots{{Written::HexInt32, bytes({0x1f, 0, 0, 0})}}});
        Element user{.name = "UserData", .content = Substitution{0, Written::BinXml}};
        const QString xml = xmlOf({test::Instance{eventWith(user), Slots{{Written::BinXml, {}, nested}}}});
        QVERIFY2(xml.endsWith(QStringLiteral("  <UserData>\n    <Detail>\n      <Code>0x1f</Code>\n"
                                             "    </Detail>\n  </UserData>\n</Event>\n")),
                 qPrintable(xml));
    }

    void forwardedRecordsToo()
    {
        Element rendering{.name = "RenderingInfo", .attributes = {{"Culture", std::string("de-DE")}}};
        rendering.children = {{.name = "Keywords"}};
        rendering.children[0].children = {{.name = "Keyword", .content = std::string("Classic")}};
        const QString xml = xmlOf({eventWith(rendering)});
        QVERIFY2(xml.contains(QStringLiteral("  <RenderingInfo Culture=\"de-DE\">\n    <Keywords>\n"
                                             "      <Keyword>Classic</Keyword>\n    </Keywords>\n")),
                 qPrintable(xml));
    }

    void valuesThatXmlCannotHold()
    {
        const std::string value = test::toUtf16(std::string("a\0b", 3) + "\x1b[31m");
        const QString xml = xmlOf({test::Instance{
            eventWith({.name = "EventData",
                       .children = {{.name = "Da<ta",
                                     .attributes = {{"1 x", Substitution{0, Written::String}}},
                                     .content = Substitution{0, Written::String}}}}),
            Slots{{Written::String, value}}}});
        QVERIFY2(xml.contains(QStringLiteral(
                     "<Da_ta _1_x=\"a\ufffd{0}b\ufffd{1B}[31m\">a\ufffd{0}b\ufffd{1B}[31m</Da_ta>")),
                 qPrintable(xml));
    }

    void readsOneEventAnew()
    {
        write({sample({{"A", "b"}}), sample({{"A", "c"}}), sample({{"Other", "d"}})});
        EventBatch batch;
        for (const Event &event : eventsOf(batch)) {
            const auto xml = recordXml(path(), event);
            QVERIFY2(xml, xml ? "" : describe(xml.error()).c_str());
            QCOMPARE(*xml, std::string(event.xml));
        }
        QCOMPARE(batch.events.size(), std::size_t(3));
    }

    void readsLeftoversAnew()
    {
        const Element event = eventWith({.name = "EventData"});
        std::string chunk = chunkOf({event, event});
        test::patch(chunk, 48, 512, 4);
        test::resum(chunk);
        writeFile(path(), test::evtxFile({chunk}));
        EventBatch batch;
        const auto events = eventsOf(batch);
        QCOMPARE(events.size(), std::size_t(2));
        for (const Event &one : events) {
            QVERIFY(one.recovered);
            QVERIFY(recordXml(path(), one));
        }
    }

    void readsElementsOfXmlFilesAnew_data()
    {
        QTest::addColumn<bool>("wide");
        QTest::newRow("UTF-8") << false;
        QTest::newRow("UTF-16") << true;
    }
    void readsElementsOfXmlFilesAnew()
    {
        QFETCH(bool, wide);
        const std::string first = "<Event><System><EventID>1</EventID></System></Event>";
        const std::string second = "<Event a='1'><UserData><X>\u00e4</X></UserData></Event>";
        const std::string text = "<Events>\n" + first + "\n" + second + "\n</Events>";
        writeFile(path(), wide ? "\xff\xfe" + test::toUtf16(text) : text);
        EventBatch batch;
        const auto events = eventsOf(batch);
        QCOMPARE(events.size(), std::size_t(2));
        QCOMPARE(recordXml(path(), events[0]).value(), first + '\n');
        QCOMPARE(recordXml(path(), events[1]).value(), second + '\n');
    }

    void refusesWhatIsNotTheEvent_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("code");
        const auto row = [](const char *what, ErrorCode code) {
            QTest::newRow(what) << QString::fromLatin1(what) << static_cast<int>(code);
        };
        row("no place", ErrorCode::Invalid);
        row("no file", ErrorCode::Io);
        row("a folder", ErrorCode::Io);
        row("another file", ErrorCode::Corrupt);
        row("a shorter file", ErrorCode::Corrupt);
        row("chunk that is not", ErrorCode::Corrupt);
        row("chunk past all numbers", ErrorCode::Corrupt);
        row("place of no record", ErrorCode::Corrupt);
        row("place in another chunk", ErrorCode::Corrupt);
        row("one value differs", ErrorCode::Invalid);
        row("one byte of the file differs", ErrorCode::Invalid);
        row("another record id", ErrorCode::Invalid);
        row("another time", ErrorCode::Invalid);
        row("place of its neighbour", ErrorCode::Invalid);
        row("live, but said to be recovered", ErrorCode::Invalid);
    }
    void refusesWhatIsNotTheEvent()
    {
        QFETCH(QString, what);
        QFETCH(int, code);
        write({sample({{"A", "value"}}), sample({{"A", "value"}})});
        EventBatch batch;
        const auto events = eventsOf(batch);
        QCOMPARE(events.size(), std::size_t(2));
        Event event = events[0];
        const std::vector<Field> other = {{"A", "other"}};
        std::string file = test::readFile(path());
        std::filesystem::path where = path();
        if (what == QStringLiteral("no place"))
            event.offset.reset();
        else if (what == QStringLiteral("no file"))
            where += ".gone";
        else if (what == QStringLiteral("a folder"))
            where = where.parent_path();
        else if (what == QStringLiteral("another file"))
            writeFile(path(), std::string(file.size(), 'x'));
        else if (what == QStringLiteral("a shorter file"))
            writeFile(path(), file.substr(0, 4096 + 600));
        else if (what == QStringLiteral("chunk that is not"))
            event.chunk = 1;
        else if (what == QStringLiteral("chunk past all numbers"))
            event.chunk = 0xffffffff;
        else if (what == QStringLiteral("place of no record"))
            event.offset = *event.offset + 8;
        else if (what == QStringLiteral("place in another chunk"))
            event.offset = *event.offset + 65536;
        else if (what == QStringLiteral("one value differs"))
            event.data = other;
        else if (what == QStringLiteral("one byte of the file differs"))
            writeFile(path(), file.replace(file.find(test::toUtf16("value")), 1, "V"));
        else if (what == QStringLiteral("another record id"))
            event.headerRecordId = 99;
        else if (what == QStringLiteral("another time"))
            event.timeCreated = Timestamp();
        else if (what == QStringLiteral("place of its neighbour"))
            event.offset = events[1].offset;
        else
            event.headerRecordId = 7, event.recovered = true;
        const auto xml = recordXml(where, event);
        QVERIFY(!xml);
        QCOMPARE(static_cast<int>(xml.error().code), code);
        QVERIFY(!xml.error().detail.empty());
        QCOMPARE(xml.error().source, where.string());
    }

    /// The decoder has limits of its own; these records are within them.
    void limitsCostTheXmlAlone()
    {
        Element data{.name = "EventData"};
        const std::string name(2000, 'n');
        for (int i = 0; i < 60; ++i)
            data.children.push_back({.name = name, .content = Substitution{0, Written::String}});
        const test::Instance record{eventWith(data), Slots{{Written::String, "x"}}};
        test::ChunkWriter chunk;
        std::size_t count = 0;
        while (count < 40 && chunk.add(count + 1, 0, record))
            ++count;
        writeFile(path(), test::evtxFile({chunk.seal(1)}));
        QElapsedTimer timer;
        timer.start();
        EventBatch batch;
        auto reader = openEvents(path(), {.threads = 1, .xml = true});
        QVERIFY(reader);
        std::size_t events = 0;
        std::size_t without = 0;
        std::size_t named = 0;
        for (bool more = true; more;) {
            more = (*reader)->next(batch).value();
            events += batch.events.size();
            for (const Event &event : batch.events)
                without += event.xml.empty() ? 1 : 0;
            for (const Damage &damage : batch.damage) {
                QVERIFY2(damage.reason.find("XML") != std::string::npos, damage.reason.c_str());
                QCOMPARE(damage.records, std::uint64_t(0));
                ++named;
            }
        }
        QCOMPARE(events, count);
        QVERIFY(without > 0 && without < count);
        QCOMPARE(named, without);
        QVERIFY(timer.elapsed() < 2000);
    }

private:
    /// The events of the log at path(), with their XML.
    std::vector<Event> eventsOf(EventBatch &batch) const
    {
        auto reader = openEvents(path(), {.threads = 1, .xml = true});
        if (!reader || !(*reader)->next(batch))
            return {};
        return batch.events;
    }

    QString xmlOf(const std::vector<test::RecordBody> &bodies) const
    {
        writeFile(path(), test::evtxFile({chunkOf(bodies)}));
        EventBatch batch;
        const auto events = eventsOf(batch);
        return events.size() == 1 ? QString::fromUtf8(events[0].xml.data(), qsizetype(events[0].xml.size()))
                                  : QStringLiteral("%1 events").arg(events.size());
    }
};

QTEST_GUILESS_MAIN(TestRecordXml)
#include "tst_recordxml.moc"
