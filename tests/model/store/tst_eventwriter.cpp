#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/eventstore.h"
#include "model/store/eventwriter.h"
#include "model/store/factstore.h"
#include "model/store/sql.h"
#include "tests/model/caserecords.h"

#include <QTemporaryDir>
#include <QtTest>

#include <limits>

using namespace lolscope;
using namespace lolscope::samples;

namespace {

std::vector<Record> day()
{
    return {start("10:00:00.000", "A", 10, "mshta.exe"),
            query("10:00:01.000", "A", 10, "mshta.exe", "x.example", "192.0.2.1;192.0.2.2;"),
            connection("10:00:02.000", "A", 10, "mshta.exe", "192.0.2.1"),
            end("10:00:09.000", "A", 10, "mshta.exe")};
}

std::vector<Record> numbered(std::vector<Record> records, std::uint64_t first = 1)
{
    for (Record &record : records)
        record.recordId = first++;
    return records;
}

/// Everything the case says of its events and their citations, in the order of their ids.
std::string contents(const CaseFile &file)
{
    std::string text;
    for (const EvidenceRow &row : must(evidence(file))) {
        text += row.sha256 + ' ' + std::to_string(static_cast<int>(row.state)) + ' '
            + std::to_string(row.records) + ' ' + std::to_string(row.duplicates) + ' '
            + std::to_string(row.recovered) + ' ' + std::to_string(row.lost);
        for (const Damage &damage : row.damage)
            text += " [" + damage.reason + ']';
        text += '\n';
    }
    for (const EventId id : must(eventIds(file, {}))) {
        const auto stored = must(storedEvent(file, id));
        text += std::to_string(toInt(id)) + ' ' + std::to_string(stored.event.recordId.value_or(0));
        for (const Citation &citation : stored.citations)
            text += ' ' + citation.sha256 + '@' + std::to_string(citation.offset.value_or(0));
        text += '\n';
    }
    const CaseCounts counts = must(caseCounts(file));
    return text + std::to_string(counts.processes) + ' ' + std::to_string(counts.connections) + ' '
        + std::to_string(counts.dnsQueries);
}

} // namespace

class TestEventWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsWhatItWrote()
    {
        CaseFile file = must(CaseFile::temporary());
        const EvidenceRow row = index(file, "aa", day());
        QVERIFY(row.state == EvidenceRow::State::Done);
        QCOMPARE(row.records, 4u);
        QCOMPARE(row.duplicates, 0u);
        QCOMPARE(row.bytes, 4u);
        QCOMPARE(row.path, std::string("C:\\evidence\\aa.evtx"));
        const CaseCounts counts = must(caseCounts(file));
        QCOMPARE(counts.hosts, 1u);
        QCOMPARE(counts.evidence, 1u);
        QCOMPARE(counts.events, 4u);
        QCOMPARE(counts.processes, 1u);
        QCOMPARE(counts.connections, 1u);
        QCOMPARE(counts.dnsQueries, 1u);
        QCOMPARE(counts.problems, 0u);
        QVERIFY(must(isStale(file, Stage::Links)) && must(isStale(file, Stage::Detections)));
    }

    void overlappingEvidenceGivesSecondCitations()
    {
        CaseFile file = must(CaseFile::temporary());
        const auto records = numbered(day());
        index(file, "aa", {records.begin(), records.begin() + 3});
        const EvidenceRow second = index(file, "bb", {records.begin() + 1, records.end()});
        QCOMPARE(second.records, 3u);
        QCOMPARE(second.duplicates, 2u);
        QCOMPARE(must(caseCounts(file)).events, 4u);
        QCOMPARE(must(caseCounts(file)).connections, 1u); // facts are not doubled either
        std::size_t citations = 0;
        for (const EventId id : must(eventIds(file, {})))
            citations += must(storedEvent(file, id)).citations.size();
        QCOMPARE(citations, std::size_t{6});
    }

    void whatStandsBesideAnEventDoesNotChangeIt()
    {
        // A record without a number is told apart by its System values too, its neighbour is not.
        Record unnumbered{10, "10:00:00.000", {{"a", "x"}}};
        Record numbered = unnumbered;
        numbered.recordId = 7;
        CaseFile file = must(CaseFile::temporary());
        QCOMPARE(index(file, "aa", {unnumbered, numbered}).duplicates, 0u);
        QCOMPARE(index(file, "bb", {numbered}).duplicates, 1u);
    }

    void twoWritersTakeTurns()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("a.lolscope")).toStdString();
        CaseFile first = must(CaseFile::open(path, CaseFile::Mode::Create));
        CaseFile second = must(CaseFile::open(path, CaseFile::Mode::ReadWrite));
        EventWriter one(first), other(second);
        const auto add = [](EventWriter &writer, EvidenceId evidence, const std::vector<Record> &records) {
            EventBatch batch;
            for (const Record &record : records)
                addTo(batch, record);
            must(writer.add(evidence, batch));
            must(writer.commit());
        };
        const auto aa = must(one.begin("aa", "aa", 1));
        must(one.commit());
        const auto bb = must(other.begin("bb", "bb", 1));
        must(other.commit());
        const auto records = numbered(day());
        add(one, aa, {records[0]});
        add(other, bb, {records[0], records[1]}); // what the first wrote is known
        second.database().exec("INSERT OR REPLACE INTO meta VALUES ('links', '0')"); // and linked
        QVERIFY(!must(isStale(first, Stage::Links)));
        add(one, aa, {records[1], records[2]});
        QVERIFY(must(isStale(second, Stage::Links)));
        add(other, bb, {records[3]});
        QCOMPARE(must(one.finish(aa)).duplicates, 1u);
        must(one.commit());
        QCOMPARE(must(other.finish(bb)).duplicates, 1u);
        must(other.commit());
        QCOMPARE(must(caseCounts(first)).events, 4u);
    }

    void whatMakesTwoEventsTheSame_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<bool>("same");
        QTest::newRow("nothing changed") << 0 << true;
        QTest::newRow("the host's name in other case") << 1 << true;
        QTest::newRow("another host") << 2 << false;
        QTest::newRow("another record id") << 3 << false;
        QTest::newRow("another time") << 4 << false;
        QTest::newRow("another value") << 5 << false;
        QTest::newRow("a character moved to the neighbour") << 6 << false;
        QTest::newRow("another event id") << 7 << false;
        QTest::newRow("another provider") << 8 << false;
        QTest::newRow("another name") << 9 << false;
    }
    void whatMakesTwoEventsTheSame()
    {
        QFETCH(int, change);
        QFETCH(bool, same);
        Record first{10, "10:00:00.000", {{"a", "xy"}, {"b", "z"}}};
        first.recordId = 7;
        Record second = first;
        if (change == 1)
            second.host = "host-1";
        else if (change == 2)
            second.host = "HOST-2";
        else if (change == 3)
            second.recordId = 8;
        else if (change == 4)
            second.time = "10:00:00.001";
        else if (change == 5)
            second.values[0].second = "xz";
        else if (change == 6)
            second.values = {{"a", "x"}, {"yb", "z"}};
        else if (change == 7)
            second.id = 11;
        else if (change == 8)
            second.provider = "Other";
        else if (change == 9)
            second.values[0].first = "c";
        CaseFile file = must(CaseFile::temporary());
        index(file, "aa", {first});
        QCOMPARE(index(file, "bb", {second}).duplicates, same ? 1u : 0u);
        QCOMPARE(must(caseCounts(file)).events, same ? 1u : 2u);
    }

    void theSameRecordTwiceInOneFileIsADuplicate()
    {
        CaseFile file = must(CaseFile::temporary());
        const Record record = numbered(day()).front();
        const EvidenceRow row = index(file, "aa", {record, record, record});
        QCOMPARE(row.records, 3u);
        QCOMPARE(row.duplicates, 2u);
        QCOMPARE(must(caseCounts(file)).events, 1u);
    }

    void theSameEvidenceTwiceAddsNothing()
    {
        CaseFile file = must(CaseFile::temporary());
        index(file, "aa", day());
        const std::string before = contents(file);
        index(file, "aa", day());
        QCOMPARE(contents(file), before);
        EventWriter writer(file);
        const auto found = must(writer.findEvidence("aa"));
        QVERIFY(found && found->state == EvidenceRow::State::Done);
        QVERIFY(!must(writer.findEvidence("bb")));
    }

    void whatIsNotCommittedIsRolledBack()
    {
        CaseFile file = must(CaseFile::temporary());
        index(file, "aa", numbered(day()));
        const std::string before = contents(file);
        {
            EventWriter writer(file);
            const auto id = must(writer.begin("b.evtx", "bb", 1));
            EventBatch batch;
            for (const Record &record : numbered(day(), 100))
                addTo(batch, record);
            must(writer.add(id, batch));
            must(writer.finish(id));
        }
        QCOMPARE(contents(file), before);
        index(file, "bb", numbered(day(), 100)); // and the case goes on
        QCOMPARE(must(caseCounts(file)).events, 8u);
    }

    void anInterruptedRunResumesToTheSameRows_data()
    {
        QTest::addColumn<int>("done");
        QTest::newRow("before the first batch") << 0;
        QTest::newRow("after one batch") << 1;
        QTest::newRow("after two batches") << 2;
        QTest::newRow("after the last batch") << 3;
    }
    void anInterruptedRunResumesToTheSameRows()
    {
        QFETCH(int, done);
        const QTemporaryDir dir;
        const auto path = dir.filePath(QStringLiteral("a.lolscope")).toStdString();
        const auto records = numbered(day());
        // Batches of two records; the last one only has damage.
        const auto add = [&](EventWriter &writer, EvidenceId id, int batches) {
            for (int i = 0; i < batches; ++i) {
                EventBatch batch;
                for (std::size_t k = static_cast<std::size_t>(2 * i);
                     i < 2 && k < static_cast<std::size_t>(2 * i + 2); ++k)
                    addTo(batch, records[k]);
                if (i == 2)
                    batch.damage.push_back({"bad", 4096, {}, 3});
                must(writer.add(id, batch));
                must(writer.commit());
            }
        };
        {
            CaseFile file = must(CaseFile::open(path, CaseFile::Mode::Create));
            EventWriter writer(file);
            add(writer, must(writer.begin("a.evtx", "aa", 9)), done);
            must(writer.commit());
        } // killed here
        CaseFile file = must(CaseFile::open(path, CaseFile::Mode::ReadWrite));
        QCOMPARE(must(unfinishedEvidence(file)), std::vector<std::string>{"a.evtx"});
        QCOMPARE(must(caseCounts(file)).problems, 1u);
        {
            EventWriter writer(file);
            QVERIFY(must(writer.findEvidence("aa"))->state == EvidenceRow::State::Indexing);
            const auto id = must(writer.begin("a.evtx", "aa", 9));
            add(writer, id, 3);
            must(writer.finish(id));
            must(writer.commit());
        }
        QVERIFY(must(unfinishedEvidence(file)).empty());

        CaseFile inOneGo = must(CaseFile::temporary());
        EventWriter writer(inOneGo);
        const auto id = must(writer.begin("a.evtx", "aa", 9));
        add(writer, id, 3);
        must(writer.finish(id));
        must(writer.commit());
        QCOMPARE(contents(file), contents(inOneGo));
    }

    /// Of evidence that cannot be read again. What the case has already is not written again, nor its XML.
    void xmlIsKeptWhereItIsGiven()
    {
        CaseFile file = must(CaseFile::temporary());
        EventWriter writer(file);
        for (const char *name : {"aa", "bb"}) {
            const auto evidence = must(writer.begin(name, name, 0));
            EventBatch batch;
            for (const Record &record : numbered(day()))
                addTo(batch, record);
            if (std::string_view(name) == "bb") {
                batch.events[3].computer = "HOST-2"; // the only new one
                batch.events[0].xml = "<Event>known</Event>";
                batch.events[3].xml = "<Event>new</Event>";
            } else {
                batch.events[1].xml = "<Event>one</Event>";
                batch.events[3].xml = std::string_view("<Event>a\0b</Event>", 19);
            }
            must(writer.add(evidence, batch));
            must(writer.finish(evidence));
        }
        must(writer.commit());
        const std::vector<std::string> expected = {
            "", "<Event>one</Event>", "", std::string("<Event>a\0b</Event>", 19), "<Event>new</Event>"};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(
                std::string(must(storedEvent(file, EventId{static_cast<std::int64_t>(i + 1)})).event.xml),
                expected[i]);
        file.database().exec("UPDATE record_xml SET data = x'28b52ffd'"); // then the fields have to do
        QVERIFY(must(storedEvent(file, EventId{2})).event.xml.empty());
    }

    void damageIsKeptAndCounted()
    {
        CaseFile file = must(CaseFile::temporary());
        EventWriter writer(file);
        const auto id = must(writer.begin("a.evtx", "aa", 1));
        EventBatch batch;
        batch.damage.push_back({"bad\u202E \"record\"", 4608, 7, 2});
        batch.damage.push_back({"leftover", {}, {}, 0, true});
        for (std::size_t i = 0; i < EvidenceRow::kMaxDamageRows + 5; ++i)
            batch.damage.push_back({"many", i, {}, 1});
        must(writer.add(id, batch));
        const EvidenceRow row = must(writer.finish(id));
        QCOMPARE(row.lost,
                 std::uint64_t{EvidenceRow::kMaxDamageRows + 7}); // all of them, also those without a row
        must(writer.commit());
        const EvidenceRow read = must(evidence(file)).at(0);
        QCOMPARE(read.damage.size(), EvidenceRow::kMaxDamageRows);
        QCOMPARE(read.damage[0].reason, std::string("bad\u202E \"record\""));
        QVERIFY(read.damage[0].offset == 4608u && read.damage[0].recordId == 7u && read.damage[0].records == 2
                && !read.damage[0].slack);
        QVERIFY(!read.damage[1].offset && !read.damage[1].recordId && read.damage[1].slack);
    }

    void slackAloneIsNoProblem()
    {
        CaseFile file = must(CaseFile::temporary());
        EventWriter writer(file);
        const auto id = must(writer.begin("a.evtx", "aa", 1));
        EventBatch batch;
        batch.damage.push_back({"leftover", {}, {}, 0, true});
        must(writer.add(id, batch));
        must(writer.finish(id));
        must(writer.commit());
        QCOMPARE(must(caseCounts(file)).problems, 0u);
    }

    void failuresAreRecordedOnce()
    {
        CaseFile file = must(CaseFile::temporary());
        EventWriter writer(file);
        for (int i = 0; i < 2; ++i) {
            must(writer.addFailed("a.txt", "aa", 5, "neither log nor XML"));
            must(writer.addFailed("gone.evtx", "", 0, "no such file"));
        }
        must(writer.addFailed("also gone.evtx", "", 0, "no such file"));
        must(writer.commit());
        const auto rows = must(evidence(file));
        QCOMPARE(rows.size(), std::size_t{3});
        QVERIFY(rows[0].state == EvidenceRow::State::Failed);
        QCOMPARE(rows[0].error, std::string("neither log nor XML"));
        QCOMPARE(rows[1].sha256, std::string());
        QCOMPARE(must(caseCounts(file)).problems, 3u);
    }

    /// The helper that reads a log has limits of its own, so a file may fail that was read in part before.
    void aFileMayFailAfterItWasBegun()
    {
        CaseFile file = must(CaseFile::temporary());
        EventWriter writer(file);
        must(writer.begin("a.evtx", "aa", 1));
        must(writer.commit());
        const EvidenceRow failed = must(writer.addFailed("a.evtx", "aa", 1, "crashed"));
        QVERIFY(failed.state == EvidenceRow::State::Failed);
        QCOMPARE(failed.error, std::string("crashed"));
        must(writer.commit());
        QCOMPARE(must(evidence(file)).size(), std::size_t{1});
        QVERIFY(must(unfinishedEvidence(file)).empty());
        must(writer.begin("b.evtx", "aa", 1)); // and be taken up again
        must(writer.commit());
        QCOMPARE(must(unfinishedEvidence(file)), std::vector<std::string>{"b.evtx"});
    }

    void aFileReadInPartThatFailsKeepsItsEvents()
    {
        CaseFile file = must(CaseFile::temporary());
        EventWriter writer(file);
        const auto id = must(writer.begin("a.evtx", "aa", 1));
        EventBatch batch;
        addTo(batch, day().front());
        must(writer.add(id, batch));
        must(writer.commit());
        const EvidenceRow failed = must(writer.addFailed("a.evtx", "aa", 1, "crashed"));
        QVERIFY(failed.state == EvidenceRow::State::Failed);
        QCOMPARE(failed.error, std::string("crashed"));
        must(writer.commit());
        QCOMPARE(must(eventIds(file, {})).size(), std::size_t{1});
    }

    void aFinishedFileDoesNotFailLater()
    {
        CaseFile file = must(CaseFile::temporary());
        index(file, "aa", day());
        EventWriter writer(file);
        const auto failed = writer.addFailed("copy.evtx", "aa", 1, "crashed");
        QVERIFY(failed && failed->state == EvidenceRow::State::Done); // what was read stays so
        QCOMPARE(must(evidence(file)).size(), std::size_t{1});
    }

    void extremesSurvive()
    {
        CaseFile file = must(CaseFile::temporary());
        EventWriter writer(file);
        const auto id = must(writer.begin("a.evtx", "aa", std::numeric_limits<std::int64_t>::max()));
        EventBatch batch;
        Record record{65535,
                      "",
                      {{std::string("na\0me", 5), std::string("a\0b", 3)}, {"text", "\u202E\"\\\n"}},
                      "Prov\u202E",
                      "HÖST"};
        record.recordId = std::numeric_limits<std::uint64_t>::max();
        addTo(batch, record);
        Event &event = batch.events[0];
        event.version = 255;
        event.level = 255;
        event.offset = std::numeric_limits<std::int64_t>::max();
        event.chunk = std::numeric_limits<std::uint32_t>::max();
        event.headerRecordId = std::numeric_limits<std::uint64_t>::max() - 1;
        event.recovered = true;
        event.timeCreated = fromFileTime(1);
        must(writer.add(id, batch));
        QCOMPARE(must(writer.finish(id)).recovered, 1u);
        must(writer.commit());
        const auto stored = must(storedEvent(file, must(eventIds(file, {})).at(0)));
        QCOMPARE(stored.event.recordId.value_or(0), std::numeric_limits<std::uint64_t>::max());
        QCOMPARE(stored.event.eventId, 65535u);
        QCOMPARE(stored.event.version + stored.event.level, 510u);
        QCOMPARE(std::string(stored.event.provider), std::string("Prov\u202E"));
        QCOMPARE(std::string(stored.event.computer), std::string("HÖST"));
        QVERIFY(stored.event.timeCreated == fromFileTime(1));
        QCOMPARE(stored.event.data.size(), std::size_t{2});
        QCOMPARE(std::string(stored.event.data[0].name), std::string("na\0me", 5));
        QCOMPARE(std::string(stored.event.data[0].value), std::string("a\0b", 3));
        QCOMPARE(std::string(stored.event.data[1].value), std::string("\u202E\"\\\n"));
        const Citation &citation = stored.citations.at(0);
        QCOMPARE(citation.offset.value_or(0),
                 static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
        QCOMPARE(citation.chunk.value_or(0), std::numeric_limits<std::uint32_t>::max());
        QCOMPARE(citation.headerRecordId.value_or(0), std::numeric_limits<std::uint64_t>::max() - 1);
        QVERIFY(citation.recovered && stored.event.recovered);
    }
};

QTEST_APPLESS_MAIN(TestEventWriter)
#include "tst_eventwriter.moc"
