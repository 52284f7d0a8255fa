#include "detection/engine/engine.h"
#include "tests/detection/realevents.h"
#include "tests/support/randomrules.h"
#include "tests/support/sigmareference.h"

#include <QTest>

#include <algorithm>
#include <deque>
#include <set>

using namespace lolscope;
using test::below;

namespace {

/// Characters that texts are made of where trouble is likely: Sigma's and YAML's own, letters with case,
/// blanks, and characters of several bytes.
constexpr std::u32string_view kTricky =
    U"\\\\\\**?'?'\"%|:#-/~!&[]{},@`$^.+()aAbBzZ01 "
    U"\t\n\u00e4\u00c4\u00df\u0130\u212a\u03a3\u03c3\u03c2\u0416\u0436\u2013\u2028"
    U"\u4e2d\u0308\U0001F600\U00010400\U00010428";

std::u32string trickyText(std::mt19937 &random, std::size_t longest)
{
    std::u32string text;
    for (std::size_t left = 1 + below(random, longest); left > 0; --left)
        text += kTricky[below(random, kTricky.size())];
    return text;
}

/// Made-up events in the forms that log sources tell apart, their values taken from a small set so that they
/// meet.
const EventBatch &madeEvents()
{
    static EventBatch batch;
    if (!batch.events.empty())
        return batch;
    struct Form
    {
        const char *provider;
        const char *channel;
        std::uint32_t id;
        std::vector<const char *> fields;
    };
    constexpr const char *kSysmon = "Microsoft-Windows-Sysmon";
    constexpr const char *kSysmonLog = "Microsoft-Windows-Sysmon/Operational";
    constexpr const char *kAuditing = "Microsoft-Windows-Security-Auditing";
    const std::vector<Form> forms = {
        {kSysmon,
         kSysmonLog,
         1,
         {"UtcTime", "Image", "CommandLine", "ParentImage", "ProcessId", "IntegrityLevel"}},
        {kSysmon,
         kSysmonLog,
         3,
         {"UtcTime", "Image", "DestinationIp", "DestinationPort", "Initiated", "Protocol"}},
        {kSysmon, kSysmonLog, 12, {"EventType", "TargetObject", "Image"}},
        {kSysmon, kSysmonLog, 13, {"EventType", "TargetObject", "Details"}},
        {kAuditing,
         "Security",
         4688,
         {"NewProcessName", "CommandLine", "NewProcessId", "ProcessId", "MandatoryLabel"}},
        {kAuditing,
         "Security",
         5156,
         {"Application", "DestAddress", "DestPort", "Direction", "Protocol", "ProcessID"}},
        {kAuditing,
         "Security",
         4657,
         {"ObjectName", "ObjectValueName", "OperationType", "NewValue", "ProcessName"}},
        {"Service Control Manager", "System", 7045, {"ServiceName", "ImagePath", "Data", "Data"}},
        {kSysmon, "ForwardedEvents", 1, {"Image", "CommandLine", "Channel", "Level"}},
        {"", "Microsoft-Windows-PowerShell/Operational", 4104, {"ScriptBlockText", "Path"}},
    };
    const std::vector<std::string> words = {
        "C:\\Windows\\System32\\cmd.exe",
        "\"C:\\Program Files\\x\\Tool.EXE\" -enc aQBlAHgA /c",
        "cmd /c whoami \u2013x",
        "C:\\Windows\\System32\\cmd.exe ",
        "\\\\srv\\share\\*.dll",
        "",
        "0x1f4",
        "500",
        "443",
        "65535",
        "-",
        "S-1-16-12288",
        "High",
        "10.1.2.3",
        "192.168.0.77",
        "fe80:0:0:0:0:0:0:1",
        "::1",
        "%%14593",
        "%%1905",
        "%%1904",
        "true",
        "tcp",
        "6",
        "CreateKey",
        "SetValue",
        "HKLM\\SOFTWARE\\Run\\a",
        "\\REGISTRY\\MACHINE\\SOFTWARE\\Run",
        "DWORD (0x00000001)",
        "2024-02-29 23:05:06.789",
        "2024-12-30T00:00:00.0000000Z",
        "-w hidden -e aHR0cDovL2E=",
        "x IEhodHRwOi8vYQ== y",
        "SQBFAFgAIAAoAE4AZQB3AA==",
        "xQBFAFgAIAAoAE4AZQB3A",
        "\u00c4PFEL und \u0416\u0443\u043a",
        "line one\nline two\r\n",
        "a*b?c\\d",
        "100% 'quoted' \"twice\"",
        "\U0001F600 smile",
        "aaaaaaaaaaaaaaaaaaab",
    };
    std::mt19937 random(7);
    for (int i = 0; i < 400; ++i) {
        const Form &form = forms[below(random, forms.size())];
        Event event;
        event.provider = form.provider;
        event.channel = form.channel;
        event.eventId = form.id;
        event.computer = i % 3 == 0 ? "HOST-1.example" : "host-2";
        event.level = static_cast<std::uint32_t>(below(random, 5));
        event.recordId = 1000 + static_cast<std::uint64_t>(i);
        std::vector<Field> data;
        for (const char *name : form.fields) {
            if (below(random, 8) == 0)
                continue; // absent
            const auto value = below(random, 6) == 0 ? test::utf8Of(trickyText(random, 30))
                                                     : words[below(random, words.size())];
            data.push_back({name, batch.keep(value)});
        }
        const std::vector<Field> system = {
            {"Execution_ProcessID", batch.keep(std::to_string(below(random, 9)))},
            {"Security_UserID", "S-1-5-18"}};
        event.data = batch.keep(std::span<const Field>(data));
        event.system = batch.keep(std::span<const Field>(system));
        batch.events.push_back(event);
    }
    return batch;
}

/// An event as it is read and as it is after joining.
struct Joined
{
    Event own;
    Event event;
    std::vector<Field> data;
    JoinGains gains;
};

/// Joins values of `events` to one of them, now and then. The views of the result's `event` are to be set
/// anew when it has moved.
Joined joinedAtRandom(std::mt19937 &random, const Event &own, const std::vector<const Event *> &events)
{
    Joined joined{own, own, {own.data.begin(), own.data.end()}, {}};
    const auto value = [&]() -> std::string_view {
        const auto &data = events[below(random, events.size())]->data;
        return data.empty() ? "C:\\x.exe" : data[below(random, data.size())].value;
    };
    if (below(random, 2) == 0)
        for (std::size_t left = 1 + below(random, 5); left > 0; --left)
            if (const auto name = kProcessStartFields[below(random, kProcessStartFields.size())];
                !fieldOf(own, name)) {
                joined.data.push_back({name, value(), FieldSource::ProcessStart});
                joined.gains.processStart = true;
            }
    if (below(random, 4) == 0) {
        joined.data.push_back({kAskedNameField, value(), FieldSource::AskedName});
        joined.gains.askedName = true;
    }
    return joined;
}

std::string shown(const Event &event)
{
    std::string text = std::string(event.provider) + " / " + std::string(event.channel) + ' '
        + std::to_string(event.eventId) + " on " + std::string(event.computer);
    for (const auto &fields : {event.system, event.data})
        for (const Field &field : fields)
            text += "\n  " + std::string(field.name) + "=[" + std::string(field.value.substr(0, 300)) + ']';
    return text;
}

} // namespace

