#include "app/views/alertpanel.h"

#include "app/views/alertdelegate.h"
#include "app/views/flowlayout.h"
#include "app/views/panelheader.h"
#include "app/views/plaintext.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

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

    m_empty->setObjectName(QStringLiteral("dim"));
    m_empty->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_empty->setContentsMargins(12, 24, 12, 12);
    m_empty->setWordWrap(true);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(chips);
    column->addWidget(m_empty);
    column->addWidget(m_view, 1);

    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &AlertPanel::tellSelection);
    connect(m_alerts, &AlertListModel::countsChanged, this, &AlertPanel::labelChips);
    chooseRules();
    labelChips();
}

void AlertPanel::setAlerts(std::vector<AlertRow> alerts)
{
    const std::string before = m_told;
    const int row = std::max(0, m_view->currentIndex().row());
    m_alerts->setAlerts(std::move(alerts));
    chooseRules();
    labelChips();
    const QModelIndex again = m_shown->mapFromSource(m_alerts->index(m_alerts->rowOf(before)));
    selectRow(again.isValid() ? again.row() : std::min(row, m_shown->rowCount() - 1));
    tellSelection();
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
    Q_EMIT alertSelected(id);
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
        m_chips->button(group)->setText(QStringLiteral("%1 %2").arg(name, QString::number(count)));
        m_chips->button(group)->setAccessibleName(tr("%1: %n alert(s)", nullptr, count).arg(name));
    }
    const bool none = m_shown->rowCount() == 0;
    m_empty->setVisible(none);
    if (none)
        m_empty->setText(m_alerts->alerts().empty() ? tr("No alerts in this case.")
                                                    : tr("No alerts in this group."));
}

} // namespace lolscope
