#include "model/analysis/alerttree.h"
#include "model/store/detectionwriter.h"
#include "tests/model/analysis/linkedcase.h"

#include <QtTest>

using namespace lolscope;
using namespace lolscope::samples;

namespace {

const std::string kAlertId(32, 'a');

/// Links the records and stores one alert about `image` that all its connections and queries hit.
CaseFile alertAbout(const std::string &image, const std::vector<Record> &records)
{
    CaseFile file = must(CaseFile::temporary());
    index(file, "aa", records);
    link(file);
    StoredRule rule;
    rule.id = "r";
    auto writer = must(DetectionWriter::begin(file, {rule}));
    AlertRow alert;
    alert.id = kAlertId;
    alert.ruleId = "r";
    alert.shape = "3";
    for (const ConnectionRow &row : must(allConnections(file))) {
        if (row.image != "C:\\" + image)
            continue;
        alert.process = row.process;
        alert.firstSeen = alert.firstSeen ? alert.firstSeen : row.time;
        JoinedEvent event;
        event.id = row.event;
        event.connection = row.id;
        must(writer->addDetection("r", kAlertId, event, {}));
        ++alert.hits;
    }
    must(writer->addAlert(alert, 1));
    must(writer->finish("rules"));
    return file;
}

QByteArray treeText(const CaseFile &file)
{
    return QByteArray::fromStdString(toText(must(alertTree(file, kAlertId))));
}

} // namespace

class TestAlertTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsTheChainAndAllThatCameOfIt()
    {
        const CaseFile file = alertAbout(
            "mshta.exe",
            {start("10:00:00.000", "B", 20, "cmd.exe",
                   Values{{"CommandLine", "cmd /c start mshta"}} + childOf("A", 10, "explorer.exe")),
             start("10:00:01.000", "C", 30, "mshta.exe", childOf("B", 20, "cmd.exe")),
             query("10:00:02.000", "C", 30, "mshta.exe", "x.example", "192.0.2.1;"),
             connection("10:00:03.000", "C", 30, "mshta.exe", "192.0.2.1"),
             query("10:00:04.000", "C", 30, "mshta.exe", "none.example", "-"),
             start("10:00:05.000", "D", 40, "powershell.exe", childOf("C", 30, "mshta.exe")),
             connection("10:00:06.000", "D", 40, "powershell.exe", "192.0.2.1"),
             start("10:00:07.000", "F", 60, "whoami.exe", childOf("D", 40, "powershell.exe")),
             start("10:00:00.500", "E", 50, "sibling.exe", childOf("B", 20, "cmd.exe")),
             start("10:00:00.600", "G", 70, "nephew.exe", childOf("E", 50, "sibling.exe"))});
        QCOMPARE(
            treeText(file),
            QByteArray(
                "explorer.exe [10] (ghost: known by its child only)\n"
                "  cmd.exe [20]  2026-10-05T10:00:00.000Z  cmd /c start mshta  (-3.000 s)\n"
                "    mshta.exe [30] <- alert  2026-10-05T10:00:01.000Z  (-2.000 s)\n"
                "      DNS x.example -> 192.0.2.1  (-1.000 s)\n"
                "      connects to tcp 192.0.2.1:443 asked: x.example (documentation) <- alert  (+0.000 s)\n"
                "      DNS none.example -> no answer (status 0)  (+1.000 s)\n"
                "      powershell.exe [40]  2026-10-05T10:00:05.000Z  (+2.000 s)\n"
                "        connects to tcp 192.0.2.1:443 asked: x.example (another process of this host) "
                "(documentation)  (+3.000 s)\n"
                "        whoami.exe [60]  2026-10-05T10:00:07.000Z  (+4.000 s)\n"
                "    (+ 1 child)\n"));
        const AlertTree tree = must(alertTree(file, kAlertId.substr(0, 4)));
        QCOMPARE(tree.origin, 2);
        QCOMPARE(tree.hiddenFacts, 0u);
        for (std::size_t i = 0; i < tree.nodes.size(); ++i)
            QVERIFY(tree.nodes[i].parent < static_cast<int>(i));
    }

    void childrenBesideTheChainUnfoldOnRequest()
    {
        const CaseFile file =
            alertAbout("mshta.exe",
                       {start("10:00:00.000", "B", 20, "cmd.exe"),
                        start("10:00:00.500", "E", 50, "sibling.exe", childOf("B", 20, "cmd.exe")),
                        start("10:00:00.600", "G", 70, "nephew.exe", childOf("E", 50, "sibling.exe")),
                        start("10:00:01.000", "C", 30, "mshta.exe", childOf("B", 20, "cmd.exe")),
                        connection("10:00:03.000", "C", 30, "mshta.exe", "192.0.2.1"),
                        start("10:00:09.000", "H", 80, "late.exe", childOf("B", 20, "cmd.exe"))});
        const auto processes = [&](const Unfolded &unfolded) {
            QByteArray line;
            for (const TreeNode &node : must(alertTree(file, kAlertId, unfolded)).nodes) {
                if (const auto *process = std::get_if<ProcessRow>(&node.fact))
                    line += QByteArray::number(*process->pid) + ' ';
                else if (const auto *folded = std::get_if<FoldedChildren>(&node.fact))
                    line += '+' + QByteArray::number(quint64{folded->count}) + ' ';
            }
            return line;
        };
        QCOMPARE(processes({}), QByteArray("20 30 +2 "));
        const auto folded = std::get<FoldedChildren>(must(alertTree(file, kAlertId)).nodes.back().fact);
        QCOMPARE(processes({folded.of}), QByteArray("20 50 70 30 80 "));
    }

    void aForgedCycleEnds()
    {
        CaseFile file = alertAbout("a.exe",
                                   {start("10:00:00.000", "A", 10, "a.exe"),
                                    start("10:00:00.500", "B", 20, "b.exe", childOf("A", 10, "a.exe")),
                                    connection("10:00:03.000", "A", 10, "a.exe", "192.0.2.1")});
        SQLite::Statement cycle(file.database(),
                                "UPDATE process SET parent_id = (SELECT max(id) FROM process) "
                                "WHERE id = (SELECT min(id) FROM process)");
        cycle.exec();
        const AlertTree tree = must(alertTree(file, kAlertId));
        QCOMPARE(std::ranges::count(tree.nodes, TreeNode::Kind::Process, &TreeNode::kind), 2);
    }

    void hostileNamesAreMadeVisible()
    {
        auto hostile =
            query("10:00:02.000", "A", 10, "a.exe", "x\u202E.example\nsecond line", "192.0.2.1\u200B;");
        const CaseFile file =
            alertAbout("a.exe",
                       {start("10:00:01.000", "A", 10, "a.exe",
                              {{"CommandLine", std::string("a\0b\r\n\x1B[31m\tc\u202E", 15)}}),
                        hostile, connection("10:00:03.000", "A", 10, "a.exe", "192.0.2.1")});
        QCOMPARE(treeText(file),
                 QByteArray("a.exe [10] <- alert  2026-10-05T10:00:01.000Z  "
                            "a<U+0000>b⏎⏎<U+001B>[31m⇥c<U+202E>  (-2.000 s)\n"
                            "  DNS x<U+202E>.example⏎second line -> 192.0.2.1<U+200B>  (-1.000 s)\n"
                            "  connects to tcp 192.0.2.1:443 (documentation) <- alert  (+0.000 s)\n"));
    }

    void saysHowSureItIs_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("derived") << 0
                                 << QByteArray("a.exe [10] (derived: its start was not logged) <- alert\n");
        QTest::newRow("parent cut") << 1
                                    << QByteArray("a.exe [10] (parent cut: it named itself or a descendant) "
                                                  "<- alert  2026-10-05T10:00:01.000Z  (-2.000 s)\n");
        QTest::newRow("parent by PID")
            << 2
            << QByteArray(
                   "b.exe [20] (ghost: known by its child only)\n"
                   "  a.exe [10] (parent by PID and time) <- alert  2026-10-05T10:00:01.000Z  (-2.000 s)\n");
    }
    void saysHowSureItIs()
    {
        QFETCH(int, kind);
        QFETCH(QByteArray, expected);
        std::vector<Record> records = {connection("10:00:03.000", "A", 10, "a.exe", "192.0.2.1")};
        if (kind == 1)
            records.push_back(start("10:00:01.000", "A", 10, "a.exe", childOf("A", 10, "a.exe")));
        else if (kind == 2)
            records.push_back(start("10:00:01.000", "A", 10, "a.exe", childOf("", 20, "b.exe")));
        const QByteArray text = treeText(alertAbout("a.exe", records));
        QVERIFY2(text.startsWith(expected), text);
    }

    void timesNeedBothEnds()
    {
        const CaseFile file = alertAbout("a.exe", {connection("", "A", 10, "a.exe", "192.0.2.1")});
        QCOMPARE(treeText(file),
                 QByteArray("a.exe [10] (derived: its start was not logged) <- alert\n"
                            "  connects to tcp 192.0.2.1:443 (documentation) <- alert\n"));
    }

    void factsPastTheLimitAreCounted()
    {
        std::vector<Record> records;
        constexpr std::size_t kMore = 7;
        for (std::size_t i = 0; i < AlertTree::kMaxFactsPerProcess + kMore; ++i)
            records.push_back(connection("10:00:03.000", "A", 10, "a.exe", "192.0.2.1", std::to_string(i)));
        const AlertTree tree = must(alertTree(alertAbout("a.exe", records), kAlertId));
        QCOMPARE(tree.nodes.size(), AlertTree::kMaxFactsPerProcess + 1);
        QCOMPARE(tree.hiddenFacts, std::uint64_t{kMore});
        QVERIFY(toText(tree).ends_with("(7 more not shown)\n"));
    }

    void aChainTooLongKeepsItsRootAndCountsTheRest()
    {
        std::vector<Record> records;
        constexpr std::size_t kMore = 44;
        constexpr int kLast = kLongestChain + kMore - 1;
        for (int i = 0; i <= kLast; ++i)
            records.push_back(
                start("10:00:01.000", "P" + std::to_string(i), 1000 + i, "a" + std::to_string(i) + ".exe",
                      i == 0 ? Values() : childOf("P" + std::to_string(i - 1), 999 + i, "a.exe")));
        records.push_back(connection("10:00:03.000", "P" + std::to_string(kLast), 1000 + kLast,
                                     "a" + std::to_string(kLast) + ".exe", "192.0.2.1"));
        const CaseFile file = alertAbout("a" + std::to_string(kLast) + ".exe", records);
        const AlertTree tree = must(alertTree(file, kAlertId));
        QCOMPARE(tree.nodes.size(), kLongestChain + 1);
        const QByteArray text = QByteArray::fromStdString(toText(tree));
        QVERIFY2(text.startsWith("a0.exe [1000] (44 processes between it and the next not shown)"), text);
        QVERIFY(text.contains("\n  a45.exe [1045] "));
        // Many of them are walked once: each way ends where an earlier one was.
        ChainCache chains(file);
        for (std::size_t i = 1; i <= kMore; ++i) {
            const auto chain = must(chains.chainOf(ProcessId{
                static_cast<std::int64_t>(toInt(*tree.alert.process) - static_cast<std::int64_t>(i))}));
            QCOMPARE(chain.size(), kLongestChain);
            QCOMPARE(chain.back().image, std::string("C:\\a0.exe"));
            QCOMPARE(chain.back().hiddenBelow, kMore - i);
        }
    }

    void anAlertWithoutAProcessHasNoTree()
    {
        const CaseFile file = alertAbout(
            "a.exe", {{3, "10:00:00.000", {{"DestinationIp", "192.0.2.1"}, {"Image", "C:\\a.exe"}}}});
        const AlertTree tree = must(alertTree(file, kAlertId));
        QVERIFY(tree.nodes.empty());
        QCOMPARE(tree.origin, -1);
        QCOMPARE(toText(tree), std::string());
    }

    void anUnknownAlertIsInvalid()
    {
        const auto tree = alertTree(must(CaseFile::temporary()), kAlertId);
        QVERIFY(!tree);
        QCOMPARE(tree.error().code, ErrorCode::Invalid);
    }
};

QTEST_APPLESS_MAIN(TestAlertTree)
#include "tst_alerttree.moc"
