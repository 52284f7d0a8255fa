#include "model/items/rulelistmodel.h"

#include "model/items/displaytext.h"

#include <QLocale>

#include <algorithm>

namespace lolscope {

namespace {

QString outcomeText(const RuleItem &rule)
{
    if (!rule.inCase)
        return RuleListModel::tr("loaded");
    if (rule.inCase->events == 0 && !rule.isCorrelation)
        return RuleListModel::tr("no such data");
    if (!rule.inCase->ran)
        return RuleListModel::tr("not run");
    const QString hits = RuleListModel::tr("%n hit(s)", nullptr, plural(rule.inCase->hits));
    return rule.inCase->reason.empty() ? hits : RuleListModel::tr("%1, incomplete").arg(hits);
}

QString stateText(const RuleItem &rule)
{
    switch (rule.state) {
    case RuleItem::State::Refused:
        return RuleListModel::tr("refused");
    case RuleItem::State::Repeated:
        return RuleListModel::tr("repeated");
    case RuleItem::State::Loaded:
        break;
    }
    return rule.warnings.empty() ? outcomeText(rule) : RuleListModel::tr("⚠ %1").arg(outcomeText(rule));
}

QString outcomeToolTip(const RuleItem &rule)
{
    if (!rule.inCase)
        return RuleListModel::tr("No case is open.");
    if (rule.isCorrelation && !rule.inCase->ran)
        return RuleListModel::tr("It did not run over this case.");
    if (rule.isCorrelation) {
        const QString found = RuleListModel::tr("Evaluated: %1 hits in %2 alerts.")
                                  .arg(countText(rule.inCase->hits), countText(rule.inCase->alerts));
        return rule.inCase->reason.empty()
            ? found
            : RuleListModel::tr("%1 Not looked at, in all correlation rules together: %2")
                  .arg(found, shown(rule.inCase->reason));
    }
    if (rule.inCase->events == 0)
        return RuleListModel::tr("The case has no events of this rule's log source.");
    if (!rule.inCase->ran)
        return RuleListModel::tr(
                   "The case has %1 events of this rule's log source; it did not run over them.")
            .arg(countText(rule.inCase->events));
    const auto open = rule.inCase->notEvaluated;
    const QString found = RuleListModel::tr("Evaluated on %1 events: %2 hits in %3 alerts.")
                              .arg(countText(rule.inCase->events - open), countText(rule.inCase->hits),
                                   countText(rule.inCase->alerts));
    return open == 0 ? found
                     : RuleListModel::tr("%1 Not evaluated on %2 events: %3.")
                           .arg(found, countText(open), shown(rule.inCase->reason));
}

QString stateToolTip(const RuleItem &rule)
{
    if (rule.state != RuleItem::State::Loaded)
        return shown(rule.reason);
    QStringList lines = {outcomeToolTip(rule)};
    for (const RuleItem::Warning &warning : rule.warnings)
        lines << RuleListModel::tr("⚠ Line %1, column %2: %3")
                     .arg(countText(static_cast<std::uint64_t>(warning.line)),
                          countText(static_cast<std::uint64_t>(warning.column)), shown(warning.text));
    return lines.join(QLatin1Char('\n'));
}

/// Refused first when sorted upwards, most hits last.
qlonglong stateOrder(const RuleItem &rule)
{
    if (rule.state != RuleItem::State::Loaded)
        return rule.state == RuleItem::State::Refused ? -5 : -4;
    if (!rule.inCase)
        return -3;
    if (rule.inCase->events == 0 && !rule.isCorrelation)
        return -2;
    return rule.inCase->ran ? static_cast<qlonglong>(rule.inCase->hits) : -1;
}

QString text(const RuleItem &rule, int column)
{
    switch (column) {
    case RuleListModel::TitleColumn:
        return rule.title.empty() ? RuleListModel::tr("(no title)") : shown(rule.title);
    case RuleListModel::LevelColumn:
        return rule.level < 0 ? QString() : levelText(rule.level);
    case RuleListModel::StatusColumn:
        return shown(rule.status);
    case RuleListModel::StateColumn:
        return rule.replacesBundled ? RuleListModel::tr("%1, replaces the bundled rule").arg(stateText(rule))
                                    : stateText(rule);
    case RuleListModel::AuthorColumn:
        return shown(rule.author);
    case RuleListModel::SourceColumn:
        return shown(std::string_view(rule.source).substr(rule.source.find_last_of("/\\") + 1));
    default:
        return {};
    }
}

QString rowText(const RuleItem &rule)
{
    QStringList cells;
    for (int column = 0; column < RuleListModel::ColumnCount; ++column)
        cells << (column == RuleListModel::SourceColumn ? raw(rule.source) : text(rule, column));
    return clipboardRow(cells);
}

bool contains(const std::string &text, const QString &word)
{
    return QString::fromStdString(text).contains(word, Qt::CaseInsensitive);
}

} // namespace

void RuleListModel::setRules(std::vector<RuleItem> rules)
{
    beginResetModel();
    m_rules = std::move(rules);
    endResetModel();
}

int RuleListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rules.size());
}

int RuleListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RuleListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RuleItem &item = rule(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(item, index.column());
    case Qt::ToolTipRole:
        if (index.column() == SourceColumn)
            return shown(item.source);
        return index.column() == StateColumn ? stateToolTip(item) : text(item, index.column());
    case Qt::CheckStateRole:
        if (index.column() == TitleColumn && item.state == RuleItem::State::Loaded)
            return item.runs ? Qt::Checked : Qt::Unchecked;
        return {};
    case SortRole:
        if (index.column() == LevelColumn)
            return item.level;
        if (index.column() == StateColumn)
            return stateOrder(item);
        return text(item, index.column());
    case RawRowRole:
    case DefangedRowRole:
        return rowText(item);
    default:
        return {};
    }
}

QVariant RuleListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TitleColumn:
        return tr("Rule");
    case LevelColumn:
        return tr("Level");
    case StatusColumn:
        return tr("Status");
    case StateColumn:
        return tr("State");
    case AuthorColumn:
        return tr("Author");
    case SourceColumn:
        return tr("File");
    default:
        return {};
    }
}

Qt::ItemFlags RuleListModel::flags(const QModelIndex &index) const
{
    const auto flags = QAbstractTableModel::flags(index);
    const bool canRun = index.isValid() && rule(index.row()).state == RuleItem::State::Loaded;
    return index.column() == TitleColumn && canRun ? flags | Qt::ItemIsUserCheckable : flags;
}

bool RuleListModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable))
        return false;
    Q_EMIT switched(index.row(), value.toInt() == Qt::Checked);
    return true;
}

RuleFilterModel::RuleFilterModel(RuleListModel *rules, QObject *parent)
    : QSortFilterProxyModel(parent)
    , m_rules(rules)
{
    setSourceModel(rules);
    setSortRole(RuleListModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setDynamicSortFilter(false); // a rule that is switched stays where it is
}

void RuleFilterModel::setFilter(const Filter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    m_words = filter.text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool RuleFilterModel::filterAcceptsRow(int sourceRow, const QModelIndex &) const
{
    const RuleItem &rule = m_rules->rule(sourceRow);
    if (m_filter.folder != kAnyFolder && rule.folder != m_filter.folder)
        return false;
    if (m_filter.minLevel > 0 && rule.level < m_filter.minLevel)
        return false;
    const auto isSame = [](const std::string &text, const QString &wanted) {
        return QString::fromStdString(text).compare(wanted, Qt::CaseInsensitive) == 0;
    };
    if (!m_filter.status.isEmpty() && !isSame(rule.status, m_filter.status))
        return false;
    if (!m_filter.tag.isEmpty()
        && std::ranges::none_of(rule.tags, [&](const std::string &tag) { return isSame(tag, m_filter.tag); }))
        return false;
    return std::ranges::all_of(m_words, [&](const QString &word) {
        for (const std::string *text :
             {&rule.title, &rule.author, &rule.id, &rule.source, &rule.description, &rule.reason})
            if (contains(*text, word))
                return true;
        return std::ranges::any_of(rule.tags, [&](const std::string &tag) { return contains(tag, word); });
    });
}

} // namespace lolscope
