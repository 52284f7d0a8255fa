#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/decisionstore.h"
#include "model/store/detectionwriter.h"
#include "model/store/eventstore.h"
#include "model/store/factstore.h"
#include "model/store/linkstore.h"
#include "tests/model/caserecords.h"

#include <QtTest>

using namespace lolscope;
using namespace lolscope::samples;

namespace {

/// cmd > mshta > powershell, with facts, linked by hand as analysis would.
struct SmallCase
{
    SmallCase()
        : file(must(CaseFile::temporary()))
    {
        index(file, "aa",
              {start("10:00:00.000", "A", 10, "cmd.exe", {{"CommandLine", "cmd /c"}}),
               start("10:00:01.000", "B", 20, "mshta.exe", childOf("A", 10, "cmd.exe")),
               query("10:00:02.000", "B", 20, "mshta.exe", "x.example", "type:  5 y.example;192.0.2.1;"),
               connection("10:00:03.000", "B", 20, "mshta.exe", "::ffff:192.0.2.1"),
               connection("10:00:09.000", "B", 20, "mshta.exe", "192.0.2.9"),
               query("10:00:02.500", "A", 10, "cmd.exe", "z.example", "192.0.2.1;"),
               query("10:00:02.700", "A", 10, "cmd.exe", "far.example", "192.0.2.7;"),
               end("10:00:20.000", "B", 20, "mshta.exe"),
               {10, "", {{"Note", "no time"}, {"UtcTime", "never"}}}});
        const auto facts = must(linkFacts(file));
        Links links;
        for (const auto &fact : facts.starts) {
            Links::Process process;
            process.guid = fact.guid;
            links.processes.push_back(process);
        }
        links.processes[1].parent = 0;
        links.processes[1].parentLink = ParentLink::Guid;
        links.processes[1].end = facts.ends.at(0).time;
        links.endProcesses = {1};
        links.connections = {{1, -1, 0, true}, {1, -1, -1, false}};
        links.queryProcesses = {1, 0, 0};
        must(saveLinks(file, facts, links));
        cmd = ProcessId{facts.starts[0].row};
        mshta = ProcessId{facts.starts[1].row};
        connections = must(connectionsOf(file, mshta));
        detect();
    }

    void detect()
    {
        auto writer = begin();
        addAlert(*writer, "aaaa1111" + std::string(24, '0'), "r-high", 1, connections[0]);
        addAlert(*writer, "aaaa2222" + std::string(24, '0'), "r-low", 9, connections[1]);
        addAlert(*writer, "bbbb3333" + std::string(24, '0'), "r-high", 5, connections[1]);
        must(writer->finish("rules 1"));
    }

    std::unique_ptr<DetectionWriter> begin()
    {
        StoredRule high;
        high.id = "r-high";
        high.title = "High rule";
        high.status = "stable";
        high.author = "anna";
        high.description = "what it finds";
        high.source = "high.yml";
        high.level = 3;
        high.tags = {"attack.t1218"};
        StoredRule low;
        low.id = "r-low";
        low.level = 1;
        return must(DetectionWriter::begin(file, {high, low}));
    }

    void addAlert(DetectionWriter &writer, const std::string &id, const std::string &rule, std::uint64_t hits,
                  const ConnectionRow &about)
    {
        AlertRow alert;
        alert.id = id;
        alert.ruleId = rule;
        alert.shape = "3";
        alert.hits = hits;
        alert.firstSeen = about.time;
        alert.process = about.process;
        alert.image = about.image;
        alert.destName = about.askedName;
        alert.destNameSource = about.askedName.empty() ? NameSource::None : NameSource::Asked;
        alert.destIp = about.destIp;
        alert.destPort = about.destPort;
        alert.initiated = about.initiated;
        must(writer.addAlert(alert, 1));
        addDetection(writer, id, rule, about);
    }

    void addDetection(DetectionWriter &writer, const std::string &id, const std::string &rule,
                      const ConnectionRow &about)
    {
        JoinedEvent event;
        event.id = about.event;
        event.connection = about.id;
        must(writer.addDetection(rule, id, event,
                                 {{"Image", about.image, "endswith", FieldSource::ProcessStart}}));
    }

    CaseFile file;
    ProcessId cmd = ProcessId{0}, mshta = ProcessId{0};
    std::vector<ConnectionRow> connections;
};

template<typename T>
ErrorCode codeOf(const Result<T> &result)
{
    return result ? ErrorCode::Internal : result.error().code;
}

} // namespace

class TestQueries : public QObject
{
    Q_OBJECT

