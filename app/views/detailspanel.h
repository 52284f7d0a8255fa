#pragma once

#include "app/jobs/alertview.h"

#include <QWidget>

class QAction;
class QButtonGroup;
class QStackedWidget;

namespace lolscope {

class FactSheet;
class XmlView;

/// What is known of the selected alert, of the selected event and its XML, and the buttons to decide.
class DetailsPanel : public QWidget
{
    Q_OBJECT
public:
    enum class Page { Alert, Event, Xml };

    /// The buttons below the alert trigger `decisions` and follow whether they are enabled.
    explicit DetailsPanel(const QList<QAction *> &decisions, QWidget *parent = nullptr);

    void setAlert(const AlertView &view);
    void setEvent(const EventView &event);
    void clear();
    Page page() const;
    void setPage(Page page);

private:
    void addWhy(const AlertView &view);
    void addRule(const AlertView &view);
    void addDecision(const AlertRow &alert);

    QStackedWidget *m_pages;
    QButtonGroup *m_chips;
    FactSheet *m_alert;
    FactSheet *m_event;
    XmlView *m_xml;
    QWidget *m_decide;
};

} // namespace lolscope
