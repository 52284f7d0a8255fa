#include "app/pipeline/detecting.h"
#include "app/pipeline/enginesessions.h"
#include "app/pipeline/ruledigests.h"
#include "app/pipeline/triage.h"
#include "app/pipeline/updating.h"
#include "detection/sigma/references.h"
#include "model/evtx/eventreader.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "tests/app/pipeline/comparedcases.h"
#include "tests/app/pipeline/crowdrules.h"
#include "tests/app/pipeline/testcase.h"
#include "tests/model/analysis/crowd.h"
#include "tests/support/reallogs.h"

#ifndef _WIN32
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace lolscope;
using namespace lolscope::test;
using samples::Dice;
using samples::must;

namespace {

Engine engineOf(const std::string &text)
{
    auto load = sigma::parseRules(text, "rules.yml");
    sigma::resolveReferences(load);
    if (!load.refused.empty())
        qFatal("%s", describe(load.refused[0].reason).c_str());
    return Engine(load.loaded, load.correlations);
}

/// A case that grows batch by batch.
class GrowingCase
{
public:
    GrowingCase(CaseFile &file, const Engine &engine)
        : m_sessions(engine)
        , m_updater(file, engine)
    {
        update(); // the rules are those of the case from here on
        m_writer.emplace(file,
                         EventWriter::Candidates{ruleSetName(engine), [this](std::span<const Event> events) {
                                                     return m_sessions.mayMatch(events, {});
                                                 }});
    }

    void add(const EventBatch &batch)
    {
        const auto evidence = must(m_writer->follow("live", false));
        must(m_writer->add(evidence, batch));
        must(m_writer->setBookmark(evidence, "here"));
        must(m_writer->commit());
    }
    void update(bool finally = false)
    {
        for (const AlertRow &row : must(m_updater.update(finally, {})))
            m_told << QString::fromStdString(row.id);
    }
    const QStringList &told() const { return m_told; }

private:
    EngineSessions m_sessions;
    Updater m_updater;
    std::optional<EventWriter> m_writer;
    QStringList m_told;
};

/// What the incremental way is held against.
void addAtOnce(CaseFile &file, const EventBatch &batch, const Engine &engine)
{
    EventWriter writer(file);
    const auto evidence = must(writer.follow("live", false));
    must(writer.add(evidence, batch));
    must(writer.setBookmark(evidence, "here"));
    must(writer.commit());
    Progress progress;
    must(bringUpToDate(file, engine, {}, progress));
}

QStringList expectedOf(const std::vector<samples::Record> &records, const Engine &engine)
{
    CaseFile file = must(CaseFile::temporary());
    must(addAllow(file, allowed(), "anna"));
    EventBatch batch;
    for (const samples::Record &record : records)
        samples::addTo(batch, record);
    addAtOnce(file, batch, engine);
    return madeOf(file);
}

/// The events of a log, each with a record id that no other has.
std::vector<std::unique_ptr<EventBatch>> eventsOf(const std::filesystem::path &log, std::size_t most)
{
    std::vector<std::unique_ptr<EventBatch>> events;
    const auto reader = openEvents(log);
    if (!reader)
        return events;
    EventBatch batch;
    for (auto more = (*reader)->next(batch); more && *more && events.size() < most;
         more = (*reader)->next(batch))
        for (const Event &event : batch.events) {
            EventBatch &one = *events.emplace_back(std::make_unique<EventBatch>());
            Event copy = event;
            for (std::string_view *text : {&copy.provider, &copy.channel, &copy.computer})
                *text = one.keep(*text);
            for (std::span<const Field> *fields : {&copy.system, &copy.data}) {
                std::vector<Field> kept;
                for (const Field &field : *fields)
                    kept.push_back({one.keep(field.name), one.keep(field.value), field.source});
                *fields = one.keep(std::span<const Field>(kept));
            }
            copy.xml = {};
            one.events.push_back(copy);
        }
    return events;
}

} // namespace

