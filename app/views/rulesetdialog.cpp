#include "app/views/rulesetdialog.h"

#include "app/views/errortext.h"
#include "app/views/plaindelegate.h"
#include "app/views/plaintext.h"
#include "model/items/displaytext.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <map>
#include <set>

namespace lolscope {

namespace {

/// Prose with its own lines, each shown plainly.
QString linesShown(const std::string &text)
{
    QStringList lines;
    for (const QString &line : QString::fromStdString(text).split(QLatin1Char('\n')))
        lines << shown(line.trimmed().toStdString());
    return lines.join(QLatin1Char('\n')).trimmed();
}

QPushButton *button(const QString &text, const char *name, QWidget *parent)
{
    auto *made = new QPushButton(text, parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setAutoDefault(false);
    return made;
}

QComboBox *choice(const QString &accessibleName, const char *name, QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->setObjectName(QString::fromLatin1(name));
    box->setAccessibleName(accessibleName);
    box->setMaxVisibleItems(20);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return box;
}

/// Offers the texts below what stands first, and keeps the one chosen.
void offer(QComboBox *box, const std::set<std::string> &texts)
{
    const QString before = box->currentData().toString();
    while (box->count() > 1)
        box->removeItem(1);
    for (const std::string &text : texts)
        box->addItem(shown(text), QString::fromStdString(text));
    box->setCurrentIndex(std::max(0, box->findData(before)));
}

} // namespace

RuleSetDialog::RuleSetDialog(std::filesystem::path settings, std::filesystem::path casePath,
                             std::vector<std::filesystem::path> added, QWidget *parent)
    : QDialog(parent)
    , m_settings(std::move(settings))
    , m_casePath(std::move(casePath))
    , m_rules(new RuleListModel(this))
    , m_shown(new RuleFilterModel(m_rules, this))
    , m_summary(plainLabel(tr("Reading rules…"), this))
{
    setWindowTitle(tr("Rule sets"));
    setObjectName(QStringLiteral("ruleSetDialog"));
    setAcceptDrops(true);
    resize(1240, 720);

    auto *right = new QWidget(this);
    auto *column = new QVBoxLayout(right);
    column->setContentsMargins({});
    column->addWidget(buildFilters());
    column->addWidget(buildList(), 1);
    column->addWidget(buildSwitches());
    auto *columns = new QHBoxLayout;
    columns->addWidget(buildSources());
    columns->addWidget(right, 1);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_apply = buttons->button(QDialogButtonBox::Ok);
    m_apply->setObjectName(QStringLiteral("ruleSetApply"));
    m_apply->setText(m_casePath.empty() ? tr("Save") : tr("Save and run the rules"));
    m_apply->setEnabled(false);
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &RuleSetDialog::apply);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_summary->setObjectName(QStringLiteral("ruleSetSummary"));
    m_summary->setWordWrap(true);
    auto *bottom = new QHBoxLayout;
    bottom->addWidget(m_summary, 1);
    bottom->addWidget(buttons);

