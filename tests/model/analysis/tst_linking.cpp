#include "model/store/casestate.h"
#include "tests/model/analysis/linkedcase.h"

#include <QtTest>

using namespace lolscope;
using namespace lolscope::samples;

Q_DECLARE_METATYPE(std::vector<Record>)

class TestLinking : public QObject
{
    Q_OBJECT

    /// One scene a row: what the linked case says afterwards, in words.
    static void scene(const char *name, std::vector<Record> records, const char *expected)
    {
        QTest::newRow(name) << std::move(records) << QByteArray(expected);
    }
    static void columns()
    {
        QTest::addColumn<std::vector<Record>>("records");
        QTest::addColumn<QByteArray>("expected");
    }
    static void compare()
    {
        QFETCH(std::vector<Record>, records);
        QFETCH(QByteArray, expected);
        const QByteArrayList is = QByteArray::fromStdString(LinkedCase(records).lines()).split('\n');
        const QByteArrayList should = expected.split('\n');
        for (qsizetype i = 0; i < qMin(is.size(), should.size()); ++i)
            QCOMPARE(is[i], should[i]);
        QCOMPARE(is.size(), should.size());
    }

private Q_SLOTS:
    void parents_data()
    {
        columns();
        scene("by guid",
              {start("10:00:00.000", "A", 10, "cmd.exe"),
               start("10:00:01.000", "B", 20, "mshta.exe", childOf("A", 10, "cmd.exe"))},
              "process cmd.exe [10] {A} logged 10:00:00.000..-\n"
              "process mshta.exe [20] {B} logged 10:00:01.000..- <-guid- cmd.exe [10] {A} logged\n");
        scene("two children share a ghost",
              {start("10:00:00.000", "B", 20, "a.exe", childOf("A", 10, "explorer.exe")),
               start("10:00:01.000", "C", 30, "b.exe", childOf("A", 10, "explorer.exe", "explorer.exe /x"))},
              "process a.exe [20] {B} logged 10:00:00.000..- <-guid- explorer.exe [10] {A} ghost\n"
              "process b.exe [30] {C} logged 10:00:01.000..- <-guid- explorer.exe [10] {A} ghost\n"
              "process explorer.exe [10] {A} ghost -..- 'explorer.exe /x'\n");
        scene("ghosts of two hosts are two",
              {start("10:00:00.000", "B", 20, "a.exe", childOf("A", 10, "explorer.exe")),
               {1, "10:00:01.000",
                Values{{"ProcessGuid", "{C}"}, {"ProcessId", "30"}, {"Image", "b.exe"}}
                    + childOf("A", 10, "explorer.exe"),
                std::string(kSysmonProvider), "HOST-2"}},
              "process a.exe [20] {B} logged 10:00:00.000..- <-guid- explorer.exe [10] {A} ghost\n"
              "process b.exe [30] {C} on HOST-2 logged 10:00:01.000..- <-guid- explorer.exe [10] {A} on "
              "HOST-2 ghost\n"
              "process explorer.exe [10] {A} ghost -..-\n"
              "process explorer.exe [10] {A} on HOST-2 ghost -..-\n");
        scene("host names differ in case only",
              {start("10:00:00.000", "A", 10, "cmd.exe"),
               {1, "10:00:01.000",
                Values{{"ProcessGuid", "{B}"}, {"ProcessId", "20"}, {"Image", "b.exe"}}
                    + childOf("A", 10, "cmd.exe"),
                std::string(kSysmonProvider), "host-1"}},
              "process b.exe [20] {B} logged 10:00:01.000..- <-guid- cmd.exe [10] {A} logged\n"
              "process cmd.exe [10] {A} logged 10:00:00.000..-\n");
        scene("guids differ in case only",
              {start("10:00:00.000", "ab", 10, "cmd.exe"),
               start("10:00:01.000", "CD", 20, "b.exe", childOf("AB", 10, "cmd.exe"))},
              "process b.exe [20] {CD} logged 10:00:01.000..- <-guid- cmd.exe [10] {AB} logged\n"
              "process cmd.exe [10] {AB} logged 10:00:00.000..-\n");
        scene("named by nothing", {start("10:00:00.000", "A", 10, "System", childOf("", 0, ""))},
              "process System [10] {A} logged 10:00:00.000..-\n");
        scene("known by its connection and as a parent",
              {connection("10:00:00.000", "A", 10, "svc.exe", "192.0.2.1"),
               start("10:00:01.000", "B", 20, "b.exe", childOf("A", 10, "svc.exe", "svc -k"))},
              "connection 192.0.2.1 10:00:00.000 of svc.exe [10] {A} derived\n"
              "process b.exe [20] {B} logged 10:00:01.000..- <-guid- svc.exe [10] {A} derived\n"
              "process svc.exe [10] {A} derived -..- 'svc -k'\n");
        scene("the start is logged twice",
              {start("10:00:00.000", "A", 10, "cmd.exe"),
               start("10:00:00.000", "A", 10, "cmd.exe", {{"RuleName", "again"}}),
               start("10:00:01.000", "B", 20, "b.exe", childOf("A", 10, "cmd.exe"))},
              "process b.exe [20] {B} logged 10:00:01.000..- <-guid- cmd.exe [10] {A} logged\n"
              "process cmd.exe [10] {A} logged 10:00:00.000..-\n");
    }
    void parents() { compare(); }

