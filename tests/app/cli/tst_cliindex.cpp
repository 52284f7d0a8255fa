#include "model/store/eventwriter.h"
#include "tests/app/cli/clifixture.h"
#include "tests/support/ownrules.h"

#include <QDir>

#ifndef _WIN32
#include <csignal>
#include <sys/stat.h>
#endif

using namespace lolscope;
using namespace lolscope::test;

/// `index`.
class TestCliIndex : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

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
#ifdef _WIN32
        process.kill();
        QVERIFY(process.waitForFinished());
#else
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished());
        QVERIFY2(process.exitCode() == 130 || process.exitCode() == 0,
                 qPrintable(QString::number(process.exitCode())));
#endif
        QCOMPARE(run(QStringList{text("index"), m_case} + logs).code, 0);
        QCOMPARE(run({text("alerts"), m_case}).lines().size(), 11 * 40);
    }

#ifndef _WIN32 // it makes a FIFO
    /// Which files are read is for the user to say, also where the case names some.
    void whatOnlyTheCaseNamesIsReadOnRequest()
    {
        const QString other = m_folder->filePath(text("other.evtx"));
        QVERIFY(QFile::copy(m_log, other));
        const QString fifo = m_folder->filePath(text("fifo.evtx"));
        QCOMPARE(mkfifo(fifo.toLocal8Bit().constData(), 0600), 0);
        {
            auto file = CaseFile::open(m_case.toStdString(), CaseFile::Mode::Create);
            QVERIFY(file
                    && EventWriter(*file).plan(
                        {other.toStdString(), fifo.toStdString(), m_folder->path().toStdString()}));
        }
        const auto asked = run({text("index"), m_case});
        QCOMPARE(asked.code, 1);
        QVERIFY2(asked.err.contains("3 files not read, as an earlier run was interrupted; add --resume"),
                 asked.err.constData());
        QVERIFY(asked.err.contains("  " + other.toUtf8()));
        QVERIFY2(asked.out.startsWith("0 records read"), asked.out.constData());
        QVERIFY(run({text("alerts"), m_case}).err.contains("--resume` completes it"));
        const auto resumed = run({text("index"), m_case, text("--resume"), text("--json")});
        QCOMPARE(resumed.code, 1);
        QVERIFY(resumed.err.startsWith("3 files to be read, as the case names them:\n  " + other.toUtf8()));
        QVERIFY2(resumed.err.contains("fifo.evtx: not a regular file"), resumed.err.constData());
        QVERIFY2(resumed.err.contains(m_folder->path().toUtf8() + ": a folder"), resumed.err.constData());
        QCOMPARE(resumed.lines()[0][text("alerts")].toInt(), 11);
        QCOMPARE(resumed.lines()[0][text("records")].toInt(), int(sampleScenario().size()));
    }
#endif

    void totalsAddUp()
    {
        QCOMPARE(run({text("index"), m_case, m_log}).code, 0);
        const QString copy = m_folder->filePath(text("more.evtx"));
        EvtxWriter writer(copy.toStdString());
        auto records = sampleScenario();
        records.push_back(records.back());
        records.back().recordId = 999'999;
        for (const auto &record : records)
            writer.add(record);
        QVERIFY(writer.finish());
        const auto ran = run({text("index"), m_case, copy});
        const auto all = QByteArray::number(records.size()), known = QByteArray::number(records.size() - 1);
        QVERIFY2(ran.out.contains('\n' + all + " records read in "), ran.out.constData());
        QVERIFY2(
            ran.out.contains(" s, " + known + " of them known already; in the case: " + all + " events, "),
            ran.out.constData());
    }
};

QTEST_GUILESS_MAIN(TestCliIndex)
#include "tst_cliindex.moc"