class TestUpdating : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Events in any order and in batches of any size give the case that all of them at once do.
    void whatIsTouchedIsEnough_data()
    {
        QTest::addColumn<quint32>("seed");
        QTest::addColumn<bool>("correlates");
        for (quint32 seed = 1; seed <= 32; ++seed)
            QTest::addRow("seed %u", seed) << seed << (seed % 2 == 0);
    }
    void whatIsTouchedIsEnough()
    {
        QFETCH(quint32, seed);
        QFETCH(bool, correlates);
        Dice dice(seed);
        const Engine engine = engineOf(correlates ? kRules + kCorrelations : kRules);
        const auto records = samples::crowd(dice, 10 + 4 * (seed % 16));
        CaseFile file = must(CaseFile::temporary());
        must(addAllow(file, allowed(), "anna"));
        GrowingCase growing(file, engine);
        for (std::size_t i = 0; i < records.size();) {
            EventBatch batch;
            for (std::size_t count = 1 + dice.below(1 + seed % 7); count > 0 && i < records.size(); --count)
                samples::addTo(batch, records[i++]);
            growing.add(batch);
            growing.update(true);
            if (i < records.size() && seed % 4 != 0)
                continue; // compare after every batch sometimes
            compare(madeOf(file),
                    expectedOf({records.begin(), records.begin() + static_cast<std::ptrdiff_t>(i)}, engine));
            if (QTest::currentTestFailed())
                return;
        }
        // No alert is told of twice while it is there, and none is kept back.
        for (const AlertRow &row : take(alerts(file)))
            QVERIFY(growing.told().contains(QString::fromStdString(row.id)));
    }

    /// Real logs and the sample's day, shuffled, with the bundled rules.
    void logsInAnyOrder_data()
    {
        QTest::addColumn<QString>("log");
        QTest::newRow("the sample's day") << QString();
        if (const QString folder = realLogs(); !folder.isEmpty())
            for (const QFileInfo &file :
                 QDir(folder + QStringLiteral("/evtx")).entryInfoList({QStringLiteral("*.evtx")}))
                if (file.size() < 3'000'000)
                    QTest::newRow(qPrintable(file.fileName())) << file.filePath();
    }
    void logsInAnyOrder()
    {
        QFETCH(QString, log);
        const TestCase test;
        const auto path = log.isEmpty() ? test.write("day.evtx", sampleScenario())
                                        : std::filesystem::path(log.toStdString());
        auto events = eventsOf(path, 1500);
        Dice dice(7);
        dice.shuffle(events);
        const auto add = [&](EventBatch &batch, std::size_t i) {
            for (const Event &event : events[i]->events)
                batch.events.push_back(event);
        };
        CaseFile whole = must(CaseFile::temporary());
        {
            EventBatch all;
            for (std::size_t i = 0; i < events.size(); ++i)
                add(all, i);
            addAtOnce(whole, all, bundledEngine());
        }
        CaseFile file = must(CaseFile::temporary());
        GrowingCase growing(file, bundledEngine());
        for (std::size_t i = 0; i < events.size();) {
            EventBatch batch;
            for (std::size_t count = 1 + dice.below(120); count > 0 && i < events.size(); --count)
                add(batch, i++);
            growing.add(batch);
            growing.update();
        }
        compare(madeOf(file), madeOf(whole));
        if (log.isEmpty())
            QCOMPARE(take(alerts(file)).size(), std::size_t{11});
    }

#ifndef _WIN32 // it forks
    /// Killed while it updates, it goes on where it was.
    void killedInAnUpdateItGoesOn()
    {
        Dice dice(5);
        const Engine engine = engineOf(kRules);
        const auto records = samples::crowd(dice, 240);
        const TestCase test;
        {
            auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::Create));
            must(addAllow(file, allowed(), "anna"));
        }
        std::size_t done = 0;
        for (int round = 0; done < records.size(); ++round) {
            const pid_t child = round < 12 ? fork() : 0;
            if (child == 0) {
                auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::ReadWrite));
                GrowingCase growing(file, engine);
                for (std::size_t i = toSize(must(lastEvent(file))); i < records.size();) {
                    EventBatch batch;
                    for (int count = 0; count < 5 && i < records.size(); ++count)
                        samples::addTo(batch, records[i++]);
                    growing.add(batch);
                    growing.update();
                }
                if (round < 12)
                    _exit(0);
                break;
            }
            usleep(static_cast<useconds_t>(2'000 + dice.below(25'000)));
            kill(child, SIGKILL);
            int status = 0;
            QCOMPARE(waitpid(child, &status, 0), child);
        }
        auto file = take(CaseFile::open(test.casePath(), CaseFile::Mode::ReadOnly));
        compare(madeOf(file), expectedOf(records, engine));
    }
#endif

    /// A late start moves the hits of its process to other alerts; the verdict goes along.
    void verdictsFollowLateFacts()
    {
        using namespace samples;
        const Engine engine = engineOf(kRules);
        CaseFile file = must(CaseFile::temporary());
        GrowingCase growing(file, engine);
        const auto add = [&](const Record &record) {
            EventBatch batch;
            addTo(batch, record);
            growing.add(batch);
            growing.update();
        };
        add(connection("10:00:01.000", "A", 10, "a.exe", "192.0.2.1"));
        const auto before = take(alerts(file));
        QCOMPARE(before.size(), std::size_t{1});
        must(setVerdict(file, before[0].id, Verdict::Suspicious, "seen", "anna"));
        add(query("10:00:00.000", "A", 10, "a.exe", "late.example", "192.0.2.1;"));
        const auto after = take(alerts(file));
        QCOMPARE(after.size(), std::size_t{1});
        QCOMPARE(after[0].destName, "late.example");
        QVERIFY(after[0].id != before[0].id);
        QCOMPARE(after[0].verdict, Verdict::Suspicious);
        QCOMPARE(growing.told().size(), 2);
    }

private:
    static std::size_t toSize(EventId id)
    {
        return static_cast<std::size_t>(toInt(id));
    }
};

QTEST_GUILESS_MAIN(TestUpdating)
#include "tst_updating.moc"
