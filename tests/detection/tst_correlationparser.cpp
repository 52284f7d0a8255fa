#include "detection/sigma/correlation.h"
#include "detection/sigma/references.h"

#include <QtTest>

using namespace lolscope;
using namespace lolscope::sigma;

namespace {

/// Detection rules to refer to: a, b and c by name, with the ids ...0a, ...0b, ...0c.
const std::string kBase = [] {
    std::string text;
    for (const char name : {'a', 'b', 'c'})
        text += std::string("title: Base ") + name + "\nname: " + name
            + "\nid: 0a1b2c3d-0000-4000-8000-00000000000" + name
            + "\nlogsource: {product: windows}\ndetection: {s: {F: " + name + "}, condition: s}\n---\n";
    return text;
}();

/// A correlation rule with this section, indented by four.
std::string rule(const std::string &section, const std::string &head = {})
{
    return "title: C\nid: 0a1b2c3d-0000-4000-8000-0000000000c0\n" + head + "correlation:\n" + section;
}

const std::string kCount =
    "    type: event_count\n    rules: [a]\n    timespan: 5m\n    condition: {gte: 3}\n";

std::string changed(std::string text, const std::string &from, const std::string &to)
{
    const auto at = text.find(from);
    if (at == std::string::npos)
        qFatal("no %s", from.c_str());
    return text.replace(at, from.size(), to);
}

RuleLoad loaded(const std::string &text)
{
    auto load = parseRules(text, "c.yml");
    resolveReferences(load);
    return load;
}

/// The only correlation rule of a text together with the base rules.
RulePtr only(const std::string &text)
{
    const auto load = loaded(kBase + text);
    if (!load.refused.empty())
        qFatal("%s", describe(load.refused[0].reason).c_str());
    if (load.correlations.size() != 1)
        qFatal("%zu correlation rules", load.correlations.size());
    return load.correlations[0];
}

constexpr const char *kId = "0a1b2c3d-0000-4000-8000-00000000000";

} // namespace

class TestCorrelationParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keywordsInUpperCaseAreTakenAndWarnedOf()
    {
        const auto load =
            loaded(kBase + rule("    type: temporal\n    timespan: 5m\n    condition: a and NOT b\n"));
        QVERIFY(load.refused.empty());
        QCOMPARE(load.correlations.size(), 1u);
        QCOMPARE(load.correlations[0]->correlation->rules.size(), 2u);
        QCOMPARE(load.warnings.size(), 1u);
        QCOMPARE(load.warnings[0].source, "c.yml");
        QCOMPARE(load.warnings[0].line, load.correlations[0]->line + 5);
        QCOMPARE(load.warnings[0].column, 22);
    }

    void readsEverything()
    {
        const std::string text = R"(title: Many failed logons
id: 0A1B2C3D-0000-4000-8000-0000000000C0
name: many_failed
status: test
author: Somebody
level: high
tags: [attack.t1110]
falsepositives: [Service accounts]
correlation:
    type: value_count
    rules: [a, 0A1B2C3D-0000-4000-8000-00000000000B]
    group-by: [user, Computer]
    aliases:
        user: {a: TargetUserName, 0a1b2c3d-0000-4000-8000-00000000000b: SubjectUserName}
    timespan: 90m
    condition:
        gt: 4
        lte: 20
        field: [IpAddress, WorkstationName]
    generate: true
)";
        const auto load = loaded(kBase + text);
        QVERIFY2(load.refused.empty(), load.refused.empty() ? "" : describe(load.refused[0].reason).c_str());
        QCOMPARE(load.loaded.size(), 3u);
        QCOMPARE(load.correlations.size(), 1u);
        const Rule &made = *load.correlations[0];
        QCOMPARE(made.id, "0a1b2c3d-0000-4000-8000-0000000000c0");
        QCOMPARE(made.name, "many_failed");
        QCOMPARE(made.title, "Many failed logons");
        QCOMPARE(made.author, "Somebody");
        QCOMPARE(made.level, Level::High);
        QCOMPARE(made.tags, std::vector<std::string>{"attack.t1110"});
        QCOMPARE(made.source, "c.yml");
        QCOMPARE(made.line, static_cast<int>(std::count(kBase.begin(), kBase.end(), '\n')) + 1);
        QCOMPARE(made.text, text);
        QVERIFY(!made.detection);
        const Correlation &correlation = *made.correlation;
        QCOMPARE(correlation.type, CorrelationType::ValueCount);
        QCOMPARE(correlation.groupBy, (std::vector<std::string>{"user", "Computer"}));
        QCOMPARE(correlation.fields, (std::vector<std::string>{"IpAddress", "WorkstationName"}));
        QCOMPARE(correlation.timespan, Ticks(std::chrono::minutes(90)));
        QVERIFY(correlation.generate);
        QVERIFY(!correlation.isGrowing());
        QCOMPARE(correlation.shownCondition, "is greater than 4 and is at most 20 within 90m");
        QCOMPARE(correlation.rules.size(), 2u);
        QCOMPARE(correlation.rules[0].ruleId, kId + std::string("a"));
        QCOMPARE(correlation.rules[1].ruleId, kId + std::string("b"));
        QCOMPARE(correlation.rules[0].fieldOf("user"), "TargetUserName");
        QCOMPARE(correlation.rules[1].fieldOf("user"), "SubjectUserName");
        QCOMPARE(correlation.rules[1].fieldOf("Computer"), "Computer");
    }

    void types_data()
    {
        QTest::addColumn<QByteArray>("section");
        QTest::addColumn<int>("type");
        QTest::addColumn<bool>("growing");
        const auto row = [](const char *name, const char *section, CorrelationType type, bool growing) {
            QTest::newRow(name) << QByteArray(section) << static_cast<int>(type) << growing;
        };
        using Type = CorrelationType;
        row("event_count", "type: event_count, condition: {gte: 3}", Type::EventCount, true);
        row("lt", "type: event_count, condition: {lt: 3}", Type::EventCount, false);
        row("lte", "type: event_count, condition: {lte: 3}", Type::EventCount, false);
        row("eq", "type: event_count, condition: {eq: 3}", Type::EventCount, false);
        row("neq", "type: event_count, condition: {neq: 3}", Type::EventCount, false);
        row("range", "type: event_count, condition: {gt: 3, lt: 9}", Type::EventCount, false);
        row("value_count", "type: value_count, condition: {gt: 3, field: F}", Type::ValueCount, true);
        row("value_sum", "type: value_sum, condition: {gt: 3.5, field: F}", Type::ValueSum, true);
        row("value_avg", "type: value_avg, condition: {gt: 3, field: [F]}", Type::ValueAverage, false);
        row("value_percentile", "type: value_percentile, condition: {gt: 3, field: F, percentile: 95}",
            Type::ValuePercentile, false);
        row("value_median", "type: value_median, condition: {lt: -3, field: F}", Type::ValueMedian, false);
        row("temporal", "type: temporal", Type::Temporal, true);
        row("temporal with null condition", "type: temporal, condition: ", Type::Temporal, true);
        row("temporal with a count", "type: temporal, condition: {gte: 1}", Type::Temporal, true);
        row("temporal with names", "type: temporal, condition: a or b", Type::Temporal, true);
        row("temporal with not", "type: temporal, condition: a and not b", Type::Temporal, false);
        row("temporal with a pattern", "type: temporal, condition: 1 of them", Type::Temporal, true);
        row("temporal_ordered", "type: temporal_ordered", Type::TemporalOrdered, true);
    }
    void types()
    {
        QFETCH(QByteArray, section);
        QFETCH(int, type);
        QFETCH(bool, growing);
        const auto made = only("title: C\nid: 0a1b2c3d-0000-4000-8000-0000000000c0\ncorrelation: {rules: [a, "
                               "b], timespan: 1m, "
                               + section.toStdString() + "}\n");
        QCOMPARE(static_cast<int>(made->correlation->type), type);
        QCOMPARE(made->correlation->isGrowing(), growing);
    }

    void timespans_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("seconds");
        QTest::newRow("seconds") << QByteArray("90s") << qint64(90);
        QTest::newRow("minutes") << QByteArray("5m") << qint64(300);
        QTest::newRow("hours") << QByteArray("24h") << qint64(86'400);
        QTest::newRow("days") << QByteArray("7d") << qint64(604'800);
        QTest::newRow("weeks") << QByteArray("2w") << qint64(1'209'600);
        QTest::newRow("months") << QByteArray("1M") << qint64(2'629'746);
        QTest::newRow("years") << QByteArray("1y") << qint64(31'556'952);
    }
    void timespans()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, seconds);
        const auto made = only(rule(changed(kCount, "5m", text.toStdString())));
        QCOMPARE(made->correlation->timespan, Ticks(std::chrono::seconds(seconds)));
        QVERIFY(made->correlation->shownCondition.ends_with(" within " + text.toStdString()));
    }

    void generateStandsInEitherPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const std::string &text, bool expected) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << expected;
        };
        row("nowhere", rule(kCount), false);
        row("within", rule(kCount + "    generate: true\n"), true);
        row("beside", rule(kCount, "generate: true\n"), true);
        row("false beside", rule(kCount, "generate: false\n"), false);
        row("both", rule(kCount + "    generate: true\n", "generate: true\n"), true);
    }
    void generateStandsInEitherPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, expected);
        QCOMPARE(only(text.toStdString())->correlation->generate, expected);
    }

    void referencesMayStandAnywhere()
    {
        const auto upper = "title: Upper\nid: 0a1b2c3d-0000-4000-8000-0000000000c1\ncorrelation: {type: "
                           "temporal_ordered, rules: [lower, b], timespan: 1h}\n---\n";
        auto load =
            parseRules(upper + rule(kCount, "name: lower\n"), "upper.yml"); // before and in another text
        const auto base = parseRules(kBase, "base.yml");
        load.loaded = base.loaded;
        resolveReferences(load);
        QVERIFY2(load.refused.empty(), load.refused.empty() ? "" : describe(load.refused[0].reason).c_str());
        QCOMPARE(load.correlations.size(), 2u);
        QCOMPARE(load.correlations[0]->correlation->rules[0].ruleId, load.correlations[1]->id);
    }

    void aConditionMayNameTheRulesAlone()
    {
        const auto made =
            only("title: C\ncorrelation: {type: temporal, timespan: 1m, condition: '(a or b) and "
                 "not c'}\n");
        QCOMPARE(made->correlation->rules.size(), 3u);
        QCOMPARE(made->correlation->rules[2].ruleId, kId + std::string("c"));
        QCOMPARE(made->correlation->shownCondition, "'(a or b) and not c' within 1m");
    }

    void withoutAnIdItGetsOneOfItsTitle()
    {
        const auto text = changed(rule(kCount), "id: 0a1b2c3d-0000-4000-8000-0000000000c0\n", "");
        const auto id = only(text)->id;
        QCOMPARE(id.size(), 36u);
        QCOMPARE(id[14], '8');
        QCOMPARE(only(changed(text, "gte: 3", "gte: 4"))->id, id);
        QVERIFY(only(changed(text, "title: C", "title: D"))->id != id);
    }

    void refusesWithPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("line"); // in the correlation rule
        QTest::addColumn<int>("column");
        const auto row = [](const char *name, const std::string &text, ErrorCode code, int line, int column) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << static_cast<int>(code) << line
                                << column;
        };
        const auto with = [](const char *from, const std::string &to) {
            return rule(changed(kCount, from, to));
        };
        constexpr auto corrupt = ErrorCode::Corrupt;
        constexpr auto unsupported = ErrorCode::Unsupported;
        constexpr auto invalid = ErrorCode::Invalid;
        constexpr auto tooLarge = ErrorCode::TooLarge;
        row("no map", "title: C\ncorrelation: [a]\n", corrupt, 2, 14);
        row("no title", changed(rule(kCount), "title: C\n", ""), corrupt, 1, 1);
        row("id is no UUID", changed(rule(kCount), "0a1b2c3d", "hello"), corrupt, 2, 5);
        row("unknown level", rule(kCount, "level: huge\n"), corrupt, 3, 8);
        row("beside a detection", rule(kCount, "detection: {}\n"), unsupported, 5, 5);
        row("beside a filter", rule(kCount, "filter: {}\n"), unsupported, 3, 9);
        row("collection", rule(kCount, "action: global\n"), unsupported, 3, 9);
        row("no type", with("    type: event_count\n", ""), corrupt, 4, 5);
        row("unknown type", with("event_count", "event_sum"), unsupported, 4, 11);
        row("type in upper case", with("event_count", "EVENT_COUNT"), unsupported, 4, 11);
        row("no timespan", with("    timespan: 5m\n", ""), corrupt, 4, 5);
        row("timespan without unit", with("5m", "300"), corrupt, 6, 15);
        row("timespan of nothing", with("5m", "0m"), corrupt, 6, 15);
        row("negative timespan", with("5m", "-5m"), corrupt, 6, 15);
        row("unit in upper case", with("5m", "5H"), corrupt, 6, 15);
        row("two units", with("5m", "1h30m"), corrupt, 6, 15);
        row("fraction", with("5m", "1.5h"), corrupt, 6, 15);
        row("unit alone", with("5m", "m"), corrupt, 6, 15);
        row("endless timespan", with("5m", "101y"), tooLarge, 6, 15);
        row("timespan past 64 bits", with("5m", "99999999999999999999d"), tooLarge, 6, 15);
        row("no rules", with("    rules: [a]\n", ""), corrupt, 4, 5);
        row("empty list of rules", with("[a]", "[]"), corrupt, 5, 12);
        row("rules is a map", with("[a]", "{a: b}"), corrupt, 5, 12);
        row("rule in a list", with("[a]", "[[a]]"), corrupt, 5, 13);
        row("unknown rule", with("[a]", "[a, nobody]"), invalid, 5, 16);
        row("unknown id", with("[a]", "[0a1b2c3d-0000-4000-8000-0000000000ff]"), invalid, 5, 13);
        row("the title is no name", with("[a]", "[Base a]"), invalid, 5, 13);
        row("names have their case", with("[a]", "[A]"), invalid, 5, 13);
        row("the same rule twice", with("[a]", "[a, a]"), corrupt, 5, 16);
        row("by name and by id", with("[a]", "[a, 0a1b2c3d-0000-4000-8000-00000000000a]"), invalid, 5, 16);
        row("itself", with("[a]", "[0a1b2c3d-0000-4000-8000-0000000000c0]"), invalid, 5, 13);
        std::string many = "[a";
        for (int i = 0; i < 40; ++i)
            many += ", r" + std::to_string(i);
        row("too many rules", with("[a]", many + "]"), tooLarge, 5, 161);
        row("no condition", with("    condition: {gte: 3}\n", ""), corrupt, 4, 5);
        row("condition is a list", with("{gte: 3}", "[a]"), corrupt, 7, 16);
        row("condition without operator", with("{gte: 3}", "{}"), corrupt, 7, 16);
        row("unknown operator", with("gte: 3", "ge: 3"), unsupported, 7, 17);
        row("no number", with("gte: 3", "gte: many"), corrupt, 7, 22);
        row("quoted number", with("gte: 3", "gte: '3'"), corrupt, 7, 22);
        row("fraction of an event", with("gte: 3", "gte: 2.5"), corrupt, 7, 22);
        row("endless count", with("gte: 3", "gte: 100001"), tooLarge, 7, 22);
        row("none is never counted", with("gte: 3", "eq: 0"), invalid, 7, 16);
        row("less than one", with("gte: 3", "lt: 1"), invalid, 7, 16);
        row("empty range", with("gte: 3", "gt: 3, lt: 4"), invalid, 7, 16);
        row("only one, but not one", with("gte: 3", "lte: 1, neq: 1"), invalid, 7, 16);
        row("field of nothing", with("gte: 3", "gte: 3, field: F"), unsupported, 7, 32);
        row("no field", with("event_count", "value_count"), corrupt, 7, 16);
        row("two fields to sum", changed(with("event_count", "value_sum"), "gte: 3", "gte: 3, field: [F, G]"),
            corrupt, 7, 32);
        row("the same field twice",
            changed(with("event_count", "value_count"), "gte: 3", "gte: 3, field: [F, F]"), corrupt, 7, 36);
        row("no percentile", changed(with("event_count", "value_percentile"), "gte: 3", "gte: 3, field: F"),
            unsupported, 7, 16);
        row("percentile past 100",
            changed(with("event_count", "value_percentile"), "gte: 3", "gte: 3, field: F, percentile: 101"),
            corrupt, 7, 47);
        row("percentile of a sum",
            changed(with("event_count", "value_sum"), "gte: 3", "gte: 3, field: F, percentile: 50"),
            unsupported, 7, 47);
        row("more rules than there are", changed(with("event_count", "temporal"), "gte: 3", "gte: 2"),
            invalid, 7, 16);
        row("names for a count", with("{gte: 3}", "a"), unsupported, 7, 16);
        row("names for an order", changed(with("event_count", "temporal_ordered"), "{gte: 3}", "a"),
            unsupported, 7, 16);
        row("unknown name", changed(with("event_count", "temporal"), "{gte: 3}", "a and x"), corrupt, 7, 22);
        row("rule that is not named",
            changed(changed(with("event_count", "temporal"), "{gte: 3}", "a"), "[a]", "[a, b]"), invalid, 7,
            16);
        row("legacy aggregation", with("{gte: 3}", "'a | count() > 3'"), unsupported, 7, 16);
        row("unknown key", rule(kCount + "    timeframe: 1m\n"), unsupported, 8, 5);
        row("group-by is a map", rule(kCount + "    group-by: {a: b}\n"), corrupt, 8, 15);
        row("field to group by twice", rule(kCount + "    group-by: [F, F]\n"), corrupt, 8, 19);
        row("aliases are a list", rule(kCount + "    aliases: [a]\n"), corrupt, 8, 14);
        row("alias is text", rule(kCount + "    aliases: {u: a}\n"), corrupt, 8, 18);
        row("alias of a list", rule(kCount + "    aliases: {u: {a: [F]}}\n"), corrupt, 8, 22);
        row("alias for an unknown rule", rule(kCount + "    aliases: {u: {x: F}}\n"), invalid, 8, 19);
        row("alias for another rule", rule(kCount + "    aliases: {u: {b: F}}\n"), invalid, 8, 19);
        row("generate is text", rule(kCount + "    generate: maybe\n"), corrupt, 8, 15);
        row("generate differs", rule(kCount + "    generate: true\n", "generate: false\n"), corrupt, 9, 15);
        row("id of a base rule", changed(rule(kCount), "0000000000c0", "00000000000a"), invalid, 1, 1);
    }
    void refusesWithPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, code);
        QFETCH(int, line);
        QFETCH(int, column);
        const auto load = loaded(kBase + text.toStdString());
        QCOMPARE(load.loaded.size(), 3u);
        QVERIFY(load.correlations.empty());
        QCOMPARE(load.refused.size(), 1u);
        const auto &reason = load.refused[0].reason;
        const auto described = describe(reason);
        const auto before = static_cast<int>(std::count(kBase.begin(), kBase.end(), '\n'));
        QCOMPARE(reason.source, "c.yml");
        QVERIFY2(static_cast<int>(reason.code) == code, described.c_str());
        QVERIFY2(reason.line == line + before && reason.column == column, described.c_str());
    }

    void aNameOfSeveralRulesIsNone()
    {
        const auto twin =
            "title: Twin\nname: a\nid: 0a1b2c3d-0000-4000-8000-00000000000d\nlogsource: {product: "
            "windows}\ndetection: {s: {F: a}, condition: s}\n---\n";
        const auto load = loaded(kBase + twin + rule(kCount));
        QVERIFY(load.correlations.empty());
        QVERIFY(load.refused.at(0).reason.detail.find("several rules have the name 'a'")
                != std::string::npos);
        const auto byId =
            loaded(kBase + twin + rule(changed(kCount, "[a]", "[" + (kId + std::string("a]")))));
        QCOMPARE(byId.correlations.size(), 1u);
        // The same file loaded twice: one rule, read twice.
        const auto twice = loaded(kBase + kBase + rule(kCount));
        QCOMPARE(twice.correlations.size(), 1u);
    }

    /// What builds on a refused rule is refused as well; the rest stays.
    void refusalsGoUpTheChain()
    {
        const auto link = [](char name, const std::string &below) {
            return std::string("title: ") + name + "\nname: " + name
                + "\nid: 0a1b2c3d-0000-4000-8000-0000000000c" + name
                + "\ncorrelation: {type: temporal, timespan: 1m, rules: [" + below + "]}\n---\n";
        };
        const auto reasons = [](const RuleLoad &load) {
            std::map<std::string, std::string> all;
            for (const auto &refused : load.refused)
                all[refused.title] = refused.reason.detail;
            return all;
        };
        // f -> e -> nobody; d -> a
        const auto broken = loaded(kBase + link('f', "e") + link('e', "a, nobody") + link('d', "a"));
        QCOMPARE(broken.correlations.size(), 1u);
        QCOMPARE(broken.correlations[0]->title, "d");
        QCOMPARE(reasons(broken),
                 (std::map<std::string, std::string>{
                     {"e", "no rule is loaded that has the id or name 'nobody'"}, {"f", "'e' was refused"}}));
        // d -> e -> f -> e
        const auto circle = loaded(kBase + link('d', "e") + link('e', "a, f") + link('f', "e"));
        QVERIFY(circle.correlations.empty());
        QCOMPARE(reasons(circle),
                 (std::map<std::string, std::string>{{"d", "the references from 'e' on go in a circle"},
                                                     {"e", "the references from 'f' on go in a circle"},
                                                     {"f", "the references from 'e' on go in a circle"}}));
    }

    void chainsHaveALimit()
    {
        std::string text = kBase;
        const auto name = [](std::size_t i) { return i == 0 ? std::string("a") : "c" + std::to_string(i); };
        for (std::size_t i = 1; i <= kMaxChain + 2; ++i) // the longest first
            text.insert(0,
                        "title: " + name(i) + "\nname: " + name(i)
                            + "\ncorrelation: {type: temporal, timespan: 1m, rules: [" + name(i - 1)
                            + "]}\n---\n");
        const auto load = loaded(text);
        QCOMPARE(load.correlations.size(), kMaxChain);
        QCOMPARE(load.refused.size(), 2u);
        for (const auto &refused : load.refused)
            QCOMPARE(refused.reason.code, ErrorCode::TooLarge);
    }

    void manyHostileRulesAreReadFast()
    {
        std::string text;
        const int count = 5'000; // each builds on the next one, the last on itself
        for (int i = 0; i < count; ++i)
            text += "title: t" + std::to_string(i) + "\nname: n" + std::to_string(i)
                + "\ncorrelation: {type: temporal, timespan: 1m, rules: [n"
                + std::to_string(std::min(i + 1, count - 1)) + "]}\n---\n";
        const auto load = loaded(text);
        QVERIFY(load.correlations.empty());
        QCOMPARE(load.refused.size(), std::size_t(count));
    }

    void cutAtEveryLength()
    {
        const std::string text = rule(kCount + "    aliases: {u: {a: F}}\n    group-by: [u]\n");
        for (std::size_t length = 0; length < text.size(); ++length) {
            const auto load = loaded(kBase + text.substr(0, length));
            QVERIFY(load.correlations.size() + load.refused.size() <= 1);
            for (const auto &refused : load.refused)
                QVERIFY(refused.reason.line > 0 && refused.reason.column > 0);
        }
    }

    void everyByteChanged()
    {
        const std::string text = rule(kCount + "    aliases: {u: {a: F}}\n    group-by: [u]\n");
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const char byte : {'\0', '\n', '"', '[', '{', '&', ':', '9', '-', '\xFF'}) {
                auto bad = text;
                bad[at] = byte;
                const auto load = loaded(kBase + bad);
                for (const auto &refused : load.refused)
                    QVERIFY(refused.reason.line > 0 && !refused.reason.detail.empty());
                for (const auto &made : load.correlations)
                    QVERIFY(made->correlation && !made->correlation->rules.empty());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCorrelationParser)
#include "tst_correlationparser.moc"
