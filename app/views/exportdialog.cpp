#include "app/views/exportdialog.h"

#include "app/views/plaintext.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>

namespace lolscope {

ExportDialog::ExportDialog(const QString &proposed, QWidget *parent)
    : QDialog(parent)
    , m_csv(new QRadioButton(tr("CSV, for spreadsheets"), this))
    , m_jsonLines(new QRadioButton(tr("JSON Lines, without any loss"), this))
    , m_byteOrderMark(new QCheckBox(tr("With byte order mark (Excel)"), this))
    , m_statuses{new QCheckBox(tr("open"), this), new QCheckBox(tr("decided"), this),
                 new QCheckBox(tr("allowed"), this)}
    , m_file(new QLineEdit(proposed + QStringLiteral(".csv"), this))
    , m_save(nullptr)
{
    setWindowTitle(tr("Export alerts"));
    setObjectName(QStringLiteral("exportDialog"));
    resize(560, 240);
    m_csv->setChecked(true);
    m_csv->setObjectName(QStringLiteral("exportCsv"));
    m_jsonLines->setObjectName(QStringLiteral("exportJsonLines"));
    m_byteOrderMark->setObjectName(QStringLiteral("exportBom"));
    m_file->setObjectName(QStringLiteral("exportFile"));
    m_file->setAccessibleName(tr("File"));
    m_statuses[0]->setChecked(true);
    m_statuses[1]->setChecked(true);

    auto *statuses = new QHBoxLayout;
    for (QCheckBox *status : m_statuses) {
        statuses->addWidget(status);
        connect(status, &QCheckBox::toggled, this, &ExportDialog::check);
    }
    statuses->addStretch(1);
    auto *browse = new QPushButton(tr("Choose…"), this);
    auto *file = new QHBoxLayout;
    file->addWidget(m_file, 1);
    file->addWidget(browse);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    m_save = buttons->button(QDialogButtonBox::Save);
    m_save->setObjectName(QStringLiteral("exportSave"));
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));

    auto *form = new QFormLayout(this);
    form->addRow(tr("Format"), m_csv);
    form->addRow(QString(), m_byteOrderMark);
    form->addRow(QString(), m_jsonLines);
    form->addRow(tr("Alerts"), statuses);
    form->addRow(tr("File"), file);
    form->addRow(buttons);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::choose);
    connect(m_csv, &QRadioButton::toggled, this, [this](bool csv) {
        const QString from = csv ? QStringLiteral(".jsonl") : QStringLiteral(".csv");
        const QString to = csv ? QStringLiteral(".csv") : QStringLiteral(".jsonl");
        if (m_file->text().endsWith(from))
            m_file->setText(m_file->text().chopped(from.size()) + to);
        check();
    });
    connect(m_file, &QLineEdit::textChanged, this, &ExportDialog::check);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

ExportOptions ExportDialog::options() const
{
    ExportOptions options;
    options.format = m_csv->isChecked() ? ExportFormat::Csv : ExportFormat::JsonLines;
    options.byteOrderMark = m_csv->isChecked() && m_byteOrderMark->isChecked();
    options.statuses.clear();
    const Status names[] = {Status::Open, Status::Decided, Status::Allowed};
    for (std::size_t i = 0; i < m_statuses.size(); ++i)
        if (m_statuses[i]->isChecked())
            options.statuses.insert(names[i]);
    return options;
}

QString ExportDialog::fileName() const
{
    return m_file->text().trimmed();
}

void ExportDialog::choose()
{
    const QString filter = m_csv->isChecked() ? tr("CSV files (*.csv)") : tr("JSON Lines files (*.jsonl)");
    auto *dialog = new QFileDialog(this, tr("Export alerts"), m_file->text(), filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(m_csv->isChecked() ? QStringLiteral("csv") : QStringLiteral("jsonl"));
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

void ExportDialog::check()
{
    m_byteOrderMark->setEnabled(m_csv->isChecked());
    m_save->setText(QFileInfo(fileName()).isFile() ? tr("Replace file") : tr("Export"));
    m_save->setEnabled(!fileName().isEmpty() && !options().statuses.empty());
}

} // namespace lolscope
