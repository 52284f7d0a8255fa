#include "app/pipeline/alertreport.h"
#include "app/pipeline/detecting.h"
#include "app/pipeline/triage.h"
#include "model/base/text.h"
#include "model/store/alertstore.h"
#include "model/store/eventstore.h"
#include "tests/app/pipeline/testcase.h"
#include "tests/support/sysmon.h"

using namespace lolscope;
using namespace lolscope::test;

namespace {

const Timestamp kNoon = parseTimestamp("2026-10-05T12:00:00Z").value();
const Host kHost{"PC.corp.example", "10.0.0.5", 0x1A2B3C4D, 1500, 100};
const Program kMshta{"C:\\Windows\\System32\\mshta.exe", "MSHTA.EXE", "Microsoft HTML Application host"};
const Program kExplorer{"C:\\Windows\\explorer.exe", "EXPLORER.EXE", "Windows Explorer"};
const Session kUser{"CORP\\anna", 0x1234, 1, "Medium", "C:\\"};

Timestamp at(double seconds)
{
    return kNoon + std::chrono::duration_cast<Ticks>(std::chrono::duration<double>(seconds));
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

} // namespace

class TestDetecting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSampleGivesTheAlertsOfItsScenario()
    {
        const TestCase test;
        const auto summary = test.index({test.write("a.evtx", sampleScenario())});
        QCOMPARE(summary.alerts, std::uint64_t{11});
        const auto file = test.open();
        QStringList lines;
        for (const AlertRow &row : take(alerts(file)))
            lines << QStringLiteral("%1 %2 x%3 %4")
                         .arg(QString::fromStdString(row.ruleTitle),
                              QString::fromStdString(row.destName.empty() ? row.destIp : row.destName))
                         .arg(row.hits)
                         .arg(QString::fromStdString(row.shape));
        lines.sort();
        const QStringList expected = {
            QStringLiteral("Certutil opened a network connection files.cdn-sync.example x2 1+3+22"),
            QStringLiteral("InstallUtil opened a network connection api.build.example x2 1+3+22"),
            QStringLiteral("InstallUtil sent a DNS query api.build.example x1 1+22"),
            QStringLiteral("Mshta accepted a network connection 10.1.7.77 x1 1+3"),
            QStringLiteral("Mshta opened a network connection cdn-sync.example x3 1+3+22"),
            QStringLiteral("Mshta sent a DNS query cdn-sync.example x1 1+22"),
            QStringLiteral("Msiexec opened a network connection updates.vendor.example x4 1+3+22"),
            QStringLiteral("Msiexec opened a network connection updates.vendor.example x4 1+3+22"),
            QStringLiteral("Msiexec sent a DNS query updates.vendor.example x1 1+22"),
            QStringLiteral("Msiexec sent a DNS query updates.vendor.example x1 1+22"),
            QStringLiteral("Regsvr32 opened a network connection 198.51.100.23 x11 1+3"),
        };
        QCOMPARE(lines, expected);
    }

    /// Other rules have other candidates; whichever way a case came to its rules, they find the same.
    void rulesThatChangeFindTheSame()
    {
        const auto all = bundledRuleLoad().loaded;
        std::vector<sigma::RulePtr> some;
        for (const auto &rule : all)
            if (rule->title.find("Mshta") != std::string::npos)
                some.push_back(rule);
        const Engine mshtaOnly(some);
        SysmonLog later;
        Process late{&kHost, "{1A2B3C4D-0000-0000-0000-000000000001}", 4242, kMshta.image, "", "CORP\\anna"};
        later.connect(late, at(0), 50000, {"203.0.113.8", 443});
        const TestCase test;
        const auto first = test.write("a.evtx", sampleScenario());
        const auto second = test.write("b.evtx", later.records());

        const TestCase straight;
        straight.index({first, second});
        Progress progress;
        const auto run = [&](const std::vector<std::filesystem::path> &files, const Engine &engine) {
            return take(indexEvidence(test.casePath(), files, engine, {}, progress)).alerts;
        };
        QCOMPARE(run({first}, mshtaOnly), std::uint64_t{3});
        QCOMPARE(run({second}, bundledEngine()), std::uint64_t{12});
        QCOMPARE(contentOf(test.open()), contentOf(straight.open()));
        run({first}, mshtaOnly);
        run({first}, bundledEngine()); // nothing to read, rules to run
        QCOMPARE(contentOf(test.open()), contentOf(straight.open()));
    }

    void aRenamedBinaryIsCaughtThroughItsStart()
    {
        const TestCase test;
        test.index({test.write("a.evtx", sampleScenario())});
        const auto alert = onlyAlert(test.open(), "Certutil opened a network connection");
        QCOMPARE(alert.image, std::string("C:\\Users\\Public\\svch0st.exe"));
        const auto hits = take(detections(test.open(), alert.id));
        QVERIFY(std::any_of(hits[0].matched.begin(), hits[0].matched.end(), [](const auto &matched) {
            return matched.field == "OriginalFileName" && matched.source == FieldSource::ProcessStart;
        }));
    }

    void withoutAStartTheAlertSaysSo()
    {
        SysmonLog log;
        Process ghost{&kHost, "{1A2B3C4D-0000-0000-0000-000000000001}", 4242, kMshta.image, "", "CORP\\anna"};
        log.connect(ghost, at(0), 50000, {"203.0.113.8", 443});
        const TestCase test;
        test.index({test.write("a.evtx", log.records())});
        const auto file = test.open();
        const auto alert = onlyAlert(file, "Mshta opened a network connection");
        QCOMPARE(alert.shape, std::string("3"));
        ChainCache chains(file);
        const auto report = alertReport(file, alert, chains).value();
        QCOMPARE(report.chain.size(), std::size_t{1});
        QVERIFY(report.chain[0].source == ProcessSource::Derived);
        QVERIFY(QString::fromStdString(coverageNote(report))
                    .contains(QStringLiteral("start of the process is not in the evidence")));
    }

