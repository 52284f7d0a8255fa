#include "app/views/detailspanel.h"

#include "app/views/detailsfacts.h"
#include "app/views/factsheet.h"
#include "app/views/flowlayout.h"
#include "app/views/panelheader.h"
#include "app/views/plaintext.h"
#include "app/views/xmlview.h"
#include "model/items/alertlistmodel.h"
#include "model/items/displaytext.h"

#include <QAction>
#include <QButtonGroup>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace lolscope {

namespace {

QString joined(const std::vector<std::string> &parts, const QString &separator)
{
    QStringList list;
    for (const std::string &part : parts)
        list << shown(part);
    return list.join(separator);
}

/// `attack.t1218.005` is T1218.005 to everybody; other tags stay as they are.
QString tagText(const std::vector<std::string> &tags)
{
    QStringList list;
    for (const std::string &tag : tags) {
        const QString text = shown(tag);
        const QString technique = text.section(QLatin1Char('.'), 1).toUpper();
        const bool isTechnique = text.startsWith(QLatin1String("attack.t"), Qt::CaseInsensitive)
            && technique.size() > 1 && technique.at(1).isDigit();
        list << (isTechnique ? technique : text.startsWith(QLatin1String("attack.")) ? text.mid(7) : text);
    }
    return list.join(QStringLiteral(" · "));
}

/// `Image ends with \mshta.exe` and the value that matched, set off.
QWidget *matchedValue(const DetectionRow::Matched &matched)
{
    auto *row = new QWidget;
    auto *column = new QVBoxLayout(row);
    column->setContentsMargins(0, 2, 0, 2);
    column->setSpacing(2);
    QString test = DetailsPanel::tr("%1 %2").arg(shown(matched.field), shown(matched.test));
    if (matched.source != FieldSource::Event)
        test += QStringLiteral(" · ") + fieldSourceText(matched.source);
    column->addWidget(new ValueText(test, raw(matched.field) + QLatin1Char(' ') + raw(matched.test)));
    auto *value = new ValueText(matched.value.empty() ? DetailsPanel::tr("(empty)") : shown(matched.value),
                                raw(matched.value));
    value->setHighlighted(true);
    value->setWrapAnywhere(true);
    value->setContentsMargins(8, 0, 0, 0);
    value->setFont(fixedFont(value->font()));
    column->addWidget(value);
    return row;
}

} // namespace

DetailsPanel::DetailsPanel(const QList<QAction *> &decisions, QWidget *parent)
    : QWidget(parent)
    , m_pages(new QStackedWidget(this))
    , m_chips(new QButtonGroup(this))
    , m_subjects(new QStackedWidget(this))
    , m_alert(new FactSheet(this))
    , m_nodeSheet(new FactSheet(this))
    , m_event(new FactSheet(this))
    , m_xml(new XmlView(this))
    , m_xmlRemark(plainLabel({}, this))
    , m_decide(new QWidget(this))
{
    auto *header = new PanelHeader(tr("Details"), this);
    const QString names[] = {tr("Alert"), tr("Event"), tr("Raw XML")};
    const QString spoken[] = {tr("Details of the alert"), tr("Details of the event"), tr("XML of the event")};
    for (int page = 0; page < 3; ++page) {
        auto *chip = chipButton(names[page], spoken[page], header);
        m_chips->addButton(chip, page);
        header->add(chip);
    }
    m_chips->button(0)->setChecked(true);
    connect(m_chips, &QButtonGroup::idClicked, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_pages, &QStackedWidget::currentChanged, this, &DetailsPanel::askForXml);
    m_subjects->addWidget(m_alert);
    m_subjects->addWidget(m_nodeSheet);
    m_alert->setAccessibleName(spoken[0]);
    m_nodeSheet->setAccessibleName(tr("Details of the selected row"));
    m_nodeSheet->setObjectName(QStringLiteral("nodeFacts"));
    m_event->setAccessibleName(spoken[1]);
    m_xml->setAccessibleName(spoken[2]);
    m_xml->setObjectName(QStringLiteral("eventXml"));
    m_xmlRemark->setObjectName(QStringLiteral("eventXmlRemark"));
    m_xmlRemark->setWordWrap(true);
    m_xmlRemark->setContentsMargins(12, 8, 12, 8);
    auto *xmlPage = new QWidget(this);
    auto *xmlColumn = new QVBoxLayout(xmlPage);
    xmlColumn->setContentsMargins({});
    xmlColumn->setSpacing(0);
    xmlColumn->addWidget(m_xmlRemark);
    xmlColumn->addWidget(m_xml, 1);
    for (QWidget *page : std::initializer_list<QWidget *>{m_subjects, m_event, xmlPage})
        m_pages->addWidget(page);

    m_decide->setObjectName(QStringLiteral("decide"));
    auto *decide = new QVBoxLayout(m_decide);
    decide->setContentsMargins(12, 8, 12, 10);
    auto *title = plainLabel(tr("Decide").toUpper(), m_decide);
    title->setObjectName(QStringLiteral("sectionTitle"));
    decide->addWidget(title);
    auto *flow = new FlowLayout;
    for (QAction *action : decisions) {
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        auto *button = new QPushButton(
            key.isEmpty() ? action->text() : QStringLiteral("%1  %2").arg(action->text(), key), m_decide);
        button->setObjectName(action->objectName() + QStringLiteral("Button"));
        button->setAccessibleName(action->text());
        button->setToolTip(action->toolTip());
        button->setEnabled(action->isEnabled());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::enabledChanged, button, &QPushButton::setEnabled);
        flow->addWidget(button);
    }
    decide->addLayout(flow);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(m_pages, 1);
    auto *line = new QFrame(this);
    line->setObjectName(QStringLiteral("line"));
    line->setFixedHeight(1);
    column->addWidget(line);
    column->addWidget(m_decide);
    clear();
}