    SmallCase m_case;

private Q_SLOTS:
    void eventsAreListedOldestFirstAndTimelessLast()
    {
        const auto ids = must(eventIds(m_case.file, {}));
        const auto rows = must(eventRows(m_case.file, ids));
        QCOMPARE(rows.size(), std::size_t{9});
        for (std::size_t i = 1; i + 1 < rows.size(); ++i)
            QVERIFY(*rows[i - 1].time <= *rows[i].time);
        QVERIFY(!rows.back().time);
        QCOMPARE(rows.back().details, std::string("Note=no time"));
        QVERIFY(must(eventRows(m_case.file, {})).empty());
    }

    void eventRowsSayWhatTheEventIs()
    {
        const auto rows = must(eventRows(m_case.file, must(eventIds(m_case.file, {}))));
        QCOMPARE(rows[0].details, std::string("cmd /c"));
        QCOMPARE(rows[0].image, std::string("C:\\cmd.exe"));
        QCOMPARE(rows[0].host + ' ' + rows[0].provider, std::string("HOST-1 Microsoft-Windows-Sysmon"));
        QCOMPARE(rows[2].details, std::string("x.example → type:  5 y.example;192.0.2.1;"));
        QCOMPARE(rows[5].details, std::string("10.1.7.42:50000 → ::ffff:192.0.2.1:443 tcp initiated"));
    }

    void eventsOfAProcessAndOfAnAlert()
    {
        EventFilter filter;
        filter.process = m_case.mshta;
        QCOMPARE(must(eventIds(m_case.file, filter)).size(),
                 std::size_t{5}); // start, query, two connections, end
        filter.alert = must(alert(m_case.file, "aaaa1")).id;
        QCOMPARE(must(eventIds(m_case.file, filter)), std::vector<EventId>{m_case.connections[0].event});
        filter.process.reset();
        QCOMPARE(must(eventIds(m_case.file, filter)), std::vector<EventId>{m_case.connections[0].event});
        filter.process = m_case.cmd;
        QVERIFY(must(eventIds(m_case.file, filter)).empty());
        filter.alert = "' OR 1 --";
        QVERIFY(must(eventIds(m_case.file, filter)).empty());
    }

    void unknownIdsAreInvalid()
    {
        const std::vector<EventId> ids = {EventId{1}, EventId{12345}};
        QCOMPARE(codeOf(eventRows(m_case.file, ids)), ErrorCode::Invalid);
        QCOMPARE(codeOf(storedEvent(m_case.file, EventId{12345})), ErrorCode::Invalid);
        QCOMPARE(codeOf(storedEvent(m_case.file, EventId{-1})), ErrorCode::Invalid);
        QCOMPARE(codeOf(process(m_case.file, ProcessId{12345})), ErrorCode::Invalid);
        QCOMPARE(codeOf(chainOf(m_case.file, ProcessId{12345})), ErrorCode::Invalid);
        QCOMPARE(codeOf(rule(m_case.file, "none")), ErrorCode::Invalid);
        QVERIFY(must(childrenOf(m_case.file, ProcessId{12345})).empty());
    }

    void aProcessHasItsFactsAndCounts()
    {
        const ProcessRow mshta = must(process(m_case.file, m_case.mshta));
        QCOMPARE(mshta.host + ' ' + mshta.guid + ' ' + mshta.image, std::string("HOST-1 {B} C:\\mshta.exe"));
        QCOMPARE(mshta.pid.value_or(0), 20u);
        QVERIFY(mshta.source == ProcessSource::Logged && mshta.parentLink == ParentLink::Guid
                && mshta.parent == m_case.cmd);
        QVERIFY(mshta.start && mshta.end && !mshta.endIsBound && mshta.startEvent);
        QCOMPARE(mshta.connections, 2);
        QCOMPARE(mshta.dnsQueries, 1);
        QCOMPARE(mshta.children, 0);
        QCOMPARE(mshta.alerts, 3);
        QCOMPARE(must(process(m_case.file, m_case.cmd)).children, 1);
        const auto children = must(childrenOf(m_case.file, m_case.cmd));
        QCOMPARE(children.size(), std::size_t{1});
        QVERIFY(children[0].id == m_case.mshta);
        const auto chain = must(chainOf(m_case.file, m_case.mshta));
        QCOMPARE(chain.size(), std::size_t{2});
        QVERIFY(chain[0].id == m_case.mshta && chain[1].id == m_case.cmd);
    }

