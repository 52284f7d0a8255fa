#include "app/jobs/watchjob.h"
#include "app/views/livestrip.h"
#include "tests/app/growinglog.h"
#include "tests/app/windowfixture.h"

#include <QElapsedTimer>
#include <QLabel>
#include <QListView>
#include <QScrollBar>
#include <QStatusBar>
#include <QTableView>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

using namespace lolscope;
using lolscope::test::GrowingLog;

/// Live watching through the window, with a log that grows.
class TestWatchWindow : public WindowFixture
{
    Q_OBJECT

    std::unique_ptr<GrowingLog> m_log;
    static constexpr int kPatience = 30'000; // ms; the machine may be busy

    LiveStrip *strip() const { return m_window->findChild<LiveStrip *>(); }
    QAction *action(const char *name) const { return named<QAction>(name); }
    int listed() const { return alerts()->view()->model()->rowCount(); }
    bool isWatching() const { return action("stopLive")->isEnabled(); }
    QRect place(int row) const
    {
        return alerts()->view()->visualRect(alerts()->view()->model()->index(row, 0));
    }
    void click(const char *name) { QTest::mouseClick(named<QToolButton>(name), Qt::LeftButton); }
    QToolButton *chip(const QString &text) const
    {
        for (auto *button : alerts()->findChildren<QToolButton *>())
            if (button->text() == text)
                return button;
        return nullptr;
    }
    bool saysInStrip(const QString &text) const
    {
        for (const QWidget *widget : strip()->findChildren<QWidget *>())
            if (widget->accessibleName().contains(text))
                return true;
        return false;
    }
    /// Watches a log with `count` alerts until they are listed.
    void watchAlerts(int count)
    {
        m_log->addAlerts(count);
        m_window->watchLive({watchSource(m_log->path())});
        QTRY_COMPARE_WITH_TIMEOUT(listed(), count, kPatience);
    }

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init()
    {
        m_log = std::make_unique<GrowingLog>(casePath() + QStringLiteral(".xml"));
        openWindow();
    }
    void cleanup() { m_window.reset(); }

