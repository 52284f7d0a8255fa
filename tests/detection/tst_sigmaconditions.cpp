#include "tests/detection/sigmaspec.h"

#include <random>

using namespace lolscope;
using test::Answer;
using enum test::Answer;
using test::check;
using test::SpecEvent;

namespace {

/// Selections that the event decides by name: those whose name ends in `T` or `t` hold, others do not.
std::string selectionsOf(const std::vector<std::string> &names)
{
    std::string text;
    for (const auto &name : names) {
        const bool holds = name.ends_with('T') || name.ends_with('t');
        text += "    " + name + ":\n        F: " + (holds ? "yes-it-is" : "other") + '\n';
    }
    return text;
}

const SpecEvent kEvent = {{{"F", "yes-it-is"}, {"G", "ghost"}}};

} // namespace

/// Sigma specification 2.1: conditions, shapes of selections, documents.
class TestSigmaConditions : public QObject
{
    Q_OBJECT

    static void row(const std::vector<std::string> &names, const std::string &condition, Answer expected)
    {
        std::string label = condition + "  [";
        for (const auto &name : names)
            label += ' ' + name;
        QTest::newRow((label + " ]").c_str()) << selectionsOf(names) + "    condition: " + condition + '\n'
                                              << static_cast<int>(expected);
    }
    static void checkDetection()
    {
        QFETCH(std::string, detection);
        QFETCH(int, expected);
        check(test::ruleOf(detection), kEvent, static_cast<Answer>(expected));
    }
    static void columns()
    {
        QTest::addColumn<std::string>("detection");
        QTest::addColumn<int>("expected");
    }

private Q_SLOTS:
    void conditions_data()
    {
        columns();
        const std::vector<std::string> two = {"aT", "bF"};
        row(two, "aT", Matches);
        row(two, "bF", Misses);
        row(two, "not aT", Misses);
        row(two, "not bF", Matches);
        row(two, "aT and bF", Misses);
        row(two, "aT and not bF", Matches);
        row(two, "bF or aT", Matches);
        row(two, "bF or not aT", Misses);
        row(two, "not not aT", Matches);
        row(two, "(aT)", Matches);
        row(two, "((aT))", Matches);
        row(two, "( aT )and( not( bF ) )", Matches);
        row(two, "aT   and\tnot bF", Matches);
        row(two, "|\n        aT\n        and not bF", Matches);
        row(two, "'aT and not bF'", Matches);

        const std::vector<std::string> four = {"aT", "bT", "cF", "dF"};
        row(four, "aT or bT and cF", Matches); // and binds before or
        row(four, "cF and dF or aT", Matches);
        row(four, "(aT or bT) and cF", Misses);
        row(four, "cF and (dF or aT)", Misses);
        row(four, "not cF and aT", Matches); // not binds before and
        row(four, "not aT and cF", Misses);
        row(four, "not (aT and cF)", Matches);
        row(four, "not cF or cF", Matches);
        row(four, "not (cF or aT)", Misses);
        row(four, "aT and bT and not cF and not dF", Matches);
        row(four, "cF or dF or not aT or bT", Matches);

        const std::vector<std::string> some = {"sel_aT", "sel_bF", "filter_cT", "filter_dT"};
        row(some, "1 of sel_*", Matches);
        row(some, "any of sel_*", Matches);
        row(some, "all of sel_*", Misses);
        row(some, "all of filter_*", Matches);
        row(some, "not 1 of sel_*", Misses);
        row(some, "not all of sel_*", Matches);
        row(some, "1 of sel_* and not 1 of filter_*", Misses);
        row(some, "1 of sel_* and all of filter_*", Matches);
        row(some, "1 of them", Matches);
        row(some, "any of them", Matches);
        row(some, "all of them", Misses);
        row(some, "not all of them", Matches);
        row(some, "1 of *_bF", Misses);
        row(some, "1 of *_aT", Matches);
        row(some, "1 of *", Matches);
        row(some, "all of *", Misses);
        row(some, "1 of s*bF", Misses); // the star stands anywhere
        row(some, "all of *l*T", Matches);
        row(some, "1 of sel_bF", Misses); // without a star it is a name
        row(some, "all of sel_aT", Matches);
        row(some, "1 of (sel_*)", Refused);
        row(some, "all of sel_* or sel_aT", Matches);
        row(some, "not (1 of filter_*)", Misses);

        const std::vector<std::string> hidden = {"aT", "_bF", "_cT"};
        row(hidden, "all of them", Matches); // what starts with `_` is not of them
        row(hidden, "all of *", Matches);
        row(hidden, "1 of *F", Refused);
        row(hidden, "all of _*", Misses);
        row(hidden, "1 of _*", Matches);
        row(hidden, "_cT and aT", Matches);
        row({"_bF", "_cT"}, "1 of them", Refused);

        // Keywords are whole words.
        row({"notepadT"}, "notepadT", Matches);
        row({"orderT"}, "orderT", Matches);
        row({"android-T"}, "not android-T", Misses);
        row({"notepadT", "orF"}, "notepadT and not orF", Matches);
        row({"allT"}, "allT", Matches);
        row({"them_T", "xF"}, "1 of them_*", Matches);
        row({"all_ofT"}, "all_ofT", Matches);
        row({"1T"}, "1T", Matches);
        row({"sel-aT", "sel-bF"}, "sel-aT and not sel-bF", Matches);
        row({"sel-aT", "sel-bF"}, "1 of sel-*", Matches);
        row({"A1_b-T"}, "A1_b-T", Matches);
        row({"selT", "SelF"}, "selT and not SelF", Matches); // names have case
        row({"selT"}, "selt", Refused);

        // Upper case is overlooked.
        row(four, "aT AND NOT cF", Matches);
        row(four, "cF OR aT", Matches);
        row(four, "NOT aT", Misses);

        // Lists of conditions are or.
        row(two, "[bF, aT]", Matches);
        row(two, "[bF, not aT]", Misses);
        row(two, "\n        - bF\n        - aT and not bF", Matches);
        row(two, "[aT, nothing]", Refused);
        row(two, "[]", Refused);

        for (const char *broken : {"",
                                   "''",
                                   "' '",
                                   "nothing",
                                   "aT and",
                                   "and aT",
                                   "aT or",
                                   "not",
                                   "aT not bF",
                                   "aT bF",
                                   "(aT",
                                   "aT)",
                                   "()",
                                   "(",
                                   "aT and or bF",
                                   "1 of",
                                   "of aT",
                                   "1 of nothing*",
                                   "all of nothing*",
                                   "any of *x*",
                                   "2 of them",
                                   "0 of them",
                                   "3 of a*",
                                   "1.5 of them",
                                   "some of them",
                                   "1 of them and",
                                   "1of them",
                                   "aT & bF",
                                   "aT, bF",
                                   "'aT | count() > 5'",
                                   "'aT | near bF'",
                                   "'aT | count(F) by G > 3'",
                                   "'|'",
                                   "aT = bF",
                                   "'\"aT\"'",
                                   "a*",
                                   "1 aT",
                                   "them",
                                   "1 of them them",
                                   "{a: b}",
                                   "[[aT]]",
                                   "null"})
            row(two, broken, Refused);
    }
    void conditions() { checkDetection(); }

