#include "app/pipeline/triage.h"
#include "model/store/decisionstore.h"
#include "tests/app/pipeline/testcase.h"

using namespace lolscope;
using namespace lolscope::test;

namespace {

AlertRow alertOf(const CaseFile &file, const char *title)
{
    for (const AlertRow &row : take(alerts(file)))
        if (row.ruleTitle == title)
            return row;
    qFatal("no alert of %s", title);
}

AllowlistItem itemWith(std::vector<AllowCondition> conditions)
{
    AllowlistItem item;
    item.reason = "signed updater of the vendor";
    item.conditions = std::move(conditions);
    return item;
}

const AllowCondition kUpdates{"DestinationHostname", AllowCondition::Test::Equals, "updates.vendor.example"};

} // namespace

class TestTriage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_test = std::make_unique<TestCase>();
        m_test->index({m_test->write("a.evtx", sampleScenario())});
        m_file.emplace(m_test->open(CaseFile::Mode::ReadWrite));
    }
    void cleanup() { m_file.reset(); }

    void verdictsCountAndCanBeTakenBack()
    {
        const auto alert = alertOf(*m_file, "Regsvr32 opened a network connection");
        QVERIFY(setVerdict(*m_file, alert.id.substr(0, 6), Verdict::Malicious, "C2", "anna"));
        QCOMPARE(alertCounts(*m_file)->malicious, std::uint64_t{1});
        QCOMPARE(alertCounts(*m_file)->open, std::uint64_t{10});
        QVERIFY(setVerdict(*m_file, alert.id, Verdict::None, "", "anna"));
        QCOMPARE(alertCounts(*m_file)->open, std::uint64_t{11});
        QVERIFY(setVerdict(*m_file, "ffffffff", Verdict::Benign, "", "anna").error().code
                == ErrorCode::Invalid);
        QVERIFY(setVerdict(*m_file, "zz' OR 1=1", Verdict::Benign, "", "anna").error().code
                == ErrorCode::Invalid);
    }

    void proposalsHoldForEveryHitOfTheAlert()
    {
        for (const AlertRow &alert : take(alerts(*m_file))) {
            const auto proposed = proposeConditions(*m_file, alert.id).value();
            QVERIFY(!proposed.empty());
            const auto preview = previewAllow(*m_file, itemWith(proposed)).value();
            QVERIFY(std::any_of(preview.alerts.begin(), preview.alerts.end(),
                                [&](const AlertRow &row) { return row.id == alert.id; }));
        }
    }

    void anItemHidesWhatItsPreviewSaid()
    {
        const auto preview = previewAllow(*m_file, itemWith({kUpdates})).value();
        QCOMPARE(preview.hidden, std::uint64_t{4}); // two connections and two queries of msiexec
        QCOMPARE(preview.hosts, std::uint64_t{1});
        QCOMPARE(preview.hits, std::uint64_t{10});
        const auto item = addAllow(*m_file, itemWith({kUpdates}), "anna").value();
        QCOMPARE(alertCounts(*m_file)->allowed, std::uint64_t{4});
        QCOMPARE(alertCounts(*m_file)->open, std::uint64_t{7});
        QCOMPARE(allowlist(*m_file)->front().alerts, std::uint64_t{4});
        QVERIFY(removeAllow(*m_file, item.id, "anna"));
        QCOMPARE(alertCounts(*m_file)->allowed, std::uint64_t{0});
        QCOMPARE(alertCounts(*m_file)->open, std::uint64_t{11});
        QVERIFY(removeAllow(*m_file, item.id, "anna").error().code == ErrorCode::Invalid);
    }

    void itAppliesToWhatComesLater()
    {
        m_file.reset();
        const TestCase later;
        std::vector<RecordSpec> first, second;
        for (const auto &record : sampleScenario())
            (record.computer.starts_with("WKS") ? first : second).push_back(record);
        later.index({later.write("a.evtx", first)});
        {
            auto file = later.open(CaseFile::Mode::ReadWrite);
            QVERIFY(addAllow(file, itemWith({kUpdates}), "anna"));
            QCOMPARE(alertCounts(file)->allowed, std::uint64_t{0});
        }
        later.index({later.write("b.evtx", second)});
        QCOMPARE(alertCounts(later.open())->allowed, std::uint64_t{4});
    }

    void nothingCalledMaliciousCanBeHidden()
    {
        const auto alert = alertOf(*m_file, "Msiexec opened a network connection");
        QVERIFY(setVerdict(*m_file, alert.id, Verdict::Malicious, "", "anna"));
        QCOMPARE(previewAllow(*m_file, itemWith({kUpdates}))->blocking.size(), std::size_t{1});
        const auto added = addAllow(*m_file, itemWith({kUpdates}), "anna");
        QVERIFY(!added && added.error().code == ErrorCode::Invalid);
        QVERIFY(allowlistRows(*m_file)->empty());
    }

    void aReasonIsRequired()
    {
        auto item = itemWith({kUpdates});
        item.reason.clear();
        QVERIFY(addAllow(*m_file, item, "anna").error().code == ErrorCode::Invalid);
    }

    void theReverseNameAllowsNothing()
    {
        // files.corp.example is only a reverse name of nothing that alerts; take one that is asked by none.
        AllowCondition reverse{"DestinationHostname", AllowCondition::Test::EndsWith, "cloud-host.example"};
        QCOMPARE(previewAllow(*m_file, itemWith({reverse}))->hidden, std::uint64_t{0});
    }

    void anExpiredItemHidesNothing()
    {
        auto item = itemWith({kUpdates});
        item.expires = parseTimestamp("2001-01-01T00:00:00Z");
        QCOMPARE(previewAllow(*m_file, item)->hidden, std::uint64_t{0});
    }

    void everyDecisionIsInTheJournal()
    {
        const auto alert = alertOf(*m_file, "Regsvr32 opened a network connection");
        QVERIFY(setVerdict(*m_file, alert.id, Verdict::Suspicious, "look", "anna"));
        const auto item = addAllow(*m_file, itemWith({kUpdates}), "anna").value();
        QVERIFY(removeAllow(*m_file, item.id, "bert"));
        const auto rows = journalRows(*m_file).value();
        QCOMPARE(rows.size(), std::size_t{3});
        QCOMPARE(rows[0].action, std::string("verdict suspicious"));
        QCOMPARE(rows[0].object, alert.id);
        QCOMPARE(rows[1].action, std::string("allow"));
        QCOMPARE(rows[2].action, std::string("stop allowing"));
        QCOMPARE(rows[2].author, std::string("bert"));
    }

private:
    std::unique_ptr<TestCase> m_test;
    std::optional<CaseFile> m_file;
};

QTEST_GUILESS_MAIN(TestTriage)
#include "tst_triage.moc"
