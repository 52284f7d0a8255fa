#include "detection/engine/engine.h"
#include "detection/sigma/regex.h"
#include "tests/support/cputime.h"

#include <QtTest>

#include <ctime>
#include <random>

using namespace lolscope;
using sigma::Regex;

namespace {

std::shared_ptr<const Regex> regex(const char *text, const Regex::Flags &flags = {})
{
    const auto compiled = Regex::compile(text, flags);
    if (!compiled)
        qFatal("%s", compiled.error().detail.c_str());
    return *compiled;
}

} // namespace

class TestRegex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requiredText_data()
    {
        QTest::addColumn<QByteArray>("expression");
        QTest::addColumn<QByteArray>("required");
        const auto row = [](const char *expression, const char *required) {
            QTest::newRow(expression) << QByteArray(expression) << QByteArray(required);
        };
        row("abc", "abc");
        row("ABC", "abc");
        row("a+bcd", "bcd");
        row("abc?de", "ab");
        row("abc*def", "def");
        row("abc{0,2}d", "ab");
        row("abc{2}d", "abc");
        row("abc{2,}def", "abc");
        row("ab{cd", "ab{cd");
        row("ab{,3}cd", "ab{,3}cd");
        row("ab.cde", "cde");
        row("^abc$", "abc");
        row(R"(a\.b\\c)", "a.b\\c");
        row(R"(\s-enc\b)", "-enc");
        row(R"(\x41bcd)", "bcd");
        row(R"(\x{1F600}bcd)", "bcd");
        row("abc|def", "abc|def");
        row("abc|d|efg", "abc|d|efg");
        row("abc|.", "");
        row("(abc|def)gh", "abc|def");
        row("(?:abc|d)gh", "gh");
        row("(?:abc|d+e)*gh", "gh");
        row("(?:abc|def){0,1}gh", "gh");
        row("(?:abc|def){2}gh", "abc|def");
        row("(?:abc|(?:de|.)f)gh", "gh");
        row("(?:abc|(?:de|.)fgh)i", "abc|fgh");
        row("(?:abc|def|)g", "g");
        row("(?<name>abc|def)gh", "gh");
        row("(?>abc|def)gh", "gh");
        row("(?(1)abc|def)gh", "gh");
        row("abc)|def", "");
        row("a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q", "");
        row("[Pp]rogram[Dd]ata|[aA][Pp]p", "programdata|app");
        row("[P]a", "pa");
        row("[PQ]a", "a");
        row("[p]?ab[Cc]*", "ab");
        row(R"((?:[Pp]rogram|%(?:[Ll]ocal)?[Aa]pp%|\\[Aa]pp\\(?:[Ll]ow|[Rr]oaming))\\[^\\]{1,256}$)",
            R"(program|app%|\app\)");
        row("(abc)?gh", "gh");
        row("(ab(c)[)]d)ef", "ab");
        row("[abc]def", "def");
        row("[]abc]def", "def");
        row("[^]abc]def", "def");
        row("[[:alpha:]x]def", "def");
        row(R"([\]x]def)", "def");
        row("(?i)Abc", "abc");
        row("(?i:x)abc", "abc");
        row("(?x)a b c", "");
        row("(?=look)abc", "abc");
        row("(?!look)abc", "abc");
        row(R"(\Qa.b\Ec)", "");
        row(R"((a)\1bcd)", "");
        row("a\u00e4bcd", "bcd");
        row("\u00e4?bcd", "bcd");
        row("[a", "");
        row("(a", "");
        row("", "");
        row(".*", "");
        row("ab+?cd", "ab");
    }
    void requiredText()
    {
        QFETCH(QByteArray, expression);
        QFETCH(QByteArray, required);
        QByteArrayList texts;
        for (const std::string &text : sigma::requiredText(expression.toStdString()).texts)
            texts += QByteArray::fromStdString(text);
        QCOMPARE(texts.join('|'), required);
    }

    void knowsWhatIgnoresCase()
    {
        QVERIFY(regex("(?i)a")->ignoresCase());
        QVERIFY(regex("b(?i:a)")->ignoresCase());
        QVERIFY(regex("a", {true, false, false})->ignoresCase());
        QVERIFY(!regex("a(?s).")->ignoresCase());
    }

    /// Catastrophic for a matcher that backtracks, most of all on the text beside it.
    void hostileTextsStayFast_data()
    {
        QTest::addColumn<QByteArray>("expression");
        QTest::addColumn<QByteArray>("piece");
        QTest::addColumn<bool>("needsPcre");
        const auto row = [](const char *expression, const char *piece, bool needsPcre) {
            QTest::newRow(expression) << QByteArray(expression) << QByteArray(piece) << needsPcre;
        };
        row("[ab]{900}a[ab]{20}q", "ab", true);
        row("[ab]{100}a[ab]{20}q", "aabab", true);
        row("[ab]{30}a[ab]{12}q", "aabab", false);
        row("(a+)+b", "a", false);
        row("(a|a)*b", "a", false);
        row("(x+x+)+y", "x", false);
        row("(set).*&&.*set.*(environment|x).*&&.*\"", "set&& set environment&& ", false);
        row(".{70000,}", "a", false);
        row("(a+)+(?=b)", "a", true);
        row("(?=.*foo)(?=.*bar)", "foo ", true);
        row("(?=.*a.*a.*a.*b)", "a", true);
        row("(a|a)*(?=b)", "a", true);
        row("(.*)\\1b", "a", true);
        row("(?:(?=a)a)+b", "a", true);
        row("(?=(a+)b)", "a", true);
        row("(?>a+)(?=b)", "a", true);
        row("a{60000}(?=b)", "a", true);
        row("(?=(a{30000}))(?:\\1|a)*b", "a", true);
        row("(.+)+\\1(?=b)", "a", true);
        row("(?s)^(?!.*zzz).*foo.*q", "foo ", true);
    }
    void hostileTextsStayFast()
    {
        QFETCH(QByteArray, expression);
        QFETCH(QByteArray, piece);
        QFETCH(bool, needsPcre);
        const auto compiled = regex(expression.constData());
        std::string text;
        while (text.size() < 65'536)
            text += piece.toStdString();
        qint64 best = 1'000'000; // of several, in processor time: other tests run beside this one
        for (int round = 0; round < 5; ++round) {
            const auto begun = test::cpuTime();
            const auto answer = compiled->search(text);
            best = std::min<qint64>(best, (test::cpuTime() - begun).count());
            QVERIFY(answer != Regex::Answer::Yes);
            QVERIFY(needsPcre || answer == Regex::Answer::No);
        }
        QVERIFY2(best < 50 * kPatience, std::to_string(best).c_str());
    }

    void ordinaryTextReachesNoLimit_data()
    {
        QTest::addColumn<QByteArray>("expression");
        for (const char *expression :
             {"b(?=c)", "(?<!-)-e(?:nc)?\\s(?!x)", "(?i)^(?=.*download)(?=.*temp)", "([\"'])\\w+\\1\\s*\\+",
              "\\x{2014}(?=a)", "[A-Za-z0-9]{120,}(?!=)zz", "(Get-Item|gci).{1,64}-Path.{1,64}\\\\Run\\\\q"})
            QTest::newRow(expression) << QByteArray(expression);
    }
    void ordinaryTextReachesNoLimit()
    {
        QFETCH(QByteArray, expression);
        std::string text;
        for (int i = 0; text.size() < 65'536; ++i)
            text += "$a = Get-Item -Path 'C:\\Users\\user" + std::to_string(i * 7919) + "\\AppData'; if (\"b"
                + "\" -eq $a) {}\n";
        text.resize(65'536);
        QCOMPARE(regex(expression.constData())->search(text), Regex::Answer::No);
    }

    void aLimitIsNotANo()
    {
        const auto compiled = regex("(a+)+(?=b)");
        QCOMPARE(compiled->search("aab"), Regex::Answer::Yes);
        QCOMPARE(compiled->search("aac"), Regex::Answer::No);
        QCOMPARE(compiled->search(std::string(60'000, 'a')), Regex::Answer::Unknown);
        const auto large = regex("(.{1,100}a){1,9}q"); // too large for RE2 and such a text
        QCOMPARE(large->search("aaaq"), Regex::Answer::Yes);
        QCOMPARE(large->search(std::string(5'000, 'b') + "aaq"), Regex::Answer::Yes);
        QCOMPARE(large->search(std::string(60'000, 'a')), Regex::Answer::Unknown);
    }

    /// Many hostile texts take no longer than the budget; ordinary ones are still evaluated.
    void aSpentBudgetHoldsItShort_data()
    {
        QTest::addColumn<QByteArray>("expression");
        QTest::addColumn<QByteArray>("matches");
        QTest::newRow("PCRE2") << QByteArray("(?:[ab]{0,30}){0,30}(?=q)") << QByteArray("aq");
        QTest::newRow("RE2 without its automaton")
            << QByteArray("[ab]{30}a[ab]{12}q") << QByteArray(43, 'a').append('q');
    }
    void aSpentBudgetHoldsItShort()
    {
        QFETCH(QByteArray, expression);
        QFETCH(QByteArray, matches);
        const auto compiled = regex(expression.constData());
        std::mt19937 random(1);
        std::string hostile;
        while (hostile.size() < 65'536)
            hostile += "ab"[random() % 2];
        int searches = 0;
        for (; !compiled->isSpent() && searches < 1'000; ++searches)
            QVERIFY(compiled->search(hostile) != Regex::Answer::Yes);
        QVERIFY2(searches > 10 && searches < 500, std::to_string(searches).c_str());
        QCOMPARE(compiled->search(hostile), Regex::Answer::Unknown);
        QCOMPARE(compiled->search(matches.toStdString()), Regex::Answer::Yes);
        QCOMPARE(compiled->search("nothing of it"), Regex::Answer::No);
        const std::clock_t begun = std::clock();
        for (int round = 0; round < 20; ++round)
            static_cast<void>(compiled->search(hostile));
        const auto each = (std::clock() - begun) * 1000 / CLOCKS_PER_SEC / 20;
        QVERIFY2(each < 3 * kPatience, std::to_string(each).c_str());
    }

    void illFormedTextIsSearched()
    {
        QCOMPARE(regex("b(?=c)")->search("a\xFF"
                                         "bc"),
                 Regex::Answer::Yes);
        QCOMPARE(regex("b(?=c)")->search("a\xFF"
                                         "bd"),
                 Regex::Answer::No);
    }

    /// Counted by rule, and only where the rest of the rule does not decide.
    void theEngineSaysWhatWasNotEvaluated()
    {
        const auto load = sigma::parseRules(R"(title: Open
id: 0a1b2c3d-0000-4000-8000-000000000001
logsource: {category: process_creation}
detection:
    slow: {CommandLine|re: '(a+)+(?=b)'}
    other: {Image: x}
    condition: slow and other
---
title: Decided
id: 0a1b2c3d-0000-4000-8000-000000000002
logsource: {category: process_creation}
detection:
    slow: {CommandLine|re: '(a+)+(?=b)'}
    other: {Image: x}
    condition: slow or other
)",
                                            "limits.yml");
        QVERIFY(load.refused.empty());
        const Engine engine(load.loaded);
        const std::string hostile(60'000, 'a');
        const auto evaluate = [&](std::string_view commandLine, std::string_view image) {
            const Field fields[] = {{"CommandLine", commandLine}, {"Image", image}};
            Event event;
            event.provider = "Microsoft-Windows-Sysmon";
            event.eventId = 1;
            event.data = fields;
            QByteArray titles;
            for (const auto &match : engine.evaluate(event))
                titles += QByteArray::fromStdString(match.rule->title) + ' ';
            return titles;
        };
        QCOMPARE(evaluate("aab", "x"), QByteArray("Open Decided "));
        QVERIFY(engine.notEvaluated().empty());
        for (int i = 0; i < 3; ++i)
            QCOMPARE(evaluate(hostile, "x"), QByteArray("Decided "));
        QCOMPARE(engine.notEvaluated().size(), 1u);
        QCOMPARE(engine.notEvaluated()[0].rule->title, "Open");
        QCOMPARE(engine.notEvaluated()[0].events, 3u);
        QCOMPARE(evaluate(hostile, "y"), QByteArray());
        QCOMPARE(engine.notEvaluated().size(), 2u); // now the second hangs on it alone
        QCOMPARE(engine.notEvaluated()[0].events, 3u);
        QCOMPARE(engine.notEvaluated()[1].events, 1u);
    }

private:
#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
    static constexpr int kPatience = 20;
#else
    static constexpr int kPatience = 1;
#endif
};

QTEST_APPLESS_MAIN(TestRegex)
#include "tst_regex.moc"
