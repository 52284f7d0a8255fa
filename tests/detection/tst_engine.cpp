#include "detection/engine/engine.h"

#include <QtTest>

#include <initializer_list>

using namespace lolscope;

namespace {

constexpr std::string_view kSysmon = "Microsoft-Windows-Sysmon";
constexpr std::string_view kSysmonChannel = "Microsoft-Windows-Sysmon/Operational";
constexpr std::string_view kAuditing = "Microsoft-Windows-Security-Auditing";

/// Rules with the given log source and `detection:` text (indented by four).
std::vector<sigma::RulePtr> rulesOf(const std::string &logSource, const std::string &detection)
{
    auto load = sigma::parseRules("title: T\nid: 0a1b2c3d-0000-4000-8000-000000000001\nlogsource: "
                                      + logSource + "\ndetection:\n" + detection,
                                  "test.yml");
    if (!load.refused.empty()) // else a test for "no match" could not fail
        qFatal("%s", describe(load.refused[0].reason).c_str());
    return load.loaded;
}

sigma::RulePtr ruleOf(const std::string &logSource, const std::string &detection)
{
    return rulesOf(logSource, detection).at(0);
}

/// An event that owns its fields.
struct TestEvent
{
    TestEvent(std::string_view provider, std::string_view channel, std::uint32_t id,
              std::vector<Field> fields = {})
        : data(std::move(fields))
    {
        event.provider = provider;
        event.channel = channel;
        event.eventId = id;
        event.data = data;
    }
    std::vector<Field> data;
    Event event;
};

TestEvent processStart(std::vector<Field> fields)
{
    return {kSysmon, kSysmonChannel, 1, std::move(fields)};
}

bool holds(const std::string &detection, const Event &event)
{
    return !Engine({ruleOf("{category: process_creation}", detection)}).evaluate(event).empty();
}

} // namespace