    void connectionsAndQueriesReadBack()
    {
        const ConnectionRow &first = m_case.connections.at(0);
        QCOMPARE(first.destIp + ' ' + first.destPort + ' ' + first.protocol,
                 std::string("::ffff:192.0.2.1 443 tcp"));
        QCOMPARE(first.destScope, std::string("documentation"));
        QCOMPARE(first.askedName, std::string("x.example"));
        QVERIFY(first.askedBySameProcess && first.initiated == true && !first.fromSecurityLog
                && first.process == m_case.mshta);
        QVERIFY(first.askedTime && *first.askedTime < *first.time);
        QVERIFY(first.reverseName.empty());
        QVERIFY(m_case.connections.at(1).askedName.empty() && !m_case.connections.at(1).askedQuery);
        QCOMPARE(must(allConnections(m_case.file)).size(), std::size_t{2});
        const auto queries = must(dnsQueriesOf(m_case.file, m_case.mshta));
        QCOMPARE(queries.size(), std::size_t{1});
        QCOMPARE(queries[0].answers, (std::vector<std::string>{"y.example", "192.0.2.1"}));
        QCOMPARE(queries[0].name + ' ' + queries[0].status, std::string("x.example 0"));
    }

    void relatedQueriesAreThoseOfTheProcessAndOfTheAddress()
    {
        const auto related = must(queriesFor(m_case.file, m_case.connections[0]));
        QCOMPARE(related.size(), std::size_t{2});
        QCOMPARE(related[0].query.name, std::string("x.example"));
        QVERIFY(related[0].sameProcess && related[0].answersDestination);
        QCOMPARE(related[1].query.name, std::string("z.example"));
        QVERIFY(!related[1].sameProcess && related[1].answersDestination);
        const auto other = must(queriesFor(m_case.file, m_case.connections[1]));
        QCOMPARE(other.size(), std::size_t{1});
        QVERIFY(other[0].sameProcess && !other[0].answersDestination);
    }

    void alertsComeHighestFirst()
    {
        const auto rows = must(alerts(m_case.file));
        QCOMPARE(rows.size(), std::size_t{3});
        QCOMPARE(rows[0].id.substr(0, 4) + rows[1].id.substr(0, 4) + rows[2].id.substr(0, 8),
                 std::string("bbbbaaaaaaaa2222"));
        QCOMPARE(rows[1].ruleTitle + ' ' + rows[1].ruleAuthor + ' ' + std::to_string(rows[1].level),
                 std::string("High rule anna 3"));
        QCOMPARE(rows[1].destName, std::string("x.example"));
        QVERIFY(rows[1].destNameSource == NameSource::Asked && rows[1].status == Status::Open
                && rows[1].verdict == Verdict::None);
        const AlertCounts counts = must(alertCounts(m_case.file));
        QCOMPARE(counts.open, 3u);
        QCOMPARE(counts.decided + counts.allowed, 0u);
        QCOMPARE(must(caseCounts(m_case.file)).detections, 3u);
        QCOMPARE(must(detectedRuleSet(m_case.file)), std::string("rules 1"));
    }

    void alertsAreFoundByAUniquePrefix_data()
    {
        QTest::addColumn<QByteArray>("prefix");
        QTest::addColumn<QByteArray>("expected"); // start of its id; empty: refused
        QTest::newRow("whole id") << QByteArray("aaaa1111").append(24, '0') << QByteArray("aaaa1111");
        QTest::newRow("enough digits") << QByteArray("aaaa2") << QByteArray("aaaa2222");
        QTest::newRow("four digits") << QByteArray("bbbb") << QByteArray("bbbb3333");
        QTest::newRow("several") << QByteArray("aaaa") << QByteArray();
        QTest::newRow("none") << QByteArray("cccc") << QByteArray();
        QTest::newRow("too short") << QByteArray("bbb") << QByteArray();
        QTest::newRow("empty") << QByteArray("") << QByteArray();
        QTest::newRow("too long") << QByteArray("aaaa1111").append(25, '0') << QByteArray();
        QTest::newRow("wildcard") << QByteArray("bbb%") << QByteArray();
        QTest::newRow("upper case") << QByteArray("BBBB") << QByteArray();
        QTest::newRow("SQL") << QByteArray("' OR 1=1 --") << QByteArray();
    }
    void alertsAreFoundByAUniquePrefix()
    {
        QFETCH(QByteArray, prefix);
        QFETCH(QByteArray, expected);
        const auto row = alert(m_case.file, prefix.toStdString());
        if (expected.isEmpty())
            QCOMPARE(codeOf(row), ErrorCode::Invalid);
        else
            QCOMPARE(must(row).id.substr(0, 8), expected.toStdString());
    }

