#include "model/items/alertlistmodel.h"

#include "model/base/text.h"
#include "model/items/displaytext.h"

#include <QLocale>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>

namespace lolscope {

namespace {

/// Whether the alert is about a connection or a DNS query.
bool hasDestination(const AlertRow &alert)
{
    return !alert.protocol.empty() || !alert.destName.empty() || !alert.destIp.empty();
}

QString eventsText(const AlertRow &alert)
{
    return AlertListModel::tr("event %1").arg(shown(alert.shape));
}

/// What the alert is named after: its program, else the kind of its event.
QString binary(const AlertRow &alert)
{
    if (!alert.image.empty())
        return shown(baseName(alert.image));
    return hasDestination(alert) ? AlertListModel::tr("unknown program") : eventsText(alert);
}

bool isIncoming(const AlertRow &alert)
{
    return alert.initiated.has_value() && !*alert.initiated;
}

QString destination(const AlertRow &alert)
{
    if (!hasDestination(alert))
        return {};
    if (!alert.destName.empty())
        return shown(alert.destName);
    if (alert.destIp.empty())
        return AlertListModel::tr("unknown destination");
    return isIncoming(alert) ? shown(alert.destIp) : shown(endpoint(alert.destIp, alert.destPort));
}

/// Of an accepted connection the port is the one the peer came to, so it does not go with the peer's address.
QString endpointText(const AlertRow &alert)
{
    if (alert.destIp.empty())
        return {};
    if (isIncoming(alert))
        return AlertListModel::tr("accepted on port %1").arg(shown(alert.destPort));
    return shown(endpoint(alert.destIp, alert.destPort));
}

QString spoken(const AlertRow &alert)
{
    if (!hasDestination(alert))
        return AlertListModel::tr("%1, level %2, %3, %n hit(s)", nullptr, plural(alert.hits))
            .arg(binary(alert), levelText(alert.level), shown(alert.ruleTitle));
    return AlertListModel::tr("%1 to %2, level %3, %4, %n hit(s)", nullptr, plural(alert.hits))
        .arg(binary(alert), destination(alert), levelText(alert.level), shown(alert.ruleTitle));
}

QString clipboardText(const AlertRow &alert, bool safe)
{
    const auto text = [safe](const std::string &value) { return raw(safe ? defanged(value) : value); };
    return clipboardRow({levelText(alert.level), raw(alert.ruleTitle), raw(alert.image), text(alert.destName),
                         text(isIncoming(alert) ? alert.destIp : endpoint(alert.destIp, alert.destPort)),
                         raw(alert.protocol), raw(alert.host), raw(alert.user), timeText(alert.firstSeen),
                         QString::number(alert.hits)});
}

} // namespace

QString arrowOf(const AlertRow &alert)
{
    if (!hasDestination(alert))
        return {};
    return isIncoming(alert) ? QStringLiteral("←") : QStringLiteral("→");
}

AlertGroup groupOf(const AlertRow &alert)
{
    if (alert.status == Status::Allowed)
        return AlertGroup::Allowed;
    switch (alert.verdict) {
    case Verdict::None:
        return AlertGroup::Open;
    case Verdict::Benign:
        return AlertGroup::Benign;
    case Verdict::Suspicious:
        return AlertGroup::Suspicious;
    case Verdict::Malicious:
        return AlertGroup::Malicious;
    }
    return AlertGroup::Open;
}

QString groupText(AlertGroup group)
{
    switch (group) {
    case AlertGroup::Open:
        return AlertListModel::tr("Open");
    case AlertGroup::Suspicious:
        return AlertListModel::tr("Suspicious");
    case AlertGroup::Malicious:
        return AlertListModel::tr("Malicious");
    case AlertGroup::Benign:
        return AlertListModel::tr("Benign");
    case AlertGroup::Allowed:
        return AlertListModel::tr("Allowed");
    }
    return {};
}

void AlertListModel::setAlerts(std::vector<AlertRow> alerts)
{
    m_counts = {};
    for (const AlertRow &alert : alerts) {
        ++m_counts[static_cast<std::size_t>(groupOf(alert))].all;
        m_counts[static_cast<std::size_t>(groupOf(alert))].pack += alert.bundledRule ? 1 : 0;
    }
    takeRows(alerts);
    arrangeAs(std::move(alerts));
    Q_EMIT countsChanged();
}

/// Removes the rows that are not in `alerts` and appends those that are there alone.
void AlertListModel::takeRows(const std::vector<AlertRow> &alerts)
{
    std::unordered_set<std::string_view> wanted;
    for (const AlertRow &alert : alerts)
        wanted.insert(alert.id);
    const auto isGone = [&](int row) { return !wanted.contains(m_alerts[static_cast<std::size_t>(row)].id); };
    for (int last = rowCount() - 1; last >= 0; --last) {
        if (!isGone(last))
            continue;
        int first = last;
        while (first > 0 && isGone(first - 1))
            --first;
        beginRemoveRows({}, first, last);
        m_alerts.erase(m_alerts.begin() + first, m_alerts.begin() + last + 1);
        endRemoveRows();
        last = first;
    }
    std::unordered_set<std::string_view> known;
    for (const AlertRow &alert : m_alerts)
        known.insert(alert.id);
    std::vector<AlertRow> added;
    for (const AlertRow &alert : alerts)
        if (!known.contains(alert.id))
            added.push_back(alert);
    if (added.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(added.size()) - 1);
    m_alerts.reserve(m_alerts.size() + added.size());
    std::move(added.begin(), added.end(), std::back_inserter(m_alerts));
    endInsertRows();
}

/// Takes over order and content of `alerts`, which has the same rows.
void AlertListModel::arrangeAs(std::vector<AlertRow> alerts)
{
    if (std::ranges::equal(m_alerts, alerts, {}, &AlertRow::id, &AlertRow::id)) {
        m_alerts = std::move(alerts);
        if (!m_alerts.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    Q_EMIT layoutAboutToBeChanged();
    std::unordered_map<std::string_view, int> places;
    for (std::size_t row = 0; row < alerts.size(); ++row)
        places.emplace(alerts[row].id, static_cast<int>(row));
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex &one : before)
        after << index(places.at(m_alerts[static_cast<std::size_t>(one.row())].id));
    changePersistentIndexList(before, after);
    m_alerts = std::move(alerts);
    Q_EMIT layoutChanged();
}

void AlertListModel::setNew(std::unordered_set<std::string> ids)
{
    m_new = std::move(ids);
    if (!m_alerts.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {NewRole});
}

int AlertListModel::count(AlertGroup group, AlertRules rules) const
{
    const Count &count = m_counts[static_cast<std::size_t>(group)];
    return rules == AlertRules::Pack ? count.pack : count.all;
}

int AlertListModel::count(AlertRules rules) const
{
    int sum = 0;
    for (int group = 0; group < kAlertGroups; ++group)
        sum += count(static_cast<AlertGroup>(group), rules);
    return sum;
}

int AlertListModel::rowOf(const std::string &alertId) const
{
    const auto found = std::ranges::find(m_alerts, alertId, &AlertRow::id);
    return found == m_alerts.end() ? -1 : static_cast<int>(found - m_alerts.begin());
}

int AlertListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_alerts.size());
}

