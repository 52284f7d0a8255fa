#include "tests/app/cli/clifixture.h"

#include <QDir>
#include <QJsonArray>

using namespace lolscope;
using namespace lolscope::test;

/// `alerts`, `tree`, `events`, `verdict` and `export`.
class TestCliAlerts : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

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
        QCOMPARE(run({text("export"), m_case, text("--force"), text("--format"), text("csv"), text("--out"),
                      m_case})
                     .code,
                 2); // not over the case itself
        const QByteArray before = bytesOf(m_log);
        QCOMPARE(run({text("export"), m_case, text("--force"), text("--format"), text("csv"), text("--out"),
                      m_log})
                     .code,
                 2); // nor over evidence
#ifndef _WIN32 // where Qt's links are shortcuts
        QVERIFY(QFile::link(m_log, m_folder->filePath(text("link.csv"))));
        QCOMPARE(run({text("export"), m_case, text("--force"), text("--out"),
                      m_folder->filePath(text("link.csv"))})
                     .code,
                 2);
#endif
        QCOMPARE(run({text("allow"), m_case, text("export"), text("--force"), text("--out"), m_log}).code, 2);
        QCOMPARE(bytesOf(m_log), before);
        // Reading and deciding leave one whole file.
        QVERIFY(!QFile::exists(m_case + text("-wal")));
        QVERIFY(!QFile::exists(m_case + text("-shm")));
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
        QVERIFY(fields.err.contains("put together from the fields in the case: "
                                    + QDir::toNativeSeparators(log).toUtf8()));
        QCOMPARE(run({text("events"), m_case, text("ffff")}).code, 2);
    }

    void whatIsHiddenIsSaid()
    {
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        const auto all = run({text("alerts"), m_case});
        QVERIFY2(all.err.isEmpty(), all.err.constData());
        const QString id = all.lines()[0][text("alert_id")].toString();
        const auto decided = run({text("verdict"), m_case, id.left(8), text("malicious")});
        for (const char *part : {"malicious: alert ", "opened a network connection", ".exe -> ", "  WKS-042"})
            QVERIFY2(decided.err.contains(part), decided.err.constData());
        QVERIFY(decided.err.contains(id.toLatin1()));
        const auto open = run({text("alerts"), m_case});
        QCOMPARE(open.lines().size(), 10);
        QVERIFY2(open.err.contains("10 open alerts shown; not shown: 1 with a verdict, 0 allowed (--all"),
                 open.err.constData());
        const auto whole = run({text("alerts"), m_case, text("--all")});
        QCOMPARE(whole.lines().size(), 11);
        QVERIFY(whole.err.isEmpty());
        QVERIFY(run({text("alerts"), m_case, text("--status"), text("open")}).err.isEmpty());
        QVERIFY(run({text("alerts"), m_case, text("--quiet")}).err.isEmpty());
    }

    void reportsHaveTheFormatOfTheirName_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("begin"); // empty: refused
        QTest::newRow("csv") << QStringList{text("r.csv")} << QByteArray("schema,");
        QTest::newRow("upper case") << QStringList{text("r.CSV")} << QByteArray("schema,");
        QTest::newRow("jsonl") << QStringList{text("r.jsonl")} << QByteArray("{\"alert_id\"");
        QTest::newRow("unknown") << QStringList{text("r.xlsx")} << QByteArray();
        QTest::newRow("text is no ending") << QStringList{text("r.text")} << QByteArray();
        QTest::newRow("none") << QStringList{text("r")} << QByteArray();
        QTest::newRow("told") << QStringList{text("r.xlsx"), text("--format"), text("csv")}
                              << QByteArray("schema,");
    }
    void reportsHaveTheFormatOfTheirName()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, begin);
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        arguments[0] = m_folder->filePath(arguments[0]);
        for (const char *verb : {"export", "alerts"}) {
            QFile::remove(arguments[0]);
            const auto ran = run(QStringList{QString::fromLatin1(verb), m_case, text("--out")} + arguments);
            QCOMPARE(ran.code, begin.isEmpty() ? 2 : 0);
            QCOMPARE(QFile::exists(arguments[0]), !begin.isEmpty());
            QVERIFY(bytesOf(arguments[0]).startsWith(begin));
            QVERIFY(!begin.isEmpty() || ran.err.contains("name it .csv or .jsonl, or give --format"));
        }
    }

    void anOlderReportStaysUnlessForced()
    {
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        QFile old(m_folder->filePath(text("old.csv")));
        QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
        old.close();
        const QStringList verbs[] = {{text("export"), m_case, text("--out"), old.fileName()},
                                     {text("alerts"), m_case, text("--out"), old.fileName()},
                                     {text("allow"), m_case, text("export"), text("--out"), old.fileName()}};
        for (const QStringList &verb : verbs) {
            const auto refused = run(verb);
            QCOMPARE(refused.code, 2);
            QVERIFY(refused.err.contains("old.csv: there is such a file already; --force"));
            QCOMPARE(bytesOf(old.fileName()), QByteArray("old"));
        }
        QCOMPARE(run(verbs[0] + QStringList{text("--force")}).code, 0);
        QVERIFY(bytesOf(old.fileName()).startsWith("schema,"));
    }
};

QTEST_GUILESS_MAIN(TestCliAlerts)
#include "tst_clialerts.moc"
