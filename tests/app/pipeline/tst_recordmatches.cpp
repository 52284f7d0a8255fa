#include "app/pipeline/detecting.h"
#include "app/pipeline/recordmatches.h"
#include "model/store/facts.h"
#include "tests/app/pipeline/testcase.h"
#include "tests/support/reallogs.h"

#include <QDir>

#include <map>
#include <set>

using namespace lolscope;
using namespace lolscope::test;

namespace {

using Lines = std::multiset<std::string>;

std::string lineOf(const Event &event, const Match &match)
{
    std::string line = match.rule->id + ' ' + std::to_string(event.recordId.value_or(0));
    for (const MatchedValue &value : match.matched)
        line += ' ' + value.field + '=' + value.value + ' ' + value.test;
    return line + '\n';
}

std::vector<std::string> split(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line + '\n');
    return lines;
}

IndexSummary matchAll(const std::vector<std::filesystem::path> &inputs, const Engine &engine,
                      std::string &text)
{
    Progress progress;
    return take(matchRecords(
        inputs, engine,
        [](const std::string &, const Event &event, const Match &match, std::string &out) {
            out += lineOf(event, match);
        },
        [&](const std::string &more) -> Result<void> {
            text += more;
            return {};
        },
        {}, progress));
}

Lines throughCase(const CaseFile &file, const Engine &engine, Join join)
{
    Lines lines;
    UnreadableEvents unreadable;
    const auto done = forEachMatch(file, engine, join,
                                   [&](const JoinedEvent &event, const Match &match) -> Result<void> {
                                       lines.insert(lineOf(event.event, match));
                                       return {};
                                   },
                                   unreadable, {});
    if (!done)
        qFatal("%s", describe(done.error()).c_str());
    return lines;
}

/// Rules to try over real logs: SigmaHQ's where they lie beside them, and the bundled ones.
const Engine &manyRules()
{
    static const Engine engine = [] {
        auto load = bundledRuleLoad();
        const auto folder = realLogs() + QStringLiteral("/sigmahq/rules");
        if (QDir(folder).exists()) {
            auto more = loadRuleFolders({folder.toStdString()});
            load.loaded.insert(load.loaded.end(), more.loaded.begin(), more.loaded.end());
        }
        return Engine(std::move(load.loaded));
    }();
    return engine;
}

} // namespace

