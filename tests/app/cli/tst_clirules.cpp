#include "tests/app/cli/clifixture.h"
#include "tests/support/ownrules.h"

#include <QJsonArray>
#include <QRegularExpression>

using namespace lolscope;
using namespace lolscope::test;

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
            QCOMPARE(line[text("matched")][text("Computer")], line[text("computer")]);
            QCOMPARE(line[text("matched")][text("rule")].toString(), text("Mshta connects"));
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
