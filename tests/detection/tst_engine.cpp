#include "tests/detection/engineevents.h"

using namespace lolscope;
using namespace lolscope::test;

/// Matches: which rules, in which order, and why.
class TestEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
