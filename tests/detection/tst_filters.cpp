#include "detection/engine/engine.h"
#include "detection/sigma/filter.h"
#include "detection/sigma/references.h"

#include <QtTest>

using namespace lolscope;
using namespace lolscope::sigma;

namespace {

std::string rule(char name, const std::string &logSource = "category: process_creation, product: windows",
                 const std::string &detection = "selection: {Image: x.exe}, condition: selection")
{
    return std::string("title: Rule ") + name + "\nname: " + name
        + "\nid: 0a1b2c3d-0000-4000-8000-00000000000" + name + "\nlogsource: {" + logSource
        + "}\ndetection: {" + detection + "}\n---\n";
}

std::string filter(const std::string &section,
                   const std::string &logSource = "category: process_creation, product: windows",
                   const std::string &title = "Filter")
{
    return "title: " + title + "\nlogsource: {" + logSource + "}\nfilter: {" + section + "}\n---\n";
}

const std::string kNotAdmin = "selection: {User|startswith: adm_}, condition: not selection";

RuleLoad loaded(const std::string &text)
{
    auto load = parseRules(text, "f.yml");
    resolveReferences(load);
    return load;
}

/// Titles of the rules that match a start of x.exe by this user.
QStringList matching(const RuleLoad &load, std::string_view user)
{
    Event event;
    event.provider = "Microsoft-Windows-Sysmon";
    event.channel = "Microsoft-Windows-Sysmon/Operational";
    event.eventId = 1;
    const std::vector<Field> data = {{"Image", "x.exe"}, {"User", user}};
    event.data = data;
    QStringList titles;
    for (const auto &match : Engine(load.loaded).evaluate(event))
        titles << QString::fromStdString(match.rule->title);
    return titles;
}

} // namespace

