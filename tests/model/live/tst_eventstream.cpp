#include "model/evtx/eventxml.h"
#include "model/live/eventstream.h"
#include "model/live/jsonevent.h"

#include <QRegularExpression>
#include <QTest>

using namespace lolscope;

namespace {

const std::string kXml =
    R"(<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Sysmon" Guid="{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"/><EventID>3</EventID><Version>5</Version><Level>4</Level><Task>3</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime="2026-10-05T10:12:34.5670000Z"/><EventRecordID>77</EventRecordID><Execution ProcessID="2900" ThreadID="4100"/><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>WKS-042.corp.example</Computer><Security UserID="S-1-5-18"/></System><EventData><Data Name="UtcTime">2026-10-05 10:12:33.340</Data><Data Name="ProcessGuid">{A1B2C3D4-0000-0000-0000-0000000020F8}</Data><Data Name="ProcessId">8440</Data><Data Name="Image">C:\Windows\System32\mshta.exe</Data><Data Name="Initiated">true</Data><Data Name="DestinationIp">203.0.113.9</Data><Data Name="DestinationPort">443</Data></EventData></Event>)";

std::string quoted(std::string text)
{
    std::string json = "\"";
    for (const char c : text)
        json += (c == '"' || c == '\\') ? std::string("\\") + c : std::string(1, c);
    return json + '"';
}

QMap<QString, QString> members(const Event &event)
{
    const auto text = [](std::string_view view) {
        return QString::fromUtf8(view.data(), qsizetype(view.size()));
    };
    QMap<QString, QString> all;
    all[QStringLiteral("provider")] = text(event.provider);
    all[QStringLiteral("channel")] = text(event.channel);
    all[QStringLiteral("computer")] = text(event.computer);
    all[QStringLiteral("numbers")] = QStringLiteral("%1 %2 %3 %4")
                                         .arg(event.eventId)
                                         .arg(event.version)
                                         .arg(event.level)
                                         .arg(event.recordId.value_or(0));
    all[QStringLiteral("time")] = event.timeCreated ? text(formatTimestamp(*event.timeCreated)) : QString();
    for (const Field &field : event.data)
        all[QStringLiteral("data ") + text(field.name)] = text(field.value);
    for (const Field &field : event.system)
        all[QStringLiteral("system ") + text(field.name)] = text(field.value);
    return all;
}

} // namespace

class TestEventStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Each shape gives the fields the XML gives; the third column lists what the shape leaves out.
    void shapes_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QStringList>("without");
        const auto row = [](const char *name, const std::string &json, const QStringList &without = {}) {
            QTest::newRow(name) << QByteArray::fromStdString(json) << without;
        };
        const QString task = QStringLiteral("system Task"), opcode = QStringLiteral("system Opcode"),
                      keywords = QStringLiteral("system Keywords");
        const std::string data =
            R"("UtcTime":"2026-10-05 10:12:33.340","ProcessGuid":"{A1B2C3D4-0000-0000-0000-0000000020F8}","ProcessId":"8440","Image":"C:\\Windows\\System32\\mshta.exe","Initiated":"true","DestinationIp":"203.0.113.9","DestinationPort":"443")";
        row("Winlogbeat",
            R"({"@timestamp":"2026-10-05T10:12:34.567Z","event":{"code":"3","kind":"event"},"log":{"level":"information"},"winlog":{"provider_name":"Microsoft-Windows-Sysmon","provider_guid":"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}","channel":"Microsoft-Windows-Sysmon/Operational","computer_name":"WKS-042.corp.example","event_id":"3","record_id":77,"version":5,"process":{"pid":2900,"thread":{"id":4100}},"user":{"identifier":"S-1-5-18","name":"SYSTEM"},"event_data":{)"
                + data + "}}}",
            {task, opcode, keywords});
        row("Winlogbeat with XML",
            R"({"@timestamp":"2020-01-01T00:00:00Z","winlog":{"event_id":"9"},"event":{"original":)"
                + quoted(kXml) + "}}");
        row("NXLog",
            R"({"EventTime":"2026-10-05T12:12:34.567000+02:00","Hostname":"WKS-042.corp.example","Keywords":"9223372036854775808","LevelValue":4,"EventType":"INFO","SeverityValue":2,"Severity":"INFO","EventID":3,"SourceName":"Microsoft-Windows-Sysmon","ProviderGuid":"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}","Version":5,"TaskValue":3,"OpcodeValue":0,"RecordNumber":77,"ExecutionProcessID":2900,"ExecutionThreadID":4100,"Channel":"Microsoft-Windows-Sysmon/Operational","UserID":"S-1-5-18",)"
                + data
                + R"(,"EventReceivedTime":"2026-10-05T12:12:35+02:00","SourceModuleName":"in","SourceModuleType":"im_msvistalog"})");
        row("Velociraptor",
            R"({"System":{"Provider":{"Name":"Microsoft-Windows-Sysmon","Guid":"5770385F-C22A-43E0-BF4C-06F5698FFBD9"},"EventID":{"Value":3},"Version":5,"Level":4,"Task":3,"Opcode":0,"Keywords":9223372036854775808,"TimeCreated":{"SystemTime":1791195154.567},"EventRecordID":77,"Correlation":{},"Execution":{"ProcessID":2900,"ThreadID":4100},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"WKS-042.corp.example","Security":{"UserID":"S-1-5-18"}},"EventData":{"UtcTime":"2026-10-05 10:12:33.340","ProcessGuid":"A1B2C3D4-0000-0000-0000-0000000020F8","ProcessId":8440,"Image":"C:\\Windows\\System32\\mshta.exe","Initiated":true,"DestinationIp":"203.0.113.9","DestinationPort":443}})");
        row("evtx_dump",
            R"({"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon","Guid":"5770385F-C22A-43E0-BF4C-06F5698FFBD9"}},"EventID":3,"Version":5,"Level":4,"Task":3,"Opcode":0,"Keywords":"0x8000000000000000","TimeCreated":{"#attributes":{"SystemTime":"2026-10-05T10:12:34.567000Z"}},"EventRecordID":77,"Correlation":null,"Execution":{"#attributes":{"ProcessID":2900,"ThreadID":4100}},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"WKS-042.corp.example","Security":{"#attributes":{"UserID":"S-1-5-18"}}},"EventData":{)"
                + data + "}}}");
        row("OpenWEC raw", R"({"meta":{"IpAddress":"192.0.2.1"},"data":)" + quoted(kXml) + "}");
        row("journald", R"({"__CURSOR":"s=1","MESSAGE":)" + quoted(kXml) + "}");
    }

    void shapes()
    {
        QFETCH(QByteArray, json);
        QFETCH(QStringList, without);
        EventBatch batch, reference;
        const auto event = parseEventJson(json.toStdString(), batch);
        QVERIFY2(event, event ? "" : describe(event.error()).c_str());
        auto expected = members(*parseEventXml(kXml, reference));
        for (const QString &left : without)
            expected.remove(left);
        QCOMPARE(members(*event), expected);
    }

    void whatIsNoEventIsRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("nothing known") << QByteArray(R"({"a":1})");
        QTest::newRow("no object") << QByteArray("[1]");
        QTest::newRow("cut") << QByteArray(R"({"System":{"EventID":3)");
        QTest::newRow("two values") << QByteArray(R"({"System":{}} {})");
        QTest::newRow("deep") << QByteArray(R"({"System":{"EventID":3},"UserData":)")
                + QByteArray(100'000, '[') + QByteArray(100'000, ']') + '}';
    }
    void whatIsNoEventIsRefused()
    {
        QFETCH(QByteArray, json);
        EventBatch batch;
        const auto event = parseEventJson(json.toStdString(), batch);
        QVERIFY(!event);
        QCOMPARE(event.error().code, ErrorCode::Corrupt);
    }

    /// Wherever the bytes are cut into pieces, the events and their places are the same.
    void eventsOfTooManyFieldsOrNamesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("data");
        const auto items = [](int count) { return "[1" + QByteArray(",1").repeated(count - 1) + "]"; };
        const QByteArray name(2'000, 'n');
        QTest::newRow("items of a field with a long name")
            << QByteArray("{\"" + name + "\":" + items(60'000) + "}");
        QTest::newRow("items") << QByteArray("{\"A\":" + items(65'537) + "}");
        QByteArray nested = R"({"Level":{"#attributes":{)";
        for (int i = 0; i < 60'000; ++i)
            nested += (i == 0 ? "\"" : ",\"") + name + "\":[]";
        QTest::newRow("names without a value") << QByteArray(nested + "}}}");
    }
    void eventsOfTooManyFieldsOrNamesAreRefused()
    {
        QFETCH(QByteArray, data);
        EventBatch batch;
        const auto event =
            parseEventJson(R"({"System":{"EventID":1},"EventData":)" + data.toStdString() + "}", batch);
        QVERIFY(!event);
        QVERIFY(event.error().code == ErrorCode::TooLarge);
    }

    void piecesDoNotMatter()
    {
        const std::string json = R"({"System":{"EventID":3,"Channel":"c"},"EventData":{"a":"b"}})";
        const std::string text = "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<Events>" + kXml + kXml + "\n  " + kXml
            + "\n</Events>\n" + json + "\r\nnoise\n<Event><System>cut\n" + kXml + "\n{\"no\":1}\n" + json
            + '\n';
        QStringList whole;
        for (const std::size_t size :
             {text.size(), std::size_t{1}, std::size_t{3}, std::size_t{7}, std::size_t{500}}) {
            EventStream stream(StreamFormat::Auto);
            QStringList seen;
            for (std::size_t at = 0; at < text.size(); at += size) {
                stream.append(std::string_view(text).substr(at, size));
                EventBatch batch;
                while (stream.take(batch)) {}
                for (const Event &event : batch.events)
                    seen << QStringLiteral("event %1 at %2")
                                .arg(event.recordId.value_or(0))
                                .arg(*event.offset);
                for (const Damage &damage : batch.damage)
                    seen << QStringLiteral("%1 at %2")
                                .arg(QString::fromStdString(damage.reason))
                                .arg(*damage.offset);
            }
            seen.sort();
            if (whole.isEmpty())
                whole = seen;
            QCOMPARE(seen, whole);
            QCOMPARE(stream.consumed(), std::uint64_t(text.size()));
        }
        QCOMPARE(whole.filter(QRegularExpression(QStringLiteral("^event "))).size(), 6);
        QCOMPARE(whole.size(), 6 + 3);
    }

    void elementsMayHaveAPrefix()
    {
        EventStream stream(StreamFormat::Auto);
        stream.append("<?xml version='1.0'?>\n<e:Events xmlns:e='urn:x'>\n"
                      "<e:Event><e:System><e:EventRecordID>7</e:EventRecordID></e:System></e:Event>\n"
                      "<e:Event\n><e:System><e:EventRecordID>8</e:EventRecordID></e:System></e:Event>\n"
                      "</e:Events>\n<e:Eventual/>\n");
        EventBatch batch;
        stream.takeLast(batch);
        QCOMPARE(batch.events.size(), std::size_t(2));
        QVERIFY(batch.events[0].recordId == 7U);
        QVERIFY(batch.events[1].recordId == 8U);
        QCOMPARE(batch.damage.size(), std::size_t(1)); // the last line
        EventBatch json;
        QVERIFY(parseEventJson(R"({"data":"<e:Event><e:System/></e:Event>"})", json));
    }

    void theEndIsNamedWhenItIsCut()
    {
        EventStream stream(StreamFormat::Auto, 1000);
        stream.append(kXml + "\n" + kXml.substr(0, 200));
        EventBatch batch;
        QVERIFY(!stream.take(batch));
        QCOMPARE(batch.events.size(), std::size_t{1});
        QCOMPARE(stream.consumed(), std::uint64_t(1000 + kXml.size() + 1));
        QVERIFY(batch.damage.empty()); // more may come
        stream.takeLast(batch);
        QCOMPARE(batch.damage.size(), std::size_t{1});
        QCOMPARE(*batch.damage[0].offset, std::uint64_t(1000 + kXml.size() + 1));
        QCOMPARE(batch.damage[0].records, std::uint64_t{1});
    }

    void whatIsLeftOfAnEventIsNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("events");
        QTest::addColumn<int>("lost");
        const QByteArray one = QByteArray::fromStdString(kXml);
        QTest::newRow("root and declaration") << "<?xml version='1.0'?>\n<Events>" + one + "\n</Events>\n"
                                              << 1 << 0;
        QTest::newRow("start tag with another letter")
            << one + "\n" + QByteArray(one).replace("<Event ", "<Fvent ") + "\n" + one + "\n"
            << 2 << 1;
        QTest::newRow("begins inside an event, on one line") << one.mid(20) + one + one + "\n" << 2 << 1;
        QTest::newRow("end tag alone") << one + "\n</Event>\n" + one + "\n" << 2 << 1;
        QTest::newRow("ends in a start tag") << one + "\n<Even" << 1 << 1;
    }
    void whatIsLeftOfAnEventIsNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, events);
        QFETCH(int, lost);
        EventStream stream(StreamFormat::Auto);
        EventBatch batch;
        stream.append(text.toStdString());
        while (stream.take(batch)) {}
        stream.takeLast(batch);
        QCOMPARE(int(batch.events.size()), events);
        QCOMPARE(int(batch.damage.size()), lost);
    }

    void endlessItemsAreBounded_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("line") << QByteArray("{\"a\":\"");
        QTest::newRow("element") << QByteArray("<Event><System>");
        QTest::newRow("noise") << QByteArray("x");
    }
    void endlessItemsAreBounded()
    {
        QFETCH(QByteArray, start);
        EventStream stream(StreamFormat::Auto);
        EventBatch batch;
        stream.append(start.toStdString());
        const std::string block(1 << 20, 'x');
        for (int i = 0; i < 12; ++i) {
            stream.append(block);
            while (stream.take(batch)) {}
            QVERIFY(stream.received() - stream.consumed() <= kMaxEventXmlBytes + 2 * block.size());
        }
        QVERIFY(!batch.damage.empty());
        stream.append("\n" + kXml + "\n");
        while (stream.take(batch)) {}
        QCOMPARE(batch.events.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestEventStream)
#include "tst_eventstream.moc"
