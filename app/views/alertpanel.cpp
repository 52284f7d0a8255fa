#include "app/views/alertpanel.h"

#include "app/views/alertdelegate.h"
#include "app/views/flowlayout.h"
#include "app/views/panelheader.h"
#include "app/views/plaintext.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QListView>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace lolscope {

AlertPanel::AlertPanel(QWidget *parent)
    : QWidget(parent)
    , m_alerts(new AlertListModel(this))
    , m_shown(new AlertGroupModel(this))
    , m_view(new QListView(this))
    , m_empty(plainLabel({}, this))
    , m_chips(new QButtonGroup(this))
    , m_rules(new QComboBox(this))
{
    m_shown->setSourceModel(m_alerts);
    m_view->setModel(m_shown);
    m_view->setItemDelegate(new AlertDelegate(m_view));
    m_view->setObjectName(QStringLiteral("alertList"));
    m_view->setAccessibleName(tr("Alerts"));
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setMouseTracking(true);
    m_view->setUniformItemSizes(true);
    addCopyActions(m_view);

    m_empty->setObjectName(QStringLiteral("dim"));
    m_empty->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_empty->setContentsMargins(12, 24, 12, 12);
    m_empty->setWordWrap(true);
    m_empty->setMinimumHeight(24 + 2 * m_empty->fontMetrics().height() + 12); // two lines and its margins

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(buildChips());
    column->addWidget(buildArrivals());
    column->addWidget(m_empty);
    column->addWidget(m_view, 1);

    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        if (m_changing)
            return; // told when all of it has changed
        if (m_arrivals == Arrivals::Follow)
            setArrivals(Arrivals::Keep); // the user looks at something
        tellSelection();
    });
    connect(m_alerts, &AlertListModel::countsChanged, this, &AlertPanel::labelChips);
    chooseRules();
    labelChips();
}

QWidget *AlertPanel::buildChips()
{
    auto *chips = new QWidget(this);
    auto *flow = new FlowLayout(chips);
    flow->setContentsMargins(10, 6, 6, 7);
    flow->setSpacing(4);
    chips->setObjectName(QStringLiteral("panelHeader"));
    chips->setAttribute(Qt::WA_StyledBackground);
    auto *title = panelTitle(tr("Alerts"), chips);
    flow->addWidget(title);
    for (int group = 0; group < kAlertGroups; ++group) {
        auto *chip = chipButton({}, groupText(static_cast<AlertGroup>(group)), chips);
        m_chips->addButton(chip, group);
        flow->addWidget(chip);
    }
    title->setFixedHeight(m_chips->button(0)->sizeHint().height()); // on one line with the chips
    title->setContentsMargins(0, 0, 4, 0);
    m_chips->setExclusive(true);
    m_chips->button(0)->setChecked(true);
    connect(m_chips, &QButtonGroup::idClicked, this,
            [this](int id) { showGroup(static_cast<AlertGroup>(id)); });

    m_rules->setObjectName(QStringLiteral("alertRules"));
    m_rules->setAccessibleName(tr("Rules"));
    m_rules->addItems({{}, {}}); // in the order of AlertRules
    flow->addWidget(m_rules);
    connect(m_rules, &QComboBox::activated, this, [this] {
        m_rulesChosen = true;
        chooseRules();
        labelChips();
        selectRow(std::max(0, m_view->currentIndex().row()));
        tellSelection();
    });
    return chips;
}

QWidget *AlertPanel::buildArrivals()
{
    m_arrivalBar = new QWidget(this);
    m_arrivalBar->setObjectName(QStringLiteral("panelHeader"));
    m_arrivalBar->setAttribute(Qt::WA_StyledBackground);
    auto *follow = chipButton(tr("Follow"), tr("Follow new alerts"), m_arrivalBar);
    follow->setToolTip(tr("Select each new alert as it arrives, until you select one yourself"));
    auto *freeze = chipButton(tr("Freeze"), tr("Freeze the list of alerts"), m_arrivalBar);
    freeze->setToolTip(tr("Hold the list as it is; new alerts wait and are counted"));
    m_arrivalChips = new QButtonGroup(this);
    m_arrivalChips->setExclusive(false); // neither may be on
    m_arrivalChips->addButton(follow, static_cast<int>(Arrivals::Follow));
    m_arrivalChips->addButton(freeze, static_cast<int>(Arrivals::Freeze));
    connect(m_arrivalChips, &QButtonGroup::idClicked, this, [this](int id) {
        setArrivals(m_arrivalChips->button(id)->isChecked() ? static_cast<Arrivals>(id) : Arrivals::Keep);
    });
    m_newButton = new QToolButton(m_arrivalBar);
    m_newButton->setObjectName(QStringLiteral("newAlerts"));
    m_newButton->setFocusPolicy(Qt::TabFocus);
    connect(m_newButton, &QToolButton::clicked, this, &AlertPanel::seeNew);
    auto *line = new QHBoxLayout(m_arrivalBar);
    line->setContentsMargins(10, 4, 10, 5);
    line->setSpacing(4);
    line->addWidget(follow);
    line->addWidget(freeze);
    line->addStretch(1);
    line->addWidget(m_newButton);
    m_arrivalBar->hide();
    m_newButton->hide();
    return m_arrivalBar;
}

