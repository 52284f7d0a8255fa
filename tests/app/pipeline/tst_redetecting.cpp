#include "app/pipeline/detecting.h"
#include "app/pipeline/redetecting.h"
#include "app/pipeline/ruledigests.h"
#include "app/pipeline/triage.h"
#include "app/pipeline/updating.h"
#include "detection/sigma/references.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/detectionstore.h"
#include "model/store/eventwriter.h"
#include "tests/app/pipeline/comparedcases.h"
#include "tests/app/pipeline/crowdrules.h"
#include "tests/model/analysis/crowd.h"
#include "tests/support/reallogs.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace lolscope;
using namespace lolscope::test;
using samples::Dice;
using samples::must;

namespace {

/// Documents that come and go, and what may stand instead of each of them.
class ChangingRules
{
public:
    ChangingRules()
    {
        for (const std::string &all : {kRules + kCorrelations, kFurther}) {
            std::size_t from = 0;
            for (std::size_t to = all.find("---\n"); from < all.size(); to = all.find("---\n", from)) {
                to = std::min(to, all.size());
                m_documents.push_back({all.substr(from, to - from), true});
                from = std::min(all.size(), to + 4);
            }
        }
    }

    void change(Dice &dice)
    {
        for (std::size_t count = 1 + dice.below(3); count > 0; --count) {
            auto &[text, isThere] = m_documents[dice.below(m_documents.size())];
            switch (dice.below(5)) {
            case 0:
            case 1:
                isThere = !isThere;
                break;
            case 2: // what the rule says, not what it finds
                swap(text, "level: low", "level: high");
                break;
            case 3:
                swap(text, R"(\a.exe)", R"(\b.exe)");
                swap(text, "x.example", "y.example");
                swap(text, "gte: 3", "gte: 2");
                break;
            case 4: // what correlation rules and filters may refer to by its name
                swap(text, "name: connects", "name: reaches");
                swap(text, "generate: true", "generate: false");
                break;
            }
        }
        if (dice.below(4) == 0)
            dice.shuffle(m_documents); // in other files, say
    }

    Engine engine() const
    {
        std::string all;
        for (const auto &[text, isThere] : m_documents)
            if (isThere)
                all += text + "---\n";
        auto load = sigma::parseRules(all, "rules.yml");
        sigma::resolveReferences(load); // refuses what has lost what it refers to
        return Engine(load.loaded, load.correlations);
    }

private:
    static void swap(std::string &text, const std::string &one, const std::string &other)
    {
        if (const auto at = text.find(one); at != std::string::npos)
            text.replace(at, one.size(), other);
        else if (const auto back = text.find(other); back != std::string::npos)
            text.replace(back, other.size(), one);
    }

    struct Document
    {
        std::string text;
        bool isThere;
    };
    std::vector<Document> m_documents;

    static inline const std::string kFurther = R"(title: Two hosts of many connections
id: 22222222-0000-4000-8000-0000000000c3
level: critical
correlation: {type: event_count, rules: [22222222-0000-4000-8000-0000000000c1], group-by: [Computer], timespan: 1h, condition: {gte: 1}}
generate: true
---
title: Not b.exe
logsource: {product: windows, category: network_connection}
filter: {rules: [connects], selection: {Image|endswith: '\b.exe'}, condition: not selection}
---
title: Not pid 11
logsource: {product: windows}
filter: {rules: any, selection: {ProcessId: 11}, condition: not selection}
---
title: Any query
id: 22222222-0000-4000-8000-000000000008
logsource: {product: windows, category: dns_query}
detection: {selection: {QueryName|contains: example}, condition: selection}
level: low
)";
};

void addAll(CaseFile &file, const std::vector<samples::Record> &records)
{
    must(addAllow(file, allowed(), "anna"));
    EventBatch batch;
    for (const samples::Record &record : records)
        samples::addTo(batch, record);
    EventWriter writer(file);
    const auto evidence = must(writer.follow("live", false));
    must(writer.add(evidence, batch));
    must(writer.setBookmark(evidence, "here"));
    must(writer.commit());
}

Result<void> update(CaseFile &file, const Engine &engine, const std::stop_token &stop = {})
{
    Progress progress;
    return bringUpToDate(file, engine, stop, progress);
}

/// The same decision in both cases.
void decide(CaseFile &one, CaseFile &other, Dice &dice)
{
    const auto rows = take(alerts(one));
    if (rows.empty())
        return;
    const auto id = rows[dice.below(rows.size())].id;
    constexpr Verdict kVerdicts[] = {Verdict::Benign, Verdict::Suspicious, Verdict::Malicious, Verdict::None};
    const Verdict verdict = kVerdicts[dice.below(4)];
    const std::string note = "note " + std::to_string(dice.below(1000));
    for (CaseFile *file : {&one, &other})
        must(setVerdict(*file, id, verdict, note, "anna"));
}

} // namespace