class TestFilters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEverything()
    {
        const std::string text =
            "title: Not by administrators\nid: 0A1B2C3D-0000-4000-8000-0000000000F0\n"
            "logsource: {product: windows}\nfilter:\n    rules: [a, b]\n    selection: {User: "
            "adm}\n    condition: not selection\n";
        const auto load = loaded(rule('a') + rule('b') + text);
        QVERIFY2(load.refused.empty(), load.refused.empty() ? "" : describe(load.refused[0].reason).c_str());
        QVERIFY(load.warnings.empty());
        QCOMPARE(load.filters.size(), 1u);
        const Filter &made = *load.filters[0];
        QCOMPARE(made.id, "0a1b2c3d-0000-4000-8000-0000000000f0");
        QCOMPARE(made.title, "Not by administrators");
        QCOMPARE(made.logSource.product, "windows");
        QCOMPARE(made.rules.size(), 2u);
        QCOMPARE(made.rules[1].written, "b");
        QCOMPARE(made.source, "f.yml");
        QCOMPARE(made.text, text);
        for (const auto &narrowed : load.loaded) {
            QCOMPARE(narrowed->filters.size(), 1u); // so that a list of rules can tell
            QCOMPARE(narrowed->filters[0], load.filters[0]);
        }
    }

    /// What the rules a, b (process starts) and c (of the service Sysmon) match, by user.
    void narrows_data()
    {
        QTest::addColumn<QByteArray>("filters");
        QTest::addColumn<QString>("forAdmin");
        QTest::addColumn<QString>("forOthers");
        const auto row = [](const char *name, const std::string &filters, const char *forAdmin,
                            const char *forOthers) {
            QTest::newRow(name) << QByteArray::fromStdString(filters) << QString::fromLatin1(forAdmin)
                                << QString::fromLatin1(forOthers);
        };
        row("no filter", "", "abc", "abc");
        row("by name", filter("rules: [a], " + kNotAdmin), "bc", "abc");
        row("by id", filter("rules: [0A1B2C3D-0000-4000-8000-00000000000A], " + kNotAdmin), "bc", "abc");
        row("one rule without a list", filter("rules: a, " + kNotAdmin), "bc", "abc");
        row("several", filter("rules: [a, b], " + kNotAdmin), "c", "abc");
        row("the same twice", filter("rules: [a, a], " + kNotAdmin), "bc", "abc");
        row("any", filter("rules: any, " + kNotAdmin), "c", "abc");
        row("all", filter("rules: all, " + kNotAdmin), "c", "abc");
        row("empty list", filter("rules: [], " + kNotAdmin), "c", "abc");
        row("any of a wider log source", filter("rules: any, " + kNotAdmin, "product: windows"), "", "abc");
        row("log source without case", filter("rules: any, " + kNotAdmin, "category: Process_Creation"), "c",
            "abc");
        row("any of another log source", filter("rules: any, " + kNotAdmin, "service: security"), "abc",
            "abc");
        row("any of a narrower log source",
            filter("rules: any, " + kNotAdmin, "category: process_creation, service: sysmon"), "abc", "abc");
        row("the condition is added as it stands",
            filter("rules: [a], selection: {User|startswith: adm_}, condition: selection"), "abc", "bc");
        row("a list of maps and a field of the rule",
            filter("rules: [a], s: [{User: adm_x}, {User: y}], t: {Image: x.exe}, condition: not (s and t)"),
            "bc", "abc");
        row("keywords", filter("rules: [a], s: [adm_], condition: not s"), "bc", "abc");
        row("them are the filter's own",
            filter("rules: [a], s: {User: adm_x}, t: {User: adm_y}, condition: not 1 of them"), "bc", "abc");
        row("two filters",
            filter("rules: [a], " + kNotAdmin)
                + filter("rules: [a, b], selection: {User: other}, condition: not selection"),
            "bc", "c");
    }
    void narrows()
    {
        QFETCH(QByteArray, filters);
        QFETCH(QString, forAdmin);
        QFETCH(QString, forOthers);
        const auto load = loaded(filters.toStdString() + rule('a') + rule('b')
                                 + rule('c', "service: sysmon, product: windows"));
        QVERIFY2(load.refused.empty(), load.refused.empty() ? "" : describe(load.refused[0].reason).c_str());
        const auto letters = [](const QStringList &titles) {
            QString all;
            for (const QString &title : titles)
                all += title.back();
            return all;
        };
        QCOMPARE(letters(matching(load, "adm_x")), forAdmin);
        QCOMPARE(letters(matching(load, "other")), forOthers);
    }

    void identifiersAreItsOwn()
    {
        // The rule's `1 of sel*` does not see the filter's, nor the other way round.
        const auto load =
            loaded(rule('a', "category: process_creation",
                        "sel1: {Image: nothing}, sel2: {User: x}, condition: 1 of sel*")
                   + filter("rules: [a], sel1: {Image: x.exe}, sel3: {User: y}, condition: sel1 and not sel3",
                            "category: process_creation"));
        QVERIFY(load.refused.empty());
        QCOMPARE(matching(load, "x").size(), 1);
        QCOMPARE(matching(load, "z").size(), 0);
    }

    void aListOfConditionsIsNarrowedAsAWhole()
    {
        const auto load = loaded(
            rule('a', "category: process_creation", "s: {User: adm_x}, t: {User: other}, condition: [s, t]")
            + filter("rules: [a], " + kNotAdmin, "category: process_creation"));
        QCOMPARE(matching(load, "adm_x").size(), 0);
        QCOMPARE(matching(load, "other").size(), 1);
    }

    void whatMatchedIsTheRulesOwn()
    {
        const auto load = loaded(rule('a') + filter("rules: [a], " + kNotAdmin));
        Event event;
        event.provider = "Microsoft-Windows-Sysmon";
        event.eventId = 1;
        const std::vector<Field> data = {{"Image", "x.exe"}, {"User", "x"}};
        event.data = data;
        const auto matches = Engine(load.loaded).evaluate(event);
        QCOMPARE(matches.size(), 1u);
        QCOMPARE(matches[0].matched.size(), 1u);
        QCOMPARE(matches[0].matched[0].field, "Image");
    }

    /// Correlation rules are filtered through the rules they build on.
    void correlationRulesStayAsTheyAre()
    {
        const auto load = loaded(rule('a')
                                 + "title: C\nname: c\ncorrelation: {type: event_count, rules: [a], "
                                   "timespan: 1m, condition: {gte: 2}}\n---\n"
                                 + filter("rules: any, " + kNotAdmin));
        QVERIFY(load.refused.empty());
        QCOMPARE(load.loaded[0]->filters.size(), 1u);
        QCOMPARE(load.correlations.size(), 1u);
        QVERIFY(load.correlations[0]->filters.empty());
    }

    void refusesWithPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        const std::string text =
            "title: F\nlogsource: {category: process_creation}\nfilter:\n    rules: [a]\n    s: "
            "{User: x}\n    condition: not s\n";
        const auto row = [&](const char *name, const std::string &from, const std::string &to, ErrorCode code,
                             int line, int column) {
            auto bad = text;
            const auto at = bad.find(from);
            if (at == std::string::npos)
                qFatal("no %s", from.c_str());
            QTest::newRow(name) << QByteArray::fromStdString(bad.replace(at, from.size(), to))
                                << static_cast<int>(code) << line << column;
        };
        constexpr auto corrupt = ErrorCode::Corrupt;
        constexpr auto unsupported = ErrorCode::Unsupported;
        constexpr auto invalid = ErrorCode::Invalid;
        row("no title", "title: F\n", "", corrupt, 1, 1);
        row("id is no UUID", "title: F", "title: F\nid: 7", corrupt, 2, 5);
        row("no log source", "logsource", "logs", corrupt, 1, 1);
        row("unknown log source", "process_creation", "file_access", unsupported, 2, 12);
        row("another product", "category: process_creation", "product: macos", unsupported, 2, 12);
        row("other taxonomy", "title: F", "title: F\ntaxonomy: ecs", unsupported, 2, 11);
        row("filter is a list", "\n    rules: [a]\n    s: {User: x}\n    condition: not s", " [a]", corrupt,
            3, 9);
        row("no rules", "    rules: [a]\n", "", corrupt, 4, 5);
        row("rules is null", "[a]", "", corrupt, 4, 11);
        row("rules is a map", "[a]", "{a: b}", corrupt, 4, 12);
        row("a map among the rules", "[a]", "[a, {b: c}]", corrupt, 4, 16);
        row("unknown name", "[a]", "[a, nobody]", invalid, 4, 16);
        row("unknown id", "[a]", "[0a1b2c3d-0000-4000-8000-0000000000ff]", invalid, 4, 13);
        row("a correlation rule", "[a]", "[corr]", unsupported, 4, 13);
        row("no condition", "    condition: not s\n", "", corrupt, 4, 5);
        row("list of conditions", "not s", "[not s]", corrupt, 6, 16);
        row("condition names the rule's selection", "not s", "not selection", corrupt, 6, 20);
        row("aggregation", "not s", "s | count() > 3", unsupported, 6, 18);
        row("unknown modifier", "{User: x}", "{User|nonsense: x}", unsupported, 5, 9);
        row("empty selection", "{User: x}", "{}", corrupt, 5, 8);
        row("beside a detection", "title: F", "title: F\ndetection: {}", unsupported, 5, 5);
        row("collection", "title: F", "title: F\naction: repeat", unsupported, 2, 9);
    }
    void refusesWithPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, code);
        QFETCH(int, line);
        QFETCH(int, column);
        auto load =
            parseRules(rule('a')
                           + "title: C\nname: corr\ncorrelation: {type: event_count, rules: [a], timespan: "
                             "1m, condition: {gte: 2}}\n",
                       "rules.yml");
        auto filters = parseRules(text.toStdString(), "f.yml");
        load.filters = filters.filters;
        load.refused = filters.refused;
        resolveReferences(load);
        QVERIFY(load.filters.empty());
        QCOMPARE(load.refused.size(), 1u);
        QVERIFY(load.loaded[0]->filters.empty());
        const auto &reason = load.refused[0].reason;
        const auto described = describe(reason);
        QCOMPARE(reason.source, "f.yml");
        QVERIFY2(static_cast<int>(reason.code) == code, described.c_str());
        QVERIFY2(reason.line == line && reason.column == column, described.c_str());
    }

    void aListedRuleOfAnotherLogSourceIsWarnedOf()
    {
        const auto load =
            loaded(rule('a') + rule('b', "service: security") + filter("rules: [a, b], " + kNotAdmin));
        QVERIFY(load.refused.empty());
        QCOMPARE(load.filters.size(), 1u);
        QCOMPARE(load.loaded[0]->filters.size(), 1u);
        QVERIFY(load.loaded[1]->filters.empty());
        QCOMPARE(load.warnings.size(), 1u);
        QCOMPARE(load.warnings[0].source, "f.yml");
        QCOMPARE(load.warnings[0].line, 15);
        QVERIFY(load.warnings[0].column > 0);
    }

    void containment_data()
    {
        QTest::addColumn<QByteArray>("outer");
        QTest::addColumn<QByteArray>("inner");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *outer, const char *inner, bool expected) {
            QTest::newRow(name) << QByteArray(outer) << QByteArray(inner) << expected;
        };
        row("the same", "c/p/s", "c/p/s", true);
        row("nothing asked", "//", "c/p/s", true);
        row("one key", "c//", "c/p/s", true);
        row("another value", "c//", "d/p/s", false);
        row("key that is missing", "c/p/", "c//", false);
        row("without case", "C/P/", "c/p/", true);
    }
    void containment()
    {
        QFETCH(QByteArray, outer);
        QFETCH(QByteArray, inner);
        QFETCH(bool, expected);
        const auto source = [](const QByteArray &text) {
            const auto parts = text.split('/');
            return LogSource{parts[0].toStdString(), parts[1].toStdString(), parts[2].toStdString()};
        };
        QCOMPARE(contains(source(outer), source(inner)), expected);
    }

    /// Every filter for every rule: at some point the rest is refused, in reasonable time.
    void manyFiltersForManyRules()
    {
        std::string text;
        for (int i = 0; i < 2000; ++i)
            text += "title: R\nid: 0a1b2c3d-0000-4000-8000-" + std::to_string(100'000'000'000 + i)
                + "\nlogsource: {product: windows}\ndetection: {s: {F: x}, condition: s}\n---\n";
        for (int i = 0; i < 1000; ++i)
            text += filter("rules: any, " + kNotAdmin, "product: windows");
        const auto load = loaded(text);
        QCOMPARE(load.filters.size() + load.refused.size(), 1000u);
        QVERIFY(!load.filters.empty() && !load.refused.empty());
        QCOMPARE(load.loaded.back()->filters.size(), load.filters.size());
        QCOMPARE(load.refused[0].reason.code, ErrorCode::TooLarge);
        QVERIFY(load.refused[0].reason.line > 2000);
    }
};

QTEST_GUILESS_MAIN(TestFilters)
#include "tst_filters.moc"
