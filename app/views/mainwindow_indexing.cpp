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
        return MainWindow::tr("Reading evidence · %1 records").arg(QLocale().toString(sample.records));
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
    else if (ranRulesOnly)
        return;
    else if (summary.files.empty() && !summary.cancelled)
        m_banner->showMessage(Banner::Kind::Warning, tr("No event logs (.evtx or .xml) were found there."));
    else if (summary.imperfect())
        m_banner->showMessage(Banner::Kind::Warning,
                              tr("Not all evidence could be read whole. What could be read is in the case."),
                              tr("Show evidence"), [this] { showEvidence(); });
    else if (summary.correlationLosses.incomplete())
        m_banner->showMessage(
            Banner::Kind::Warning,
            tr("Too much at once for the correlation rules: some of their alerts may be missing."));
}

} // namespace lolscope
