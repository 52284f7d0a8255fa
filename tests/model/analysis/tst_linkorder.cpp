#include "model/analysis/relinking.h"
#include "model/store/casestate.h"
#include "model/store/detectionwriter.h"
#include "tests/model/analysis/crowd.h"
#include "tests/model/analysis/linkedcase.h"

#include <QtTest>

using namespace lolscope;
using namespace lolscope::samples;

namespace {

/// The records as up to three files.
LinkedCase linkedInFiles(Dice &dice, const std::vector<Record> &records)
{
    CaseFile file = must(CaseFile::temporary());
    std::vector<Record> parts[3];
    for (const Record &record : records)
        parts[dice.below(3)].push_back(record);
    for (int i = 0; i < 3; ++i)
        index(file, std::to_string(i), parts[i]);
    link(file);
    return LinkedCase(std::move(file));
}

} // namespace

class TestLinkOrder : public QObject
{
    Q_OBJECT

    static constexpr quint32 kSeeds = 48;

private Q_SLOTS:
    /// The same facts in any order, in any files, and linked in steps give the same case.
    void orderDoesNotMatter_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= 24; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    void orderDoesNotMatter()
    {
        QFETCH(quint32, seed);
        Dice dice(seed);
        auto records = crowd(dice, 12 + 2 * seed);
        const auto expected = QByteArray::fromStdString(LinkedCase(records).lines()).split('\n');
        QVERIFY(expected.size() > 12);
        for (int round = 0; round < 5; ++round) {
            dice.shuffle(records);
            const auto is = QByteArray::fromStdString(linkedInFiles(dice, records).lines()).split('\n');
            for (qsizetype i = 0; i < qMin(is.size(), expected.size()); ++i)
                QCOMPARE(is[i], expected[i]);
            QCOMPARE(is.size(), expected.size());
        }
    }

    void linkingInStepsGivesTheSame()
    {
        Dice dice(99);
        auto records = crowd(dice, 40);
        const std::string expected = LinkedCase(records).lines();
        CaseFile file = must(CaseFile::temporary());
        for (std::size_t i = 0; i < records.size(); i += 10) {
            index(file, std::to_string(i),
                  {records.begin() + static_cast<std::ptrdiff_t>(i),
                   records.begin() + static_cast<std::ptrdiff_t>(i) + 10});
            link(file);
        }
        QCOMPARE(LinkedCase(std::move(file)).lines(), expected);
    }

    /// Another program adds to the case between reading the facts and saving their links.
    void whatCameMeanwhileIsLeftToDo()
    {
        Dice dice(7);
        const auto records = crowd(dice, 40);
        const auto middle = records.begin() + 20;
        CaseFile file = must(CaseFile::temporary());
        index(file, "aa", {records.begin(), middle});
        const LinkFacts facts = must(linkFacts(file));
        index(file, "bb", {middle, records.end()});
        must(saveLinks(file, facts, linkProcesses(facts)));
        QVERIFY(must(isStale(file, Stage::Links)));
        must(must(DetectionWriter::begin(file, {}))->finish("rules"));
        QVERIFY(must(isStale(file, Stage::Links)));
        QVERIFY(must(isStale(file, Stage::Detections)));
        QVERIFY(!must(detectedUpTo(file)));
        link(file);
        QVERIFY(!must(isStale(file, Stage::Links)));
        must(must(DetectionWriter::begin(file, {}))->finish("rules"));
        QVERIFY(!must(isStale(file, Stage::Detections)));
        QVERIFY(must(detectedUpTo(file)) == must(lastEvent(file)));
        QCOMPARE(LinkedCase(std::move(file)).lines(), LinkedCase(records).lines());
    }

