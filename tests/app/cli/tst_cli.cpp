#include "model/store/casefile.h"
#include "tests/app/cli/clifixture.h"

#include <SQLiteCpp/SQLiteCpp.h>

using namespace lolscope;
using namespace lolscope::test;

/// The program as a script sees it: exit codes, and what becomes of its output.
class TestCli : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

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

#ifndef _WIN32 // no file can have such a name there
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
#endif

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

    /// That a case refers to what it does not have is no wrong use.
    void aForgedCaseIsBlamedByName_data()
    {
        QTest::addColumn<QString>("forging");
        QTest::addColumn<QStringList>("arguments");
        const QStringList tree = {text("tree"), text("CASE"), text("ALERT")};
        QTest::newRow("rule") << text(
            "UPDATE alert SET rule_id = 'x'; INSERT INTO rule SELECT 'x', title, level, "
            "status, author, description, source, tags, \"references\", false_positives, "
            "text, digest, is_correlation FROM rule LIMIT 1; UPDATE rule SET tags = 'no JSON'")
                              << QStringList{text("alerts"), text("CASE")};
        QTest::newRow("process of an alert") << text("UPDATE alert SET process_id = 99999") << tree;
        QTest::newRow("process, listed")
            << text("UPDATE alert SET process_id = 99999") << QStringList{text("alerts"), text("CASE")};
        QTest::newRow("connection of a detection") << text("UPDATE detection SET connection_id = 99999")
                                                   << QStringList{text("alerts"), text("CASE")};
        QTest::newRow("process of a connection") << text("UPDATE connection SET process_id = 99999")
                                                 << QStringList{text("connections"), text("CASE")};
        QTest::newRow("parent") << text("UPDATE process SET parent_id = 99999") << tree;
    }
    void aForgedCaseIsBlamedByName()
    {
        QFETCH(QString, forging);
        QFETCH(QStringList, arguments);
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        const auto id = run({text("alerts"), m_case}).lines()[0][text("alert_id")].toString();
        {
            auto file = CaseFile::open(m_case.toStdString(), CaseFile::Mode::ReadWrite);
            QVERIFY(file);
            file->database().exec(forging.toStdString());
        }
        arguments.replaceInStrings(text("CASE"), m_case).replaceInStrings(text("ALERT"), id);
        const auto ran = run(arguments);
        QCOMPARE(ran.code, 3);
        QVERIFY2(ran.err.contains("lolscope-cli: " + m_case.toUtf8() + ": "), ran.err.constData());
        QCOMPARE(run({text("tree"), m_case, text("ffff")}).code, 2); // which it is to ask for
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
