#pragma once

#include "model/items/roles.h"
#include "model/store/rows.h"

#include <QAbstractListModel>
#include <QSortFilterProxyModel>

#include <array>
#include <optional>
#include <vector>

namespace lolscope {

/// The queue an alert lies in: what the chips above the list choose.
enum class AlertGroup { Open, Suspicious, Malicious, Benign, Allowed };
constexpr int kAlertGroups = 5;
AlertGroup groupOf(const AlertRow &alert);
QString groupText(AlertGroup group);
/// `→`, or `←` for a connection the process accepted.
QString arrowOf(const AlertRow &alert);

/// Every alert of the case, in the order of the store.
///
/// The list is small (an alert sums up its hits), so the rows are held whole. setAlerts() with the same ids
/// in the same order only changes rows, which keeps a view's selection through a decision.
class AlertListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        BinaryRole = FirstModelRole, ///< File name of the image.
        DestinationRole, ///< Name, else address.
        ArrowRole,
        EndpointRole, ///< `address:port`; empty for a DNS alert.
        NameSourceRole, ///< int(NameSource)
        HostRole,
        UserRole,
        FirstSeenRole, ///< Text, UTC.
        HitsRole, ///< qulonglong
        RuleTitleRole,
        LevelRole, ///< 0..4
        LevelTextRole,
        GroupRole, ///< int(AlertGroup)
    };

    using QAbstractListModel::QAbstractListModel;

    void setAlerts(std::vector<AlertRow> alerts);
    const std::vector<AlertRow> &alerts() const { return m_alerts; }
    /// -1 for an unknown id.
    int rowOf(const std::string &alertId) const;
    int count(AlertGroup group) const { return m_counts[static_cast<std::size_t>(group)]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void countsChanged();

private:
    std::vector<AlertRow> m_alerts;
    std::array<int, kAlertGroups> m_counts = {};
};

/// The alerts of one group.
class AlertGroupModel : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    AlertGroup group() const { return m_group; }
    void setGroup(AlertGroup group);

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;

private:
    AlertGroup m_group = AlertGroup::Open;
};

} // namespace lolscope
