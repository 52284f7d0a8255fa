#pragma once

#include "app/jobs/alertview.h"

#include <QWidget>

class QAction;
class QButtonGroup;
class QStackedWidget;

namespace lolscope {

class FactSheet;

/// What is known of the selected alert and of the selected event, and the buttons to decide.
class DetailsPanel : public QWidget
{
    Q_OBJECT
public:
    enum class Page { Alert, Event };

    /// The buttons below the alert trigger `decisions` and follow whether they are enabled.
    explicit DetailsPanel(const QList<QAction *> &decisions, QWidget *parent = nullptr);

    void setAlert(const AlertView &view);
    void setEvent(const StoredEvent &event);
    void clear();
    void setPage(Page page);

private:
    void addWhy(const AlertView &view);
    void addRule(const AlertView &view);
    void addDecision(const AlertRow &alert);

    QStackedWidget *m_pages;
    QButtonGroup *m_chips;
    FactSheet *m_alert;
    FactSheet *m_event;
    QWidget *m_decide;
};

} // namespace lolscope
