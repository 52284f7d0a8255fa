#include "app/pipeline/triage.h"
#include "app/views/detailspanel.h"
#include "tests/app/windowfixture.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QToolButton>

using namespace lolscope;

/// What the window does with files: opened, dropped, damaged, foreign, half read, copied.
class TestWindowFiles : public WindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void droppedEvidenceIsRead()
    {
        drop({QUrl::fromLocalFile(samplePath())});
        QTRY_VERIFY_WITH_TIMEOUT(count(AlertGroup::Open) > 0, 30'000);
    }

    void droppedCaseIsOpened()
    {
        openSample();
        const int open = count(AlertGroup::Open);
        m_window = std::make_unique<MainWindow>(*m_theme);
        m_window->show();
        drop({QUrl::fromLocalFile(casePath())});
        QTRY_COMPARE(count(AlertGroup::Open), open);
    }

    void whatIsNoFileIsNotTaken()
    {
        QVERIFY(!accepts({QUrl(QStringLiteral("http://evil.example/a.evtx"))}));
        QVERIFY(accepts({QUrl::fromLocalFile(samplePath())}));
    }

    void chosenFilesAreRead()
    {
        named<QAction>("openEvidence")->trigger();
        auto *dialog = m_window->findChild<QFileDialog *>();
        QVERIFY(dialog);
        dialog->setDirectory(QFileInfo(samplePath()).path());
        dialog->selectFile(samplePath());
        static_cast<QDialog *>(dialog)->accept();
        QTRY_VERIFY_WITH_TIMEOUT(count(AlertGroup::Open) > 0, 30'000);
    }

    void fileThatIsNoCaseIsTold()
    {
        const QString name = m_dir.filePath(QStringLiteral("no.lolscope"));
        write(name, "not a case at all, only text");
        m_window->openPaths({name});
        QTRY_VERIFY(banner()->isVisible() && !banner()->text().isEmpty());
        QCOMPARE(count(AlertGroup::Open), 0);
    }

    void emptyFolderIsTold()
    {
        QTemporaryDir empty;
        m_window->openEvidence({empty.path()});
        QTRY_VERIFY(banner()->text().contains(QStringLiteral("No event logs")));
    }

    void damageIsCountedAndListed()
    {
        QFile sample(samplePath());
        QVERIFY(sample.open(QIODevice::ReadOnly));
        QByteArray bytes = sample.readAll();
        bytes.truncate(bytes.size() - 20'000);
        const QString name = m_dir.filePath(QStringLiteral("cut.evtx"));
        write(name, bytes);
        m_window->openEvidence({name});
        auto *errors = named<QToolButton>("errorsButton");
        QTRY_COMPARE_WITH_TIMEOUT(errors->text(), QStringLiteral("1 file(s) not read whole"), 30'000);
        QVERIFY(banner()->isVisible());
        errors->click();
        QTRY_VERIFY(named<QDialog>("evidenceDialog"));
        auto *list = named<QDialog>("evidenceDialog")->findChild<QTreeView *>();
        QTRY_COMPARE(list->model()->rowCount(), 1);
        QVERIFY(list->model()->rowCount(list->model()->index(0, 0)) > 0);
    }

    void cancelledIndexingCanBeCompleted()
    {
        m_window->openEvidence({samplePath()});
        named<QPushButton>("bannerCancel")->click();
        QTRY_VERIFY(named<QAction>("openEvidence")->isEnabled());
        QTRY_VERIFY2(banner()->isVisible(), "a cancelled run says so");
        QTRY_VERIFY(named<QAction>("completeIndexing")->isEnabled());
        QTest::mouseClick(named<QPushButton>("bannerAction"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(count(AlertGroup::Open) > 0, 30'000);
        QTRY_VERIFY(!banner()->isVisible());
        QVERIFY(!named<QAction>("completeIndexing")->isEnabled());
    }

    void closingWhileIndexingEndsTheJobFirst()
    {
        m_window->openEvidence({samplePath()});
        m_window->close();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), 30'000);
    }

    void closingWaitsForWhatIsBeingWritten()
    {
        openSample();
        const QString name = m_dir.filePath(QStringLiteral("whole.csv"));
        named<QAction>("export")->trigger();
        inDialog<QLineEdit>("exportDialog", "exportFile")->setText(name);
        inDialog<QPushButton>("exportDialog", "exportSave")->click();
        QVERIFY(!m_window->close()); // at once: the export has not told yet
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(QFileInfo(name).size() > 0);
    }

    void failedExportIsShownInsteadOfClosing()
    {
        openSample();
        named<QAction>("export")->trigger();
        inDialog<QLineEdit>("exportDialog", "exportFile")
            ->setText(m_dir.filePath(QStringLiteral("none/a.csv")));
        inDialog<QPushButton>("exportDialog", "exportSave")->click();
        m_window->close();
        QTRY_VERIFY(banner()->isVisible());
        QVERIFY(m_window->isVisible());
        QTRY_VERIFY(m_window->close());
    }

    void caseCanBeSavedElsewhere()
    {
        openSample();
        const int open = count(AlertGroup::Open);
        const QString name = m_dir.filePath(QStringLiteral("elsewhere.lolscope"));
        named<QAction>("saveCaseAs")->trigger();
        auto *dialog = m_window->findChild<QFileDialog *>();
        QVERIFY(dialog);
        dialog->setDirectory(m_dir.path());
        dialog->selectFile(name);
        static_cast<QDialog *>(dialog)->accept();
        QTRY_VERIFY(m_window->windowTitle().startsWith(QStringLiteral("elsewhere.lolscope")));
        QTRY_COMPARE(count(AlertGroup::Open), open);
        QVERIFY(QFileInfo(name).size() > 0);
    }

    void decisionsOfOthersAreShown()
    {
        openSample();
        const std::string id = alerts()->current()->id;
        const int before = count(AlertGroup::Open);
        auto other =
            CaseFile::open(std::filesystem::path(casePath().toStdString()), CaseFile::Mode::ReadWrite);
        QVERIFY(other);
        QVERIFY(setVerdict(*other, id, Verdict::Malicious, {}, "somebody"));
        QTRY_COMPARE(count(AlertGroup::Open), before - 1);
    }

    void decisionOnAReadOnlyCaseIsRefusedAndShown()
    {
        openSample();
        const int open = count(AlertGroup::Open);
        m_window = std::make_unique<MainWindow>(*m_theme);
        m_window->show();
        QFile file(casePath());
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner));
        if (QFile probe(casePath()); probe.open(QIODevice::Append))
            QSKIP("root may write everywhere");
        m_window->openCase(casePath());
        QTRY_COMPARE(count(AlertGroup::Open), open);
        named<QAction>("suspicious")->trigger();
        QTRY_VERIFY(banner()->isVisible());
        QCOMPARE(count(AlertGroup::Open), open);
        QVERIFY(!named<QAction>("undo") || !named<QAction>("undo")->isEnabled());
    }

private:
    static void write(const QString &name, const QByteArray &bytes)
    {
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
};

QTEST_MAIN(TestWindowFiles)
#include "tst_windowfiles.moc"
