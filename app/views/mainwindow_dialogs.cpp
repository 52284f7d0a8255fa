#include "app/views/alertpanel.h"
#include "app/views/allowlistdialog.h"
#include "app/views/allowlistmanager.h"
#include "app/views/decisions.h"
#include "app/views/evidencedialog.h"
#include "app/views/exportdialog.h"
#include "app/views/mainwindow.h"
#include "app/views/plaintext.h"
#include "app/views/rulesetdialog.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QStandardPaths>
#include <QStatusBar>

namespace lolscope {

void MainWindow::chooseEvidence(bool folder)
{
    auto *dialog = new QFileDialog(this, folder ? tr("Open folder of evidence") : tr("Open evidence"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFiles);
    if (!folder)
        dialog->setNameFilters({tr("Event logs (*.evtx *.EVTX *.xml *.XML)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::openEvidence);
    dialog->open();
}

void MainWindow::chooseCase()
{
    auto *dialog = new QFileDialog(this, tr("Open case"),
                                   QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)
                                       + QStringLiteral("/cases"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Lolscope cases (*.lolscope)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openCase);
    dialog->open();
}

void MainWindow::saveCaseAs()
{
    auto *dialog =
        new QFileDialog(this, tr("Save case as"), QDir::homePath(), tr("Lolscope cases (*.lolscope)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("lolscope"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &name) {
        std::error_code missing; // then it is another file
        if (!m_writer || std::filesystem::equivalent(toPath(name), m_casePath, missing))
            return;
        m_writer->run(
            this, [path = toPath(name)](CaseFile &file) { return copyCase(file, path); },
            [this, name](const Result<void> &result) {
                if (result)
                    openCase(name);
                else
                    report(result.error());
            });
    });
    dialog->open();
}

void MainWindow::exportReport()
{
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QString folder = QDir(documents).exists() ? documents : QDir::homePath();
    auto *dialog =
        new ExportDialog(QDir(folder).filePath(QFileInfo(fromPath(m_casePath)).completeBaseName()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const QString name = dialog->fileName();
        m_writer->run(
            this,
            [options = dialog->options(), path = toPath(name)](CaseFile &file) {
                return exportAlerts(file, options, path);
            },
            [this, name](const Result<std::uint64_t> &count) {
                if (count)
                    statusBar()->showMessage(
                        tr("%n alert(s) exported to %1", nullptr, static_cast<int>(*count)).arg(name));
                else
                    report(count.error());
            });
    });
    dialog->open();
}

void MainWindow::decide(Verdict verdict)
{
    if (m_alerts->justFollowed())
        statusBar()->showMessage(tr("A new alert was just selected: press again to decide it"), 5'000);
    else if (const AlertRow *alert = m_alerts->current())
        m_decisions->setVerdict(*alert, verdict, alert->note);
}

void MainWindow::callBenign()
{
    const AlertRow *alert = m_alerts->current();
    if (!alert || !m_reader)
        return;
    auto *dialog = new AllowlistDialog(*m_reader, *alert, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AllowlistDialog::failed, this, &MainWindow::report);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        if (dialog->onlyThisAlert())
            m_decisions->setVerdict(dialog->alert(), Verdict::Benign, dialog->reason());
        else
            m_decisions->addAllow(dialog->item());
    });
    dialog->open();
}

void MainWindow::addNote()
{
    const AlertRow *alert = m_alerts->current();
    if (!alert)
        return;
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("noteDialog"));
    dialog->setWindowTitle(tr("Note"));
    dialog->setLabelText(tr("Note on this alert:"));
    dialog->setOption(QInputDialog::UsePlainTextEditForTextInput);
    dialog->setTextValue(QString::fromStdString(alert->note));
    connect(dialog, &QInputDialog::textValueSelected, this, [this, alert = *alert](const QString &note) {
        m_decisions->setVerdict(alert, alert.verdict, note.toStdString());
    });
    dialog->open();
}

void MainWindow::removeItemOfAlert()
{
    const AlertRow *alert = m_alerts->current();
    if (!alert || alert->allowlistId.empty())
        return;
    m_reader->ask(
        CaseReader::Topic::Allowlist, this, [](const CaseFile &file) { return allowlist(file); },
        [this, id = alert->allowlistId](const Result<std::vector<AllowlistEntry>> &entries) {
            if (!entries) {
                report(entries.error());
                return;
            }
            for (const AllowlistEntry &entry : *entries)
                if (entry.item.id == id)
                    m_decisions->removeAllow(entry.item);
        });
}

void MainWindow::manageAllowlist()
{
    auto *dialog = new AllowlistManager(*m_reader, *m_decisions, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showEvidence()
{
    if (!m_reader)
        return;
    auto *dialog = new EvidenceDialog(*m_reader, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showRuleSets(const std::vector<std::filesystem::path> &added)
{
    if (m_job || findChild<RuleSetDialog *>())
        return;
    auto *dialog =
        new RuleSetDialog(m_ruleSetFile, m_reader ? m_casePath : std::filesystem::path(), added, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RuleSetDialog::saved, this, [this] {
        if (m_watch || (m_reader && !m_job))
            runChangedRules(m_unread);
        else
            statusBar()->showMessage(tr("The rule set is saved for the next evidence"), 10'000);
    });
    dialog->open();
}

} // namespace lolscope