/// Rules nobody wrote: the engine and the reference agree on them.
class TestSigmaRandom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void madeUpEvents()
    {
        std::vector<const Event *> events;
        for (const Event &event : madeEvents().events)
            events.push_back(&event);
        agree(20260101, events);
    }

    void realEvents()
    {
        if (realLogs().isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
        agree(20260102, test::realEvents().events());
    }

    /// Some hundred rules over every record there is, as it was read.
    void everyRealEvent()
    {
        if (realLogs().isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
        constexpr std::size_t kRules = 300;
        const auto &events = test::realEvents().events();
        test::RandomRules maker(20260104, events);
        std::vector<sigma::RulePtr> loaded;
        std::vector<test::ReferenceRule> references;
        for (std::size_t i = 0; loaded.size() < kRules; ++i) {
            const auto text = maker.make(*events[below(maker.random(), events.size())], i);
            auto load = sigma::parseRules(text, "made.yml");
            auto reference = test::ReferenceRule::read(text);
            if (load.loaded.empty() || !reference[0].refused().empty())
                continue; // agree() sees to what is refused
            loaded.push_back(load.loaded[0]);
            references.push_back(std::move(reference[0]));
        }
        const Engine engine(loaded);
        QCOMPARE(engine.rules().size(), kRules);
        Engine::Session session(engine);
        std::size_t matches = 0;
        for (const Event *event : events) {
            const auto matched = rulesOf(engine.evaluate(*event, session));
            const test::ReferenceEvent prepared(*event);
            for (std::size_t k = 0; k < kRules; ++k) {
                const bool expected = references[k].matches(prepared);
                matches += expected ? 1 : 0;
                if (expected != matched.contains(engine.rules()[k].get()))
                    QFAIL(((expected ? "missed:\n" : "should not match:\n") + engine.rules()[k]->text
                           + shown(*event))
                              .c_str());
            }
        }
        qInfo("%zu rules over %zu events: %zu matches", kRules, events.size(), matches);
        QVERIFY(matches > kRules);
    }

    /// Any text, escaped, is found as itself by every way to ask for it, and not in a text that differs.
    void anyTextEscapedMatchesItself()
    {
        constexpr int kTexts = 600;
        std::mt19937 random(20260103);
        std::vector<sigma::RulePtr> rules;
        std::vector<std::u32string> texts;
        for (int i = 0; i < kTexts; ++i) {
            const auto text = trickyText(random, 24);
            texts.push_back(text);
            const auto half = below(random, text.size());
            const std::vector<std::pair<const char *, std::u32string>> ways = {
                {"F", text},
                {"F|cased", text},
                {"F|contains", text.substr(half, 1 + below(random, 5))},
                {"F|startswith", text.substr(0, half + 1)},
                {"F|endswith", text.substr(half)},
                {"F|contains|cased", text.substr(half)},
            };
            for (std::size_t way = 0; way < ways.size(); ++way) {
                const auto &[key, part] = ways[way];
                const auto rule = "title: T\nid: 0a1b2c3d-0000-4000-8000-"
                    + std::to_string(100'000'000'000 + i * 10 + way)
                    + "\nlogsource: {product: windows}\ndetection:\n    a:\n        " + key + ": "
                    + test::yamlQuoted(test::sigmaEscaped(part)) + "\n    condition: a\n";
                const auto load = sigma::parseRules(rule, "made.yml");
                QVERIFY2(load.refused.empty(), rule.c_str());
                rules.push_back(load.loaded.at(0));
            }
        }
        const Engine engine(rules);
        QCOMPARE(engine.rules().size(), rules.size());
        const std::size_t ways = rules.size() / texts.size();
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const auto matched = matchedBy(engine, test::utf8Of(texts[i]));
            for (std::size_t way = 0; way < ways; ++way)
                QVERIFY2(matched.contains(rules[i * ways + way].get()), rules[i * ways + way]->text.c_str());
            // One character more, less or other than asked for.
            const auto at = below(random, texts[i].size());
            auto longer = texts[i];
            longer.insert(at, 1, U'\u20ac');
            auto other = texts[i];
            other[at] = U'\u20ac';
            for (const auto &changed : {longer, other}) {
                const auto wrong = matchedBy(engine, test::utf8Of(changed));
                QVERIFY2(!wrong.contains(rules[i * ways].get()), rules[i * ways]->text.c_str());
                QVERIFY2(!wrong.contains(rules[i * ways + 1].get()), rules[i * ways + 1]->text.c_str());
            }
        }
    }

    /// A session keeps answers for values it has seen; forgetting some of them changes nothing.
    void aLongSessionAnswersLikeAFreshOne()
    {
        constexpr std::size_t kRounds = 12'000; // of values that come to several times what a session keeps
        constexpr std::size_t kFiller = 1500;
        std::vector<const Event *> events;
        for (const Event &event : madeEvents().events)
            events.push_back(&event);
        test::RandomRules maker(20260104, events);
        std::vector<sigma::RulePtr> rules;
        for (std::size_t i = 0; i < 200; ++i)
            for (auto &rule : sigma::parseRules(maker.make(*events[i], i), "made.yml").loaded)
                rules.push_back(std::move(rule));
        const Engine engine(rules);
        Engine::Session session(engine);
        std::size_t compared = 0;
        std::size_t matches = 0;
        for (std::size_t i = 0; i < kRounds; ++i) {
            // Every third value is one of long ago, the others are new.
            const auto which = i % 3 == 0 ? i / 2 : i;
            const Event &own = *events[which % events.size()];
            std::vector<Field> data(own.data.begin(), own.data.end());
            std::string value;
            if (!data.empty()) {
                auto &changed = data[which % data.size()].value;
                value = std::string(changed) + ' ' + std::string(kFiller, static_cast<char>('a' + which % 26))
                    + std::to_string(which);
                changed = value;
            }
            Event event = own;
            event.data = data;
            const auto matched = rulesOf(engine.evaluate(event, session));
            matches += matched.size();
            if (i % 60 != 0 && i % 61 != 0)
                continue;
            ++compared;
            QVERIFY2(matched == rulesOf(engine.evaluate(event)), shown(event).c_str());
        }
        QVERIFY(compared > kRounds / 60 && matches > kRounds);
    }

private:
    static std::set<const sigma::Rule *> rulesOf(const std::vector<Match> &matches)
    {
        std::set<const sigma::Rule *> rules;
        for (const auto &match : matches)
            rules.insert(match.rule.get());
        return rules;
    }

    /// Whether a rule, alone, may match an event once it is joined.
    static bool foresees(const sigma::RulePtr &rule, const Event &own, JoinGains gains)
    {
        const Engine engine({rule});
        Engine::Session session(engine);
        return engine.mayMatch(own, gains, session);
    }

    static std::set<const sigma::Rule *> matchedBy(const Engine &engine, const std::string &value)
    {
        const Field field{"F", value};
        Event event;
        event.provider = "P";
        event.channel = "C";
        event.data = {&field, 1};
        return rulesOf(engine.evaluate(event));
    }

    /// Batches of rules, each made for some of the batch's events, over all of these.
    static void agree(std::uint32_t seed, const std::vector<const Event *> &events)
    {
        constexpr std::size_t kBatches = 8;
        constexpr std::size_t kEvents = 40;
        constexpr std::size_t kRulesForEach = 8;
        seed +=
            static_cast<std::uint32_t>(qEnvironmentVariableIntValue("LOLSCOPE_RANDOM_SEED")); // for a hunt
        test::RandomRules maker(seed, events);
        std::size_t compared = 0;
        std::size_t aimed = 0;
        std::size_t hits = 0;
        std::size_t matches = 0;
        std::size_t refused = 0;
        std::vector<std::string> differences;
        for (std::size_t batch = 0; batch < kBatches; ++batch) {
            std::deque<Joined> chosen; // stays where it is, for the views
            std::vector<sigma::RulePtr> loaded;
            std::vector<std::pair<std::size_t, test::ReferenceRule>> rules; // and the event each is for
            for (std::size_t i = 0; i < kEvents; ++i) {
                const Event &own = *events[below(maker.random(), events.size())];
                chosen.push_back(joinedAtRandom(maker.random(), own, events));
                chosen.back().event.data = chosen.back().data;
                for (std::size_t k = 0; k < kRulesForEach; ++k) {
                    const auto text = maker.make(chosen[i].event, batch * 1000 + i * kRulesForEach + k);
                    auto load = sigma::parseRules(text, "made.yml");
                    auto reference = test::ReferenceRule::read(text);
                    QCOMPARE(reference.size(), 1u);
                    const bool usable = reference[0].refused().empty();
                    refused += usable ? 0 : 1;
                    if (usable != load.refused.empty())
                        differences.push_back(
                            (usable ? "refused by the engine: " + describe(load.refused[0].reason)
                                    : "refused by the reference: " + reference[0].refused())
                            + '\n' + text);
                    if (!usable || !load.refused.empty())
                        continue;
                    loaded.push_back(load.loaded.at(0));
                    rules.emplace_back(i, std::move(reference[0]));
                }
            }
            const Engine engine(loaded);
            QCOMPARE(engine.rules().size(), rules.size());
            Engine::Session session(engine);
            for (std::size_t i = 0; i < kEvents; ++i) {
                const Event &event = chosen[i].event;
                const test::ReferenceEvent prepared(event);
                const auto matched = rulesOf(engine.evaluate(event, session));
                if (i % 8 == 0 && matched != rulesOf(engine.evaluate(event)))
                    differences.push_back("another answer in a session:\n" + shown(event));
                if (!matched.empty() && !engine.mayMatch(chosen[i].own, chosen[i].gains, session))
                    differences.push_back("not foreseen before joining:\n" + shown(event));
                const bool isJoined = chosen[i].gains.processStart || chosen[i].gains.askedName;
                for (std::size_t k = 0; k < rules.size(); ++k) {
                    const bool expected = rules[k].second.matches(prepared);
                    ++compared;
                    matches += expected ? 1 : 0;
                    aimed += rules[k].first == i ? 1 : 0;
                    hits += expected && rules[k].first == i ? 1 : 0;
                    const auto &rule = engine.rules()[k];
                    if (expected && rules[k].first == i && isJoined
                        && !foresees(rule, chosen[i].own, chosen[i].gains))
                        differences.push_back("not foreseen before joining:\n" + rule->text + shown(event));
                    if (expected != matched.contains(rule.get()))
                        differences.push_back((expected ? "missed:\n" : "should not match:\n") + rule->text
                                              + shown(event));
                }
            }
        }
        qInfo("%zu comparisons, %zu matches; of %zu rules over their own event %zu match; %zu refused",
              compared, matches, aimed, hits, refused);
        std::stable_partition(differences.begin(), differences.end(),
                              [](const std::string &one) { return !one.starts_with("refused"); });
        for (std::size_t i = 0; i < differences.size() && i < 5; ++i)
            qWarning("%s", differences[i].c_str());
        QCOMPARE(differences.size(), 0u);
        QVERIFY(compared >= 100'000);
        QVERIFY(hits * 5 >= aimed && hits * 5 <= aimed * 4); // between a fifth and four fifths
        QVERIFY(refused * 10 <= kBatches * kEvents * kRulesForEach);
    }
};

QTEST_GUILESS_MAIN(TestSigmaRandom)
#include "tst_sigmarandom.moc"