    void alertsArriveAndLeaveThePlace()
    {
        watchAlerts(40);
        QVERIFY(strip()->isVisible());
        QListView *list = alerts()->view();
        list->setCurrentIndex(list->model()->index(20, 0));
        list->verticalScrollBar()->setValue(place(15).top() + list->verticalScrollBar()->value());
        const std::string selected = alerts()->current()->id;
        const int top = place(20).top();
        const int first = m_log->addAlerts(15);
        for (int hits = 0; hits < 3; ++hits) // these go to the head of the list
            for (int i = 0; i < 10; ++i)
                m_log->addHit(first + i);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), 55, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(alerts()->model().alerts().front().hits, std::uint64_t{4}, kPatience);
        QCOMPARE(alerts()->current()->id, selected);
        QVERIFY(list->currentIndex().row() >= 30);
        QCOMPARE(place(list->currentIndex().row()).top(), top);
        QCOMPARE(alerts()->newCount(), 55 - 2); // two were selected, and thereby seen
        QVERIFY(m_window->windowTitle().startsWith(QStringLiteral("(53) ")));
        click("newAlerts");
        QCOMPARE(alerts()->newCount(), 0);
        QVERIFY(!m_window->windowTitle().startsWith(QLatin1Char('(')));
        auto *events = named<QTableView>("eventTable");
        QTRY_COMPARE_WITH_TIMEOUT(events->model()->rowCount(), 40 + 15 + 30, kPatience);
    }

    void frozenListWaits()
    {
        watchAlerts(3);
        QTest::mouseClick(chip(QStringLiteral("Freeze")), Qt::LeftButton);
        const std::string selected = alerts()->current()->id;
        click("newAlerts");
        m_log->addAlerts(5);
        auto *news = named<QToolButton>("newAlerts");
        QTRY_COMPARE_WITH_TIMEOUT(news->text(), QStringLiteral("Show 5 new alert(s)"), kPatience);
        QCOMPARE(listed(), 3);
        // Decisions are shown all the same.
        QTest::keyClick(m_window.get(), Qt::Key_M);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), 2, kPatience);
        QCOMPARE(count(AlertGroup::Malicious), 1);
        QTest::mouseClick(news, Qt::LeftButton);
        QCOMPARE(listed(), 7);
        QVERIFY(!news->isVisible());
        QCOMPARE(alerts()->arrivals(), AlertPanel::Arrivals::Freeze);
        QTest::mouseClick(chip(QStringLiteral("Freeze")), Qt::LeftButton);
        QCOMPARE(alerts()->arrivals(), AlertPanel::Arrivals::Keep);
    }

    void followedUntilTheUserSelects()
    {
        watchAlerts(3);
        click("newAlerts");
        QTest::mouseClick(chip(QStringLiteral("Follow")), Qt::LeftButton);
        const int newest = m_log->addAlerts(1);
        QTRY_COMPARE_WITH_TIMEOUT(alerts()->current()->destIp, GrowingLog::destination(newest), kPatience);
        // A key pressed at that moment was meant for the alert before.
        QTest::keyClick(m_window.get(), Qt::Key_M);
        QVERIFY(m_window->statusBar()->currentMessage().contains(QStringLiteral("press again")));
        QTRY_VERIFY(!alerts()->justFollowed());
        QTest::keyClick(m_window.get(), Qt::Key_M);
        QTRY_COMPARE_WITH_TIMEOUT(count(AlertGroup::Malicious), 1, kPatience);

        QCOMPARE(alerts()->arrivals(), AlertPanel::Arrivals::Follow);
        alerts()->step(alerts()->view()->currentIndex().row() == 0 ? 1 : -1);
        QCOMPARE(alerts()->arrivals(), AlertPanel::Arrivals::Keep);
        const std::string chosen = alerts()->current()->id;
        m_log->addAlerts(1);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), 4, kPatience);
        QCOMPARE(alerts()->current()->id, chosen);
    }

    void pausedSourceHoldsItsEvents()
    {
        watchAlerts(2);
        auto *pause = strip()->findChild<QToolButton *>(QStringLiteral("livePause"));
        QTest::mouseClick(pause, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), QStringLiteral("Resume"), kPatience);
        m_log->addAlerts(1);
        QTest::qWait(1500); // three times as long as an alert takes here
        QCOMPARE(listed(), 2);
        QTest::mouseClick(pause, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), 3, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), QStringLiteral("Pause"), kPatience);
        // stopped, and taken up again in a row of its own
        QTest::mouseClick(strip()->findChild<QToolButton *>(QStringLiteral("liveStop")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!isWatching(), kPatience); // it was the only one
        QVERIFY(!strip()->isVisible());
    }

    void sourcesComeAndGo()
    {
        watchAlerts(1);
        EventLogRequest request;
        request.channels = {"Security"};
        GrowingLog second(casePath() + QStringLiteral(".second.xml"));
        second.addQuiet(3);
        m_window->watchLive({watchSource(second.path()), watchSource(std::move(request))});
        // The one that cannot be had costs only itself, and says why.
        QTRY_VERIFY_WITH_TIMEOUT(saysInStrip(QStringLiteral("failed")), kPatience);
        QLabel *told = nullptr;
        for (auto *label : strip()->findChildren<QLabel *>(QStringLiteral("liveError")))
            if (label->isVisible())
                told = label;
        QVERIFY(told);
        QVERIFY(told->text().contains(QStringLiteral("Windows")));
        QTRY_VERIFY_WITH_TIMEOUT(saysInStrip(QStringLiteral("3 read")), kPatience);
        const auto stops = strip()->findChildren<QToolButton *>(QStringLiteral("liveStop"));
        QCOMPARE(stops.size(), 3);
        QTest::mouseClick(stops[1], Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(saysInStrip(QStringLiteral("stopped")), kPatience);
        second.addQuiet(2);
        QTest::mouseClick(strip()->findChildren<QToolButton *>(QStringLiteral("liveAgain"))[1],
                          Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(saysInStrip(QStringLiteral("2 read")), kPatience); // from its bookmark
        QVERIFY(isWatching());
    }

    void decisionsAreWrittenWhileEventsCome()
    {
        watchAlerts(5);
        QTimer load;
        connect(&load, &QTimer::timeout, this, [this] { m_log->addQuiet(20); });
        load.start(20); // 1,000 events a second
        for (int decided = 1; decided <= 4; ++decided) {
            QTest::keyClick(m_window.get(), decided % 2 ? Qt::Key_M : Qt::Key_S);
            QTRY_COMPARE_WITH_TIMEOUT(listed(), 5 - decided, kPatience);
        }
        QCOMPARE(count(AlertGroup::Malicious), 2);
        QCOMPARE(count(AlertGroup::Suspicious), 2);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), 2, kPatience);
        QVERIFY2(!banner()->isVisible(), qPrintable(banner()->text()));
        QVERIFY(isWatching());
    }

    void quittingIsQuickAndTheCaseIsClean()
    {
        watchAlerts(3);
        m_log->addQuiet(500);
        m_log->addAlerts(2);
        QElapsedTimer timer;
        timer.start();
        m_window->close();
        QVERIFY2(timer.elapsed() < 200, "the window waited for the thread");
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), 10'000);

        const QString path = casePath();
        m_window = std::make_unique<MainWindow>(*m_theme);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->openCase(path);
        QTRY_VERIFY_WITH_TIMEOUT(banner()->isVisible(), kPatience);
        QVERIFY2(banner()->text().contains(QStringLiteral("watched live")), qPrintable(banner()->text()));
        QTest::mouseClick(named<QAbstractButton>("bannerAction"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), 5, kPatience); // also what came while nobody watched
        m_log->addAlerts(1);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), 6, kPatience);
        auto *events = named<QTableView>("eventTable");
        QTRY_COMPARE_WITH_TIMEOUT(events->model()->rowCount(), 506, kPatience); // none twice
    }

    void openingAnotherCaseEndsWatching()
    {
        watchAlerts(2);
        const QString first = casePath();
        m_window->openCase(first); // the same one again: it is watched no longer
        QTRY_VERIFY_WITH_TIMEOUT(!isWatching() && banner()->isVisible(), kPatience);
        QVERIFY(action("resumeLive")->isEnabled());
        QVERIFY(action("openEvidence")->isEnabled());
    }

    void treeKeepsWhatIsFolded()
    {
        watchAlerts(2);
        QTRY_VERIFY_WITH_TIMEOUT(tree()->model()->rowCount() > 0, kPatience);
        const QModelIndex process = tree()->model()->index(0, 0);
        QCOMPARE(tree()->model()->rowCount(process), 1);
        tree()->setCurrentIndex(tree()->model()->index(0, 0, process));
        tree()->collapse(process);
        tree()->setCurrentIndex(process);
        m_log->addHit(alerts()->current()->destIp == GrowingLog::destination(0) ? 0 : 1);
        QTRY_COMPARE_WITH_TIMEOUT(tree()->model()->rowCount(tree()->model()->index(0, 0)), 2, kPatience);
        QVERIFY(!tree()->isExpanded(tree()->model()->index(0, 0)));
        QCOMPARE(tree()->currentIndex(), tree()->model()->index(0, 0));
    }

    /// From the moment that is written in the event to its row in the list, among 1,000 events a second.
    void alertsAreListedSoon()
    {
        watchAlerts(1);
        QTimer load;
        connect(&load, &QTimer::timeout, this, [this] { m_log->addQuiet(20); });
        load.start(20);
        std::vector<qint64> times;
        for (int i = 0; i < 8; ++i) {
            QTest::qWait(500);
            const int before = listed();
            QElapsedTimer since;
            since.start();
            m_log->addAlerts(1);
            QTRY_COMPARE_WITH_TIMEOUT(listed(), before + 1, kPatience);
            times.push_back(since.elapsed());
        }
        std::sort(times.begin(), times.end());
        qInfo("event to row: median %lld ms, longest %lld ms", times[times.size() / 2], times.back());
        QVERIFY(times[times.size() / 2] < 10'000); // ten times what is usual
    }

    /// While many alerts come the window answers.
    void aFloodDoesNotBlockTheWindow()
    {
        watchAlerts(1);
        qint64 longest = 0;
        QElapsedTimer since;
        QTimer pulse;
        connect(&pulse, &QTimer::timeout, this, [&] {
            if (since.isValid())
                longest = std::max(longest, since.elapsed());
            since.start();
        });
        pulse.start(5);
        for (int wave = 0; wave < 10; ++wave) {
            m_log->addAlerts(100);
            QTest::qWait(50);
        }
        QTRY_COMPARE_WITH_TIMEOUT(listed(), 1001, 60'000);
        qInfo("1,000 alerts: the event loop stood still for %lld ms at most", longest);
        QVERIFY2(longest < 1000, qPrintable(QString::number(longest))); // 20 times what is usual
    }
};

QTEST_MAIN(TestWatchWindow)
#include "tst_watchwindow.moc"
