#include "app/pipeline/detecting.h"
#include "app/pipeline/ruleset.h"
#include "app/pipeline/triage.h"
#include "model/store/alertstore.h"
#include "tests/app/pipeline/testcase.h"
#include "tests/support/ownrules.h"

#include <fstream>

using namespace lolscope;
using namespace lolscope::test;

namespace fs = std::filesystem;

/// Which rules run, how that is kept, and what a case says of rules.
class TestRuleSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_case = std::make_unique<TestCase>(); }

    void settingsComeBackAsWritten()
    {
        RuleSet set;
        set.folders = {"/rules/one", "/rules/zwei ü"};
        set.minLevel = sigma::Level::High;
        set.statuses = {"stable", "test"};
        set.tags = {"attack.t1218"};
        set.byId = {{kMshtaRuleId, true}, {kNoDataRuleId, false}};
        const fs::path file = m_case->path("deep/er/rules.json");
        QVERIFY(writeRuleSet(file, set));
        QCOMPARE(take(readRuleSet(file)), set);
    }

    void withoutSettingsThePackAloneRuns()
    {
        const RuleSet set = take(readRuleSet(m_case->path("none.json")));
        QCOMPARE(set, RuleSet());
        const auto loaded = loadRuleSet(set);
        QVERIFY(loaded.rules.size() > 100);
        QCOMPARE(loaded.running().size(), loaded.rules.size());
        QVERIFY(loaded.rules.front().rule->source.starts_with(kBundledRuleSource));
    }

    void brokenSettingsAreNamedWithThePlace_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("no JSON") << QByteArray("{\"folders\":[") << QByteArray("at byte 12");
        QTest::newRow("a list") << QByteArray("[]") << QByteArray("rule set");
        QTest::newRow("folders") << QByteArray("{\"folders\":3}") << QByteArray("'folders'");
        QTest::newRow("a folder") << QByteArray("{\"folders\":[3]}") << QByteArray("'folders'");
        QTest::newRow("level") << QByteArray("{\"min_level\":\"loud\"}") << QByteArray("'min_level'");
        QTest::newRow("ids") << QByteArray("{\"on\":{}}") << QByteArray("'on'");
        QTest::newRow("deep") << QByteArray(100'000, '[') << QByteArray("at byte");
    }
    void brokenSettingsAreNamedWithThePlace()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, said);
        writeFile("rules.json", json.toStdString());
        const auto read = readRuleSet(m_case->path("rules.json"));
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Corrupt);
        const std::string text = describe(read.error());
        QVERIFY2(text.find(said.toStdString()) != std::string::npos, text.c_str());
        QVERIFY2(text.find("rules.json") != std::string::npos, text.c_str());
    }

    void foldersRunByLevelStatusTagAndId()
    {
        sigma::Rule rule;
        rule.id = kMshtaRuleId;
        rule.level = sigma::Level::Medium;
        rule.status = "test";
        rule.tags = {"attack.t1218.005"};
        RuleSet set;
        QVERIFY(set.runs(rule, false));
        set.minLevel = sigma::Level::High;
        QVERIFY(!set.runs(rule, false));
        QVERIFY2(set.runs(rule, true), "the pack runs whole");
        set.minLevel = sigma::Level::Medium;
        set.statuses = {"stable"};
        QVERIFY(!set.runs(rule, false));
        set.statuses = {"stable", "TEST"};
        set.tags = {"attack.t1218"};
        QVERIFY(!set.runs(rule, false));
        set.tags = {"attack.T1218.005"};
        QVERIFY(set.runs(rule, false));
        set.byId[rule.id] = false;
        QVERIFY(!set.runs(rule, false) && !set.runs(rule, true));
        set.byId[rule.id] = true;
        set.statuses = {"stable"};
        QVERIFY(set.runs(rule, false));
    }

    void refusedRepeatedAndMissingAreTold()
    {
        const RuleSet set = ownRules();
        const auto loaded = loadRuleSet(set);
        QCOMPARE(loaded.rules.size(), 3u);
        QCOMPARE(loaded.running().size(), 2u);
        QVERIFY(loaded.rules[2].sameId == loaded.rules[0].rule);
        QCOMPARE(loaded.refused.size(), 2u);
        QCOMPARE(loaded.refused[0].rule.id, kBrokenRuleId);
        QCOMPARE(loaded.refused[0].rule.author, std::string("Rule Writer"));
        QVERIFY(loaded.refused[0].rule.reason.line > 0);
        const auto missing = unreadableFolders(set, loaded);
        QCOMPARE(missing.size(), 1u);
        QCOMPARE(missing[0].source, m_case->path("gone").string());
    }

    void warningsGoToTheRuleTheyAreAbout()
    {
        std::string odd = startRule(kNoDataRuleId, "Odd", "\\a.exe");
        odd.replace(odd.find("condition: selection"), 20, "condition: NOT selection");
        const std::string fine = startRule(kMshtaRuleId, "Mshta starts", "\\mshta.exe");
        const std::string filter = "title: Odd filter\nlogsource: {category: process_creation}\nfilter:\n"
                                   "  rules: any\n  s: {Image: x}\n  condition: s OR s\n";
        writeFile("odd/a.yml", fine + "---\n" + odd + "---\n" + filter);
        RuleSet set;
        set.bundled = false;
        set.folders = {m_case->path("odd")};
        const auto loaded = loadRuleSet(set);
        QCOMPARE(loaded.rules.size(), 2u);
        QVERIFY(loaded.refused.empty());
        QVERIFY(loaded.rules[0].warnings.empty());
        QCOMPARE(loaded.rules[1].warnings.size(), 1u);
        const auto place = [&](const std::string &text) {
            const std::string all = fine + "---\n" + odd + "---\n" + filter;
            const auto at = all.find(text);
            const auto line = 1 + std::count(all.begin(), all.begin() + static_cast<long>(at), '\n');
            return ':' + std::to_string(line) + ':' + std::to_string(at - all.rfind('\n', at))
                + ": condition";
        };
        const auto says = [&](const Error &warning, const std::string &text) {
            return describe(warning).starts_with((m_case->path("odd") / "a.yml").string() + place(text));
        };
        QVERIFY2(says(loaded.rules[1].warnings[0], "NOT selection"),
                 describe(loaded.rules[1].warnings[0]).c_str());
        QCOMPARE(loaded.warnings.size(), 1u);
        QVERIFY2(says(loaded.warnings[0], "OR s"), describe(loaded.warnings[0]).c_str());
    }

    void aFoldersRuleReplacesTheBundledOneOfItsId()
    {
        const auto bundled = bundledRuleLoad().loaded.front();
        writeFile("own/a.yml", startRule(bundled->id, "Mine", "\\mshta.exe"));
        writeFile("own/b.yml", startRule(bundled->id, "Mine again", "\\mshta.exe"));
        RuleSet set;
        set.folders = {m_case->path("own")};
        auto loaded = loadRuleSet(set);
        QVERIFY(loaded.rules.front().sameId && !loaded.rules.front().runs);
        const auto mine = std::find_if(loaded.rules.begin(), loaded.rules.end(),
                                       [](const auto &one) { return one.rule->title == "Mine"; });
        QVERIFY(mine != loaded.rules.end() && mine->runs && !mine->sameId);
        QVERIFY(mine->replaces == loaded.rules.front().rule);
        const auto again = std::next(mine);
        QVERIFY(again->sameId == mine->rule && !again->runs);
        QCOMPARE(loaded.running().size(), loaded.rules.size() - 2);
        const auto lines = sameIdLines(loaded);
        QCOMPARE(lines.size(), 2u);
        QVERIFY(lines[0].find("replaces the bundled rule") != std::string::npos);
        QVERIFY(lines[1].find("same id as") != std::string::npos);
        // Set aside by the filters it replaces nothing.
        set.minLevel = sigma::Level::Critical;
        loaded = loadRuleSet(set);
        QVERIFY(loaded.rules.front().runs && !loaded.rules.front().sameId);
        QCOMPARE(sameIdLines(loaded).size(), 2u);
    }

    void caseSaysWhatBecameOfEachRule()
    {
        const Engine engine(loadRuleSet(ownRules()).running());
        runRules(engine);
        auto rules = engine.rules();
        const auto bundled = bundledRuleLoad().loaded.front();
        rules.push_back(bundled);
        const auto file = m_case->open();
        const auto outcomes = take(ruleOutcomes(file, rules));
        QCOMPARE(outcomes.size(), 3u);
        QVERIFY(outcomes[0].ran && outcomes[0].events > outcomes[0].hits);
        QVERIFY(outcomes[0].hits > 0 && outcomes[0].alerts > 0);
        QVERIFY(outcomes[1].ran);
        QCOMPARE(outcomes[1].events, std::uint64_t{0});
        QVERIFY(!outcomes[2].ran);
        QVERIFY(outcomes[2].events > 0);
    }

    void caseKeepsWhatWasNotEvaluated()
    {
        const auto logon = [](const std::string &user, int second) {
            RecordSpec record;
            record.provider = "Microsoft-Windows-Security-Auditing";
            record.channel = "Security";
            record.computer = "PC.corp.example";
            record.eventId = 4625;
            record.time = parseTimestamp("2026-10-05T12:00:00Z").value() + std::chrono::seconds(second);
            record.recordId = static_cast<std::uint64_t>(second);
            record.data = {{"TargetUserName", user}};
            return record;
        };
        const std::string hostile(10'000, 'a');
        const auto log = m_case->write(
            "a.evtx", {logon("aab", 1), logon(hostile, 2), logon(hostile, 3), logon("bert", 4)});
        const Engine engine(
            sigma::parseRules("title: Odd name\nid: 4d4a0000-0000-4000-8000-000000000009\n"
                              "logsource: {product: windows, service: security}\n"
                              "detection: {s: {TargetUserName|re: '(a+)+(?=b)'}, condition: s}\n",
                              "odd.yml")
                .loaded);
        for (int run = 0; run < 2; ++run) { // the engine goes on counting, the case does not
            m_case->index({log}, engine);
            auto file = m_case->open(CaseFile::Mode::ReadWrite);
            QVERIFY(detect(file, engine, {}));
        }
        const auto outcome = take(ruleOutcomes(m_case->open(), engine.rules())).at(0);
        QVERIFY(outcome.ran);
        QCOMPARE(outcome.events, std::uint64_t{4});
        QCOMPARE(outcome.hits, std::uint64_t{1});
        QCOMPARE(outcome.notEvaluated, std::uint64_t{2});
        QCOMPARE(outcome.evaluated() + outcome.notEvaluated, outcome.events);
        QCOMPARE(outcome.reason, std::string(kNotEvaluatedReason));
        runRules(bundledEngine());
        QVERIFY2(take(losses(m_case->open())).empty(), "other rules left nothing open");
    }

    void correlationRulesSayWhatTheyDidNotLookAt()
    {
        runRules(bundledEngine());
        const auto load =
            sigma::parseRules("title: Many\nid: 4d4a0000-0000-4000-8000-0000000000c1\ncorrelation: "
                              "{type: temporal, rules: [a], timespan: 1m}\n",
                              "c.yml");
        QCOMPARE(load.correlations.size(), 1u);
        auto file = m_case->open(CaseFile::Mode::ReadWrite);
        const sigma::Rule &rule = *load.correlations[0];
        const StoredRule stored = storedRule(rule, {});
        {
            const auto writer = take(DetectionWriter::begin(file, {stored}));
            QVERIFY(writer->addLoss({}, "matches have no time", 3));
            QVERIFY(writer->addLoss({}, "matches came out of order", 1));
            QVERIFY(writer->finish("by hand"));
        }
        const auto outcome = take(ruleOutcomes(m_case->open(), {load.correlations[0]})).at(0);
        QVERIFY(outcome.ran);
        QCOMPARE(outcome.notEvaluated, std::uint64_t{0});
        QCOMPARE(outcome.reason, std::string("3 matches have no time; 1 matches came out of order"));
    }

    void alertAboutAProcessStartHasAProcessAndNoDestination()
    {
        runRules(Engine(loadRuleSet(ownRules()).running()));
        const auto rows = take(alerts(m_case->open()));
        QVERIFY(!rows.empty());
        for (const AlertRow &row : rows) {
            QCOMPARE(row.ruleTitle, std::string("Mshta starts"));
            QVERIFY(row.process && !row.bundledRule);
            QVERIFY(row.destName.empty() && row.destIp.empty() && row.protocol.empty() && !row.initiated);
            QCOMPARE(row.shape, std::string("1"));
        }
    }

    void otherRulesKeepTheVerdictsOfAlertsThatStay()
    {
        runRules(bundledEngine());
        const auto before = take(alerts(m_case->open()));
        auto file = m_case->open(CaseFile::Mode::ReadWrite);
        QVERIFY(setVerdict(file, before.front().id, Verdict::Malicious, "seen", "anna"));
        RuleSet set = ownRules();
        set.bundled = true;
        runRules(Engine(loadRuleSet(set).running()));
        const auto after = take(alerts(file));
        QVERIFY(after.size() > before.size());
        QCOMPARE(take(alert(file, before.front().id)).verdict, Verdict::Malicious);
        runRules(bundledEngine());
        QCOMPARE(take(alerts(file)).size(), before.size());
        QCOMPARE(take(alert(file, before.front().id)).note, std::string("seen"));
    }

    void rulesOfOneFolderMayReferToThoseOfAnother()
    {
        writeFile("one/burst.yml",
                  "title: Burst\nid: 6b0a4c1e-0000-4000-8000-00000000c001\nstatus: test\n"
                  "level: high\ncorrelation:\n  type: event_count\n  rules:\n    - "
                      + std::string(kMshtaRuleId)
                      + "\n  group-by:\n    - Computer\n  timespan: 1h\n  condition:\n    gte: 2\n");
        writeFile("two/a.yml", startRule(kMshtaRuleId, "Mshta starts", "\\mshta.exe"));
        RuleSet set;
        set.bundled = false;
        set.folders = {m_case->path("one"), m_case->path("two"), m_case->path("two/a.yml")}; // one file twice
        const auto loaded = loadRuleSet(set);
        QVERIFY2(loaded.refused.empty(),
                 loaded.refused.empty() ? "" : describe(loaded.refused[0].rule.reason).c_str());
        QCOMPARE(loaded.rules.size(), std::size_t(2));
        QCOMPARE(loaded.running().size(), std::size_t(1));
        QCOMPARE(loaded.runningCorrelations().size(), std::size_t(1));
        for (const auto &one : loaded.rules)
            QCOMPARE(one.folder, one.rule->correlation ? 0 : 1);
    }

    void foldersOfRulesAloneAreKnown()
    {
        ownRules();
        const fs::path folder = m_case->path("own");
        QVERIFY(holdRulesOnly({folder}));
        QVERIFY(holdRulesOnly({folder / "a.yml"}));
        QVERIFY(!holdRulesOnly({}));
        fs::create_directory(m_case->path("empty"));
        QVERIFY(!holdRulesOnly({m_case->path("empty")}));
        const auto log = m_case->write("own/day.evtx", sampleScenario());
        QVERIFY(!holdRulesOnly({folder}));
        QVERIFY(!holdRulesOnly({log}));
    }

private:
    void writeFile(const char *name, const std::string &text) const
    {
        fs::create_directories(m_case->path(name).parent_path());
        std::ofstream(m_case->path(name), std::ios::binary) << text;
    }

    /// Two rules, one broken, one repeated; a folder that is not there. Without the pack.
    RuleSet ownRules() const
    {
        std::string noData = startRule(kNoDataRuleId, "Never", "\\none.exe");
        noData.replace(noData.find("process_creation"), 16, "clipboard_capture");
        writeFile("own/a.yml", startRule(kMshtaRuleId, "Mshta starts", "\\mshta.exe") + "---\n" + noData);
        writeFile("own/deeper/b.yaml", brokenRule(kBrokenRuleId));
        writeFile("more/a.yml", startRule(kMshtaRuleId, "Mshta again", "\\mshta.exe"));
        RuleSet set;
        set.bundled = false;
        set.folders = {m_case->path("own"), m_case->path("more"), m_case->path("gone")};
        return set;
    }

    void runRules(const Engine &engine) const
    {
        if (!fs::exists(m_case->path("day.evtx")))
            m_case->write("day.evtx", sampleScenario());
        Progress progress;
        QVERIFY(indexEvidence(m_case->casePath(), {m_case->path("day.evtx")}, engine, {}, progress));
    }

    std::unique_ptr<TestCase> m_case;
};

QTEST_GUILESS_MAIN(TestRuleSet)
#include "tst_ruleset.moc"
