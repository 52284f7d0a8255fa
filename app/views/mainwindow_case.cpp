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

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTimer>
#include <QToolButton>

namespace lolscope {

namespace {

const QString &caseSuffix()
{
    static const QString suffix = QStringLiteral(".lolscope");
    return suffix;
}

QString newCaseName()
{
    const QString name = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss-zzz"));
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/cases/")
        + name + caseSuffix();
}

QString numberText(std::uint64_t value)
{
    return QLocale().toString(static_cast<qulonglong>(value));
}

QString stageText(const IndexSample &sample)
{
    switch (sample.stage) {
    case Progress::Stage::Finding:
        return MainWindow::tr("Looking for event logs…");
    case Progress::Stage::Reading:
        return MainWindow::tr("Reading evidence · %1 records").arg(numberText(sample.records));
    case Progress::Stage::Linking:
        return MainWindow::tr("Linking processes, queries and connections…");
    case Progress::Stage::Detecting:
        return MainWindow::tr("Running the rules…");
    case Progress::Stage::Done:
        return MainWindow::tr("Finishing…");
    }
    return {};
}

int percentOf(const IndexSample &sample)
{
    if (sample.stage != Progress::Stage::Reading || sample.bytesTotal == 0)
        return -1;
    return static_cast<int>(std::min<quint64>(100, sample.bytesDone * 100 / sample.bytesTotal));
}

} // namespace

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
        whenWritten([this, path = pathOf(name)] {
            m_unread.clear();
            useCase(path);
        });
}

void MainWindow::openEvidence(const QStringList &names)
{
    if (names.isEmpty() || m_job)
        return;
    std::vector<std::filesystem::path> inputs;
    for (const QString &name : names)
        inputs.push_back(toPath(name));
    if (m_casePath.empty())
        m_casePath = toPath(newCaseName());
    startIndexing(std::move(inputs));
}

void MainWindow::startIndexing(std::vector<std::filesystem::path> inputs)
{
    m_banner->startProgress(tr("Looking for event logs…"));
    m_job = std::make_unique<IndexJob>(m_casePath, std::move(inputs));
    connect(m_job.get(), &IndexJob::progressed, this, [this](const IndexSample &sample) {
        const int percent = percentOf(sample);
        m_banner->setProgress(stageText(sample), percent);
        m_indexLabel->setText(percent < 0 ? tr("indexing") : tr("index %1%").arg(percent));
    });
    connect(m_job.get(), &IndexJob::finished, this, &MainWindow::indexingFinished);
    connect(m_job.get(), &IndexJob::failed, this, [this](const Error &error) {
        if (!endJob())
            return;
        m_indexLabel->clear();
        report(error);
        enableActions();
    });
    m_job->start();
    enableActions();
}

bool MainWindow::endJob()
{
    m_job.release()->deleteLater(); // it is still telling us
    m_banner->hide();
    if (m_closing)
        QTimer::singleShot(0, this, &QWidget::close);
    return !m_closing;
}

