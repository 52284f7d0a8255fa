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
    void clear();
    QTreeView *view() const { return m_view; }
    const ProcessTreeModel &model() const { return *m_model; }

    void goToOrigin();
    void goToParent();
    /// The process selected, or the one the selected fact belongs to.
    std::optional<ProcessId> currentProcess() const;

Q_SIGNALS:
    /// The user moved to another row; the event is empty for processes whose start was not logged.
    void rowSelected(std::optional<lolscope::EventId> event);
    void eventsOfProcessWanted();

private:
    void select(const QModelIndex &index);
    void showFacts();

    ProcessTreeModel *m_model;
    QTreeView *m_view;
    PanelHeader *m_header;
    QCheckBox *m_dns;
    QCheckBox *m_connections;
};

} // namespace lolscope