    auto *rows = new QVBoxLayout(this);
    rows->addLayout(columns, 1);
    rows->addLayout(bottom);
    load({}, std::move(added));
}

QWidget *RuleSetDialog::buildSources()
{
    auto *side = new QWidget(this);
    side->setFixedWidth(230);
    m_sources = new QListWidget(side);
    m_sources->setObjectName(QStringLiteral("ruleSources"));
    m_sources->setAccessibleName(tr("Rule folders"));
    m_sources->setItemDelegate(new PlainDelegate(m_sources));
    m_sources->setTextElideMode(Qt::ElideMiddle);
    connect(m_sources, &QListWidget::currentRowChanged, this, &RuleSetDialog::filter);
    auto *add = button(tr("Add folder…"), "addRuleFolder", side);
    m_remove = button(tr("Remove"), "removeRuleFolder", side);
    auto *again = button(tr("Reload"), "reloadRules", side);
    again->setToolTip(tr("Read the rule files again"));
    connect(add, &QPushButton::clicked, this, &RuleSetDialog::chooseFolder);
    connect(m_remove, &QPushButton::clicked, this, &RuleSetDialog::removeFolder);
    connect(again, &QPushButton::clicked, this, [this] { addFolders({}); });
    auto *line = new QHBoxLayout;
    line->addWidget(m_remove);
    line->addWidget(again);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins({});
    column->addWidget(m_sources, 1);
    column->addWidget(add);
    column->addLayout(line);
    return side;
}

QWidget *RuleSetDialog::buildFilters()
{
    auto *bar = new QWidget(this);
    m_search = new QLineEdit(bar);
    m_search->setObjectName(QStringLiteral("ruleSearch"));
    m_search->setPlaceholderText(tr("Search titles, authors, tags, descriptions and files"));
    m_search->setAccessibleName(tr("Search rules"));
    m_search->setClearButtonEnabled(true);
    m_level = choice(tr("Level"), "ruleLevel", bar);
    m_level->addItem(tr("any level"), 0);
    for (int level = 1; level < 4; ++level)
        m_level->addItem(tr("%1 and above").arg(levelText(level)), level);
    m_level->addItem(levelText(4), 4);
    m_status = choice(tr("Status"), "ruleStatus", bar);
    m_status->addItem(tr("any status"), QString());
    m_tag = choice(tr("Tag"), "ruleTag", bar);
    m_tag->addItem(tr("any tag"), QString());
    auto *line = new QHBoxLayout(bar);
    line->setContentsMargins({});
    line->addWidget(m_search, 1);
    connect(m_search, &QLineEdit::textChanged, this, &RuleSetDialog::filter);
    for (QComboBox *box : {m_level, m_status, m_tag}) {
        line->addWidget(box);
        connect(box, &QComboBox::currentIndexChanged, this, &RuleSetDialog::filter);
    }
    return bar;
}

QWidget *RuleSetDialog::buildList()
{
    m_view = new QTreeView(this);
    m_view->setModel(m_shown);
    m_view->setItemDelegate(new PlainDelegate(m_view));
    m_view->setObjectName(QStringLiteral("ruleList"));
    m_view->setAccessibleName(tr("Rules"));
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(RuleListModel::StateColumn, Qt::DescendingOrder); // most hits first
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    const int widths[] = {370, 95, 100, 105, 140};
    for (int column = 0; column < RuleListModel::SourceColumn; ++column)
        m_view->header()->resizeSection(column, widths[column]);
    addCopyActions(m_view);
    m_details = new QPlainTextEdit(this);
    m_details->setObjectName(QStringLiteral("ruleDetails"));
    m_details->setAccessibleName(tr("Details of the rule"));
    m_details->setReadOnly(true);
    m_details->setPlaceholderText(tr("Select a rule to read about it."));
    m_details->setAcceptDrops(false);
    auto *rows = new QSplitter(Qt::Vertical, this);
    rows->addWidget(m_view);
    rows->addWidget(m_details);
    rows->setStretchFactor(0, 1);
    rows->setSizes({430, 160});
    rows->setHandleWidth(1);
    rows->setChildrenCollapsible(false);
    connect(m_rules, &RuleListModel::switched, this, [this](int row, bool on) {
        setRuns(row, on);
        switched();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &RuleSetDialog::tellDetails);
    return rows;
}

QWidget *RuleSetDialog::buildSwitches()
{
    auto *bar = new QWidget(this);
    auto *on = button(tr("Enable shown"), "enableShown", bar);
    auto *off = button(tr("Disable shown"), "disableShown", bar);
    auto *byFilter = button(tr("Run by this filter"), "runByFilter", bar);
    byFilter->setToolTip(
        tr("Of the folders' rules run those of the level, status and tag chosen above: these and new ones."));
    connect(on, &QPushButton::clicked, this, [this] { switchShown(true); });
    connect(off, &QPushButton::clicked, this, [this] { switchShown(false); });
    connect(byFilter, &QPushButton::clicked, this, &RuleSetDialog::runByFilter);
    auto *line = new QHBoxLayout(bar);
    line->setContentsMargins({});
    for (QPushButton *one : {on, off, byFilter})
        line->addWidget(one);
    line->addStretch(1);
    return bar;
}

void RuleSetDialog::dragEnterEvent(QDragEnterEvent *event)
{
    if (!localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void RuleSetDialog::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    std::vector<std::filesystem::path> folders;
    for (const QString &name : localFiles(*event->mimeData()))
        folders.push_back(toPath(name));
    addFolders(std::move(folders));
}

void RuleSetDialog::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Add rule folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString &name) { addFolders({toPath(name)}); });
    dialog->open();
}

