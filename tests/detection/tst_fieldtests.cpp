#include "tests/detection/engineevents.h"

using namespace lolscope;
using namespace lolscope::test;

/// What rules ask of the fields of an event.
class TestFieldTests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// `Field|modifiers: values` against one value of the field.
    void tests_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *item, const char *value, bool expected) {
            QTest::newRow(name) << QByteArray(item) << QByteArray(value) << expected;
        };
        row("whole value", "F: cmd.exe", "CMD.EXE", true);
        row("whole value, part", "F: cmd.exe", "xcmd.exe", false);
        row("whole value, umlaut", "F: \u00c4", "\u00e4", true);
        row("blanks at the end are overlooked", "F: NtLmSsp", "NtLmSsp ", true);
        row("blanks at the start are not", "F: NtLmSsp", " NtLmSsp", false);
        row("blanks after a wildcard are not", "F: '*Ssp'", "NtLmSsp ", false);
        row("number, blanks at the end", "F: 3", "3 ", true);
        row("wildcards", "F: 'c?d.*'", "cmd.exe", true);
        row("list is or", "F: [a, b]", "b", true);
        row("list, none", "F: [a, b]", "c", false);
        row("number", "F: 3", "3", true);
        row("number, other", "F: 3", "33", false);
        row("boolean", "F: true", "True", true);
        row("boolean, other", "F: true", "false", false);
        row("contains", "F|contains: shta", "C:\\MSHTA.exe", true);
        row("contains, not", "F|contains: shtax", "C:\\mshta.exe", false);
        row("contains, empty text", "F|contains: ''", "", true);
        row("startswith", "F|startswith: 'c:\\'", "C:\\x", true);
        row("startswith, not", "F|startswith: 'c:\\'", "xC:\\", false);
        row("endswith", "F|endswith: '\\x.exe'", "C:\\X.EXE", true);
        row("endswith, not", "F|endswith: '\\x.exe'", "C:\\x.exe2", false);
        row("endswith keeps blanks", "F|endswith: ' '", "x ", true);
        row("startswith and endswith", "F|startswith|endswith: b", "abc", true);
        row("contains all", "F|contains|all: [a, b]", "b and a", true);
        row("contains all, one is missing", "F|contains|all: [a, b]", "b", false);
        row("all contains", "F|all|contains: [a, b]", "b", false);
        row("cased", "F|cased: Cmd", "Cmd", true);
        row("cased, other case", "F|cased: Cmd", "cmd", false);
        row("contains cased", "F|contains|cased: Cmd", "xCmdx", true);
        row("cased contains, other case", "F|cased|contains: Cmd", "xcmdx", false);
        row("re", "F|re: 'a[0-9]+b'", "xxa12bxx", true);
        row("re has case", "F|re: 'a[0-9]+b'", "A1b", false);
        row("re is verbatim", "F|re: '\\*\\.a'", "*.a", true);
        row("re|i", "F|re|i: 'a[0-9]+b'", "A1B", true);
        row("re|ignorecase", "F|re|ignorecase: 'a|b'", "B", true);
        row("re, line starts", "F|re: '^b'", "a\nb", false);
        row("re|m", "F|re|m: '^b'", "a\nb", true);
        row("re, dot", "F|re: 'a.b'", "a\nb", false);
        row("re|s", "F|re|s: 'a.b'", "a\nb", true);
        row("re|i|s", "F|re|i|s: 'a.b'", "A\nB", true);
        row("re, end is the end of the text", "F|re: 'a$'", "a\n", false);
        row("re all", "F|re|all: ['a', 'b']", "b", false);
        row("cidr", "F|cidr: 10.0.0.0/8", "10.255.0.1", true);
        row("cidr, outside", "F|cidr: 10.0.0.0/8", "11.0.0.1", false);
        row("cidr, one address", "F|cidr: 10.0.0.1", "10.0.0.1", true);
        row("cidr, IPv4 written as IPv6", "F|cidr: 10.0.0.0/8", "::ffff:10.1.2.3", false);
        row("cidr, network written as IPv6", "F|cidr: '::ffff:10.0.0.0/104'", "10.1.2.3", false);
        row("cidr, Sysmon's IPv6", "F|cidr: '::1/128'", "0:0:0:0:0:0:0:1", true);
        row("cidr, IPv6 holds no IPv4", "F|cidr: '::/0'", "10.1.2.3", false);
        row("cidr, zone", "F|cidr: 'fe80::/10'", "fe80::1%eth0", true);
        row("cidr, no address", "F|cidr: 10.0.0.0/8", "10.", false);
        row("exists", "F|exists: true", "x", true);
        row("exists, empty", "F|exists: true", "", true);
        row("does not exist", "F|exists: false", "x", false);
        row("neq", "F|neq: a", "b", true);
        row("neq, same", "F|neq: a", "A", false);
        row("neq of a list is none of it", "F|neq: [a, b]", "b", false);
        row("neq contains", "F|contains|neq: a", "bab", false);
        row("gt", "F|gt: 5", "6", true);
        row("gt, equal", "F|gt: 5", "5", false);
        row("gt, text order does not count", "F|gt: 5", "10", true);
        row("gte", "F|gte: 5", "5", true);
        row("lt", "F|lt: 5", "-5", true);
        row("lte", "F|lte: 5", "5", true);
        row("lte, greater", "F|lte: 5", "5.5", false);
        row("gt, hexadecimal value", "F|gt: 4096", "0x1001", true);
        row("gt, past 2^53", "F|gt: 18446744073709551614", "18446744073709551615", true);
        row("lt, past 2^53", "F|lt: 18446744073709551615", "18446744073709551615", false);
        row("gt, fraction", "F|gt: 0.5", "0.75", true);
        row("gt, negative", "F|gt: -2", "-1", true);
        row("gt, no number", "F|gt: 5", "6x", false);
        row("gt, empty", "F|gt: -1", "", false);
        row("gt, list is or", "F|gt: [5, 100]", "6", true);
        row("windash", "F|contains|windash: ' -enc'", "x /ENC", true);
        row("windash all", "F|contains|windash|all: [' -a', ' -b']", "x /a \u2013b", true);
        row("windash all, one is missing", "F|contains|windash|all: [' -a', ' -b']", "x /a", false);
        row("windash is the whole value", "F|windash: '-a'", "/a", true);
        row("windash, blanks at the end are overlooked", "F|windash: '-a'", "/a ", true);
        row("windash, then base64", "F|windash|base64: ' -x'", "IC94", true);
        row("base64", "F|base64: 'http://'", "aHR0cDovLw==", true);
        row("base64 is the whole value", "F|base64: 'http://'", "xaHR0cDovLw==", false);
        row("base64 of UTF-8", "F|base64|contains: 'n\u00e9'", "xbsOpx", true);
        row("base64offset, offset 0", "F|base64offset|contains: 'http://'", "aHR0cDovL2E=", true);
        row("base64offset, offset 1", "F|base64offset|contains: 'http://'", "eGh0dHA6Ly8=", true);
        row("base64offset, offset 2", "F|base64offset|contains: 'http://'", "IHhodHRwOi8v", true);
        row("base64offset, other text", "F|base64offset|contains: 'http://'", "ZnRwOi8vYWI=", false);
        row("base64offset counts bytes", "F|base64offset: 'n\u00e9e'", "7DqW", true);
        row("base64offset all: each in some place", "F|base64offset|contains|all: ['http://', foo]",
            "aHR0cDovL2E= Zm9v", true);
        row("base64offset all, one is missing", "F|base64offset|contains|all: ['http://', foo]",
            "aHR0cDovL2E=", false);
        row("wide base64", "F|wide|base64: iex", "aQBlAHgA", true);
        row("utf16be base64, beyond the BMP", "F|utf16be|base64: '\u00e9\U0001F600'", "AOnYPd4A", true);
        row("utf16 has a byte order mark", "F|utf16|base64: IEX", "//5JAEUAWAA=", true);
        row("look-ahead", "F|re: 'a(?=b)'", "xab", true);
        row("look-ahead, none", "F|re: 'a(?=b)'", "xac", false);
        row("look-behind, case ignored", "F|re|i: '(?<=x)AB'", "xab", true);
        row("back-reference", "F|re: '(\\w)\\1'", "xaab", true);
        row("back-reference at the end of the text", "F|re: '(a)\\1$'", "aa\n", false);
        row("many characters", "F|re: '.{5,}'", "1234\n\u00e4\u00e4\u00e4\u00e4\u00e4", true);
        row("many characters, of one line", "F|re: '.{5,}'", "1234\n5678", false);
        row("many characters, s", "F|re|s: '.{5,}'", "1234\n5678", true);
        row("(?i) of a letter that is not ASCII", "F|re: '(?i)skin'", "\u017Fkin", true);
        row("expand without a placeholder", "F|expand: 'a%b'", "a%b", true);
        row("hour", "F|hour: 23", "2024-02-29 23:05:06.789", true);
        row("hour, other", "F|hour: 22", "2024-02-29 23:05:06.789", false);
        row("hour of no time", "F|hour: 23", "23", false);
        row("ISO week", "F|week: 53", "2021-01-03T00:00:00Z", true);
        row("ISO week of the next year", "F|week: 1", "2024-12-30 00:00:00.000", true);
        row("month|gte", "F|month|gte: 2", "2024-02-29 23:05:06.789", true);
        row("day|lt", "F|day|lt: 29", "2024-02-29 23:05:06.789", false);
        row("null, empty value", "F: null", "", true);
        row("null, some value", "F: null", "x", false);
        row("null without text", "F:", "", true);
        row("empty list is null", "F: []", "", true);
        row("null in a list", "F: [null, a]", "a", true);
        row("empty text", "F: ''", "", true);
        row("empty text, some value", "F: ''", "x", false);
        row("empty text, a blank", "F: ''", " ", false);
        row("quoted null is text", "F: 'null'", "null", true);
        row("two fields are and", "F: a\n        G: b", "a", false);
        row("same field, two tests", "F|contains: a\n        F|endswith: b", "ab", true);
        row("same field, one fails", "F|contains: a\n        F|endswith: b", "ba", false);
    }
    void tests()
    {
        QFETCH(QByteArray, item);
        QFETCH(QByteArray, value);
        QFETCH(bool, expected);
        const auto event = processStart({{"F", {value.constData(), static_cast<std::size_t>(value.size())}}});
        const auto detection = "    a:\n        " + item.toStdString() + "\n    condition: ";
        QCOMPARE(holds(detection + "a\n", event.event), expected);
        QCOMPARE(holds(detection + "not a\n", event.event), !expected);
    }

    void absentField_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<bool>("expected");
        for (const char *item :
             {"F: a", "F: ''", "F: '*'", "F|contains: ''", "F|re: '.*'", "F|cidr: 0.0.0.0/0",
              "F|exists: true", "F|gt: 0", "F|lte: 0", "F: [a, b]", "F|contains|all: [a, b]"})
            QTest::addRow("false: %s", item) << QByteArray(item) << false;
        for (const char *item :
             {"F: null", "F: []", "F: [null, a]", "F|exists: false", "F|neq: a", "F|contains|neq: a"})
            QTest::addRow("true: %s", item) << QByteArray(item) << true;
        QTest::newRow("false: neq null") << QByteArray("F|neq: null") << false;
    }
    void absentField()
    {
        QFETCH(QByteArray, item);
        QFETCH(bool, expected);
        const auto event = processStart({{"Other", "x"}});
        const auto detection = "    a:\n        " + item.toStdString() + "\n    condition: ";
        QCOMPARE(holds(detection + "a\n", event.event), expected);
        QCOMPARE(holds(detection + "not a\n", event.event), !expected);
    }

    void notOverAnAbsentFieldIsTrue()
    {
        const auto event = processStart({{"Image", "C:\\mshta.exe"}});
        QVERIFY(holds("    sel:\n        Image|endswith: mshta.exe\n    filter:\n        "
                      "ParentImage|endswith: explorer.exe\n"
                      "    condition: sel and not filter\n",
                      event.event));
    }

    void selections_data()
    {
        QTest::addColumn<QByteArray>("detection");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *detection, bool expected) {
            QTest::newRow(name) << QByteArray(detection) << expected;
        };
        row("list of maps is or", "    a: [{F: x}, {G: y}]\n    condition: a\n", true);
        row("list of maps, none", "    a: [{F: x}, {G: x}]\n    condition: a\n", false);
        row("map is and", "    a: {F: one, G: x}\n    condition: a\n", false);
        row("keywords are or", "    a: [nothing, yankee]\n    condition: a\n", false);
        row("keyword within a value", "    a: [nothing, NE]\n    condition: a\n", true);
        row("keyword alone", "    a: one\n    condition: a\n", true);
        row("keyword with wildcard", "    a: 'o?e'\n    condition: a\n", true);
        row("keyword in a System value", "    a: 'SYSMON/oper'\n    condition: a\n", true);
        row("keyword in a System field", "    a: S-1-5-18\n    condition: a\n", true);
        row("number as keyword", "    a: [4711]\n    condition: a\n", true);
        row("all keywords", "    a: {'|all': [one, y]}\n    condition: a\n", true);
        row("all keywords, one is missing", "    a: {'|all': [one, z]}\n    condition: a\n", false);
        row("keyword as regular expression", "    a: {'|re': '^on[e]$'}\n    condition: a\n", true);
        row("keywords do not look at names", "    a: [GGG]\n    condition: a\n", false);
        row("keywords beside maps", "    a: [nothing, {G: y}]\n    condition: a\n", true);
        row("nested lists are or", "    a: [[nothing], [one]]\n    condition: a\n", true);
        row("1 of", "    a1: {F: x}\n    a2: {G: y}\n    condition: 1 of a*\n", true);
        row("all of", "    a1: {F: x}\n    a2: {G: y}\n    condition: all of a*\n", false);
        row("list of conditions is or", "    a: {F: x}\n    b: {G: y}\n    condition: [a, b]\n", true);
        row("timeframe is no selection", "    a: {G: y}\n    timeframe: 5m\n    condition: all of them\n",
            true);
    }
    void selections()
    {
        QFETCH(QByteArray, detection);
        QFETCH(bool, expected);
        auto event = processStart({{"F", "one"}, {"G", "y"}, {"GGG", "4711"}});
        const Field user{"Security_UserID", "S-1-5-18"};
        event.event.system = {&user, 1};
        QCOMPARE(holds(detection.toStdString(), event.event), expected);
    }

    void fieldsOfSeveralValues_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<bool>("expected");
        QTest::newRow("any value") << QByteArray("F: two") << true;
        QTest::newRow("no value") << QByteArray("F: three") << false;
        QTest::newRow("all over different values") << QByteArray("F|contains|all: [one, tw]") << true;
        QTest::newRow("neq looks at all") << QByteArray("F|neq: two") << false;
        QTest::newRow("null, one is empty") << QByteArray("E: null") << true;
        QTest::newRow("null, none is empty") << QByteArray("F: null") << false;
    }
    void fieldsOfSeveralValues()
    {
        QFETCH(QByteArray, item);
        QFETCH(bool, expected);
        const auto event = processStart({{"F", "one"}, {"E", "x"}, {"F", "two"}, {"E", ""}});
        QCOMPARE(holds("    a: {" + item.toStdString() + "}\n    condition: a\n", event.event), expected);
    }

    void fieldReferences_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *item, bool expected) {
            QTest::newRow(item) << QByteArray(item) << expected;
        };
        row("A|fieldref: B", true);
        row("A|fieldref: C", false);
        row("A|fieldref|cased: B", false);
        row("A|fieldref|startswith: C", true);
        row("A|fieldref|endswith: C", false);
        row("A|fieldref|contains: C", true);
        row("A|fieldref|contains|neq: C", false);
        row("A|fieldref: [C, B]", true);
        row("A|fieldref|all: [C, B]", false);
        row("A|fieldref: Absent", false);
        row("Absent|fieldref: A", false);
        row("A|fieldref|neq: Absent", true);
        row("Many|fieldref: A", true);
        row("A|fieldref: Computer", false);
    }
    void fieldReferences()
    {
        QFETCH(QByteArray, item);
        QFETCH(bool, expected);
        const auto event =
            processStart({{"A", "Xyz"}, {"B", "xYZ"}, {"C", "xy"}, {"Many", "q"}, {"Many", "xyz"}});
        QCOMPARE(
            holds("    a: {'" + item.toStdString().insert(item.indexOf(':'), "'") + "}\n    condition: a\n",
                  event.event),
            expected);
    }
};

QTEST_APPLESS_MAIN(TestFieldTests)
#include "tst_fieldtests.moc"
