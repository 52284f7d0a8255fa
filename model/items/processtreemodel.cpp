#include "model/items/processtreemodel.h"

#include "model/base/text.h"
#include "model/items/displaytext.h"

#include <chrono>
#include <set>

namespace lolscope {

namespace {

std::optional<Timestamp> timeOf(const TreeNode &node)
{
    if (const auto *process = std::get_if<ProcessRow>(&node.fact))
        return process->start;
    if (const auto *query = std::get_if<DnsQueryRow>(&node.fact))
        return query->time;
    if (const auto *connection = std::get_if<ConnectionRow>(&node.fact))
        return connection->time;
    return {};
}

std::string joined(const std::vector<std::string> &parts)
{
    std::string text;
    for (const std::string &part : parts)
        text.append(text.empty() ? "" : "; ").append(part);
    return text;
}

QString why(const ProcessRow &process)
{
    QStringList lines;
    if (process.source == ProcessSource::Ghost)
        lines << ProcessTreeModel::tr("Not in the evidence: known only from the parent fields of its child.");
    else if (process.source == ProcessSource::Derived)
        lines << ProcessTreeModel::tr(
            "Its start is not in the evidence: known from its connections, queries or end.");
    if (process.parentLink == ParentLink::PidAndTime)
        lines << ProcessTreeModel::tr(
            "Its parent was found by PID and time: PIDs are reused, so this is less sure.");
    else if (process.parentLink == ParentLink::Cut)
        lines << ProcessTreeModel::tr(
            "Its record names itself or a descendant as parent; that link was cut.");
    if (process.hiddenBelow > 0)
        lines << ProcessTreeModel::tr(
                     "The chain is too long to be shown whole: %1 processes between this one "
                     "and the next were left out.")
                     .arg(process.hiddenBelow);
    return lines.join(QLatin1Char('\n'));
}

QString name(const ProcessRow &process)
{
    QString text =
        process.image.empty() ? ProcessTreeModel::tr("unknown program") : shown(baseName(process.image));
    if (process.source == ProcessSource::Derived)
        text = ProcessTreeModel::tr("%1 (start not logged)").arg(text);
    else if (process.source == ProcessSource::Ghost)
        text = ProcessTreeModel::tr("%1 (ghost)").arg(text);
    if (process.hiddenBelow > 0)
        text = ProcessTreeModel::tr("%1 … %2 processes not shown").arg(text).arg(process.hiddenBelow);
    return text;
}

QString name(const DnsQueryRow &query)
{
    return ProcessTreeModel::tr("DNS %1").arg(shown(query.name));
}

QString name(const ConnectionRow &connection)
{
    QString where = shown(endpoint(connection.destIp, connection.destPort));
    if (!connection.initiated.value_or(true)) // which end is ours not all records say
        where =
            QStringLiteral("%1 ↔ %2").arg(shown(endpoint(connection.sourceIp, connection.sourcePort)), where);
    return QStringLiteral("%1 %2").arg(shown(connection.protocol).toUpper(), where).trimmed();
}

QString name(const FoldedChildren &folded)
{
    return ProcessTreeModel::tr("+ %n child(ren)", nullptr, plural(folded.count));
}

QString detail(const FoldedChildren &)
{
    return ProcessTreeModel::tr("double-click to show");
}

QString detail(const ProcessRow &process)
{
    return shown(process.commandLine.empty() ? process.image : process.commandLine);
}

QString detail(const DnsQueryRow &query)
{
    if (!query.answers.empty())
        return shown(joined(query.answers));
    return query.status.empty() || query.status == "0"
        ? ProcessTreeModel::tr("no answer logged")
        : ProcessTreeModel::tr("failed, status %1").arg(shown(query.status));
}

QString detail(const ConnectionRow &connection)
{
    const QString source = shown(endpoint(connection.sourceIp, connection.sourcePort));
    const QString line = connection.initiated.value_or(true) ? ProcessTreeModel::tr("from %1").arg(source)
                                                             : ProcessTreeModel::tr("accepted");
    if (!connection.askedName.empty())
        return ProcessTreeModel::tr("%1 (asked), %2").arg(shown(connection.askedName), line);
    if (!connection.reverseName.empty())
        return ProcessTreeModel::tr("%1 (reverse), %2").arg(shown(connection.reverseName), line);
    return line;
}

QString clipboardText(const TreeNode &node, bool safe)
{
    const auto text = [safe](const std::string &value) { return raw(safe ? defanged(value) : value); };
    const QString time = timeText(timeOf(node));
    if (const auto *process = std::get_if<ProcessRow>(&node.fact))
        return clipboardRow({raw(process->image), process->pid ? QString::number(*process->pid) : QString(),
                             time, text(process->commandLine)});
    if (const auto *query = std::get_if<DnsQueryRow>(&node.fact))
        return clipboardRow({QStringLiteral("DNS"), text(query->name), time, text(joined(query->answers))});
    if (const auto *folded = std::get_if<FoldedChildren>(&node.fact))
        return name(*folded);
    const auto &connection = std::get<ConnectionRow>(node.fact);
    return clipboardRow({raw(connection.protocol), text(endpoint(connection.destIp, connection.destPort)),
                         time, text(endpoint(connection.sourceIp, connection.sourcePort)),
                         text(connection.askedName), text(connection.reverseName)});
}

QString activityText(const ProcessRow &process)
{
    QStringList parts;
    if (process.dnsQueries > 0)
        parts << ProcessTreeModel::tr("dns %1").arg(process.dnsQueries);
    if (process.connections > 0)
        parts << ProcessTreeModel::tr("net %1").arg(process.connections);
    if (process.alerts > 0)
        parts << ProcessTreeModel::tr("alert %1").arg(process.alerts);
    return parts.join(QStringLiteral(", "));
}

template<typename Id>
QVariant number(const std::optional<Id> &id)
{
    return id ? QVariant(qint64{toInt(*id)}) : QVariant();
}

} // namespace

void ProcessTreeModel::setTree(AlertTree tree)
{
    beginResetModel();
    m_tree = std::move(tree);
    std::set<std::int64_t> days;
    for (const TreeNode &node : m_tree.nodes)
        if (const auto time = timeOf(node))
            days.insert(std::chrono::floor<std::chrono::days>(*time).time_since_epoch().count());
    m_severalDays = days.size() > 1;
    arrange();
    endResetModel();
}

void ProcessTreeModel::setFactsShown(bool dnsQueries, bool connections)
{
    beginResetModel();
    m_dnsShown = dnsQueries;
    m_connectionsShown = connections;
    arrange();
    endResetModel();
}

void ProcessTreeModel::arrange()
{
    const std::size_t count = m_tree.nodes.size();
    m_children.assign(count, {});
    m_rows.assign(count, -1);
    m_roots.clear();
    for (std::size_t node = 0; node < count; ++node) {
        const TreeNode &tree = m_tree.nodes[node];
        if ((tree.kind() == TreeNode::Kind::DnsQuery && !m_dnsShown)
            || (tree.kind() == TreeNode::Kind::Connection && !m_connectionsShown))
            continue;
        auto &siblings = tree.parent < 0 ? m_roots : m_children[static_cast<std::size_t>(tree.parent)];
        m_rows[node] = static_cast<int>(siblings.size());
        siblings.push_back(static_cast<int>(node));
    }
}

const std::vector<int> &ProcessTreeModel::childrenOf(const QModelIndex &parent) const
{
    return parent.isValid() ? m_children[parent.internalId()] : m_roots;
}

QModelIndex ProcessTreeModel::indexOf(int node, int column) const
{
    if (node < 0 || static_cast<std::size_t>(node) >= m_rows.size())
        return {};
    const int row = m_rows[static_cast<std::size_t>(node)];
    return row < 0 ? QModelIndex() : createIndex(row, column, static_cast<quintptr>(node));
}

int ProcessTreeModel::nodeOf(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<int>(index.internalId()) : -1;
}

QString ProcessTreeModel::keyOf(int node) const
{
    const TreeNode &row = m_tree.nodes[static_cast<std::size_t>(node)];
    if (const auto *folded = std::get_if<FoldedChildren>(&row.fact))
        return QStringLiteral("folded %1").arg(toInt(folded->of));
    const auto *process = std::get_if<ProcessRow>(&row.fact);
    if (!process)
        return clipboardText(row, false);
    return process->guid.empty() ? clipboardText(row, false) : raw(process->guid);
}

QModelIndex ProcessTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, static_cast<quintptr>(childrenOf(parent)[static_cast<std::size_t>(row)]));
}

