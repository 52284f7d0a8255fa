#include "app/views/treepanel.h"

#include "app/views/panelheader.h"
#include "app/views/plaintext.h"
#include "app/views/treedelegate.h"
#include "model/items/displaytext.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QScrollBar>
#include <QSet>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace lolscope {

TreePanel::TreePanel(QWidget *parent)
    : QWidget(parent)
    , m_model(new ProcessTreeModel(this))
    , m_view(new QTreeView(this))
    , m_header(new PanelHeader(tr("Process tree"), this))
    , m_dns(new QCheckBox(tr("DNS"), this))
    , m_connections(new QCheckBox(tr("Connections"), this))
{
    m_view->setModel(m_model);
    m_view->setItemDelegate(new TreeDelegate(m_view));
    m_view->setObjectName(QStringLiteral("processTree"));
    m_view->setAccessibleName(tr("Process tree"));
    m_view->setUniformRowHeights(true);
    m_view->setIndentation(14);
    m_view->setAllColumnsShowFocus(true);
    m_view->setMouseTracking(true);
    m_view->setExpandsOnDoubleClick(false);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    QHeaderView *header = m_view->header();
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setStretchLastSection(false);
    header->setSectionsMovable(false);
    header->resizeSection(ProcessTreeModel::NameColumn, 250);
    header->setSectionResizeMode(ProcessTreeModel::DetailColumn, QHeaderView::Stretch); // the most to read
    for (const int column :
         {ProcessTreeModel::PidColumn, ProcessTreeModel::StartedColumn, ProcessTreeModel::ActivityColumn})
        header->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    addCopyActions(m_view);

    m_dns->setChecked(true);
    m_connections->setChecked(true);
    m_dns->setToolTip(tr("Show DNS queries"));
    m_connections->setToolTip(tr("Show connections"));
    m_header->add(m_dns);
    m_header->add(m_connections);
    connect(m_dns, &QCheckBox::toggled, this, &TreePanel::showFacts);
    connect(m_connections, &QCheckBox::toggled, this, &TreePanel::showFacts);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_view, 1);

    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &index) {
                if (index.isValid())
                    Q_EMIT rowSelected();
            });
    connect(m_view, &QTreeView::activated, this, [this](const QModelIndex &index) {
        const int node = m_model->nodeOf(index);
        if (node < 0)
            return;
        if (m_model->tree().nodes[static_cast<std::size_t>(node)].kind() != TreeNode::Kind::Folded)
            return;
        select(index.siblingAtColumn(0).parent()); // the row goes
        Q_EMIT unfoldAsked();
    });
}

void TreePanel::setTree(AlertTree tree)
{
    QString remark = shown(tree.alert.host);
    if (tree.nodes.empty())
        remark = tr("%1 · the event names no process").arg(remark);
    else if (tree.hiddenFacts > 0)
        remark = tr("%1 · %n more rows not shown", nullptr, plural(tree.hiddenFacts)).arg(remark);
    m_header->setRemark(remark);
    m_model->setTree(std::move(tree));
    m_view->expandAll();
    goToOrigin();
}

void TreePanel::refresh(AlertTree tree)
{
    if (tree == m_model->tree())
        return;
    const auto keyOf = [this](const QModelIndex &index) { return m_model->keyOf(m_model->nodeOf(index)); };
    const QModelIndex current = m_view->currentIndex();
    const QString selected = current.isValid() ? keyOf(current) : QString();
    const int place = current.isValid() ? m_view->visualRect(current).top() : 0;
    QSet<QString> closed;
    forEachRow([&](const QModelIndex &index) {
        if (m_model->hasChildren(index) && !m_view->isExpanded(index))
            closed.insert(keyOf(index));
    });
    const int top = m_view->verticalScrollBar()->value();
    setTree(std::move(tree));
    QModelIndex again;
    forEachRow([&](const QModelIndex &index) {
        const QString key = keyOf(index);
        if (closed.contains(key))
            m_view->setExpanded(index, false);
        if (!again.isValid() && key == selected)
            again = index;
    });
    if (again.isValid())
        m_view->setCurrentIndex(again.siblingAtColumn(current.column()));
    QScrollBar *bar = m_view->verticalScrollBar();
    bar->setValue(top);
    if (again.isValid()) { // rows may have come above it
        const int height = std::max(1, m_view->visualRect(again).height());
        const int perRow = m_view->verticalScrollMode() == QAbstractItemView::ScrollPerItem ? height : 1;
        bar->setValue(top + (m_view->visualRect(again).top() - place) / perRow);
    }
}

template<typename Use>
void TreePanel::forEachRow(const Use &use, const QModelIndex &parent) const
{
    for (int row = 0; row < m_model->rowCount(parent); ++row) {
        const QModelIndex index = m_model->index(row, 0, parent);
        use(index);
        forEachRow(use, index);
    }
}

void TreePanel::clear()
{
    m_header->setRemark({});
    m_model->setTree({});
}

void TreePanel::goToOrigin()
{
    select(m_model->originIndex());
}

void TreePanel::goToParent()
{
    if (const QModelIndex parent = m_view->currentIndex().siblingAtColumn(0).parent(); parent.isValid())
        select(parent);
}

std::optional<ProcessId> TreePanel::currentProcess() const
{
    const QVariant id = m_view->currentIndex().data(ProcessTreeModel::ProcessIdRole);
    return id.isValid() ? std::optional(ProcessId{id.toLongLong()}) : std::nullopt;
}

const TreeNode *TreePanel::currentNode() const
{
    const int node = m_model->nodeOf(m_view->currentIndex());
    return node < 0 ? nullptr : &m_model->tree().nodes[static_cast<std::size_t>(node)];
}

std::optional<EventId> TreePanel::currentEvent() const
{
    const QVariant id = m_view->currentIndex().data(ProcessTreeModel::EventIdRole);
    return id.isValid() ? std::optional(EventId{id.toLongLong()}) : std::nullopt;
}

void TreePanel::select(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    m_view->setCurrentIndex(index);
    m_view->scrollTo(index);
}

void TreePanel::showFacts()
{
    const int node = m_model->nodeOf(m_view->currentIndex());
    m_model->setFactsShown(m_dns->isChecked(), m_connections->isChecked());
    m_view->expandAll();
    const QModelIndex again = m_model->indexOf(node);
    select(again.isValid() ? again : m_model->originIndex());
}

} // namespace lolscope
