#pragma once

#include "model/analysis/alerttree.h"
#include "model/items/roles.h"

#include <QAbstractItemModel>

#include <vector>

namespace lolscope {

/// The processes around an alert with their DNS queries and connections, as alertTree() built them.
///
/// An index's internal id is the node's place in AlertTree::nodes, so it stays the same when facts are
/// hidden.
class ProcessTreeModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Column { NameColumn, PidColumn, StartedColumn, DetailColumn, ActivityColumn, ColumnCount };
    enum Role {
        KindRole = FirstModelRole, ///< int(TreeNode::Kind)
        OriginRole, ///< bool: what the alert is about.
        SourceRole, ///< int(ProcessSource); processes only.
        DnsCountRole,
        ConnectionCountRole,
        AlertCountRole,
        OffsetTextRole, ///< `0.4 s before`; empty without a time.
        ProcessIdRole, ///< qint64; of the process itself, or of the one the row belongs to. Invalid without.
        EventIdRole, ///< qint64; the event behind the row. Invalid without.
    };

    using QAbstractItemModel::QAbstractItemModel;

    void setTree(AlertTree tree);
    void setFactsShown(bool dnsQueries, bool connections);

    /// The row of a node, invalid when it is hidden.
    QModelIndex indexOf(int node, int column = 0) const;
    QModelIndex originIndex() const { return indexOf(m_tree.origin); }
    int nodeOf(const QModelIndex &index) const;
    const AlertTree &tree() const { return m_tree; }
    /// Names the row of a node in this tree and later ones of the same alert.
    QString keyOf(int node) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void arrange();
    const std::vector<int> &childrenOf(const QModelIndex &parent) const;
    QVariant text(int node, int column) const;

    AlertTree m_tree;
    std::vector<std::vector<int>> m_children; // by node; what is shown of it
    std::vector<int> m_roots;
    std::vector<int> m_rows; // by node: its row below its parent, -1 when hidden
    bool m_dnsShown = true;
    bool m_connectionsShown = true;
    bool m_severalDays = false; // then a time alone would mislead
};

} // namespace lolscope
