#include "tests/app/cli/clifixture.h"

#ifndef _WIN32
#include <csignal>
#endif

using namespace lolscope;
using namespace lolscope::test;

/// `watch`.
class TestCliWatch : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

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

#ifndef _WIN32 // they send signals
    void watchSaysWhatItWaitsFor()
    {
        const QString later = m_folder->filePath(text("later.evtx"));
        QProcess process;
        process.start(QStringLiteral(LOLSCOPE_CLI), {text("watch"), m_case, later});
        QByteArray err;
        const auto readUntil = [&](const char *words) {
            process.setReadChannel(QProcess::StandardError);
            while (!err.contains(words) && process.waitForReadyRead(30'000))
                err += process.readAllStandardError();
            return err.contains(words);
        };
        QVERIFY2(readUntil("later.evtx: waiting for it: there is no such file"), err.constData());
        QVERIFY(QFile::copy(m_log, later));
        QVERIFY2(readUntil("reads again"), err.constData());
        kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(30'000));
        err += process.readAllStandardError();
        QCOMPARE(process.exitCode(), 0);
        QVERIFY2(!err.contains("lag "), err.constData()); // the events are old
        const auto nowhere = run({text("watch"), m_case, m_folder->filePath(text("no/folder/a.evtx"))});
        QCOMPARE(nowhere.code, 3);
        QVERIFY2(nowhere.err.contains("there is no such file"), nowhere.err.constData());
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
#endif
};

QTEST_GUILESS_MAIN(TestCliWatch)
#include "tst_cliwatch.moc"
