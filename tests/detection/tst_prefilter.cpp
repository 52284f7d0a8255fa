#include "detection/engine/engine.h"

#include <QtTest>

#include <random>
#include <set>

using namespace lolscope;

namespace {

constexpr std::string_view kSysmon = "Microsoft-Windows-Sysmon";
constexpr std::string_view kAuditing = "Microsoft-Windows-Security-Auditing";

struct Kind
{
    std::string_view provider;
    std::uint32_t eventId;
    const char *logSource;
    JoinGains gains;
    std::vector<std::string_view> fields; ///< That its records may have.
};

const std::vector<Kind> &kinds()
{
    static const std::vector<Kind> all = {
        {kSysmon,
         1,
         "{category: process_creation}",
         {},
         {"Image", "CommandLine", "User", "OriginalFileName"}},
        {kSysmon,
         3,
         "{category: network_connection}",
         {true, true},
         {"Image", "User", "Initiated", "DestinationHostname"}},
        {kSysmon, 22, "{category: dns_query}", {true, false}, {"Image", "User", "QueryName"}},
        {kSysmon, 13, "{category: registry_set}", {true, false}, {"Image", "TargetObject", "Details"}},
        {kSysmon, 10, "{category: process_access}", {}, {"SourceImage", "CallTrace"}},
        {kAuditing,
         5156,
         "{category: network_connection}",
         {true, true},
         {"Application", "Direction", "ProcessID"}},
        {kAuditing, 4689, "{category: process_termination}", {true, false}, {"ProcessName", "ProcessId"}},
        {kSysmon, 3, "{product: windows}", {true, true}, {"Image", "Initiated"}},
    };
    return all;
}

constexpr std::array<std::string_view, 6> kStartFields = {"Image",       "CommandLine", "OriginalFileName",
                                                          "ParentImage", "User",        "ProcessId"};
constexpr std::array<std::string_view, 7> kValues = {"a", "b", "ab", "ba", "", "A", "true"};

class Random
{
public:
    explicit Random(unsigned seed)
        : m_engine(seed)
    {}
    std::size_t below(std::size_t limit) { return m_engine() % limit; }
    template<typename List>
    auto of(const List &list)
    {
        return list[below(std::size(list))];
    }

private:
    std::mt19937 m_engine;
};

std::string item(Random &random, const Kind &kind)
{
    static constexpr const char *kForms[] = {
        "",        "|contains", "|startswith",   "|endswith", "|neq",          "|re",
        "|exists", "|fieldref", "|contains|all", "null",      "|contains|neq", "|re|i"};
    std::vector<std::string_view> names = {"DestinationHostname", "Initiated", "Absent"};
    names.insert(names.end(), kStartFields.begin(), kStartFields.end());
    names.insert(names.end(), kind.fields.begin(), kind.fields.end());
    const std::string name(random.of(names));
    const std::string_view form = random.of(kForms);
    if (form == "null")
        return name + ": null";
    if (form == "|exists")
        return "'" + name + "|exists': " + (random.below(2) ? "true" : "false");
    if (form == "|fieldref")
        return "'" + name + "|fieldref': " + std::string(random.of(names));
    std::string values;
    for (std::size_t i = 0, count = 1 + random.below(3); i < count; ++i)
        values += (i ? ", '" : "'") + std::string(random.of(kValues)) + "'";
    return "'" + name + std::string(form) + "': [" + values + "]";
}

/// A rule of a few selections, and a condition that uses each of them somehow.
std::string rule(Random &random, const Kind &kind, int number)
{
    std::string detection, condition;
    const auto selections = 1 + random.below(3);
    for (std::size_t i = 0; i < selections; ++i) {
        const std::string name(1, static_cast<char>('p' + i));
        std::set<std::string> lines;
        for (std::size_t k = 0, count = 1 + random.below(2); k < count; ++k)
            lines.insert(item(random, kind));
        detection += "    " + name + ":\n";
        for (const auto &line : lines)
            detection += "        - {" + line + "}\n";
        static constexpr const char *kJoins[] = {" and ", " or ", " and not "};
        condition += (i ? random.of(kJoins) : random.below(4) ? "" : "not ") + name;
    }
    if (random.below(12) == 0) {
        detection += "    words: ['" + std::string(random.of(kValues)) + "zz']\n";
        condition = "(" + condition + ") or words";
    }
    auto id = std::to_string(100'000 + number);
    return "title: T\nid: 0a1b2c3d-0000-4000-8000-000000" + id + "\nlogsource: " + kind.logSource
        + "\ndetection:\n" + detection + "    condition: " + condition + "\n---\n";
}

struct OwnedEvent
{
    std::vector<Field> fields;
    Event event;

    OwnedEvent(const Kind &kind, std::vector<Field> data)
        : fields(std::move(data))
    {
        event.provider = kind.provider;
        event.channel = kind.provider == kSysmon ? "Microsoft-Windows-Sysmon/Operational" : "Security";
        event.eventId = kind.eventId;
        event.data = fields;
    }
    OwnedEvent(const OwnedEvent &) = delete;
};

bool has(const std::vector<Field> &fields, std::string_view name)
{
    return std::any_of(fields.begin(), fields.end(), [&](const Field &field) { return field.name == name; });
}

} // namespace

class TestPrefilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neverLosesAMatch_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 400; ++seed)
            QTest::addRow("%u", seed) << seed;
    }
    void neverLosesAMatch()
    {
        QFETCH(unsigned, seed);
        Random random(seed);
        const Kind &kind = kinds()[seed % kinds().size()];
        std::string text;
        for (int i = 0, count = 1 + static_cast<int>(random.below(6)); i < count; ++i)
            text += rule(random, kind, i);
        const auto load = sigma::parseRules(text, "random.yml");
        QVERIFY2(load.refused.empty(),
                 load.refused.empty() ? "" : (describe(load.refused[0].reason) + text).c_str());
        const Engine engine(load.loaded);
        Engine::Session session(engine);
        for (int round = 0; round < 300; ++round) {
            std::vector<Field> own;
            for (const auto name : kind.fields)
                if (random.below(3))
                    own.push_back({name, random.of(kValues)});
            auto joined = own;
            if (kind.gains.processStart)
                for (const auto name : kStartFields)
                    if (!has(own, name) && random.below(2))
                        joined.push_back({name, random.of(kValues), FieldSource::ProcessStart});
            if (kind.gains.askedName && random.below(2))
                joined.push_back({"DestinationHostname", random.of(kValues), FieldSource::AskedName});
            const OwnedEvent before(kind, own);
            const OwnedEvent after(kind, joined);
            const bool matches = !engine.evaluate(after.event, session).empty();
            const bool mayMatch = engine.mayMatch(before.event, kind.gains, session);
            QVERIFY2(mayMatch || !matches, text.c_str());
            m_matches += matches ? 1 : 0;
            m_noes += mayMatch ? 0 : 1;
            if (!kind.gains.processStart) // nothing is unknown, so the answer is exact
                QCOMPARE(mayMatch, matches);
            QCOMPARE(engine.mayMatch(after.event, {}, session), matches);
            QCOMPARE(engine.evaluate(after.event).size(), engine.evaluate(after.event, session).size());
        }
    }

    void theRandomRulesDoBoth()
    {
        QVERIFY2(m_matches > 1000 && m_noes > 1000,
                 (std::to_string(m_matches) + ' ' + std::to_string(m_noes)).c_str());
    }

    void says_data()
    {
        QTest::addColumn<QByteArray>("detection");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *detection, bool expected) {
            QTest::newRow(name) << QByteArray(detection) << expected;
        };
        row("no: the record's own field says no", "    a: {Image|endswith: \\mshta.exe}\n    condition: a\n",
            false);
        row("yes: it says yes", "    a: {Image|endswith: \\other.exe}\n    condition: a\n", true);
        row("perhaps: the start may say it", "    a: {OriginalFileName: mshta.exe}\n    condition: a\n",
            true);
        row("no: another field says no",
            "    a: {OriginalFileName: mshta.exe, Initiated: 'false'}\n    condition: a\n", false);
        row("perhaps: a filter may fail",
            "    a: {Initiated: true}\n    b: {ParentImage: x}\n    condition: a and not b\n", true);
        row("no: no start has such a field", "    a: {Details|contains: x}\n    condition: a\n", false);
        row("perhaps: another name", "    a: {DestinationHostname|endswith: x}\n    condition: a\n", true);
        row("no: keywords look at the record", "    a: [nothing]\n    condition: a\n", false);
        row("perhaps: absence may end", "    a: {CommandLine: null}\n    condition: a\n", true);
        row("no: a value stays", "    a: {Image: null}\n    condition: a\n", false);
        row("perhaps: a reference to what may come",
            "    a: {Image|fieldref: ParentImage}\n    condition: a\n", true);
        row("no: a reference to what will not", "    a: {Image|fieldref: Details}\n    condition: a\n",
            false);
    }
    void says()
    {
        QFETCH(QByteArray, detection);
        QFETCH(bool, expected);
        const auto load =
            sigma::parseRules("title: T\nid: 0a1b2c3d-0000-4000-8000-000000000001\nlogsource: {category: "
                              "network_connection}\ndetection:\n"
                                  + detection.toStdString(),
                              "says.yml");
        QVERIFY(load.refused.empty());
        const Engine engine(load.loaded);
        Engine::Session session(engine);
        const OwnedEvent event(
            kinds()[1],
            {{"Image", "C:\\other.exe"}, {"Initiated", "true"}, {"DestinationHostname", "a.example"}});
        QCOMPARE(engine.mayMatch(event.event, {true, true}, session), expected);
    }

    void otherKindsAreLeftAlone()
    {
        const auto load =
            sigma::parseRules("title: T\nid: 0a1b2c3d-0000-4000-8000-000000000001\nlogsource: {category: "
                              "dns_query}\ndetection: {a: {F: null}, condition: a}\n",
                              "x.yml");
        const Engine engine(load.loaded);
        Engine::Session session(engine);
        const OwnedEvent other(kinds()[0], {{"F", ""}});
        const OwnedEvent query(kinds()[2], {{"F", ""}});
        QVERIFY(!engine.mayMatch(other.event, {true, true}, session));
        QVERIFY(engine.mayMatch(query.event, {true, true}, session));
    }

private:
    int m_matches = 0;
    int m_noes = 0;
};

QTEST_APPLESS_MAIN(TestPrefilter)
#include "tst_prefilter.moc"
