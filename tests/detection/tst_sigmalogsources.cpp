#include "detection/sigma/logsource.h"
#include "tests/detection/sigmaspec.h"
#include "tests/support/sigmareference/logsource.h"

#include <algorithm>
#include <set>

using namespace lolscope;
using test::Answer;
using enum test::Answer;
using test::check;
using test::SpecEvent;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char *kAuditing = "Microsoft-Windows-Security-Auditing";
constexpr const char *kSysmonChannel = "Microsoft-Windows-Sysmon/Operational";

SpecEvent eventOf(std::string provider, std::string channel, std::uint32_t id, Fields fields = {})
{
    return {std::move(fields), {}, std::move(provider), std::move(channel), id};
}

/// A rule that every event of the log source fits.
std::string ruleAbout(const std::string &logSource)
{
    return test::ruleOf("    sel:\n        Never|exists: false\n    condition: sel\n", logSource);
}

} // namespace

Q_DECLARE_METATYPE(Fields)

/// Sigma's log sources as Windows events, with the Security log's stand-ins.
class TestSigmaLogSources : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sources_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("provider");
        QTest::addColumn<QByteArray>("channel");
        QTest::addColumn<int>("id");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *source, const char *provider, const char *channel,
                            int id, bool expected) {
            QTest::newRow(name) << QByteArray(source) << QByteArray(provider) << QByteArray(channel) << id
                                << expected;
        };
        const char *start = "{category: process_creation, product: windows}";
        const char *sysmon = "Microsoft-Windows-Sysmon";
        row("Sysmon", start, sysmon, kSysmonChannel, 1, true);
        row("Sysmon, another event", start, sysmon, kSysmonChannel, 5, false);
        row("Security", start, kAuditing, "Security", 4688, true);
        row("Security, another event", start, kAuditing, "Security", 4689, false);
        row("the id of the other log", start, kAuditing, "Security", 1, false);
        row("the other id of this log", start, sysmon, kSysmonChannel, 4688, false);
        row("another provider", start, "Microsoft-Windows-Kernel-General", "System", 1, false);
        row("forwarded", start, sysmon, "ForwardedEvents", 1, true);
        row("category alone", "{category: process_creation}", sysmon, kSysmonChannel, 1, true);
        row("names in upper case", "{category: PROCESS_CREATION, product: WINDOWS}", sysmon, kSysmonChannel,
            1, true);
        row("definition is not evaluated", "{category: process_creation, definition: x, other: y}", sysmon,
            kSysmonChannel, 1, true);
        row("product alone", "{product: windows}", "Any", "Thing", 7, true);
        row("service by channel", "{product: windows, service: security}", "Microsoft-Windows-Eventlog",
            "Security", 1102, true);
        row("service, channel in lower case", "{service: security}", "x", "security", 1, true);
        row("service, another channel", "{service: security}", kAuditing, "System", 4688, false);
        row("service, forwarded", "{service: security}", kAuditing, "ForwardedEvents", 4624, true);
        row("service, forwarded from elsewhere", "{service: security}", sysmon, "ForwardedEvents", 1, false);
        row("service of two channels", "{service: powershell}", "x", "PowerShellCore/Operational", 1, true);
        row("both have to hold", "{category: process_creation, service: sysmon}", sysmon, kSysmonChannel, 1,
            true);
        row("both, the service fails", "{category: process_creation, service: sysmon}", kAuditing, "Security",
            4688, false);
        row("both, the other log", "{category: process_creation, service: security}", kAuditing, "Security",
            4688, true);
        row("both, the category fails", "{category: process_creation, service: sysmon}", sysmon,
            kSysmonChannel, 3, false);
        row("connection in the Security log", "{category: network_connection}", kAuditing, "Security", 5156,
            true);
        row("process end in the Security log", "{category: process_termination}", kAuditing, "Security", 4689,
            true);
        row("WMI's own log", "{category: wmi_event}", "Microsoft-Windows-WMI-Activity",
            "Microsoft-Windows-WMI-Activity/Operational", 5861, true);
        row("Defender is an antivirus", "{category: antivirus}", "Microsoft-Windows-Windows Defender",
            "Microsoft-Windows-Windows Defender/Operational", 1116, true);
        row("Defender, no find", "{category: antivirus}", "Microsoft-Windows-Windows Defender",
            "Microsoft-Windows-Windows Defender/Operational", 5007, false);
        const char *linuxSysmon = "Linux-Sysmon";
        const char *linuxChannel = "Linux-Sysmon/Operational";
        const char *linuxStart = "{category: process_creation, product: linux}";
        row("Sysmon for Linux", linuxStart, linuxSysmon, linuxChannel, 1, true);
        row("Sysmon for Linux, connection", "{category: network_connection, product: Linux}", linuxSysmon,
            linuxChannel, 3, true);
        row("Sysmon for Linux, file", "{category: file_event, product: linux}", linuxSysmon, linuxChannel, 11,
            true);
        row("Sysmon for Linux, its channel alone", linuxStart, "", linuxChannel, 1, true);
        row("Sysmon for Linux, service", "{product: linux, service: sysmon}", linuxSysmon, linuxChannel, 16,
            true);
        row("Sysmon for Linux, product alone", "{product: linux}", linuxSysmon, linuxChannel, 5, true);
        row("Sysmon for Linux, any product", "{category: process_creation}", linuxSysmon, linuxChannel, 1,
            true);
        row("Sysmon for Linux, any product of a service", "{category: process_creation, service: sysmon}",
            linuxSysmon, linuxChannel, 1, true);
        row("a rule for Windows on Linux", start, linuxSysmon, linuxChannel, 1, false);
        row("a rule for Windows' Sysmon on Linux", "{product: windows, service: sysmon}", linuxSysmon,
            linuxChannel, 1, false);
        row("every event of Windows, on Linux", "{product: windows}", linuxSysmon, linuxChannel, 1, false);
        row("every event of Windows, the channel alone", "{product: windows}", "", linuxChannel, 1, false);
        row("a rule for Linux on Windows", linuxStart, sysmon, kSysmonChannel, 1, false);
        row("a rule for Linux on the Security log", linuxStart, kAuditing, "Security", 4688, false);
        row("every event of Linux, on Windows", "{product: linux}", sysmon, kSysmonChannel, 1, false);
        row("DNS client, as Event Viewer calls it", "{service: dns-client}", "Microsoft-Windows-DNS-Client",
            "Microsoft-Windows-DNS Client Events/Operational", 3008, true);
        row("DNS client, as the channel is called", "{service: dns-client}", "Microsoft-Windows-DNS-Client",
            "Microsoft-Windows-DNS-Client/Operational", 3008, true);
    }
    void sources()
    {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, provider);
        QFETCH(QByteArray, channel);
        QFETCH(int, id);
        QFETCH(bool, expected);
        check(ruleAbout(source.toStdString()),
              eventOf(provider.toStdString(), channel.toStdString(), static_cast<std::uint32_t>(id)),
              expected ? Matches : Misses);
    }

    void refusedSources_data()
    {
        QTest::addColumn<QByteArray>("source");
        for (const char *source :
             {"{product: macos}", "{product: macos, category: process_creation}", "{category: file_access}",
              "{product: linux, service: auditd}", "{product: linux, category: dns_query}",
              "{product: linux, service: security}",
              "{product: linux, category: process_creation, service: x}",
              "{category: file_rename, product: windows}", "{category: nosuch}", "{service: auditd}",
              "{category: process_creation, service: powershell}", "{category: dns_query, service: nosuch}",
              "{}", "windows", "[windows]", "{category: [a]}", "{definition: x}"})
            QTest::newRow(source) << QByteArray(source);
    }
    void refusedSources()
    {
        QFETCH(QByteArray, source);
        check(ruleAbout(source.toStdString()), eventOf("x", "Security", 1), Refused);
    }

    /// Every category and service and some of both together over every kind of event that any of them names.
    void everySourceOverEveryEvent()
    {
        const auto categories = test::referenceCategories();
        const auto services = test::referenceServices();
        QVERIFY(categories.size() > 30 && services.size() > 40);
        std::vector<std::string> sources = {"{product: windows}", "{product: linux}",
                                            "{product: linux, service: sysmon}"};
        for (const auto &category : categories) {
            sources.push_back("{category: " + category + "}");
            sources.push_back("{product: linux, category: " + category + "}");
            for (const char *service : {"sysmon", "security", "powershell", "wmi"})
                sources.push_back("{category: " + category + ", service: " + service + "}");
        }
        for (const auto &service : services)
            sources.push_back("{service: " + service + "}");

        std::vector<std::string> differences;
        std::vector<test::ReferenceRule> rules;
        std::vector<sigma::RulePtr> loaded;
        for (std::size_t i = 0; i < sources.size(); ++i) {
            auto text = ruleAbout(sources[i]);
            const auto number = std::to_string(100'000 + i);
            text.replace(text.find("000000000001"), 12, "000000" + number);
            auto references = test::ReferenceRule::read(text);
            auto load = sigma::parseRules(text, sources[i]);
            QCOMPARE(references.size(), 1u);
            if (load.refused.empty() != references[0].refused().empty())
                differences.push_back(sources[i] + (load.refused.empty() ? " is loaded" : " is refused"));
            if (load.refused.empty() && references[0].refused().empty()) {
                loaded.push_back(load.loaded[0]);
                rules.push_back(std::move(references[0]));
            }
        }
        const Engine engine(loaded);

        std::set<std::pair<std::string, std::string>> logs;
        std::set<std::uint32_t> ids;
        for (const auto &category : categories) {
            std::string refused;
            for (const auto &source : test::referenceSources(category, "", "", refused)) {
                for (std::size_t i = 0; i < source.providers.size(); ++i)
                    logs.insert({source.providers[i], source.channels[i]});
                ids.insert(source.eventIds.begin(), source.eventIds.end());
            }
        }
        for (const auto &service : services) {
            std::string refused;
            for (const auto &source : test::referenceSources("", "windows", service, refused))
                for (const auto &channel : source.channels)
                    logs.insert({source.providers.empty() ? "Other" : source.providers[0], channel});
        }
        std::size_t compared = 0;
        std::size_t wanted = 0;
        for (const auto &[provider, channel] : logs) {
            const std::vector<std::pair<std::string, std::string>> forms = {
                {provider, channel}, {provider, "ForwardedEvents"},
                {provider, ""},      {"", channel},
                {"Other", channel},  {provider, "Other"}};
            for (const auto &[byProvider, inChannel] : forms)
                for (const auto id : ids)
                    for (const char *type : {"CreateKey", "deletevalue", "%%1904", "%%1905", "%%1906"}) {
                        const bool typed = id == 12 || id == 4657;
                        if (!typed && type != std::string_view("CreateKey"))
                            continue;
                        const auto event = eventOf(byProvider, inChannel, id,
                                                   {{id == 12 ? "EventType" : "OperationType", type}});
                        event.with([&](const Event &one) {
                            compare(engine, rules, one, differences, compared, wanted);
                            return 0;
                        });
                    }
        }
        for (std::size_t i = 0; i < differences.size() && i < 40; ++i)
            qWarning("%s", differences[i].c_str());
        QCOMPARE(differences.size(), 0u);
        QVERIFY(compared > 100'000 && wanted > 10'000);
    }

    void processStart4688_data()
    {
        fieldColumns();
        const Fields event = {{"NewProcessName", "C:\\a\\child.exe"},
                              {"ParentProcessName", "C:\\a\\parent.exe"},
                              {"NewProcessId", "0x20"},
                              {"ProcessId", "0x10"},
                              {"SubjectLogonId", "0x3e7"},
                              {"CommandLine", "child -x"},
                              {"SubjectUserName", "alice"}};
        const auto row = [&](const char *line, bool expected) { fieldRow(line, event, expected); };
        row("Image|endswith: '\\child.exe'", true);
        row("NewProcessName|endswith: '\\child.exe'", true);
        row("ParentImage|endswith: '\\parent.exe'", true);
        row("ParentImage|endswith: '\\child.exe'", false);
        row("ProcessId: '0x20'", true);
        row("ProcessId: '0x10'", false);
        row("ParentProcessId: '0x10'", true);
        row("LogonId: '0x3e7'", true);
        row("CommandLine|endswith: '-x'", true);
        row("SubjectUserName: alice", true);
        row("OriginalFileName: null", true);
        row("Hashes|contains: a", false);
        row("Image|fieldref: NewProcessName", true);
        row("CommandLine|fieldref: Image", false);
        for (const auto &[level, word] :
             std::vector<std::pair<std::string, std::string>>{{"S-1-16-4096", "Low"},
                                                              {"S-1-16-8192", "Medium"},
                                                              {"S-1-16-8448", "Medium"},
                                                              {"S-1-16-12288", "High"},
                                                              {"S-1-16-16384", "System"}}) {
            const Fields labelled = {{"MandatoryLabel", level}};
            fieldRow("IntegrityLevel: " + word, labelled, true);
            fieldRow("IntegrityLevel: " + level, labelled, true);
            fieldRow("IntegrityLevel: Untrusted", labelled, false);
            fieldRow("IntegrityLevel|neq: " + word, labelled, false);
        }
    }
    void processStart4688() { checkField("process_creation", 4688); }

    void connection5156_data()
    {
        fieldColumns();
        const Fields out = {{"ProcessID", "4321"},
                            {"Application", "\\device\\harddiskvolume2\\windows\\system32\\mshta.exe"},
                            {"Direction", "%%14593"},
                            {"SourceAddress", "10.0.0.5"},
                            {"SourcePort", "50123"},
                            {"DestAddress", "203.0.113.7"},
                            {"DestPort", "443"},
                            {"Protocol", "6"}};
        const auto row = [&](const char *line, bool expected) { fieldRow(line, out, expected); };
        row("Image|endswith: '\\mshta.exe'", true);
        row("Application|endswith: '\\mshta.exe'", true);
        row("Initiated: true", true);
        row("Initiated: 'true'", true);
        row("Initiated: false", false);
        row("SourceIp: 10.0.0.5", true);
        row("SourcePort: 50123", true);
        row("DestinationIp|cidr: 203.0.113.0/24", true);
        row("DestinationIp|cidr: 10.0.0.0/8", false);
        row("DestinationPort: 443", true);
        row("DestinationPort|gt: 1024", false);
        row("Protocol: tcp", true);
        row("Protocol: 6", true);
        row("Protocol: udp", false);
        row("ProcessId: 4321", true);
        row("DestinationHostname: null", true);
        fieldRow("Initiated: false", {{"Direction", "%%14592"}}, true);
        fieldRow("Initiated: true", {{"Direction", "%%14592"}}, false);
        fieldRow("Protocol: udp", {{"Protocol", "17"}}, true);
    }
    void connection5156() { checkField("network_connection", 5156); }

    void registry4657_data()
    {
        fieldColumns();
        const Fields set = {
            {"SubjectUserName", "alice"},
            {"ObjectName", "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"},
            {"ObjectValueName", "Updater"},
            {"OperationType", "%%1905"},
            {"NewValue", "C:\\x.exe"},
            {"ProcessName", "C:\\a\\reg.exe"}};
        const auto row = [&](const char *line, bool expected) { fieldRow(line, set, expected); };
        row("Image|endswith: '\\reg.exe'", true);
        row("User: alice", true);
        row("Details: 'C:\\x.exe'", true);
        row("EventType: SetValue", true);
        row("EventType: CreateKey", false);
        row("TargetObject: 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater'", true);
        row("TargetObject|contains: '\\CurrentVersion\\Run\\'", true);
        row("TargetObject|endswith: '\\Updater'", true);
        row("TargetObject|startswith: HKU", false);
        fieldRow("TargetObject|startswith: 'HKU\\S-1-5-21-1\\Software'",
                 {{"ObjectName", "\\REGISTRY\\USER\\S-1-5-21-1\\Software"},
                  {"ObjectValueName", "x"},
                  {"OperationType", "%%1905"}},
                 true);
        fieldRow(
            "TargetObject|contains: x",
            {{"ObjectName", "\\REGISTRY\\MACHINE\\x"}, {"ObjectValueName", "x"}, {"OperationType", "%%1906"}},
            false); // a value deleted is not one set
    }
    void registry4657() { checkField("registry_set", 4657); }

    void query3008_data()
    {
        QTest::addColumn<std::string>("line");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *line, bool expected) {
            QTest::newRow(line) << std::string(line) << expected;
        };
        row("QueryName|endswith: '.example'", true);
        row("QueryStatus: 0", true);
        row("QueryResults|contains: 203.0.113.8", true);
        row("ProcessId: 8440", true);
        row("ProcessId: 8441", false);
        row("Image: null", true);
        row("Image|exists: true", false);
    }
    void query3008()
    {
        QFETCH(std::string, line);
        QFETCH(bool, expected);
        const auto rule = test::ruleOf("    sel:\n        " + line + "\n    condition: sel\n",
                                       "{category: dns_query, product: windows}");
        const SpecEvent query = {{{"QueryName", "cdn-sync.example"},
                                  {"QueryType", "1"},
                                  {"QueryOptions", "140737488355328"},
                                  {"QueryStatus", "0"},
                                  {"QueryResults", "type:  5 edge.example;203.0.113.8;"}},
                                 {{"Execution_ProcessID", "8440"}, {"Execution_ThreadID", "1"}},
                                 "Microsoft-Windows-DNS-Client",
                                 "Microsoft-Windows-DNS-Client/Operational",
                                 3008};
        check(rule, query, expected ? Matches : Misses);
        auto start = query; // 3006 says that a query begins
        start.eventId = 3006;
        check(rule, start, Misses);
    }

    void everyFallBackIsMarked_data()
    {
        QTest::addColumn<QByteArray>("provider");
        QTest::addColumn<QByteArray>("channel");
        QTest::addColumn<int>("id");
        QTest::addColumn<QByteArray>("mark"); ///< What it has to name; empty: none.
        const auto row = [](const char *provider, const char *channel, int id, const char *mark) {
            QTest::newRow(qPrintable(QStringLiteral("%1 %2").arg(id).arg(QLatin1String(channel))))
                << QByteArray(provider) << QByteArray(channel) << id << QByteArray(mark);
        };
        const char *dns = "Microsoft-Windows-DNS-Client";
        row(kAuditing, "Security", 4688, "instead of Sysmon 1: no ProcessGuid, original file name");
        row(kAuditing, "Security", 4689, "instead of Sysmon 5: no ProcessGuid");
        row(kAuditing, "Security", 5156, "instead of Sysmon 3: no ProcessGuid, user or host name");
        row(kAuditing, "Security", 4657, "instead of Sysmon 12 to 14: no ProcessGuid");
        row(kAuditing, "ForwardedEvents", 4688, "instead of Sysmon 1");
        row(dns, "Microsoft-Windows-DNS-Client/Operational", 3008, "instead of Sysmon 22: no image");
        row("Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/Operational", 5861,
            "instead of Sysmon 19 to 21: no user");
        row(kAuditing, "Security", 4624, "");
        row(dns, "Microsoft-Windows-DNS-Client/Operational", 3006, "");
        row("Microsoft-Windows-Sysmon", kSysmonChannel, 1, "");
        row("Linux-Sysmon", "Linux-Sysmon/Operational", 3, "");
    }
    void everyFallBackIsMarked()
    {
        QFETCH(QByteArray, provider);
        QFETCH(QByteArray, channel);
        QFETCH(int, id);
        QFETCH(QByteArray, mark);
        const auto event =
            eventOf(provider.toStdString(), channel.toStdString(), static_cast<std::uint32_t>(id));
        const auto found = QString::fromStdString(
            event.with([](const Event &one) { return std::string(sigma::fallBackMark(one)); }));
        QCOMPARE(found.isEmpty(), mark.isEmpty());
        QVERIFY2(found.contains(QString::fromLatin1(mark)), qPrintable(found));
    }

    void otherRenames()
    {
        const auto lines = [](const std::string &line) {
            return "    sel: {" + line + "}\n    condition: sel\n";
        };
        const auto deleted = eventOf(kAuditing, "Security", 4657,
                                     {{"ObjectName", "\\REGISTRY\\MACHINE\\A"},
                                      {"ObjectValueName", "b"},
                                      {"OperationType", "%%1906"}});
        check(test::ruleOf(lines("TargetObject: 'HKLM\\A\\b'"), "{category: registry_delete}"), deleted,
              Matches);
        check(test::ruleOf(lines("TargetObject: 'HKLM\\A\\b'"), "{category: registry_event}"), deleted,
              Matches);
        check(test::ruleOf(lines("EventType: DeleteValue"), "{category: registry_event}"), deleted, Matches);
        check(test::ruleOf(lines("TargetObject: 'HKLM\\A\\b'"), "{category: registry_add}"), deleted, Misses);
        check(test::ruleOf(lines("ObjectValueName: b"), "{service: security}"), deleted, Matches);
        const auto find =
            eventOf("Microsoft-Windows-Windows Defender", "Microsoft-Windows-Windows Defender/Operational",
                    1116, {{"ThreatName", "Trojan:Win32/X"}, {"Path", "file:_C:\\x.exe"}});
        check(test::ruleOf(lines("Signature|startswith: 'Trojan:'"), "{category: antivirus}"), find, Matches);
        check(test::ruleOf(lines("Filename|endswith: x.exe"), "{category: antivirus}"), find, Matches);
        const auto binding =
            eventOf("Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/Operational", 5861,
                    {{"PossibleCause", "binding of powershell"}});
        check(test::ruleOf(lines("Destination|contains: powershell"), "{category: wmi_event}"), binding,
              Matches);
        const auto end =
            eventOf(kAuditing, "Security", 4689, {{"ProcessName", "C:\\a.exe"}, {"ProcessId", "0x4"}});
        check(test::ruleOf(lines("Image: 'C:\\a.exe', ProcessId: '0x4'"), "{category: process_termination}"),
              end, Matches);
        // A rule about the log itself reads the record's own names.
        const auto start =
            eventOf(kAuditing, "Security", 4688, {{"NewProcessId", "0x20"}, {"ProcessId", "0x10"}});
        check(test::ruleOf(lines("ProcessId: '0x10'"), "{service: security}"), start, Matches);
    }

    void registryEventTypes()
    {
        const auto about = [](const char *category) {
            return ruleAbout(std::string("{category: ") + category + "}");
        };
        for (const auto &[type, isAdd, isDelete] :
             std::vector<std::tuple<std::string, Answer, Answer>>{{"CreateKey", Matches, Misses},
                                                                  {"DeleteKey", Misses, Matches},
                                                                  {"DeleteValue", Misses, Matches},
                                                                  {"createkey", Matches, Misses},
                                                                  {"RenameKey", Misses, Misses}}) {
            const auto event = eventOf("Microsoft-Windows-Sysmon", kSysmonChannel, 12, {{"EventType", type}});
            check(about("registry_add"), event, isAdd);
            check(about("registry_delete"), event, isDelete);
            check(about("registry_event"), event, Matches);
        }
        check(about("registry_add"), eventOf("Microsoft-Windows-Sysmon", kSysmonChannel, 12), Misses);
    }