    void selections_data()
    {
        columns();
        const auto add = [](const char *name, const std::string &selection, Answer expected) {
            QTest::newRow(name) << "    sel: " + selection + "\n    condition: sel\n"
                                << static_cast<int>(expected);
        };
        add("map is and", "{F: yes-it-is, G: ghost}", Matches);
        add("map is and, one fails", "{F: yes-it-is, G: x}", Misses);
        add("list of maps is or", "[{F: x}, {G: ghost}]", Matches);
        add("list of maps, none", "[{F: x}, {G: x}]", Misses);
        add("list of maps, each is and", "[{F: yes-it-is, G: x}, {F: x, G: ghost}]", Misses);
        add("mixed list", "[nothing, {G: ghost}]", Matches);
        add("list in a list is or", "[[{F: x}], [{G: ghost}]]", Matches);
        add("empty map", "{}", Refused);
        add("empty list", "[]", Refused);
        add("empty map in a list", "[{F: x}, {}]", Refused);
        add("nothing", "", Refused);
        add("duplicate field", "\n        F: a\n        F: b", Refused);
    }
    void selections() { checkDetection(); }

    void timeframeIsNoSelection()
    {
        const auto detection = selectionsOf({"aT"}) + "    timeframe: 5m\n    condition: all of them\n";
        check(test::ruleOf(detection), kEvent, Matches);
    }

    void duplicateSelectionsAreRefused()
    {
        check(test::ruleOf(selectionsOf({"aT", "aT"}) + "    condition: aT\n"), kEvent, Refused);
    }

    void documents_data()
    {
        QTest::addColumn<std::string>("rule");
        QTest::addColumn<int>("expected");
        const std::string good = test::ruleOf(selectionsOf({"aT"}) + "    condition: aT\n");
        const auto with = [&](const std::string &from, const std::string &to) {
            std::string text = good;
            return text.replace(text.find(from), from.size(), to);
        };
        const auto add = [](const char *name, const std::string &rule, Answer expected) {
            QTest::newRow(name) << rule << static_cast<int>(expected);
        };
        add("good", good, Matches);
        add("unknown attributes are allowed", good + "simulation: [a]\nregression_tests_path: x\n", Matches);
        add("taxonomy sigma", good + "taxonomy: sigma\n", Matches);
        add("another taxonomy", good + "taxonomy: ecs\n", Refused);
        add("old dates", good + "date: 2019/10/24\nmodified: 2020-01-02\n", Matches);
        add("related rules", good + "related: [{id: 0a1b2c3d-0000-4000-8000-000000000002, type: derived}]\n",
            Matches);
        add("no title", with("title: T\n", ""), Refused);
        add("no log source", with("logsource:", "source:"), Refused);
        add("no detection", with("detection:", "detections:"), Refused);
        add("no condition", with("    condition: aT\n", ""), Refused);
        add("log source without keys",
            with("{category: process_creation, product: windows}", "{definition: x}"), Refused);
        add("duplicate attribute", good + "title: T\n", Refused);
        add("duplicate section", good + "detection: {a: {F: x}, condition: a}\n", Refused);
        add("correlation without rules", "title: T\ncorrelation: {type: event_count}\n", Refused);
        add("filter without selections", "title: T\nlogsource: {product: windows}\nfilter: {rules: []}\n",
            Refused);
        add("collection", "action: global\ntitle: T\n", Refused);
        add("a list", "- a\n", Refused);
        add("a text", "a\n", Refused);
        add("no YAML", with("aT:", "aT: ["), Refused);
    }
    void documents()
    {
        QFETCH(std::string, rule);
        QFETCH(int, expected);
        check(rule, kEvent, static_cast<Answer>(expected));
    }