void AlertPanel::setAlerts(std::vector<AlertRow> alerts)
{
    if (m_arrivals != Arrivals::Freeze) {
        showAlerts(std::move(alerts));
        follow();
        return;
    }
    // What is listed stays in its order, with what became of it.
    std::unordered_map<std::string_view, const AlertRow *> found;
    for (const AlertRow &alert : alerts)
        found.emplace(alert.id, &alert);
    std::vector<AlertRow> listed;
    for (const AlertRow &alert : m_alerts->alerts())
        if (const auto one = found.find(alert.id); one != found.end())
            listed.push_back(*one->second);
    m_held = std::move(alerts);
    showAlerts(std::move(listed));
    tellNew();
}

/// What the user looks at stays where it is on the screen: the selected alert, or else the topmost.
void AlertPanel::showAlerts(std::vector<AlertRow> alerts)
{
    const QRect screen = m_view->viewport()->rect();
    const QModelIndex current = m_view->currentIndex();
    const QPersistentModelIndex anchor = current.isValid() && screen.intersects(m_view->visualRect(current))
        ? current
        : m_view->indexAt({0, 0});
    const int place = anchor.isValid() ? m_view->visualRect(anchor).top() : 0;
    const std::string before = m_told;
    const int row = std::max(0, current.row());
    m_changing = true;
    m_alerts->setAlerts(std::move(alerts));
    chooseRules();
    labelChips();
    const QModelIndex again = m_shown->mapFromSource(m_alerts->index(m_alerts->rowOf(before)));
    if (!again.isValid())
        selectRow(std::min(row, m_shown->rowCount() - 1));
    else if (again != m_view->currentIndex())
        m_view->setCurrentIndex(again);
    if (anchor.isValid()) {
        QScrollBar *bar = m_view->verticalScrollBar();
        const int moved = m_view->visualRect(anchor).top() - place;
        bar->setValue(bar->value() + moved);
    }
    m_changing = false;
    tellSelection();
}

void AlertPanel::addNew(const std::vector<std::string> &ids)
{
    if (ids.empty())
        return;
    m_new.insert(m_new.end(), ids.begin(), ids.end());
    tellNew();
}

/// Selects the newest alert of the shown group.
void AlertPanel::follow()
{
    if (m_arrivals != Arrivals::Follow || m_new.empty())
        return;
    for (auto id = m_new.rbegin(); id != m_new.rend(); ++id) {
        const QModelIndex newest = m_shown->mapFromSource(m_alerts->index(m_alerts->rowOf(*id)));
        if (!newest.isValid())
            continue;
        m_changing = true;
        selectRow(newest.row());
        m_changing = false;
        m_followed.start();
        tellSelection();
        seeSelected();
        return;
    }
}

void AlertPanel::seeNew()
{
    if (!m_held.empty())
        showAlerts(std::exchange(m_held, {}));
    const std::vector<std::string> seen = std::exchange(m_new, {});
    const auto isHidden = [this](const std::string &id) {
        const QModelIndex row = m_alerts->index(m_alerts->rowOf(id));
        return row.isValid() && !m_shown->mapFromSource(row).isValid();
    };
    if (m_rules->isVisible() && std::ranges::any_of(seen, isHidden)) { // of other rules than those listed
        m_rules->setCurrentIndex(static_cast<int>(AlertRules::All));
        m_rulesChosen = true;
        chooseRules();
        labelChips();
    }
    for (auto id = seen.rbegin(); id != seen.rend(); ++id)
        if (const QModelIndex newest = m_shown->mapFromSource(m_alerts->index(m_alerts->rowOf(*id)));
            newest.isValid()) {
            selectRow(newest.row());
            break;
        }
    tellNew();
}

void AlertPanel::clear()
{
    setArrivals(Arrivals::Keep);
    m_new.clear();
    tellNew();
    setAlerts({});
}

void AlertPanel::setArrivals(Arrivals arrivals)
{
    if (m_arrivals == Arrivals::Freeze && arrivals != Arrivals::Freeze && !m_held.empty())
        showAlerts(std::exchange(m_held, {}));
    m_arrivals = arrivals;
    for (QAbstractButton *chip : m_arrivalChips->buttons())
        chip->setChecked(m_arrivalChips->id(chip) == static_cast<int>(arrivals));
    tellNew();
    follow();
}

