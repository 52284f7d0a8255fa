#include "tests/detection/sigmaspec.h"

using namespace lolscope;
using test::Answer;
using enum test::Answer;
using test::check;
using test::SelectionRow;

/// Sigma specification 2.1, modifiers, applied from left to right.
class TestSigmaModifiers : public QObject
{
    Q_OBJECT

    using Fields = std::vector<std::pair<std::string, std::string>>;

    static void row(const std::string &name, const std::string &lines, Fields fields, Answer expected)
    {
        QTest::newRow(name.c_str()) << SelectionRow{name, lines, std::move(fields), expected};
    }
    static void row(const std::string &name, const std::string &lines, const std::string &value,
                    Answer expected)
    {
        row(name, lines, Fields{{"F", value}}, expected);
    }
    /// Modifiers that cannot stand there, whatever the event holds.
    static void refused(const std::string &lines) { row("refused: " + lines, lines, "a", Refused); }
    static void absent(const std::string &lines, Answer expected)
    {
        row("absent field: " + lines, lines, Fields{{"Other", "x"}}, expected);
    }
    static void checkRow()
    {
        QFETCH(SelectionRow, row);
        check(row);
    }

private Q_SLOTS:
    void text_data()
    {
        QTest::addColumn<SelectionRow>("row");
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
        QTest::addColumn<SelectionRow>("row");
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
        QTest::addColumn<SelectionRow>("row");
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
        QTest::addColumn<SelectionRow>("row");
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
        QTest::addColumn<SelectionRow>("row");
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
        QTest::addColumn<SelectionRow>("row");
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

    void cidr_data()
    {
        QTest::addColumn<SelectionRow>("row");
        row("inside", "F|cidr: 10.0.0.0/8", "10.255.0.1", Matches);
        row("outside", "F|cidr: 10.0.0.0/8", "11.0.0.1", Misses);
        row("first address", "F|cidr: 192.168.4.0/22", "192.168.4.0", Matches);
        row("last address", "F|cidr: 192.168.4.0/22", "192.168.7.255", Matches);
        row("behind the last", "F|cidr: 192.168.4.0/22", "192.168.8.0", Misses);
        row("odd mask", "F|cidr: 172.16.0.0/12", "172.31.255.255", Matches);
        row("whole IPv4", "F|cidr: 0.0.0.0/0", "8.8.8.8", Matches);
        row("no mask", "F|cidr: 10.0.0.1", "10.0.0.1", Matches);
        row("no mask, another", "F|cidr: 10.0.0.1", "10.0.0.2", Misses);
        row("list is or", "F|cidr:\n    - 10.0.0.0/8\n    - 127.0.0.0/8", "127.0.0.1", Matches);
        row("IPv6 as Sysmon writes it", "F|cidr: '::1/128'", "0:0:0:0:0:0:0:1", Matches);
        row("IPv6, shortened", "F|cidr: 'fe80::/10'", "fe80::1", Matches);
        row("IPv6, upper case", "F|cidr: '2001:db8::/32'", "2001:DB8:0:0:0:0:0:A", Matches);
        row("IPv6, outside", "F|cidr: 'fe80::/10'", "ff02:0:0:0:0:0:1:2", Misses);
        row("IPv6, no mask", "F|cidr: '::1'", "::1", Matches);
        row("IPv6, zone", "F|cidr: 'fe80::/10'", "fe80::1%12", Matches);
        row("IPv4 is in no IPv6 network", "F|cidr: '::/0'", "10.1.2.3", Misses);
        row("IPv6 is in no IPv4 network", "F|cidr: 0.0.0.0/0", "::1", Misses);
        row("a name", "F|cidr: 0.0.0.0/0", "localhost", Misses);
        row("a dash", "F|cidr: 0.0.0.0/0", "-", Misses);
        row("part of an address", "F|cidr: 10.0.0.0/8", "10.", Misses);
        row("five parts", "F|cidr: 10.0.0.0/8", "10.1.2.3.4", Misses);
        row("too large a part", "F|cidr: 10.0.0.0/8", "10.256.0.1", Misses);
        row("address and port", "F|cidr: 10.0.0.0/8", "10.0.0.1:80", Misses);
        row("empty value", "F|cidr: 0.0.0.0/0", "", Misses);
        row("all", "F|cidr|all:\n    - 10.0.0.0/8\n    - 10.1.0.0/16", "10.2.0.1", Misses);
        absent("F|cidr: 0.0.0.0/0", Misses);
        for (const char *network :
             {"10.0.0.1/8", "'fe80::1/10'", "10.0.0.0/33", "'::/129'", "10.0.0.0/", "10.0.0.0/x",
              "10.0.0.0/-1", "10.0.0", "office", "''", "12", "null", "10.0.*"})
            refused(std::string("F|cidr: ") + network);
        refused("F|contains|cidr: 10.0.0.0/8");
        refused("F|cidr|contains: 10.0.0.0/8");
        refused("F|cidr|cased: 10.0.0.0/8");
    }
    void cidr() { checkRow(); }

    void numbers_data()
    {
        QTest::addColumn<SelectionRow>("row");
        row("gt", "F|gt: 5", "6", Matches);
        row("gt, equal", "F|gt: 5", "5", Misses);
        row("gt, not by text", "F|gt: 5", "10", Matches);
        row("gte, equal", "F|gte: 5", "5", Matches);
        row("gte, less", "F|gte: 5", "4", Misses);
        row("lt", "F|lt: 5", "4", Matches);
        row("lt, equal", "F|lt: 5", "5", Misses);
        row("lt, not by text", "F|lt: 5", "10", Misses);
        row("lte, equal", "F|lte: 5", "5", Matches);
        row("lte, greater", "F|lte: 5", "6", Misses);
        row("hexadecimal value", "F|gt: 4096", "0x1001", Matches);
        row("hexadecimal value, upper case", "F|lte: 4096", "0X1000", Matches);
        row("fraction in the value", "F|gt: 5", "5.5", Matches);
        row("fraction in the rule", "F|gt: 0.5", "0.75", Matches);
        row("exponent", "F|gt: 99", "1e2", Matches);
        row("negative value", "F|lt: 0", "-1", Matches);
        row("negative rule", "F|gt: -2", "-1", Matches);
        row("zeros in front", "F|lt: 9", "0008", Matches);
        row("2^64-1 is greater than 2^64-2", "F|gt: 18446744073709551614", "18446744073709551615", Matches);
        row("2^64-1 is not less than itself", "F|lt: 18446744073709551615", "18446744073709551615", Misses);
        row("hexadecimal 2^64-1", "F|gte: 18446744073709551615", "0xffffffffffffffff", Matches);
        row("past 2^53", "F|gt: 9007199254740992", "9007199254740993", Matches);
        row("list is or", "F|gt: [100, 5]", "6", Matches);
        row("all", "F|gt|all: [100, 5]", "6", Misses);
        row("no number", "F|gt: 5", "6x", Misses);
        row("no number for lt either", "F|lt: 5", "x", Misses);
        row("empty value", "F|lt: 5", "", Misses);
        row("only the prefix", "F|gt: 5", "0x", Misses);
        row("not a number", "F|lt: 5", "nan", Misses);
        row("infinity", "F|gt: 5", "inf", Misses);
        row("several values, any", "F|gt: 5", Fields{{"F", "1"}, {"F", "6"}}, Matches);
        absent("F|gt: 0", Misses);
        absent("F|lte: 0", Misses);
        for (const char *relation : {"gt", "gte", "lt", "lte"}) {
            refused(std::string("F|") + relation + ": '5'");
            refused(std::string("F|") + relation + ": five");
            refused(std::string("F|") + relation + ": true");
            refused(std::string("F|") + relation + ": null");
            refused(std::string("F|contains|") + relation + ": 5");
        }
        refused("F|gt|lt: 5");
        refused("F|gt|contains: 5");
        refused("F|gt: 0x10");
    }
    void numbers() { checkRow(); }

    void fieldref_data()
    {
        QTest::addColumn<SelectionRow>("row");
        const auto two = [](const char *f, const char *g) { return Fields{{"F", f}, {"G", g}}; };
        row("same", "F|fieldref: G", two("a", "a"), Matches);
        row("same, other case", "F|fieldref: G", two("Abc", "aBC"), Matches);
        row("different", "F|fieldref: G", two("a", "b"), Misses);
        row("its value is no pattern", "F|fieldref: G", two("abc", "a*c"), Misses);
        row("its value is no escape", "F|fieldref: G", two(R"(a\\b)", R"(a\\b)"), Matches);
        row("contains", "F|fieldref|contains: G", two("xaBx", "Ab"), Matches);
        row("contains, none", "F|fieldref|contains: G", two("xax", "ab"), Misses);
        row("startswith", "F|fieldref|startswith: G", two("abc", "AB"), Matches);
        row("startswith, later", "F|fieldref|startswith: G", two("abc", "bc"), Misses);
        row("endswith", "F|fieldref|endswith: G", two("abc", "BC"), Matches);
        row("endswith, earlier", "F|fieldref|endswith: G", two("abc", "ab"), Misses);
        row("neq, different", "F|fieldref|neq: G", two("a", "b"), Matches);
        row("neq, same", "F|fieldref|neq: G", two("a", "A"), Misses);
        row("neq, contains", "F|fieldref|contains|neq: G", two("abc", "b"), Misses);
        row("list is or", "F|fieldref: [G, H]", Fields{{"F", "a"}, {"G", "b"}, {"H", "a"}}, Matches);
        row("all", "F|fieldref|all: [G, H]", Fields{{"F", "a"}, {"G", "b"}, {"H", "a"}}, Misses);
        row("several values on either side", "F|fieldref: G",
            Fields{{"F", "a"}, {"F", "b"}, {"G", "c"}, {"G", "B"}}, Matches);
        row("absent field", "F|fieldref: G", Fields{{"G", "a"}}, Misses);
        row("absent other field", "F|fieldref: G", Fields{{"F", "a"}}, Misses);
        row("both absent", "F|fieldref: G", Fields{}, Misses);
        row("neq, absent other field", "F|fieldref|neq: G", Fields{{"F", "a"}}, Matches);
        row("a System field", "F|fieldref: Computer", Fields{{"F", "HOST-1.example"}}, Matches);
        row("umlauts", "F|fieldref: G", two("\u00c4", "\u00e4"), Matches);
        refused("F|fieldref: 'G*'");
        refused("F|fieldref: 12");
        refused("F|fieldref: null");
        refused("F|contains|fieldref: G");
        refused("F|re|fieldref: G");
        refused("'|fieldref': G");
    }
    void fieldref() { checkRow(); }

    void expand_data()
    {
        QTest::addColumn<SelectionRow>("row");
        refused("F|expand: '%Servers%'");
        refused("F|contains|expand: 'x%Servers%y'");
        refused("F|expand: [a, '%Servers%']");
        row("nothing to expand", "F|expand: a", "a", Matches);
        row("without the modifier it is text", "F|contains: '%Servers%'", "x%servers%", Matches);
    }
    void expand() { checkRow(); }

    void timeParts_data()
    {
        QTest::addColumn<SelectionRow>("row");
        const char *sysmon = "2024-02-29 23:05:06.789";
        const char *windows = "2024-02-29T23:05:06.7891234Z";
        for (const char *time : {sysmon, windows}) {
            const std::string at = std::string(" of ") + time;
            row("minute" + at, "F|minute: 5", time, Matches);
            row("other minute" + at, "F|minute: 6", time, Misses);
            row("hour" + at, "F|hour: 23", time, Matches);
            row("other hour" + at, "F|hour: 22", time, Misses);
            row("day" + at, "F|day: 29", time, Matches);
            row("other day" + at, "F|day: 28", time, Misses);
            row("week" + at, "F|week: 9", time, Matches);
            row("other week" + at, "F|week: 8", time, Misses);
            row("month" + at, "F|month: 2", time, Matches);
            row("other month" + at, "F|month: 3", time, Misses);
            row("year" + at, "F|year: 2024", time, Matches);
            row("other year" + at, "F|year: 24", time, Misses);
        }
        row("first days of a year in the last week", "F|week: 53", "2021-01-03 00:00:00.000", Matches);
        row("last days of a year in the first week", "F|week: 1", "2024-12-30 00:00:00.000", Matches);
        row("year is the calendar's", "F|year: 2024", "2024-12-30 00:00:00.000", Matches);
        row("gt", "F|hour|gt: 22", sysmon, Matches);
        row("gt, equal", "F|hour|gt: 23", sysmon, Misses);
        row("gte", "F|hour|gte: 23", sysmon, Matches);
        row("lt", "F|minute|lt: 6", sysmon, Matches);
        row("lte", "F|year|lte: 2023", sysmon, Misses);
        row("list is or", "F|hour: [22, 23]", sysmon, Matches);
        row("neq", "F|hour|neq: 23", sysmon, Misses);
        row("no time", "F|hour: 23", "23", Misses);
        row("no time, lt", "F|hour|lt: 24", "x", Misses);
        row("no such date", "F|day: 30", "2023-02-30 00:00:00.000", Misses);
        row("empty value", "F|hour: 0", "", Misses);
        absent("F|hour: 0", Misses);
        absent("F|hour|neq: 0", Matches);
        for (const char *part : {"minute", "hour", "day", "week", "month", "year"}) {
            refused(std::string("F|") + part + ": '5'");
            refused(std::string("F|") + part + ": x");
            refused(std::string("F|") + part + ": null");
        }
        refused("F|contains|hour: 5");
        refused("F|hour|contains: 5");
        refused("F|hour|day: 5");
    }
    void timeParts() { checkRow(); }
};

QTEST_GUILESS_MAIN(TestSigmaModifiers)
#include "tst_sigmamodifiers.moc"
