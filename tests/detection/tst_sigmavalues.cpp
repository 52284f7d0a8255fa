#include "model/evtx/eventxml.h"
#include "tests/detection/sigmaspec.h"

using namespace lolscope;
using namespace lolscope::test;
using enum Answer;

/// Sigma specification 2.1, values: forms, escaping, field names, keywords.
class TestSigmaValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void values_data()
    {
        addSelectionRows();
        row("text is the whole value", "F: cmd.exe", "cmd.exe", Matches);
        row("text, more before it", "F: cmd.exe", "xcmd.exe", Misses);
        row("text, more behind it", "F: cmd.exe", "cmd.exex", Misses);
        row("text has no case", "F: cMd.EXE", "CmD.exe", Matches);
        row("quotes are YAML's", "F: \"cmd\"", "cmd", Matches);
        row("escapes in double quotes are YAML's", R"(F: "a\\b\u00e4")", "a\\b\u00e4", Matches);
        row("a block keeps its line break", "F: |\n    ab\nG: x", SpecFields{{"F", "ab\n"}, {"G", "x"}},
            Matches);
        row("star, any run", "F: 'a*c'", "abbbc", Matches);
        row("star, empty run", "F: 'a*c'", "ac", Matches);
        row("star, line breaks too", "F: 'a*c'", "a\r\nc", Matches);
        row("star, other end", "F: 'a*c'", "abcd", Misses);
        row("several stars", "F: '*a*b*'", "xaxbx", Matches);
        row("several stars, order", "F: '*a*b*'", "xbxax", Misses);
        row("stars take no character twice", "F: 'ab*ba'", "aba", Misses);
        row("a star may have to give back", "F: '*aab'", "aaaab", Matches);
        row("question mark, one character", "F: 'a?c'", "abc", Matches);
        row("question mark, none", "F: 'a?c'", "ac", Misses);
        row("question mark, two", "F: 'a?c'", "abbc", Misses);
        row("question mark, one character of several bytes", "F: 'a?c'", "a\u00e4c", Matches);
        row("question mark, one character outside the BMP", "F: 'a?c'", "a\U0001F600c", Matches);
        row("two question marks", "F: '?\?'", "ab", Matches);
        row("star and question mark", "F: '*?'", "", Misses);
        row("star alone, any value", "F: '*'", "x", Matches);
        row("star alone, empty value", "F: '*'", "", Matches);
        row("star alone, absent field", "F: '*'", SpecFields{{"G", "x"}}, Misses);
        row("number", "F: 3", "3", Matches);
        row("number, part of another", "F: 3", "33", Misses);
        row("number is compared as text", "F: 3", "03", Misses);
        row("number, hexadecimal value", "F: 16", "0x10", Misses);
        row("negative number", "F: -3", "-3", Matches);
        row("fraction", "F: 1.5", "1.5", Matches);
        row("quoted number is text", "F: '3'", "3", Matches);
        row("number in quotes with wildcard", "F: '4*'", "4624", Matches);
        row("hexadecimal text", "F: '0x3e7'", "0x3E7", Matches);
        row("true", "F: true", "true", Matches);
        row("true, any case", "F: true", "TRUE", Matches);
        row("false", "F: false", "False", Matches);
        row("true is not false", "F: true", "false", Misses);
        row("list is or, first", "F:\n    - a\n    - b", "a", Matches);
        row("list is or, last", "F:\n    - a\n    - b", "b", Matches);
        row("list is or, none", "F:\n    - a\n    - b", "c", Misses);
        row("list of numbers", "F: [1, 2]", "2", Matches);
        row("list of different types", "F: [1, true, x]", "true", Matches);
        row("number, blanks at the end of the value", "F: 3", "3  ", Matches);
        row("text, blank at the end of the value", "F: NtLmSsp", "NtLmSsp ", Matches);
        row("text, blanks at the end of the value", "F: NtLmSsp", "ntlmssp   ", Matches);
        row("text, blank at the start of the value", "F: NtLmSsp", " NtLmSsp", Misses);
        row("text, tab at the end of the value", "F: NtLmSsp", "NtLmSsp\t", Misses);
        row("wildcards, blank at the end of the value", "F: 'Nt*Ssp'", "NtLmSsp ", Misses);
        row("the rule's own blank is asked for", "F: 'a '", "a", Misses);
        row("the rule's own blank is found", "F: 'a '", "a ", Matches);
        row("empty text, empty value", "F: ''", "", Matches);
        row("empty text, some value", "F: ''", "x", Misses);
        row("empty text, absent field", "F: ''", SpecFields{{"G", "x"}}, Misses);
        row("null, absent field", "F: null", SpecFields{{"G", "x"}}, Matches);
        row("null, empty value", "F: null", "", Matches);
        row("null, some value", "F: null", "x", Misses);
        row("null, the word", "F: null", "null", Misses);
        row("null, as a tilde", "F: ~", "", Matches);
        row("null, nothing written", "F:", "", Matches);
        row("null in a list, absent", "F: [null, a]", SpecFields{{"G", "x"}}, Matches);
        row("null in a list, the other", "F: [null, a]", "a", Matches);
        row("null in a list, neither", "F: [null, a]", "b", Misses);
        row("quoted null is text", "F: 'null'", "null", Matches);
        row("empty list is null, absent", "F: []", SpecFields{{"G", "x"}}, Matches);
        row("empty list is null, some value", "F: []", "x", Misses);
        row("umlauts have no case", "F: '\u00c4\u00d6\u00dc'", "\u00e4\u00f6\u00fc", Matches);
        row("Cyrillic has no case", "F: '\u041f\u0440'", "\u043f\u0420", Matches);
        row("Greek has no case", "F: '\u03a3\u0391'", "\u03c3\u03b1", Matches);
        row("simple folding only: sharp s", "F: '\u00df'", "SS", Misses);
        row("simple folding only: final sigma", "F: '\u03c2'", "\u03c3", Misses);
        row("Kelvin sign is a K", "F: k", "\u212a", Matches);
        row("dotted capital I is an i", "F: i", "\u0130", Matches);
        row("capital sharp s", "F: '\u1e9e'", "\u00df", Matches);
        row("Deseret has no case", "F: '\U00010400'", "\U00010428", Matches);
        row("look-alikes differ", "F: a", "\u0430", Misses);
        row("combining marks stay", "F: '\u00e4'", "a\u0308", Misses);
        row("yes is a boolean to some", "F: yes", "yes", Refused);
        row("on is a boolean to some", "F: on", "on", Refused);
        row("quoted yes is text", "F: 'yes'", "yes", Matches);
        row("hexadecimal number", "F: 0x10", "16", Refused);
        row("octal number", "F: 010", "8", Refused);
        row("a zero before an 8 is text", "F: 00000429", "00000429", Matches);
        row("a map is no value", "F: {a: b}", "x", Refused);
        row("a list in a list is no value", "F: [[a]]", "a", Refused);
    }
    void values() { checkRow(); }

    void escaping_data()
    {
        addSelectionRows();
        const auto both = [](const std::string &written, const std::string &is, const std::string &isNot) {
            row(written + " is " + is, "F: '" + written + "'", is, Matches);
            row(written + " is not " + isNot, "F: '" + written + "'", isNot, Misses);
        };
        both(R"(a\b)", R"(a\b)", R"(a\\b)");
        both(R"(a\\b)", R"(a\b)", R"(a\\b)");
        both(R"(a\\*b)", R"(a\xxb)", R"(axxb)");
        both(R"(a\\*b)", R"(a\b)", R"(a*b)");
        both(R"(a\\\b)", R"(a\\b)", R"(a\b)");
        both(R"(a\\\\b)", R"(a\\b)", R"(a\\\\b)");
        both(R"(\\\\srv)", R"(\\srv)", R"(\srv)");
        both(R"(\\\\\*\\IPC$)", R"(\\*\IPC$)", R"(\\host\IPC$)");
        both(R"(a\*b)", R"(a*b)", R"(axb)");
        both(R"(a\*b)", R"(a*b)", R"(a\*b)");
        both(R"(a\?b)", R"(a?b)", R"(axb)");
        both(R"(a\\\*b)", R"(a\*b)", R"(a\xb)");
        both(R"(a\\?b)", R"(a\xb)", R"(a?b)");
        both(R"(\\srv)", R"(\srv)", R"(\\srv)");
        both(R"(C:\*\x)", R"(C:*\x)", R"(C:\dir\x)");
        both(R"(\\\\\?\\GLOBALROOT)", R"(\\?\GLOBALROOT)", R"(\\a\GLOBALROOT)");
        both(R"(C:\)", R"(C:\)", R"(C:)");
        both(R"(C:\\)", R"(C:\)", R"(C:\\)");
        both(R"(\)", R"(\)", "");
        both(R"(\n)", R"(\n)", "\n");
        both(R"(\\n)", R"(\n)", R"(\\n)");
        both("%name%", "%name%", "name");
        both("[a-z]", "[a-z]", "b");
        both("a.c", "a.c", "abc");
        both("''", "'", "''");
        both("a\"b", "a\"b", "ab");

        row("the star of startswith comes after the parse", R"(F|startswith: 'C:\')", R"(C:\x)", Matches);
        row("it is no escaped star", R"(F|startswith: 'C:\')", "C:*x", Misses);
        row("the star of contains comes after the parse", R"(F|contains: '\')", R"(a\b)", Matches);
        row("contains a backslash, none", R"(F|contains: '\')", "a*b", Misses);
        row("endswith a backslash", R"(F|endswith: '\')", R"(C:\)", Matches);
        row("endswith a backslash, none", R"(F|endswith: '\')", "C:", Misses);
        row("startswith a literal star", R"(F|startswith: 'a\*')", "a*bc", Matches);
        row("startswith a literal star, none", R"(F|startswith: 'a\*')", "abc", Misses);
        row("endswith a literal star", R"(F|endswith: '\*a')", "b*a", Matches);
        row("endswith a literal star, none", R"(F|endswith: '\*a')", "bca", Misses);
        row("contains with a star within", "F|contains: 'a*c'", "xabcx", Matches);
        row("contains with a question mark", "F|contains: 'a?c'", "xacx", Misses);
        row("contains that has its stars", "F|contains: '*b*'", "abc", Matches);
        row("startswith that has its star", "F|startswith: 'a*'", "abc", Matches);
        row("endswith that has its star", "F|endswith: '*c'", "abc", Matches);
        row("a regular expression is verbatim", R"(F|re: '^a\\b$')", R"(a\b)", Matches);
        row("a regular expression has no Sigma stars", R"(F|re: '^a\*b$')", "a*b", Matches);
        row("nor Sigma question marks", R"(F|re: '^ab?$')", "a", Matches);
    }
    void escaping() { checkRow(); }

    void fields_data()
    {
        addSelectionRows();
        row("two fields are and", "F: a\nG: b", SpecFields{{"F", "a"}, {"G", "b"}}, Matches);
        row("two fields are and, one fails", "F: a\nG: b", SpecFields{{"F", "a"}, {"G", "x"}}, Misses);
        row("the same field twice is and", "F|contains: a\nF|endswith: b", "ab", Matches);
        row("the same field twice, one fails", "F|contains: a\nF|endswith: b", "ba", Misses);
        row("names have case", "f: a", "a", Misses);
        row("name with a dot", "A.B: a", SpecFields{{"A.B", "a"}}, Matches);
        row("several values, any", "F: b", SpecFields{{"F", "a"}, {"F", "b"}}, Matches);
        row("several values, none", "F: c", SpecFields{{"F", "a"}, {"F", "b"}}, Misses);
        row("several values, not is about all", "F|neq: b", SpecFields{{"F", "a"}, {"F", "b"}}, Misses);
        row("several values, all over different ones", "F|contains|all: [a, b]",
            SpecFields{{"F", "a"}, {"F", "b"}}, Matches);
        row("unnamed data", "Data|contains: b", SpecFields{{"Data", "abc"}, {"Data", "x"}}, Matches);
        row("absent field is false", "F: a", SpecFields{}, Misses);
        row("provider", "Provider_Name: Microsoft-Windows-Sysmon", SpecFields{}, Matches);
        row("channel", "Channel: microsoft-windows-sysmon/operational", SpecFields{}, Matches);
        row("computer", "Computer: HOST-1.example", SpecFields{}, Matches);
        row("event id", "EventID: 1", SpecFields{}, Matches);
        row("event id, list", "EventID: [4, 5]", SpecFields{}, Misses);
        row("level", "Level: 4", SpecFields{}, Matches);
        row("record id", "EventRecordID: 99", SpecFields{}, Matches);
        row("data hides the channel", "Channel: Security", SpecFields{{"Channel", "Security"}}, Matches);
        row("the hidden channel", "Channel|endswith: Operational", SpecFields{{"Channel", "Security"}},
            Misses);
        row("a System value is there", "Channel|exists: true", SpecFields{}, Matches);
    }
    void fields() { checkRow(); }

    void systemFields_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<bool>("expected");
        QTest::newRow("attribute") << QByteArray("Execution_ProcessID: 4") << true;
        QTest::newRow("another attribute") << QByteArray("Security_UserID: S-1-5-18") << true;
        QTest::newRow("attribute, other value") << QByteArray("Security_UserID: S-1-5-19") << false;
        QTest::newRow("element") << QByteArray("Keywords: '0x8000000000000000'") << true;
        QTest::newRow("time") << QByteArray("TimeCreated_SystemTime|startswith: '2024-02-29T23:05:06'")
                              << true;
        QTest::newRow("part of the time") << QByteArray("TimeCreated_SystemTime|hour: 23") << true;
    }
    void systemFields()
    {
        QFETCH(QByteArray, line);
        QFETCH(bool, expected);
        SpecEvent event{{{"F", "x"}}};
        event.system = {{"Execution_ProcessID", "4"},
                        {"Security_UserID", "S-1-5-18"},
                        {"Keywords", "0x8000000000000000"}};
        event.timeCreated = parseTimestamp("2024-02-29T23:05:06.789Z");
        check(selectionRule(line.toStdString()), event, expected ? Matches : Misses);
    }

    /// What a reader makes of the names, seen by rules.
    void namesOfARecord_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("line");
        const auto data = [](const char *inner) {
            return QByteArray("<EventData>") + inner + "</EventData>";
        };
        QTest::newRow("blanks in a name")
            << data("<Data Name='Threat Name'>x</Data>") << QByteArray("ThreatName: x");
        QTest::newRow("unnamed data") << data("<Data>a</Data><Data>x</Data>") << QByteArray("Data: x");
        QTest::newRow("leaf of UserData")
            << QByteArray("<UserData><A xmlns='y'><B>x</B><C>z</C></A></UserData>") << QByteArray("B: x");
        QTest::newRow("UserData hides the channel")
            << QByteArray("<UserData><A xmlns='y'><Channel>x</Channel></A></UserData>")
            << QByteArray("Channel: x");
        QTest::newRow("blanks at the end of a value")
            << data("<Data Name='CommandLine'>x </Data>") << QByteArray("CommandLine|endswith: ' '");
        QTest::newRow("attribute of System") << data("<Data/>") << QByteArray("Execution_ProcessID: 7");
        QTest::newRow("empty value exists") << data("<Data Name='F'></Data>") << QByteArray("F|exists: true");
        QTest::newRow("empty value is empty text") << data("<Data Name='F'></Data>") << QByteArray("F: ''");
    }
    void namesOfARecord()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, line);
        const auto xml =
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
            "<Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><Execution ProcessID='7'/>"
            "<Channel>Microsoft-Windows-Sysmon/Operational</Channel></System>"
            + body + "</Event>";
        EventBatch batch;
        const auto event = parseEventXml(xml.toStdString(), batch);
        QVERIFY(event);
        const auto load = sigma::parseRules(selectionRule(line.toStdString()), "spec.yml");
        QVERIFY(load.refused.empty());
        QCOMPARE(Engine(load.loaded).evaluate(*event).size(), 1u);
    }

    void keywords_data()
    {
        QTest::addColumn<QByteArray>("selection"); // what stands behind `sel: `
        QTest::addColumn<int>("expected");
        const auto add = [](const char *name, const char *selection, Answer expected) {
            QTest::newRow(name) << QByteArray(selection) << static_cast<int>(expected);
        };
        add("list is or", "[nothing, kyo]", Matches);
        add("list, none", "[nothing, never]", Misses);
        add("one text", "kyo", Matches);
        add("whole value too", "Tokyo", Matches);
        add("no case", "TOKYO", Matches);
        add("umlauts have no case", "'\u00c4pfel'", Matches);
        add("star", "'t*o'", Matches);
        add("question mark", "'t?kyo'", Matches);
        add("question mark counts", "'to?yo?x'", Misses);
        add("escaped star", "'to\\*yo'", Misses);
        add("escaped star that is there", "'5\\*5'", Matches);
        add("backslashes are the value's, not JSON's", "'C:\\x'", Matches);
        add("doubled backslashes are not there", "'C:\\\\\\\\x'", Misses);
        add("quotes are the value's", "'say \"hi\"'", Matches);
        add("brackets are the value's, not XML's", "'a<b&c'", Matches);
        add("not over two values", "'*kyo*5*'", Misses);
        add("number", "[4711]", Matches);
        add("number within a value", "[71]", Matches);
        add("channel", "sysmon/operational", Matches);
        add("provider", "Microsoft-Windows-Sysmon", Matches);
        add("computer", "host-1", Matches);
        add("System field", "S-1-5-18", Matches);
        add("names are not looked at", "City", Misses);
        add("all", "{'|all': [kyo, 4711]}", Matches);
        add("all, one is missing", "{'|all': [kyo, nothing]}", Misses);
        add("all of one value", "{'|all': [to, kyo]}", Matches);
        add("regular expression", "{'|re': '^t[o]kyo$'}", Misses);
        add("regular expression, its case", "{'|re': '^T[o]kyo$'}", Matches);
        add("regular expression without case", "{'|re|i': '^t[o]kyo$'}", Matches);
        add("contains", "{'|contains': kyo}", Matches);
        add("cased", "{'|cased': Tok}", Matches);
        add("cased, other case", "{'|cased': tok}", Misses);
        add("contains all", "{'|contains|all': [tok, '471']}", Matches);
        add("windash", "{'|windash': ' -run'}", Matches);
        add("base64", "{'|base64offset|contains': 'http://'}", Matches);
        add("empty name", "{'': kyo}", Matches);
        add("empty name, list", "{'': [nothing, kyo]}", Matches);
        add("beside maps, the keyword", "[nothing, kyo, {City: Paris}]", Matches);
        add("beside maps, the map", "[nothing, {City: Tokyo}]", Matches);
        add("beside maps, neither", "[nothing, {City: Paris}]", Misses);
        add("list in a list is or", "[[nothing], [kyo]]", Matches);
        add("exists needs a field", "{'|exists': true}", Refused);
        add("null is no keyword", "[null]", Refused);
        add("nothing at all", "", Refused);
    }
    void keywords()
    {
        QFETCH(QByteArray, selection);
        QFETCH(int, expected);
        SpecEvent event{{{"City", "Tokyo"},
                         {"Number", "4711"},
                         {"Fruit", "\u00e4pfel"},
                         {"Path", "C:\\x\\y 5*5"},
                         {"Said", "say \"hi\" a<b&c"},
                         {"Line", "x /run aHR0cDovL2E="}}};
        event.system = {{"Security_UserID", "S-1-5-18"}};
        check(ruleOf("    sel: " + selection.toStdString() + "\n    condition: sel\n"), event,
              static_cast<Answer>(expected));
    }

    void keywordsAreAboutTheRecord()
    {
        const Field fields[] = {{"Own", "tokyo"}, {"Image", "osaka", FieldSource::ProcessStart}};
        SpecEvent().with([&](Event event) {
            event.data = fields;
            for (const auto &[word, expected] : {std::pair{"tokyo", true}, {"osaka", false}}) {
                const auto rule = ruleOf(std::string("    sel: ") + word + "\n    condition: sel\n");
                QCOMPARE(Engine(sigma::parseRules(rule, "spec.yml").loaded).evaluate(event).size(),
                         expected ? 1u : 0u);
                QCOMPARE(ReferenceRule::read(rule).at(0).matches(ReferenceEvent(event)), expected);
            }
        });
    }
};

QTEST_GUILESS_MAIN(TestSigmaValues)
#include "tst_sigmavalues.moc"
