#include "app/jobs/ruleoverview.h"
#include "app/views/alertpanel.h"
#include "app/views/allowlistdialog.h"
#include "app/views/allowlistmanager.h"
#include "app/views/banner.h"
#include "app/views/decisions.h"
#include "app/views/detailspanel.h"
#include "app/views/errortext.h"
#include "app/views/eventpanel.h"
#include "app/views/mainwindow.h"
#include "app/views/plaintext.h"
#include "app/views/treepanel.h"
#include "model/items/displaytext.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QToolButton>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace lolscope {

namespace {

const QString &caseSuffix()
{
    static const QString suffix = QStringLiteral(".lolscope");
    return suffix;
}

} // namespace

std::filesystem::path MainWindow::newCasePath()
{
    const QString name = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss-zzz"));
    return toPath(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)
                  + QStringLiteral("/cases/") + name + caseSuffix());
}

void MainWindow::openPaths(const QStringList &names)
{
    QStringList evidence;
    QString chosen;
    for (const QString &name : names) {
        if (name.endsWith(caseSuffix(), Qt::CaseInsensitive))
            chosen = name;
        else
            evidence << name;
    }
    if (!chosen.isEmpty() && evidence.isEmpty())
        openCase(chosen);
    else if (!chosen.isEmpty())
        setCaseForEvidence(chosen);
    openEvidence(evidence);
}

void MainWindow::openCase(const QString &name)
{
    if (!m_job)
        stopWatching([this, path = pathOf(name)] {
            whenWritten([this, path] {
                m_unread.clear();
                useCase(path);
            });
        });
}

void MainWindow::openEvidence(const QStringList &names)
{
    if (names.isEmpty() || m_job || m_watch)
        return;
    std::vector<std::filesystem::path> inputs;
    for (const QString &name : names)
        inputs.push_back(toPath(name));
    if (m_casePath.empty())
        m_casePath = newCasePath();
    startIndexing(std::move(inputs));
}

void MainWindow::openDropped(const QStringList &names)
{
    std::vector<std::filesystem::path> paths;
    for (const QString &name : names)
        paths.push_back(toPath(name));
    whenDone(this, holdRulesOnlyAsync(paths), [this, names, paths](bool rules) {
        if (rules)
            showRuleSets(paths);
        else
            openPaths(names);
    });
}

void MainWindow::useCase(std::filesystem::path path)
{
    closeCase();
    m_casePath = path;
    m_writer = std::make_unique<CaseWriter>(path, m_turns);
    const auto written = [this] {
        const auto then = std::exchange(m_whenWritten, {});
        if (m_closing)
            close();
        else if (then)
            then();
    };
    // queued: it may destroy the writer that is still telling us
    connect(m_writer.get(), &CaseWriter::idle, this, written, Qt::QueuedConnection);
    m_mayOffer = true;
    m_reader = std::make_unique<CaseReader>(path);
    m_decisions->setWriter(m_writer.get());
    m_events->setReader(m_reader.get());
    m_pages->setCurrentIndex(1);
    const QString name = shown(QFileInfo(fromPath(path)).fileName().toStdString());
    showTitle();
    m_caseLabel->setText(tr("case: %1").arg(name));
    m_caseLabel->setToolTip(toolTipText(fromPath(path)));
    reload();
}

void MainWindow::closeCase()
{
    // these ask the reader that goes now
    qDeleteAll(findChildren<AllowlistDialog *>());
    qDeleteAll(findChildren<AllowlistManager *>());
    m_decisions->setWriter(nullptr);
    m_events->setReader(nullptr);
    m_tree->clear();
    m_details->clear();
    m_alerts->clear();
    m_arrived.clear();
    m_alertsAsked = m_alertsAgain = m_alertRefreshing = false;
    m_alertsTimer.stop();
    m_bookmarks.clear();
    m_reader.reset();
    m_writer.reset();
    m_unfinished = false;
    m_casePath.clear();
}

void MainWindow::whenWritten(std::function<void()> then)
{
    if (m_writer && m_writer->isBusy())
        m_whenWritten = std::move(then);
    else
        then();
}

void MainWindow::reloadAlerts()
{
    if (!m_reader)
        return;
    if (m_alertsAsked) { // a question that interrupts the one before would never let any be answered
        m_alertsAgain = true;
        return;
    }
    m_alertsAsked = true;
    m_alertsPace.asked();
    m_reader->ask(CaseReader::Topic::Alerts, this, alerts, [this](Result<std::vector<AlertRow>> rows) {
        m_alertsAsked = false;
        m_alertsPace.answered();
        if (std::exchange(m_alertsAgain, false))
            reloadAlerts();
        if (rows)
            setAlerts(std::move(*rows));
        else
            report(rows.error());
        enableActions();
    });
}

void MainWindow::reload()
{
    if (!m_reader)
        return;
    m_reader->ask(CaseReader::Topic::Overview, this, readOverview, [this](Result<CaseOverview> overview) {
        if (overview)
            showOverview(std::move(*overview));
        else
            report(overview.error());
        enableActions();
    });
}

void MainWindow::lookForWrites()
{
    if (!m_reader || m_job || m_watch) // a job tells what it writes
        return;
    m_reader->ask(
        CaseReader::Topic::Writes, this, writesOfOthers, [this](const Result<std::int64_t> &writes) {
            if (writes && *writes != m_writes) // else: what is wrong with the case shows when it is read
                reload();
        });
}

