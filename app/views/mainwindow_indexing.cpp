#include "app/pipeline/detectionlosses.h"
#include "app/views/banner.h"
#include "app/views/decisions.h"
#include "app/views/eventpanel.h"
#include "app/views/mainwindow.h"
#include "model/items/displaytext.h"

#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>
#include <QTimer>

namespace lolscope {

namespace {

QString stageText(const IndexSample &sample)
{
    switch (sample.stage) {
    case Progress::Stage::Finding:
        return MainWindow::tr("Looking for event logs…");
    case Progress::Stage::Reading:
        return MainWindow::tr("Reading evidence · %1 records").arg(countText(sample.records));
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

/// What the rules left open.
QString openText(const std::vector<Loss> &losses)
{
    int unreadable = 0, rules = 0;
    bool correlations = false;
    for (const Loss &loss : losses) {
        if (!hidesDetections(loss))
            continue;
        if (!loss.ruleId.empty())
            ++rules;
        else if (loss.reason == kUnreadableReason)
            unreadable = plural(loss.count);
        else
            correlations = true;
    }
    QStringList lines;
    if (unreadable > 0)
        lines << MainWindow::tr("%n event(s) of the case could not be read, so no rule saw them.", nullptr,
                                unreadable);
    if (rules > 0)
        lines << MainWindow::tr("%n rule(s) could not be evaluated on all events.", nullptr, rules);
    if (correlations)
        lines << MainWindow::tr(
            "Too much at once for the correlation rules: some of their alerts may be missing.");
    return lines.join(QLatin1Char('\n'));
}

} // namespace

void MainWindow::startIndexing(std::vector<std::filesystem::path> inputs)
{
    m_banner->startProgress(tr("Looking for event logs…"));
    m_job = std::make_unique<IndexJob>(m_casePath, std::move(inputs), m_ruleSetFile);
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

void MainWindow::setRuleSetFile(const QString &name)
{
    m_ruleSetFile = pathOf(name);
    m_ruleFolders = std::make_unique<RuleFolderWatch>(m_ruleSetFile);
    connect(m_ruleFolders.get(), &RuleFolderWatch::changed, this, [this] {
        if (m_watch ? !m_watch->isStopping() : m_reader && !m_job && !m_unfinished)
            runChangedRules({});
    });
}

void MainWindow::runChangedRules(std::vector<std::filesystem::path> unread)
{
    if (!m_watch)
        return startIndexing(std::move(unread));
    stopWatching([this, sources = m_watch->sources(), states = m_watchStates] { // and go on where it was
        std::vector<WatchSource> again;
        for (std::size_t i = 0; i < sources.size(); ++i)
            if (i >= states.size() || states[i] != LiveStatus::State::Stopped)
                again.push_back(sources[i]);
        watchLive(std::move(again));
    });
}

/// Files that only the case names are read where the user agrees: a case from elsewhere may name any.
void MainWindow::completeIndexing()
{
    if (!m_unread.empty() || m_pending.empty())
        return startIndexing(m_unread);
    constexpr std::size_t kMostNamed = 15;
    QStringList names;
    for (std::size_t i = 0; i < std::min(kMostNamed, m_pending.size()); ++i)
        names << shown(m_pending[i].string());
    if (m_pending.size() > kMostNamed)
        names << tr("and %1 more").arg(m_pending.size() - kMostNamed);
    auto *box = new QMessageBox(QMessageBox::Question, tr("Complete indexing"),
                                tr("The case says that these files were still to be read. Read them now?")
                                    + QStringLiteral("\n\n") + names.join(QLatin1Char('\n')),
                                QMessageBox::Cancel, this);
    box->setObjectName(QStringLiteral("completeIndexingBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    QPushButton *read = box->addButton(tr("Read"), QMessageBox::AcceptRole);
    connect(read, &QPushButton::clicked, this, [this, files = m_pending] { startIndexing(files); });
    box->open();
}

bool MainWindow::endJob()
{
    m_ruleFolders->setRan(m_job->ruleFiles());
    m_job.release()->deleteLater(); // it is still telling us
    m_banner->hide();
    if (m_closing)
        QTimer::singleShot(0, this, &QWidget::close);
    return !m_closing;
}

void MainWindow::indexingFinished(const IndexSummary &summary)
{
    const bool ranRulesOnly = summary.files.empty() && m_job->inputs().empty() && !m_unfinished;
    const std::vector<Error> ruleErrors = m_job->ruleErrors();
    m_unread = summary.cancelled ? m_job->inputs() : std::vector<std::filesystem::path>();
    if (!endJob())
        return;
    if (m_reader && m_reader->path() == m_casePath) {
        m_treeNext = ranRulesOnly ? Tree::Refreshed : Tree::New;
        if (!ranRulesOnly)
            m_events->setReader(m_reader.get());
        reload();
    } else {
        whenWritten([this, path = m_casePath] { useCase(path); });
    }
    const QString text = tr("%n file(s)", nullptr, static_cast<int>(summary.files.size()))
        + QStringLiteral(" · ") + tr("%n record(s)", nullptr, plural(summary.records)) + QStringLiteral(" · ")
        + tr("%n alert(s)", nullptr, plural(summary.alerts))
        + tr(" in %1 s").arg(QLocale().toString(summary.seconds, 'f', 1));
    if (ranRulesOnly && !summary.cancelled)
        statusBar()->showMessage(tr("The rules ran: %n alert(s)", nullptr, plural(summary.alerts)), 10'000);
    else
        statusBar()->showMessage(summary.cancelled ? tr("Indexing was cancelled") : text, 10'000);
    if (!ruleErrors.empty())
        m_banner->showMessage(Banner::Kind::Warning,
                              tr("Not all rules ran:") + QLatin1Char('\n')
                                  + shown(describe(ruleErrors.front())),
                              tr("Show rules"), [this] { showRuleSets(); });
    else if (summary.files.empty() && !summary.cancelled && !ranRulesOnly)
        m_banner->showMessage(Banner::Kind::Warning, tr("No event logs (.evtx or .xml) were found there."));
    else if (summary.imperfect())
        m_banner->showMessage(Banner::Kind::Warning,
                              tr("Not all evidence could be read whole. What could be read is in the case."),
                              tr("Show evidence"), [this] { showEvidence(); });
    else if (summary.isOpen())
        m_banner->showMessage(Banner::Kind::Warning, openText(summary.losses), tr("Show rules"),
                              [this] { showRuleSets(); });
}

} // namespace lolscope