QModelIndex ProcessTreeModel::parent(const QModelIndex &child) const
{
    return child.isValid() ? indexOf(m_tree.nodes[child.internalId()].parent) : QModelIndex();
}

int ProcessTreeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(childrenOf(parent).size());
}

int ProcessTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant ProcessTreeModel::text(int node, int column) const
{
    const TreeNode &row = m_tree.nodes[static_cast<std::size_t>(node)];
    const auto *process = std::get_if<ProcessRow>(&row.fact);
    switch (static_cast<Column>(column)) {
    case NameColumn:
        return std::visit([](const auto &fact) { return name(fact); }, row.fact);
    case PidColumn:
        return process && process->pid ? QString::number(*process->pid) : QString();
    case StartedColumn:
        return timeText(timeOf(row), m_severalDays ? TimeStyle::DateAndTime : TimeStyle::Time);
    case DetailColumn:
        return std::visit([](const auto &fact) { return detail(fact); }, row.fact);
    case ActivityColumn:
        if (process)
            return activityText(*process);
        return row.offset ? offsetText(*row.offset) : QString();
    case ColumnCount:
        break;
    }
    return {};
}

QVariant ProcessTreeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const int node = nodeOf(index);
    const TreeNode &row = m_tree.nodes[static_cast<std::size_t>(node)];
    const auto *process = std::get_if<ProcessRow>(&row.fact);
    const auto *query = std::get_if<DnsQueryRow>(&row.fact);
    const auto *connection = std::get_if<ConnectionRow>(&row.fact);
    const auto *folded = std::get_if<FoldedChildren>(&row.fact);
    switch (role) {
    case Qt::DisplayRole:
        return text(node, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == NameColumn && row.origin
            ? tr("%1, alert origin").arg(text(node, NameColumn).toString())
            : text(node, index.column());
    case Qt::ToolTipRole:
        if (index.column() == NameColumn && process && !why(*process).isEmpty())
            return shown(process->image) + QLatin1Char('\n') + why(*process);
        if (index.column() == StartedColumn)
            return timeOf(row) ? QString::fromStdString(formatTimestamp(*timeOf(row))) : QString();
        return text(node, index.column());
    case RawRowRole:
        return clipboardText(row, false);
    case DefangedRowRole:
        return clipboardText(row, true);
    case KindRole:
        return static_cast<int>(row.kind());
    case OriginRole:
        return row.origin;
    case SourceRole:
        return process ? QVariant(static_cast<int>(process->source)) : QVariant();
    case DnsCountRole:
        return process ? process->dnsQueries : 0;
    case ConnectionCountRole:
        return process ? process->connections : 0;
    case AlertCountRole:
        return process ? process->alerts : 0;
    case OffsetTextRole:
        return row.offset ? offsetText(*row.offset) : QString();
    case ProcessIdRole:
        if (process)
            return qint64{toInt(process->id)};
        if (folded)
            return qint64{toInt(folded->of)};
        return number(query ? query->process : connection->process);
    case EventIdRole:
        if (process)
            return number(process->startEvent);
        if (folded)
            return {};
        return qint64{toInt(query ? query->event : connection->event)};
    default:
        return {};
    }
}

QVariant ProcessTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    switch (static_cast<Column>(section)) {
    case NameColumn:
        return tr("Process / activity");
    case PidColumn:
        return tr("PID");
    case StartedColumn:
        return tr("Started (UTC)");
    case DetailColumn:
        return tr("Command line / detail");
    case ActivityColumn:
        return tr("Activity");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace lolscope
