#include "app/pipeline/alertreport.h"
#include "app/pipeline/correlating.h"
#include "app/pipeline/triage.h"
#include "detection/sigma/references.h"
#include "model/base/text.h"
#include "model/store/alertstore.h"
#include "model/store/matchqueue.h"
#include "tests/app/pipeline/testcase.h"
#include "tests/support/sysmon.h"

#include <random>

using namespace lolscope;
using namespace lolscope::test;

namespace {

const Timestamp kNoon = parseTimestamp("2026-10-05T12:00:00Z").value();
const Host kHost{"PC.corp.example", "10.0.0.5", 0x1A2B3C4D, 1500, 100};
const Program kMshta{"C:\\Windows\\System32\\mshta.exe", "MSHTA.EXE", "Microsoft HTML Application host"};
const Session kUser{"CORP\\anna", 0x1234, 1, "Medium", "C:\\"};

Timestamp at(double seconds)
{
    return kNoon + std::chrono::duration_cast<Ticks>(std::chrono::duration<double>(seconds));
}

/// Event 4625 of the Security log: a logon that failed.
RecordSpec failedLogon(const std::string &computer, double seconds, const std::string &user,
                       std::uint64_t recordId)
{
    RecordSpec record;
    record.provider = "Microsoft-Windows-Security-Auditing";
    record.providerGuid = "{54849625-5478-4994-A5BA-3E3B0328C30D}";
    record.channel = "Security";
    record.computer = computer;
    record.eventId = 4625;
    record.level = 0;
    record.time = at(seconds);
    record.recordId = recordId;
    record.data = {{"TargetUserName", user}, {"IpAddress", "203.0.113.7"}};
    return record;
}

RecordSpec logon(const std::string &computer, double seconds, const std::string &user, std::uint64_t recordId)
{
    auto record = failedLogon(computer, seconds, user, recordId);
    record.eventId = 4624;
    return record;
}

const std::string kRules = R"(title: Logon failed
name: failed
id: 11111111-0000-4000-8000-000000000001
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
level: low
---
title: Logon
name: logon
id: 11111111-0000-4000-8000-000000000002
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4624}, condition: selection}
level: informational
---
title: Mshta starts
name: starts
id: 11111111-0000-4000-8000-000000000003
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\mshta.exe'}, condition: selection}
level: low
---
title: Connection
name: connects
id: 11111111-0000-4000-8000-000000000004
logsource: {product: windows, category: network_connection}
detection: {selection: {Initiated: true}, condition: selection}
level: low
---
title: Brute force
name: brute
id: 11111111-0000-4000-8000-0000000000c1
level: high
tags: [attack.t1110]
correlation:
    type: event_count
    rules: [failed]
    group-by: [Computer]
    timespan: 5m
    condition: {gte: 5}
---
title: Mshta starts and connects
id: 11111111-0000-4000-8000-0000000000c2
level: critical
correlation:
    type: temporal_ordered
    rules: [starts, connects]
    group-by: [Computer, ProcessGuid]
    timespan: 1m
generate: true
)";

const std::string kBroken = R"(---
title: Broken in
id: 11111111-0000-4000-8000-0000000000c3
level: critical
correlation:
    type: temporal_ordered
    rules: [brute, logon]
    group-by: [TargetUserName]
    timespan: 10m
)";

Engine engineOf(const std::string &text)
{
    auto load = sigma::parseRules(text, "rules.yml");
    sigma::resolveReferences(load);
    if (!load.refused.empty())
        qFatal("%s", describe(load.refused[0].reason).c_str());
    return Engine(load.loaded, load.correlations);
}

std::vector<RecordSpec> bruteForce(const std::string &computer, double seconds, int count,
                                   std::uint64_t firstRecord)
{
    std::vector<RecordSpec> records;
    for (int i = 0; i < count; ++i)
        records.push_back(failedLogon(computer, seconds + i * 10, i % 2 ? "anna" : "bob",
                                      firstRecord + static_cast<std::uint64_t>(i)));
    return records;
}

/// `rule / host / process / destination x hits`, sorted.
QStringList alertLines(const CaseFile &file)
{
    QStringList lines;
    for (const AlertRow &row : take(alerts(file)))
        lines << QStringLiteral("%1 / %2 / %3 / %4 x%5")
                     .arg(QString::fromStdString(row.ruleTitle), QString::fromStdString(row.host),
                          QString::fromStdString(std::string(baseName(row.image))),
                          QString::fromStdString(row.destIp))
                     .arg(row.hits);
    lines.sort();
    return lines;
}

