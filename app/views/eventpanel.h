#pragma once

#include "app/views/pace.h"
#include "model/items/eventtablemodel.h"
#include "model/store/eventstore.h"

#include <QWidget>

class QButtonGroup;
class QTableView;

namespace lolscope {

class CaseReader;
class PanelHeader;

/// The events of the case, or of the selected process or alert.
class EventPanel : public QWidget
{
    Q_OBJECT
public:
    enum class Scope { All, Process, Alert };

    explicit EventPanel(QWidget *parent = nullptr);

    /// Null while there is no case. Call again when the case has new events.
    void setReader(CaseReader *reader);
    /// The case has grown: soon lists what is new, and keeps selection and place. A list that takes long to
    /// read is read less often.
    void refresh();
    QTableView *view() const { return m_view; }
    Scope scope() const;
    void setScope(Scope scope);
    /// What the narrower scopes are about.
    void setSubject(std::optional<ProcessId> process, std::optional<std::string> alert);
    /// Selects the event where the list has it; remembered while the list is being read.
    void selectEvent(EventId id);
    std::optional<EventId> currentEvent() const;

Q_SIGNALS:
    /// By the user, not by selectEvent().
    void eventSelected();
    void failed(const lolscope::Error &error);

private:
    void reload() { ask(false); }
    void ask(bool refresh);
    bool isEmptyScope() const;
    void showIds(std::vector<EventId> ids);
    void fetch(const EventPageRequest &request);
    EventFilter filter() const;

    EventTableModel *m_model;
    QTableView *m_view;
    PanelHeader *m_header;
    QButtonGroup *m_scopes;
    CaseReader *m_reader = nullptr;
    std::optional<ProcessId> m_process;
    std::optional<std::string> m_alert;
    std::optional<EventId> m_wanted;
    bool m_telling = true;
    Pace m_pace{20, 2'000};
    bool m_refreshing = false; // asked for, not answered
};

} // namespace lolscope
