#pragma once

#include "model/items/processtreemodel.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QTreeView;

namespace lolscope {

class PanelHeader;

/// The process tree of the selected alert.
class TreePanel : public QWidget
{
    Q_OBJECT
public:
    explicit TreePanel(QWidget *parent = nullptr);

    void setTree(AlertTree tree);
    /// The same alert's tree after the rules ran anew: the selected row, what is folded and the place stay.
    void refresh(AlertTree tree);
    void clear();
    QTreeView *view() const { return m_view; }
    const ProcessTreeModel &model() const { return *m_model; }

    void goToOrigin();
    void goToParent();
    /// The process selected, or the one the selected fact belongs to.
    std::optional<ProcessId> currentProcess() const;
    /// The selected row; null without. Valid until the next tree.
    const TreeNode *currentNode() const;
    /// The event behind the selected row; empty for processes whose start was not logged.
    std::optional<EventId> currentEvent() const;

Q_SIGNALS:
    void rowSelected();
    /// The user asks for the children that the selected row stands for: those of currentProcess().
    void unfoldAsked();

private:
    void select(const QModelIndex &index);
    void showFacts();
    template<typename Use>
    void forEachRow(const Use &use, const QModelIndex &parent = {}) const;

    ProcessTreeModel *m_model;
    QTreeView *m_view;
    PanelHeader *m_header;
    QCheckBox *m_dns;
    QCheckBox *m_connections;
};

} // namespace lolscope
