#include "model/items/eventtablemodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace lolscope;

namespace {

std::vector<EventId> idsUpTo(int count)
{
    std::vector<EventId> ids;
    for (int i = 1; i <= count; ++i)
        ids.push_back(EventId{i});
    return ids;
}

std::vector<EventRow> rowsFor(const EventPageRequest &request)
{
    std::vector<EventRow> rows;
    for (const EventId id : request.ids) {
        EventRow row;
        row.id = id;
        row.details = "row\n" + std::to_string(toInt(id));
        rows.push_back(row);
    }
    return rows;
}

} // namespace

class TestEventTableModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pageIsAskedForOnceThenShown()
    {
        std::vector<EventPageRequest> asked;
        EventTableModel model([&](const EventPageRequest &request) { asked.push_back(request); });
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setIds(idsUpTo(1000));
        asked.clear();

        const auto cell = model.index(700, EventTableModel::DetailsColumn);
        QCOMPARE(cell.data().toString(), QStringLiteral("…"));
        QCOMPARE(cell.data().toString(), QStringLiteral("…"));
        QCOMPARE(asked.size(), std::size_t{1});
        QCOMPARE(asked[0].page, 2);

        const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setPage(asked[0].generation, asked[0].page, rowsFor(asked[0]));
        QCOMPARE(cell.data().toString(), QStringLiteral("row⏎701"));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed[0][0].toModelIndex().row(), 512);
        QCOMPARE(changed[0][1].toModelIndex().row(), 767);
        QCOMPARE(model.rowOf(EventId{701}), 700);
        QCOMPARE(model.rowOf(EventId{5000}), -1);
    }

    void answerToAnOlderResultIsDropped()
    {
        std::vector<EventPageRequest> asked;
        EventTableModel model([&](const EventPageRequest &request) { asked.push_back(request); });
        model.setIds(idsUpTo(10));
        model.index(0, 0).data();
        const auto stale = asked.back();
        model.setIds(idsUpTo(3));
        const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setPage(stale.generation, stale.page, rowsFor(stale));
        QVERIFY(changed.isEmpty());
        QCOMPARE(model.index(0, EventTableModel::DetailsColumn).data().toString(), QStringLiteral("…"));
    }

    void growthAtTheEndInsertsRows()
    {
        std::vector<EventPageRequest> asked;
        EventTableModel model([&](const EventPageRequest &request) { asked.push_back(request); });
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setIds(idsUpTo(300));
        model.index(0, 0).data();
        model.index(299, 0).data();
        for (const EventPageRequest &request : std::vector(asked))
            model.setPage(request.generation, request.page, rowsFor(request));
        const QPersistentModelIndex held = model.index(299, 0);
        const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        asked.clear();
        model.setIds(idsUpTo(310));
        QVERIFY(reset.isEmpty());
        QCOMPARE(model.rowCount(), 310);
        QCOMPARE(held.row(), 299);
        QVERIFY(model.index(0, 0).data().toString() != QStringLiteral("…")); // a full page stays
        model.index(305, 0).data();
        QCOMPARE(asked.size(), std::size_t{1}); // the page that was not full
        QCOMPARE(asked[0].page, 1);
        model.setPage(asked[0].generation, asked[0].page, rowsFor(asked[0]));
        QVERIFY(model.index(305, EventTableModel::DetailsColumn).data().toString() != QStringLiteral("…"));
        model.setIds(idsUpTo(5)); // another result
        QCOMPARE(reset.size(), 1);
    }

    void failedPageIsToldAndNotAskedAgain()
    {
        std::vector<EventPageRequest> asked;
        EventTableModel model([&](const EventPageRequest &request) { asked.push_back(request); });
        model.setIds(idsUpTo(10));
        model.index(0, 0).data();
        const QSignalSpy failed(&model, &EventTableModel::loadFailed);
        model.setPageError(asked.back().generation, 0, {ErrorCode::Database, "broken"});
        QCOMPARE(failed.size(), 1);
        model.index(1, 0).data();
        QCOMPARE(asked.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestEventTableModel)
#include "tst_eventtablemodel.moc"
