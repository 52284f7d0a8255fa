#include "app/views/alertpanel.h"
#include "app/views/banner.h"
#include "app/views/elevation.h"
#include "app/views/eventpanel.h"
#include "app/views/livestrip.h"
#include "app/views/mainwindow.h"
#include "app/views/plaintext.h"
#include "app/views/watchdialog.h"
#include "model/items/displaytext.h"

#include <QApplication>
#include <QFileInfo>
#include <QLabel>
#include <QStatusBar>
#include <QTimer>

#include <algorithm>

namespace lolscope {

void MainWindow::connectLive()
{
    connect(m_live, &LiveStrip::addWanted, this, &MainWindow::chooseLive);
    connect(m_live, &LiveStrip::stopAllWanted, this, [this] { stopWatching({}); });
    connect(m_live, &LiveStrip::pauseWanted, this, [this](int source, bool paused) {
        if (m_watch)
            m_watch->pause(static_cast<std::size_t>(source), paused);
    });
    connect(m_live, &LiveStrip::stopWanted, this, [this](int source) {
        if (m_watch)
            m_watch->stopSource(static_cast<std::size_t>(source));
    });
    connect(m_live, &LiveStrip::againWanted, this,
            [this](int source) { watchAgain(static_cast<std::size_t>(source)); });
    m_alertsTimer.setSingleShot(true);
    connect(&m_alertsTimer, &QTimer::timeout, this, &MainWindow::reloadAlerts);
    connect(m_alerts, &AlertPanel::newCountChanged, this, &MainWindow::showTitle);
}

void MainWindow::chooseLive()
{
    if (m_job || findChild<WatchDialog *>())
        return;
    auto *dialog =
        new WatchDialog([](const EventLogComputer &computer,
                           const std::stop_token &stop) { return eventLogChannels(computer, stop); },
                        this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &WatchDialog::elevationWanted, this, &MainWindow::restartElevated);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { watchLive(dialog->takeSources()); });
    dialog->open();
}

void MainWindow::resumeLive()
{
    watchLive(watchedSources(m_bookmarks));
}

void MainWindow::restartElevated()
{
    QStringList arguments{QStringLiteral("--watch")};
    if (!m_casePath.empty())
        arguments << QStringLiteral("--case") << fromPath(m_casePath);
    if (const auto started = startElevated(arguments))
        close();
    else if (started.error().code != ErrorCode::Cancelled)
        report(started.error());
}

void MainWindow::watchLive(std::vector<WatchSource> sources)
{
    if (sources.empty() || m_job)
        return;
    if (m_watch) {
        for (WatchSource &source : sources) {
            m_live->add(source.name);
            m_watch->add(std::move(source));
        }
        return;
    }
    if (m_casePath.empty())
        m_casePath = newCasePath();
    std::vector<std::string> names;
    for (const WatchSource &source : sources)
        names.push_back(source.name);
    m_live->begin(names);
    m_live->show();
    m_liveLabel->setText(m_live->summary());
    m_alerts->setLive(true);
    m_banner->hide();
    m_watchStates.clear();
    m_watch = std::make_unique<WatchJob>(m_casePath, std::move(sources), m_ruleSetFile, m_turns);
    connect(m_watch.get(), &WatchJob::started, this, [this] {
        m_ruleFolders->setRan(m_watch->ruleFiles());
        if (!m_reader || m_reader->path() != m_casePath)
            whenWritten([this, path = m_casePath] { useCase(path); });
        if (!m_watch->ruleErrors().empty())
            m_banner->showMessage(Banner::Kind::Warning,
                                  tr("Not all rules run:") + QLatin1Char('\n')
                                      + shown(describe(m_watch->ruleErrors().front())),
                                  tr("Show rules"), [this] { showRuleSets(); });
    });
    connect(m_watch.get(), &WatchJob::sampled, this, &MainWindow::showWatchStatus);
    connect(m_watch.get(), &WatchJob::alertsChanged, this, &MainWindow::alertsArrived);
    connect(m_watch.get(), &WatchJob::finished, this, &MainWindow::watchingFinished);
    connect(m_watch.get(), &WatchJob::failed, this, [this](const Error &error) {
        if (endWatch())
            report(error);
    });
    m_watch->start();
    enableActions();
}

