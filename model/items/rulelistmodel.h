#pragma once

#include "model/items/roles.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lolscope {

/// A rule as the list of rules shows it, or a document that was refused.
struct RuleItem
{
    enum class State { Loaded, Repeated /**< Another rule with its id stands for it. */, Refused };
    State state = State::Loaded;
    std::string id, title, status, author, description;
    int level = -1; ///< 0 informational ... 4 critical; -1 where it could not be read.
    std::vector<std::string> tags;
    int folder = -1; ///< Index into the folders of the rule set; -1 for the LOLBin pack.
    std::string source; ///< File and line.
    std::string reason; ///< Why it is refused, or what stands for it.
    struct Warning
    {
        int line = 0, column = 0; ///< From 1.
        std::string text;
    };
    std::vector<Warning> warnings; ///< About its text; it is loaded all the same.
    bool runs = false;
    bool isCorrelation = false; ///< Takes no events of its own.
    bool replacesBundled = false; ///< It stands for the bundled rule of its id.
    /// What the open case says; empty without a case.
    struct InCase
    {
        std::uint64_t events = 0; ///< That its log source takes.
        bool ran = false;
        std::uint64_t hits = 0, alerts = 0;
        std::uint64_t notEvaluated = 0; ///< Of `events`.
        std::string reason = {}; ///< Why; of a correlation rule what all of them did not look at.
    };
    std::optional<InCase> inCase;
};

/// Rules with a check box each; some thousands.
class RuleListModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        TitleColumn,
        LevelColumn,
        StatusColumn,
        StateColumn,
        AuthorColumn,
        SourceColumn,
        ColumnCount
    };
    enum Role { SortRole = FirstModelRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setRules(std::vector<RuleItem> rules);
    const RuleItem &rule(int row) const { return m_rules[static_cast<std::size_t>(row)]; }
    /// Shows as running the loaded rules of whose row `runs` says so.
    template<typename Runs>
    void setRunning(Runs runs)
    {
        for (int row = 0; row < rowCount(); ++row) {
            RuleItem &item = m_rules[static_cast<std::size_t>(row)];
            item.runs = item.state == RuleItem::State::Loaded && runs(row);
        }
        if (!m_rules.empty())
            Q_EMIT dataChanged(index(0, TitleColumn), index(rowCount() - 1, TitleColumn),
                               {Qt::CheckStateRole});
    }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    /// A check box only asks; the owner answers with setRunning().
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

Q_SIGNALS:
    void switched(int row, bool on);

private:
    std::vector<RuleItem> m_rules;
};

/// The rules that pass every filter; sorts as the columns mean.
class RuleFilterModel : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    static constexpr int kAnyFolder = -2;
    struct Filter
    {
        QString text; ///< Every word of it is in the title, author, id, source, description or a tag.
        int minLevel = 0;
        QString status, tag; ///< Empty: any.
        int folder = kAnyFolder; ///< As RuleItem::folder.
        friend bool operator==(const Filter &, const Filter &) = default;
    };

    explicit RuleFilterModel(RuleListModel *rules, QObject *parent = nullptr);
    const Filter &filter() const { return m_filter; }
    void setFilter(const Filter &filter);

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;

private:
    RuleListModel *m_rules;
    Filter m_filter;
    QStringList m_words;
};

} // namespace lolscope
