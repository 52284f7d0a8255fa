#include "tests/app/cli/clifixture.h"
#include "tests/support/ownrules.h"

#include <QJsonArray>
#include <QRegularExpression>

using namespace lolscope;
using namespace lolscope::test;

namespace {

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

} // namespace

/// `detect` and `rules`.
class TestCliRules : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

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

    /// A case that nothing is to be done for is no answer to what its rules left open.
    void whatRulesLeftOpenIsSaidAgain()
    {
        EvtxWriter log((m_folder->path() + text("/hostile.evtx")).toStdString());
        RecordSpec logon;
        logon.provider = "Microsoft-Windows-Security-Auditing";
        logon.channel = "Security";
        logon.computer = "PC.corp.example";
        logon.eventId = 4625;
        logon.data = {{"TargetUserName", std::string(10'000, 'a')}};
        log.add(logon);
        QVERIFY(log.finish());
        QFile rules(m_folder->filePath(text("odd.yml")));
        QVERIFY(rules.open(QIODevice::WriteOnly));
        rules.write("title: Odd name\nid: 4d4a0000-0000-4000-8000-000000000009\n"
                    "logsource: {product: windows, service: security}\n"
                    "detection: {s: {TargetUserName|re: '(a+)+(?=b)'}, condition: s}\n");
        rules.close();
        const QStringList options = {text("--rules"), rules.fileName(), text("--no-bundled"), text("--json")};
        for (const QStringList &logs :
             {QStringList{m_folder->filePath(text("hostile.evtx"))}, QStringList()}) {
            const auto ran = run(QStringList{text("index"), m_case} + logs + options);
            QCOMPARE(ran.code, 1);
            QVERIFY2(ran.err.contains("'Odd name' was not evaluated on 1 event: a regular expression"),
                     ran.err.constData());
            const auto losses = ran.lines().first()[text("losses")].toArray();
            QCOMPARE(losses.size(), 1);
            QCOMPARE(losses[0][text("count")].toInt(), 1);
        }
        QCOMPARE(run({text("index"), m_case, text("--json")}).code, 0); // with the pack alone
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
};

QTEST_GUILESS_MAIN(TestCliRules)
#include "tst_clirules.moc"
