#include "app/views/alertpanel.h"
#include "app/views/banner.h"
#include "app/views/mainwindow.h"
#include "app/views/treepanel.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace lolscope;

namespace {

QString samplePath()
{
    return QStringLiteral(LOLSCOPE_SOURCE_DIR "/resources/sample/sample.evtx");
}

} // namespace

/// The way of an analyst through the window, with mouse and keys, on the bundled sample.
class TestMainWindow : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<MainWindow> m_window;

    AlertPanel *alerts() const { return m_window->findChild<AlertPanel *>(); }
    QTreeView *tree() const { return m_window->findChild<QTreeView *>(QStringLiteral("processTree")); }
    int count(AlertGroup group) const { return alerts()->model().count(group); }
    /// The dialog that is open now.
    template<typename Widget>
    Widget *inDialog(const char *dialog, const char *name) const
    {
        const auto *parent = m_window->findChild<QDialog *>(QString::fromLatin1(dialog));
        return parent ? parent->findChild<Widget *>(QString::fromLatin1(name)) : nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_dir.path());
        QCoreApplication::setOrganizationName(QStringLiteral("Lolscope"));
        QCoreApplication::setApplicationName(QStringLiteral("Lolscope test"));
        m_theme = std::make_unique<Theme>();
    }

    void init()
    {
        m_window = std::make_unique<MainWindow>(*m_theme);
        m_window->setCaseForEvidence(
            m_dir.filePath(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral(".lolscope")));
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->openEvidence({samplePath()});
        QTRY_VERIFY_WITH_TIMEOUT(count(AlertGroup::Open) > 0, 30'000);
        QTRY_VERIFY(tree()->model()->rowCount() > 0);
    }

    void cleanup() { m_window.reset(); }

    void firstAlertIsShownWithItsTree()
    {
        QVERIFY(alerts()->current());
        const QModelIndex origin = tree()->currentIndex();
        QVERIFY(origin.data(ProcessTreeModel::OriginRole).toBool());
        // up to the parent, and Home back to the alert's process
        QTest::keyClick(tree(), Qt::Key_P);
        QVERIFY(tree()->currentIndex() != origin);
        QTest::keyClick(tree(), Qt::Key_Home);
        QCOMPARE(tree()->currentIndex().siblingAtColumn(0), origin.siblingAtColumn(0));
        auto *events = m_window->findChild<QTableView *>(QStringLiteral("eventTable"));
        QTRY_VERIFY(events->model()->rowCount() > 0);
    }

    void bracketsStepThroughTheAlerts()
    {
        QVERIFY(count(AlertGroup::Open) > 1);
        const std::string first = alerts()->current()->id;
        QTest::keyClick(m_window.get(), Qt::Key_BracketRight);
        QVERIFY(alerts()->current()->id != first);
        QTest::keyClick(m_window.get(), Qt::Key_BracketLeft);
        QCOMPARE(alerts()->current()->id, first);
    }

    void verdictKeysCanBeUndone()
    {
        const int open = count(AlertGroup::Open);
        QTest::keyClick(m_window.get(), Qt::Key_S);
        QTRY_COMPARE(count(AlertGroup::Suspicious), 1);
        QCOMPARE(count(AlertGroup::Open), open - 1);
        QTest::keyClick(m_window.get(), Qt::Key_M);
        QTRY_COMPARE(count(AlertGroup::Malicious), 1);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(count(AlertGroup::Malicious), 0);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(count(AlertGroup::Open), open);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(count(AlertGroup::Suspicious), 1);
    }

    void benignDialogShowsWhatItHidesBeforeSaving()
    {
        const int open = count(AlertGroup::Open);
        QTest::mouseClick(m_window->findChild<QPushButton *>(QStringLiteral("benignButton")), Qt::LeftButton);
        QTRY_VERIFY(inDialog<QLabel>("allowlistDialog", "allowEffect"));
        auto *effect = inDialog<QLabel>("allowlistDialog", "allowEffect");
        QTRY_VERIFY2(effect->text().startsWith(QStringLiteral("Hides ")), qPrintable(effect->text()));
        QVERIFY(!effect->text().startsWith(QStringLiteral("Hides 0")));
        auto *save = inDialog<QPushButton>("allowlistDialog", "saveAllow");
        QVERIFY(!save->isEnabled()); // no reason yet
        QTest::keyClicks(inDialog<QComboBox>("allowlistDialog", "reason")->lineEdit(),
                         QStringLiteral("Known update"));
        QTRY_VERIFY(save->isEnabled());
        QTest::mouseClick(save, Qt::LeftButton);
        QTRY_VERIFY(count(AlertGroup::Allowed) > 0);
        QCOMPARE(count(AlertGroup::Allowed) + count(AlertGroup::Open), open);

        m_window->activateWindow(); // there is no window manager to give the focus back
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(count(AlertGroup::Open), open);
        QCOMPARE(count(AlertGroup::Allowed), 0);
    }

    void oneAlertAloneCanBeBenign()
    {
        QTest::keyClick(m_window.get(), Qt::Key_B);
        QTRY_VERIFY(inDialog<QRadioButton>("allowlistDialog", "onlyThisAlert"));
        inDialog<QRadioButton>("allowlistDialog", "onlyThisAlert")->click();
        QTest::keyClicks(inDialog<QComboBox>("allowlistDialog", "reason")->lineEdit(),
                         QStringLiteral("Seen before"));
        auto *save = inDialog<QPushButton>("allowlistDialog", "saveAllow");
        QTRY_VERIFY(save->isEnabled());
        QTest::mouseClick(save, Qt::LeftButton);
        QTRY_COMPARE(count(AlertGroup::Benign), 1);
        QCOMPARE(count(AlertGroup::Allowed), 0);
    }

    void exportWritesTheAlerts()
    {
        const QString name = m_dir.filePath(QStringLiteral("alerts.csv"));
        QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier);
        QTRY_VERIFY(inDialog<QLineEdit>("exportDialog", "exportFile"));
        inDialog<QLineEdit>("exportDialog", "exportFile")->setText(name);
        QTest::mouseClick(inDialog<QPushButton>("exportDialog", "exportSave"), Qt::LeftButton);
        QTRY_VERIFY(m_window->statusBar()->currentMessage().contains(QStringLiteral("alerts.csv")));
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().split('\n');
        QVERIFY(lines.size() > count(AlertGroup::Open)); // the header, and a line for each at least
        QVERIFY(lines.front().contains("alert_id"));
    }

    void copyTakesTheRowRawOrDefanged()
    {
        auto *list = alerts()->view();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_C, Qt::ControlModifier);
        const QString raw = QApplication::clipboard()->text();
        QVERIFY(!raw.isEmpty());
        QTest::keyClick(list, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("[.]")));
        QVERIFY(!raw.contains(QStringLiteral("[.]")));
    }

    void evidenceDialogNamesEachFile()
    {
        QTest::mouseClick(m_window->findChild<QToolButton *>(QStringLiteral("errorsButton")), Qt::LeftButton);
        QTRY_VERIFY(m_window->findChild<QDialog *>(QStringLiteral("evidenceDialog")));
        auto *list =
            m_window->findChild<QDialog *>(QStringLiteral("evidenceDialog"))->findChild<QTreeView *>();
        QTRY_COMPARE(list->model()->rowCount(), 1);
    }

    void sameEvidenceTwiceAddsNothing()
    {
        const int open = count(AlertGroup::Open);
        m_window->openEvidence({samplePath()});
        auto *banner = m_window->findChild<Banner *>();
        QTRY_VERIFY_WITH_TIMEOUT(!banner->isVisible(), 30'000);
        QTRY_VERIFY(m_window->statusBar()->currentMessage().contains(QStringLiteral("record")));
        QCOMPARE(count(AlertGroup::Open), open);
    }

    void fileThatIsNoCaseIsTold()
    {
        const QString name = m_dir.filePath(QStringLiteral("no.lolscope"));
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("not a case at all, only text");
        file.close();
        m_window->openPaths({name});
        auto *banner = m_window->findChild<Banner *>();
        QTRY_VERIFY(banner->isVisible() && !banner->text().isEmpty());
        QCOMPARE(count(AlertGroup::Open), 0);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
