#include "app/views/allowlistmanager.h"

#include "app/jobs/casereader.h"
#include "app/views/conditionrows.h"
#include "app/views/decisions.h"
#include "app/views/errortext.h"
#include "app/views/plaindelegate.h"
#include "app/views/plaintext.h"
#include "model/items/displaytext.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace lolscope {

namespace {

QString conditionText(const AllowCondition &condition)
{
    return QStringLiteral("%1 %2 %3")
        .arg(shown(condition.field), testText(condition.test), shown(condition.value));
}

} // namespace

AllowlistManager::AllowlistManager(CaseReader &reader, Decisions &decisions, QWidget *parent)
    : QDialog(parent)
    , m_reader(reader)
    , m_decisions(decisions)
    , m_list(new QTreeWidget(this))
    , m_status(plainLabel({}, this))
    , m_remove(new QPushButton(tr("Remove item"), this))
{
    setWindowTitle(tr("Allowlist"));
    setObjectName(QStringLiteral("allowlistManager"));
    resize(860, 420);
    m_list->setHeaderLabels(
        {tr("Item"), tr("Hides"), tr("Reason"), tr("By"), tr("Added (UTC)"), tr("Until")});
    m_list->setItemDelegate(new PlainDelegate(m_list));
    m_list->setAccessibleName(tr("Allowlist items"));
    m_list->setColumnWidth(0, 330);
    m_list->setColumnWidth(2, 180);
    m_status->setWordWrap(true);
    m_remove->setObjectName(QStringLiteral("removeItemButton"));
    m_remove->setEnabled(false);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
    buttons->addButton(m_remove, QDialogButtonBox::ActionRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_remove, &QPushButton::clicked, this, &AllowlistManager::removeSelected);
    connect(m_list, &QTreeWidget::currentItemChanged, this,
            [this](QTreeWidgetItem *item) { m_remove->setEnabled(item); });
    connect(&decisions, &Decisions::written, this, &AllowlistManager::reload);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_status);
    column->addWidget(m_list, 1);
    column->addWidget(buttons);
    reload();
}

void AllowlistManager::reload()
{
    m_reader.ask(
        CaseReader::Topic::Allowlist, this, [](const CaseFile &file) { return allowlist(file); },
        [this](Result<std::vector<AllowlistEntry>> entries) {
            m_list->clear();
            m_entries.clear();
            if (!entries) {
                m_status->setText(errorText(entries.error()));
                return;
            }
            m_entries = std::move(*entries);
            m_status->setText(
                tr("%n item(s). Removing one opens the alerts it hides again; that can be undone.", nullptr,
                   static_cast<int>(m_entries.size())));
            for (const AllowlistEntry &entry : m_entries) {
                auto *row = new QTreeWidgetItem(
                    m_list,
                    {shown(entry.item.title), QString::number(entry.alerts), shown(entry.item.reason),
                     shown(entry.item.author), timeText(entry.item.created),
                     entry.item.expires ? timeText(entry.item.expires).left(10) : tr("no end")});
                for (const AllowCondition &condition : entry.item.conditions)
                    (new QTreeWidgetItem(row, {conditionText(condition)}))->setFirstColumnSpanned(true);
                const QString scope = entry.item.ruleIds.empty()
                    ? tr("for every rule")
                    : tr("for %n rule(s)", nullptr, static_cast<int>(entry.item.ruleIds.size()));
                (new QTreeWidgetItem(row, {scope}))->setFirstColumnSpanned(true);
            }
        });
}

void AllowlistManager::removeSelected()
{
    const QTreeWidgetItem *item = m_list->currentItem();
    if (!item)
        return;
    const int row =
        m_list->indexOfTopLevelItem(item->parent() ? item->parent() : const_cast<QTreeWidgetItem *>(item));
    if (row >= 0)
        m_decisions.removeAllow(m_entries[static_cast<std::size_t>(row)].item);
}

} // namespace lolscope