private:
    static void fieldColumns()
    {
        QTest::addColumn<std::string>("line");
        QTest::addColumn<Fields>("fields");
        QTest::addColumn<bool>("expected");
    }
    static void fieldRow(const std::string &line, const Fields &fields, bool expected)
    {
        QTest::newRow((line + (expected ? "" : " (not)")).c_str()) << line << fields << expected;
    }
    static void checkField(const std::string &category, std::uint32_t id)
    {
        QFETCH(std::string, line);
        QFETCH(Fields, fields);
        QFETCH(bool, expected);
        check(test::ruleOf("    sel:\n        " + line + "\n    condition: sel\n",
                           "{category: " + category + "}"),
              eventOf(kAuditing, "Security", id, fields), expected ? Matches : Misses);
    }

    static void compare(const Engine &engine, const std::vector<test::ReferenceRule> &rules,
                        const Event &event, std::vector<std::string> &differences, std::size_t &compared,
                        std::size_t &wanted)
    {
        const test::ReferenceEvent prepared(event);
        const auto matches = engine.evaluate(event);
        std::set<const sigma::Rule *> matched;
        for (const auto &match : matches)
            matched.insert(match.rule.get());
        bool any = false;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            const bool expected = rules[i].matches(prepared);
            any = any || expected;
            ++compared;
            wanted += expected ? 1 : 0;
            const auto &rule = *engine.rules()[i];
            if (matched.contains(&rule) != expected)
                differences.push_back(
                    rule.source + (expected ? " misses" : " should not take") + " provider '"
                    + std::string(event.provider) + "' channel '" + std::string(event.channel) + "' event "
                    + std::to_string(event.eventId) + ' ' + std::string(event.data[0].value));
        }
        if (any && !engine.wants(event))
            differences.push_back("wants() is false for what matches: " + std::to_string(event.eventId));
    }
};

QTEST_GUILESS_MAIN(TestSigmaLogSources)
#include "tst_sigmalogsources.moc"