    void cycles_data()
    {
        columns();
        scene("self-parent by guid", {start("10:00:00.000", "A", 10, "a.exe", childOf("A", 10, "a.exe"))},
              "process a.exe [10] {A} logged 10:00:00.000..- (cut)\n");
        scene("self-parent by PID", {start4688("10:00:00.000", 10, "a.exe", 10, "a.exe")},
              "process a.exe [10] logged 10:00:00.000..- (cut)\n");
        scene("two name each other",
              {start("10:00:00.000", "A", 10, "a.exe", childOf("B", 20, "b.exe")),
               start("10:00:01.000", "B", 20, "b.exe", childOf("A", 10, "a.exe"))},
              "process a.exe [10] {A} logged 10:00:00.000..- (cut)\n"
              "process b.exe [20] {B} logged 10:00:01.000..- <-guid- a.exe [10] {A} logged\n");
        scene("a ring of three with a tail",
              {start("10:00:00.000", "A", 10, "a.exe", childOf("C", 30, "c.exe")),
               start("10:00:01.000", "B", 20, "b.exe", childOf("A", 10, "a.exe")),
               start("10:00:02.000", "C", 30, "c.exe", childOf("B", 20, "b.exe")),
               start("09:00:00.000", "D", 40, "d.exe", childOf("C", 30, "c.exe"))},
              "process a.exe [10] {A} logged 10:00:00.000..- (cut)\n"
              "process b.exe [20] {B} logged 10:00:01.000..- <-guid- a.exe [10] {A} logged\n"
              "process c.exe [30] {C} logged 10:00:02.000..- <-guid- b.exe [20] {B} logged\n"
              "process d.exe [40] {D} logged 09:00:00.000..- <-guid- c.exe [30] {C} logged\n");
    }
    void cycles() { compare(); }