void MainWindow::showOverview(CaseOverview overview)
{
    m_writes = overview.writes;
    setAlerts(std::move(overview.alerts));
    m_pending = std::move(overview.unread);
    m_unfinished = !m_watch && (overview.unfinished || !m_unread.empty());
    m_bookmarks = std::move(overview.live);
    showCounts(overview.counts);
    if (m_unfinished && !m_job)
        m_banner->showMessage(Banner::Kind::Warning,
                              tr("Indexing of this case was not finished: alerts may be missing."),
                              m_do.completeIndexing->text(), [this] { m_do.completeIndexing->trigger(); });
    else
        offerToResume();
}

void MainWindow::refreshEvents()
{
    m_events->refresh();
    if (!m_reader || m_countsPace.waitMs() > 0)
        return;
    m_countsPace.asked();
    m_reader->ask(CaseReader::Topic::Counts, this, caseCounts, [this](const Result<CaseCounts> &counts) {
        m_countsPace.answered();
        if (counts)
            showCounts(*counts);
        else
            report(counts.error());
    });
}

void MainWindow::setAlerts(std::vector<AlertRow> alerts)
{
    const AlertRow *before = m_alerts->current();
    const std::string id = before ? before->id : std::string();
    if (!m_arrived.empty()) { // allowed ones are no news; what is not listed yet comes next time
        std::unordered_map<std::string_view, const AlertRow *> rows;
        for (const AlertRow &alert : alerts)
            rows.emplace(alert.id, &alert);
        std::vector<std::string> news, later;
        for (std::string &arrived : m_arrived)
            if (const auto row = rows.find(arrived); row == rows.end())
                later.push_back(std::move(arrived));
            else if (row->second->status == Status::Open)
                news.push_back(std::move(arrived));
        m_arrived = std::move(later);
        m_alerts->addNew(news);
    }
    m_alerts->setAlerts(std::move(alerts));
    const bool isAsked = m_treeNext == Tree::Refreshed && m_alertRefreshing;
    if (const AlertRow *now = m_alerts->current(); now && now->id == id && !isAsked)
        loadAlert(m_treeNext); // the panel told nothing: it is the same alert, decided anew
    m_treeNext = Tree::Kept;
}

void MainWindow::showCounts(const CaseCounts &counts)
{
    m_countsLabel->setText(tr("%n host(s)", nullptr, plural(counts.hosts)) + QStringLiteral(" · ")
                           + tr("%n file(s)", nullptr, plural(counts.evidence)) + QStringLiteral(" · ")
                           + tr("%1 events").arg(countText(counts.events)));
    m_indexLabel->setText(m_unfinished ? tr("index incomplete") : tr("index complete"));
    m_detectionsLabel->setText(tr("detections %1").arg(countText(counts.detections)));
    m_errorsButton->setText(counts.problems > 0
                                ? tr("%n file(s) not read whole", nullptr, plural(counts.problems))
                                : tr("all files read whole"));
    m_errorsButton->show();
}

void MainWindow::loadAlert(Tree tree)
{
    enableActions();
    const AlertRow *alert = m_alerts->current();
    m_alertRefreshing = alert && m_reader && tree == Tree::Refreshed;
    if (!alert || !m_reader) {
        m_tree->clear();
        m_details->clear();
        m_events->setSubject({}, {});
        return;
    }
    if (tree == Tree::New)
        m_unfolded.clear();
    m_reader->ask(
        CaseReader::Topic::Alert, this,
        [id = alert->id, unfolded = m_unfolded](const CaseFile &file) {
            return readAlertView(file, id, unfolded);
        },
        [this, tree](Result<AlertView> view) {
            m_alertRefreshing = false;
            if (!view) {
                report(view.error());
                return;
            }
            m_details->setAlert(*view);
            if (tree != Tree::New) {
                const QSignalBlocker quiet(m_tree);
                if (tree == Tree::Refreshed) {
                    m_tree->refresh(view->tree);
                    showNode();
                }
                return;
            }
            {
                const QSignalBlocker quiet(m_tree); // the hit is shown, not the start of the origin
                m_tree->setTree(view->tree);
            }
            showNode();
            m_details->setPage(DetailsPanel::Page::Alert);
            m_events->setSubject(view->tree.alert.process, view->tree.alert.id);
            if (view->event) {
                m_events->selectEvent(view->event->id);
                m_details->setEvent(*view->event);
            }
        });
}

void MainWindow::showNode()
{
    const TreeNode *node = m_tree->currentNode();
    const bool isFact = node && !node->origin && node->kind() != TreeNode::Kind::Folded;
    m_details->setNode(isFact ? node : nullptr);
}

void MainWindow::loadEvent(EventId id)
{
    if (!m_reader)
        return;
    m_reader->ask(
        CaseReader::Topic::Event, this, [id](const CaseFile &file) { return storedEvent(file, id); },
        [this](const Result<StoredEvent> &event) {
            if (event)
                m_details->setEvent(*event);
            else
                report(event.error());
        });
}

void MainWindow::loadXml()
{
    const auto event = m_details->shownEvent();
    if (!m_reader || !event)
        return;
    m_reader->ask(
        CaseReader::Topic::EventXml, this,
        [id = *event](const CaseFile &file) { return readEventXml(file, id); },
        [this, id = *event](const Result<CitedXml> &xml) {
            if (xml)
                m_details->setXml(id, *xml);
            else
                report(xml.error());
        });
}

void MainWindow::report(const Error &error)
{
    m_closing = false; // it is to be read
    m_banner->showMessage(Banner::Kind::Error, errorText(error));
}

} // namespace lolscope
