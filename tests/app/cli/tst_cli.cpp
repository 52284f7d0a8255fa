#include "tests/support/ownrules.h"
#include "tests/support/scenario.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace lolscope;
using namespace lolscope::test;

namespace {

struct Ran
{
    int code = -1;
    QByteArray out;
    QByteArray err;

    QList<QJsonObject> lines() const
    {
        QList<QJsonObject> objects;
        for (const QByteArray &line : out.trimmed().split('\n')) {
            QJsonParseError error;
            objects << QJsonDocument::fromJson(line, &error).object();
            if (error.error != QJsonParseError::NoError)
                qFatal("not JSON: %s", line.constData());
        }
        return objects;
    }
};

Ran run(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(LOLSCOPE_CLI), arguments);
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
        qFatal("lolscope-cli did not end well");
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A file of event XML; times are of 2026-10-05.
class EventXmlFile
{
public:
    void add(const char *provider, const char *channel, int id, const char *time,
             const QList<QPair<const char *, const char *>> &fields, int pid = 2900)
    {
        m_xml += QStringLiteral("<Event><System><Provider Name='%1'/><EventID>%2</EventID><TimeCreated "
                                "SystemTime='2026-10-05T%3Z'/><EventRecordID>%4</EventRecordID><Execution "
                                "ProcessID='%5' ThreadID='1'/><Channel>%6</Channel><Computer>PC</Computer>"
                                "</System><EventData>")
                     .arg(QLatin1String(provider))
                     .arg(id)
                     .arg(QLatin1String(time))
                     .arg(++m_records)
                     .arg(pid)
                     .arg(QLatin1String(channel));
        for (const auto &[name, value] : fields)
            m_xml +=
                QStringLiteral("<Data Name='%1'>%2</Data>").arg(QLatin1String(name), QLatin1String(value));
        m_xml += QStringLiteral("</EventData></Event>\n");
    }
    void sysmon(int id, const char *time, const QList<QPair<const char *, const char *>> &fields)
    {
        add("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational", id, time, fields);
    }
    QString write(const QString &path) const
    {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(m_xml.toUtf8()) < 0)
            qFatal("the events could not be written");
        return path;
    }

private:
    QString m_xml;
    int m_records = 0;
};

/// A rule of one selection, by Rule Writer.
QByteArray ruleAbout(int number, const char *title, const char *logSource, const char *selection)
{
    return "---\ntitle: " + QByteArray(title) + "\nid: 4d4a0000-0000-4000-8000-00000000010"
        + QByteArray::number(number) + "\nauthor: Rule Writer\nlogsource: " + logSource
        + "\ndetection:\n  selection: " + selection + "\n  condition: selection\nlevel: high\n";
}

QString text(const char *latin1)
{
    return QString::fromLatin1(latin1);
}

} // namespace

