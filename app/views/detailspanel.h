#pragma once

#include "app/jobs/alertview.h"

#include <QWidget>

class QAction;
class QButtonGroup;
class QLabel;
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
    /// On the page of the alert: the facts of a row of its process tree, or null for those of the alert.
    void setNode(const TreeNode *node);
    void setEvent(const StoredEvent &event);
    std::optional<EventId> shownEvent() const { return m_eventShown; }
    /// Of the event set last; an answer for another one is passed over.
    void setXml(EventId event, const CitedXml &xml);
    void clear();
    Page page() const;
    void setPage(Page page);

Q_SIGNALS:
    /// The XML of shownEvent() is looked at and not there yet: setXml() is to bring it.
    void xmlWanted();

private:
    void askForXml();
    void addWhy(const AlertView &view);
    void addRule(const AlertView &view);
    void addDecision(const AlertRow &alert);

    struct Shown ///< What of an alert may change.
    {
        AlertRow alert;
        std::optional<ProcessRow> process;
        std::optional<ConnectionRow> connection;
        std::optional<DnsQueryRow> query;
        bool operator==(const Shown &) const = default;
    };

    QStackedWidget *m_pages;
    QButtonGroup *m_chips;
    QStackedWidget *m_subjects; ///< The first page: the alert or the node.
    FactSheet *m_alert;
    FactSheet *m_nodeSheet;
    std::optional<TreeNode> m_node;
    FactSheet *m_event;
    XmlView *m_xml;
    QLabel *m_xmlRemark; ///< Above the XML.
    std::optional<Shown> m_shown;
    std::optional<EventId> m_eventShown;
    bool m_xmlAsked = false; ///< For m_eventShown.
    QWidget *m_decide;
};

} // namespace lolscope
