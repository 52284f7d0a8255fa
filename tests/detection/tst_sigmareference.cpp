#include "detection/engine/engine.h"
#include "detection/sigma/detection.h"
#include "resources/embedded.h"
#include "tests/detection/realevents.h"
#include "tests/support/sigmareference.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <set>

using namespace lolscope;
using test::ReferenceEvent;
using test::ReferenceRule;

namespace {

struct RuleFile
{
    std::string name;
    std::string text;
};

std::vector<RuleFile> bundledFiles()
{
    std::vector<RuleFile> files;
    for (const auto &file : bundledRules())
        files.push_back({std::string(file.name), std::string(file.bytes)});
    return files;
}

std::vector<RuleFile> sigmaHqFiles()
{
    std::vector<RuleFile> files;
    const QString folder = test::sigmaHq() + QStringLiteral("/rules");
    for (const QString &path : test::filesBelow(folder, QStringLiteral("yml"))) {
        QFile file(path);
        if (file.open(QIODevice::ReadOnly))
            files.push_back(
                {QDir(folder).relativeFilePath(path).toStdString(), file.readAll().toStdString()});
    }
    return files;
}

} // namespace

/// The engine's main guard: two evaluators that share no code say the same of every real rule and every real
/// record, each record for itself.
class TestSigmaReference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (realLogs().isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
    }

    void bundled() { agree(bundledFiles()); }
    void sigmaHq()
    {
        if (test::sigmaHq().isEmpty())
            QSKIP("SigmaHQ's rules are absent; they belong into `sigmahq` beside the real logs' `evtx`");
        agree(sigmaHqFiles());
    }

    /// No expression of theirs is left unanswered for a value as long as a chunk may hold, if nobody shaped
    /// it.
    void longOrdinaryValuesReachNoLimit()
    {
        if (test::sigmaHq().isEmpty())
            QSKIP("SigmaHQ's rules are absent; they belong into `sigmahq` beside the real logs' `evtx`");
        std::set<std::shared_ptr<const sigma::Regex>> expressions;
        for (const auto &[name, text] : sigmaHqFiles())
            for (const auto &rule : sigma::parseRules(text, name).loaded)
                for (const auto &item : rule->detection->items)
                    for (const auto &test : item.tests)
                        if (const auto *regex = std::get_if<sigma::RegexTest>(&test.kind))
                            expressions.insert(regex->regex);
        QVERIFY(expressions.size() > 50);
        constexpr std::size_t kBytes = 65'536;
        std::string script, encoded, paths;
        for (unsigned i = 0; script.size() < kBytes; ++i)
            script += "function Test" + std::to_string(i)
                + " { $set = Get-ChildItem -Path \"C:\\ProgramData\\App\" ; cmd /c echo {0} && set x }\n";
        for (unsigned i = 0; encoded.size() < kBytes; ++i)
            encoded +=
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(i * i * 31 + i) % 64];
        for (unsigned i = 0; paths.size() < kBytes; ++i)
            paths += "C:\\Users\\user" + std::to_string(i) + "\\AppData\\Local\\Temp\\setup.exe -Path x;";
        for (const auto &regex : expressions)
            for (const auto *text : {&script, &encoded, &paths})
                QVERIFY2(regex->search(std::string_view(*text).substr(0, kBytes))
                             != sigma::Regex::Answer::Unknown,
                         regex->text().c_str());
    }

private:
    static void agree(const std::vector<RuleFile> &files)
    {
        std::vector<sigma::RulePtr> loaded;
        std::vector<std::pair<std::string, ReferenceRule>> rules; // and the file they are from
        QStringList differences;
        std::set<std::string> ids;
        for (const auto &[name, text] : files) {
            auto load = sigma::parseRules(text, name);
            auto references = ReferenceRule::read(text);
            const auto refused = std::find_if(references.begin(), references.end(),
                                              [](const auto &rule) { return !rule.refused().empty(); });
            if (load.loaded.size() + load.refused.size() != references.size()
                || load.refused.empty() != (refused == references.end())) {
                differences << QString::fromStdString(
                    name + ": " + (load.refused.empty() ? "loaded" : describe(load.refused[0].reason))
                    + "; the reference: " + (refused == references.end() ? "loaded" : refused->refused()));
                continue;
            }
            for (auto &one : load.loaded)
                loaded.push_back(std::move(one));
            for (auto &rule : references)
                if (rule.refused().empty() && ids.insert(rule.id()).second)
                    rules.emplace_back(name, std::move(rule));
        }
        QVERIFY(!loaded.empty());
        const Engine engine(loaded);
        QCOMPARE(engine.rules().size(), rules.size());

        std::size_t compared = 0;
        std::size_t matches = 0;
        Engine::Session session(engine);
        for (const auto *event : test::realEvents().events()) {
            const ReferenceEvent prepared(*event);
            const auto found = engine.evaluate(*event, session);
            std::set<const sigma::Rule *> matched;
            for (const auto &match : found)
                matched.insert(match.rule.get());
            bool isWanted = false;
            for (std::size_t i = 0; i < rules.size(); ++i) {
                const auto &[name, rule] = rules[i];
                if (!rule.isAbout(prepared)) {
                    QVERIFY2(!matched.contains(engine.rules()[i].get()), name.c_str());
                    continue;
                }
                isWanted = true;
                ++compared;
                const bool expected = rule.matches(prepared);
                matches += expected ? 1 : 0;
                if (expected != matched.contains(engine.rules()[i].get()))
                    differences << QString::fromStdString(
                        name + (expected ? " misses" : " should not match") + " record "
                        + std::to_string(event->recordId.value_or(0)) + " of " + std::string(event->channel)
                        + ' ' + std::to_string(event->eventId));
            }
            QVERIFY(engine.wants(*event) || !isWanted);
            QVERIFY(matched.empty() || engine.mayMatch(*event, {}, session));
        }
        qInfo("%zu rules, %zu comparisons, %zu matches", rules.size(), compared, matches);
        for (const QString &difference : differences.mid(0, 40))
            qWarning("%s", qPrintable(difference));
        QCOMPARE(differences.size(), 0);
        QVERIFY(compared > 0 && matches > 0);
        QVERIFY2(engine.notEvaluated().empty(), "a regular expression reached its limits on a real record");
    }
};

QTEST_GUILESS_MAIN(TestSigmaReference)
#include "tst_sigmareference.moc"
