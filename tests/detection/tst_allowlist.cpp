#include "detection/allowlist/allowlist.h"
#include "detection/allowlist/yamltext.h"
#include "detection/sigma/yaml.h"

#include <QtTest>

using namespace lolscope;
using Test = AllowCondition::Test;

namespace {

const std::string kRuleId = "0a1b2c3d-0000-4000-8000-000000000001";

AllowlistItem itemWith(std::vector<AllowCondition> conditions)
{
    AllowlistItem item;
    item.id = "11111111-2222-4333-8444-555555555555";
    item.title = "Updater";
    item.reason = "Our own updater";
    item.author = "analyst";
    item.conditions = std::move(conditions);
    return item;
}

Timestamp at(const char *text)
{
    return parseTimestamp(text).value();
}

/// A hit with two asked names and a forwarded host.
struct Hit
{
    Hit()
    {
        event.computer = "HOST-1";
        event.data = data;
    }
    std::vector<Field> data = {{"Image", "C:\\Program Files\\\u00c4pp\\Updater.exe"},
                               {"CommandLine", "updater.exe /c \"a*b?\" 'x'"},
                               {"DestinationHostname", "reverse.example"},
                               {"DestinationHostname", "cdn.Example", FieldSource::AskedName},
                               {"DestinationIp", "::ffff:203.0.113.7"},
                               {"DestinationPort", "443"},
                               {"User", ""}};
    Event event;
};

std::string describeFailure(const std::vector<Result<AllowlistItem>> &items)
{
    std::string text;
    for (const auto &item : items)
        text += item ? "(item) " : describe(item.error()) + " ";
    return text;
}

} // namespace

