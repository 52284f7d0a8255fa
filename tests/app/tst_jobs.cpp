#include "app/jobs/alertview.h"
#include "app/jobs/casereader.h"
#include "app/jobs/casewriter.h"
#include "app/jobs/indexjob.h"
#include "app/pipeline/triage.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <atomic>
#include <thread>

using namespace lolscope;

namespace {

std::filesystem::path samplePath()
{
    return std::filesystem::path(LOLSCOPE_SOURCE_DIR) / "resources/sample/sample.evtx";
}

} // namespace

class TestJobs : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    std::filesystem::path m_case;

private Q_SLOTS:
    void initTestCase()
    {
        m_case = m_dir.filePath(QStringLiteral("sub/sample.lolscope")).toStdString();
        IndexJob job(m_case, {samplePath()});
        QSignalSpy finished(&job, &IndexJob::finished);
        const QSignalSpy failed(&job, &IndexJob::failed);
        job.start();
        QVERIFY(finished.wait(30'000));
        QCOMPARE(failed.size(), 0);
        const auto summary = finished[0][0].value<IndexSummary>();
        QVERIFY(summary.alerts > 0);
        QVERIFY(!summary.cancelled);
    }

    void cancelledJobStillEndsOnce()
    {
        IndexJob job(m_dir.filePath(QStringLiteral("cancelled.lolscope")).toStdString(), {samplePath()});
        QSignalSpy finished(&job, &IndexJob::finished);
        job.start();
        job.cancel();
        QVERIFY(finished.wait(30'000));
        QCOMPARE(finished.size(), 1);
    }

    void destroyedJobIsQuiet()
    {
        auto job = std::make_unique<IndexJob>(m_dir.filePath(QStringLiteral("gone.lolscope")).toStdString(),
                                              std::vector{samplePath()});
        job->start();
        job.reset(); // must neither hang nor touch what is gone
    }

    void readerAnswersInItsOwnersThread()
    {
        CaseReader reader(m_case);
        std::optional<CaseOverview> overview;
        Qt::HANDLE thread = nullptr;
        reader.ask(CaseReader::Topic::Overview, this, readOverview, [&](Result<CaseOverview> answer) {
            thread = QThread::currentThreadId();
            if (answer)
                overview = std::move(*answer);
        });
        QTRY_VERIFY(overview);
        QCOMPARE(thread, QThread::currentThreadId());
        QVERIFY(!overview->alerts.empty());
        QVERIFY(!overview->unfinished);

        std::optional<AlertView> view;
        reader.ask(
            CaseReader::Topic::Alert, this,
            [id = overview->alerts.front().id](const CaseFile &file) { return readAlertView(file, id); },
            [&](Result<AlertView> answer) {
                QVERIFY2(answer, answer ? "" : describe(answer.error()).c_str());
                view = std::move(*answer);
            });
        QTRY_VERIFY(view);
        QVERIFY(view->firstHit);
        QVERIFY(!view->firstHit->matched.empty());
        QVERIFY(view->event);
        QVERIFY(view->connection || view->query);
    }

    void newerQuestionReplacesTheOlder()
    {
        CaseReader reader(m_case);
        std::vector<int> answers;
        for (int i = 0; i < 50; ++i)
            reader.ask(
                CaseReader::Topic::Event, this, [i](const CaseFile &) -> Result<int> { return i; },
                [&](const Result<int> &answer) { answers.push_back(*answer); });
        QTRY_VERIFY(!answers.empty());
        QCOMPARE(answers, std::vector{49});
    }

    void answerForAGoneContextIsDropped()
    {
        CaseReader reader(m_case);
        bool answered = false;
        auto context = std::make_unique<QObject>();
        reader.askAlways(
            context.get(), [](const CaseFile &) -> Result<int> { return 1; },
            [&](const Result<int> &) { answered = true; });
        context.reset();
        bool later = false;
        reader.askAlways(
            this, [](const CaseFile &) -> Result<int> { return 2; },
            [&](const Result<int> &) { later = true; });
        QTRY_VERIFY(later);
        QCoreApplication::processEvents();
        QVERIFY(!answered);
    }

    void missingCaseIsAnErrorNotAnEmptyList()
    {
        CaseReader reader(m_dir.filePath(QStringLiteral("nothing.lolscope")).toStdString());
        std::optional<ErrorCode> code;
        reader.ask(CaseReader::Topic::Overview, this, readOverview, [&](const Result<CaseOverview> &answer) {
            code = answer ? ErrorCode::Internal : answer.error().code;
        });
        QTRY_VERIFY(code);
        QCOMPARE(*code, ErrorCode::Io);
    }

    void writerKeepsTheOrder()
    {
        std::vector<int> done;
        {
            CaseWriter writer(m_case);
            for (int i = 0; i < 5; ++i)
                writer.run(
                    this, [i](CaseFile &) -> Result<int> { return i; },
                    [&](const Result<int> &value) { done.push_back(*value); });
            QTRY_COMPARE(done.size(), std::size_t{5});
        }
        QCOMPARE(done, (std::vector{0, 1, 2, 3, 4}));
    }

    void writerTellsWhenEverythingIsWritten()
    {
        CaseWriter writer(m_case);
        const QSignalSpy idle(&writer, &CaseWriter::idle);
        QVERIFY(!writer.isBusy());
        int done = 0;
        for (int i = 0; i < 3; ++i)
            writer.run(
                this, [](CaseFile &) -> Result<int> { return 1; }, [&](const Result<int> &) { ++done; });
        QVERIFY(writer.isBusy());
        QTRY_COMPARE(idle.size(), 1);
        QCOMPARE(done, 3);
        QVERIFY(!writer.isBusy());
    }

    void closingDoesNotWaitForAQueryJustBegun()
    {
        std::atomic<bool> finished = false;
        for (int i = 0; i < 20; ++i) { // the moment of opening the file is met by chance
            CaseReader reader(m_case);
            reader.ask(
                CaseReader::Topic::Event, this,
                [&](const CaseFile &file) -> Result<int> {
                    try { // preparing may be interrupted too
                        SQLite::Statement endless(
                            file.database(),
                            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                            "WHERE i < 1000000000) SELECT max(i) FROM n");
                        endless.executeStep();
                        finished = true;
                    } catch (const SQLite::Exception &) {
                        return fail(ErrorCode::Cancelled, "interrupted");
                    }
                    return 1;
                },
                [](const Result<int> &) {});
            std::this_thread::sleep_for(std::chrono::microseconds(i * 100));
        }
        QVERIFY(!finished);
    }

    void xmlOfAnEventIsThatOfItsRecord()
    {
        CaseReader reader(m_case);
        std::optional<CitedXml> xml;
        reader.ask(
            CaseReader::Topic::EventXml, this,
            [](const CaseFile &file) { return readEventXml(file, EventId{1}); },
            [&](Result<CitedXml> answer) {
                if (answer)
                    xml.emplace(std::move(*answer));
            });
        QTRY_VERIFY(xml);
        QVERIFY(!xml->flattened);
        QVERIFY(xml->xml.find("<Correlation") != std::string::npos); // no field of the event
    }

    void copyDoesNotReplaceACaseInUse()
    {
        const std::filesystem::path other = m_dir.filePath(QStringLiteral("other.lolscope")).toStdString();
        std::filesystem::copy_file(m_case, other);
        auto inUse = CaseFile::open(other, CaseFile::Mode::ReadWrite);
        QVERIFY(inUse);
        inUse->database().exec("PRAGMA user_version = 1"); // any write makes a write-ahead log
        const auto source = CaseFile::open(m_case, CaseFile::Mode::ReadWrite);
        QVERIFY(source);
        const auto copied = copyCase(*source, other);
        QVERIFY(!copied);
        QCOMPARE(copied.error().code, ErrorCode::Io);
    }

    void copyIsAWholeCase()
    {
        const std::filesystem::path copy = m_dir.filePath(QStringLiteral("copy.lolscope")).toStdString();
        CaseWriter writer(m_case);
        std::optional<Result<void>> copied;
        writer.run(
            this, [copy](CaseFile &file) { return copyCase(file, copy); },
            [&](const Result<void> &result) { copied = result; });
        QTRY_VERIFY(copied);
        QVERIFY2(*copied, *copied ? "" : describe(copied->error()).c_str());
        CaseReader reader(copy);
        std::optional<std::size_t> count;
        reader.ask(CaseReader::Topic::Overview, this, readOverview,
                   [&](const Result<CaseOverview> &answer) { count = answer ? answer->alerts.size() : 0; });
        QTRY_VERIFY(count);
        QVERIFY(*count > 0);
    }
};

QTEST_GUILESS_MAIN(TestJobs)
#include "tst_jobs.moc"
