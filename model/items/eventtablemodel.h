#pragma once

#include "model/base/result.h"
#include "model/items/roles.h"
#include "model/store/rows.h"

#include <QAbstractTableModel>
#include <QCache>
#include <QSet>

#include <functional>
#include <vector>

namespace lolscope {

/// A request for the rows behind one page of the table.
struct EventPageRequest
{
    quint64 generation = 0; ///< Give it back with the answer.
    int page = 0;
    std::vector<EventId> ids; ///< At most EventTableModel::kPageRows, in display order.
};

/// A flat list of events of the case, for tables with millions of rows.
///
/// Holds the ids of the current result (8 bytes a row) and a bounded cache of pages. data() never waits and
/// never touches SQLite: a missing page is asked for once and shows a placeholder until setPage() or
/// setPageError() answers. Answers to an older result are dropped by generation.
class EventTableModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { TimeColumn, HostColumn, EventColumn, ProcessColumn, DetailsColumn, ColumnCount };
    enum Role { EventIdRole = FirstModelRole };
    static constexpr int kPageRows = 256;
    static constexpr int kMaxCachedPages = 64;

    /// `fetch` must return at once and answer later, from the event loop of this model's thread.
    using Fetch = std::function<void(const EventPageRequest &)>;
    explicit EventTableModel(Fetch fetch, QObject *parent = nullptr);

    /// Replaces the result shown; where it only grew at the end, rows are inserted. Ids past INT_MAX rows are
    /// not shown (a Qt limit).
    void setIds(std::vector<EventId> ids);
    void setPage(quint64 generation, int page, std::vector<EventRow> rows);
    void setPageError(quint64 generation, int page, const Error &error);

    EventId eventAt(int row) const { return m_ids[static_cast<std::size_t>(row)]; }
    /// -1 when the event is not in the result.
    int rowOf(EventId id) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void loadFailed(const lolscope::Error &error);

private:
    static int rowsOf(std::size_t ids);
    void requestPage(int page) const;

    Fetch m_fetch;
    std::vector<EventId> m_ids;
    quint64 m_generation = 0;
    QCache<int, std::vector<EventRow>> m_pages{kMaxCachedPages};
    mutable QSet<int> m_pending; // asked for, not answered
};

} // namespace lolscope