QVariant AlertListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const AlertRow &alert = m_alerts[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return hasDestination(alert)
            ? QStringLiteral("%1 %2 %3").arg(binary(alert), arrowOf(alert), destination(alert))
            : binary(alert);
    case Qt::AccessibleTextRole:
        return m_new.contains(alert.id) ? tr("new: %1").arg(spoken(alert)) : spoken(alert);
    case Qt::ToolTipRole:
        return hasDestination(alert)
            ? tr("%1\n%2\n%3").arg(shown(alert.image), destination(alert), shown(alert.ruleTitle))
            : tr("%1\n%2").arg(shown(alert.image), shown(alert.ruleTitle));
    case RawRowRole:
        return clipboardText(alert, false);
    case DefangedRowRole:
        return clipboardText(alert, true);
    case BinaryRole:
        return binary(alert);
    case DestinationRole:
        return destination(alert);
    case ArrowRole:
        return arrowOf(alert);
    case EndpointRole:
        return endpointText(alert);
    case EventsRole:
        return hasDestination(alert) || alert.image.empty() ? QString() : eventsText(alert);
    case NameSourceRole:
        return static_cast<int>(alert.destNameSource);
    case HostRole:
        return shown(alert.host);
    case UserRole:
        return shown(alert.user);
    case FirstSeenRole:
        return timeText(alert.firstSeen);
    case HitsRole:
        return static_cast<qulonglong>(alert.hits);
    case RuleTitleRole:
        return shown(alert.ruleTitle);
    case LevelRole:
        return alert.level;
    case LevelTextRole:
        return levelText(alert.level);
    case GroupRole:
        return static_cast<int>(groupOf(alert));
    case HasDestinationRole:
        return hasDestination(alert);
    case BundledRole:
        return alert.bundledRule;
    case NewRole:
        return m_new.contains(alert.id);
    default:
        return {};
    }
}

void AlertGroupModel::setGroup(AlertGroup group)
{
    if (group == m_group)
        return;
    m_group = group;
    invalidateFilter();
}

void AlertGroupModel::setRules(AlertRules rules)
{
    if (rules == m_rules)
        return;
    m_rules = rules;
    invalidateFilter();
}

bool AlertGroupModel::filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const
{
    const QModelIndex index = sourceModel()->index(sourceRow, 0, sourceParent);
    return index.data(AlertListModel::GroupRole).toInt() == static_cast<int>(m_group)
        && (m_rules == AlertRules::All || index.data(AlertListModel::BundledRole).toBool());
}

} // namespace lolscope