    void detectionsSayWhatMatched()
    {
        const auto rows = must(detections(m_case.file, must(alert(m_case.file, "aaaa1")).id));
        QCOMPARE(rows.size(), std::size_t{1});
        QVERIFY(rows[0].connection == m_case.connections[0].id && rows[0].event == m_case.connections[0].event
                && !rows[0].dnsQuery);
        QCOMPARE(rows[0].matched.at(0).field + ' ' + rows[0].matched[0].test, std::string("Image endswith"));
        QVERIFY(rows[0].matched[0].source == FieldSource::ProcessStart);
        QVERIFY(must(detections(m_case.file, "none")).empty());
        QVERIFY(must(detections(m_case.file, must(alert(m_case.file, "aaaa1")).id, 0)).empty());
    }

    void rulesReadBack()
    {
        const RuleRow row = must(rule(m_case.file, "r-high"));
        QCOMPARE(row.title + '|' + row.level + '|' + row.status + '|' + row.description + '|' + row.source,
                 std::string("High rule|high|stable|what it finds|high.yml"));
        QCOMPARE(row.tags, std::vector<std::string>{"attack.t1218"});
        QVERIFY(row.references.empty());
    }

    void aCycleInATamperedCaseEndsTheWalk()
    {
        CaseFile file = must(CaseFile::temporary());
        index(file, "aa", {start("10:00:00.000", "A", 10, "a.exe"), start("10:00:01.000", "B", 20, "b.exe")});
        const auto facts = must(linkFacts(file));
        Links links;
        links.processes.resize(2);
        links.processes[0].parent = 1;
        links.processes[1].parent = 0;
        must(saveLinks(file, facts, links));
        QCOMPARE(must(chainOf(file, ProcessId{facts.starts[0].row})).size(), std::size_t{2});
    }

    void verdictsOfAlertsThatBecomeOneAreMerged_data()
    {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("second");
        QTest::addColumn<int>("expected");
        const auto row = [](const char *name, Verdict first, Verdict second, Verdict expected) {
            QTest::newRow(name) << int(first) << int(second) << int(expected);
        };
        row("the graver came first", Verdict::Malicious, Verdict::Benign, Verdict::Malicious);
        row("the graver came last", Verdict::None, Verdict::Suspicious, Verdict::Suspicious);
        row("equal", Verdict::Benign, Verdict::Benign, Verdict::Benign);
    }
    void verdictsOfAlertsThatBecomeOneAreMerged()
    {
        QFETCH(int, first);
        QFETCH(int, second);
        QFETCH(int, expected);
        for (const bool intoKnown : {false, true}) {
            SmallCase small;
            const std::string one = "aaaa1111" + std::string(24, '0'),
                              other = "bbbb3333" + std::string(24, '0');
            const std::string both = intoKnown ? other : "cccc4444" + std::string(24, '0');
            must(storeVerdict(small.file, one, Verdict(first), "seen by anna", "anna"));
            must(storeVerdict(small.file, other, Verdict(second), "seen by bert", "bert"));
            auto writer = small.begin();
            small.addAlert(*writer, both, "r-high", 6, small.connections[0]);
            small.addDetection(*writer, both, "r-high", small.connections[1]);
            must(writer->finish("rules 2"));
            writer.reset();

            const AlertRow now = must(alert(small.file, both));
            QVERIFY(now.verdict == Verdict(expected));
            for (const char *note : {"seen by anna", "seen by bert"})
                QVERIFY2(now.note.find(note) != std::string::npos, now.note.c_str());
            std::vector<JournalRow> moves = must(journalRows(small.file));
            std::erase_if(moves, [](const JournalRow &row) { return row.action != "verdict moved"; });
            QCOMPARE(moves.size(), std::size_t(intoKnown ? 1 : 2));
            QCOMPARE(moves[0].object, both);
            for (const std::string &told :
                 {one, std::string(verdictName(Verdict(first))), std::string("anna")})
                QVERIFY2(moves[0].details.find(told) != std::string::npos, moves[0].details.c_str());
        }
    }

    void aVerdictWithoutDetectionsStays()
    {
        SmallCase small;
        const std::string one = "aaaa1111" + std::string(24, '0');
        must(storeVerdict(small.file, one, Verdict::Malicious, "seen", "anna"));
        must(small.begin()->finish("none"));
        small.detect();
        QVERIFY(must(alert(small.file, one)).verdict == Verdict::Malicious);
    }
};

QTEST_APPLESS_MAIN(TestQueries)
#include "tst_queries.moc"
