#include "tests/model/evtx/logfixture.h"
#include "tests/support/evtxstructure.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>

using namespace lolscope;
using lolscope::test::Element;
using lolscope::test::eventWith;
using lolscope::test::LogFixture;
using lolscope::test::Read;
using lolscope::test::readAll;
using lolscope::test::sample;
using lolscope::test::Slots;
using lolscope::test::Substitution;
using lolscope::test::writeFile;
using lolscope::test::Written;

/// Logs made to hurt who reads them.
class TestHostileEvtx : public QObject, private LogFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(isValid()); }

    void bombsAreDefused_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("elements nested too deep") << 0;
        QTest::newRow("BinXml values nested too deep") << 1;
        QTest::newRow("values used over and over") << 2;
        QTest::newRow("nesting that doubles at each level") << 3;
        QTest::newRow("names repeated over and over") << 4;
        QTest::newRow("array repeated over and over") << 5;
        QTest::newRow("long name of an array of many items") << 6;
    }
    void bombsAreDefused()
    {
        QFETCH(int, kind);
        Element data{.name = "EventData"};
        Slots values(1);
        if (kind == 0) {
            for (int i = 0; i < 200; ++i) {
                Element around{.name = "Data"};
                around.children = {std::move(data)};
                data = std::move(around);
            }
        } else if (kind == 1 || kind == 3) {
            auto nested = std::make_shared<test::Instance>(
                test::Instance{{.name = "Leaf", .content = std::string("x")}, {}});
            for (int i = 0; i < 24; ++i) {
                Element level{.name = "Level"};
                const int copies = kind == 1 ? 1 : 12;
                for (int k = 0; k < copies; ++k)
                    level.children.push_back({.name = "N", .content = Substitution{0, Written::BinXml}});
                if (kind == 3 && i == 12)
                    break;
                nested = std::make_shared<test::Instance>(
                    test::Instance{level, Slots{{Written::BinXml, {}, nested}}});
            }
            data = {.name = "UserData", .content = Substitution{0, Written::BinXml}};
            values = {{Written::BinXml, {}, nested}};
        } else if (kind == 2) {
            for (int i = 0; i < 2000; ++i)
                data.children.push_back({.name = "D", .content = Substitution{0, Written::String}});
            values = {{Written::String, std::string(20000, 'x')}};
        } else if (kind == 4) {
            const std::string name(1000, 'n');
            for (int i = 0; i < 3000; ++i)
                data.children.push_back({.name = name});
        } else if (kind == 6) {
            data.children = {
                {.name = std::string(10'000, 'n'), .content = Substitution{0, test::type(0x84)}}};
            values = {{test::type(0x84), std::string(20'000, 'x')}};
        } else {
            for (int i = 0; i < 1000; ++i)
                data.children.push_back({.name = "D", .content = Substitution{0, Written::String}});
            values = {{test::type(0x84), std::string(20000, 'x')}};
        }
        test::ChunkWriter chunk;
        QVERIFY(chunk.add(1, 0, test::Instance{eventWith(data), values}));
        QVERIFY(chunk.add(2, 0, eventWith({.name = "EventData"})));
        writeFile(path(), test::evtxFile({chunk.seal(1)}));
        QElapsedTimer timer;
        timer.start();
        const Read read = readAll(openEvents(path()));
        QVERIFY(timer.elapsed() < 2000);
        QVERIFY(!read.damage.empty());
        QCOMPARE(read.damage[0].recordId, std::optional<std::uint64_t>(1));
        QVERIFY2(!read.damage[0].reason.empty(), read.damage[0].reason.c_str());
    }

    void anyByteMayBeWrong()
    {
        const std::string whole = test::readFile(write(
            {sample({{"A", "b"}, {"C", "1", Written::UInt32}}), sample({{"A", "e"}}), sample({{"A", "e"}})}));
        std::mt19937 random(7); // always the same
        for (int i = 0; i < 3000; ++i) {
            std::string forged = whole;
            const int changes = 1 + i % 4;
            for (int k = 0; k < changes; ++k)
                forged[4096 + (i % 2 ? 512 : 0) + random() % 3000] = static_cast<char>(random());
            writeFile(path(), forged);
            const Read read = readAll(openEvents(path(), {.threads = 1}));
            QVERIFY(read.error.empty());
            const auto structure = test::evtxStructure(path());
            QVERIFY(structure);
            std::uint64_t lost = 0;
            for (const Damage &damage : read.damage)
                lost += damage.records;
            QCOMPARE(read.live() + lost, structure->records.size());
        }
    }
};

QTEST_GUILESS_MAIN(TestHostileEvtx)
#include "tst_hostileevtx.moc"