class TestEngine : public QObject
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
        row("cidr, IPv4 written as IPv6", "F|cidr: 10.0.0.0/8", "::ffff:10.1.2.3", true);
        row("cidr, network written as IPv6", "F|cidr: '::ffff:10.0.0.0/104'", "10.1.2.3", true);
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

    void aMatchSaysWhichValuesWereCompared()
    {
        const auto event = processStart({{"A", "Xyz"}, {"B", "xYZ"}});
        const Engine engine(
            {ruleOf("{category: process_creation}", "    a: {A|fieldref: B}\n    condition: a\n")});
        const auto matches = engine.evaluate(event.event);
        QCOMPARE(matches.size(), 1u);
        QCOMPARE(matches[0].matched.at(0).value, "Xyz");
        QCOMPARE(matches[0].matched.at(0).test, "is the value of B");
    }

    void keywordsLookAtTheRecordAlone()
    {
        const TestEvent event(
            kSysmon, kSysmonChannel, 3,
            {{"Image", "C:\\x.exe"}, {"CommandLine", "mimikatz", FieldSource::ProcessStart}});
        const Engine engine(rulesOf("{product: windows}", "    a: [mimikatz]\n    condition: a\n"));
        QVERIFY(engine.evaluate(event.event).empty());
    }

    void aFieldCalledEventIdHidesTheRecords()
    {
        const Engine engine(rulesOf("{service: security}", "    a: {EventID: 4711}\n    condition: a\n"));
        const TestEvent hidden(kAuditing, "Security", 4711, {{"EventID", "1"}});
        const TestEvent shown(kAuditing, "Security", 1, {{"EventID", "4711"}});
        const TestEvent plain(kAuditing, "Security", 4711);
        QCOMPARE(engine.evaluate(hidden.event).size(), 0u);
        QCOMPARE(engine.evaluate(shown.event).size(), 1u);
        QCOMPARE(engine.evaluate(plain.event).size(), 1u);
    }

    void systemFields_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *item, bool expected) {
            QTest::newRow(name) << QByteArray(item) << expected;
        };
        row("provider", "Provider_Name: Microsoft-Windows-Sysmon", true);
        row("event id", "EventID: 1", true);
        row("event id in a list", "EventID: [4, 1]", true);
        row("other event id", "EventID: 11", false);
        row("computer", "Computer: host-1", true);
        row("level", "Level: 4", true);
        row("record id", "EventRecordID: 99", true);
        row("other System value", "Execution_ProcessID: 12", true);
        row("data hides the channel", "Channel: Security", true);
        row("hidden channel", "Channel|contains: Sysmon", false);
        row("names have case", "computer: host-1", false);
    }
    void systemFields()
    {
        QFETCH(QByteArray, item);
        QFETCH(bool, expected);
        auto event = processStart({{"Channel", "Security"}});
        const Field process{"Execution_ProcessID", "12"};
        event.event.system = {&process, 1};
        event.event.computer = "HOST-1";
        event.event.level = 4;
        event.event.recordId = 99;
        QCOMPARE(holds("    a: {" + item.toStdString() + "}\n    condition: a\n", event.event), expected);
    }

    void dispatch_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("provider");
        QTest::addColumn<QByteArray>("channel");
        QTest::addColumn<int>("id");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *source, std::string_view provider,
                            std::string_view channel, int id, bool expected) {
            QTest::newRow(name) << QByteArray(source) << QByteArray::fromStdString(std::string(provider))
                                << QByteArray::fromStdString(std::string(channel)) << id << expected;
        };
        constexpr auto start = "{category: process_creation, product: windows}";
        row("Sysmon 1", start, kSysmon, kSysmonChannel, 1, true);
        row("Security 4688", start, kAuditing, "Security", 4688, true);
        row("Sysmon 3", start, kSysmon, kSysmonChannel, 3, false);
        row("another provider's 1", start, "Microsoft-Windows-Kernel-General", "System", 1, false);
        row("another provider's 4688", start, kSysmon, kSysmonChannel, 4688, false);
        row("another provider in the channel", start, "Evil", kSysmonChannel, 1, false);
        row("forwarded channel", start, kSysmon, "ForwardedEvents", 1, true);
        row("channel of one's own", start, kSysmon, "WEC-Processes", 1, true);
        row("names in other case", start, "MICROSOFT-WINDOWS-SYSMON", "x", 1, true);
        row("no provider, channel", start, "", kSysmonChannel, 1, true);
        row("no provider, other channel", start, "", "System", 1, false);
        row("connection, Sysmon", "{category: network_connection}", kSysmon, kSysmonChannel, 3, true);
        row("connection, Security", "{category: network_connection}", kAuditing, "Security", 5156, true);
        row("DNS query", "{category: dns_query}", kSysmon, kSysmonChannel, 22, true);
        row("process end, Sysmon", "{category: process_termination}", kSysmon, kSysmonChannel, 5, true);
        row("process end, Security", "{category: process_termination}", kAuditing, "Security", 4689, true);
        row("pipe connected", "{category: pipe_created}", kSysmon, kSysmonChannel, 18, true);
        row("PowerShell 7", "{category: ps_script}", "PowerShellCore", "PowerShellCore/Operational", 4104,
            true);
        row("service is a channel", "{service: security}", "Microsoft-Windows-Eventlog", "Security", 1102,
            true);
        row("service, channel in other case", "{service: security}", kAuditing, "security", 1, true);
        row("service, other channel", "{service: security}", kAuditing, "System", 4688, false);
        row("service, forwarded", "{service: security}", kAuditing, "ForwardedEvents", 4688, true);
        row("service, forwarded, other provider", "{service: security}", kSysmon, "ForwardedEvents", 1,
            false);
        row("category and service", "{category: process_creation, service: sysmon}", kSysmon, kSysmonChannel,
            1, true);
        row("category and service, the other log", "{category: process_creation, service: sysmon}", kAuditing,
            "Security", 4688, false);
        row("product alone", "{product: windows}", "Anything", "Any", 7, true);
    }
    void dispatch()
    {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, provider);
        QFETCH(QByteArray, channel);
        QFETCH(int, id);
        QFETCH(bool, expected);
        const TestEvent event(provider.constData(), channel.constData(), static_cast<std::uint32_t>(id),
                              {{"F", "x"}});
        const Engine engine(rulesOf(source.toStdString(), "    a: {F: x}\n    condition: a\n"));
        QCOMPARE(engine.rules().size(), 1u);
        QCOMPARE(engine.wants(event.event), expected);
        QCOMPARE(engine.evaluate(event.event).size(), expected ? 1u : 0u);
    }

    void registryCategoriesLookAtTheEventType()
    {
        const auto detection = std::string("    a: {TargetObject: x}\n    condition: a\n");
        const Engine add(rulesOf("{category: registry_add}", detection));
        const Engine remove(rulesOf("{category: registry_delete}", detection));
        const Engine any(rulesOf("{category: registry_event}", detection));
        const TestEvent created(kSysmon, kSysmonChannel, 12,
                                {{"TargetObject", "x"}, {"EventType", "CreateKey"}});
        const TestEvent deleted(kSysmon, kSysmonChannel, 12,
                                {{"TargetObject", "x"}, {"EventType", "DeleteValue"}});
        QCOMPARE(add.evaluate(created.event).size(), 1u);
        QCOMPARE(add.evaluate(deleted.event).size(), 0u);
        QCOMPARE(remove.evaluate(created.event).size(), 0u);
        QCOMPARE(remove.evaluate(deleted.event).size(), 1u);
        QCOMPARE(any.evaluate(created.event).size(), 1u);
    }

    void securityLogIsReadInSysmonsNames_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *item, bool expected) {
            QTest::newRow(name) << QByteArray(item) << expected;
        };
        row("image", "Image|endswith: \\child.exe", true);
        row("own name", "NewProcessName|endswith: \\child.exe", true);
        row("parent image", "ParentImage|endswith: \\parent.exe", true);
        row("process id is the new one", "ProcessId: '0x20'", true);
        row("process id is not the parent's", "ProcessId: '0x10'", false);
        row("parent process id", "ParentProcessId: '0x10'", true);
        row("integrity in words", "IntegrityLevel: High", true);
        row("integrity as recorded", "IntegrityLevel: S-1-16-12288", true);
        row("integrity, other", "IntegrityLevel: Medium", false);
    }
    void securityLogIsReadInSysmonsNames()
    {
        QFETCH(QByteArray, item);
        QFETCH(bool, expected);
        const TestEvent event(kAuditing, "Security", 4688,
                              {{"NewProcessName", "C:\\child.exe"},
                               {"ParentProcessName", "C:\\parent.exe"},
                               {"NewProcessId", "0x20"},
                               {"ProcessId", "0x10"},
                               {"MandatoryLabel", "S-1-16-12288"}});
        QCOMPARE(holds("    a: {" + item.toStdString() + "}\n    condition: a\n", event.event), expected);
        // A rule on the Security log itself means the record's own names.
        const Engine own(rulesOf("{service: security}", "    a: {ProcessId: '0x10'}\n    condition: a\n"));
        QCOMPARE(own.evaluate(event.event).size(), 1u);
    }

    void registryOfTheSecurityLog()
    {
        const TestEvent event(kAuditing, "Security", 4657,
                              {{"SubjectUserName", "alice"},
                               {"ObjectName", "\\REGISTRY\\MACHINE\\SOFTWARE\\Run"},
                               {"ObjectValueName", "Updater"},
                               {"OperationType", "%%1905"},
                               {"NewValue", "C:\\x.exe"},
                               {"ProcessName", "C:\\reg.exe"}});
        const auto detection =
            std::string("    a: {TargetObject: 'HKLM\\SOFTWARE\\Run\\Updater', Details|endswith: '.exe', "
                        "EventType: SetValue,\n"
                        "        Image|endswith: '\\reg.exe', User: alice}\n    condition: a\n");
        const auto matches = Engine(rulesOf("{category: registry_set}", detection)).evaluate(event.event);
        QCOMPARE(matches.size(), 1u);
        QCOMPARE(Engine(rulesOf("{category: registry_event}", detection)).evaluate(event.event).size(), 1u);
        QCOMPARE(Engine(rulesOf("{category: registry_delete}", detection)).evaluate(event.event).size(), 0u);
    }

    void joinedFieldsGoBeforeTheSecurityLogs()
    {
        const TestEvent event(kAuditing, "Security", 5156,
                              {{"Application", "\\device\\harddiskvolume2\\x.exe"},
                               {"Direction", "%%14593"},
                               {"Protocol", "6"},
                               {"Image", "C:\\x.exe", FieldSource::ProcessStart}});
        const Engine engine(
            rulesOf("{category: network_connection}",
                    "    a: {Image: 'C:\\x.exe', Initiated: true, Protocol: tcp}\n    condition: a\n"));
        const auto matches = engine.evaluate(event.event);
        QCOMPARE(matches.size(), 1u);
        QCOMPARE(matches[0].matched.size(), 3u);
        QCOMPARE(matches[0].matched[0].source, FieldSource::ProcessStart);
        QCOMPARE(matches[0].matched[1].field, "Direction"); // the record's own name and value
        QCOMPARE(matches[0].matched[1].value, "%%14593");
        QCOMPARE(matches[0].matched[1].test, "is true");
    }

    void explainsMatches()
    {
        const TestEvent event(kSysmon, kSysmonChannel, 3,
                              {{"Image", "C:\\Windows\\System32\\MSHTA.exe"},
                               {"Initiated", "true"},
                               {"DestinationHostname", "reverse.example"},
                               {"DestinationHostname", "Asked.example", FieldSource::AskedName},
                               {"CommandLine", "mshta http://x", FieldSource::ProcessStart},
                               {"DestinationPort", "8080"},
                               {"DestinationIp", "203.0.113.7"}});
        const Engine engine(rulesOf("{category: network_connection}", R"(
    sel:
        Image|endswith:
            - '\wscript.exe'
            - '\mshta.exe'
        Initiated: true
        DestinationHostname|startswith: asked
    more:
        - CommandLine|contains|all: [mshta, 'http']
        - OriginalFileName: x
    numbers:
        DestinationPort|gte: 1024
        DestinationIp|cidr: 203.0.113.0/24
        ParentImage: null
        Image|re: '(?i)mshta'
    filter:
        Image|endswith: '\explorer.exe'
    condition: not filter and all of sel* and 1 of more* and numbers
)"));
        const auto matches = engine.evaluate(event.event);
        QCOMPARE(matches.size(), 1u);
        QCOMPARE(matches[0].rule, engine.rules()[0]);
        QByteArray shown;
        for (const auto &value : matches[0].matched)
            shown += QByteArray::fromStdString(value.field + " = " + value.value + " " + value.test) + " "
                + QByteArray::number(static_cast<int>(value.source)) + "\n";
        QCOMPARE(
            shown,
            QByteArray(
                "Image = C:\\Windows\\System32\\MSHTA.exe ends with \\mshta.exe 0\n"
                "Initiated = true is true 0\n"
                "DestinationHostname = Asked.example starts with asked 2\n"
                "CommandLine = mshta http://x contains mshta 1\n"
                "CommandLine = mshta http://x contains http 1\n"
                "DestinationPort = 8080 is at least 1024 0\n"
                "DestinationIp = 203.0.113.7 is in 203.0.113.0/24 0\n"
                "ParentImage =  is absent or empty 0\n"
                "Image = C:\\Windows\\System32\\MSHTA.exe matches the regular expression (?i)mshta 0\n"));
    }

    void explainsOnlyWhatHeld()
    {
        const auto event = processStart({{"F", "x"}, {"G", "y"}});
        const auto rule =
            ruleOf("{category: process_creation}",
                   "    a: {F: x, G: z}\n    b: {G: y}\n    c: {F|neq: q}\n    condition: (a or b) and c\n");
        const auto matches = Engine({rule}).evaluate(event.event);
        QCOMPARE(matches.size(), 1u);
        QCOMPARE(matches[0].matched.size(), 1u); // not F of the selection that failed, nor the negative test
        QCOMPARE(matches[0].matched[0].field, "G");
        QCOMPARE(matches[0].matched[0].test, "is y");
    }

    void rulesKeepTheirOrderAndIds()
    {
        const auto text = [](int number, const char *source, const char *title) {
            return "title: " + std::string(title) + "\nid: 0a1b2c3d-0000-4000-8000-00000000000"
                + std::to_string(number) + "\nlogsource: " + source
                + "\ndetection: {a: {F: x}, condition: a}\n---\n";
        };
        const auto load = sigma::parseRules(
            text(1, "{product: windows}", "first") + text(2, "{category: process_creation}", "second")
                + text(3, "{service: sysmon}", "third") + text(2, "{product: windows}", "again")
                + text(4, "{category: process_creation}", "fourth"),
            "order.yml");
        QCOMPARE(load.loaded.size(), 5u);
        const Engine engine(load.loaded);
        QCOMPARE(engine.rules().size(), 4u);
        const auto event = processStart({{"F", "x"}});
        QByteArray titles;
        for (const auto &match : engine.evaluate(event.event))
            titles += QByteArray::fromStdString(match.rule->title) + " ";
        QCOMPARE(titles, QByteArray("first second third fourth "));
    }

    void engineOfNothing()
    {
        const Engine engine({});
        const auto event = processStart({{"F", "x"}});
        QVERIFY(!engine.wants(event.event));
        QVERIFY(engine.evaluate(event.event).empty());
    }

    void hostileEventsStayFast()
    {
        const std::string value(60'000, 'a');
        std::vector<Field> fields(500, Field{"F", value});
        const auto event = processStart(std::move(fields));
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!holds("    a: {F: '*a*a*a*a*a*a*b'}\n    b: {F|re: '(a+)+b'}\n    c: [nothing]\n    "
                       "condition: 1 of them\n",
                       event.event));
        QVERIFY2(timer.elapsed() < 20'000, "30 MB of hostile text took too long");
    }
};

QTEST_APPLESS_MAIN(TestEngine)
#include "tst_engine.moc"
