#include "model/items/rulelistmodel.h"
#include "tests/model/items/samplerows.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace lolscope;
using namespace lolscope::samples;

namespace {

RuleItem item(const std::string &title, int level, const std::string &status, int folder)
{
    RuleItem rule;
    rule.title = title;
    rule.level = level;
    rule.status = status;
    rule.folder = folder;
    rule.author = "Ada";
    rule.source = "/rules/" + title + ".yml:1";
    rule.tags = {"attack.t1218.00" + std::to_string(level)};
    rule.runs = true;
    return rule;
}

RuleItem refused()
{
    RuleItem rule = item("gone wrong", -1, "", 0);
    rule.state = RuleItem::State::Refused;
    rule.reason = "unknown modifier 'nonsense'";
    rule.runs = false;
    return rule;
}

} // namespace

class TestRuleListModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatReplacesABundledRule()
    {
        RuleListModel rules;
        auto mine = item("mine", 3, "test", 0);
        mine.replacesBundled = true;
        rules.setRules({mine, item("other", 3, "test", 0)});
        QCOMPARE(rules.index(0, RuleListModel::StateColumn).data().toString(),
                 QStringLiteral("loaded, replaces the bundled rule"));
        QCOMPARE(rules.index(1, RuleListModel::StateColumn).data().toString(), QStringLiteral("loaded"));
    }

    void filtersCombine()
    {
        RuleListModel rules;
        RuleFilterModel shown(&rules);
        const QAbstractItemModelTester tester(&shown, QAbstractItemModelTester::FailureReportingMode::QtTest);
        rules.setRules({item("one", 1, "test", -1), item("two", 3, "stable", 0), item("three", 3, "test", 0),
                        refused()});
        const auto rows = [&](const RuleFilterModel::Filter &filter) {
            shown.setFilter(filter);
            return shown.rowCount();
        };
        QCOMPARE(rows({}), 4);
        QCOMPARE(rows({.text = {}, .minLevel = 2, .status = {}, .tag = {}}), 2);
        QCOMPARE(rows({.text = {}, .minLevel = 2, .status = QStringLiteral("stable"), .tag = {}}), 1);
        QCOMPARE(rows({.text = {}, .status = {}, .tag = QStringLiteral("attack.T1218.003")}), 2);
        QCOMPARE(rows({.text = {}, .status = {}, .tag = {}, .folder = -1}), 1);
        QCOMPARE(rows({.text = QStringLiteral("ADA th"), .status = {}, .tag = {}}), 1);
        QCOMPARE(rows({.text = QStringLiteral("nonsense"), .status = {}, .tag = {}}), 1);
    }

    void refusedRuleSaysWhyAndCannotBeSwitched()
    {
        RuleListModel rules;
        rules.setRules({refused()});
        const QModelIndex state = rules.index(0, RuleListModel::StateColumn);
        QCOMPARE(state.data().toString(), QStringLiteral("refused"));
        QCOMPARE(state.data(Qt::ToolTipRole).toString(), QStringLiteral("unknown modifier 'nonsense'"));
        QVERIFY(!rules.index(0, 0).data(Qt::CheckStateRole).isValid());
        QVERIFY(!rules.setData(rules.index(0, 0), Qt::Checked, Qt::CheckStateRole));
    }

    void warningsStandBesideTheState()
    {
        RuleListModel rules;
        auto rule = item("odd", 1, "test", 0);
        rule.warnings = {{12, 27, "'AND' is taken for 'and'"}, {13, 5, std::string(kHostileName)}};
        rules.setRules({rule});
        const QModelIndex state = rules.index(0, RuleListModel::StateColumn);
        QCOMPARE(state.data().toString(), QStringLiteral("⚠ loaded"));
        const QStringList lines = state.data(Qt::ToolTipRole).toString().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[1], QStringLiteral("⚠ Line 12, column 27: 'AND' is taken for 'and'"));
        QVERIFY(!lines[2].contains(QChar(0x202E)));
    }

    void checkBoxAsksAndShowsTheAnswer()
    {
        RuleListModel rules;
        rules.setRules({item("one", 1, "test", -1)});
        const QSignalSpy asked(&rules, &RuleListModel::switched);
        QVERIFY(rules.setData(rules.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][1].toBool(), false);
        QCOMPARE(rules.index(0, 0).data(Qt::CheckStateRole).toInt(), int{Qt::Checked});
        rules.setRunning([](int) { return false; });
        QCOMPARE(rules.index(0, 0).data(Qt::CheckStateRole).toInt(), int{Qt::Unchecked});
    }

    void stateSortsByWhatTheCaseSays()
    {
        RuleListModel rules;
        RuleFilterModel shown(&rules);
        std::vector<RuleItem> items = {refused(), item("none", 1, "", 0), item("many", 1, "", 0),
                                       item("few", 1, "", 0), item("not run", 1, "", 0)};
        items[1].inCase = {0, true, 0, 0};
        items[2].inCase = {100, true, 20, 2};
        items[3].inCase = {100, true, 3, 1};
        items[4].inCase = {100, false, 0, 0};
        rules.setRules(items);
        shown.sort(RuleListModel::StateColumn, Qt::DescendingOrder);
        QStringList titles;
        for (int row = 0; row < shown.rowCount(); ++row)
            titles << shown.index(row, 0).data().toString();
        QCOMPARE(titles.join(QLatin1Char(',')), QStringLiteral("many,few,not run,none,gone wrong"));
    }

    void hostileTextIsMadeVisible()
    {
        RuleListModel rules;
        auto rule = refused();
        rule.title = rule.author = rule.reason = rule.status = rule.source = kHostileName;
        rules.setRules({rule});
        for (int column = 0; column < RuleListModel::ColumnCount; ++column)
            for (const int role : {int{Qt::DisplayRole}, int{Qt::ToolTipRole}}) {
                const QString text = rules.index(0, column).data(role).toString();
                QVERIFY2(!text.contains(QChar(0x202E)) && !text.contains(QLatin1Char('\n')),
                         qPrintable(text));
            }
    }
};

QTEST_GUILESS_MAIN(TestRuleListModel)
#include "tst_rulelistmodel.moc"