    void hitsOfOneProcessAndDestinationAreOneAlert_data()
    {
        QTest::addColumn<bool>("samePort");
        QTest::addColumn<int>("expected");
        QTest::newRow("same destination") << true << 1;
        QTest::newRow("another port") << false << 2;
    }
    void hitsOfOneProcessAndDestinationAreOneAlert()
    {
        QFETCH(bool, samePort);
        QFETCH(int, expected);
        SysmonLog log;
        const auto explorer = log.start(
            kHost, at(-100), 800, kExplorer, "explorer.exe",
            Process{&kHost, "{1A2B3C4D-0000-0000-0000-000000000009}", 1, "C:\\a.exe", "a", "x"}, kUser);
        const auto mshta = log.start(kHost, at(-10), 900, kMshta, "mshta.exe", explorer, kUser);
        log.connect(mshta, at(0), 50000, {"203.0.113.8", 443});
        log.connect(mshta, at(1), 50001, {"203.0.113.8", std::uint16_t(samePort ? 443 : 80)});
        const TestCase test;
        QCOMPARE(int(test.index({test.write("a.evtx", log.records())}).alerts), expected);
    }

    void aVerdictFollowsItsAlertWhenAFactComesLate()
    {
        SysmonLog log;
        const auto explorer = log.start(
            kHost, at(-100), 800, kExplorer, "explorer.exe",
            Process{&kHost, "{1A2B3C4D-0000-0000-0000-000000000009}", 1, "C:\\a.exe", "a", "x"}, kUser);
        const auto mshta = log.start(kHost, at(-10), 900, kMshta, "mshta.exe", explorer, kUser);
        log.connect(mshta, at(0), 50000, {"203.0.113.8", 443});
        log.query(mshta, at(-1), "evil.example", "::ffff:203.0.113.8;");
        std::vector<RecordSpec> early, late;
        for (const auto &record : log.records())
            (record.eventId == 22 ? late : early).push_back(record);
        const TestCase test;
        test.index({test.write("a.evtx", early)});
        const auto before = onlyAlert(test.open(), "Mshta opened a network connection");
        QCOMPARE(before.destName, std::string());
        {
            auto file = test.open(CaseFile::Mode::ReadWrite);
            QVERIFY(setVerdict(file, before.id, Verdict::Malicious, "seen", "tester"));
        }
        test.index({test.write("b.evtx", late)});
        const auto after = onlyAlert(test.open(), "Mshta opened a network connection");
        QCOMPARE(after.destName, std::string("evil.example"));
        QVERIFY(after.id != before.id);
        QVERIFY(after.verdict == Verdict::Malicious);
        QCOMPARE(after.note, std::string("seen"));
    }

    void everyEventOfAProcessIsFound()
    {
        SysmonLog log;
        const auto explorer = log.start(
            kHost, at(-100), 800, kExplorer, "explorer.exe",
            Process{&kHost, "{1A2B3C4D-0000-0000-0000-000000000009}", 1, "C:\\a.exe", "a", "x"}, kUser);
        const auto mshta = log.start(kHost, at(-10), 900, kMshta, "mshta.exe", explorer, kUser);
        log.connect(mshta, at(0), 50000, {"203.0.113.8", 443});
        auto records = log.records();
        RecordSpec created = records.back(); // an event of a kind without facts, with the GUID in lower case
        created.eventId = 11;
        created.data = {{"UtcTime", sysmonTime(at(1))},
                        {"ProcessGuid", foldCase(mshta.guid)},
                        {"TargetFilename", "C:\\x.dll"}};
        created.recordId = 9999;
        records.push_back(created);
        const TestCase test;
        test.index({test.write("a.evtx", records)});
        const auto file = test.open();
        const auto alert = onlyAlert(file, "Mshta opened a network connection");
        EventFilter filter;
        filter.process = alert.process;
        std::vector<std::uint32_t> kinds;
        for (const EventRow &row : take(eventRows(file, take(eventIds(file, filter)))))
            kinds.push_back(row.eventId);
        QCOMPARE(kinds, (std::vector<std::uint32_t>{1, 3, 11}));
    }

    void alertIdsAreTheSameInEveryCase()
    {
        std::vector<std::string> ids[2];
        for (auto &list : ids) {
            const TestCase test;
            test.index({test.write("a.evtx", sampleScenario())});
            for (const AlertRow &row : take(alerts(test.open())))
                list.push_back(row.id);
        }
        QVERIFY(!ids[0].empty());
        QVERIFY(ids[0] == ids[1]);
    }

    void withoutJoinsEachRecordStandsAlone()
    {
        const TestCase test;
        test.index({test.write("a.evtx", sampleScenario())});
        int renamed[2] = {0, 0};
        for (const Join join : {Join::All, Join::None}) {
            const auto count = [&](const JoinedEvent &, const Match &match) -> Result<void> {
                renamed[join == Join::None] +=
                    match.rule->title == "Certutil opened a network connection" ? 1 : 0;
                return {};
            };
            UnreadableEvents unreadable;
            QVERIFY(forEachMatch(test.open(), bundledEngine(), join, count, unreadable, {}));
            QVERIFY(unreadable.empty());
        }
        QCOMPARE(renamed[0], 2);
        QCOMPARE(renamed[1], 0); // OriginalFileName is only in the start
    }
};

QTEST_GUILESS_MAIN(TestDetecting)
#include "tst_detecting.moc"