void AlertPanel::setLive(bool live)
{
    if (!live)
        setArrivals(Arrivals::Keep);
    m_arrivalBar->setVisible(live || !m_new.empty());
    for (QAbstractButton *chip : m_arrivalChips->buttons())
        chip->setEnabled(live);
}

bool AlertPanel::justFollowed() const
{
    constexpr qint64 kMomentMs = 700; // longer than it takes to see that another alert is selected
    return m_followed.isValid() && m_followed.elapsed() < kMomentMs;
}

void AlertPanel::tellNew()
{
    std::unordered_set<std::string_view> listed;
    for (const AlertRow &alert : m_alerts->alerts())
        listed.insert(alert.id);
    const auto waiting = std::ranges::count_if(
        m_new, [&](const std::string &id) { return !m_held.empty() && !listed.contains(id); });
    m_newButton->setText(waiting > 0 ? tr("Show %n new alert(s)", nullptr, static_cast<int>(waiting))
                                     : tr("%n new alert(s)", nullptr, newCount()));
    m_newButton->setToolTip(waiting > 0 ? tr("Take them into the list and select the newest")
                                        : tr("Select the newest; nothing is new any more"));
    m_newButton->setVisible(!m_new.empty());
    m_alerts->setNew({m_new.begin(), m_new.end()});
    Q_EMIT newCountChanged(newCount());
}

const AlertRow *AlertPanel::current() const
{
    const QModelIndex index = m_shown->mapToSource(m_view->currentIndex());
    return index.isValid() ? &m_alerts->alerts()[static_cast<std::size_t>(index.row())] : nullptr;
}

void AlertPanel::showGroup(AlertGroup group)
{
    m_chips->button(static_cast<int>(group))->setChecked(true);
    m_shown->setGroup(group);
    labelChips();
    if (!m_view->currentIndex().isValid())
        selectRow(0);
    tellSelection();
}

void AlertPanel::step(int rows)
{
    const QModelIndex now = m_view->currentIndex();
    selectRow(std::clamp(now.isValid() ? now.row() + rows : 0, 0, std::max(0, m_shown->rowCount() - 1)));
}

void AlertPanel::selectRow(int row)
{
    const QModelIndex index = m_shown->index(row, 0);
    if (index.isValid() || m_shown->rowCount() == 0)
        m_view->setCurrentIndex(index);
    if (index.isValid())
        m_view->scrollTo(index);
}

void AlertPanel::tellSelection()
{
    const AlertRow *alert = current();
    const std::string id = alert ? alert->id : std::string();
    if (id == m_told)
        return;
    m_told = id;
    seeSelected();
    Q_EMIT alertSelected(id);
}

/// The selected alert is new no longer, if somebody is there to see it.
void AlertPanel::seeSelected()
{
    if (!isActiveWindow() || m_new.empty())
        return;
    if (m_arrivals == Arrivals::Follow)
        m_new.clear(); // older ones were passed by
    else if (std::erase(m_new, m_told) == 0)
        return;
    tellNew();
}

void AlertPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::ActivationChange)
        seeSelected();
}

void AlertPanel::chooseRules()
{
    const int pack = m_alerts->count(AlertRules::Pack);
    const int all = m_alerts->count(AlertRules::All);
    const bool isChoice = pack > 0 && all > pack;
    if (!m_rulesChosen)
        m_rules->setCurrentIndex(static_cast<int>(isChoice ? AlertRules::Pack : AlertRules::All));
    m_rules->setVisible(isChoice);
    m_shown->setRules(isChoice ? static_cast<AlertRules>(m_rules->currentIndex()) : AlertRules::All);
}

void AlertPanel::labelChips()
{
    m_rules->setItemText(static_cast<int>(AlertRules::Pack),
                         tr("Rules: LOLBin pack %1").arg(m_alerts->count(AlertRules::Pack)));
    m_rules->setItemText(static_cast<int>(AlertRules::All),
                         tr("Rules: all %1").arg(m_alerts->count(AlertRules::All)));
    for (int group = 0; group < kAlertGroups; ++group) {
        const int count = m_alerts->count(static_cast<AlertGroup>(group), m_shown->rules());
        const QString name = groupText(static_cast<AlertGroup>(group));
        m_chips->button(group)->setText(count > 0 ? QStringLiteral("%1 %2").arg(name, QString::number(count))
                                                  : name);
        m_chips->button(group)->setAccessibleName(tr("%1: %n alert(s)", nullptr, count).arg(name));
    }
    const bool none = m_shown->rowCount() == 0;
    m_empty->setVisible(none);
    if (none)
        m_empty->setText(m_alerts->alerts().empty() ? tr("No alerts in this case.")
                                                    : tr("No alerts in this group."));
}

} // namespace lolscope
