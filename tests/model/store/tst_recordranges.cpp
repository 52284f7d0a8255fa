#include "model/store/recordranges.h"

#include <QTest>

#include <random>
#include <set>

using namespace lolscope;

class TestRecordRanges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLogInOrderIsNeverInDoubt()
    {
        RecordRanges ranges;
        for (std::uint64_t id = 1; id < 10'000; ++id)
            QVERIFY(!ranges.add(id));
        for (std::uint64_t id = 1; id < 10'000; ++id)
            QVERIFY(ranges.add(id));
    }

    void aLogThatWentRoundIsNeverInDoubt()
    {
        RecordRanges ranges;
        for (std::uint64_t id = 5000; id < 6000; ++id)
            QVERIFY(!ranges.add(id));
        for (std::uint64_t id = 4000; id < 5000; ++id)
            QVERIFY(!ranges.add(id));
        QVERIFY(ranges.add(4999) && ranges.add(5000) && !ranges.add(6000) && !ranges.add(3999));
    }

    void theEndsOfTheNumbers()
    {
        constexpr auto kLast = std::numeric_limits<std::uint64_t>::max();
        RecordRanges ranges;
        QVERIFY(!ranges.add(kLast) && !ranges.add(0) && !ranges.add(kLast - 1) && !ranges.add(1));
        QVERIFY(ranges.add(kLast) && ranges.add(0));
    }

    /// Against a set: exact while there are few ranges, and never "not met" for one that was.
    void neverForgets_data()
    {
        QTest::addColumn<int>("span");
        QTest::newRow("few ranges") << 40;
        QTest::newRow("too many ranges to keep") << 1'000'000;
    }
    void neverForgets()
    {
        QFETCH(int, span);
        std::mt19937 random(7);
        RecordRanges ranges;
        std::set<std::uint64_t> met;
        int doubts = 0;
        for (int i = 0; i < 5000; ++i) {
            const std::uint64_t id = random() % static_cast<unsigned>(span);
            const bool wasMet = !met.insert(id).second;
            const bool mayBe = ranges.add(id);
            QVERIFY(mayBe || !wasMet);
            doubts += mayBe && !wasMet ? 1 : 0;
        }
        QVERIFY(span == 40 ? doubts == 0 : doubts > 0);
    }
};

QTEST_GUILESS_MAIN(TestRecordRanges)
#include "tst_recordranges.moc"
