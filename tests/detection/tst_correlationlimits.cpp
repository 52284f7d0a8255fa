#include "tests/detection/correlationfeed.h"

#include <set>

using namespace lolscope;
using namespace lolscope::test;

/// What a run holds at most, and what it says of the rest.
class TestCorrelationLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesWithoutTimeOrOutOfOrderAreCounted()
    {
        Feed feed(
            setOf(correlation("C", "type: event_count, rules: [a], timespan: 10s, condition: {gte: 2}")));
        for (const char *line : {"5 a", "- a", "4.9 a", "6 a"})
            feed.add(QString::fromLatin1(line));
        QCOMPARE(feed.finish(), QStringList{QStringLiteral("C [] 5..15 = 2, 2: 1 4")});
        QCOMPARE(feed.losses().untimed, 1u);
        QCOMPARE(feed.losses().late, 1u);
        QVERIFY(feed.losses().any());
        QCOMPARE(feed.losses().text(),
                 "correlation rules: 1 matches have no time; 1 matches came out of order");
    }

    /// A million groups: as many as allowed are open, the rest is told.
    void manyGroups()
    {
        const auto set = setOf(correlation(
            "C", "type: event_count, rules: [a], group-by: [U], timespan: 1d, condition: {gte: 2}"));
        CorrelationLimits limits;
        limits.windows = 10'000;
        CorrelationRun run(set, limits);
        const int count = 1'000'000;
        for (int i = 0; i < count; ++i)
            run.add(0, at(i * 0.001), i, std::vector<std::string>{std::to_string(i)});
        QCOMPARE(run.losses().windows, std::uint64_t(count) - limits.windows);
        run.add(0, at(1001), count, std::vector<std::string>{std::to_string(count - 1)}); // still open
        run.add(0, at(1001), count, std::vector<std::string>{"0"}); // was closed
        run.finish();
        QCOMPARE(run.take().size(), 1u);
    }

    /// Windows that are over make room by themselves.
    void manyGroupsOneAfterAnother()
    {
        const auto set = setOf(correlation(
            "C", "type: event_count, rules: [a], group-by: [U], timespan: 1s, condition: {gte: 2}"));
        CorrelationLimits limits;
        limits.windows = 200;
        CorrelationRun run(set, limits);
        for (int i = 0; i < 200'000; ++i)
            run.add(0, at(i * 0.01), i, std::vector<std::string>{std::to_string(i)});
        run.finish();
        QVERIFY(run.take().empty());
        QVERIFY(!run.losses().any());
    }

    void hugeCounts_data()
    {
        QTest::addColumn<QByteArray>("condition");
        QTest::addColumn<double>("value");
        QTest::newRow("reached soon") << QByteArray("type: event_count, condition: {gte: 3}") << 300'000.;
        QTest::newRow("reached late")
            << QByteArray("type: event_count, condition: {gte: 100000}") << 300'000.;
        QTest::newRow("at the end") << QByteArray("type: event_count, condition: {neq: 5}") << 300'000.;
        QTest::newRow("sum") << QByteArray("type: value_sum, condition: {gt: 100, field: V}") << 600'000.;
        QTest::newRow("average") << QByteArray("type: value_avg, condition: {gt: 1, field: V}") << 2.;
        QTest::newRow("temporal") << QByteArray("type: temporal") << 1.;
        QTest::newRow("ordered") << QByteArray("type: temporal_ordered") << 1.;
    }
    void hugeCounts()
    {
        QFETCH(QByteArray, condition);
        QFETCH(double, value);
        const auto set = setOf(correlation("C", "rules: [a], timespan: 1d, " + condition.toStdString()));
        CorrelationRun run(set);
        const int count = 300'000;
        const std::vector<std::string> values(set.fieldsOf(0).size(), "2");
        for (int i = 0; i < count; ++i)
            run.add(0, at(i * 0.001), i, values);
        run.finish();
        const auto detections = run.take();
        QCOMPARE(detections.size(), 1u);
        QCOMPARE(detections[0].value, value);
        QCOMPARE(detections[0].count, std::uint64_t(count));
        QCOMPARE(detections[0].records.size(), CorrelationLimits().listedRecords);
        QCOMPARE(run.losses().unlisted, std::uint64_t(count) - detections[0].records.size());
        QCOMPARE(run.losses().records, 0u);
    }

    void tooMuchInOneWindowIsTold()
    {
        CorrelationLimits limits;
        limits.windowRecords = 100;
        for (const char *condition : {"type: value_count, condition: {gte: 50, field: V}",
                                      "type: value_median, condition: {gt: 50, field: V}",
                                      "type: value_count, condition: {lt: 2, field: V}"}) {
            const auto set = setOf(correlation("C", std::string("rules: [a], timespan: 1d, ") + condition));
            CorrelationRun run(set, limits);
            for (int i = 0; i < 1000; ++i)
                run.add(0, at(i), i, std::vector<std::string>{"1"});
            run.finish();
            QCOMPARE(run.losses().records, 900u);
        }
    }

    void memoryIsBounded()
    {
        const auto set = setOf(correlation(
            "C", "type: event_count, rules: [a], group-by: [U], timespan: 1d, condition: {gte: 1000}"));
        CorrelationLimits limits;
        limits.bytes = 1 << 17;
        CorrelationRun run(set, limits);
        const std::string longText(30'000, 'x');
        for (int i = 0; i < 5'000; ++i)
            run.add(0, at(i), i, std::vector<std::string>{longText + std::to_string(i % 50)});
        run.finish();
        QVERIFY(run.losses().windows > 10);
    }

    void longValuesAreCutButNotMixedUp()
    {
        const std::string base(5000, 'x');
        const auto set = setOf(correlation(
            "C", "type: event_count, rules: [a], group-by: [U], timespan: 1d, condition: {gte: 2}"));
        CorrelationRun run(set);
        int event = 0;
        for (const auto &value : {base + "1", base + "2", base + "A", base + "a"})
            run.add(0, at(event), event, std::vector<std::string>{value}), ++event;
        run.finish();
        const auto detections = run.take();
        QCOMPARE(detections.size(), 1u);
        QCOMPARE(detections[0].records[0].event, 2);
        QCOMPARE(detections[0].group[0].size(), kMaxCorrelatedValueBytes);
    }
};

QTEST_GUILESS_MAIN(TestCorrelationLimits)
#include "tst_correlationlimits.moc"
