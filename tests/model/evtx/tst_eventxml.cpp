#include "model/evtx/eventxml.h"

#include <QXmlStreamReader>
#include <QtTest>

using namespace lolscope;

namespace {

constexpr const char *kOpen = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>";

/// Fields as `name=value|name=value`.
QByteArray joined(std::span<const Field> fields)
{
    std::string text;
    for (const Field &field : fields)
        text += (text.empty() ? "" : "|") + std::string(field.name) + '=' + std::string(field.value);
    return QByteArray::fromStdString(text);
}

QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// An event around the elements of its System part and what follows it.
std::string eventXml(const std::string &system, const std::string &rest = {})
{
    return kOpen + ("<System>" + system + "</System>") + rest + "</Event>";
}

} // namespace

class TestEventXml : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatWindowsWrites()
    {
        EventBatch batch;
        const auto event = parseEventXml(
            eventXml(
                "<Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385F}'/><EventID "
                "Qualifiers='7'>3</EventID>"
                "<Version>5</Version><Level>4</Level><Task>3</Task><Keywords>0x8000000000000000</Keywords>"
                "<TimeCreated "
                "SystemTime='2026-10-05T10:12:32.955123400Z'/><EventRecordID>18446744073709551615</"
                "EventRecordID>"
                "<Correlation/><Execution ProcessID='2712' "
                "ThreadID='3892'/><Channel>Sysmon/Operational</Channel>"
                "<Computer>WKS-042.corp.example</Computer><Security UserID='S-1-5-18'/>",
                "<EventData><Data Name='UtcTime'>2026-10-05 10:12:32.955</Data><Data "
                "Name='RuleName'/></EventData>"),
            batch);
        QVERIFY(event);
        QCOMPARE(bytes(event->provider), QByteArray("Microsoft-Windows-Sysmon"));
        QCOMPARE(event->eventId, 3u);
        QCOMPARE(event->version, 5u);
        QCOMPARE(event->level, 4u);
        QCOMPARE(event->recordId.value_or(0), std::numeric_limits<std::uint64_t>::max());
        QCOMPARE(QByteArray::fromStdString(formatTimestamp(event->timeCreated.value())),
                 QByteArray("2026-10-05T10:12:32.9551234Z"));
        QCOMPARE(bytes(event->channel), QByteArray("Sysmon/Operational"));
        QCOMPARE(bytes(event->computer), QByteArray("WKS-042.corp.example"));
        QCOMPARE(
            joined(event->system),
            QByteArray("Provider_Guid={5770385F}|EventID_Qualifiers=7|Task=3|Keywords=0x8000000000000000|"
                       "Execution_ProcessID=2712|Execution_ThreadID=3892|Security_UserID=S-1-5-18"));
        QCOMPARE(joined(event->data), QByteArray("UtcTime=2026-10-05 10:12:32.955|RuleName="));
    }

    void readsData_data()
    {
        QTest::addColumn<QByteArray>("xml");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const QByteArray &xml, const QByteArray &expected) {
            QTest::newRow(name) << xml << expected;
        };
        const auto data = [&](const char *name, const QByteArray &xml, const QByteArray &expected) {
            row(name, "<EventData>" + xml + "</EventData>", expected);
        };
        data("blanks leave the name", "<Data Name='Process Name '>x</Data>", "ProcessName=x");
        data("unnamed", "<Data>a</Data><Data>b</Data><Data/>", "Data=a|Data=b|Data=");
        data("empty name", "<Data Name=''>a</Data>", "Data=a");
        data("name of blanks", "<Data Name='  '>a</Data>", "Data=a");
        data("repeated", "<Data Name='x'>a</Data><Data Name='y'>b</Data><Data Name='x'>c</Data>",
             "x=a|y=b|x=c");
        data("binary beside data", "<Data Name='x'>a</Data><Binary>0AFF</Binary>", "x=a|Binary=0AFF");
        data("names differ in case", "<Data Name='image'>a</Data><Data Name='Image'>b</Data>",
             "image=a|Image=b");
        data("entities", "<Data Name='x'>&lt;b&gt; &amp;amp; &quot;&apos; &#x41;&#66;</Data>",
             "x=<b> &amp; \"' AB");
        data("entity beyond the BMP", "<Data Name='x'>&#x1F600;</Data>", "x=\U0001F600");
        data("entity in a name", "<Data Name='a&amp;b'>x</Data>", "a&b=x");
        data("CDATA", "<Data Name='x'><![CDATA[<b>&amp;</b>]]></Data>", "x=<b>&amp;</b>");
        data("text around CDATA", "<Data Name='x'>a<![CDATA[b]]>c</Data>", "x=abc");
        data("comment inside", "<Data Name='x'>a<!-- no -->b</Data>", "x=ab");
        data("comment between", "<!-- <Data Name='y'>no</Data> --><Data Name='x'>a</Data>", "x=a");
        data("elements inside", "<Data Name='x'><Item>a</Item><Item>b</Item></Data>", "x=ab");
        data("blanks alone", "<Data Name='x'>   </Data>", "x=   ");
        data("blanks around", "<Data Name='x'> a </Data>", "x= a ");
        data("line ends stay", "<Data Name='x'>a\r\nb\nc\rd</Data>", "x=a\r\nb\nc\rd");
        data("right-to-left override stays", "<Data Name='x'>gpj\u202E.exe</Data>", "x=gpj\u202E.exe");
        data("ill-formed UTF-8",
             "<Data Name='x'>a\xED\xA0\x80"
             "b\xFF</Data>",
             "x=a\uFFFD\uFFFD\uFFFDb\uFFFD");
        data("ill-formed name", "<Data Name='a\xFF'>b</Data>", "a\uFFFD=b");
        data("a text between", "loose<Data Name='x'>a</Data>", "x=a");
        row("indented", "\n  <EventData>\n    <Data Name='x'>a</Data>\n  </EventData>\n", "x=a");
        row("no data", "", "");
        row("two kinds", "<EventData><Data Name='x'>a</Data></EventData><UserData><E><y>b</y></E></UserData>",
            "x=a|y=b");
        row("UserData leaves",
            "<UserData><LogFileCleared "
            "xmlns='x'><SubjectUserName>anna</SubjectUserName><Empty/></LogFileCleared></UserData>",
            "SubjectUserName=anna|Empty=");
        row("UserData attributes", "<UserData><E a='1' xmlns='n' xmlns:p='q'><F b='2'>c</F></E></UserData>",
            "E_a=1|F_b=2|F=c");
        row("UserData repeats", "<UserData><E><F>a</F><F>b</F></E></UserData>", "F=a|F=b");
        row("processing error", "<ProcessingErrorData><ErrorCode>15005</ErrorCode></ProcessingErrorData>",
            "ErrorCode=15005");
        row("prefixes",
            "<e:EventData xmlns:e='n'><e:Data "
            "Name='x'>a</e:Data></e:EventData><p:UserData><p:E><p:F>b</p:F></p:E></p:UserData>",
            "x=a|F=b");
    }
    void readsData()
    {
        QFETCH(QByteArray, xml);
        QFETCH(QByteArray, expected);
        EventBatch batch;
        const auto event = parseEventXml(eventXml("<EventID>1</EventID>", xml.toStdString()), batch);
        QVERIFY2(event, event ? "" : describe(event.error()).c_str());
        QCOMPARE(joined(event->data), expected);
        QCOMPARE(event->eventId, 1u);
    }

    void readsSystem_data()
    {
        QTest::addColumn<QByteArray>("system");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *system, const char *expected) {
            QTest::newRow(name) << QByteArray(system) << QByteArray(expected);
        };
        // id, version, level, record id, time, then what is left.
        row("nothing", "", "0 0 0 - - ");
        row("missing EventRecordID and Channel", "<EventID>1</EventID>", "1 0 0 - - ");
        row("classic id with severity bits", "<EventID>3221232473</EventID>", "7001 0 0 - - ");
        row("id past 32 bits is kept as text", "<EventID>4294967297</EventID>",
            "0 0 0 - - EventID=4294967297");
        row("negative id", "<EventID>-1</EventID>", "0 0 0 - - EventID=-1");
        row("words for numbers",
            "<EventID>one</EventID><Version>v</Version><Level>Error</Level><EventRecordID>x</EventRecordID>",
            "0 0 0 - - EventID=one|Version=v|Level=Error|EventRecordID=x");
        row("blanks around numbers", "<EventID>\n 3\t</EventID><EventRecordID> 7 </EventRecordID>",
            "3 0 0 7 - ");
        row("record id past 64 bits", "<EventRecordID>18446744073709551616</EventRecordID>",
            "0 0 0 - - EventRecordID=18446744073709551616");
        row("malformed time", "<TimeCreated SystemTime='yesterday'/>",
            "0 0 0 - - TimeCreated_SystemTime=yesterday");
        row("raw time", "<TimeCreated RawTime='77'/>", "0 0 0 - - TimeCreated_RawTime=77");
        row("unknown element", "<Shape Size='2'>round</Shape>", "0 0 0 - - Shape=round|Shape_Size=2");
        row("prefixes", "<e:EventID>5</e:EventID>", "5 0 0 - - ");
        row("namespace declarations are no fields", "<EventID xmlns='x' xmlns:y='z'>5</EventID>",
            "5 0 0 - - ");
    }
    void readsSystem()
    {
        QFETCH(QByteArray, system);
        QFETCH(QByteArray, expected);
        EventBatch batch;
        const auto event = parseEventXml(eventXml(system.toStdString()), batch);
        QVERIFY(event);
        QByteArray text = QByteArray::number(event->eventId) + ' ' + QByteArray::number(event->version) + ' '
            + QByteArray::number(event->level) + ' '
            + (event->recordId ? QByteArray::number(qulonglong(*event->recordId)) : "-") + ' '
            + (event->timeCreated ? "time" : "-") + ' ';
        QCOMPARE(text + joined(event->system), expected);
    }

    void rulesAndRenderingAreKeptApart()
    {
        EventBatch batch;
        const auto event = parseEventXml(
            eventXml("<Level>4</Level>",
                     "<RenderingInfo Culture='en-US'><Message>Started</Message>"
                     "<Keywords><Keyword>a</Keyword><Keyword>b</Keyword></Keywords></RenderingInfo>"),
            batch);
        QVERIFY(event);
        QCOMPARE(joined(event->data), QByteArray());
        QCOMPARE(joined(event->system),
                 QByteArray("RenderingInfo_Message=Started|RenderingInfo_Keyword=a|RenderingInfo_Keyword=b"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("xml");
        const auto row = [](const char *name, const std::string &xml) {
            QTest::newRow(name) << QByteArray::fromStdString(xml);
        };
        const std::string good = eventXml("<EventID>1</EventID>");
        row("empty", "");
        row("no XML", "hello");
        row("another root", "<Events/>");
        row("end tag missing", good.substr(0, good.size() - 8));
        row("end tag cut", good.substr(0, good.size() - 1));
        row("end tag wrong", "<Event><System></Event></System>");
        row("attribute without a quote", "<Event><System a=1/></Event>");
        row("CDATA not ended", "<Event><![CDATA[</Event>");
        row("comment not ended", "<Event><!-- </Event>");
        row("NUL in a text", std::string("<Event><EventData><Data>a\0b</Data></EventData></Event>", 54));
        row("reference to NUL", "<Event><EventData><Data>a&#0;b</Data></EventData></Event>");
        row("reference to NUL in hexadecimal",
            "<Event><EventData><Data>a&#x000;b</Data></EventData></Event>");
    }
    void refuses()
    {
        QFETCH(QByteArray, xml);
        EventBatch batch;
        const auto event = parseEventXml(xml.toStdString(), batch);
        QVERIFY2(!event, event ? joined(event->data).constData() : "");
        QCOMPARE(event.error().code, ErrorCode::Corrupt);
        QVERIFY(event.error().offset.has_value()
                && *event.error().offset <= static_cast<std::uint64_t>(xml.size()));
    }

    void anEventCutAnywhereIsRefused()
    {
        const std::string whole =
            eventXml("<Provider Name='p'/><EventID>1</EventID>",
                     "<EventData><Data Name='x'>a&amp;<![CDATA[b]]><!-- c --></Data></EventData>");
        EventBatch batch;
        QVERIFY(parseEventXml(whole, batch));
        for (std::size_t length = 0; length < whole.size(); ++length)
            QVERIFY2(!parseEventXml(whole.substr(0, length), batch), std::to_string(length).c_str());
    }

    void entitiesOfADoctypeAreNotExpanded()
    {
        EventBatch batch;
        const auto event = parseEventXml("<!DOCTYPE Event [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;'>]>"
                                         "<Event><EventData><Data Name='x'>&b;</Data></EventData></Event>",
                                         batch);
        QVERIFY(event);
        QCOMPARE(joined(event->data), QByteArray("x=&b;"));
    }

    void readsUpToTheLimitAndNoFurther()
    {
        const std::string frame = eventXml({}, "<EventData><Data Name='x'></Data></EventData>");
        const auto sized = [&](std::size_t bytesOfXml) {
            std::string xml = frame;
            return xml.insert(xml.find("</Data>"), bytesOfXml - frame.size(), 'a');
        };
        EventBatch batch;
        const auto largest = parseEventXml(sized(kMaxEventXmlBytes), batch);
        QVERIFY(largest);
        QCOMPARE(largest->data[0].value.size(), kMaxEventXmlBytes - frame.size());
        const auto larger = parseEventXml(sized(kMaxEventXmlBytes + 1), batch);
        QVERIFY(!larger);
        QCOMPARE(larger.error().code, ErrorCode::TooLarge);
    }

    void eventsOfTooManyFieldsOrNamesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<bool>("isRead");
        const auto many = [](int count, const QByteArray &field) {
            return "<EventData>" + field.repeated(count) + "</EventData>";
        };
        const QByteArray name(10'000, 'n');
        QTest::newRow("fields, the most allowed") << many(65'536, "<D/>") << true;
        QTest::newRow("fields") << many(65'537, "<D/>") << false;
        QTest::newRow("names") << many(110, "<Data Name='" + name + "'/>") << false;
        QByteArray attributes = "<UserData><" + name;
        for (int i = 0; i < 100'000; ++i) // would be a gigabyte, each with the name of its element
            attributes += " a" + QByteArray::number(i) + "=''";
        QTest::newRow("attributes of an element with a long name")
            << QByteArray(attributes + "/></UserData>") << false;
    }
    void eventsOfTooManyFieldsOrNamesAreRefused()
    {
        QFETCH(QByteArray, data);
        QFETCH(bool, isRead);
        EventBatch batch;
        const auto event = parseEventXml(("<Event>" + data + "</Event>").toStdString(), batch);
        QCOMPARE(event.has_value(), isRead);
        if (!isRead)
            QVERIFY(event.error().code == ErrorCode::TooLarge);
    }

    void deepNestingIsNoRecursion()
    {
        constexpr std::size_t kLevels = 500'000;
        std::string xml = "<Event><UserData>";
        for (std::size_t i = 0; i < kLevels; ++i)
            xml += "<a>";
        xml += "x";
        for (std::size_t i = 0; i < kLevels; ++i)
            xml += "</a>";
        xml += "</UserData></Event>";
        EventBatch batch;
        const auto event = parseEventXml(xml, batch);
        QVERIFY(event);
        QCOMPARE(joined(event->data), QByteArray("a=x"));
    }

    void writesBackWhatItRead_data()
    {
        QTest::addColumn<QByteArray>("xml");
        const auto row = [](const char *name, const std::string &system, const std::string &data) {
            QTest::newRow(name) << QByteArray::fromStdString(
                eventXml(system, "<EventData>" + data + "</EventData>"));
        };
        row("empty", "", "");
        row("usual",
            "<Provider Name='P' Guid='{1}'/><EventID "
            "Qualifiers='7'>3</EventID><Version>5</Version><Level>4</Level><Task>3</Task>"
            "<TimeCreated SystemTime='2026-10-05T10:12:32.955123400Z'/><EventRecordID>7</EventRecordID>"
            "<Execution ProcessID='1' ThreadID='2'/><Channel>C</Channel><Computer>H</Computer><Security "
            "UserID='S'/>",
            "<Data Name='a'>1</Data><Data Name='b'/>");
        row("unnamed and repeated", "",
            "<Data>a</Data><Data>b</Data><Data Name='x'>c</Data><Data Name='x'>d</Data>");
        row("markup", "<Computer>a&lt;b&amp;</Computer>",
            "<Data Name='a&quot;&lt;'>&lt;/Data&gt;&amp;amp; &quot;'</Data>");
        row("controls", "", "<Data Name='x'>a&#1;&#x1B;[31m&#x85;\u202E</Data>");
        row("blanks and line ends", "", "<Data Name='x'>  </Data><Data Name='y'> a\r\nb\rc\td </Data>");
        row("attribute with controls", "<Security UserID='a&#10;b&#9;c'/>", "");
        row("irregular numbers", "<EventID>one</EventID><Version>v</Version><EventRecordID>x</EventRecordID>",
            "");
        row("malformed time", "<TimeCreated SystemTime='yesterday'/>", "");
        row("element and attribute of one name", "<Shape Size='2'>round</Shape>", "");
        row("the same element twice", "<Task>1</Task><Task>2</Task>", "");
    }
    void writesBackWhatItRead()
    {
        QFETCH(QByteArray, xml);
        EventBatch batch;
        const auto event = parseEventXml(xml.toStdString(), batch);
        QVERIFY(event);
        const auto again = parseEventXml(toEventXml(*event), batch);
        QVERIFY2(again, toEventXml(*event).c_str());
        QCOMPARE(bytes(again->provider), bytes(event->provider));
        QCOMPARE(bytes(again->channel), bytes(event->channel));
        QCOMPARE(bytes(again->computer), bytes(event->computer));
        QCOMPARE(again->eventId, event->eventId);
        QCOMPARE(again->version, event->version);
        QCOMPARE(again->level, event->level);
        QVERIFY(again->recordId == event->recordId);
        QVERIFY(again->timeCreated == event->timeCreated);
        QCOMPARE(joined(again->data), joined(event->data));
        QStringList was = QString::fromUtf8(joined(event->system)).split(QLatin1Char('|'));
        QStringList is = QString::fromUtf8(joined(again->system)).split(QLatin1Char('|'));
        was.sort(); // elements keep their attributes together, so the order may change
        is.sort();
        QCOMPARE(is, was);
    }

    void whatXmlCannotHoldIsMarked()
    {
        using namespace std::string_literals;
        const std::string odd = "a\0\x01\x1B\r\n\uFFFE\uFFFF\uFFFD{1}\uFFFD{x\uFFFD"s;
        const std::vector<Field> system = {{"Un\uFFFFsual_at\x01", odd}, {"\u2028", odd}};
        const std::vector<Field> data = {{"name \x02", odd}, {"plain", "\uFFFD"}};
        Event event;
        event.provider = event.computer = odd;
        event.system = system;
        event.data = data;
        const std::string xml = toEventXml(event);
        QXmlStreamReader reader(QByteArray::fromStdString(xml));
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString() + QString::fromStdString(xml)));
        QVERIFY2(xml.find("a\uFFFD{0}\uFFFD{1}\uFFFD{1B}") != std::string::npos, xml.c_str());
        QVERIFY(xml.find("\uFFFD{FFFE}\uFFFD{FFFF}\uFFFD{FFFD}{1}\uFFFD{FFFD}{x\uFFFD<")
                != std::string::npos);
        EventBatch batch;
        const auto again = parseEventXml(xml, batch);
        QVERIFY(again);
        QCOMPARE(bytes(again->provider), bytes(event.provider));
        QCOMPARE(bytes(again->computer), bytes(event.computer));
        QCOMPARE(bytes(again->data[0].value), bytes(odd));
        QCOMPARE(bytes(again->data[1].value), QByteArray("\uFFFD"));
    }

    /// Names may come from a case that somebody made.
    void hostileNamesWriteNoMarkup()
    {
        const std::vector<Field> system = {
            {"a><script>", "x"}, {"b_c='1' d", "x"}, {"", "x"}, {"_", "x"}, {"1", "x"}};
        const std::vector<Field> data = {{"'/><script>", "x"}};
        Event event;
        event.system = system;
        event.data = data;
        const std::string xml = toEventXml(event);
        QVERIFY2(xml.find("<script") == std::string::npos, xml.c_str());
        EventBatch batch;
        const auto again = parseEventXml(xml, batch);
        QVERIFY2(again, xml.c_str());
        QCOMPARE(joined(again->data), QByteArray("'/><script>=x"));
    }
};

QTEST_APPLESS_MAIN(TestEventXml)
#include "tst_eventxml.moc"
