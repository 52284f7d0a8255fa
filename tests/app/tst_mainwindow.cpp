#include "app/views/treepanel.h"
#include "tests/app/windowfixture.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QStatusBar>
#include <QTableView>
#include <QToolButton>

using namespace lolscope;

/// The way of an analyst through the window, with mouse and keys, on the bundled sample.
class TestMainWindow : public WindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init()
    {
        openWindow();
        openSample();
    }
    void cleanup() { m_window.reset(); }

    void noKeyIsGivenTwice()
    {
        QMap<QKeySequence, QString> actions;
        for (const QAction *action : m_window->findChildren<QAction *>()) {
            if (action->shortcutContext() == Qt::WidgetShortcut
                || action->shortcutContext() == Qt::WidgetWithChildrenShortcut)
                continue; // of one view alone
            for (const QKeySequence &key : action->shortcuts()) {
                QVERIFY2(!actions.contains(key),
                         qPrintable(key.toString() + QStringLiteral(": ") + actions[key]
                                    + QStringLiteral(" and ") + action->objectName()));
                actions[key] = action->objectName();
            }
        }
        QVERIFY(actions.size() > 10);
    }

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

    void detailsFollowTheTree()
    {
        auto *facts = named<QWidget>("nodeFacts");
        QVERIFY(!facts->isVisible());
        QTest::keyClick(tree(), Qt::Key_P);
        QVERIFY(facts->isVisible());
        const auto shows = [&](const QString &text) {
            for (const QLabel *label : facts->findChildren<QLabel *>())
                if (label->text().contains(text))
                    return true;
            return false;
        };
        QVERIFY(shows(tree()->currentIndex().siblingAtColumn(ProcessTreeModel::PidColumn).data().toString()));
        QTest::keyClick(tree(), Qt::Key_Home);
        QVERIFY(!facts->isVisible()); // those of the alert again
        QTest::keyClick(tree(), Qt::Key_P);
        QTest::keyClick(m_window.get(), Qt::Key_BracketRight);
        QTRY_VERIFY(!facts->isVisible());
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

        activate();
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
        QTRY_VERIFY_WITH_TIMEOUT(!banner()->isVisible(), 30'000);
        QTRY_VERIFY(m_window->statusBar()->currentMessage().contains(QStringLiteral("record")));
        QCOMPARE(count(AlertGroup::Open), open);
    }

    void itemOfAnAllowedAlertCanBeRemoved()
    {
        const int open = count(AlertGroup::Open);
        allowFirst();
        alerts()->showGroup(AlertGroup::Allowed);
        QVERIFY(alerts()->current());
        QTRY_VERIFY(named<QAction>("removeItem")->isEnabled());
        named<QAction>("removeItem")->trigger();
        QTRY_COMPARE(count(AlertGroup::Open), open);
        QCOMPARE(count(AlertGroup::Allowed), 0);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(count(AlertGroup::Allowed) > 0);
    }

    void managerRemovesItems()
    {
        const int open = count(AlertGroup::Open);
        allowFirst();
        named<QAction>("manageAllowlist")->trigger();
        QTRY_VERIFY(named<QDialog>("allowlistManager"));
        auto *list = named<QDialog>("allowlistManager")->findChild<QTreeView *>();
        QTRY_COMPARE(list->model()->rowCount(), 1);
        list->setCurrentIndex(list->model()->index(0, 0));
        inDialog<QPushButton>("allowlistManager", "removeItemButton")->click();
        QTRY_COMPARE(count(AlertGroup::Open), open);
        QTRY_COMPARE(list->model()->rowCount(), 0);
    }

    void exportKnowsByteOrderMarksAndJsonLines()
    {
        const auto exported = [this](const QString &name, auto &&choose) -> QByteArray {
            activate();
            named<QAction>("export")->trigger();
            choose();
            inDialog<QLineEdit>("exportDialog", "exportFile")->setText(name);
            inDialog<QPushButton>("exportDialog", "exportSave")->click();
            const auto written = [&] { return m_window->statusBar()->currentMessage().contains(name); };
            if (!QTest::qWaitFor(written))
                return {};
            QFile file(name);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray csv = exported(m_dir.filePath(QStringLiteral("bom.csv")), [this] {
            inDialog<QCheckBox>("exportDialog", "exportBom")->click();
        });
        QVERIFY(csv.startsWith("\xEF\xBB\xBF"));
        QTRY_VERIFY(!named<QDialog>("exportDialog"));
        const QByteArray json = exported(m_dir.filePath(QStringLiteral("alerts.jsonl")), [this] {
            inDialog<QRadioButton>("exportDialog", "exportJsonLines")->click();
        });
        QCOMPARE(json.count('\n'), count(AlertGroup::Open));
        QVERIFY(QJsonDocument::fromJson(json.left(json.indexOf('\n'))).isObject());
    }

    void eventIsShownWholeAndAsXml()
    {
        auto *events = named<QTableView>("eventTable");
        QTRY_VERIFY(events->model()->rowCount() > 3);
        events->setFocus();
        events->selectRow(2);
        auto *xml = named<QPlainTextEdit>("eventXml");
        for (auto *chip : m_window->findChildren<QToolButton *>())
            if (chip->text() == QStringLiteral("Raw XML"))
                chip->click();
        QTRY_VERIFY(xml->toPlainText().contains(QStringLiteral("<Correlation"))); // of the record alone
        QVERIFY(xml->isVisible());
        QVERIFY(named<QLabel>("eventXmlRemark")->isHidden());
        const QString before = xml->toPlainText();
        QTest::keyClick(events, Qt::Key_Up);
        QTRY_VERIFY(xml->toPlainText() != before);
        QVERIFY(xml->isVisible()); // going on to the next event stays with the XML
    }

    void arrowKeysAreEnough()
    {
        alerts()->view()->setFocus();
        const std::string first = alerts()->current()->id;
        QTest::keyClick(alerts()->view(), Qt::Key_Down);
        QVERIFY(alerts()->current()->id != first);
        QTest::keyClick(alerts()->view(), Qt::Key_Up);
        QCOMPARE(alerts()->current()->id, first);
        QTest::keyClick(alerts()->view(), Qt::Key_Return);
        QTRY_VERIFY(tree()->hasFocus());
        const QModelIndex at = tree()->currentIndex();
        QTest::keyClick(tree(), Qt::Key_Up);
        QVERIFY(tree()->currentIndex() != at);
        QTest::keyClick(tree(), Qt::Key_Left); // folds the process
        QVERIFY(!tree()->isExpanded(tree()->currentIndex().siblingAtColumn(0)));
        QTest::keyClick(tree(), Qt::Key_Right);
        QVERIFY(tree()->isExpanded(tree()->currentIndex().siblingAtColumn(0)));
    }

    void themeChangesAtOnceAndStays()
    {
        m_theme->setChoice(Theme::Choice::Light);
        QVERIFY(m_window->palette().color(QPalette::Window).lightness() > 128);
        m_theme->setChoice(Theme::Choice::Dark);
        QVERIFY(m_window->palette().color(QPalette::Window).lightness() < 128);
        QCOMPARE(Theme().choice(), Theme::Choice::Dark);
    }

private:
    void allowFirst()
    {
        QTest::keyClick(m_window.get(), Qt::Key_B);
        QTRY_VERIFY(inDialog<QComboBox>("allowlistDialog", "reason"));
        QTest::keyClicks(inDialog<QComboBox>("allowlistDialog", "reason")->lineEdit(),
                         QStringLiteral("Update"));
        auto *save = inDialog<QPushButton>("allowlistDialog", "saveAllow");
        QTRY_VERIFY(save->isEnabled());
        save->click();
        QTRY_VERIFY(count(AlertGroup::Allowed) > 0);
        activate();
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