void DetailsPanel::setAlert(const AlertView &view)
{
    const Shown shownNow{view.tree.alert, view.process, view.connection, view.query};
    if (m_shown == shownNow)
        return; // what the user reads, and may have selected, stays
    const bool isSame = m_shown && m_shown->alert.id == shownNow.alert.id;
    m_shown = shownNow;
    m_alert->begin();
    addWhy(view);
    addConnectionFacts(*m_alert, view);
    if (view.process)
        addProcessFacts(*m_alert, *view.process);
    addRule(view);
    if (view.event)
        addCitations(*m_alert, *view.event);
    addDecision(view.tree.alert);
    m_alert->end(isSame);
}

void DetailsPanel::setNode(const TreeNode *node)
{
    const auto title = [node] {
        if (!node)
            return tr("Alert");
        switch (node->kind()) {
        case TreeNode::Kind::Process:
            return tr("Process");
        case TreeNode::Kind::Connection:
            return tr("Connection");
        case TreeNode::Kind::DnsQuery:
            return tr("DNS query");
        case TreeNode::Kind::Folded:
            break;
        }
        return QString();
    };
    m_chips->button(static_cast<int>(Page::Alert))->setText(title());
    m_subjects->setCurrentWidget(node ? m_nodeSheet : m_alert);
    if (!node || m_node == *node)
        return;
    m_node = *node;
    m_nodeSheet->begin();
    addNodeFacts(*m_nodeSheet, *node);
    m_nodeSheet->end();
}

void DetailsPanel::addWhy(const AlertView &view)
{
    const AlertRow &alert = view.tree.alert;
    m_alert->addSection(tr("Why this was flagged"));
    m_alert->addText(QStringLiteral("%1 · %2").arg(shown(alert.ruleTitle), levelText(alert.level)), true);
    if (view.rule && !view.rule->tags.empty())
        m_alert->addText(tagText(view.rule->tags));
    if (view.firstHit)
        for (const DetectionRow::Matched &matched : view.firstHit->matched)
            m_alert->addWidget(matchedValue(matched));
    m_alert->addText(alert.status == Status::Allowed ? tr("allowed by an allowlist item")
                                                     : tr("no allowlist item matches"));
}

void DetailsPanel::addRule(const AlertView &view)
{
    const AlertRow &alert = view.tree.alert;
    m_alert->addSection(tr("Rule"));
    if (view.rule) {
        if (!view.rule->description.empty())
            m_alert->addText(shown(view.rule->description));
        m_alert->addRow(tr("Author"), view.rule->author, FactSheet::Look::Text);
        if (!view.rule->falsePositives.empty())
            m_alert->addRow(tr("False positives"), joined(view.rule->falsePositives, QStringLiteral("; ")),
                            {});
        if (!view.rule->status.empty())
            m_alert->addRow(tr("Status"), view.rule->status, FactSheet::Look::Text);
    } else {
        m_alert->addRow(tr("Author"), alert.ruleAuthor, FactSheet::Look::Text);
    }
    m_alert->addRow(tr("Rule id"), alert.ruleId);
}

void DetailsPanel::addDecision(const AlertRow &alert)
{
    if (alert.verdict == Verdict::None && alert.note.empty())
        return;
    m_alert->addSection(tr("Decision"));
    m_alert->addRow(tr("Verdict"), verdictText(alert.verdict), {});
    if (!alert.note.empty())
        m_alert->addRow(tr("Note"), alert.note, FactSheet::Look::Text);
}

void DetailsPanel::setEvent(const StoredEvent &event)
{
    m_event->begin();
    addEventFacts(*m_event, event);
    m_event->end();
    if (m_eventShown == event.id && m_xmlAsked)
        return; // it stays as it is
    m_eventShown = event.id;
    m_xmlAsked = false;
    askForXml();
}

void DetailsPanel::askForXml()
{
    if (page() != Page::Xml || !m_eventShown || m_xmlAsked)
        return;
    m_xmlAsked = true;
    Q_EMIT xmlWanted();
}

void DetailsPanel::setXml(EventId event, const CitedXml &xml)
{
    if (event != m_eventShown)
        return;
    m_xml->setXml(xml.xml);
    m_xmlRemark->setVisible(xml.flattened.has_value());
    if (xml.flattened)
        m_xmlRemark->setText(
            tr("Put together from the fields in the case; the record itself cannot be read anew: %1")
                .arg(shown(describe(*xml.flattened))));
}

void DetailsPanel::clear()
{
    for (FactSheet *sheet : {m_alert, m_event}) {
        sheet->begin();
        sheet->addSection({});
        sheet->addText(sheet == m_alert ? tr("No alert selected.") : tr("No event selected."));
        sheet->end();
    }
    setNode(nullptr);
    m_shown.reset();
    m_eventShown.reset();
    m_xml->clear();
    m_xmlRemark->hide();
}

DetailsPanel::Page DetailsPanel::page() const
{
    return static_cast<Page>(m_chips->checkedId());
}

void DetailsPanel::setPage(Page page)
{
    m_chips->button(static_cast<int>(page))->setChecked(true);
    m_pages->setCurrentIndex(static_cast<int>(page));
}

} // namespace lolscope
