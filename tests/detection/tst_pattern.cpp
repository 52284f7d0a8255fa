#include "detection/sigma/pattern.h"
#include "model/base/text.h"

#include <QtTest>

using lolscope::sigma::escaped;
using lolscope::sigma::Pattern;

namespace {

bool matchesFolded(Pattern pattern, const QByteArray &value)
{
    pattern.fold();
    return pattern.matches(lolscope::foldCase(value.toStdString()));
}

} // namespace

class TestPattern : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Sigma specification, "Wildcards" and "Escaping": the whole table.
    void readsEscapes_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("literal");
        QTest::newRow("backslash before a letter") << QByteArray(R"(a\b)") << QByteArray(R"(a\b)");
        QTest::newRow("two backslashes are one") << QByteArray(R"(a\\b)") << QByteArray(R"(a\b)");
        QTest::newRow("three backslashes are two") << QByteArray(R"(a\\\b)") << QByteArray(R"(a\\b)");
        QTest::newRow("four backslashes are two") << QByteArray(R"(a\\\\b)") << QByteArray(R"(a\\b)");
        QTest::newRow("escaped star") << QByteArray(R"(a\*b)") << QByteArray("a*b");
        QTest::newRow("escaped question mark") << QByteArray(R"(a\?b)") << QByteArray("a?b");
        QTest::newRow("backslash and star") << QByteArray(R"(a\\\*b)") << QByteArray(R"(a\*b)");
        QTest::newRow("share needs four") << QByteArray(R"(\\srv)") << QByteArray(R"(\srv)");
        QTest::newRow("share with four") << QByteArray(R"(\\\\srv)") << QByteArray(R"(\\srv)");
        QTest::newRow("star of a folder is literal") << QByteArray(R"(C:\*\x)") << QByteArray(R"(C:*\x)");
        QTest::newRow("IPC$") << QByteArray(R"(\\\\\*\\IPC$)") << QByteArray(R"(\\*\IPC$)");
        QTest::newRow("GLOBALROOT") << QByteArray(R"(\\\\\?\\GLOBALROOT)") << QByteArray(R"(\\?\GLOBALROOT)");
        QTest::newRow("trailing backslash") << QByteArray(R"(C:\)") << QByteArray(R"(C:\)");
        QTest::newRow("two trailing backslashes") << QByteArray(R"(C:\\)") << QByteArray(R"(C:\)");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("placeholder is text") << QByteArray("%name%") << QByteArray("%name%");
    }
    void readsEscapes()
    {
        QFETCH(QByteArray, written);
        QFETCH(QByteArray, literal);
        const auto pattern = Pattern::parse(written.toStdString());
        QCOMPARE(QByteArray::fromStdString(pattern.plainText().value_or("(wildcards)")), literal);
        QVERIFY(!pattern.startIsOpen());
        QVERIFY(!pattern.endIsOpen());
        QVERIFY(pattern.matches(literal.toStdString()));
        QVERIFY(!pattern.matches((literal + "x").toStdString()));
        QVERIFY(!pattern.matches(("x" + literal).toStdString()));
    }

    void matches_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *written, const char *value, bool expected) {
            QTest::newRow(name) << QByteArray(written) << QByteArray(value) << expected;
        };
        row("whole value", "cmd.exe", "cmd.exe", true);
        row("part of the value", "cmd", "cmd.exe", false);
        row("other case", "CMD.exe", "cmd.EXE", true);
        row("escaped backslash before a run", R"(a\\*b)", R"(a\xxb)", true);
        row("escaped backslash before an empty run", R"(a\\*b)", R"(a\b)", true);
        row("escaped backslash is needed", R"(a\\*b)", "axxb", false);
        row("run at the start", R"(*\mshta.exe)", R"(C:\Windows\MSHTA.exe)", true);
        row("run at the start, longer value", R"(*\mshta.exe)", R"(C:\mshta.exe )", false);
        row("run at the end", R"(C:\*)", R"(C:*)", true);
        row("run in the middle", "a*c", "abbbc", true);
        row("run may be empty", "a*c", "ac", true);
        row("ends may not overlap", "aba*aba", "ababa", false);
        row("ends may touch", "aba*aba", "abaaba", true);
        row("several runs", "*a*b*c*", "xxaxxbxxcxx", true);
        row("several runs, wrong order", "*a*b*c*", "xxaxxcxxbxx", false);
        row("earliest piece is not the right end", "*ab*ab", "abxab", true);
        row("last piece has to end", "*ab", "abx", false);
        row("only a run", "*", "", true);
        row("only runs", "***", "anything", true);
        row("empty pattern, empty value", "", "", true);
        row("empty pattern, some value", "", "a", false);
        row("one character", "a?c", "abc", true);
        row("one character is not none", "a?c", "ac", false);
        row("one character is not two", "a?c", "abbc", false);
        row("one character beyond ASCII", "a?c", "a\u00e4c", true);
        row("one character beyond the BMP", "a?c", "a\U0001F600c", true);
        row("characters at the end", "*??", "ab", true);
        row("too few characters at the end", "*??", "a", false);
        row("characters after a run", "*?b", "xxb", true);
        row("characters after a run need one", "*?b", "b", false);
        row("character before a piece between runs", "*?b*", "ab", true);
        row("character between pieces at the end", "*a?c", "xxa\u00e4c", true);
        row("umlaut in other case", "\u00c4rger", "\u00e4RGER", true);
        row("Cyrillic in other case", "*\u0421md*", "x\u0441MDx", true);
        row("look-alike letter is another one", "*\u0421md*", "xcmdx", false);
        row("ill-formed bytes are characters", "a?c",
            "a\xFF"
            "c",
            true);
    }
    void matches()
    {
        QFETCH(QByteArray, written);
        QFETCH(QByteArray, value);
        QFETCH(bool, expected);
        QCOMPARE(matchesFolded(Pattern::parse(written.toStdString()), value), expected);
    }

    void runsAreAddedAfterEscapes()
    {
        auto startsWith = Pattern::parse(R"(C:\)"); // the backslash must not escape the added run
        startsWith.openEnd();
        QVERIFY(startsWith.matches(R"(C:\Windows)"));
        QVERIFY(!startsWith.matches("C:*"));

        auto contains = Pattern::parse(R"(\*)");
        contains.openStart();
        contains.openEnd();
        QVERIFY(contains.matches("a*b"));
        QVERIFY(!contains.matches("ab"));

        auto alreadyOpen = Pattern::parse("*a*");
        alreadyOpen.openStart();
        alreadyOpen.openEnd();
        QCOMPARE(QByteArray::fromStdString(alreadyOpen.shown(true)), QByteArray("*a*"));
    }

    void caseIsKeptWithoutFolding()
    {
        const auto pattern = Pattern::parse("Cmd*");
        QVERIFY(pattern.matches("Cmd.exe"));
        QVERIFY(!pattern.matches("cmd.exe"));
    }

    void expandsDashes_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *written, const char *value, bool expected) {
            QTest::newRow(name) << QByteArray(written) << QByteArray(value) << expected;
        };
        row("hyphen as written", " -enc", "x -enc", true);
        row("slash", " -enc", "x /enc", true);
        row("en dash", " -enc", "x \u2013enc", true);
        row("em dash", " -enc", "x \u2014enc", true);
        row("horizontal bar", " -enc", "x \u2015enc", true);
        row("another dash", " -enc", "x \u2212enc", false);
        row("rule with a slash", " /enc", "x -enc", true);
        row("rule with an en dash", " \u2013enc", "x /enc", true);
        row("at the start", "-enc", "/enc", true);
        row("within a word stays", "a-b", "a/b", false);
        row("within a word as written", "a-b", "a-b", true);
        row("before a blank stays", "a - b", "a / b", false);
        row("two dashes: only the second is at a word", "--enc", "-/enc", true);
        row("two dashes: the first stays", "--enc", "/-enc", false);
        row("each place for itself", "-a -b", "/a \u2014b", true);
        row("after a wildcard", "*-a", "x/a", true);
        row("umlaut is a word character", "-\u00e4", "/\u00e4", true);
        row("dash after an umlaut is within a word", "\u00e4-b", "\u00e4/b", false);
    }
    void expandsDashes()
    {
        QFETCH(QByteArray, written);
        QFETCH(QByteArray, value);
        QFETCH(bool, expected);
        auto pattern = Pattern::parse(written.toStdString());
        pattern.openStart();
        pattern.openEnd();
        pattern.expandDashes();
        QCOMPARE(matchesFolded(pattern, value), expected);
    }

    void escapedTextIsItself_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"", "a", R"(\)", R"(\\)", R"(\\\)", "*", "?", R"(\*)", R"(\\*)", R"(a\?b\)",
                                 R"(\\srv\share\*.exe)", R"(C:\Program Files\)", "\u00e4\\?"})
            QTest::addRow("<%s>", text) << QByteArray(text);
    }
    void escapedTextIsItself()
    {
        QFETCH(QByteArray, text);
        const auto pattern = Pattern::parse(escaped(text.toStdString()));
        QCOMPARE(QByteArray::fromStdString(pattern.plainText().value_or("(wildcards)")), text);
        QVERIFY(!pattern.startIsOpen() && !pattern.endIsOpen());
    }

    void hostileRunsStayFast()
    {
        std::string written;
        for (int i = 0; i < 200; ++i)
            written += "*a?a";
        const auto pattern = Pattern::parse(written + "*b");
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!pattern.matches(std::string(60'000, 'a')));
        QVERIFY2(timer.elapsed() < 2'000,
                 "a pattern of many runs took seconds"); // backtracking would take years
    }
};

QTEST_APPLESS_MAIN(TestPattern)
#include "tst_pattern.moc"
