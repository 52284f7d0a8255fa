#include "app/views/evidencedialog.h"

#include "app/jobs/casereader.h"
#include "app/views/errortext.h"
#include "app/views/plaindelegate.h"
#include "app/views/plaintext.h"
#include "model/items/displaytext.h"
#include "model/store/alertstore.h"

#include <QDialogButtonBox>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lolscope {

namespace {

QString outcome(const EvidenceRow &row)
{
    switch (row.state) {
    case EvidenceRow::State::Indexing:
        return EvidenceDialog::tr("not finished");
    case EvidenceRow::State::Failed:
        return EvidenceDialog::tr("failed");
    case EvidenceRow::State::Live:
        return isDamaged(row) ? EvidenceDialog::tr("live, damaged") : EvidenceDialog::tr("live");
    case EvidenceRow::State::Done:
        break;
    }
    return isDamaged(row) ? EvidenceDialog::tr("damaged") : EvidenceDialog::tr("read whole");
}

QString damageText(const Damage &damage)
{
    QStringList parts{shown(damage.reason)};
    if (damage.offset)
        parts << EvidenceDialog::tr("offset 0x%1").arg(*damage.offset, 0, 16);
    if (damage.recordId)
        parts << EvidenceDialog::tr("record %1").arg(*damage.recordId);
    if (damage.records > 0)
        parts << EvidenceDialog::tr("%n record(s) lost", nullptr, plural(damage.records));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

EvidenceDialog::EvidenceDialog(CaseReader &reader, QWidget *parent)
    : QDialog(parent)
    , m_list(new QTreeWidget(this))
    , m_status(plainLabel(tr("Reading…"), this))
{
    setWindowTitle(tr("Evidence"));
    setObjectName(QStringLiteral("evidenceDialog"));
    resize(900, 440);
    m_list->setHeaderLabels({tr("File"), tr("Outcome"), tr("Records"), tr("Duplicates"), tr("Recovered"),
                             tr("Lost"), tr("SHA-256")});
    m_list->setItemDelegate(new PlainDelegate(m_list));
    m_list->setAccessibleName(tr("Evidence"));
    m_list->setColumnWidth(0, 360);
    m_list->setTextElideMode(Qt::ElideMiddle); // the name of the file is at the end of its path
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_status);
    column->addWidget(m_list, 1);
    column->addWidget(buttons);
    reader.ask(
        CaseReader::Topic::Evidence, this, [](const CaseFile &file) { return evidence(file); },
        [this](const Result<std::vector<EvidenceRow>> &rows) {
            if (rows)
                setRows(*rows);
            else
                m_status->setText(errorText(rows.error()));
        });
}

void EvidenceDialog::setRows(const std::vector<EvidenceRow> &rows)
{
    const QLocale locale;
    const auto number = [&locale](std::uint64_t value) {
        return locale.toString(static_cast<qulonglong>(value));
    };
    m_status->setText(tr("%n file(s)", nullptr, static_cast<int>(rows.size())));
    for (const EvidenceRow &row : rows) {
        auto *item =
            new QTreeWidgetItem(m_list,
                                {shown(row.path), outcome(row), number(row.records), number(row.duplicates),
                                 number(row.recovered), number(row.lost), shown(row.sha256)});
        item->setToolTip(0, shown(row.path));
        for (const int column : {2, 3, 4, 5})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        const auto add = [item](const QString &text) {
            (new QTreeWidgetItem(item, {text}))->setFirstColumnSpanned(true);
        };
        if (!row.error.empty())
            add(shown(row.error));
        const auto listed = std::min<std::size_t>(row.damage.size(), kMaxDamageRows);
        for (std::size_t i = 0; i < listed; ++i)
            add(damageText(row.damage[i]));
        if (listed < row.damage.size())
            add(tr("%n more row(s)", nullptr, plural(row.damage.size() - listed)));
        item->setExpanded(item->childCount() > 0);
    }
}

} // namespace lolscope