class TestRedetecting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Rules that change step by step give the case that a whole run of each step's rules does.
    void changedRulesAreEnough_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= 24; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    void changedRulesAreEnough()
    {
        QFETCH(quint32, seed);
        Dice dice(seed);
        const auto records = samples::crowd(dice, 20 + 3 * seed);
        ChangingRules rules;
        CaseFile changing = must(CaseFile::temporary()), whole = must(CaseFile::temporary());
        addAll(changing, records);
        addAll(whole, records);
        must(update(whole, rules.engine()));
        int few = 0;
        for (int step = 0; step < 12; ++step) {
            const Engine engine = rules.engine();
            few += must(ruleChanges(changing, engine)).areFew ? 1 : 0;
            must(update(changing, engine));
            must(detect(whole, engine, {}));
            compare(madeOf(changing), madeOf(whole));
            if (QTest::currentTestFailed())
                return;
            if (seed % 3 != 0)
                decide(changing, whole, dice);
            rules.change(dice);
        }
        QVERIFY(few > 6);
        if (seed % 3 != 0)
            return;
        CaseFile fresh = must(CaseFile::temporary());
        addAll(fresh, records);
        const Engine engine = rules.engine();
        must(update(fresh, engine));
        must(update(changing, engine));
        compare(madeOf(changing), madeOf(fresh));
    }

    /// The bundled rules switched on and off over the sample and over real logs.
    void switchedRulesAreEnough_data()
    {
        QTest::addColumn<QString>("log");
        QTest::newRow("the sample's day") << QString();
        if (const QString folder = realLogs(); !folder.isEmpty())
            for (const QFileInfo &file :
                 QDir(folder + QStringLiteral("/evtx")).entryInfoList({QStringLiteral("*.evtx")}))
                if (file.size() < 3'000'000)
                    QTest::newRow(qPrintable(file.fileName())) << file.filePath();
    }
    void switchedRulesAreEnough()
    {
        QFETCH(QString, log);
        const TestCase test, other;
        const auto path = log.isEmpty() ? test.write("day.evtx", sampleScenario())
                                        : std::filesystem::path(log.toStdString());
        const auto all = bundledRuleLoad().loaded;
        Dice dice(11);
        std::vector<bool> runs(all.size(), true);
        const auto engine = [&] {
            std::vector<sigma::RulePtr> some;
            for (std::size_t i = 0; i < all.size(); ++i)
                if (runs[i])
                    some.push_back(all[i]);
            return Engine(std::move(some));
        };
        test.index({path}, engine());
        other.index({path}, engine());
        auto changing = test.open(CaseFile::Mode::ReadWrite), whole = other.open(CaseFile::Mode::ReadWrite);
        for (int step = 0; step < 4; ++step) {
            decide(changing, whole, dice);
            for (std::size_t i = 0; i < all.size(); ++i)
                runs[i] = dice.below(4) != 0 ? runs[i] : !runs[i];
            const Engine now = engine();
            QVERIFY(must(ruleChanges(changing, now)).areFew);
            must(update(changing, now));
            must(detect(whole, now, {}));
            compare(madeOf(changing), madeOf(whole));
        }
    }

    /// Killed or cancelled on the way the case is as before or as after, and goes on from there.
    void killedOnTheWayItGoesOn()
    {
        Dice dice(5);
        const auto records = samples::crowd(dice, 400);
        const TestCase test;
        CaseFile whole = must(CaseFile::temporary());
        addAll(whole, records);
        {
            auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
            addAll(file, records);
        }
        ChangingRules rules;
        for (int round = 0; round < 16; ++round) {
            const Engine engine = rules.engine();
            const pid_t child = fork();
            if (child == 0) {
                auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::ReadWrite));
                must(update(file, engine));
                _exit(0);
            }
            usleep(static_cast<useconds_t>(1'000 + dice.below(12'000)));
            kill(child, SIGKILL);
            int status = 0;
            QCOMPARE(waitpid(child, &status, 0), child);
            if (round % 3 != 0) {
                auto file = test.open(CaseFile::Mode::ReadWrite);
                std::stop_source stop;
                stop.request_stop();
                const auto before = madeOf(file);
                const auto cancelled = update(file, engine, stop.get_token());
                QVERIFY(cancelled || cancelled.error().code == ErrorCode::Cancelled);
                if (!cancelled)
                    compare(madeOf(file), before);
                must(update(file, engine));
                if (round == 1)
                    must(update(whole, engine));
                else
                    must(detect(whole, engine, {}));
                compare(madeOf(file), madeOf(whole));
            }
            rules.change(dice);
        }
    }

    /// A damaged payload costs its events alone, whichever way the rules run; the case says how many.
    void eventsThatCannotBeReadAreCounted()
    {
        const TestCase test;
        const auto day = test.write("a.evtx", sampleScenario());
        auto later = sampleScenario(); // of another host, so that its events are other ones
        for (RecordSpec &record : later)
            record.computer = "OTHER.corp.example";
        const auto rules = bundledRuleLoad().loaded;
        const Engine all(rules), few({rules.begin(), rules.begin() + 1});
        QCOMPARE(test.index({day}, all).alerts, std::uint64_t{11});
        const auto last = std::to_string(toInt(must(lastEvent(test.open()))));
        QVERIFY(test.index({test.write("b.evtx", later)}, all).losses.empty());
        const auto counted = [&](const Engine &engine) {
            const auto summary = test.index({}, engine);
            if (summary.losses.size() != 1 || summary.losses[0].reason != kUnreadableReason
                || !summary.losses[0].ruleId.empty() || !summary.isOpen())
                return std::uint64_t{0};
            return summary.losses[0].count;
        };
        {
            auto file = test.open(CaseFile::Mode::ReadWrite);
            const auto before = take(alerts(file)).size();
            QVERIFY(before > 11);
            file.database().exec("UPDATE payload SET data = x'28b52ffd' WHERE first_event > " + last);
        }
        const auto unreadable = [&] {
            const auto file = test.open();
            UnreadableEvents events;
            must(forEachEvent(
                file, [](const Event &event) { return bundledEngine().wants(event); }, Join::None,
                [](const JoinedEvent &) { return Result<void>(); }, {}, &events));
            return std::uint64_t{events.size()};
        }();
        QVERIFY(unreadable > 0);
        QVERIFY2(test.index({}, all).losses.empty(), "nothing ran");
        {
            auto file = test.open(CaseFile::Mode::ReadWrite);
            must(detect(file, all, {})); // its candidates alone
        }
        const auto ofCandidates = counted(all);
        QVERIFY(ofCandidates > 0 && ofCandidates <= unreadable);
        QCOMPARE(counted(all), ofCandidates); // said again
        QCOMPARE(take(alerts(test.open())).size(), std::size_t{11});
        QVERIFY(counted(few) > 0); // most rules go
        QVERIFY(counted(all) > 0);
        QCOMPARE(take(alerts(test.open())).size(), std::size_t{11});
        // One rule more, in a case that does not know of the damage yet.
        auto rest = rules;
        rest.pop_back();
        {
            auto file = test.open(CaseFile::Mode::ReadWrite);
            must(detect(file, Engine(rest), {}));
            file.database().exec("DELETE FROM loss");
            QVERIFY(must(ruleChanges(file, all)).areFew);
        }
        QVERIFY(counted(all) > 0);
    }

    /// Watching goes on with other rules from where it was.
    void watchingGoesOnWithChangedRules()
    {
        Dice dice(9);
        const auto records = samples::crowd(dice, 120);
        ChangingRules rules;
        CaseFile changing = must(CaseFile::temporary()), whole = must(CaseFile::temporary());
        addAll(changing, records);
        addAll(whole, records);
        must(update(changing, rules.engine()));
        for (int step = 0; step < 6; ++step) {
            rules.change(dice);
            const Engine engine = rules.engine();
            Updater updater(changing, engine);
            must(updater.update(true, {}));
            must(update(whole, engine));
            must(detect(whole, engine, {}));
            compare(madeOf(changing), madeOf(whole));
        }
    }

    /// A digest changes with what the rule means alone.
    void digestsTellWhatChanged()
    {
        const auto digests = [](const std::string &text) {
            auto load = sigma::parseRules(text, "rules.yml");
            sigma::resolveReferences(load);
            return ruleDigests(Engine(load.loaded, load.correlations));
        };
        const auto all = digests(kRules + kCorrelations);
        QCOMPARE(all.size(), std::size_t{9});
        const auto changed = [&](const std::string &text) {
            QStringList ids;
            const auto now = digests(text);
            for (const auto &[id, digest] : all)
                if (const auto same = now.find(id); same == now.end() || same->second != digest)
                    ids << QString::fromStdString(id.substr(id.size() - 2));
            return ids.join(QLatin1Char(' '));
        };
        const std::string text = kRules + kCorrelations;
        const auto with = [&](const std::string &one, const std::string &other) {
            std::string copy = text;
            return copy.replace(copy.find(one), one.size(), other);
        };
        QCOMPARE(changed(text), QString());
        QCOMPARE(changed(with("title: End of b.exe", "title: Ends")), QStringLiteral("07"));
        QCOMPARE(changed(with("title: Start of a.exe", "title: Starts")), QStringLiteral("05 c2"));
        QCOMPARE(changed(with("title: Many connections", "title: Many")), QStringLiteral("c1"));
        QCOMPARE(changed(kRules), QStringLiteral("c1 c2"));
        QCOMPARE(changed(with("generate: true", "generate: false")),
                 QStringLiteral("03 05 c2")); // silent now
        QCOMPARE(changed(text
                         + "---\ntitle: F\nlogsource: {category: dns_query, product: windows}\nfilter: "
                           "{rules: any, s: {Image: x}, condition: not s}\n"),
                 QStringLiteral("04"));
    }
};

QTEST_GUILESS_MAIN(TestRedetecting)
#include "tst_redetecting.moc"
