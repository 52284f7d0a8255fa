#include "tests/detection/engineevents.h"

using namespace lolscope;
using namespace lolscope::test;

/// Which events rules are about, and by which names they know their fields.
class TestDispatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
};

QTEST_APPLESS_MAIN(TestDispatch)
#include "tst_dispatch.moc"
