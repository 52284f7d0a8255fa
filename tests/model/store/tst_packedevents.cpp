#include "model/store/packedevents.h"

#include <QTest>

#include <random>

using namespace lolscope;

namespace {

std::string packedOf(const std::vector<std::vector<std::string>> &events)
{
    EventBatch batch;
    std::vector<const Event *> all;
    for (const auto &values : events) {
        std::vector<Field> fields;
        for (const std::string &value : values)
            fields.push_back({"name", value});
        Event event;
        const auto kept = batch.keep(std::span<const Field>(fields));
        event.system = kept.first(kept.size() / 2);
        event.data = kept.subspan(kept.size() / 2);
        batch.events.push_back(event);
    }
    for (const Event &event : batch.events)
        all.push_back(&event);
    return packEvents(all);
}

} // namespace

class TestPackedEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesBackEveryValue()
    {
        const std::vector<std::vector<std::string>> events = {
            {"a", "", std::string("\0\xFF", 2), std::string(300, 'x')},
            {},
            {std::string(70'000, 'y')},
            {""},
        };
        UnpackedEvents unpacked;
        QVERIFY(unpacked.unpack(packedOf(events)));
        QCOMPARE(unpacked.count(), events.size());
        for (std::size_t i = 0; i < events.size(); ++i) {
            const auto values = unpacked.values(i);
            QCOMPARE(values.size(), events[i].size());
            for (std::size_t k = 0; k < values.size(); ++k)
                QVERIFY(values[k] == events[i][k]);
        }
    }

    void repeatedTextsAreSmall()
    {
        const std::vector<std::vector<std::string>> events(500, {"C:\\Windows\\System32\\svchost.exe", "NT"});
        QVERIFY(packedOf(events).size() < 500);
    }

    void refusesWhatIsDamaged()
    {
        const std::string good = packedOf({{"abc", "def"}, {"ghi", std::string(500, 'z')}});
        UnpackedEvents unpacked;
        for (std::size_t length = 0; length < good.size(); ++length) {
            QVERIFY(!unpacked.unpack(good.substr(0, length)));
            QCOMPARE(unpacked.count(), std::size_t{0});
        }
        QVERIFY(!unpacked.unpack(std::string(1000, '\xFF')));
        QVERIFY(!unpacked.unpack("plain text"));
    }

    /// Nothing but an error or other values; sanitizers see the rest.
    void survivesAnyChange()
    {
        const std::string good = packedOf({{"abc", "def"}, {"ghi", std::string(500, 'z')}});
        std::mt19937 random(3);
        UnpackedEvents unpacked;
        int refused = 0;
        for (int i = 0; i < 20'000; ++i) {
            std::string bad = good;
            for (auto changes = 1 + random() % 3; changes > 0; --changes)
                bad[random() % bad.size()] = static_cast<char>(random());
            const auto result = unpacked.unpack(bad);
            refused += result ? 0 : 1;
            std::size_t bytes = 0;
            for (std::size_t event = 0; event < unpacked.count(); ++event)
                for (const std::string_view value : unpacked.values(event))
                    bytes += value.size();
            QVERIFY(bytes <= (std::size_t{64} << 20));
        }
        QVERIFY(refused > 0);
    }

    /// A frame that says it holds gigabytes is refused before room for them is made.
    void refusesABomb()
    {
        // Frame header (RFC 8878, 3.1.1.1): 8 bytes of content size, single segment.
        std::string bomb("\x28\xB5\x2F\xFD\xE0", 5);
        bomb += std::string("\x00\x00\x00\x00\x10\x00\x00\x00", 8) + std::string("\x01\x00\x00", 3);
        UnpackedEvents unpacked;
        QVERIFY(!unpacked.unpack(bomb));
    }
};

QTEST_GUILESS_MAIN(TestPackedEvents)
#include "tst_packedevents.moc"