void RuleSetDialog::addFolders(std::vector<std::filesystem::path> folders)
{
    if (m_loaded) // what comes earlier would get lost
        load(m_overview.set, std::move(folders));
}

void RuleSetDialog::removeFolder()
{
    const int folder = m_shown->filter().folder;
    RuleSet set = m_overview.set;
    if (folder < 0 || folder >= static_cast<int>(set.folders.size()))
        return;
    set.folders.erase(set.folders.begin() + folder);
    m_sources->setCurrentRow(0);
    load(std::move(set), {});
}

void RuleSetDialog::load(std::optional<RuleSet> set, std::vector<std::filesystem::path> added)
{
    m_loaded = false;
    m_apply->setEnabled(false);
    m_summary->setText(tr("Reading rules…"));
    whenDone(this, readRuleOverview(std::move(set), m_settings, std::move(added), m_casePath),
             [this, generation = ++m_generation](RuleOverview overview) {
                 if (generation == m_generation)
                     showOverview(std::move(overview));
             });
}

void RuleSetDialog::showOverview(RuleOverview overview)
{
    m_overview = std::move(overview);
    m_rules->setRules(std::exchange(m_overview.items, {}));
    m_shown->sort(m_view->header()->sortIndicatorSection(), m_view->header()->sortIndicatorOrder());
    m_loaded = true;
    m_apply->setEnabled(true);
    listSources();
    listChoices();
    filter();
}

void RuleSetDialog::listSources()
{
    std::map<int, std::pair<std::size_t, std::size_t>> counts; // rules and refused ones by folder
    for (const auto &one : m_overview.loaded.rules)
        ++counts[one.folder].first;
    for (const auto &one : m_overview.loaded.refused)
        ++counts[one.folder].second;
    const auto add = [this](const QString &name, std::pair<std::size_t, std::size_t> count, int folder) {
        const QString text = count.second == 0
            ? tr("%1 (%2)").arg(name, countText(count.first))
            : tr("%1 (%2, %3 refused)").arg(name, countText(count.first), countText(count.second));
        auto *item = new QListWidgetItem(text, m_sources);
        item->setData(Qt::UserRole, folder);
        return item;
    };
    const int before = m_sources->currentRow();
    const QSignalBlocker quiet(m_sources);
    m_sources->clear();
    add(tr("All rules"), {m_overview.loaded.rules.size(), m_overview.loaded.refused.size()},
        RuleFilterModel::kAnyFolder);
    add(tr("LOLBin pack"), counts[LoadedRuleSet::kPack], LoadedRuleSet::kPack);
    const auto &folders = m_overview.set.folders;
    for (int folder = 0; folder < static_cast<int>(folders.size()); ++folder) {
        const auto &path = folders[static_cast<std::size_t>(folder)];
        const auto name = path.has_filename() ? path.filename() : path.parent_path().filename();
        add(shown(name.string()), counts[folder], folder)->setToolTip(shown(path.string()));
    }
    m_sources->setCurrentRow(std::clamp(before, 0, m_sources->count() - 1));
}

void RuleSetDialog::listChoices()
{
    std::set<std::string> statuses, tags;
    for (const auto &one : m_overview.loaded.rules) {
        if (!one.rule->status.empty())
            statuses.insert(one.rule->status);
        tags.insert(one.rule->tags.begin(), one.rule->tags.end());
    }
    const QSignalBlocker quietStatus(m_status), quietTag(m_tag);
    offer(m_status, statuses);
    offer(m_tag, tags);
}

void RuleSetDialog::filter()
{
    const QListWidgetItem *source = m_sources->currentItem();
    const int folder = source ? source->data(Qt::UserRole).toInt() : RuleFilterModel::kAnyFolder;
    m_shown->setFilter({m_search->text(), m_level->currentData().toInt(), m_status->currentData().toString(),
                        m_tag->currentData().toString(), folder});
    m_remove->setEnabled(folder >= 0);
    tellDetails();
    tellSummary();
}

void RuleSetDialog::setRuns(int row, bool on)
{
    const auto &one = m_overview.loaded.rules[static_cast<std::size_t>(row)];
    RuleSet &set = m_overview.set;
    set.byId.erase(one.rule->id);
    if (set.runs(*one.rule, one.folder == LoadedRuleSet::kPack) != on)
        set.byId[one.rule->id] = on;
}