    /// The place of an error is that of what is wrong.
    void places_data()
    {
        QTest::addColumn<std::string>("detection");
        QTest::addColumn<int>("line");
        const auto add = [](const char *name, const std::string &detection, int line) {
            QTest::newRow(name) << detection << line;
        };
        add("modifier", "    a:\n        F: x\n        G|nosuch: x\n    condition: a\n", 7);
        add("value in a list",
            "    a:\n        F|cidr:\n            - 10.0.0.0/8\n            - x\n    condition: a\n", 8);
        add("regular expression", "    a:\n        F: x\n    b:\n        F|re: '('\n    condition: a or b\n",
            8);
        add("condition", "    a:\n        F: x\n    condition: b\n", 7);
        add("second condition", "    a:\n        F: x\n    condition:\n        - a\n        - b\n", 9);
        add("empty selection", "    a:\n        F: x\n    b: {}\n    condition: a\n", 7);
        add("duplicate key", "    a:\n        F: x\n        F: x\n    condition: a\n", 7);
    }
    void places()
    {
        QFETCH(std::string, detection);
        QFETCH(int, line);
        const auto load = sigma::parseRules(test::ruleOf(detection), "spec.yml");
        QCOMPARE(load.refused.size(), 1u);
        QCOMPARE(load.refused[0].reason.line, line);
        QVERIFY(load.refused[0].reason.column > 4);
        QCOMPARE(load.refused[0].title, "T");
    }

    /// Conditions made at random, against truth values worked out while they are made.
    void randomConditions()
    {
        constexpr int kRules = 3000;
        std::mt19937 random(20260101); // fixed: a failure must come again
        const std::vector<std::string> names = {"aT",        "bF",       "sel_1T", "sel_2F",
                                                "filter_xT", "_hiddenF", "notx_F"};
        int held = 0;
        for (int i = 0; i < kRules; ++i) {
            const auto [text, truth] = randomCondition(random, 0);
            held += truth ? 1 : 0;
            check(test::ruleOf(selectionsOf(names) + "    condition: " + text + '\n'), kEvent,
                  truth ? Matches : Misses);
            if (QTest::currentTestFailed())
                QFAIL(text.c_str());
        }
        QVERIFY(held > kRules / 4 && held < kRules * 3 / 4);
    }

private:
    using Made = std::pair<std::string, bool>;

    static Made randomCondition(std::mt19937 &random, int depth)
    {
        static const std::vector<Made> kLeaves = {
            {"aT", true},           {"bF", false},         {"sel_1T", true},
            {"sel_2F", false},      {"filter_xT", true},   {"_hiddenF", false},
            {"notx_F", false},      {"1 of sel_*", true},  {"all of sel_*", false},
            {"all of them", false}, {"any of them", true}, {"1 of _*", false},
            {"all of *T", true},    {"1 of *F", false},    {"all of filter_*", true},
            {"1 of n*_F", false},
        };
        const auto choice = random() % (depth > 4 ? 3 : 8);
        if (choice < 2)
            return kLeaves[random() % kLeaves.size()];
        if (choice == 2 || choice == 3) {
            const auto [text, truth] = randomCondition(random, depth + 2);
            return {"not (" + text + ')', !truth};
        }
        if (choice == 4) { // without parentheses: not is about the leaf alone
            const auto [text, truth] = kLeaves[random() % kLeaves.size()];
            return {"not " + text, !truth};
        }
        if (choice == 5) { // without parentheses: a or b and c is a or (b and c)
            const auto a = kLeaves[random() % kLeaves.size()];
            const auto b = kLeaves[random() % kLeaves.size()];
            const auto c = kLeaves[random() % kLeaves.size()];
            const bool orFirst = random() % 2 == 0;
            return orFirst ? Made{'(' + a.first + " or " + b.first + " and " + c.first + ')',
                                  a.second || (b.second && c.second)}
                           : Made{'(' + a.first + " and " + b.first + " or not " + c.first + ')',
                                  (a.second && b.second) || !c.second};
        }
        const auto left = randomCondition(random, depth + 1);
        const auto right = randomCondition(random, depth + 1);
        const bool both = choice == 6;
        return {'(' + left.first + ") " + (both ? "and" : "or") + " (" + right.first + ')',
                both ? left.second && right.second : left.second || right.second};
    }
};

QTEST_GUILESS_MAIN(TestSigmaConditions)
#include "tst_sigmaconditions.moc"