void MainWindow::showWatchStatus(const WatchStatus &status)
{
    m_watchStates.clear();
    for (const auto &source : status.sources)
        m_watchStates.push_back(source.status.state);
    m_live->setStatus(status);
    m_liveLabel->setText(m_live->summary());
    refreshEvents();
}

void MainWindow::alertsArrived(const std::vector<std::string> &ids)
{
    m_arrived.insert(m_arrived.end(), ids.begin(), ids.end());
    m_treeNext = Tree::Refreshed;
    if (!m_alertsTimer.isActive())
        m_alertsTimer.start(static_cast<int>(std::min<qint64>(m_alertsPace.waitMs(), 10'000)));
}

void MainWindow::watchAgain(std::size_t source)
{
    if (!m_watch || source >= m_watch->sources().size())
        return;
    m_live->dropRow(source);
    watchLive({m_watch->sources()[source]});
}

void MainWindow::stopWatching(std::function<void()> then)
{
    if (!m_watch) {
        if (then)
            then();
        return;
    }
    if (then)
        m_afterWatch = std::move(then);
    m_watch->stop();
    m_liveLabel->setText(tr("live: stopping"));
}

bool MainWindow::endWatch()
{
    m_watch.release()->deleteLater(); // it is still telling us
    m_live->hide();
    m_liveLabel->clear();
    m_alerts->setLive(false);
    const auto then = std::exchange(m_afterWatch, {});
    if (m_closing)
        QTimer::singleShot(0, this, &QWidget::close);
    else if (then)
        QTimer::singleShot(0, this, then);
    enableActions();
    return !m_closing;
}

void MainWindow::watchingFinished(const WatchSummary &summary)
{
    if (!endWatch())
        return;
    if (m_reader && m_reader->path() == m_casePath) {
        m_treeNext = Tree::Refreshed;
        m_events->refresh();
        reload();
    }
    statusBar()->showMessage(tr("Watching ended: %n new alert(s)", nullptr, plural(summary.alerts)), 10'000);
    QStringList failures;
    for (const auto &source : summary.status.sources)
        if (source.status.state == LiveStatus::State::Failed)
            failures << shown(source.name + ": " + source.status.error);
    if (!failures.isEmpty())
        m_banner->showMessage(Banner::Kind::Error,
                              tr("Not everything could be watched:") + QLatin1Char('\n')
                                  + failures.join(QLatin1Char('\n')));
}

void MainWindow::offerToResume()
{
    if (!std::exchange(m_mayOffer, false) || m_bookmarks.empty() || m_watch || m_job)
        return;
    QStringList names;
    for (const auto &[name, bookmark] : m_bookmarks)
        names << shown(name);
    constexpr qsizetype kMostNamed = 3;
    QString text = names.mid(0, kMostNamed).join(QStringLiteral(", "));
    if (names.size() > kMostNamed)
        text = tr("%1 and %n more", nullptr, static_cast<int>(names.size() - kMostNamed)).arg(text);
    m_banner->showMessage(Banner::Kind::Message, tr("This case was watched live: %1.").arg(text),
                          m_do.resumeLive->text(), [this] { m_do.resumeLive->trigger(); });
}

void MainWindow::showTitle()
{
    const QString name = shown(QFileInfo(fromPath(m_casePath)).fileName().toStdString());
    const int news = m_alerts->newCount();
    if (news > 0 && !isActiveWindow())
        QApplication::alert(this);
    setWindowTitle(name.isEmpty() ? tr("Lolscope")
                       : news > 0 ? tr("(%1) %2 — Lolscope").arg(news).arg(name)
                                  : tr("%1 — Lolscope").arg(name));
}

} // namespace lolscope
