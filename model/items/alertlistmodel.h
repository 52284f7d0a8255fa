#pragma once

#include "model/items/roles.h"
#include "model/store/rows.h"

#include <QAbstractListModel>
#include <QSortFilterProxyModel>

#include <array>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace lolscope {

/// The queue an alert lies in: what the chips above the list choose.
enum class AlertGroup { Open, Suspicious, Malicious, Benign, Allowed };
constexpr int kAlertGroups = 5;
AlertGroup groupOf(const AlertRow &alert);
QString groupText(AlertGroup group);
/// Alerts of which rules a list shows: of the bundled LOLBin pack, or of all.
enum class AlertRules { Pack, All };
/// `→`, or `←` for a connection the process accepted; empty for an alert about another event.
QString arrowOf(const AlertRow &alert);

/// Every alert of the case, in the order of the store.
///
/// The list is small (an alert sums up its hits), so the rows are held whole. setAlerts() removes, inserts,
/// moves and changes single rows, which keeps a view's selection through decisions and arrivals.
class AlertListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        BinaryRole = FirstModelRole, ///< File name of the image.
        DestinationRole, ///< Name, else address; empty without HasDestinationRole.
        ArrowRole,
        EndpointRole, ///< `address:port`; empty for a DNS alert.
        EventsRole, ///< `event 1+13` of a known program without a destination, else empty.
        NameSourceRole, ///< int(NameSource)
        HostRole,
        UserRole,
        FirstSeenRole, ///< Text, UTC.
        HitsRole, ///< qulonglong
        RuleTitleRole,
        LevelRole, ///< 0..4
        LevelTextRole,
        GroupRole, ///< int(AlertGroup)
        HasDestinationRole, ///< Whether it is about a connection or a DNS query.
        BundledRole, ///< Whether its rule is of the LOLBin pack.
        NewRole, ///< Whether setNew() named it.
    };

    using QAbstractListModel::QAbstractListModel;

    void setAlerts(std::vector<AlertRow> alerts);
    const std::vector<AlertRow> &alerts() const { return m_alerts; }
    void setNew(std::unordered_set<std::string> ids);
    /// -1 for an unknown id.
    int rowOf(const std::string &alertId) const;
    int count(AlertGroup group, AlertRules rules = AlertRules::All) const;
    int count(AlertRules rules) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void countsChanged();

private:
    void takeRows(const std::vector<AlertRow> &alerts);
    void arrangeAs(std::vector<AlertRow> alerts);

    std::vector<AlertRow> m_alerts;
    std::unordered_set<std::string> m_new;
    struct Count
    {
        int all = 0, pack = 0;
    };
    std::array<Count, kAlertGroups> m_counts = {};
};

/// The alerts of one group, of the pack's rules or all.
class AlertGroupModel : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    AlertGroup group() const { return m_group; }
    void setGroup(AlertGroup group);
    AlertRules rules() const { return m_rules; }
    void setRules(AlertRules rules);

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;

private:
    AlertGroup m_group = AlertGroup::Open;
    AlertRules m_rules = AlertRules::All;
};

} // namespace lolscope