    void processIdsAreReused_data()
    {
        columns();
        scene("the start before it, until its end",
              {start("10:00:00.000", "", 10, "a.exe"), end("10:10:00.000", "", 10, "a.exe"),
               start("10:20:00.000", "", 10, "a.exe"),
               connection("10:05:00.000", "", 10, "a.exe", "192.0.2.1"),
               connection("10:25:00.000", "", 10, "a.exe", "192.0.2.2")},
              "connection 192.0.2.1 10:05:00.000 of a.exe [10] logged\n"
              "connection 192.0.2.2 10:25:00.000 of a.exe [10] logged\n"
              "process a.exe [10] logged 10:00:00.000..10:10:00.000\n"
              "process a.exe [10] logged 10:20:00.000..-\n");
        scene("between end and next start it is nobody's known run",
              {start("10:00:00.000", "", 10, "a.exe"), end("10:10:00.000", "", 10, "a.exe"),
               start("10:20:00.000", "", 10, "a.exe"),
               connection("10:15:00.000", "", 10, "a.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:15:00.000 of a.exe [10] derived\n"
              "process a.exe [10] derived -..-\n"
              "process a.exe [10] logged 10:00:00.000..10:10:00.000\n"
              "process a.exe [10] logged 10:20:00.000..-\n");
        scene("without an end the next start bounds it",
              {start("10:00:00.000", "A", 10, "a.exe"), start("10:20:00.000", "B", 10, "b.exe"),
               connection("10:25:00.000", "", 10, "b.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:25:00.000 of b.exe [10] {B} logged\n"
              "process a.exe [10] {A} logged 10:00:00.000..10:20:00.000(next)\n"
              "process b.exe [10] {B} logged 10:20:00.000..-\n");
        scene("another program's run is not taken",
              {start("10:00:00.000", "", 10, "a.exe"),
               connection("10:05:00.000", "", 10, "b.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:05:00.000 of b.exe [10] derived\n"
              "process a.exe [10] logged 10:00:00.000..-\n"
              "process b.exe [10] derived -..-\n");
        scene("the same PID on another host is not taken",
              {start("10:00:00.000", "", 10, "a.exe"),
               {5,
                "10:05:00.000",
                {{"ProcessId", "10"}, {"Image", "C:\\a.exe"}},
                std::string(kSysmonProvider),
                "HOST-2"}},
              "process a.exe [10] logged 10:00:00.000..-\n"
              "process a.exe [10] on HOST-2 derived -..10:05:00.000\n");
        scene("a start long after is not taken",
              {start("10:00:06.000", "", 10, "a.exe"),
               connection("10:00:00.000", "", 10, "a.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:00:00.000 of a.exe [10] derived\n"
              "process a.exe [10] derived -..-\n"
              "process a.exe [10] logged 10:00:06.000..-\n");
        scene("guid beats time: a connection 4 s before its own start",
              {start("10:00:04.000", "A", 10, "a.exe"),
               connection("10:00:00.000", "A", 10, "a.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:00:00.000 of a.exe [10] {A} logged\n"
              "process a.exe [10] {A} logged 10:00:04.000..-\n");
        scene("so does a connection 4 s before its start by PID",
              {start("10:00:04.000", "", 10, "a.exe"),
               connection("10:00:00.000", "", 10, "a.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:00:00.000 of a.exe [10] logged\n"
              "process a.exe [10] logged 10:00:04.000..-\n");
        scene("the run before it counts more than one that starts within the tolerance",
              {start("09:59:00.000", "", 10, "a.exe"), end("10:00:01.000", "", 10, "a.exe"),
               start("10:00:03.000", "", 10, "b.exe"),
               connection("10:00:00.000", "", 10, "a.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:00:00.000 of a.exe [10] logged\n"
              "process a.exe [10] logged 09:59:00.000..10:00:01.000\n"
              "process b.exe [10] logged 10:00:03.000..-\n");
    }
    void processIdsAreReused() { compare(); }

    void derived_data()
    {
        columns();
        scene("one process of all its facts",
              {connection("10:00:02.000", "A", 10, "a.exe", "192.0.2.1"),
               query("10:00:01.000", "A", 10, "a.exe", "x.example", "192.0.2.1;"),
               end("10:00:09.000", "A", 10, "a.exe")},
              "connection 192.0.2.1 10:00:02.000 of a.exe [10] {A} derived asked x.example by itself\n"
              "process a.exe [10] {A} derived -..10:00:09.000\n"
              "query x.example 10:00:01.000 of a.exe [10] {A} derived\n");
        scene("without a guid: by PID and program",
              {connection("10:00:02.000", "", 10, "a.exe", "192.0.2.1"),
               connection("10:00:03.000", "", 10, "a.exe", "192.0.2.2"),
               connection("10:00:04.000", "", 10, "b.exe", "192.0.2.3")},
              "connection 192.0.2.1 10:00:02.000 of a.exe [10] derived\n"
              "connection 192.0.2.2 10:00:03.000 of a.exe [10] derived\n"
              "connection 192.0.2.3 10:00:04.000 of b.exe [10] derived\n"
              "process a.exe [10] derived -..-\n"
              "process b.exe [10] derived -..-\n");
        scene("a fact that names no process", {{3, "10:00:00.000", {{"DestinationIp", "192.0.2.1"}}}},
              "connection 192.0.2.1 10:00:00.000 of nobody\n");
        scene("a fact without a time",
              {{3,
                "",
                {{"ProcessGuid", "{A}"},
                 {"ProcessId", "10"},
                 {"Image", "a.exe"},
                 {"DestinationIp", "192.0.2.1"}}},
               start("10:00:00.000", "A", 10, "a.exe")},
              "connection 192.0.2.1 - of a.exe [10] {A} logged\n"
              "process a.exe [10] {A} logged 10:00:00.000..-\n");
    }
    void derived() { compare(); }

    void aDerivedProcessKnowsItsUserWhicheverFactNamesIt()
    {
        // The end comes first to linking and names no user; the connection does.
        const LinkedCase linked({end("10:00:09.000", "A", 10, "a.exe"),
                                 connection("10:00:02.000", "A", 10, "a.exe", "192.0.2.1")});
        const auto connections = must(allConnections(linked.file()));
        QCOMPARE(must(process(linked.file(), connections.at(0).process.value())).user,
                 std::string("CORP\\anna"));
    }

    void securityLog_data()
    {
        columns();
        scene("a chain of its own, by PID",
              {start4688("10:00:00.000", 10, "cmd.exe", 4, "explorer.exe"),
               start4688("10:00:01.000", 20, "mshta.exe", 10, "cmd.exe"),
               connection5156("10:00:02.000", 20, "mshta.exe", "192.0.2.1"),
               end4689("10:00:05.000", 20, "mshta.exe")},
              "connection 192.0.2.1 (5156) 10:00:02.000 of mshta.exe [20] logged\n"
              "process cmd.exe [10] logged 10:00:00.000..- <-pid- explorer.exe [4] ghost\n"
              "process explorer.exe [4] ghost -..-\n"
              "process mshta.exe [20] logged 10:00:01.000..10:00:05.000 <-pid- cmd.exe [10] logged\n");
        scene("4688 beside Sysmon 1 is the same start",
              {start("10:00:00.000", "A", 10, "cmd.exe"),
               start4688("10:00:00.400", 10, "cmd.exe", 4, "explorer.exe")},
              "process cmd.exe [10] {A} logged 10:00:00.000..-\n");
        scene("4688 before Sysmon 1 as well",
              {start("10:00:01.900", "A", 10, "cmd.exe"),
               start4688("10:00:00.000", 10, "cmd.exe", 4, "explorer.exe")},
              "process cmd.exe [10] {A} logged 10:00:01.900..-\n");
        scene("4688 of another program is another start",
              {start("10:00:00.000", "A", 10, "cmd.exe"),
               start4688("10:00:01.000", 10, "net.exe", 4, "explorer.exe")},
              "process cmd.exe [10] {A} logged 10:00:00.000..10:00:01.000(next)\n"
              "process explorer.exe [4] ghost -..-\n"
              "process net.exe [10] logged 10:00:01.000..- <-pid- explorer.exe [4] ghost\n");
        scene("4688 some seconds away is another start",
              {start("10:00:00.000", "A", 10, "cmd.exe"),
               start4688("10:00:02.100", 10, "cmd.exe", 4, "explorer.exe")},
              "process cmd.exe [10] logged 10:00:02.100..- <-pid- explorer.exe [4] ghost\n"
              "process cmd.exe [10] {A} logged 10:00:00.000..10:00:02.100(next)\n"
              "process explorer.exe [4] ghost -..-\n");
        scene("a start of the Security log learns its guid",
              {start4688("10:00:00.000", 10, "a.exe", 4, "explorer.exe"),
               connection("10:00:01.000", "A", 10, "a.exe", "192.0.2.1"),
               start("10:00:02.000", "B", 20, "b.exe", childOf("A", 10, "a.exe"))},
              "connection 192.0.2.1 10:00:01.000 of a.exe [10] {A} logged\n"
              "process a.exe [10] {A} logged 10:00:00.000..- <-pid- explorer.exe [4] ghost\n"
              "process b.exe [20] {B} logged 10:00:02.000..- <-guid- a.exe [10] {A} logged\n"
              "process explorer.exe [4] ghost -..-\n");
        scene("5156 beside Sysmon 3 is the same connection",
              {start("10:00:00.000", "A", 10, "a.exe"),
               connection("10:00:01.000", "A", 10, "a.exe", "192.0.2.1"),
               connection5156("10:00:03.000", 10, "a.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:00:01.000 of a.exe [10] {A} logged\n"
              "process a.exe [10] {A} logged 10:00:00.000..-\n");
        scene("and leaves no process behind when the start is not logged",
              {connection("10:00:01.000", "A", 10, "a.exe", "192.0.2.1"),
               connection5156("10:00:03.000", 10, "a.exe", "192.0.2.1")},
              "connection 192.0.2.1 10:00:01.000 of a.exe [10] {A} derived\n"
              "process a.exe [10] {A} derived -..-\n");
        scene("5156 in another form of the address",
              {connection("10:00:01.000", "A", 10, "a.exe", "2001:db8:0:0:0:0:0:8"),
               connection5156("10:00:03.000", 10, "a.exe", "2001:db8::8")},
              "connection 2001:db8:0:0:0:0:0:8 10:00:01.000 of a.exe [10] {A} derived\n"
              "process a.exe [10] {A} derived -..-\n");
        scene("5156 from another port is another connection",
              {start("10:00:00.000", "A", 10, "a.exe"),
               connection("10:00:01.000", "A", 10, "a.exe", "192.0.2.1", "50000"),
               connection5156("10:00:01.000", 10, "a.exe", "192.0.2.1", "50001")},
              "connection 192.0.2.1 (5156) 10:00:01.000 of a.exe [10] {A} logged\n"
              "connection 192.0.2.1 10:00:01.000 of a.exe [10] {A} logged\n"
              "process a.exe [10] {A} logged 10:00:00.000..-\n");
        scene("5156 long after is another connection",
              {start("10:00:00.000", "A", 10, "a.exe"),
               connection("10:00:01.000", "A", 10, "a.exe", "192.0.2.1"),
               connection5156("10:00:11.100", 10, "a.exe", "192.0.2.1")},
              "connection 192.0.2.1 (5156) 10:00:11.100 of a.exe [10] {A} logged\n"
              "connection 192.0.2.1 10:00:01.000 of a.exe [10] {A} logged\n"
              "process a.exe [10] {A} logged 10:00:00.000..-\n");
    }
    void securityLog() { compare(); }

    void theDnsClientKnowsTheProcessByItsPid()
    {
        const LinkedCase linked({start("10:00:00.000", "A", 10, "a.exe"),
                                 query3008("10:00:29.000", 10, "x.example.", "192.0.2.1;"),
                                 connection("10:00:30.000", "A", 10, "a.exe", "192.0.2.1")});
        QCOMPARE(
            linked.lines("connection"),
            std::string(
                "connection 192.0.2.1 10:00:30.000 of a.exe [10] {A} logged asked x.example by itself\n"));
        QCOMPARE(linked.lines("query"),
                 std::string("query x.example 10:00:29.000 of a.exe [10] {A} logged\n"));
    }

    void askedNames_data()
    {
        QTest::addColumn<std::vector<Record>>(
            "records"); // beside a connection of {A} to 192.0.2.1 at 10:00:30
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, std::vector<Record> records, const char *expected) {
            QTest::newRow(name) << std::move(records) << QByteArray(expected);
        };
        const auto own = [](const char *time, const char *name, const char *results) {
            return query(time, "A", 10, "a.exe", name, results);
        };
        const auto other = [](const char *time, const char *name, const char *results) {
            return query(time, "B", 20, "b.exe", name, results);
        };
        row("nobody asked", {}, "");
        row("itself", {own("10:00:29.000", "x.example", "192.0.2.1;")}, " asked x.example by itself");
        row("another process of the host", {other("10:00:29.000", "x.example", "192.0.2.1;")},
            " asked x.example by another");
        row("itself long before another just now",
            {own("09:00:00.000", "x.example", "192.0.2.1;"),
             other("10:00:29.000", "y.example", "192.0.2.1;")},
            " asked x.example by itself");
        row("another address", {own("10:00:29.000", "x.example", "192.0.2.2;")}, "");
        row("second answer", {own("10:00:29.000", "x.example", "type:  5 a.example;192.0.2.9;192.0.2.1;")},
            " asked x.example by itself");
        row("v4-mapped answer", {own("10:00:29.000", "x.example", "::ffff:192.0.2.1;")},
            " asked x.example by itself");
        row("another, as the DNS client says",
            {query3008("10:00:29.000", 20, "x.example", "type:  5 edge.example;192.0.2.1;")},
            " asked x.example by another");
        row("the nearest before",
            {own("10:00:10.000", "x.example", "192.0.2.1;"), own("10:00:20.000", "y.example", "192.0.2.1;")},
            " asked y.example by itself");
        row("nearer behind within the tolerance",
            {own("10:00:10.000", "x.example", "192.0.2.1;"), own("10:00:31.000", "y.example", "192.0.2.1;")},
            " asked y.example by itself");
        row("as near before as behind",
            {own("10:00:29.000", "x.example", "192.0.2.1;"), own("10:00:31.000", "y.example", "192.0.2.1;")},
            " asked x.example by itself");
        row("at the end of the tolerance", {own("10:00:35.000", "x.example", "192.0.2.1;")},
            " asked x.example by itself");
        row("past the tolerance", {own("10:00:35.001", "x.example", "192.0.2.1;")}, "");
        row("itself past the tolerance, another before",
            {own("10:00:36.000", "x.example", "192.0.2.1;"),
             other("10:00:29.000", "y.example", "192.0.2.1;")},
            " asked y.example by another");
        auto elsewhere = other("10:00:29.000", "x.example", "192.0.2.1;");
        elsewhere.host = "HOST-2";
        row("another host", {elsewhere}, "");
        auto timeless = own("", "x.example", "192.0.2.1;");
        row("a query without a time", {timeless}, "");
    }
    void askedNames()
    {
        QFETCH(std::vector<Record>, records);
        QFETCH(QByteArray, expected);
        records.push_back(connection("10:00:30.000", "A", 10, "a.exe", "192.0.2.1"));
        const auto lines = QByteArray::fromStdString(LinkedCase(records).lines("connection"));
        QCOMPARE(lines, "connection 192.0.2.1 10:00:30.000 of a.exe [10] {A} derived" + expected + '\n');
    }

    void askedNamesOfAnyFormOfAnAddress_data()
    {
        QTest::addColumn<QByteArray>("destination");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("plain") << QByteArray("192.0.2.1") << QByteArray("192.0.2.1");
        QTest::newRow("mapped destination")
            << QByteArray("0:0:0:0:0:ffff:c000:201") << QByteArray("192.0.2.1");
        QTest::newRow("both mapped") << QByteArray("::ffff:192.0.2.1") << QByteArray("::ffff:c000:201");
        QTest::newRow("uncompressed IPv6") << QByteArray("2001:db8:0:0:0:0:0:8") << QByteArray("2001:db8::8");
        QTest::newRow("upper case") << QByteArray("2001:DB8::8") << QByteArray("2001:0db8::0008");
    }
    void askedNamesOfAnyFormOfAnAddress()
    {
        QFETCH(QByteArray, destination);
        QFETCH(QByteArray, answer);
        const LinkedCase linked(
            {query("10:00:00.000", "A", 10, "a.exe", "x.example", answer.toStdString() + ';'),
             connection("10:00:01.000", "A", 10, "a.exe", destination.toStdString())});
        QCOMPARE(must(allConnections(linked.file())).at(0).askedName, std::string("x.example"));
    }

    void linkingAgainChangesNothing()
    {
        CaseFile file = must(CaseFile::temporary());
        index(file, "aa",
              {start4688("10:00:00.000", 10, "a.exe", 4, "explorer.exe"),
               connection("10:00:01.000", "A", 10, "a.exe", "192.0.2.1"),
               connection5156("10:00:01.500", 10, "a.exe", "192.0.2.1"),
               query("10:00:00.500", "B", 20, "b.exe", "x.example", "192.0.2.1;")});
        QVERIFY(isStale(file, Stage::Links).value());
        link(file);
        QVERIFY(!isStale(file, Stage::Links).value());
        QVERIFY(isStale(file, Stage::Detections).value());
        link(file);
        link(file);
        const LinkedCase linked(std::move(file));
        QCOMPARE(linked.lines(),
                 std::string(
                     "connection 192.0.2.1 10:00:01.000 of a.exe [10] {A} logged asked x.example by another\n"
                     "process a.exe [10] {A} logged 10:00:00.000..- <-pid- explorer.exe [4] ghost\n"
                     "process b.exe [20] {B} derived -..-\n"
                     "process explorer.exe [4] ghost -..-\n"
                     "query x.example 10:00:00.500 of b.exe [20] {B} derived\n"));
    }
};

QTEST_APPLESS_MAIN(TestLinking)
#include "tst_linking.moc"
