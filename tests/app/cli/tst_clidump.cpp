#include "tests/app/cli/clifixture.h"

#include <QDir>
#include <QJsonArray>
#include <QXmlStreamReader>

using namespace lolscope;
using namespace lolscope::test;

/// `dump` and `connections`.
class TestCliDump : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

    void connectionsAndDump()
    {
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        int events = 0, connections = 0;
        for (const auto &record : sampleScenario())
            connections += record.eventId == 3 ? 1 : 0;
        const auto rows = run({text("connections"), m_case}).lines();
        QCOMPARE(rows.size(), connections);
        for (const auto &row : rows)
            QVERIFY(!row[text("chain")].toArray().isEmpty());
        const auto dumped = run({text("dump"), m_log});
        QCOMPARE(dumped.code, 0);
        for (const auto &event : dumped.lines()) {
            QCOMPARE(event[text("evidence")].toString(), QDir::toNativeSeparators(m_log));
            QVERIFY(event[text("data")].isObject());
            ++events;
        }
        QCOMPARE(events, int(sampleScenario().size()));

        // Event XML comes back as the same events.
        const auto xml = run({text("dump"), text("--xml"), m_log});
        QFile file(m_folder->filePath(text("day.xml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(xml.out);
        file.close();
        const auto fromXml = run({text("dump"), file.fileName()}).lines();
        const auto fromLog = dumped.lines();
        QCOMPARE(fromXml.size(), fromLog.size());
        for (int i = 0; i < fromXml.size(); ++i)
            for (const char *name :
                 {"record_id", "event_id", "provider", "channel", "computer", "time", "data"})
                QCOMPARE(fromXml[i][text(name)], fromLog[i][text(name)]);
    }

    void xmlIsWellFormedWhateverTheLogHolds()
    {
        auto records = sampleScenario();
        using namespace std::string_literals;
        const std::string odd = "a\0\x01\x1B[31m\uFFFF\uFFFD{1B}<&\""s;
        for (auto &record : records)
            for (auto &field : record.data)
                if (field.name == "CommandLine")
                    field.value = odd;
        EvtxWriter writer(m_log.toStdString());
        for (const auto &record : records)
            writer.add(record);
        QVERIFY(writer.finish());
        const auto xml = run({text("dump"), text("--xml"), m_log});
        QXmlStreamReader reader("<Events>" + xml.out + "</Events>");
        int events = 0;
        while (!reader.atEnd())
            events += reader.readNext() == QXmlStreamReader::StartElement && reader.name() == text("Event");
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(events, int(records.size()));
        QFile file(m_folder->filePath(text("day.xml")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(xml.out) > 0);
        file.close();
        const auto fromLog = run({text("dump"), m_log}).lines(),
                   fromXml = run({text("dump"), file.fileName()}).lines();
        QCOMPARE(fromXml.size(), fromLog.size());
        for (int i = 0; i < fromXml.size(); ++i)
            QCOMPARE(fromXml[i][text("data")], fromLog[i][text("data")]);
    }
};

QTEST_GUILESS_MAIN(TestCliDump)
#include "tst_clidump.moc"
