#include "model/items/eventtablemodel.h"

#include "model/base/text.h"
#include "model/items/displaytext.h"

#include <algorithm>
#include <limits>

namespace lolscope {

namespace {

QString clipboardText(const EventRow &row, bool safe)
{
    return clipboardRow({timeText(row.time), raw(row.host), QString::number(row.eventId), raw(row.provider),
                         raw(row.image), raw(safe ? defanged(row.details) : row.details)});
}

QVariant display(const EventRow &row, int column)
{
    switch (static_cast<EventTableModel::Column>(column)) {
    case EventTableModel::TimeColumn:
        return timeText(row.time);
    case EventTableModel::HostColumn:
        return shown(row.host);
    case EventTableModel::EventColumn:
        return eventTitle(row.eventId, row.provider);
    case EventTableModel::ProcessColumn:
        return shown(baseName(row.image));
    case EventTableModel::DetailsColumn:
        return shown(row.details);
    case EventTableModel::ColumnCount:
        break;
    }
    return {};
}

QVariant toolTip(const EventRow &row, int column)
{
    switch (static_cast<EventTableModel::Column>(column)) {
    case EventTableModel::TimeColumn:
        return row.time ? QString::fromStdString(formatTimestamp(*row.time)) : QString();
    case EventTableModel::EventColumn:
        return shown(row.provider) + QLatin1Char('\n') + shown(row.channel);
    case EventTableModel::ProcessColumn:
        return shown(row.image);
    case EventTableModel::HostColumn:
    case EventTableModel::DetailsColumn:
        return display(row, column);
    case EventTableModel::ColumnCount:
        break;
    }
    return {};
}

QVariant cell(const EventRow &row, int column, int role)
{
    switch (role) {
    case Qt::DisplayRole:
        return display(row, column);
    case Qt::ToolTipRole:
        return toolTip(row, column);
    case RawRowRole:
        return clipboardText(row, false);
    case DefangedRowRole:
        return clipboardText(row, true);
    default:
        return {};
    }
}

} // namespace

EventTableModel::EventTableModel(Fetch fetch, QObject *parent)
    : QAbstractTableModel(parent)
    , m_fetch(std::move(fetch))
{}

void EventTableModel::setIds(std::vector<EventId> ids)
{
    const int before = rowCount();
    const bool grows =
        before > 0 && ids.size() >= m_ids.size() && std::equal(m_ids.begin(), m_ids.end(), ids.begin());
    if (grows && ids.size() == m_ids.size())
        return;
    if (grows) { // the pages stay; the one that was not full is asked for again
        const int after = std::max(before, rowsOf(ids.size()));
        if (after > before)
            beginInsertRows({}, before, after - 1);
        m_ids = std::move(ids);
        m_pending.remove(before / kPageRows);
        if (after > before)
            endInsertRows();
        return;
    }
    beginResetModel();
    ++m_generation;
    m_ids = std::move(ids);
    m_pages.clear();
    m_pending.clear();
    endResetModel();
}

void EventTableModel::setPage(quint64 generation, int page, std::vector<EventRow> rows)
{
    if (generation != m_generation || rows.empty())
        return; // the answer to a question nobody asks any more
    const int first = page * kPageRows;
    const int last = std::min(first + kPageRows, rowCount()) - 1;
    if (static_cast<int>(rows.size()) <= last - first)
        return; // asked for before the page grew
    m_pending.remove(page);
    m_pages.insert(page, new std::vector<EventRow>(std::move(rows)));
    Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
}

void EventTableModel::setPageError(quint64 generation, int page, const Error &error)
{
    if (generation != m_generation)
        return;
    Q_UNUSED(page); // stays pending: scrolling must not repeat a failing query for ever
    Q_EMIT loadFailed(error);
}

int EventTableModel::rowOf(EventId id) const
{
    const auto found = std::ranges::find(m_ids, id);
    const auto row = found - m_ids.begin();
    return found == m_ids.end() || row >= rowCount() ? -1 : static_cast<int>(row);
}

int EventTableModel::rowsOf(std::size_t ids)
{
    constexpr auto kMaxRows = static_cast<std::size_t>(std::numeric_limits<int>::max());
    return static_cast<int>(std::min(ids, kMaxRows));
}

int EventTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : rowsOf(m_ids.size());
}

int EventTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == EventIdRole)
        return qint64{toInt(eventAt(index.row()))};

    const int page = index.row() / kPageRows;
    const auto offset = static_cast<std::size_t>(index.row() % kPageRows);
    if (const auto *rows = m_pages.object(page); rows && offset < rows->size())
        return cell((*rows)[offset], index.column(), role);
    if (role != Qt::DisplayRole)
        return {};
    requestPage(page);
    return QStringLiteral("…");
}

QVariant EventTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    switch (static_cast<Column>(section)) {
    case TimeColumn:
        return tr("Time (UTC)");
    case HostColumn:
        return tr("Host");
    case EventColumn:
        return tr("Event");
    case ProcessColumn:
        return tr("Process");
    case DetailsColumn:
        return tr("Details");
    case ColumnCount:
        break;
    }
    return {};
}

void EventTableModel::requestPage(int page) const
{
    if (m_pending.contains(page))
        return;
    m_pending.insert(page);
    const auto first = m_ids.begin() + static_cast<std::ptrdiff_t>(page) * kPageRows;
    const auto count = std::min<std::ptrdiff_t>(kPageRows, m_ids.end() - first);
    m_fetch({m_generation, page, {first, first + count}});
}

} // namespace lolscope
