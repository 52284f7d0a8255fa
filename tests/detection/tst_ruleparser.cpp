#include "detection/sigma/detection.h"
#include "detection/sigma/rule.h"
#include "detection/sigma/uuid.h"
#include "detection/sigma/yaml.h"

#include <QtTest>

using namespace lolscope;
using namespace lolscope::sigma;

namespace {

const std::string kRule = R"(# A comment stays with its rule.
title: Mshta connects
id: 0A1B2C3D-0000-4000-8000-00000000000F
status: test
description: |
    Two
    lines
references:
    - https://example.org/a
    - https://example.org/b
author: Somebody
tags:
    - attack.t1218.005
logsource:
    category: network_connection
    product: windows
detection:
    selection:
        Image|endswith: '\mshta.exe'
        Initiated: true
    filter_main:
        DestinationIp|cidr:
            - 10.0.0.0/8
            - ::1/128
    condition: selection and not 1 of filter_*
falsepositives:
    - Unknown
level: high
)";

/// kRule with the first `from` replaced.
std::string changed(const std::string &from, const std::string &to)
{
    std::string text = kRule;
    return text.replace(text.find(from), from.size(), to);
}

std::string ruleWith(const std::string &detection)
{
    return "title: T\nid: 0a1b2c3d-0000-4000-8000-00000000000f\nlogsource:\n    category: "
           "process_creation\ndetection:\n"
        + detection;
}

} // namespace

class TestRuleParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEverything()
    {
        const auto load = parseRules(kRule, "a.yml");
        QVERIFY(load.refused.empty());
        QCOMPARE(load.loaded.size(), 1u);
        const auto &rule = *load.loaded[0];
        QCOMPARE(rule.id, "0a1b2c3d-0000-4000-8000-00000000000f");
        QCOMPARE(rule.title, "Mshta connects");
        QCOMPARE(rule.status, "test");
        QCOMPARE(rule.author, "Somebody");
        QCOMPARE(rule.description, "Two\nlines\n");
        QCOMPARE(rule.references,
                 (std::vector<std::string>{"https://example.org/a", "https://example.org/b"}));
        QCOMPARE(rule.tags, std::vector<std::string>{"attack.t1218.005"});
        QCOMPARE(rule.falsePositives, std::vector<std::string>{"Unknown"});
        QCOMPARE(rule.level, Level::High);
        QCOMPARE(levelName(rule.level), std::string_view("high"));
        QCOMPARE(rule.logSource.category, "network_connection");
        QCOMPARE(rule.logSource.product, "windows");
        QCOMPARE(rule.source, "a.yml");
        QCOMPARE(rule.line, 1);
        QCOMPARE(rule.text, kRule);
        QCOMPARE(rule.detection->selections.size(), 2u);
        QCOMPARE(rule.detection->events.size(), 2u);
    }

    void documentsAreReadForThemselves()
    {
        const auto second = changed("title: Mshta connects", "title: Second");
        const auto text = kRule + "---\n" + second + "---\n---\ntitle: [\n";
        const auto load = parseRules(text, "many.yml");
        QCOMPARE(load.loaded.size(), 2u);
        QCOMPARE(load.loaded[0]->text, kRule);
        QCOMPARE(load.loaded[1]->text, second);
        QCOMPARE(load.loaded[1]->line, static_cast<int>(std::count(kRule.begin(), kRule.end(), '\n')) + 2);
        QCOMPARE(load.loaded[1]->title, "Second");
        QCOMPARE(load.refused.size(), 1u); // the syntax error at the end
    }

    void aRefusedDocumentLeavesTheOthers()
    {
        for (const auto &bad :
             {changed("level: high", "level: huge"), changed("level: high", "level: &a high"),
              changed("level: high", "title: twice")}) {
            const auto load = parseRules(kRule + "---\n" + bad + "---\n" + kRule, "x.yml");
            QCOMPARE(load.loaded.size(), 2u);
            QCOMPARE(load.refused.size(), 1u);
            QCOMPARE(load.refused[0].title, "Mshta connects");
            QCOMPARE(load.refused[0].id, "0A1B2C3D-0000-4000-8000-00000000000F");
        }
    }

    /// `id` is optional in Sigma 2.1.
    void withoutAnIdOneIsMade()
    {
        const std::string bare = changed("id: 0A1B2C3D-0000-4000-8000-00000000000F\n", "");
        const auto load = parseRules(bare, "x.yml");
        QCOMPARE(load.loaded.size(), 1u);
        const auto id = load.loaded[0]->id;
        QVERIFY(isUuid(id));
        QCOMPARE(parseRules(bare, "moved.yml").loaded[0]->id, id);
        std::string other = bare;
        other.replace(other.find("mshta.exe"), 9, "hh.exe");
        QVERIFY(parseRules(other, "x.yml").loaded[0]->id != id);
    }

    void refusesWithPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        const auto row = [](const char *name, const std::string &text, ErrorCode code, int line, int column) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << static_cast<int>(code) << line
                                << column;
        };
        constexpr auto corrupt = ErrorCode::Corrupt;
        constexpr auto unsupported = ErrorCode::Unsupported;
        row("no map", "- a\n", corrupt, 1, 1);
        row("no title", changed("title: Mshta connects\n", ""), corrupt, 2, 1);
        row("blank title", changed("Mshta connects", "' '"), corrupt, 2, 8);
        row("title is a list", changed("Mshta connects", "[a]"), corrupt, 2, 8);
        row("endless title", changed("Mshta connects", std::string(5000, 'x')), ErrorCode::TooLarge, 2, 8);
        row("id is no UUID", changed("0A1B2C3D-", "0A1B2C3G-"), corrupt, 3, 5);
        row("unknown level", changed("high", "urgent"), corrupt, 28, 8);
        row("level in upper case", changed("high", "HIGH"), corrupt, 28, 8);
        row("other taxonomy", changed("status: test", "taxonomy: ecs"), unsupported, 4, 11);
        row("correlation rule", changed("status: test", "correlation: {}"), unsupported, 4, 14);
        row("filter", changed("status: test", "filter: {}"), unsupported, 4, 9);
        row("collection", changed("status: test", "action: global"), unsupported, 4, 9);
        row("tags are a map", changed("- attack.t1218.005", "a: b"), corrupt, 13, 5);
        row("no log source", changed("logsource:", "logs:"), corrupt, 2, 1);
        row("unknown category", changed("network_connection", "file_access"), unsupported, 15, 5);
        row("unknown product", changed("product: windows", "product: macos"), unsupported, 15, 5);
        row("unknown service", changed("product: windows", "service: auditd"), unsupported, 15, 5);
        row("category and service never meet", changed("product: windows", "service: system"), unsupported,
            15, 5);
        row("log source says nothing",
            changed("    category: network_connection\n    product: windows", "    definition: x"), corrupt,
            15, 5);
        row("no detection", changed("detection:", "detections:"), corrupt, 2, 1);
        row("no condition", changed("    condition: selection and not 1 of filter_*\n", ""), corrupt, 18, 5);
        row("condition is a map", changed("selection and not 1 of filter_*", "{a: b}"), corrupt, 25, 16);
        row("condition names no selection", changed("selection and not", "selection and no"), corrupt, 25,
            30);
        row("aggregation", changed("not 1 of filter_*", "selection | count() by X > 3"), unsupported, 25, 40);
        row("duplicate field", changed("Initiated: true", "Image|endswith: x"), corrupt, 20, 9);
        row("duplicate selection", changed("filter_main:", "selection:"), corrupt, 21, 5);
        row("anchor", changed("Initiated: true", "Initiated: &a true"), unsupported, 20, 20);
        row("alias", changed("Initiated: true", "Initiated: *a"), unsupported, 20, 20);
        row("tag", changed("Initiated: true", "Initiated: !!str true"), unsupported, 20, 20);
        row("key is a list", changed("Initiated: true", "[a]: true"), unsupported, 20, 9);
        row("no YAML", changed("Initiated: true", "Initiated: \"true"), corrupt, 29, 1);
        row("tab as indentation", changed("        Initiated", "\tInitiated"), corrupt, 20, 1);
        row("no UTF-8", changed("Somebody", "Some\xFF"), corrupt, 11, 13);
        row("NUL", changed("Somebody", std::string("Some\0", 5)), corrupt, 11, 13);
        row("value is a map", changed("Initiated: true", "Initiated: {a: b}"), corrupt, 20, 20);
        row("value is a nested list", changed("- 10.0.0.0/8", "- [10.0.0.0/8]"), corrupt, 23, 15);
        row("YAML 1.1 boolean", changed("Initiated: true", "Initiated: yes"), unsupported, 20, 20);
        row("hexadecimal number", changed("Initiated: true", "Initiated: 0x10"), unsupported, 20, 20);
        row("octal number", changed("Initiated: true", "Initiated: 010"), unsupported, 20, 20);
        row("network with host bits", changed("10.0.0.0/8", "10.0.0.1/8"), corrupt, 23, 15);
        row("no network", changed("10.0.0.0/8", "office"), corrupt, 23, 15);
        row("empty selection", ruleWith("    a: {}\n    condition: a\n"), corrupt, 6, 8);
        row("empty list", ruleWith("    a: []\n    condition: a\n"), corrupt, 6, 8);
        row("selection is null", ruleWith("    a:\n    condition: a\n"), corrupt, 6, 7);
        row("number for contains", ruleWith("    a:\n        F|contains: 12\n    condition: a\n"), corrupt, 7,
            21);
        row("null for contains", ruleWith("    a:\n        F|contains: null\n    condition: a\n"), corrupt, 7,
            21);
        row("text for gt", ruleWith("    a:\n        F|gt: '12'\n    condition: a\n"), corrupt, 7, 15);
        row("text for exists", ruleWith("    a:\n        F|exists: 'true'\n    condition: a\n"), corrupt, 7,
            19);
        row("too many repetitions", ruleWith("    a:\n        F|re: 'a{99999}'\n    condition: a\n"),
            unsupported, 7, 15);
        row("placeholder", ruleWith("    a:\n        F|contains|expand: 'x%Servers%'\n    condition: a\n"),
            unsupported, 7, 28);
        row("wildcard in Base64", ruleWith("    a:\n        F|base64: 'x*'\n    condition: a\n"), corrupt, 7,
            19);
        row("too little for Base64", ruleWith("    a:\n        F|base64offset: x\n    condition: a\n"),
            corrupt, 7, 25);
        row("too many dashes",
            ruleWith("    a:\n        F|windash|wide: ' -a -b -c -d -e'\n    condition: a\n"),
            ErrorCode::TooLarge, 7, 25);
        row("number for base64", ruleWith("    a:\n        F|base64: 12\n    condition: a\n"), corrupt, 7,
            19);
        row("number for fieldref", ruleWith("    a:\n        F|fieldref: 12\n    condition: a\n"), corrupt, 7,
            21);
        row("text for hour", ruleWith("    a:\n        F|hour: '12'\n    condition: a\n"), corrupt, 7, 17);
        row("broken regular expression", ruleWith("    a:\n        F|re: '('\n    condition: a\n"),
            unsupported, 7, 15);
        row("endless value",
            ruleWith("    a:\n        F: " + std::string(40'000, 'x') + "\n    condition: a\n"),
            ErrorCode::TooLarge, 7, 12);
    }
    void refusesWithPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, code);
        QFETCH(int, line);
        QFETCH(int, column);
        const auto load = parseRules(text.toStdString(), "bad.yml");
        QVERIFY(load.loaded.empty());
        QCOMPARE(load.refused.size(), 1u);
        const auto &reason = load.refused[0].reason;
        const auto described = describe(reason);
        QVERIFY2(!reason.detail.empty(), described.c_str());
        QCOMPARE(reason.source, "bad.yml");
        QVERIFY2(static_cast<int>(reason.code) == code, described.c_str());
        QVERIFY2(reason.line == line && reason.column == column, described.c_str());
    }

    void refusesModifiers_data()
    {
        QTest::addColumn<QByteArray>("key");
        for (const char *key : {"F|nothing",
                                "F|",
                                "F|contains|",
                                "F|Contains",
                                "F|contains|contains",
                                "F|contains|re",
                                "F|re|cased",
                                "F|i",
                                "F|i|re",
                                "F|contains|i",
                                "F|cidr|contains",
                                "F|exists|contains",
                                "F|gt|lt",
                                "F|gt|contains",
                                "F|cased|exists",
                                "F|windash|re",
                                "F|windash|windash",
                                "F|re|windash",
                                "F|re|cidr",
                                "F|re|base64",
                                "F|contains|base64",
                                "F|endswith|base64offset",
                                "F|cidr|wide",
                                "F|contains|fieldref",
                                "F|fieldref|re",
                                "F|fieldref|windash",
                                "F|contains|hour",
                                "F|hour|contains",
                                "F|hour|day",
                                "F|hour|gt|lt",
                                "F|gt|hour",
                                "F|exists|expand",
                                "|exists",
                                "|cidr",
                                "|gt",
                                "|hour",
                                "|fieldref",
                                "|startswith"})
            QTest::addRow("%s", key) << QByteArray(key);
    }
    void refusesModifiers()
    {
        QFETCH(QByteArray, key);
        const auto load = parseRules(
            ruleWith("    a:\n        '" + key.toStdString() + "': x\n    condition: a\n"), "m.yml");
        QVERIFY(load.loaded.empty());
        QCOMPARE(load.refused.size(), 1u);
        const auto &reason = load.refused[0].reason;
        QCOMPARE(reason.code, ErrorCode::Unsupported);
        QCOMPARE(reason.line, 7);
        QCOMPARE(reason.column, 9);
    }

    void acceptsLogSources_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<int>("kinds");
        QTest::newRow("product alone") << QByteArray("{product: windows}") << 1;
        QTest::newRow("service") << QByteArray("{product: windows, service: security}") << 1;
        QTest::newRow("category") << QByteArray("{category: file_change}") << 1;
        QTest::newRow("category of three logs") << QByteArray("{category: network_connection}") << 3;
        QTest::newRow("category of two logs of a product")
            << QByteArray("{product: windows, category: network_connection}") << 2;
        QTest::newRow("category and service of two products")
            << QByteArray("{category: process_creation, service: sysmon}") << 2;
        QTest::newRow("other case") << QByteArray("{product: Windows, category: DNS_Query}") << 2;
        QTest::newRow("definition is for people") << QByteArray("{service: ntlm, definition: 'x'}") << 1;
    }
    void acceptsLogSources()
    {
        QFETCH(QByteArray, source);
        QFETCH(int, kinds);
        const auto load = parseRules("title: T\nid: 0a1b2c3d-0000-4000-8000-00000000000f\nlogsource: "
                                         + source.toStdString() + "\ndetection: {a: {F: x}, condition: a}\n",
                                     "s.yml");
        QVERIFY2(load.refused.empty(), load.refused.empty() ? "" : load.refused[0].reason.detail.c_str());
        QCOMPARE(static_cast<int>(load.loaded.at(0)->detection->events.size()), kinds);
    }

    void windowsLineEndsAndByteOrderMark()
    {
        std::string text = "\xEF\xBB\xBF" + kRule;
        for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
            text.replace(at, 1, "\r\n");
        const auto load = parseRules(text, "dos.yml");
        QVERIFY2(load.refused.empty(), load.refused.empty() ? "" : describe(load.refused[0].reason).c_str());
        QCOMPARE(load.loaded.size(), 1u);
        QCOMPARE(load.loaded[0]->description, "Two\nlines\n");
    }

    /// Every piece of a rule either is one or is refused with a place. Shorter than its first whole condition
    /// it cannot be one.
    void cutAtEveryLength()
    {
        const auto needed =
            kRule.find("condition: selection") + std::string_view("condition: selection").size();
        for (std::size_t length = 0; length < kRule.size(); ++length) {
            const auto load = parseRules(kRule.substr(0, length), "cut.yml");
            const auto documents = load.loaded.size() + load.refused.size();
            QVERIFY2(documents <= 1, std::to_string(length).c_str());
            for (const auto &refused : load.refused)
                QVERIFY(refused.reason.line > 0 && refused.reason.column > 0);
            if (length < needed)
                QVERIFY2(load.loaded.empty(), std::to_string(length).c_str());
        }
    }

    void everyByteChanged()
    {
        for (std::size_t at = 0; at < kRule.size(); ++at) {
            for (const char byte : {'\0', '\n', '"', '\'', '[', '{', '&', '*', '|', '\\', '\xFF'}) {
                auto text = kRule;
                text[at] = byte;
                const auto load = parseRules(text, "changed.yml");
                for (const auto &refused : load.refused)
                    QVERIFY(refused.reason.line > 0 && !refused.reason.detail.empty());
                QVERIFY(load.loaded.size() + load.refused.size() <= 2);
            }
        }
    }

    void deepNesting_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("flow lists") << QByteArray(200'000, '[');
        QTest::newRow("flow maps") << QByteArray("{a: ").repeated(50'000);
        QTest::newRow("block lists") << QByteArray("- ").repeated(50'000);
        QTest::newRow("keys") << QByteArray("? ").repeated(50'000);
        QTest::newRow("in a rule") << QByteArray::fromStdString(
            changed("true", std::string(100, '[') + std::string(100, ']')));
    }
    void deepNesting()
    {
        QFETCH(QByteArray, text);
        const auto load = parseRules(text.toStdString(), "deep.yml");
        QVERIFY(load.loaded.empty());
        QCOMPARE(load.refused.size(), 1u);
        QCOMPARE(load.refused[0].reason.code, ErrorCode::TooLarge);
    }

    void hugeTexts()
    {
        const auto tooLong = parseRules(std::string(yaml::kMaxTextBytes + 1, 'a'), "huge.yml");
        QVERIFY(tooLong.loaded.empty());
        QCOMPARE(tooLong.refused.at(0).reason.code, ErrorCode::TooLarge);

        std::string manyNodes = "a: [";
        for (std::size_t i = 0; i <= yaml::kMaxNodes; ++i)
            manyNodes += "1,";
        const auto nodes = parseRules(manyNodes + "]", "nodes.yml");
        QCOMPARE(nodes.refused.size(), 1u);
        QCOMPARE(nodes.refused[0].reason.code, ErrorCode::TooLarge);

        std::string manyDocuments;
        for (std::size_t i = 0; i < yaml::kMaxDocuments + 10; ++i)
            manyDocuments += "--- a\n";
        const auto documents = parseRules(manyDocuments, "documents.yml");
        QCOMPARE(documents.refused.size(), yaml::kMaxDocuments + 1);
        QCOMPARE(documents.refused.back().reason.code, ErrorCode::TooLarge);
    }

    void nothingIsNothing()
    {
        for (const char *text : {"", "\n\n", "# only a comment\n", "---\n", "---\n---\n...\n"}) {
            const auto load = parseRules(text, "empty.yml");
            QVERIFY2(load.loaded.empty() && load.refused.empty(), text);
        }
    }
};

QTEST_APPLESS_MAIN(TestRuleParser)
#include "tst_ruleparser.moc"
