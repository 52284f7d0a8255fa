#include "app/views/eventpanel.h"

#include "app/jobs/casereader.h"
#include "app/views/panelheader.h"
#include "app/views/plaindelegate.h"
#include "app/views/plaintext.h"
#include "app/views/theme.h"
#include "model/items/displaytext.h"

#include <QButtonGroup>
#include <QHeaderView>
#include <QLocale>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lolscope {

namespace {

/// Times stand under each other; details are quiet, so that the eye finds the other columns first.
class EventDelegate : public PlainDelegate
{
public:
    using PlainDelegate::PlainDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        PlainDelegate::initStyleOption(option, index);
        option->state &= ~QStyle::State_HasFocus; // the row is what is chosen
        if (index.column() == EventTableModel::TimeColumn || index.column() == EventTableModel::DetailsColumn)
            option->font = fixedFont(option->font);
        if (index.column() == EventTableModel::DetailsColumn)
            option->palette.setColor(QPalette::Text, coloursOf(option->palette).dim);
    }
};

} // namespace

EventPanel::EventPanel(QWidget *parent)
    : QWidget(parent)
    , m_model(new EventTableModel([this](const EventPageRequest &request) { fetch(request); }, this))
    , m_view(new QTableView(this))
    , m_header(new PanelHeader(tr("Events"), this))
    , m_scopes(new QButtonGroup(this))
{
    m_view->setModel(m_model);
    m_view->setItemDelegate(new EventDelegate(m_view));
    m_view->setObjectName(QStringLiteral("eventTable"));
    m_view->setAccessibleName(tr("Events"));
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(m_view->fontMetrics().height() + 7);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int widths[] = {172, 110, 150, 115};
    for (int column = 0; column < 4; ++column)
        m_view->setColumnWidth(column, widths[column]);
    addCopyActions(m_view);

    const QString names[] = {tr("All events"), tr("Selected process"), tr("This alert")};
    for (int scope = 0; scope < 3; ++scope) {
        auto *chip = chipButton(names[scope], tr("Show %1").arg(names[scope]), m_header);
        m_scopes->addButton(chip, scope);
        m_header->add(chip);
    }
    m_scopes->button(0)->setChecked(true);
    connect(m_scopes, &QButtonGroup::idClicked, this, &EventPanel::reload);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_view, 1);

    connect(m_model, &EventTableModel::loadFailed, this, &EventPanel::failed);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &index) {
                if (index.isValid() && m_telling)
                    Q_EMIT eventSelected();
            });
}

void EventPanel::setReader(CaseReader *reader)
{
    m_reader = reader;
    reload();
}

EventPanel::Scope EventPanel::scope() const
{
    return static_cast<Scope>(m_scopes->checkedId());
}

void EventPanel::setScope(Scope scope)
{
    m_scopes->button(static_cast<int>(scope))->setChecked(true);
    reload();
}

void EventPanel::setSubject(std::optional<ProcessId> process, std::optional<std::string> alert)
{
    const bool changed =
        (scope() == Scope::Process && process != m_process) || (scope() == Scope::Alert && alert != m_alert);
    m_process = process;
    m_alert = std::move(alert);
    if (changed)
        reload();
}

void EventPanel::selectEvent(EventId id)
{
    m_wanted = id;
    const int row = m_model->rowOf(id);
    m_telling = false; // the selection came from outside: whoever asked knows it
    if (row < 0)
        m_view->setCurrentIndex({}); // it is in the case, and here when the list is read again
    else
        m_view->selectRow(row);
    m_telling = true;
    if (row < 0)
        return;
    m_view->scrollTo(m_model->index(row, 0));
}

std::optional<EventId> EventPanel::currentEvent() const
{
    const QModelIndex index = m_view->currentIndex();
    return index.isValid() ? std::optional(m_model->eventAt(index.row())) : std::nullopt;
}

EventFilter EventPanel::filter() const
{
    EventFilter filter;
    if (scope() == Scope::Process)
        filter.process = m_process;
    else if (scope() == Scope::Alert)
        filter.alert = m_alert;
    return filter;
}

bool EventPanel::isEmptyScope() const
{
    return (scope() == Scope::Process && !m_process) || (scope() == Scope::Alert && !m_alert);
}

void EventPanel::ask(bool refresh)
{
    m_refreshing = refresh;
    if (!m_reader || isEmptyScope()) {
        m_model->setIds({});
        m_header->setRemark(m_reader ? tr("nothing selected") : QString());
        return;
    }
    m_pace.asked();
    m_reader->ask(
        CaseReader::Topic::EventList, this,
        [wanted = filter()](const CaseFile &file) { return eventIds(file, wanted); },
        [this, refresh](Result<std::vector<EventId>> ids) {
            m_refreshing = false;
            m_pace.answered();
            if (!ids) {
                m_header->setRemark(tr("could not be read"));
                Q_EMIT failed(ids.error());
                return;
            }
            showIds(std::move(*ids));
            if (m_wanted && !refresh) // the place on the screen is the user's
                selectEvent(*m_wanted);
        });
}

void EventPanel::refresh()
{
    if (m_reader && !isEmptyScope() && !m_refreshing && m_pace.waitMs() == 0)
        ask(true);
}

void EventPanel::showIds(std::vector<EventId> ids)
{
    m_header->setRemark(countText(ids.size()));
    const auto selected = currentEvent();
    const int top = m_view->rowAt(0);
    const auto topmost = top < 0 ? std::nullopt : std::optional(m_model->eventAt(top));
    m_telling = false;
    m_model->setIds(std::move(ids));
    if (selected && currentEvent() != selected) // the rows are all new
        if (const int row = m_model->rowOf(*selected); row >= 0)
            m_view->selectRow(row);
    m_telling = true;
    if (!selected && m_wanted && m_model->rowOf(*m_wanted) >= 0) {
        selectEvent(*m_wanted);
        return;
    }
    if (topmost && m_view->rowAt(0) != top)
        if (const int row = m_model->rowOf(*topmost); row >= 0)
            m_view->scrollTo(m_model->index(row, 0), QAbstractItemView::PositionAtTop);
}

void EventPanel::fetch(const EventPageRequest &request)
{
    if (!m_reader)
        return;
    m_reader->askAlways(
        this, [ids = request.ids](const CaseFile &file) { return eventRows(file, ids); },
        [this, generation = request.generation, page = request.page](Result<std::vector<EventRow>> rows) {
            if (rows)
                m_model->setPage(generation, page, std::move(*rows));
            else
                m_model->setPageError(generation, page, rows.error());
        });
}

} // namespace lolscope
