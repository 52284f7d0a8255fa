#include "detection/correlation/eventvalues.h"
#include "tests/detection/correlationfeed.h"

#include <set>

using namespace lolscope;
using namespace lolscope::test;

/// What correlation rules find.
class TestCorrelation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void detects_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<QString>("events");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *name, const std::string &rules, const char *events,
                            std::initializer_list<const char *> expected) {
            QStringList lines;
            for (const char *line : expected)
                lines << QString::fromLatin1(line);
            QTest::newRow(name) << QByteArray::fromStdString(rules) << QString::fromUtf8(events) << lines;
        };
        const auto counting = [](const std::string &condition) {
            return correlation(
                "C", "type: event_count, rules: [a], group-by: [U], timespan: 10s, condition: " + condition);
        };
        // event_count
        row("reaches the count", counting("{gte: 3}"), "0 a U=x\n5 a U=x\n10 a U=x",
            {"C [x] 0..10 = 3, 3: 1 2 3"});
        row("one less", counting("{gte: 3}"), "0 a U=x\n5 a U=x", {});
        row("greater than", counting("{gt: 2}"), "0 a U=x\n5 a U=x\n10 a U=x", {"C [x] 0..10 = 3, 3: 1 2 3"});
        row("the window is closed on both sides", counting("{gte: 2}"), "0 a U=x\n10 a U=x",
            {"C [x] 0..10 = 2, 2: 1 2"});
        row("just outside", counting("{gte: 2}"), "0 a U=x\n10.0000001 a U=x", {});
        row("not aligned to the clock", counting("{gte: 3}"), "9 a U=x\n11 a U=x\n12 a U=x",
            {"C [x] 9..19 = 3, 3: 1 2 3"});
        row("what falls into the window belongs to it", counting("{gte: 2}"),
            "0 a U=x\n1 a U=x\n9 a U=x\n10 a U=x\n11 a U=x", {"C [x] 0..10 = 4, 4: 1 2 3 4"});
        row("windows do not overlap", counting("{gte: 2}"), "0 a U=x\n9 a U=x\n11 a U=x\n15 a U=x\n40 a U=x",
            {"C [x] 0..10 = 2, 2: 1 2", "C [x] 11..21 = 2, 2: 3 4"});
        row("one is enough", counting("{gte: 1}"), "0 a U=x\n30 a U=x",
            {"C [x] 0..10 = 1, 1: 1", "C [x] 30..40 = 1, 1: 2"});
        row("groups apart", counting("{gte: 2}"), "0 a U=x\n1 a U=y\n2 a U=x\n3 a U=z\n4 a U=y",
            {"C [x] 0..10 = 2, 2: 1 3", "C [y] 1..11 = 2, 2: 2 5"});
        row("groups without case", counting("{gte: 2}"), "0 a U=\u00c4nne\n1 a U=\u00e4NNE",
            {"C [\xc4nne] 0..10 = 2, 2: 1 2"});
        row("without a value to group by", counting("{gte: 2}"), "0 a\n1 a U=\n2 a V=x\n3 a U=x", {});
        row("other rules do not count", counting("{gte: 2}"), "0 a U=x\n1 b U=x", {});
        row("no grouping",
            correlation("C", "type: event_count, rules: [a], timespan: 10s, condition: {gte: 2}"),
            "0 a U=x\n1 a U=y", {"C [] 0..10 = 2, 2: 1 2"});
        row("several rules together",
            correlation("C",
                        "type: event_count, rules: [a, b], group-by: U, timespan: 10s, condition: {gte: 2}"),
            "0 a U=x\n1 b U=x", {"C [x] 0..10 = 2, 2: 1 2"});
        row("two fields to group by",
            correlation(
                "C", "type: event_count, rules: [a], group-by: [U, V], timespan: 10s, condition: {gte: 2}"),
            "0 a U=x V=1\n1 a U=x V=2\n2 a U=x V=1\n3 a U=x", {"C [x,1] 0..10 = 2, 2: 1 3"});
        row("values cannot trade letters",
            correlation(
                "C", "type: event_count, rules: [a], group-by: [U, V], timespan: 10s, condition: {gte: 2}"),
            "0 a U=x V=yz\n1 a U=xy V=z", {});
        // Counts that are only known at the end of their window.
        row("less than", counting("{lt: 3}"), "0 a U=x\n5 a U=x\n11 a U=x\n12 a U=x\n13 a U=x\n30 a U=x",
            {"C [x] 0..10 = 2, 2: 1 2", "C [x] 30..40 = 1, 1: 6"});
        row("at most", counting("{lte: 2}"), "0 a U=x\n5 a U=x\n20 a U=x\n21 a U=x\n22 a U=x",
            {"C [x] 0..10 = 2, 2: 1 2"});
        row("exactly", counting("{eq: 2}"), "0 a U=x\n1 a U=x\n20 a U=x\n21 a U=x\n22 a U=x",
            {"C [x] 0..10 = 2, 2: 1 2"});
        row("anything but", counting("{neq: 2}"), "0 a U=x\n1 a U=x\n20 a U=x\n21 a U=x\n22 a U=x",
            {"C [x] 20..30 = 3, 3: 3 4 5"});
        row("range", counting("{gt: 1, lt: 4}"),
            "0 a U=x\n20 a U=x\n21 a U=x\n22 a U=x\n40 a U=x\n41 a U=x\n42 a U=x\n43 a U=x",
            {"C [x] 20..30 = 3, 3: 2 3 4"});
        row("the end of a closed window is in it", counting("{lt: 3}"), "0 a U=x\n1 a U=x\n10 a U=x", {});
        // value_count
        const auto values = [](const std::string &field, const std::string &condition = "gte: 3") {
            return correlation("V",
                               "type: value_count, rules: [a], group-by: [U], timespan: 10s, condition: {"
                                   + condition + ", field: " + field + "}");
        };
        row("distinct values", values("V"), "0 a U=x V=1\n1 a U=x V=1\n2 a U=x V=2\n3 a U=x V=3",
            {"V [x] 0..10 = 3, 4: 1 2 3 4"});
        row("distinct without case", values("V"), "0 a U=x V=p\n1 a U=x V=P\n2 a U=x V=q", {});
        row("values leave the window", values("V"), "0 a U=x V=1\n9 a U=x V=2\n11 a U=x V=3\n12 a U=x V=2",
            {});
        row("a value that comes again stays", values("V"),
            "0 a U=x V=1\n8 a U=x V=1\n11 a U=x V=2\n12 a U=x V=3", {"V [x] 8..18 = 3, 3: 2 3 4"});
        row("without a value", values("V", "gte: 2"), "0 a U=x V=1\n1 a U=x\n2 a U=x V=\n3 a U=x V=2",
            {"V [x] 0..10 = 2, 2: 1 4"});
        row("distinct tuples", values("[V, W]"), "0 a U=x V=1 W=1\n1 a U=x V=1 W=2\n2 a U=x V=2 W=1",
            {"V [x] 0..10 = 3, 3: 1 2 3"});
        row("tuples need every value", values("[V, W]", "gte: 1"), "0 a U=x V=1", {});
        row("few values", values("V", "lte: 1"), "0 a U=x V=1\n1 a U=x V=1\n20 a U=x V=1\n21 a U=x V=2",
            {"V [x] 0..10 = 1, 2: 1 2"});
        // value_sum, value_avg, value_percentile, value_median
        const auto numbers = [](const std::string &type, const std::string &condition) {
            return correlation("N",
                               "type: " + type + ", rules: [a], group-by: [U], timespan: 10s, condition: {"
                                   + condition + ", field: V}");
        };
        row("sum", numbers("value_sum", "gt: 100"), "0 a U=x V=60\n5 a U=x V=30\n11 a U=x V=69\n12 a U=x V=2",
            {"N [x] 5..15 = 101, 3: 2 3 4"});
        row("hexadecimal and fractions", numbers("value_sum", "gte: 16.5"), "0 a U=x V=0x10\n1 a U=x V=0.5",
            {"N [x] 0..10 = 16.5, 2: 1 2"});
        row("no number", numbers("value_sum", "gte: 1"), "0 a U=x V=many\n1 a U=x\n2 a U=x V=1",
            {"N [x] 2..12 = 1, 1: 3"});
        row("small sum", numbers("value_sum", "lt: 5"), "0 a U=x V=2\n1 a U=x V=2\n20 a U=x V=9",
            {"N [x] 0..10 = 4, 2: 1 2"});
        row("average", numbers("value_avg", "gte: 20"), "0 a U=x V=10\n1 a U=x V=30\n20 a U=x V=10",
            {"N [x] 0..10 = 20, 2: 1 2"});
        row("negative numbers", numbers("value_avg", "lt: 0"), "0 a U=x V=-3\n1 a U=x V=1",
            {"N [x] 0..10 = -1, 2: 1 2"});
        row("percentile by nearest rank", numbers("value_percentile", "gte: 30, percentile: 60"),
            "0 a U=x V=40\n1 a U=x V=10\n2 a U=x V=30\n3 a U=x V=20\n4 a U=x V=50",
            {"N [x] 0..10 = 30, 5: 1 2 3 4 5"});
        row("percentile between two", numbers("value_percentile", "gte: 40, percentile: 61"),
            "0 a U=x V=40\n1 a U=x V=10\n2 a U=x V=30\n3 a U=x V=20\n4 a U=x V=50",
            {"N [x] 0..10 = 40, 5: 1 2 3 4 5"});
        row("percentile 0 is the least", numbers("value_percentile", "lte: 10, percentile: 0"),
            "0 a U=x V=40\n1 a U=x V=10", {"N [x] 0..10 = 10, 2: 1 2"});
        row("percentile 100 is the most", numbers("value_percentile", "gte: 40, percentile: 100"),
            "0 a U=x V=40\n1 a U=x V=10", {"N [x] 0..10 = 40, 2: 1 2"});
        row("median of an odd number", numbers("value_median", "eq: 3"),
            "0 a U=x V=9\n1 a U=x V=1\n2 a U=x V=3", {"N [x] 0..10 = 3, 3: 1 2 3"});
        row("median of an even number", numbers("value_median", "eq: 4"),
            "0 a U=x V=9\n1 a U=x V=1\n2 a U=x V=3\n3 a U=x V=5", {"N [x] 0..10 = 4, 4: 1 2 3 4"});
        // temporal
        const auto together = [](const std::string &more) {
            return correlation("T", "type: temporal, rules: [a, b, c], group-by: [U], timespan: 10s" + more);
        };
        row("all rules, any order", together(""), "0 c U=x\n1 a U=x\n2 a U=x\n3 b U=x",
            {"T [x] 0..10 = 3, 4: 1 2 3 4"});
        row("one missing", together(""), "0 c U=x\n1 a U=x\n2 b U=y", {});
        row("one too late", together(""), "0 c U=x\n1 a U=x\n11 b U=x", {});
        row("one comes again", together(""), "0 c U=x\n1 a U=x\n5 c U=x\n11 b U=x",
            {"T [x] 1..11 = 3, 3: 2 3 4"});
        row("two of three", together(", condition: {gte: 2}"), "0 c U=x\n1 c U=x\n2 b U=x",
            {"T [x] 0..10 = 2, 3: 1 2 3"});
        row("only one", together(", condition: {eq: 1}"), "0 c U=x\n1 c U=x\n20 a U=x\n21 b U=x",
            {"T [x] 0..10 = 1, 2: 1 2"});
        row("one event matches them all", together(""), "0 a U=x\n& b U=x\n& c U=x",
            {"T [x] 0..10 = 3, 1: 1"});
        row("a without b", together(", condition: a and not b and not c"),
            "0 a U=x\n20 a U=x\n21 b U=x\n40 c U=x", {"T [x] 0..10 = 1, 1: 1"});
        row("a or b, with c", together(", condition: (a or b) and c"), "0 a U=x\n1 b U=x\n2 c U=x\n20 c U=x",
            {"T [x] 0..10 = 1, 3: 1 2 3"});
        // temporal_ordered
        const auto ordered = [](const std::string &more) {
            return correlation(
                "O", "type: temporal_ordered, rules: [a, b, c], group-by: [U], timespan: 10s" + more);
        };
        row("in order", ordered(""), "0 a U=x\n1 b U=x\n2 c U=x", {"O [x] 0..10 = 3, 3: 1 2 3"});
        row("out of order", ordered(""), "0 a U=x\n1 c U=x\n2 b U=x", {});
        row("in order at last", ordered(""), "0 c U=x\n1 a U=x\n2 c U=x\n3 b U=x\n4 c U=x",
            {"O [x] 0..10 = 3, 5: 1 2 3 4 5"});
        row("the first is too old", ordered(""), "0 a U=x\n5 b U=x\n11 c U=x", {});
        row("a later first step counts", ordered(""), "0 a U=x\n4 a U=x\n5 b U=x\n11 c U=x",
            {"O [x] 4..14 = 3, 3: 2 3 4"});
        row("a first step after the second does not", ordered(""), "0 a U=x\n5 b U=x\n6 a U=x\n11 c U=x", {});
        row("two steps in order", ordered(", condition: {gte: 2}"), "0 b U=x\n1 a U=x\n2 c U=x",
            {"O [x] 0..10 = 2, 3: 1 2 3"});
        row("no two steps in order", ordered(", condition: {gte: 2}"), "0 c U=x\n1 b U=x\n2 a U=x", {});
        row("steps of one time in the order they come", ordered(""), "0 a U=x\n0 b U=x\n0 c U=x",
            {"O [x] 0..10 = 3, 3: 1 2 3"});
        // aliases
        row("aliases",
            correlation("A",
                        "type: temporal, rules: [a, b], group-by: [user], aliases: {user: {a: Target, b: "
                        "Subject}}, timespan: 10s"),
            "0 a Target=x Subject=z\n1 b Subject=x Target=y\n2 a Target=q\n3 b Subject=r",
            {"A [x] 0..10 = 2, 2: 1 2"});
        row("a rule without alias has the field itself",
            correlation("A",
                        "type: temporal, rules: [a, b], group-by: [U], aliases: {U: {b: V}}, timespan: 10s"),
            "0 a U=x\n1 b V=x U=other", {"A [x] 0..10 = 2, 2: 1 2"});
        row("an alias for the values counted",
            correlation("A",
                        "type: value_count, rules: [a, b], aliases: {V: {b: W}}, timespan: 10s, condition: "
                        "{gte: 2, field: V}"),
            "0 a V=1\n1 b W=1 V=5\n2 b W=2", {"A [] 0..10 = 2, 3: 1 2 3"});
        row("one event in two groups",
            correlation("A",
                        "type: temporal, rules: [a, b], group-by: [user], aliases: {user: {a: T, b: S}}, "
                        "timespan: 10s"),
            "0 a T=x S=y\n& b T=x S=y\n1 a T=y S=x\n& b T=y S=x",
            {"A [y] 0..10 = 2, 2: 1 2", "A [x] 0..10 = 2, 2: 1 2"});
    }
    void detects()
    {
        QFETCH(QByteArray, rules);
        QFETCH(QString, events);
        QFETCH(QStringList, expected);
        QCOMPARE(detected(rules.toStdString(), events), expected);
    }

    void chains_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<QString>("events");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *name, const std::string &rules, const char *events,
                            std::initializer_list<const char *> expected) {
            QStringList lines;
            for (const char *line : expected)
                lines << QString::fromLatin1(line);
            QTest::newRow(name) << QByteArray::fromStdString(rules) << QString::fromUtf8(events) << lines;
        };
        const auto many = [](const std::string &more) {
            return correlation("many",
                               "type: event_count, rules: [a], timespan: 10s, condition: {gte: 3}" + more);
        };
        const auto then = [](const std::string &more) {
            return correlation("then", "type: temporal_ordered, rules: [many, b], timespan: 60s" + more);
        };
        // The specification's example: failed logons, then one that succeeds.
        row("followed by", then(", group-by: [U]") + many(", group-by: [U]"),
            "0 a U=x\n1 a U=x\n2 a U=x\n3 b U=x\n4 b U=y", {"then [x] 2..62 = 2, 4: 1 2 3 4"});
        row("not followed by the other's", then(", group-by: [U]") + many(", group-by: [U]"),
            "0 a U=x\n1 a U=x\n2 a U=x\n3 b U=y", {});
        row("b is too early", then("") + many(""), "0 a\n1 b\n2 a\n3 a", {});
        row("b comes with the last of many", then("") + many(""), "0 a\n1 a\n2 a\n& b",
            {"then [] 2..62 = 2, 3: 1 2 3"});
        row("many gives detections too when asked for", then(", generate: true") + many(""),
            "0 a\n1 a\n2 a\n3 b", {"many [] 0..10 = 3, 3: 1 2 3", "then [] 2..62 = 2, 4: 1 2 3 4"});
        // The upper rule only uses its own grouping.
        row("another field above", then(", group-by: [U]") + many(", group-by: [H]"),
            "0 a H=h U=x\n1 a H=h U=y\n2 a H=h U=x\n3 b U=x\n4 b U=y\n5 b U=z",
            {"then [x] 2..62 = 2, 3: 1 3 4", "then [y] 2..62 = 2, 2: 2 5"});
        row("no grouping above", then("") + many(", group-by: [U]"), "0 a U=x\n1 a U=x\n2 a U=x\n3 b U=y",
            {"then [] 2..62 = 2, 4: 1 2 3 4"});
        row("the group's value is that of its first record",
            correlation("two",
                        "type: value_count, rules: [many], timespan: 60s, condition: {gte: 2, field: U}")
                + many(", group-by: [U]"),
            "0 a U=x\n1 a U=X\n2 a U=x\n3 a U=y\n4 a U=y\n5 a U=y", {"two [] 2..62 = 2, 6: 1 2 3 4 5 6"});
        row("counts of counts",
            correlation("waves", "type: event_count, rules: [many], timespan: 60s, condition: {gte: 2}")
                + many(""),
            "0 a\n1 a\n2 a\n9 a\n20 a\n21 a\n22 a", {"waves [] 2..62 = 2, 6: 1 2 3 5 6 7"});
        row("a window that is looked at when it ends",
            correlation("quiet", "type: temporal_ordered, rules: [few, b], timespan: 20s")
                + correlation("few", "type: event_count, rules: [a], timespan: 10s, condition: {lt: 3}"),
            "0 a\n15 b", {"quiet [] 10..30 = 2, 2: 1 2"});
        row("its end is before what comes at that time next",
            correlation("quiet", "type: temporal_ordered, rules: [few, b], timespan: 20s")
                + correlation("few", "type: event_count, rules: [a], timespan: 10s, condition: {lt: 3}"),
            "0 a\n10.5 b", {"quiet [] 10..30 = 2, 2: 1 2"});
        row("aliases of a lower rule",
            correlation("then",
                        "type: temporal_ordered, rules: [many, b], group-by: [who], aliases: {who: {many: "
                        "user, b: U}}, timespan: 60s")
                + many(", group-by: [user], aliases: {user: {a: T}}"),
            "0 a T=x\n1 a T=x\n2 a T=x\n3 b U=x", {"then [x] 2..62 = 2, 4: 1 2 3 4"});
        row("a field through two rules",
            correlation("top",
                        "type: event_count, rules: [then], group-by: [U], timespan: 60s, condition: {gte: "
                        "1}")
                + then("") + many(", group-by: [H]"),
            "0 a H=h U=x\n1 a H=h U=x\n2 a H=h U=x\n3 b U=x", {"top [x] 3..63 = 1, 4: 1 2 3 4"});
        row("one detection is one event above, whatever its records say",
            correlation("waves", "type: event_count, rules: [many], timespan: 60s, condition: {gte: 2}")
                + correlation("other",
                              "type: event_count, rules: [many], group-by: [U], timespan: 60s, condition: "
                              "{gte: 9}")
                + many(""),
            "0 a U=x\n1 a U=y\n2 a U=z", {});
    }
    void chains()
    {
        QFETCH(QByteArray, rules);
        QFETCH(QString, events);
        QFETCH(QStringList, expected);
        QCOMPARE(detected(rules.toStdString(), events), expected);
    }

    void silenceIsAskedForByEveryRuleAbove()
    {
        const auto count = [](const char *title, const char *rules, bool generate) {
            return correlation(title,
                               std::string("type: event_count, timespan: 1m, condition: {gte: 2}, rules: ")
                                   + rules + (generate ? ", generate: true" : ""));
        };
        const auto set =
            setOf(count("one", "[a, b]", false) + count("two", "[b]", true) + count("three", "[one]", false));
        QVERIFY(set.isSilent(idOf('a')));
        QVERIFY(!set.isSilent(idOf('b'))); // two wants it
        QVERIFY(!set.isSilent(idOf('c'))); // no rule is above it
        QVERIFY(set.isSilent(set.rules()[0]->id));
        QVERIFY(!set.isSilent(set.rules()[2]->id));
        QVERIFY(set.baseRule(idOf('a')) && set.baseRule(idOf('b')) && !set.baseRule(idOf('c')));
    }

    void theResultDoesNotDependOnWhenItIsTaken()
    {
        const auto set = setOf(correlation(
            "C", "type: event_count, rules: [a], group-by: [U], timespan: 10s, condition: {gte: 2}"));
        QStringList results[2];
        for (const bool often : {false, true}) {
            Feed feed(set);
            for (int i = 0; i < 1000; ++i) {
                feed.match('a', i * 0.7, {{"U", std::to_string(i * i % 7)}});
                if (often)
                    feed.take();
            }
            results[often ? 1 : 0] = feed.finish();
        }
        QVERIFY(results[0].size() > 100);
        QCOMPARE(results[0], results[1]);
    }

    void timesAtTheEndsOfTheRange()
    {
        const auto set =
            setOf(correlation("C", "type: event_count, rules: [a], timespan: 100y, condition: {gte: 2}"));
        CorrelationRun run(set);
        for (const auto time : {Timestamp::min(), Timestamp::min(), Timestamp::max(), Timestamp::max()})
            run.add(0, time, time.time_since_epoch().count() / 2, {});
        run.add(0, Timestamp::max(), 1, {});
        run.finish();
        QCOMPARE(run.take().size(), 2u);
        QVERIFY(!run.losses().any());
    }

    /// Against a slow reading of the definition: every event may begin a window, the earliest that holds
    /// wins.
    void growingWindowsAreThoseOfTheDefinition()
    {
        const double span = 10;
        const auto set = setOf(correlation(
            "C",
            "type: value_count, rules: [a], group-by: [U], timespan: 10s, condition: {gte: 4, field: V}"));
        std::uint32_t seed = 1;
        const auto next = [&seed](std::uint32_t below) {
            seed = seed * 1664525 + 1013904223;
            return (seed >> 16) % below;
        };
        for (int round = 0; round < 50; ++round) {
            struct Made
            {
                double time;
                std::string group, value;
            };
            std::vector<Made> events;
            double time = 0;
            for (int i = 0; i < 200; ++i) {
                time += next(4);
                events.push_back({time, std::to_string(next(2)), std::to_string(next(8))});
            }
            Feed feed(set);
            for (const auto &event : events)
                feed.match('a', event.time, {{"U", event.group}, {"V", event.value}});
            auto found = feed.finish();
            QStringList expected;
            for (const char *group : {"0", "1"}) {
                for (std::size_t i = 0; i < events.size();) {
                    std::set<std::string> values;
                    QStringList records;
                    std::size_t j = i;
                    for (; j < events.size() && events[j].time <= events[i].time + span; ++j)
                        if (events[j].group == group) {
                            values.insert(events[j].value);
                            records << QString::number(j + 1);
                        }
                    const bool holds = events[i].group == group && values.size() >= 4;
                    if (holds)
                        expected << QStringLiteral("C [%1] %2..%3 = %4, %5: %6")
                                        .arg(QString::fromLatin1(group))
                                        .arg(events[i].time)
                                        .arg(events[i].time + span)
                                        .arg(values.size())
                                        .arg(records.size())
                                        .arg(records.join(QLatin1Char(' ')));
                    i = holds ? j : i + 1;
                }
            }
            found.sort();
            expected.sort();
            QCOMPARE(found, expected);
        }
    }

    void valuesAreReadAsTheRuleSeesThem()
    {
        const auto rule = [](const char *source) {
            return sigma::parseRules(
                       std::string("title: T\nid: 0a1b2c3d-0000-4000-8000-00000000000a\nlogsource: ") + source
                           + "\ndetection: {s: {F: x}, condition: s}\n",
                       "r.yml")
                .loaded.at(0);
        };
        const std::vector<std::string> fields = {"Image",   "ParentImage", "Computer",
                                                 "EventID", "Nobody",      "Two"};
        Event event;
        event.computer = "PC";
        std::vector<Field> data = {{"NewProcessName", "C:\\a.exe"}, {"Two", ""}, {"Two", "2"}};
        event.data = data;
        event.eventId = 4688;
        event.provider = "Microsoft-Windows-Security-Auditing";
        event.channel = "Security";
        QCOMPARE(EventValues(rule("{category: process_creation}"), fields).of(event),
                 (std::vector<std::string>{"C:\\a.exe", "", "PC", "4688", "", "2"}));
        QCOMPARE(EventValues(rule("{service: security}"), fields).of(event)[0], ""); // has no such alias
        data.push_back({"ParentImage", "C:\\p.exe", FieldSource::ProcessStart});
        event.data = data;
        QCOMPARE(EventValues(rule("{service: security}"), fields).of(event)[1], "C:\\p.exe");
    }
};

QTEST_GUILESS_MAIN(TestCorrelation)
#include "tst_correlation.moc"