AlertRow onlyAlert(const CaseFile &file, const char *title)
{
    std::vector<AlertRow> found;
    for (const AlertRow &row : take(alerts(file)))
        if (row.ruleTitle == title)
            found.push_back(row);
    if (found.size() != 1)
        qFatal("%zu alerts of %s", found.size(), title);
    return found.front();
}

std::string valueOf(const DetectionRow &hit, std::string_view field)
{
    for (const auto &matched : hit.matched)
        if (matched.field == field)
            return matched.value;
    return "(none)";
}

} // namespace

class TestCorrelating : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bruteForceIsOneAlertForEachHost()
    {
        const TestCase test;
        auto records = bruteForce("A.example", 0, 7, 1);
        for (const auto &record : bruteForce("B.example", 20, 5, 100))
            records.push_back(record);
        for (const auto &record : bruteForce("C.example", 20, 4, 200)) // too few
            records.push_back(record);
        for (const auto &record : bruteForce("A.example", 3600, 5, 50)) // another window of the same group
            records.push_back(record);
        const auto summary = test.index({test.write("a.evtx", records)}, engineOf(kRules));
        QVERIFY(summary.losses.empty());
        const QStringList expected = {QStringLiteral("Brute force / A.example /  /  x12"),
                                      QStringLiteral("Brute force / B.example /  /  x5")};
        QCOMPARE(alertLines(test.open()), expected); // also after reopening, and the failed logons are silent
        QCOMPARE(summary.detections, 17u);

        const auto file = test.open();
        const AlertRow alert = take(alerts(file)).front();
        QCOMPARE(alert.host, "A.example");
        QCOMPARE(alert.level, 3);
        QCOMPARE(alert.firstSeen, std::optional(at(0)));
        QCOMPARE(alert.lastSeen, std::optional(at(3640)));
        QCOMPARE(alert.shape, "4625");
        const auto hits = take(detections(file, alert.id));
        QCOMPARE(hits.size(), 12u);
        QCOMPARE(valueOf(hits[0], "Computer"), "A.example");
        QCOMPARE(valueOf(hits[0], "event_count"), "7");
        QCOMPARE(valueOf(hits[0], "window"), "2026-10-05T12:00:00.000Z to 2026-10-05T12:05:00.000Z");
        QCOMPARE(valueOf(hits[0], "rule"), "Logon failed");
        QCOMPARE(valueOf(hits[11], "event_count"), "5");
        QCOMPARE(valueOf(hits[11], "window"), "2026-10-05T13:00:00.000Z to 2026-10-05T13:05:00.000Z");

        ChainCache chains(file);
        const auto report = take(alertReport(file, alert, chains));
        QCOMPARE(report.rule.title, "Brute force");
        QCOMPARE(report.evidence.size(), 12u);
        QCOMPARE(report.matched[1].test, "is at least 5 within 5m");
        std::ostringstream csv;
        QCOMPARE(take(exportAlerts(file, {ExportFormat::Csv, {Status::Open}, false}, csv)), 2u);
        QVERIFY(QString::fromStdString(csv.str()).contains(QStringLiteral("Brute force")));
    }

    /// Correlation goes by TimeCreated (Sigma's event time), whatever UtcTime says.
    void theTimeOfAnEventIsWhenItWasLogged()
    {
        for (const bool loggedTogether : {true, false}) {
            auto records = bruteForce("A.example", 0, 5, 1);
            for (std::size_t i = 0; i < records.size(); ++i) {
                const double apart = static_cast<double>(i) * 3600;
                records[i].time = at(loggedTogether ? static_cast<double>(i) : apart);
                records[i].data.push_back({"UtcTime", sysmonTime(at(loggedTogether ? apart : 0))});
            }
            const TestCase test;
            test.index({test.write("a.evtx", records)}, engineOf(kRules));
            QCOMPARE(take(alerts(test.open())).size(), loggedTogether ? 1u : 0u);
        }
    }

    void aStartAndItsConnectionMakeOneAlertOfTheProcess()
    {
        SysmonLog log;
        const Process parent{&kHost, "{1A2B3C4D-0000-0000-0000-000000000009}", 1, "C:\\a.exe", "a", "x"};
        const auto first = log.start(kHost, at(0), 900, kMshta, "mshta.exe", parent, kUser);
        const auto second = log.start(kHost, at(1), 901, kMshta, "mshta.exe", parent, kUser);
        log.connect(first, at(5), 50000, {"203.0.113.8", 443});
        log.connect(second, at(500), 50001, {"203.0.113.9", 443}); // too late
        const TestCase test;
        test.index({test.write("a.evtx", log.records())}, engineOf(kRules));
        const auto file = test.open();
        const auto alert = onlyAlert(file, "Mshta starts and connects");
        QCOMPARE(alert.hits, 2u);
        QVERIFY(alert.process.has_value());
        QCOMPARE(alert.image, kMshta.image);
        QCOMPARE(alert.destIp, "203.0.113.8"); // of the connection, though the start is the first record
        QCOMPARE(alert.destPort, "443");
        QCOMPARE(alert.shape, "1+3");
        const auto hits = take(detections(file, alert.id));
        QCOMPARE(valueOf(hits[0], "ProcessGuid"), first.guid);
        QCOMPARE(valueOf(hits[0], "rule"), "Mshta starts");
        QCOMPARE(valueOf(hits[1], "rule"), "Connection");
        QVERIFY(hits[1].connection.has_value());
        // `generate: true`: the rules below give their own as well.
        QCOMPARE(alertLines(file)
                     .filter(QRegularExpression(QStringLiteral("^(Mshta starts /|Connection /)")))
                     .size(),
                 4);
    }

    void chainsReachTheCase()
    {
        auto records = bruteForce("A.example", 0, 6, 1);
        records.push_back(logon("A.example", 100, "anna", 20));
        records.push_back(logon("A.example", 101, "carl", 21)); // never failed
        const TestCase test;
        test.index({test.write("a.evtx", records)}, engineOf(kRules + kBroken));
        const auto file = test.open();
        const auto alert = onlyAlert(file, "Broken in");
        // What anna failed at until the fifth failure, and her logon. Brute force is silent now.
        QCOMPARE(alert.hits, 3u);
        QCOMPARE(valueOf(take(detections(file, alert.id))[0], "TargetUserName"), "anna");
        QVERIFY(alertLines(file).filter(QStringLiteral("Brute force")).isEmpty());
    }

    void theOrderOfFilesDoesNotMatter()
    {
        auto records = bruteForce("A.example", 0, 9, 1);
        for (const auto &record : bruteForce("B.example", 5, 9, 100))
            records.push_back(record);
        records.push_back(logon("A.example", 100, "anna", 20));
        const auto engine = engineOf(kRules + kBroken);
        QStringList contents[2];
        for (const int round : {0, 1}) {
            std::shuffle(records.begin(), records.end(), std::mt19937(static_cast<unsigned>(round)));
            const std::size_t half = records.size() / 2;
            const std::vector<RecordSpec> parts[2] = {
                {records.begin(), records.begin() + std::ptrdiff_t(half)},
                {records.begin() + std::ptrdiff_t(half), records.end()}};
            const TestCase test;
            test.index({test.write("a.evtx", parts[0])}, engine);
            test.index({test.write("b.evtx", parts[1])}, engine);
            contents[round] = alertLines(test.open());
            for (const AlertRow &row : take(alerts(test.open())))
                for (const auto &hit : take(detections(test.open(), row.id)))
                    for (const auto &matched : hit.matched)
                        contents[round] << QString::fromStdString(row.id + matched.field + matched.value);
        }
        QVERIFY(contents[0].size() > 20);
        QCOMPARE(contents[0], contents[1]);
    }

    void aVerdictStaysWithItsGroup()
    {
        const TestCase test;
        test.index({test.write("a.evtx", bruteForce("A.example", 0, 6, 1))}, engineOf(kRules));
        const auto before = onlyAlert(test.open(), "Brute force");
        {
            auto file = test.open(CaseFile::Mode::ReadWrite);
            QVERIFY(setVerdict(file, before.id, Verdict::Benign, "a test", "tester"));
        }
        test.index({test.write("b.evtx", bruteForce("A.example", 3600, 6, 50))}, engineOf(kRules));
        const auto after = onlyAlert(test.open(), "Brute force");
        QCOMPARE(after.id, before.id);
        QCOMPARE(after.hits, 12u);
        QVERIFY(after.verdict == Verdict::Benign);
    }

    void anEventMayBeInTwoGroups()
    {
        auto engine = engineOf(kRules + R"(---
title: Same name
id: 11111111-0000-4000-8000-0000000000c4
correlation:
    type: temporal
    rules: [failed, also]
    aliases: {who: {failed: TargetUserName, also: IpAddress}}
    group-by: [who]
    timespan: 1m
---
title: Also failed
name: also
id: 11111111-0000-4000-8000-000000000005
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
)");
        auto first = failedLogon("A.example", 0, "x", 1);
        auto second = failedLogon("A.example", 1, "y", 2);
        first.data[1].value = "y";
        second.data[1].value = "x";
        const TestCase test;
        test.index({test.write("a.evtx", {first, second})}, engine);
        const auto lines = alertLines(test.open());
        QCOMPARE(lines.filter(QStringLiteral("Same name")),
                 QStringList(2, QStringLiteral("Same name / A.example /  /  x2")));
    }

    void otherRulesRunAgain()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", bruteForce("A.example", 0, 6, 1));
        test.index({log}, engineOf(kRules));
        auto text = kRules;
        text.replace(text.find("gte: 5"), 6, "gte: 7");
        test.index({log}, engineOf(text)); // the same file: nothing new but the rules
        QVERIFY(take(alerts(test.open())).empty());
        const std::string filter =
            "---\ntitle: No Bob\nlogsource: {product: windows}\nfilter: {rules: [failed], s: "
            "{TargetUserName: bob}, condition: not s}\n";
        test.index({log}, engineOf(kRules + filter));
        QVERIFY(take(alerts(test.open())).empty()); // three of Anna alone
        test.index({log}, engineOf(kRules));
        QCOMPARE(take(alerts(test.open())).size(), 1u);
    }

    void everyRecordComesAsAMatch()
    {
        const TestCase test;
        test.index({test.write("a.evtx", bruteForce("A.example", 0, 6, 1))}, engineOf(kRules));
        const auto engine = engineOf(kRules);
        int matches = 0;
        const auto losses =
            forEachDetection(test.open(), engine, Join::None,
                             [&](const JoinedEvent &event, const Match &match) -> Result<void> {
                                 ++matches;
                                 return match.rule->title == "Brute force" && event.event.eventId == 4625
                                     ? Result<void>()
                                     : fail(ErrorCode::Internal, match.rule->title);
                             },
                             {});
        QVERIFY2(losses, losses ? "" : describe(losses.error()).c_str());
        QCOMPARE(matches, 6);
        const auto stopped = forEachDetection(
            test.open(), engine, Join::None,
            [](const JoinedEvent &, const Match &) { return fail(ErrorCode::Cancelled, "enough"); }, {});
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().detail, "enough");
    }

    void theQueueGivesMatchesInOrder()
    {
        auto queue = take(MatchQueue::open());
        const std::vector<QueuedMatch> given = {
            {std::nullopt, "a", 1, EventId{1}, 0, {}},
            {at(2), "b", 1, EventId{2}, 0, {"x", ""}},
            {at(1), "b", 7, EventId{3}, 1, {}},
            {at(1), "b", 7, EventId{3}, 0, {"\"\n\xC3\xA4"}},
            {at(1), "a", std::nullopt, EventId{4}, 0, {}},
            {at(1), "b", 2, EventId{9}, 5, {}},
            {Timestamp::min(), "z", 1, EventId{5}, 0, {}},
        };
        for (const auto &match : given)
            QVERIFY(queue.add(match));
        std::vector<std::pair<std::int64_t, std::size_t>> order;
        std::vector<std::string> values;
        QVERIFY(queue.forEach(
            [&](const QueuedMatch &match) -> Result<void> {
                order.emplace_back(toInt(match.event), match.rule);
                values.insert(values.end(), match.values.begin(), match.values.end());
                return {};
            },
            {}));
        const std::vector<std::pair<std::int64_t, std::size_t>> expected = {{5, 0}, {4, 0}, {9, 5}, {3, 0},
                                                                            {3, 1}, {2, 0}, {1, 0}};
        QVERIFY(order == expected);
        QCOMPARE(values, (std::vector<std::string>{"\"\n\xC3\xA4", "x", ""}));
    }
};

QTEST_GUILESS_MAIN(TestCorrelating)
#include "tst_correlating.moc"