void MainWindow::indexingFinished(const IndexSummary &summary)
{
    m_unread = summary.cancelled ? m_job->inputs() : std::vector<std::filesystem::path>();
    if (!endJob())
        return;
    if (m_reader && m_reader->path() == m_casePath) {
        m_treeIsStale = true;
        m_events->setReader(m_reader.get());
        reload();
    } else {
        whenWritten([this, path = m_casePath] { useCase(path); });
    }
    const QString text = tr("%n file(s)", nullptr, static_cast<int>(summary.files.size()))
        + QStringLiteral(" · ") + tr("%n record(s)", nullptr, plural(summary.records)) + QStringLiteral(" · ")
        + tr("%n alert(s)", nullptr, plural(summary.alerts))
        + tr(" in %1 s").arg(QLocale().toString(summary.seconds, 'f', 1));
    statusBar()->showMessage(text, 10'000);
    if (summary.files.empty() && !summary.cancelled)
        m_banner->showMessage(Banner::Kind::Warning, tr("No event logs (.evtx or .xml) were found there."));
    else if (summary.imperfect())
        m_banner->showMessage(Banner::Kind::Warning,
                              tr("Not all evidence could be read whole. What could be read is in the case."),
                              tr("Show evidence"), [this] { showEvidence(); });
}

void MainWindow::useCase(std::filesystem::path path)
{
    closeCase();
    m_casePath = path;
    m_writer = std::make_unique<CaseWriter>(path);
    const auto written = [this] {
        const auto then = std::exchange(m_whenWritten, {});
        if (m_closing)
            close();
        else if (then)
            then();
    };
    // queued: it may destroy the writer that is still telling us
    connect(m_writer.get(), &CaseWriter::idle, this, written, Qt::QueuedConnection);
    m_reader = std::make_unique<CaseReader>(path);
    m_decisions->setWriter(m_writer.get());
    m_events->setReader(m_reader.get());
    m_pages->setCurrentIndex(1);
    const QString name = shown(QFileInfo(fromPath(path)).fileName().toStdString());
    setWindowTitle(tr("%1 — Lolscope").arg(name));
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
    m_alerts->setAlerts({});
    m_reader.reset();
    m_writer.reset();
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
    m_reader->ask(CaseReader::Topic::Alerts, this, alerts, [this](Result<std::vector<AlertRow>> rows) {
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

void MainWindow::showOverview(CaseOverview overview)
{
    setAlerts(std::move(overview.alerts));
    const bool unfinished = overview.unfinished || !m_unread.empty();
    showCounts(overview.counts, unfinished);
    if (unfinished && !m_job)
        m_banner->showMessage(Banner::Kind::Warning,
                              tr("Indexing of this case was not finished: alerts may be missing."),
                              tr("Complete indexing"), [this] { startIndexing(m_unread); });
}

void MainWindow::setAlerts(std::vector<AlertRow> alerts)
{
    const AlertRow *before = m_alerts->current();
    const std::string id = before ? before->id : std::string();
    m_alerts->setAlerts(std::move(alerts));
    if (const AlertRow *now = m_alerts->current(); now && now->id == id)
        loadAlert(!m_treeIsStale); // the panel told nothing: it is the same alert, decided anew
    m_treeIsStale = false;
}

void MainWindow::showCounts(const CaseCounts &counts, bool unfinished)
{
    m_countsLabel->setText(tr("%n host(s)", nullptr, plural(counts.hosts)) + QStringLiteral(" · ")
                           + tr("%n file(s)", nullptr, plural(counts.evidence)) + QStringLiteral(" · ")
                           + tr("%1 events").arg(numberText(counts.events)));
    m_indexLabel->setText(unfinished ? tr("index incomplete") : tr("index complete"));
    m_detectionsLabel->setText(tr("detections %1").arg(numberText(counts.detections)));
    m_errorsButton->setText(tr("%n error(s)", nullptr, plural(counts.problems)));
    m_errorsButton->show();
}

void MainWindow::loadAlert(bool keepTree)
{
    enableActions();
    const AlertRow *alert = m_alerts->current();
    if (!alert || !m_reader) {
        m_tree->clear();
        m_details->clear();
        m_events->setSubject({}, {});
        return;
    }
    m_reader->ask(
        CaseReader::Topic::Alert, this,
        [id = alert->id](const CaseFile &file) { return readAlertView(file, id); },
        [this, keepTree](Result<AlertView> view) {
            if (!view) {
                report(view.error());
                return;
            }
            m_details->setAlert(*view);
            if (keepTree)
                return;
            {
                const QSignalBlocker quiet(m_tree); // the hit is shown, not the start of the origin
                m_tree->setTree(view->tree);
            }
            m_details->setPage(DetailsPanel::Page::Alert);
            m_events->setSubject(view->tree.alert.process, view->tree.alert.id);
            if (view->event) {
                m_events->selectEvent(view->event->event.id);
                m_details->setEvent(*view->event);
            }
        });
}

void MainWindow::loadEvent(EventId id)
{
    if (!m_reader)
        return;
    m_reader->ask(
        CaseReader::Topic::Event, this, [id](const CaseFile &file) { return readEventView(file, id); },
        [this](const Result<EventView> &event) {
            if (event)
                m_details->setEvent(*event);
            else
                report(event.error());
        });
}

void MainWindow::report(const Error &error)
{
    m_closing = false; // it is to be read
    m_banner->showMessage(Banner::Kind::Error, errorText(error));
}

} // namespace lolscope