class TestAllowlist : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void validates_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<int>("test");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *field, Test test, const char *value,
                            bool expected) {
            QTest::newRow(name) << QByteArray(field) << static_cast<int>(test) << QByteArray(value)
                                << expected;
        };
        row("image", "Image", Test::Equals, "C:\\x.exe", true);
        row("unknown field", "ImageLoaded", Test::Equals, "x", false);
        row("field in other case", "image", Test::Equals, "x", false);
        row("empty value", "Image", Test::Contains, "", false);
        row("blank value", "Image", Test::Contains, " \t", false);
        row("only a star", "Image", Test::Equals, "*", false);
        row("only wildcards", "Image", Test::EndsWith, "*?*", false);
        row("star in a value", "CommandLine", Test::Contains, "a*", true);
        row("network", "DestinationIp", Test::Cidr, "10.0.0.0/8", true);
        row("one address", "DestinationIp", Test::Cidr, "10.0.0.1", true);
        row("network with host bits", "DestinationIp", Test::Cidr, "10.0.0.1/8", false);
        row("malformed network", "DestinationIp", Test::Cidr, "10.0.0.0/33", false);
        row("network that is too wide", "DestinationIp", Test::Cidr, "10.0.0.0/7", false);
        row("every address", "DestinationIp", Test::Cidr, "0.0.0.0/0", false);
        row("IPv6 network", "DestinationIp", Test::Cidr, "2001::/16", true);
        row("IPv6 network that is too wide", "DestinationIp", Test::Cidr, "2000::/15", false);
        row("every IPv4 address as IPv6", "DestinationIp", Test::Cidr, "::ffff:0:0/96", false);
        row("IPv4 network as IPv6", "DestinationIp", Test::Cidr, "::ffff:10.0.0.0/104", true);
        row("network of a name", "DestinationHostname", Test::Cidr, "10.0.0.0/8", false);
    }
    void validates()
    {
        QFETCH(QByteArray, field);
        QFETCH(int, test);
        QFETCH(QByteArray, value);
        QFETCH(bool, expected);
        const auto item = itemWith({{field.toStdString(), static_cast<Test>(test), value.toStdString()}});
        const auto valid = validate(item);
        QCOMPARE(valid.has_value(), expected);
        QCOMPARE(AllowlistMatcher::compile(item).has_value(), expected);
        if (!expected) {
            QCOMPARE(valid.error().code, ErrorCode::Invalid);
            QVERIFY(!valid.error().detail.empty());
        }
    }

    void validatesTheRest()
    {
        QVERIFY(!validate(itemWith({})));
        auto item = itemWith({{"Image", Test::Equals, "x.exe"}});
        QVERIFY(validate(item));
        item.ruleIds = {kRuleId, " "};
        QVERIFY(!validate(item));
        item.ruleIds.clear();
        item.reason = "  ";
        QVERIFY(!validate(item));
    }

    void warns_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<int>("test");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("expected");
        const auto row = [](const char *name, const char *field, Test test, const char *value, int expected) {
            QTest::newRow(name) << QByteArray(field) << static_cast<int>(test) << QByteArray(value)
                                << expected;
        };
        row("program files", "Image", Test::Equals, "C:\\Program Files\\x.exe", 0);
        row("profile", "Image", Test::StartsWith, "C:\\Users\\a\\AppData\\", 1);
        row("program data", "ParentImage", Test::Equals, "C:\\ProgramData\\x.exe", 1);
        row("name in any folder", "Image", Test::EndsWith, "\\x.exe", 1);
        row("end of a path", "Image", Test::EndsWith, "\\System32\\x.exe", 0);
        row("wide network", "DestinationIp", Test::Cidr, "10.0.0.0/15", 1);
        row("network", "DestinationIp", Test::Cidr, "10.1.0.0/16", 0);
        row("wide IPv6 network", "DestinationIp", Test::Cidr, "2001:db8::/31", 1);
        row("only a port", "DestinationPort", Test::Equals, "443", 1);
        row("only a computer", "Computer", Test::Equals, "HOST-1", 1);
        row("short text", "CommandLine", Test::Contains, "/c", 1);
    }
    void warns()
    {
        QFETCH(QByteArray, field);
        QFETCH(int, test);
        QFETCH(QByteArray, value);
        QFETCH(int, expected);
        const auto item = itemWith({{field.toStdString(), static_cast<Test>(test), value.toStdString()}});
        QVERIFY(validate(item));
        const auto found = warnings(item);
        QCOMPARE(static_cast<int>(found.size()), expected);
        for (const auto &warning : found)
            QVERIFY(warning.text().ends_with('.'));
    }

    void matches_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<int>("test");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *field, Test test, const char *value,
                            bool expected) {
            QTest::newRow(name) << QByteArray(field) << static_cast<int>(test) << QByteArray(value)
                                << expected;
        };
        row("equals, other case", "Image", Test::Equals, "c:\\PROGRAM files\\\u00e4PP\\updater.exe", true);
        row("equals, part", "Image", Test::Equals, "updater.exe", false);
        row("starts with", "Image", Test::StartsWith, "C:\\program files\\", true);
        row("starts with, not", "Image", Test::StartsWith, "Program", false);
        row("ends with", "Image", Test::EndsWith, "\\UPDATER.exe", true);
        row("ends with, not", "Image", Test::EndsWith, "\\updater", false);
        row("ends with more than there is", "DestinationPort", Test::EndsWith, "0443", false);
        row("contains", "CommandLine", Test::Contains, "\"A*B?\"", true);
        row("star is literal", "CommandLine", Test::Contains, "updater*b", false);
        row("any value", "DestinationHostname", Test::Equals, "CDN.example", true);
        row("no value", "DestinationHostname", Test::Equals, "other.example", false);
        row("network, IPv4 written as IPv6", "DestinationIp", Test::Cidr, "203.0.113.0/24", true);
        row("network written as IPv6", "DestinationIp", Test::Cidr, "::ffff:203.0.113.0/120", true);
        row("other network", "DestinationIp", Test::Cidr, "198.51.100.0/24", false);
        row("address", "DestinationIp", Test::Equals, "203.0.113.7", true);
        row("address in another form", "DestinationIp", Test::Equals, "::FFFF:cb00:7107", true);
        row("other address", "DestinationIp", Test::Equals, "203.0.113.8", false);
        row("computer of the record", "Computer", Test::Equals, "host-1", true);
        row("absent field", "ParentImage", Test::Contains, "x", false);
        row("empty field", "User", Test::Contains, "x", false);
    }
    void matches()
    {
        QFETCH(QByteArray, field);
        QFETCH(int, test);
        QFETCH(QByteArray, value);
        QFETCH(bool, expected);
        const AllowCondition condition{field.toStdString(), static_cast<Test>(test), value.toStdString()};
        const Hit hit;
        const auto matcher = AllowlistMatcher::compile(itemWith({condition}));
        QVERIFY(matcher);
        QCOMPARE(matcher->matches(kRuleId, hit.event, at("2024-01-01T00:00:00Z")), expected);
        // What holds in the item has to hold after it went through a file.
        const auto again = fromSigmaFilters(toSigmaFilter(itemWith({condition})), "item.yml");
        QVERIFY2(again.size() == 1 && again[0], describeFailure(again).c_str());
        QCOMPARE(again[0]->conditions, std::vector<AllowCondition>{condition});
    }

    void allConditionsHaveToHold()
    {
        const Hit hit;
        const auto now = at("2024-01-01T00:00:00Z");
        const AllowCondition image{"Image", Test::EndsWith, "\\updater.exe"};
        const AllowCondition port{"DestinationPort", Test::Equals, "443"};
        const AllowCondition otherPort{"DestinationPort", Test::Equals, "80"};
        QVERIFY(AllowlistMatcher::compile(itemWith({image, port}))->matches(kRuleId, hit.event, now));
        QVERIFY(!AllowlistMatcher::compile(itemWith({image, otherPort}))->matches(kRuleId, hit.event, now));
    }

    void rulesLimitAnItem()
    {
        const Hit hit;
        const auto now = at("2024-01-01T00:00:00Z");
        auto item = itemWith({{"DestinationHostname", Test::Equals, "cdn.example"}});
        item.ruleIds = {"0A1B2C3D-0000-4000-8000-000000000001"};
        const auto matcher = AllowlistMatcher::compile(item);
        QVERIFY(matcher->matches(kRuleId, hit.event, now));
        QVERIFY(!matcher->matches("0a1b2c3d-0000-4000-8000-000000000002", hit.event, now));
    }

    void expiryIsExclusive()
    {
        const Hit hit;
        auto item = itemWith({{"DestinationHostname", Test::Equals, "cdn.example"}});
        item.expires = at("2024-06-01T12:00:00Z");
        const auto matcher = AllowlistMatcher::compile(item);
        QVERIFY(matcher->matches(kRuleId, hit.event, at("2024-06-01T11:59:59.9999999Z")));
        QVERIFY(!matcher->matches(kRuleId, hit.event, at("2024-06-01T12:00:00Z")));
    }

    void roundTrip()
    {
        auto item = itemWith({{"Image", Test::EndsWith, "\\updater.exe"},
                              {"CommandLine", Test::Contains, "a"},
                              {"CommandLine", Test::Contains, "b"},
                              {"DestinationIp", Test::Cidr, "2001:db8::/32"},
                              {"DestinationPort", Test::Equals, "0443"}});
        item.ruleIds = {kRuleId, "0a1b2c3d-0000-4000-8000-000000000002"};
        item.created = at("2024-01-02T03:04:05.1234567Z");
        item.expires = at("2025-01-02T03:04:05Z");
        const auto text = toSigmaFilter(item);
        QVERIFY(text.find("condition: not selection\n") != std::string::npos);
        const auto again = fromSigmaFilters(text + "---\n" + text, "two.yml");
        QCOMPARE(again.size(), 2u);
        for (const auto &read : again) {
            QVERIFY2(read, describeFailure(again).c_str());
            QVERIFY2(*read == item, toSigmaFilter(*read).c_str());
        }
    }

    void hostileTextSurvives_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, std::string_view text) {
            QTest::newRow(name) << QByteArray(text.data(), static_cast<qsizetype>(text.size()));
        };
        using namespace std::string_view_literals;
        row("quotes", R"(it's "quoted" \" \')");
        row("YAML marks", "- a: [b, {c}] # &x *y !z | > % @ `");
        row("looks like a document", "---\ntitle: x\n...\n");
        row("looks like null", "null");
        row("looks like a boolean", "yes");
        row("looks like a number", "0x10");
        row("line breaks", "a\nb\r\nc\rd");
        row("blanks around", "  a  b \t ");
        row("controls", "a\x01\x02\x1b[31m\x7f z");
        row("NUL", "a\0b"sv);
        row("YAML's other line breaks", "a\u0085b\u2028c\u2029d");
        row("byte order mark", "\uFEFFa\uFEFF");
        row("bidi", "gpj\u202Eexe\u2066.x");
        row("zero width", "a\u200Bb\u2060c");
        row("not in the BMP", "\U0001F600\U0010FFFFa\U000E0041");
        row("no characters", "a\uFFFEb\uFFFFc");
        row("C1", "a\u009bb");
        row("backslashes", R"(\\srv\share\*\?.exe\)");
        row("backslash before a line break", "a\\\nb\\");
        row("wildcards beside text", "*a?");
        row("escapes of double quotes", R"(\x41\u0041\n)");
    }
    void hostileTextSurvives()
    {
        QFETCH(QByteArray, text);
        const auto hostile = text.toStdString();
        auto item = itemWith({{"CommandLine", Test::Equals, hostile},
                              {"CommandLine", Test::StartsWith, hostile},
                              {"CommandLine", Test::EndsWith, hostile},
                              {"CommandLine", Test::Contains, hostile},
                              {"User", Test::Contains, hostile},
                              {"User", Test::Contains, hostile + "x"}});
        item.title = hostile;
        item.reason = "x" + hostile;
        item.author = hostile;
        const auto again = fromSigmaFilters(toSigmaFilter(item), "hostile.yml");
        QCOMPARE(again.size(), 1u);
        QVERIFY2(again[0], describeFailure(again).c_str());
        QCOMPARE(QByteArray::fromStdString(again[0]->title), text);
        QVERIFY2(*again[0] == item, toSigmaFilter(*again[0]).c_str());
    }

    void everyCharacterSurvives()
    {
        for (char32_t c = 0; c <= 0x10FFFF; c = c < 0x3000 ? c + 1 : c + 89) {
            if (c >= 0xD800 && c <= 0xDFFF)
                continue;
            const auto text = ("a" + QString::fromUcs4(&c, 1).toUtf8() + "b").toStdString();
            const auto written = yaml::quoted(text);
            yaml::Reader reader(written, "c.yml");
            const auto document = reader.next();
            QVERIFY2(document && *document, std::to_string(c).c_str());
            QVERIFY2((*document)->root.text == text, std::to_string(c).c_str());
        }
    }

    void illFormedTextBecomesReadable()
    {
        const auto item = itemWith({{"CommandLine", Test::Contains,
                                     "a\xFF"
                                     "b"}});
        const auto again = fromSigmaFilters(toSigmaFilter(item), "bytes.yml");
        QVERIFY2(again.size() == 1 && again[0], describeFailure(again).c_str());
        QCOMPARE(again[0]->conditions[0].value, "a\uFFFDb");
    }

    void readsFiltersByOtherHands()
    {
        const auto items = fromSigmaFilters(R"(
title: Administrators
id: 11111111-2222-4333-8444-55555555555A
description: Known good
author: Somebody else
logsource:
    category: network_connection
    product: windows
filter:
    rules:
        - 0A1B2C3D-0000-4000-8000-000000000001
    admins:
        User|startswith: 'adm_'
        Image: '*\x.exe'
        DestinationPort: 443
    condition: not admins
)",
                                            "other.yml");
        QVERIFY2(items.size() == 1 && items[0], describeFailure(items).c_str());
        QCOMPARE(items[0]->id, "11111111-2222-4333-8444-55555555555a");
        QCOMPARE(items[0]->reason, "Known good");
        QCOMPARE(items[0]->author, "Somebody else");
        QCOMPARE(items[0]->ruleIds, std::vector<std::string>{kRuleId});
        QCOMPARE(items[0]->conditions,
                 (std::vector<AllowCondition>{{"User", Test::StartsWith, "adm_"},
                                              {"Image", Test::EndsWith, "\\x.exe"},
                                              {"DestinationPort", Test::Equals, "443"}}));
    }

    void refusesWithPlace_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        const auto row = [](const char *name, const char *from, const char *to, int line, int column) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << line << column;
        };
        row("no filter", "filter:", "detection:", 1, 1);
        row("positive condition", "not selection", "selection", 9, 16);
        row("two selections", "not selection", "not selection or x", 9, 16);
        row("condition names rules", "not selection", "not rules", 9, 16);
        row("list of maps", "        Image: 'x.exe'", "        - Image: 'x.exe'", 8, 9);
        row("list of values", "'x.exe'", "[a, b]", 8, 16);
        row("regular expression", "Image:", "Image|re:", 8, 9);
        row("unknown modifier", "Image:", "Image|fuzzy:", 8, 9);
        row("wildcard within", "x.exe", "x*.exe", 8, 16);
        row("null", "'x.exe'", "null", 8, 16);
        row("unknown field", "Image:", "Company:", 6, 5);
        row("network that is too wide", "Image: 'x.exe'", "DestinationIp|cidr: 0.0.0.0/0", 6, 5);
        row("rule by name", "rules: any", "rules: [my_rule]", 6, 13);
        row("no rules", "rules: any", "other: any", 6, 5);
        row("every rule of a category", "product: windows", "category: dns_query", 4, 5);
        row("no reason", "description: d", "status: test", 6, 5);
        row("expiry is no time", "description: d", "lolscope: {expires: soon, reason: r}", 2, 21);
        row("duplicate key", "        Image: 'x.exe'", "        Image: a\n        Image: b", 9, 9);
        row("alias", "'x.exe'", "*x", 8, 16);
        row("no YAML", "'x.exe'", "'x.exe", 10, 1);
    }
    void refusesWithPlace()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(int, line);
        QFETCH(int, column);
        const QByteArray good =
            "title: t\ndescription: d\nlogsource:\n    product: windows\nfilter:\n    rules: any\n"
            "    selection:\n        Image: 'x.exe'\n    condition: not selection\n";
        QVERIFY(fromSigmaFilters(good.toStdString(), "good.yml").at(0));
        auto bad = good;
        QVERIFY(bad.contains(from));
        bad.replace(from, to);
        const auto items = fromSigmaFilters(bad.toStdString(), "bad.yml");
        QCOMPARE(items.size(), 1u);
        QVERIFY(!items[0]);
        const auto described = describe(items[0].error());
        QCOMPARE(items[0].error().source, "bad.yml");
        QVERIFY2(items[0].error().line == line && items[0].error().column == column, described.c_str());
    }

    void cutAtEveryLength()
    {
        const auto text = toSigmaFilter(itemWith({{"Image", Test::Equals, "C:\\x\n.exe"}}));
        for (std::size_t length = 0; length < text.size(); ++length)
            for (const auto &item : fromSigmaFilters(text.substr(0, length), "cut.yml"))
                QVERIFY(item ? item->conditions.size() == 1 : item.error().line > 0);
    }
};

QTEST_APPLESS_MAIN(TestAllowlist)
#include "tst_allowlist.moc"
