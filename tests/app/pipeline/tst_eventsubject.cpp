#include "app/pipeline/eventsubject.h"
#include "model/store/alertstore.h"
#include "model/store/eventstore.h"
#include "tests/app/pipeline/testcase.h"

using namespace lolscope;
using namespace lolscope::test;

namespace {

const Timestamp kNoon = parseTimestamp("2026-10-05T12:00:00Z").value();

RecordSpec security(std::uint16_t eventId, int minute, const std::vector<DataField> &data,
                    const std::string &computer = "PC.corp.example")
{
    RecordSpec record;
    record.provider = "Microsoft-Windows-Security-Auditing";
    record.providerGuid = "{54849625-5478-4994-A5BA-3E3B0328C30D}";
    record.channel = "Security";
    record.computer = computer;
    record.eventId = eventId;
    record.level = 0;
    record.time = kNoon + std::chrono::minutes(minute);
    record.recordId = static_cast<std::uint64_t>(1000 * eventId + minute);
    record.data = data;
    return record;
}

const Engine &logoffs()
{
    static const Engine engine(sigma::parseRules(R"(title: Logoff
id: 11111111-0000-4000-8000-000000000001
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4634}, condition: selection}
level: low
)",
                                                 "logoff.yml")
                                   .loaded);
    return engine;
}

/// Account, host and hits of each alert, in order.
QStringList linesOf(const CaseFile &file)
{
    QStringList lines;
    for (const AlertRow &row : take(alerts(file)))
        lines << QStringLiteral("%1 %2 x%3")
                     .arg(QString::fromStdString(row.user), QString::fromStdString(row.host))
                     .arg(row.hits);
    lines.sort();
    return lines;
}

} // namespace

/// What alerts without a process are about.
class TestEventSubject : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTheFirstThatTells_data()
    {
        QTest::addColumn<QStringList>("fields");
        QTest::addColumn<QString>("guid");
        QTest::addColumn<QString>("thing");
        QTest::addColumn<QString>("account");
        const auto row = [](const char *name, const QStringList &fields, const char *guid, const char *thing,
                            const char *account) {
            QTest::newRow(name) << fields << QString::fromLatin1(guid) << QString::fromLatin1(thing)
                                << QString::fromLatin1(account);
        };
        const auto text = [](const char *latin) { return QString::fromLatin1(latin); };
        row("nothing", {}, "", "", "S-1-5-7");
        row("target before subject",
            {text("SubjectUserName=svc"), text("TargetUserName=anna"), text("TargetDomainName=CORP")}, "", "",
            "CORP\\anna");
        row("a dash is nobody", {text("TargetUserName=-"), text("SubjectUserName=svc")}, "", "", "svc");
        row("service", {text("ServiceName=upd"), text("User=x")}, "", "upd", "x");
        row("task", {text("TaskName=\\Upd"), text("SubjectUserName=anna")}, "", "\\Upd", "anna");
        row("threat", {text("Threat Name=EICAR")}, "", "EICAR", "S-1-5-7");
        row("process", {text("ProcessGuid={747f3d96-0000-5f00-0000-001000000000}")},
            "{747F3D96-0000-5F00-0000-001000000000}", "", "S-1-5-7");
    }
    void isTheFirstThatTells()
    {
        QFETCH(QStringList, fields);
        std::vector<std::string> texts;
        for (const QString &field : fields)
            texts.push_back(field.toStdString());
        std::vector<Field> data;
        for (const std::string_view field : texts)
            data.push_back({field.substr(0, field.find('=')), field.substr(field.find('=') + 1)});
        const Field system[] = {{"Security_UserID", "S-1-5-7"}};
        Event event;
        event.data = data;
        event.system = system;
        const EventSubject subject = subjectOf(event);
        QTEST(QString::fromStdString(subject.processGuid), "guid");
        QTEST(QString::fromStdString(subject.thing), "thing");
        QTEST(QString::fromStdString(subject.account), "account");
    }

    void keysDifferByWhatTheyAreAbout()
    {
        const auto key = [](const char *thing, const char *account) {
            return EventSubject{{}, thing, account}.key();
        };
        QCOMPARE(key("Upd", "CORP\\Anna"), key("upd", "corp\\anna"));
        QVERIFY(key("a", "b") != key("b", "a"));
        QVERIFY2(key("a b", "c") != key("a", "b c"), "two things may not look like one");
    }

    void eventsOfOneAccountAreOneAlert()
    {
        const TestCase test;
        std::vector<RecordSpec> records;
        for (int minute = 0; minute < 20; ++minute)
            records.push_back(security(4634, minute,
                                       {{"TargetUserName", minute % 2 ? "anna" : "ANNA"},
                                        {"TargetDomainName", "CORP"},
                                        {"TargetLogonId", std::to_string(minute)}}));
        records.push_back(security(4634, 30, {{"TargetUserName", "bert"}, {"TargetDomainName", "CORP"}}));
        records.push_back(security(4634, 31, {{"TargetUserName", "anna"}, {"TargetDomainName", "CORP"}},
                                   "OTHER.corp.example"));
        test.index({test.write("a.evtx", records)}, logoffs());
        const auto file = test.open();
        QCOMPARE(linesOf(file),
                 (QStringList{QStringLiteral("CORP\\ANNA PC.corp.example x20"),
                              QStringLiteral("CORP\\anna OTHER.corp.example x1"),
                              QStringLiteral("CORP\\bert PC.corp.example x1")}));
        for (const AlertRow &row : take(alerts(file)))
            if (row.hits == 20) {
                QCOMPARE(row.firstSeen.value(), kNoon);
                QCOMPARE(row.lastSeen.value(), kNoon + std::chrono::minutes(19));
                QCOMPARE(take(detections(file, row.id)).size(), 20u);
            }
    }

    void idsStayWhenEarlierEventsAreAdded()
    {
        const TestCase test;
        const auto late = test.write("late.evtx", {security(4634, 50, {{"TargetUserName", "anna"}})});
        const auto early = test.write("early.evtx", {security(4634, 10, {{"TargetUserName", "Anna"}})});
        test.index({late}, logoffs());
        const auto id = take(alerts(test.open())).at(0).id;
        test.index({early}, logoffs());
        const auto rows = take(alerts(test.open()));
        QCOMPARE(rows.size(), 1u);
        QCOMPARE(rows[0].id, id);
        QCOMPARE(rows[0].hits, std::uint64_t{2});
        QCOMPARE(rows[0].user, "Anna"); // the first in time speaks for it
    }
};

QTEST_GUILESS_MAIN(TestEventSubject)
#include "tst_eventsubject.moc"