    /// Each batch of facts links what it touches, and the case is that of linking all of them at once.
    /// LOLSCOPE_SEEDS: how many seeds instead.
    void relinkingWhatIsTouchedGivesTheSame_data()
    {
        QTest::addColumn<quint32>("seed");
        QTest::addColumn<bool>("isLong");
        const quint32 seeds = qEnvironmentVariable("LOLSCOPE_SEEDS").toUInt();
        for (quint32 seed = 1; seed <= (seeds > 0 ? seeds : kSeeds); ++seed)
            QTest::addRow("seed %u", seed) << seed << (seed % 2 == 0);
    }
    void relinkingWhatIsTouchedGivesTheSame()
    {
        QFETCH(quint32, seed);
        QFETCH(bool, isLong);
        Dice dice(seed);
        const auto records = crowd(dice, 4 + 3 * (seed % 24), isLong ? manyTimes() : kFewTimes);
        CaseFile file = must(CaseFile::temporary());
        const auto touched = must(TouchedFacts::open(file));
        std::int64_t linked = 0;
        for (std::size_t i = 0; i < records.size();) {
            const std::size_t count = std::min(1 + dice.below(1 + seed % 5), records.size() - i);
            const std::vector<Record> batch(records.begin() + static_cast<std::ptrdiff_t>(i),
                                            records.begin() + static_cast<std::ptrdiff_t>(i + count));
            index(file, std::to_string(i), batch);
            must(relink(*touched, EventId{linked}));
            linked = file.database().execAndGet("SELECT max(id) FROM event").getInt64();
            i += count;
            if (seed % 3 != 0 && i < records.size())
                continue; // compare after every batch sometimes
            const std::vector<Record> all(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(i));
            const auto expected = QByteArray::fromStdString(LinkedCase(all).lines()).split('\n');
            const auto is = QByteArray::fromStdString(LinkedCase(&file).lines()).split('\n');
            for (qsizetype line = 0; line < qMin(is.size(), expected.size()); ++line)
                QCOMPARE(is[line], expected[line]);
            QCOMPARE(is.size(), expected.size());
        }
    }

    /// What a new fact touches does not grow with how often its PID was used before.
    void aReusedPidCostsNoMore_data()
    {
        QTest::addColumn<bool>("fromSecurity");
        QTest::newRow("Sysmon") << false;
        QTest::newRow("Security") << true;
    }
    void aReusedPidCostsNoMore()
    {
        QFETCH(bool, fromSecurity);
        const auto run = [&](int number) {
            const auto time = [&](int second) {
                return QString::asprintf("%02d:%02d:%02d.000", number / 60, number % 60, second)
                    .toStdString();
            };
            const std::string guid = std::to_string(number);
            return std::vector<Record>{
                fromSecurity ? start4688(time(0), 10, "a.exe", 4, "b.exe")
                             : start(time(0), guid, 10, "a.exe", childOf("B", 4, "b.exe", "b")),
                // The GUID is learnt where the Security log alone has the start.
                connection(time(20), guid, 10, "a.exe", "192.0.2.1", "443"),
                connection5156(time(21), 10, "a.exe", "192.0.2.7", "443"),
                fromSecurity ? end4689(time(30), 10, "a.exe") : end(time(30), guid, 10, "a.exe")};
        };
        const auto touchedAfter = [&](int runs) {
            CaseFile file = must(CaseFile::temporary());
            std::vector<Record> earlier;
            for (int i = 0; i < runs; ++i)
                for (Record &record : run(i))
                    earlier.push_back(std::move(record));
            index(file, "earlier", earlier);
            link(file);
            const auto linked = file.database().execAndGet("SELECT max(id) FROM event").getInt64();
            index(file, "new", run(runs));
            const auto touched = must(TouchedFacts::open(file));
            must(touched->begin(EventId{linked}));
            auto facts = must(touched->read());
            while (must(touched->widen(facts, linkProcesses(facts))))
                facts = must(touched->read());
            must(touched->save(facts, linkProcesses(facts)));
            return facts.starts.size() + facts.ends.size() + facts.connections.size();
        };
        QCOMPARE(touchedAfter(600), touchedAfter(30));
    }
};

QTEST_APPLESS_MAIN(TestLinkOrder)
#include "tst_linkorder.moc"