/// The program as a script sees it.
class TestCli : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_log = m_folder->filePath(text("day.evtx"));
        m_case = m_folder->filePath(text("case.lolscope"));
        QVERIFY(writeSample(m_log.toStdString()));
    }

    void watchReadsAStreamToItsEnd()
    {
        const auto xml = run({text("dump"), text("--xml"), m_log});
        QProcess process;
        process.start(QStringLiteral(LOLSCOPE_CLI), {text("watch"), m_case, text("-"), text("--json")});
        process.write(xml.out + "garbage\n");
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 1); // one line was no event
        const Ran ran{1, process.readAllStandardOutput(), process.readAllStandardError()};
        QCOMPARE(ran.lines().size(), 11);
        QVERIFY(!ran.lines().first()[text("alert_id")].toString().isEmpty());
        QVERIFY2(ran.err.contains("stdin: a line that is no event"), ran.err.constData());
        QVERIFY2(ran.err.contains("1 lost"), ran.err.constData());
        QCOMPARE(run({text("alerts"), m_case, text("--format"), text("jsonl")}).lines().size(), 11);
    }

    void watchInterruptedLeavesACleanCase()
    {
        QProcess process;
        process.start(QStringLiteral(LOLSCOPE_CLI), {text("watch"), m_case, m_log});
        QByteArray out;
        while (out.count('\n') < 11 && process.waitForReadyRead(30'000))
            out += process.readAllStandardOutput();
        QCOMPARE(out.count('\n'), 11);
        kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 0);
        const auto listed = run({text("alerts"), m_case, text("--format"), text("jsonl")});
        QCOMPARE(listed.lines().size(), 11);
        QVERIFY2(listed.err.isEmpty(),
                 listed.err.constData()); // it does not say that something is unfinished
        QVERIFY(!QFile::exists(m_case + text("-wal")));
        QCOMPARE(run({text("watch"), m_case, text("journald"), text("--format"), text("csv")}).code, 2);
    }

    void outputThatIsLostIsNoSuccess_data()
    {
        QTest::addColumn<QStringList>("arguments");
        const auto row = [](const char *name, const QStringList &arguments) {
            QTest::newRow(name) << arguments;
        };
        row("alerts", {text("alerts"), text("CASE")});
        row("alerts as text", {text("alerts"), text("CASE"), text("--format"), text("text")});
        row("connections", {text("connections"), text("CASE")});
        row("allow list", {text("allow"), text("CASE"), text("list")});
        row("allow export", {text("allow"), text("CASE"), text("export")});
        row("rules", {text("rules"), text("check")});
        row("dump", {text("dump"), text("LOG")});
        row("detect", {text("detect"), text("LOG")});
        row("detect, no join", {text("detect"), text("--no-join"), text("LOG")});
        row("index", {text("index"), text("CASE"), text("LOG"), text("--json")});
        row("watch", {text("watch"), text("CASE"), text("LOG")}); // ends by itself then
        row("watch, JSON", {text("watch"), text("CASE"), text("LOG"), text("--json")});
    }
    void outputThatIsLostIsNoSuccess()
    {
        QFETCH(QStringList, arguments);
        if (arguments[0] != text("watch")) {
            QCOMPARE(run({text("index"), m_case, m_log}).code, 0);
            QCOMPARE(run({text("allow"), m_case, text("add"), text("--reason"), text("r"), text("--where"),
                          text("Image=x")})
                         .code,
                     0);
        }
        arguments.replaceInStrings(text("CASE"), m_case).replaceInStrings(text("LOG"), m_log);
        QProcess process;
        process.setStandardOutputFile(text("/dev/full"));
        process.start(QStringLiteral(LOLSCOPE_CLI), arguments);
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 3);
        QVERIFY(process.readAllStandardError().contains("could not be written"));
    }

    void index()
    {
        const auto first = run({text("index"), m_case, m_log, text("--json")});
        QCOMPARE(first.code, 0);
        const auto summary = first.lines().first();
        QCOMPARE(summary[text("records")].toInt(), int(sampleScenario().size()));
        QCOMPARE(summary[text("alerts")].toInt(), 11);
        QCOMPARE(summary[text("outcomes")][0][text("state")].toString(), text("indexed"));
        const auto again = run({text("index"), m_case, m_log, text("--json")});
        QCOMPARE(again.code, 0);
        QCOMPARE(again.lines().first()[text("skipped")].toInt(), 1);
        QCOMPARE(again.lines().first()[text("records")].toInt(), 0);
    }

    void damageIsNamedAndExitsWithOne()
    {
        QFile file(m_log);
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.resize(file.size() - 50'000);
        file.close();
        const auto ran = run({text("index"), m_case, m_log, m_folder->filePath(text("nothing.evtx"))});
        QCOMPARE(ran.code, 1);
        QVERIFY(ran.err.contains("day.evtx: "));
        QVERIFY(ran.err.contains("at byte"));
        QVERIFY(ran.err.contains("nothing.evtx: no such file"));
    }

    void wrongUseExitsWithTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("no verb") << QStringList{};
        QTest::newRow("unknown verb") << QStringList{text("frobnicate")};
        QTest::newRow("unknown verdict")
            << QStringList{text("verdict"), text("c"), text("abcd"), text("nice")};
        QTest::newRow("unknown status")
            << QStringList{text("alerts"), text("c"), text("--status"), text("closed")};
        QTest::newRow("export without a file") << QStringList{text("export"), text("c")};
    }
    void wrongUseExitsWithTwo()
    {
        QFETCH(QStringList, arguments);
        const auto ran = run(arguments);
        QCOMPARE(ran.code, 2);
        QVERIFY(!ran.err.isEmpty());
    }

    void whatCannotBeDoneExitsWithThree()
    {
        QCOMPARE(run({text("alerts"), m_folder->filePath(text("none.lolscope"))}).code, 3);
        QCOMPARE(run({text("alerts"), m_log}).code, 3); // not a case
        QVERIFY(!QFile::exists(m_folder->filePath(text("none.lolscope"))));
    }

    void alertsTreeVerdictAndExport()
    {
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        const auto alerts = run({text("alerts"), m_case}).lines();
        QCOMPARE(alerts.size(), 11);
        QString mshta;
        for (const auto &alert : alerts) {
            for (const char *name : {"alert_id",     "status",       "verdict",
                                     "level",        "rule_id",      "rule_title",
                                     "rule_author",  "shape",        "first_seen",
                                     "last_seen",    "hits",         "computer",
                                     "user",         "image",        "original_file_name",
                                     "command_line", "pid",          "process_guid",
                                     "parent_image", "chain",        "dest_ip",
                                     "dest_port",    "protocol",     "dest_scope",
                                     "initiated",    "dns_name",     "dns_name_source",
                                     "dns_time",     "allowlist_id", "evidence",
                                     "matched"})
                QVERIFY2(alert.contains(text(name)), name);
            if (alert[text("rule_title")].toString() == text("Mshta opened a network connection"))
                mshta = alert[text("alert_id")].toString();
        }
        const auto tree = run({text("tree"), m_case, mshta.left(8)});
        QCOMPARE(tree.code, 0);
        for (const char *part : {"explorer.exe", "WINWORD.EXE", "cmd.exe", "mshta.exe [8440] <- alert",
                                 "DNS cdn-sync.example", "asked: cdn-sync.example", "powershell.exe"})
            QVERIFY2(tree.out.contains(part), part);
        QVERIFY(run({text("tree"), m_case, mshta, text("--format"), text("json")})
                    .lines()
                    .first()[text("nodes")]
                    .toArray()
                    .size()
                > 5);

        QCOMPARE(run({text("verdict"), m_case, mshta, text("malicious"), text("--note"), text("loads u.hta")})
                     .code,
                 0);
        QCOMPARE(run({text("alerts"), m_case}).lines().size(), 10);
        const auto decided = run({text("alerts"), m_case, text("--status"), text("decided")}).lines();
        QCOMPARE(decided.size(), 1);
        QCOMPARE(decided[0][text("note")].toString(), text("loads u.hta"));

        const auto report = m_folder->filePath(text("report.csv"));
        QCOMPARE(run({text("export"), m_case, text("--status"), text("open,decided,allowed"), text("--out"),
                      report})
                     .code,
                 0);
        QFile file(report);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto csv = file.readAll();
        QVERIFY(csv.startsWith("schema,alert_id,"));
        QCOMPARE(csv.count("lolscope-alerts-2,"), 11);
        // A report leaves nothing out unless told to.
        const auto whole = m_folder->filePath(text("whole.jsonl"));
        QCOMPARE(run({text("export"), m_case, text("--out"), whole}).code, 0);
        QFile wholeFile(whole);
        QVERIFY(wholeFile.open(QIODevice::ReadOnly));
        QCOMPARE(wholeFile.readAll().count('\n'), 11);
        QCOMPARE(run({text("export"), m_case, text("--out"), m_case}).code, 2); // not over the case itself
        const QByteArray before = bytesOf(m_log);
        QVERIFY(QFile::link(m_log, m_folder->filePath(text("link.csv"))));
        QCOMPARE(run({text("export"), m_case, text("--out"), m_log}).code, 2); // nor over evidence
        QCOMPARE(run({text("export"), m_case, text("--out"), m_folder->filePath(text("link.csv"))}).code, 2);
        QCOMPARE(run({text("allow"), m_case, text("export"), text("--out"), m_log}).code, 2);
        QCOMPARE(bytesOf(m_log), before);
        // Reading and deciding leave one whole file.
        QVERIFY(!QFile::exists(m_case + text("-wal")));
        QVERIFY(!QFile::exists(m_case + text("-shm")));
    }

    void allow()
    {
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        const QStringList conditions = {text("--where"), text("Image$=\\msiexec.exe"), text("--where"),
                                        text("DestinationHostname=updates.vendor.example")};
        const auto preview =
            run(QStringList{text("allow"), m_case, text("preview"), text("--json")} + conditions);
        QCOMPARE(preview.code, 0);
        QCOMPARE(preview.lines().first()[text("hidden")].toInt(), 4);
        QCOMPARE(run(QStringList{text("allow"), m_case, text("add")} + conditions).code, 2); // no reason
        const auto added =
            run(QStringList{text("allow"), m_case, text("add"), text("--reason"), text("vendor updater")}
                + conditions);
        QCOMPARE(added.code, 0);
        const QString id = QString::fromUtf8(added.out).trimmed();
        QVERIFY(QRegularExpression(text("^[0-9a-f-]{36}$")).match(id).hasMatch());
        QCOMPARE(run({text("alerts"), m_case, text("--status"), text("allowed")}).lines().size(), 4);
        QCOMPARE(run({text("allow"), m_case, text("list"), text("--json")})
                     .lines()
                     .first()[text("alerts")]
                     .toInt(),
                 4);

        const auto filters = m_folder->filePath(text("filters.yml"));
        QCOMPARE(run({text("allow"), m_case, text("export"), text("--out"), filters}).code, 0);
        QCOMPARE(run({text("allow"), m_case, text("remove"), id}).code, 0);
        QCOMPARE(run({text("alerts"), m_case}).lines().size(), 11);
        QCOMPARE(run({text("allow"), m_case, text("import"), filters}).code, 0);
        QCOMPARE(run({text("alerts"), m_case, text("--status"), text("allowed")}).lines().size(), 4);
        QCOMPARE(run({text("allow"), m_case, text("remove"), text("no-such-item")}).code, 2);
        QCOMPARE(run({text("allow"), m_case, text("add"), text("--reason"), text("x"), text("--where"),
                      text("Image=*")})
                     .code,
                 2);
    }

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
            QCOMPARE(event[text("evidence")].toString(), m_log);
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

    void linesToReadShowWhatTerminalsWouldActOn()
    {
        const QString forged = m_folder->filePath(QStringLiteral("a\nindexed  b\u202E\x1b[31m.evtx"));
        QVERIFY(QFile::copy(m_log, forged));
        const auto dumped = run({text("dump"), forged});
        QVERIFY(dumped.out.contains("\\u202E") && !dumped.out.contains("\u202E"));
        QCOMPARE(dumped.lines().value(0)[text("evidence")].toString(), forged);

        const auto indexed = run({text("index"), m_case, forged});
        QVERIFY(!indexed.out.contains('\x1b'));
        QVERIFY(indexed.out.contains("<U+202E><U+001B>"));
        QCOMPARE(indexed.out.count('\n'), 2); // the file and the sum

        QFile rule(m_folder->filePath(text("rule.yml")));
        QVERIFY(rule.open(QIODevice::WriteOnly));
        rule.write("title: \"a\\e[31m\"\nid: 00000079-0000-4000-8000-000000000000\nlogsource: {category: "
                   "process_creation}\ndetection:\n  a: {Image: x}\n  condition: a\n");
        rule.close();
        const auto checked = run({text("rules"), text("check"), rule.fileName()});
        QVERIFY2(checked.out.contains("a<U+001B>[31m"), checked.out);

        const QString alert = run({text("alerts"), m_case}).lines().value(0)[text("alert_id")].toString();
        run({text("allow"), m_case, text("add"), text("--where"), text("Image$=x"), text("--reason"),
             QStringLiteral("why\u009B")});
        QVERIFY(run({text("allow"), m_case, text("list")}).out.contains("why<U+009B>"));
        const auto tree = run({text("tree"), m_case, alert});
        QVERIFY(tree.out.startsWith("alert " + alert.toLatin1()));
    }

    void treeAndWatchShowWhatTerminalsWouldActOn()
    {
        auto xml = run({text("dump"), text("--xml"), m_log});
        xml.out.replace("<Computer>", "<Computer>&#x202E;&#x9B;31m");
        QFile file(m_folder->filePath(text("day.xml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(xml.out);
        file.close();
        QProcess process;
        process.setStandardInputFile(file.fileName());
        process.start(QStringLiteral(LOLSCOPE_CLI), {text("watch"), m_case, text("-")});
        QVERIFY(process.waitForFinished(30'000));
        const QByteArray watched = process.readAllStandardOutput();
        QVERIFY2(watched.contains("<U+202E><U+009B>31m"), watched);
        QVERIFY(!watched.contains("\u202E"));
        const auto alerts = run({text("alerts"), m_case});
        QVERIFY(!alerts.out.contains("\u202E"));
        const auto tree = run({text("tree"), m_case, alerts.lines().value(0)[text("alert_id")].toString()});
        QVERIFY2(tree.out.contains("<U+202E><U+009B>31m"), tree.out);
        QVERIFY(!tree.out.contains("\u202E"));
    }

    void eventsOfAnAlertComeAsTheirRecords()
    {
        const QString log = m_folder->filePath(text("moved.evtx"));
        QVERIFY(QFile::copy(m_log, log));
        QCOMPARE(run({text("index"), m_case, log, text("--quiet")}).code, 0);
        const auto alert = run({text("alerts"), m_case}).lines().value(0);
        const QString id = alert[text("alert_id")].toString();
        const auto events = run({text("events"), m_case, id.left(8)});
        QCOMPARE(events.code, 0);
        QCOMPARE(events.out.count("<Event xmlns="), alert[text("hits")].toInt());
        QCOMPARE(events.out.count("<Correlation"), alert[text("hits")].toInt()); // of the records alone
        QVERIFY(!events.err.contains("put together"));
        QVERIFY(QFile::remove(log));
        const auto fields = run({text("events"), m_case, id});
        QCOMPARE(fields.code, 0);
        QCOMPARE(fields.out.count("<Event xmlns="), alert[text("hits")].toInt());
        QCOMPARE(fields.out.count("<Correlation"), 0);
        QVERIFY(fields.err.contains("put together from the fields in the case: " + log.toUtf8()));
        QCOMPARE(run({text("events"), m_case, text("ffff")}).code, 2);
    }

    /// One byte of a template, on which all records of the chunk rest.
    void damagedChunksAreReadByTheHelper()
    {
        QFile log(m_log);
        QVERIFY(log.open(QIODevice::ReadOnly));
        QByteArray bytes = log.readAll();
        const qsizetype element = bytes.lastIndexOf("\x41\xff\xff", 4096 + 8000);
        QVERIFY(element > 4096 + 512);
        bytes[element + 1] = '\xf9';
        QFile damaged(m_folder->filePath(text("damaged.evtx")));
        QVERIFY(damaged.open(QIODevice::WriteOnly) && damaged.write(bytes) == bytes.size());
        damaged.close();
        const auto indexed = run({text("index"), m_case, damaged.fileName(), text("--json")});
        QCOMPARE(indexed.code, 1);
        const auto summary = indexed.lines().value(0);
        QVERIFY(summary[text("lost")].toInt() > 10); // of the live log
        QCOMPARE(summary[text("recovered")].toInt(), summary[text("lost")].toInt());
        QCOMPARE(summary[text("records")].toInt(), int(sampleScenario().size()));
        QVERIFY(!indexed.err.contains("helper"));
        const auto detected = run({text("detect"), text("--no-join"), damaged.fileName()});
        QCOMPARE(detected.lines().size(), run({text("detect"), text("--no-join"), m_log}).lines().size());
        const auto dumped = run({text("dump"), damaged.fileName()});
        QCOMPARE(dumped.lines().size(), qsizetype(sampleScenario().size()));
    }

    void detect()
    {
        const auto bundled = run({text("detect"), m_log});
        QCOMPARE(bundled.code, 0);
        QCOMPARE(bundled.lines().size(), 31);
        for (const char *name : {"rule_id", "rule_title", "level", "evidence", "record_id", "event_id",
                                 "provider", "channel", "computer", "time", "matched"})
            QVERIFY2(bundled.lines().first().contains(text(name)), name);
        const auto alone = run({text("detect"), text("--no-join"), m_log});
        QCOMPARE(alone.code, 0);
        QVERIFY(!alone.lines().isEmpty()
                && alone.lines().size() < 31); // a renamed binary is known by its start
        QCOMPARE(alone.lines().first().keys(), bundled.lines().first().keys());
        QFile rule(m_folder->filePath(text("own.yml")));
        QVERIFY(rule.open(QIODevice::WriteOnly));
        rule.write("title: Word starts\nid: 4d4a0000-0000-4000-8000-000000000001\nlogsource:\n  product: "
                   "windows\n  category: process_creation\n"
                   "detection:\n  selection:\n    Image|endswith: '\\WINWORD.EXE'\n  condition: "
                   "selection\nlevel: low\n"
                   "---\ntitle: Not understood\nid: 4d4a0000-0000-4000-8000-000000000002\nlogsource:\n  "
                   "product: windows\n  category: process_creation\n"
                   "detection:\n  selection:\n    Image|nonsense: x\n  condition: selection\nlevel: low\n");
        rule.close();
        const auto own = run({text("detect"), text("--rules"), rule.fileName(), m_log});
        QCOMPARE(own.code, 1);
        QCOMPARE(own.lines().size(), 1);
        QVERIFY(
            QString::fromUtf8(own.err).contains(QRegularExpression(text("own\\.yml:\\d+:\\d+: .*nonsense"))));
        const auto check = run({text("rules"), text("check"), rule.fileName()});
        QCOMPARE(check.code, 1);
        QVERIFY(check.out.contains("loaded"));
        QVERIFY(check.out.contains("refused"));
        QCOMPARE(run({text("rules"), text("check")}).code, 0);
    }

    /// Where each value that matched comes from, and who wrote the rule.
    void detectSaysWhichNameMatched()
    {
        EventXmlFile events;
        events.sysmon(1, "10:00:00.000",
                      {{"ProcessGuid", "{A}"},
                       {"ProcessId", "8"},
                       {"Image", "C:\\a.exe"},
                       {"CommandLine", "a.exe -x"}});
        events.sysmon(22, "10:00:01.000",
                      {{"ProcessGuid", "{A}"},
                       {"ProcessId", "8"},
                       {"Image", "C:\\a.exe"},
                       {"QueryName", "asked.example"},
                       {"QueryStatus", "0"},
                       {"QueryResults", "::ffff:203.0.113.8;"}});
        events.sysmon(3, "10:00:02.000",
                      {{"ProcessGuid", "{A}"},
                       {"ProcessId", "8"},
                       {"Image", "C:\\a.exe"},
                       {"Protocol", "tcp"},
                       {"Initiated", "true"},
                       {"DestinationIp", "203.0.113.8"},
                       {"DestinationHostname", "reverse.example"},
                       {"DestinationPort", "443"}});
        const QString log = events.write(m_folder->filePath(text("names.xml")));
        const QString rules = m_folder->filePath(text("names.yml"));
        QFile file(rules);
        QVERIFY(file.open(QIODevice::WriteOnly));
        const char *source = "{product: windows, category: network_connection}";
        file.write(
            ruleAbout(1, "Asked", source, "{DestinationHostname: asked.example, CommandLine|contains: '-x'}")
            + ruleAbout(2, "Reverse", source, "{DestinationHostname: reverse.example}"));
        file.close();
        const auto joined = run({text("detect"), text("--rules"), rules, log}).lines();
        QCOMPARE(joined.size(), 2);
        QMap<QString, QString> sources; // by rule and field
        for (const QJsonObject &line : joined) {
            QCOMPARE(line[text("rule_author")].toString(), text("Rule Writer"));
            QCOMPARE(line[text("coverage_note")].toString(), QString());
            for (const QJsonValue &matched : line[text("matched")].toArray())
                sources[line[text("rule_title")].toString() + QLatin1Char(' ')
                        + matched[text("field")].toString() + QLatin1Char('=')
                        + matched[text("value")].toString()] = matched[text("source")].toString();
        }
        const QMap<QString, QString> expected = {
            {text("Asked DestinationHostname=asked.example"), text("asked name")},
            {text("Asked CommandLine=a.exe -x"), text("process start")},
            {text("Reverse DestinationHostname=reverse.example"), text("event")}};
        QCOMPARE(sources, expected);
        const auto alone = run({text("detect"), text("--no-join"), text("--rules"), rules, log}).lines();
        QCOMPARE(alone.size(), 1);
        QCOMPARE(alone[0][text("matched")][0][text("source")].toString(), text("event"));

        // The author stands in the other outputs too.
        QCOMPARE(run({text("index"), m_case, text("--rules"), rules, log}).code, 0);
        const auto listed = run({text("alerts"), m_case, text("--format"), text("text")});
        QVERIFY2(listed.out.contains("Reverse (by Rule Writer)"), listed.out.constData());
        const QByteArray id = run({text("alerts"), m_case}).lines()[0][text("alert_id")].toString().toUtf8();
        const auto tree = run({text("tree"), m_case, QString::fromUtf8(id)});
        QVERIFY2(tree.out.contains("(by Rule Writer)"), tree.out.constData());
        QProcess watching;
        watching.start(
            QStringLiteral(LOLSCOPE_CLI),
            {text("watch"), m_folder->filePath(text("live.lolscope")), text("-"), text("--rules"), rules});
        watching.write(bytesOf(log));
        watching.closeWriteChannel();
        QVERIFY(watching.waitForFinished(30'000));
        const QByteArray told = watching.readAllStandardOutput();
        QVERIFY2(told.contains("Reverse (by Rule Writer)"), told.constData());
    }

    /// What stands in for Sysmon says what it does not tell: without a case, with one, and in the exports.
    void fallBacksAreMarked_data()
    {
        QTest::addColumn<int>("id");
        QTest::addColumn<QByteArray>("rule");
        QTest::addColumn<QByteArray>("mark");
        const auto row = [](int id, const char *category, const char *selection, const char *mark) {
            QTest::newRow(qPrintable(QString::number(id)))
                << id
                << ruleAbout(1, "R",
                             ("{product: windows, category: " + QByteArray(category) + "}").constData(),
                             selection)
                << QByteArray(mark);
        };
        row(4688, "process_creation", "{Image|endswith: mshta.exe}",
            "Security event 4688 instead of Sysmon 1");
        row(4689, "process_termination", "{Image|endswith: mshta.exe}",
            "Security event 4689 instead of Sysmon 5");
        row(5156, "network_connection", "{DestinationPort: 443}", "Security event 5156 instead of Sysmon 3");
        row(4657, "registry_set", "{Details: x}", "Security event 4657 instead of Sysmon 12 to 14");
        row(3008, "dns_query", "{QueryName: cdn.example}", "DNS-Client event 3008 instead of Sysmon 22");
    }
    void fallBacksAreMarked()
    {
        QFETCH(int, id);
        QFETCH(QByteArray, rule);
        QFETCH(QByteArray, mark);
        EventXmlFile events;
        const char *security = "Microsoft-Windows-Security-Auditing";
        events.add(
            security, "Security", 4688, "10:00:00.000",
            {{"NewProcessId", "0x20f8"}, {"NewProcessName", "C:\\mshta.exe"}, {"CommandLine", "mshta x"}});
        events.add(
            "Microsoft-Windows-DNS-Client", "Microsoft-Windows-DNS-Client/Operational", 3008, "10:00:01.000",
            {{"QueryName", "cdn.example"}, {"QueryStatus", "0"}, {"QueryResults", "203.0.113.8;"}}, 8440);
        events.add(security, "Security", 5156, "10:00:02.000",
                   {{"ProcessID", "8440"},
                    {"Application", "\\device\\harddiskvolume2\\mshta.exe"},
                    {"Direction", "%%14593"},
                    {"DestAddress", "203.0.113.8"},
                    {"DestPort", "443"},
                    {"Protocol", "6"}});
        events.add(security, "Security", 4657, "10:00:03.000",
                   {{"ProcessId", "0x20f8"},
                    {"ProcessName", "C:\\mshta.exe"},
                    {"OperationType", "%%1905"},
                    {"ObjectName", "\\REGISTRY\\MACHINE\\A"},
                    {"ObjectValueName", "b"},
                    {"NewValue", "x"}});
        events.add(security, "Security", 4689, "10:00:04.000",
                   {{"ProcessId", "0x20f8"}, {"ProcessName", "C:\\mshta.exe"}});
        const QString log = events.write(m_folder->filePath(text("fallbacks.xml")));
        const QString rules = m_folder->filePath(text("fallbacks.yml"));
        QFile file(rules);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(rule);
        file.close();
        for (const QStringList &join : {QStringList(), QStringList{text("--no-join")}}) {
            const auto found =
                run(QStringList{text("detect"), text("--rules"), rules} + join + QStringList{log});
            QCOMPARE(found.lines().size(), 1);
            QCOMPARE(found.lines()[0][text("event_id")].toInt(), id);
            QVERIFY2(found.lines()[0][text("coverage_note")].toString().startsWith(QString::fromUtf8(mark)),
                     found.out.constData());
        }
        QCOMPARE(run({text("index"), m_case, text("--rules"), rules, log}).code, 0);
        int marked = 0;
        for (const QJsonObject &alert : run({text("alerts"), m_case}).lines())
            if (alert[text("rule_title")].toString() == text("R")) {
                QVERIFY2(alert[text("coverage_note")].toString().contains(QString::fromUtf8(mark)),
                         qPrintable(alert[text("coverage_note")].toString()));
                QCOMPARE(alert[text("image")].toString().endsWith(text("mshta.exe")), id != 4657);
                ++marked;
            }
        QCOMPARE(marked, 1);
        const auto csv = run({text("alerts"), m_case, text("--format"), text("csv")});
        QVERIFY2(csv.out.contains(mark), csv.out.constData());
    }

    void warningsOfRulesHaveTheirPlace()
    {
        QFile rule(m_folder->filePath(text("own.yml")));
        QVERIFY(rule.open(QIODevice::WriteOnly));
        rule.write(QByteArray::fromStdString(startRule(kMshtaRuleId, "Mshta starts", "\\mshta.exe"))
                       .replace("condition: selection", "condition: selection AND selection"));
        rule.close();
        const auto check = run({text("rules"), text("check"), rule.fileName()});
        QCOMPARE(check.code, 0);
        QVERIFY2(QString::fromUtf8(check.out).contains(QRegularExpression(
                     text("\nwarning  .*own\\.yml:13:24: condition: 'AND' is taken for 'and'"))),
                 check.out.constData());
        QVERIFY(check.err.contains("1 loaded, 0 refused, 1 warning"));
        const auto lines = run({text("rules"), text("check"), rule.fileName(), text("--json")}).lines();
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines[1][text("state")].toString(), text("warning"));
        QCOMPARE(lines[1][text("line")].toInt(), 13);
        QCOMPARE(lines[1][text("column")].toInt(), 24);
        for (const char *verb : {"detect", "index"}) {
            QStringList line = {QString::fromLatin1(verb), m_log, text("--rules"), rule.fileName()};
            if (line[0] == text("index"))
                line.insert(1, m_case);
            const auto ran = run(line);
            QCOMPARE(ran.code, 0);
            QVERIFY2(ran.err.contains("own.yml:13:24: condition: 'AND'"), verb);
        }
    }

    void correlationRulesAndFilters()
    {
        QFile rules(m_folder->filePath(text("own.yml")));
        QVERIFY(rules.open(QIODevice::WriteOnly));
        rules.write(
            "title: Many connections\nid: 4d4a0000-0000-4000-8000-0000000000c1\ncorrelation:\n  type: "
            "event_count\n  rules: [mshta]\n  group-by: [Computer]\n  timespan: 1h\n  condition: {gte: "
            "2}\nlevel: high\n"
            "---\ntitle: Mshta connects\nname: mshta\nid: 4d4a0000-0000-4000-8000-000000000001\nlogsource: "
            "{category: network_connection}\ndetection: {s: {Image|endswith: '\\mshta.exe'}, condition: "
            "s}\n"
            "---\ntitle: Not to one address\nlogsource: {category: network_connection}\nfilter: {rules: "
            "[mshta], s: {DestinationIp: 10.9.9.9}, condition: not s}\n"
            "---\ntitle: Of nothing\ncorrelation: {type: temporal, rules: [nobody], timespan: 1m}\n");
        rules.close();
        const auto detected = run({text("detect"), text("--rules"), rules.fileName(), m_log});
        QCOMPARE(detected.code, 1); // one was refused
        QVERIFY(QString::fromUtf8(detected.err)
                    .contains(QRegularExpression(text("own\\.yml:\\d+:\\d+: .*nobody"))));
        QVERIFY(!detected.lines().isEmpty());
        for (const QJsonObject &line : detected.lines()) {
            QCOMPARE(line[text("rule_title")].toString(), text("Many connections"));
            QMap<QString, QString> matched;
            for (const QJsonValue &value : line[text("matched")].toArray())
                matched[value[text("field")].toString()] = value[text("value")].toString();
            QCOMPARE(matched[text("Computer")], line[text("computer")].toString());
            QCOMPARE(matched[text("rule")], text("Mshta connects"));
        }
        const auto check = run({text("rules"), text("check"), rules.fileName(), text("--json")});
        QCOMPARE(check.code, 1);
        QStringList states;
        for (const QJsonObject &line : check.lines())
            states << line[text("rule_title")].toString() + QLatin1Char(' ') + line[text("state")].toString()
                    + QLatin1Char(' ') + line[text("kind")].toString() + QLatin1Char(' ')
                    + line[text("filters")][0].toString();
        QCOMPARE(states,
                 (QStringList{text("Mshta connects loaded rule Not to one address"),
                              text("Many connections loaded correlation "),
                              text("Not to one address loaded filter "), text("Of nothing refused  ")}));
        QVERIFY(run({text("rules"), text("check"), rules.fileName()})
                    .out.contains("(filtered by Not to one address)"));
    }

    void indexRunsRuleFoldersBesideThePack()
    {
        QDir(m_folder->path()).mkdir(text("own"));
        const auto folder = m_folder->filePath(text("own"));
        QFile rules(folder + text("/a.yml"));
        QVERIFY(rules.open(QIODevice::WriteOnly));
        rules.write(QByteArray::fromStdString(startRule(kMshtaRuleId, "Mshta starts", "\\mshta.exe")));
        rules.close();
        const auto alertsWith = [&](const QStringList &options) {
            const auto ran = run(QStringList{text("index"), m_case, m_log, text("--json")} + options);
            return ran.code == 0 ? ran.lines().first()[text("alerts")].toInt() : -1;
        };
        const auto counted = run(
            {text("index"), m_case, m_log, text("--json"), text("--rules"), folder, text("--no-bundled")});
        QCOMPARE(counted.lines().first()[text("rules")].toInt(), 1);
        QCOMPARE(counted.lines().first()[text("rules_refused")].toInt(), 0);
        const int both = alertsWith({text("--rules"), folder});
        const int own = alertsWith({text("--rules"), folder, text("--no-bundled")});
        QVERIFY(own > 0);
        QCOMPARE(both, 11 + own);
        QCOMPARE(alertsWith({text("--rules"), folder, text("--min-level"), text("critical")}), 11);
        QCOMPARE(alertsWith({text("--rules"), folder, text("--status"), text("stable,experimental")}), 11);
        QCOMPARE(alertsWith({text("--rules"), folder, text("--status"), text("stable,test")}), both);
        for (const auto &alert : run({text("alerts"), m_case}).lines())
            QVERIFY(!alert[text("rule_author")].toString().isEmpty());
        QCOMPARE(run({text("index"), m_case, text("--min-level"), text("loud")}).code, 2);
    }

    void ruleCheckSaysWhatACaseHasForEachRule()
    {
        QFile rules(m_folder->filePath(text("own.yml")));
        QVERIFY(rules.open(QIODevice::WriteOnly));
        auto noData = QByteArray::fromStdString(startRule(kNoDataRuleId, "Never", "\\none.exe"));
        noData.replace("process_creation", "clipboard_capture");
        rules.write(QByteArray::fromStdString(startRule(kMshtaRuleId, "Mshta starts", "\\mshta.exe"))
                    + "---\n" + noData + "---\n" + QByteArray::fromStdString(brokenRule(kBrokenRuleId))
                    + "---\n"
                    + QByteArray::fromStdString(startRule(kMshtaRuleId, "Repeated", "\\mshta.exe")));
        rules.close();
        QCOMPARE(run({text("index"), m_case, m_log, text("--rules"), rules.fileName()}).code, 1);
        const QStringList check = {text("rules"), text("check"), text("--case"), m_case, rules.fileName()};
        const auto plain = run(check);
        QCOMPARE(plain.code, 1);
        QVERIFY(QString::fromUtf8(plain.out).contains(QRegularExpression(
            text("Mshta starts  \\[Rule Writer\\]  evaluated on \\d+ events, [1-9]\\d* hits?, [1-9]"))));
        QVERIFY(plain.out.contains("Never  [Rule Writer]  no such data in this case"));
        QVERIFY(QString::fromUtf8(plain.out).contains(
            QRegularExpression(text("refused  .*own\\.yml:\\d+:\\d+: .*nonsense.*\\[Rule Writer\\]"))));
        QVERIFY(plain.out.contains("same id as"));
        const auto lines = run(check + QStringList{text("--json")}).lines();
        QCOMPARE(lines.size(), 4);
        for (const auto &line : lines)
            QCOMPARE(line[text("rule_author")].toString(), text("Rule Writer"));
        QVERIFY(lines[0][text("hits")].toInt() > 0 && lines[0][text("ran")].toBool());
        QCOMPARE(lines[1][text("events")].toInt(), 0);
        QCOMPARE(lines[2][text("state")].toString(), text("repeated"));
        QCOMPARE(lines[3][text("state")].toString(), text("refused"));
        QVERIFY(lines[3][text("column")].toInt() > 0);
        QCOMPARE(run({text("rules"), text("check"), text("--case"), m_case + text("x")}).code, 3);
    }

    void interruptedItLeavesAWorkingCase()
    {
        QProcess process;
        QStringList logs;
        for (int i = 0; i < 40; ++i) { // enough work to be interrupted in
            const auto copy = m_folder->filePath(text("copy%1.evtx").arg(i));
            EvtxWriter writer(copy.toStdString());
            auto records = sampleScenario();
            for (auto &record : records) {
                record.computer = "HOST" + std::to_string(i);
                writer.add(record);
            }
            QVERIFY(writer.finish());
            logs << copy;
        }
        process.start(QStringLiteral(LOLSCOPE_CLI), QStringList{text("index"), m_case} + logs);
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY(QFile::exists(m_case));
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished());
        QVERIFY2(process.exitCode() == 130 || process.exitCode() == 0,
                 qPrintable(QString::number(process.exitCode())));
        QCOMPARE(run(QStringList{text("index"), m_case} + logs).code, 0);
        QCOMPARE(run({text("alerts"), m_case}).lines().size(), 11 * 40);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_log, m_case;
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
