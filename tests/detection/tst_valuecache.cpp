#include "detection/engine/valuecache.h"

#include <QtTest>

using namespace lolscope;

namespace {

std::vector<std::uint32_t> kept(ValueCache &cache, std::uint32_t field, std::string_view value)
{
    std::vector<std::uint32_t> bits;
    const auto truths = cache.find(field, value);
    if (!truths)
        return {999'999};
    for (const Truth truth : *truths)
        bits.push_back(truth.bits);
    return bits;
}

void insert(ValueCache &cache, std::uint32_t field, std::string_view value,
            const std::vector<std::uint32_t> &bits)
{
    QVERIFY(!cache.find(field, value));
    std::vector<Truth> truths;
    for (const auto one : bits)
        truths.push_back({one});
    cache.insert(field, value, truths);
}

using Bits = std::vector<std::uint32_t>;
const Bits kAbsent = {999'999};

} // namespace

class TestValueCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesWhatItWasGiven()
    {
        ValueCache cache;
        QCOMPARE(kept(cache, 0, "a"), kAbsent);
        insert(cache, 0, "a", {1, 2, 3 | Truth::kUnknown});
        insert(cache, 0, "", {7});
        insert(cache, 0, "nothing holds", {});
        QCOMPARE(kept(cache, 0, "a"), (Bits{1, 2, 3 | Truth::kUnknown}));
        QCOMPARE(kept(cache, 0, ""), Bits{7});
        QCOMPARE(kept(cache, 0, "nothing holds"), Bits{});
        QCOMPARE(kept(cache, 0, "A"), kAbsent);
        QCOMPARE(cache.size(), 3u);
    }

    void fieldsDoNotMix()
    {
        ValueCache cache;
        insert(cache, 1, "x", {1});
        insert(cache, 2, "x", {2});
        QCOMPARE(kept(cache, 1, "x"), Bits{1});
        QCOMPARE(kept(cache, 2, "x"), Bits{2});
        QCOMPARE(kept(cache, 3, "x"), kAbsent);
    }

    void everyLengthIsOfItsOwn()
    {
        ValueCache cache;
        for (std::uint32_t length = 0; length < 200; ++length)
            insert(cache, 0, std::string(length, 'a'), {length});
        for (std::uint32_t length = 0; length < 200; ++length)
            QCOMPARE(kept(cache, 0, std::string(length, 'a')), Bits{length});
    }

    void staysBoundedAndKeepsWhatIsUsed()
    {
        ValueCache cache;
        insert(cache, 0, "often asked", {42});
        for (std::uint32_t i = 0; i < 300'000; ++i) {
            const auto value = "value " + std::to_string(i);
            insert(cache, 0, value, {i});
            if (i % 1000 == 0)
                QCOMPARE(kept(cache, 0, "often asked"), Bits{42});
            if (i % 999 == 0)
                QCOMPARE(kept(cache, 0, value), Bits{i});
        }
        QVERIFY(cache.size() <= 2 * ValueCache::kGenerationValues);
        QCOMPARE(kept(cache, 0, "value 5"), kAbsent);
    }

    void longValuesFillIt()
    {
        ValueCache cache;
        for (std::uint32_t i = 0; i < 20'000; ++i)
            insert(cache, 0, std::to_string(i) + std::string(1500, 'x'), {i});
        QVERIFY(cache.size() * 1500 <= 3 * ValueCache::kGenerationBytes);
    }
};

QTEST_APPLESS_MAIN(TestValueCache)
#include "tst_valuecache.moc"
