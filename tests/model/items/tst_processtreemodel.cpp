#include "model/items/processtreemodel.h"
#include "tests/model/items/samplerows.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace lolscope;

class TestProcessTreeModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsTheChainWithItsFacts()
    {
        ProcessTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(samples::alertTree());
        const QModelIndex origin = model.originIndex();
        QCOMPARE(origin.data().toString(), QStringLiteral("mshta.exe"));
        QVERIFY(origin.data(ProcessTreeModel::OriginRole).toBool());
        QCOMPARE(model.rowCount(origin), 3);
        QCOMPARE(model.index(0, 0, origin).data().toString(), QStringLiteral("DNS cdn-sync.example"));
        QCOMPARE(
            model.index(0, ProcessTreeModel::ActivityColumn, origin).data().toString(),
            QStringLiteral("%1 before").arg(QStringLiteral("%1 s").arg(QLocale().toString(0.385, 'f', 2))));
        QCOMPARE(model.index(1, 0, origin).data().toString(), QStringLiteral("TCP 203.0.113.8:443"));
        QVERIFY(model.index(1, 0, origin).data(ProcessTreeModel::OriginRole).toBool());
        QCOMPARE(model.index(1, 0, origin).data(ProcessTreeModel::ProcessIdRole).toLongLong(), 2);
        QCOMPARE(model.index(1, 0, origin).data(ProcessTreeModel::EventIdRole).toLongLong(), 33);
        QCOMPARE(origin.siblingAtColumn(ProcessTreeModel::StartedColumn).data().toString(),
                 QStringLiteral("10:12:31.402"));
    }

    void unsureProcessesSaySoAndWhy()
    {
        ProcessTreeModel model;
        model.setTree(samples::alertTree());
        const QModelIndex root = model.index(0, 0);
        QCOMPARE(root.data().toString(), QStringLiteral("explorer.exe (ghost)"));
        QVERIFY(root.data(Qt::ToolTipRole).toString().contains(QLatin1Char('\n')));
        QVERIFY(!model.originIndex().data(Qt::ToolTipRole).toString().contains(QLatin1Char('\n')));
    }

    void aChainThatLeavesSomeOutSaysSo()
    {
        AlertTree tree = samples::alertTree();
        std::get<ProcessRow>(tree.nodes[0].fact).hiddenBelow = 44;
        ProcessTreeModel model;
        model.setTree(tree);
        QCOMPARE(model.index(0, 0).data().toString(),
                 QStringLiteral("explorer.exe (ghost) … 44 processes not shown"));
        QVERIFY(model.index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("left out")));
    }

    void foldedChildrenHaveARow()
    {
        ProcessTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        AlertTree tree = samples::alertTree();
        tree.nodes.push_back({0, FoldedChildren{ProcessId{1}, 8}, false, {}});
        model.setTree(tree);
        const QModelIndex row = model.index(1, 0, model.index(0, 0));
        QVERIFY(row.data().toString().contains(QLatin1Char('8')));
        QCOMPARE(row.data(ProcessTreeModel::ProcessIdRole).toLongLong(), 1);
        QVERIFY(!row.data(ProcessTreeModel::EventIdRole).isValid());
        QVERIFY(row.siblingAtColumn(ProcessTreeModel::StartedColumn).data().toString().isEmpty());
        QVERIFY(row.data(RawRowRole).toString().contains(QLatin1Char('8')));
    }

    void factsCanBeHidden()
    {
        ProcessTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(samples::alertTree());
        model.setFactsShown(false, true);
        QCOMPARE(model.rowCount(model.originIndex()), 2);
        QVERIFY(!model.indexOf(2).isValid());
        model.setFactsShown(false, false);
        QCOMPARE(model.rowCount(model.originIndex()), 1);
        model.setFactsShown(true, true);
        QCOMPARE(model.indexOf(2).row(), 0);
    }

    void hostileTextIsMadeVisible()
    {
        ProcessTreeModel model;
        model.setTree(samples::alertTree());
        for (int column = 0; column < ProcessTreeModel::ColumnCount; ++column)
            for (const int role : {int{Qt::DisplayRole}, int{Qt::ToolTipRole}}) {
                const QString text = model.indexOf(4, column).data(role).toString();
                QVERIFY2(!text.contains(QChar(0x202E)), qPrintable(text));
            }
        QVERIFY(model.indexOf(4).data().toString().contains(QStringLiteral("<U+202E>")));
    }

    void timesOfSeveralDaysHaveTheDate()
    {
        auto tree = samples::alertTree();
        std::get<ProcessRow>(tree.nodes[0].fact).start = samples::at(0) - std::chrono::days(3);
        ProcessTreeModel model;
        model.setTree(std::move(tree));
        QCOMPARE(model.originIndex().siblingAtColumn(ProcessTreeModel::StartedColumn).data().toString(),
                 QStringLiteral("2020-10-05 10:12:31.402"));
    }

    void emptyTreeHasNoOrigin()
    {
        ProcessTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree({});
        QVERIFY(!model.originIndex().isValid());
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestProcessTreeModel)
#include "tst_processtreemodel.moc"
