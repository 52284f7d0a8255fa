#include "tests/detection/sigmaspec.h"

using namespace lolscope;
using namespace lolscope::test;
using enum Answer;

/// Sigma specification 2.1, modifiers of text, applied from left to right.
class TestSigmaModifiers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void text_data()
    {
        addSelectionRows();
        row("contains", "F|contains: shta", "C:\\MSHTA.exe", Matches);
        row("contains, at the start", "F|contains: ab", "abc", Matches);
        row("contains, at the end", "F|contains: bc", "abc", Matches);
        row("contains, none", "F|contains: ac", "abc", Misses);
        row("contains, longer than the value", "F|contains: abcd", "abc", Misses);
        row("contains, empty text", "F|contains: ''", "x", Matches);
        row("contains, list is or", "F|contains: [x, b]", "abc", Matches);
        row("startswith", "F|startswith: AB", "abc", Matches);
        row("startswith, later", "F|startswith: b", "abc", Misses);
        row("startswith, all of it", "F|startswith: abc", "abc", Matches);
        row("endswith", "F|endswith: BC", "abc", Matches);
        row("endswith, earlier", "F|endswith: b", "abc", Misses);
        row("endswith keeps blanks", "F|endswith: bc", "abc ", Misses);
        row("endswith a blank", "F|endswith: ' '", "abc ", Matches);
        row("startswith and endswith", "F|startswith|endswith: b", "abc", Matches);
        row("all, both", "F|contains|all: [a, b]", "b a", Matches);
        row("all, one is missing", "F|contains|all: [a, b]", "b", Misses);
        row("all before contains", "F|all|contains: [a, b]", "b a", Matches);
        row("all before contains, one is missing", "F|all|contains: [a, b]", "b", Misses);
        row("all of one value", "F|contains|all: a", "abc", Matches);
        row("all of whole values of one field", "F|all: [a, b]", "a", Misses);
        row("cased", "F|cased: Cmd", "Cmd", Matches);
        row("cased, other case", "F|cased: Cmd", "cmd", Misses);
        row("cased, umlaut", "F|cased: \u00c4", "\u00e4", Misses);
        row("cased, blank at the end", "F|cased: Cmd", "Cmd ", Matches);
        row("contains cased", "F|contains|cased: Cmd", "xCmdx", Matches);
        row("contains cased, other case", "F|contains|cased: Cmd", "xcmdx", Misses);
        row("cased contains", "F|cased|contains: Cmd", "xCmdx", Matches);
        row("cased contains, other case", "F|cased|contains: Cmd", "xcmdx", Misses);
        row("cased all", "F|contains|cased|all: [A, b]", "bA", Matches);
        row("cased with wildcard", "F|cased: 'C*d'", "Cxd", Matches);
        for (const char *modifier : {"contains", "startswith", "endswith", "cased", "windash"})
            for (const char *value : {"12", "true", "null"})
                refused(std::string("F|") + modifier + ": " + value);
        absent("F|contains: ''", Misses);
        absent("F|cased: a", Misses);
        absent("F|contains|all: [a, b]", Misses);
        refused("F|nosuch: a");
        refused("F|contains|nosuch: a");
        refused("F|: a");
        refused("F|contains|: a");
        refused("F|contains contains: a");
    }
    void text() { checkRow(); }

    void neq_data()
    {
        addSelectionRows();
        row("other value", "F|neq: a", "b", Matches);
        row("same value, other case", "F|neq: a", "A", Misses);
        row("list, none of it", "F|neq: [a, b]", "c", Matches);
        row("list, one of it", "F|neq: [a, b]", "b", Misses);
        row("contains neq", "F|contains|neq: a", "xbx", Matches);
        row("contains neq, there", "F|contains|neq: a", "xax", Misses);
        row("neq contains", "F|neq|contains: a", "xax", Misses);
        row("not all of them", "F|contains|all|neq: [a, b]", "a", Matches);
        row("not all of them, both", "F|contains|all|neq: [a, b]", "ab", Misses);
        row("number", "F|neq: 3", "4", Matches);
        row("null, some value", "F|neq: null", "x", Matches);
        row("null, empty", "F|neq: null", "", Misses);
        row("re", "F|re|neq: '^a'", "b", Matches);
        row("re, there", "F|re|neq: '^a'", "ab", Misses);
        row("cidr", "F|cidr|neq: 10.0.0.0/8", "10.1.2.3", Misses);
        row("cidr, outside", "F|cidr|neq: 10.0.0.0/8", "11.1.2.3", Matches);
        row("gt", "F|gt|neq: 5", "5", Matches);
        row("gt, greater", "F|gt|neq: 5", "6", Misses);
        row("gt, no number", "F|gt|neq: 5", "x", Matches);
        row("exists", "F|exists|neq: true", "x", Misses);
        row("wildcard", "F|neq: 'a*'", "b", Matches);
        absent("F|neq: a", Matches);
        absent("F|contains|neq: a", Matches);
        absent("F|neq: null", Misses);
        absent("F|neq: [a, null]", Misses);
    }
    void neq() { checkRow(); }

    void exists_data()
    {
        addSelectionRows();
        row("there", "F|exists: true", "x", Matches);
        row("there and empty", "F|exists: true", "", Matches);
        row("there, asked for absence", "F|exists: false", "x", Misses);
        row("there and empty, asked for absence", "F|exists: false", "", Misses);
        absent("F|exists: true", Misses);
        absent("F|exists: false", Matches);
        for (const char *value : {"'true'", "1", "a", "null", "yes"})
            refused(std::string("F|exists: ") + value);
        refused("F|contains|exists: true");
        refused("F|cased|exists: true");
        refused("F|exists|contains: true");
    }
    void exists() { checkRow(); }

    void regex_data()
    {
        addSelectionRows();
        row("searches", "F|re: 'a[0-9]+b'", "xxa12bxx", Matches);
        row("has case", "F|re: 'a[0-9]+b'", "A1B", Misses);
        row("no blanks are overlooked", "F|re: '^a$'", "a ", Misses);
        row("list is or", "F|re: ['^a', 'c$']", "bc", Matches);
        row("all", "F|re|all: ['^a', 'c$']", "abc", Matches);
        row("all, one is missing", "F|re|all: ['^a', 'c$']", "bc", Misses);
        row("empty value", "F|re: '^$'", "", Matches);
        row("i", "F|re|i: 'a[0-9]b'", "A1B", Matches);
        row("ignorecase", "F|re|ignorecase: '\u00e4'", "\u00c4", Matches);
        row("(?i) in the pattern", "F|re: '(?i)a1b'", "A1B", Matches);
        row("i, a long s is an s", "F|re|i: 'sys'", "\u017fY\u017f", Matches);
        row("i, a Kelvin sign is a k", "F|re|i: 'ok'", "O\u212a", Matches);
        row("i, within the pattern", "F|re: 'a(?i)b'", "aB", Matches);
        row("i, within the pattern, before it", "F|re: 'a(?i)b'", "AB", Misses);
        row("i, of a group", "F|re: 'a(?i:b)c'", "aBc", Matches);
        row("i, behind the group", "F|re: 'a(?i:b)c'", "aBC", Misses);
        row("a character that may be missing", "F|re: 'abcx?d'", "abcd", Matches);
        row("one that may be there any often", "F|re: 'abcx*d'", "abcd", Matches);
        row("one that is counted from none", "F|re: 'abcx{0,3}d'", "abcd", Matches);
        row("a brace that counts nothing", "F|re: 'a{x'", "a{x", Matches);
        row("alternatives in a group", "F|re: 'a(?:bcd|x)e'", "axe", Matches);
        row("a group that may be missing", "F|re: 'a(bcd)?e'", "ae", Matches);
        row("a bracket in a class", "F|re: 'a[]x]b'", "a]b", Matches);
        row("a class by its name", "F|re: 'a[[:digit:]x]b'", "a7b", Matches);
        row("an escaped bracket in a class", "F|re: 'a[\\]b]c'", "abc", Matches);
        row("a character by its number", "F|re: 'a\\x41b'", "aAb", Matches);
        row("one beyond ASCII that may be missing", "F|re: 'a\u00e4?b'", "ab", Matches);
        row("caret is the start of the text", "F|re: '^b'", "a\nb", Misses);
        row("m", "F|re|m: '^b'", "a\nb", Matches);
        row("multiline", "F|re|multiline: 'a$'", "a\nb", Matches);
        row("dollar is the end of the text", "F|re: 'a$'", "a\nb", Misses);
        row("dollar is not before a last line break", "F|re: 'a$'", "a\n", Misses);
        row("dot is no line break", "F|re: 'a.b'", "a\nb", Misses);
        row("s", "F|re|s: 'a.b'", "a\nb", Matches);
        row("dotall", "F|re|dotall: 'a.b'", "a\nb", Matches);
        row("dot is one character of several bytes", "F|re: '^a.b$'", "a\u20acb", Matches);
        row("i and s", "F|re|i|s: 'A.B'", "a\nb", Matches);
        row("i, m and s", "F|re|i|m|s: '^B.C'", "a\nb\nc", Matches);
        row("digits are ASCII", "F|re: '\\d'", "\u0663", Misses);
        row("digits", "F|re: '^\\d+$'", "123", Matches);
        row("word characters are ASCII", "F|re: '\\w'", "\u00e4", Misses);
        row("blanks are ASCII", "F|re: '\\s'", "\u2003", Misses);
        row("word boundary", "F|re: '\\bb\\b'", "a b c", Matches);
        row("lazy", "F|re: '^a.*?b'", "axbxb", Matches);
        row("counted", "F|re: '^(?:ab){2,3}$'", "abab", Matches);
        row("counted, too few", "F|re: '^(?:ab){2,3}$'", "ab", Misses);
        row("a thousand characters", "F|re: '^.{1000,}$'", std::string(1000, 'x'), Matches);
        row("one less", "F|re: '^.{1000,}$'", std::string(999, 'x'), Misses);
        row("alternatives", "F|re: 'cat|dog'", "hotdog", Matches);
        row("class beyond ASCII", "F|re: '[-/\u2013]x'", "\u2013x", Matches);
        row("contains changes nothing", "F|re|contains: 'b[0-9]'", "ab1", Matches);
        row("contains changes nothing, none", "F|re|contains: 'b[0-9]'", "abc", Misses);
        row("startswith does not anchor", "F|re|startswith: 'b[0-9]'", "ab1", Matches);
        row("endswith does not anchor", "F|re|endswith: 'b[0-9]'", "b1a", Matches);
        absent("F|re: '.*'", Misses);
        refused("F|re: '('");
        refused("F|re: '[a'");
        refused("F|re: 'a{2,1}'");
        for (const char *flag : {"i", "m", "s", "ignorecase", "multiline", "dotall"})
            refused(std::string("F|") + flag + ": a");
        refused("F|contains|re: a");
        refused("F|cased|re: a");
        refused("F|i|re: a");
        refused("F|re|cased: a");
        refused("F|re|windash: a");
        refused("F|re|base64: a");
        refused("F|re|cidr: a");
        refused("F|re|nosuch: a");
    }
    void regex() { checkRow(); }

    void encodings_data()
    {
        addSelectionRows();
        row("base64", "F|base64: 'http://'", "aHR0cDovLw==", Matches);
        row("base64 is the whole value", "F|base64: 'http://'", "xaHR0cDovLw==", Misses);
        row("base64 contains", "F|base64|contains: 'foo'", "run Zm9v now", Matches);
        row("base64, other text", "F|base64|contains: 'foo'", "run foo now", Misses);
        row("base64 has no case, like every text", "F|base64|contains: 'foo'", "zM9V", Matches);
        row("base64 cased", "F|base64|contains|cased: 'foo'", "zM9V", Misses);
        row("base64 of UTF-8", "F|base64: 'n\u00e9'", "bsOp", Matches);
        row("base64, list is or", "F|base64: [bar, foo]", "Zm9v", Matches);
        row("base64 startswith", "F|base64|startswith: 'foo'", "Zm9vYmFy", Matches);
        row("base64 takes backslashes", R"(F|base64: 'C:\x')", "QzpceA==", Matches);
        row("base64 takes escaped stars", R"(F|base64: 'a\*b')", "YSpi", Matches);
        for (const char *encoding :
             {"base64", "base64offset", "wide|base64", "utf16|base64offset|contains"}) {
            refused(std::string("F|") + encoding + ": 'abc*'");
            refused(std::string("F|") + encoding + ": 'ab?c'");
            refused(std::string("F|") + encoding + ": 12");
            refused(std::string("F|") + encoding + ": null");
        }
        refused("F|contains|base64: foo");

        // `http://` behind 0, 1 and 2 bytes and before 0, 1 and 2.
        for (const char *text :
             {"aHR0cDovLw==", "aHR0cDovL2E=", "aHR0cDovL2Fi", "eGh0dHA6Ly8=", "eGh0dHA6Ly9h",
              "eGh0dHA6Ly9hYg==", "IHhodHRwOi8v", "IHhodHRwOi8vYQ==", "IHhodHRwOi8vYWI=", "ICB4aHR0cDovLw=="})
            row(std::string("base64offset in ") + text, "F|base64offset|contains: 'http://'",
                std::string("-enc ") + text, Matches);
        row("base64offset, other text", "F|base64offset|contains: 'http://'", "ZnRwOi8vYWI=", Misses);
        row("base64offset alone is the whole value", "F|base64offset: 'http://'", "aHR0cDovL", Matches);
        row("base64offset alone, offset 1", "F|base64offset: 'http://'", "h0dHA6Ly", Matches);
        row("base64offset alone, offset 2", "F|base64offset: 'http://'", "odHRwOi8v", Matches);
        row("base64offset alone, more", "F|base64offset: 'http://'", "aHR0cDovLw", Misses);
        // Counting characters, not bytes, would cut these wrong.
        row("base64offset counts bytes, offset 0", "F|base64offset: 'n\u00e9e'", "bsOpZ", Matches);
        row("base64offset counts bytes, offset 1", "F|base64offset: 'n\u00e9e'", "7DqW", Matches);
        row("base64offset counts bytes, offset 2", "F|base64offset: 'n\u00e9e'", "uw6ll", Matches);
        row("base64offset, all: each in some place", "F|base64offset|contains|all: ['http://', 'foo']",
            "aHR0cDovL2E= Zm9v", Matches);
        row("base64offset, all: one is missing", "F|base64offset|contains|all: ['http://', 'foo']",
            "aHR0cDovL2E=", Misses);
        row("all before base64offset", "F|all|base64offset|contains: ['http://', 'foo']", "IHhodHRwOi8v Zm9v",
            Matches);

        row("wide base64", "F|wide|base64: iex", "aQBlAHgA", Matches);
        row("wide base64, narrow value", "F|wide|base64|contains: iex", "aWV4", Misses);
        row("utf16le base64", "F|utf16le|base64: iex", "aQBlAHgA", Matches);
        row("utf16be base64", "F|utf16be|base64: IEX", "AEkARQBY", Matches);
        row("utf16 base64 has a byte order mark", "F|utf16|base64: IEX", "//5JAEUAWAA=", Matches);
        row("utf16 base64, without the mark", "F|utf16|base64: IEX", "SQBFAFgA", Misses);
        row("wide, beyond ASCII and the BMP", "F|wide|base64: '\u00e9\U0001F600'", "6QA92ADe", Matches);
        row("utf16be, beyond ASCII and the BMP", "F|utf16be|base64: '\u00e9\U0001F600'", "AOnYPd4A", Matches);
        row("wide base64offset, offset 0", "F|wide|base64offset: IEX", "SQBFAFgA", Matches);
        row("wide base64offset, offset 1", "F|wide|base64offset: IEX", "kARQBYA", Matches);
        row("wide base64offset, offset 2", "F|wide|base64offset: IEX", "JAEUAWA", Matches);
        row("wide base64offset contains", "F|wide|base64offset|contains: IEX", "-e xxJAEUAWAxx", Matches);
        row("order counts", "F|base64|wide|base64: a", "WQBRAD0APQA=", Matches);
        row("windash, then base64", "F|windash|base64: ' -x'", "IC94", Matches);
        row("windash, then base64, as written", "F|windash|base64: ' -x'", "IC14", Matches);
        row("windash, then base64, en dash", "F|windash|base64: ' -x'", "IOKAk3g=", Matches);
        absent("F|base64offset|contains: 'http://'", Misses);
    }
    void encodings() { checkRow(); }

    void windash_data()
    {
        addSelectionRows();
        for (const char *dash : {"-", "/", "\u2013", "\u2014", "\u2015"}) {
            row(std::string("hyphen is ") + dash, "F|contains|windash: ' -enc'",
                std::string("x ") + dash + "ENC y", Matches);
            row(std::string("slash is ") + dash, "F|windash|contains: ' /enc'",
                std::string("x ") + dash + "enc y", Matches);
            row(std::string("a rule's en dash is ") + dash, "F|contains|windash: ' \u2013enc'",
                std::string("x ") + dash + "enc", Matches);
            row(std::string("a rule's em dash is ") + dash, "F|contains|windash: ' \u2014enc'",
                std::string("x ") + dash + "enc", Matches);
            row(std::string("a rule's horizontal bar is ") + dash, "F|contains|windash: ' \u2015enc'",
                std::string("x ") + dash + "enc", Matches);
        }
        row("no other dash: minus sign", "F|contains|windash: ' -enc'", "x \u2212enc", Misses);
        row("no dash", "F|contains|windash: ' -enc'", "x enc", Misses);
        row("the whole value", "F|windash: '-a'", "/a", Matches);
        row("the whole value, more", "F|windash: '-a'", "/ab", Misses);
        row("the whole value, blanks behind it", "F|windash: '-a'", "/a ", Matches);
        row("a wildcard, blanks behind the value", "F|windash: '-?'", "-a ", Misses);
        row("at the start of the text", "F|endswith|windash: '-a'", "x/a", Matches);
        row("several dashes", "F|windash: '-a -b'", "/a \u2014b", Matches);
        row("a dash between word characters stays", "F|windash: 'a-b'", "a/b", Misses);
        row("a dash between word characters", "F|windash: 'a-b'", "a-b", Matches);
        row("a dash after an underscore stays", "F|windash: '_-b'", "_/b", Misses);
        row("a dash after an umlaut stays", "F|windash: '\u00e4-b'", "\u00e4/b", Misses);
        row("a dash before an umlaut", "F|windash: ' -\u00e4'", " /\u00e4", Matches);
        row("a dash before a blank stays", "F|windash: '- a'", "/ a", Misses);
        row("a dash at the end stays", "F|windash: 'a -'", "a /", Misses);
        row("of two dashes the one at the word", "F|windash: ' --a'", " -/a", Matches);
        row("of two dashes not the other", "F|windash: ' --a'", " /-a", Misses);
        row("after punctuation", "F|windash: '\"-a'", "\"/a", Matches);
        row("after a wildcard", "F|windash: 'x*-a'", "xyz/a", Matches);
        row("after a wildcard that took a word", "F|windash: 'x*-a'", "xy/a", Matches);
        row("before a wildcard stays", "F|windash: ' -*'", " /a", Misses);
        row("slash in a path stays", "F|contains|windash: 'a/b/c'", "a-b/c", Misses);
        row("list is or", "F|contains|windash: [' -a', ' -b']", "x /b", Matches);
        row("all: each with any dash", "F|contains|windash|all: [' -a', ' -b']", "x /a \u2013b", Matches);
        row("all: one is missing", "F|contains|windash|all: [' -a', ' -b']", "x /a", Misses);
        row("all in front", "F|all|windash|contains: [' -a', ' -b']", "x /b -a", Matches);
        row("cased", "F|contains|windash|cased: ' -A'", "x /A", Matches);
        row("cased, other case", "F|contains|windash|cased: ' -A'", "x /a", Misses);
        row("neq", "F|contains|windash|neq: ' -a'", "x /a", Misses);
        absent("F|contains|windash: ' -a'", Misses);
    }
    void windash() { checkRow(); }

    void expand_data()
    {
        addSelectionRows();
        refused("F|expand: '%Servers%'");
        refused("F|contains|expand: 'x%Servers%y'");
        refused("F|expand: [a, '%Servers%']");
        row("nothing to expand", "F|expand: a", "a", Matches);
        row("without the modifier it is text", "F|contains: '%Servers%'", "x%servers%", Matches);
    }
    void expand() { checkRow(); }
};

QTEST_GUILESS_MAIN(TestSigmaModifiers)
#include "tst_sigmamodifiers.moc"