void RuleSetDialog::switchShown(bool on)
{
    for (int shownRow = 0; shownRow < m_shown->rowCount(); ++shownRow) {
        const int row = m_shown->mapToSource(m_shown->index(shownRow, 0)).row();
        if (m_rules->rule(row).state == RuleItem::State::Loaded)
            setRuns(row, on);
    }
    switched();
}

void RuleSetDialog::runByFilter()
{
    RuleSet &set = m_overview.set;
    const RuleFilterModel::Filter &by = m_shown->filter();
    set.minLevel = static_cast<sigma::Level>(by.minLevel);
    set.statuses.clear();
    set.tags.clear();
    if (!by.status.isEmpty())
        set.statuses = {by.status.toStdString()};
    if (!by.tag.isEmpty())
        set.tags = {by.tag.toStdString()};
    for (const auto &one : m_overview.loaded.rules)
        if (one.folder != LoadedRuleSet::kPack)
            set.byId.erase(one.rule->id);
    switched();
}

void RuleSetDialog::switched()
{
    m_rules->setRunning([this](int row) {
        const auto &one = m_overview.loaded.rules[static_cast<std::size_t>(row)];
        return m_overview.set.runs(*one.rule, one.folder == LoadedRuleSet::kPack);
    });
    tellSummary();
}

void RuleSetDialog::tellDetails()
{
    const QModelIndex index = m_shown->mapToSource(m_view->currentIndex());
    if (!index.isValid()) {
        m_details->clear();
        return;
    }
    const RuleItem &rule = m_rules->rule(index.row());
    QStringList lines;
    if (rule.state == RuleItem::State::Refused)
        lines << tr("Refused: %1").arg(shown(rule.reason));
    else if (rule.state == RuleItem::State::Repeated)
        lines << tr("Has the same id as %1, which is used.").arg(shown(rule.reason));
    else
        lines << index.siblingAtColumn(RuleListModel::StateColumn).data(Qt::ToolTipRole).toString();
    lines << shown(rule.source);
    if (!rule.author.empty())
        lines << tr("Author: %1").arg(shown(rule.author));
    if (!rule.tags.empty()) {
        QStringList tags;
        for (const std::string &tag : rule.tags)
            tags << shown(tag);
        lines << tr("Tags: %1").arg(tags.join(QStringLiteral(", ")));
    }
    if (!rule.description.empty())
        lines << QString() << linesShown(rule.description);
    m_details->setPlainText(lines.join(QLatin1Char('\n')));
}

void RuleSetDialog::tellSummary()
{
    if (!m_loaded)
        return;
    std::size_t running = 0;
    for (int row = 0; row < m_rules->rowCount(); ++row)
        running += m_rules->rule(row).runs ? 1 : 0;
    QStringList parts = {
        tr("%1 of %2 rules run").arg(countText(running), countText(m_overview.loaded.rules.size())),
        tr("%1 refused").arg(countText(m_overview.loaded.refused.size())),
        tr("%1 shown").arg(countText(static_cast<std::size_t>(m_shown->rowCount())))};
    const RuleSet &set = m_overview.set;
    QStringList by;
    if (set.minLevel > sigma::Level::Informational)
        by << tr("%1 and above").arg(levelText(static_cast<int>(set.minLevel)));
    for (const std::string &status : set.statuses)
        by << shown(status);
    for (const std::string &tag : set.tags)
        by << shown(tag);
    if (!by.isEmpty())
        parts << tr("of folders: %1").arg(by.join(QStringLiteral(", ")));
    QString text = parts.join(QStringLiteral(" · "));
    for (const Error &error : m_overview.errors)
        text += QLatin1Char('\n') + shown(describe(error));
    m_summary->setText(text);
}

void RuleSetDialog::apply()
{
    m_apply->setEnabled(false);
    whenDone(this, writeRuleSetAsync(m_settings, m_overview.set), [this](const Result<void> &written) {
        if (!written) {
            m_apply->setEnabled(true);
            m_summary->setText(errorText(written.error()));
            return;
        }
        accept();
        Q_EMIT saved();
    });
}

} // namespace lolscope