class TestRecordMatches : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesWhatACaseGivesRecordByRecord()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        test.index({log});
        std::string text;
        const auto summary = matchAll({log}, bundledEngine(), text);
        QCOMPARE(summary.records, std::uint64_t(sampleScenario().size()));
        const auto lines = split(text);
        QVERIFY(!lines.empty());
        QCOMPARE(Lines(lines.begin(), lines.end()), throughCase(test.open(), bundledEngine(), Join::None));
    }

    void isTheSameEveryTime()
    {
        const TestCase test;
        std::vector<RecordSpec> many;
        for (int day = 0; day < 40; ++day)
            for (RecordSpec record : sampleScenario()) {
                record.recordId = many.size() + 1;
                record.time += std::chrono::days(day);
                many.push_back(std::move(record));
            }
        const auto log = test.write("many.evtx", many);
        std::string first;
        matchAll({log}, bundledEngine(), first);
        QVERIFY(first.size() > 10'000);
        for (int round = 0; round < 5; ++round) {
            std::string again;
            matchAll({log}, bundledEngine(), again);
            QCOMPARE(again, first);
        }
    }

    void anEventInTwoFilesIsOne()
    {
        const TestCase test;
        const auto records = sampleScenario();
        const auto all = test.write("all.evtx", records);
        const auto half =
            test.write("half.evtx", {records.begin(), records.begin() + long(records.size() / 2)});
        std::string once, twice;
        matchAll({all}, bundledEngine(), once);
        matchAll({all, half}, bundledEngine(), twice);
        QCOMPARE(twice, once);
    }

    void badEvidenceCostsOnlyItself()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        std::ofstream(test.path("foreign.evtx")) << "nothing of the kind";
        std::string text;
        const auto summary =
            matchAll({test.path("foreign.evtx"), test.path("none.evtx"), log}, bundledEngine(), text);
        QVERIFY(summary.imperfect());
        QCOMPARE(summary.files.size(), std::size_t{3});
        QVERIFY(summary.files[0].state == FileOutcome::State::Failed);
        QVERIFY(!summary.files[1].row.error.empty());
        QVERIFY(!text.empty());
    }

    void anErrorOfTheOutputEndsIt()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        Progress progress;
        const auto summary = matchRecords(
            {log}, bundledEngine(),
            [](const std::string &, const Event &, const Match &, std::string &out) { out += "x"; },
            [](const std::string &) -> Result<void> { return fail(ErrorCode::Io, "full"); }, {}, progress);
        QVERIFY(!summary);
        QCOMPARE(summary.error().detail, std::string("full"));
    }

    void isCancelled()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        Progress progress;
        std::stop_source stop;
        stop.request_stop();
        const auto summary = take(matchRecords(
            {log}, bundledEngine(), [](const std::string &, const Event &, const Match &, std::string &) {},
            [](const std::string &) -> Result<void> { return {}; }, stop.get_token(), progress));
        QVERIFY(summary.cancelled);
    }

    void theSelectedCaseGivesTheSameMatches()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        test.index({log});
        auto file = take(CaseFile::temporary());
        Progress progress;
        take(indexForDetection(file, {log}, bundledEngine(), {}, progress));
        const auto expected = throughCase(test.open(), bundledEngine(), Join::All);
        QVERIFY(!expected.empty());
        QCOMPARE(throughCase(file, bundledEngine(), Join::All), expected);
    }

    void noMatchOfRealLogsIsLost_data()
    {
        QTest::addColumn<QString>("path");
        if (realLogs().isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
        const QDir folder(realLogs() + QStringLiteral("/evtx"));
        for (const QString &name : folder.entryList({QStringLiteral("*.evtx")}, QDir::Files, QDir::Name))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    /// What mayMatch() says of a record, against what the joined event does.
    void noMatchOfRealLogsIsLost()
    {
        QFETCH(QString, path);
        const Engine &engine = manyRules();
        auto file = take(CaseFile::temporary());
        Progress progress;
        take(indexInto(file, {path.toStdString()}, Engine({}), {}, progress));
        Engine::Session session(engine);
        int matched = 0, lost = 0;
        const auto done = forEachEvent(
            file, [](const Event &) { return true; }, Join::All,
            [&](const JoinedEvent &joined) -> Result<void> {
                std::vector<Field> own;
                for (const Field &field : joined.event.data)
                    if (field.source == FieldSource::Event)
                        own.push_back(field);
                Event record = joined.event;
                record.data = own;
                const bool matches = !engine.evaluate(joined.event, session).empty();
                const bool may = engine.mayMatch(record, joinGains(record), session);
                matched += matches ? 1 : 0;
                lost += matches && !may ? 1 : 0;
                m_events += 1;
                m_kept += may ? 1 : 0;
                return {};
            },
            {});
        QVERIFY(done);
        QCOMPARE(lost, 0);
        m_matched += matched;
    }
    void mostEventsOfRealLogsAreRuledOut()
    {
        if (realLogs().isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
        const auto counts =
            QStringLiteral("%1 events, %2 kept, %3 match").arg(m_events).arg(m_kept).arg(m_matched);
        qInfo("%s", qPrintable(counts));
        QVERIFY2(m_kept * 4 < m_events && m_matched > 0, qPrintable(counts));
    }

private:
    int m_events = 0, m_kept = 0, m_matched = 0;
};

QTEST_GUILESS_MAIN(TestRecordMatches)
#include "tst_recordmatches.moc"
