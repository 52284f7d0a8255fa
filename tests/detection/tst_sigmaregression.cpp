#include "detection/engine/engine.h"
#include "tests/detection/realevents.h"

#include <QFile>
#include <QTest>

#include <map>
#include <yaml-cpp/yaml.h>

using namespace lolscope;

namespace {

/// Rules of which more records match than `match_count` says; SigmaHQ's own runner takes that for a warning.
const std::map<std::string, std::size_t> kMoreThanStated = {
    {"8fbf3271-1ef6-4e94-8210-03c2317947f6", 3}, // three builds of procdump are written
};

constexpr std::size_t kIdCharacters = 36;

std::string readText(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

} // namespace

/// SigmaHQ's regression data: a rule and a log that shows it
/// (https://github.com/SigmaHQ/sigma/tree/master/regression_data).
class TestSigmaRegression : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("log");
        QTest::addColumn<int>("stated"); // -1: at least one
        if (test::sigmaHq().isEmpty())
            return;
        std::map<std::string, QString> rules;
        for (const QString &path :
             test::filesBelow(test::sigmaHq() + QStringLiteral("/rules"), QStringLiteral("yml"))) {
            const auto text = readText(path);
            const auto line = text.find("\nid: ");
            rules[text.substr(line + 5, kIdCharacters)] = path;
        }
        const QDir folder(test::sigmaHq() + QStringLiteral("/regression_data"));
        for (const QString &path : test::filesBelow(folder.path(), QStringLiteral("yml"))) {
            const auto info = YAML::Load(readText(path));
            const auto id = info["rule_metadata"][0]["id"].as<std::string>();
            for (const auto &one : info["regression_tests_info"])
                QTest::newRow(qPrintable(folder.relativeFilePath(QFileInfo(path).path())))
                    << rules[id]
                    << test::sigmaHq() + QLatin1Char('/')
                        + QString::fromStdString(one["path"].as<std::string>())
                    << one["match_count"].as<int>(-1);
        }
    }
    void finds()
    {
        if (test::sigmaHq().isEmpty())
            QSKIP("SigmaHQ's regression data is absent; it belongs into `sigmahq` beside the real logs' "
                  "`evtx`");
        QFETCH(QString, rule);
        QFETCH(QString, log);
        QFETCH(int, stated);
        const auto load = sigma::parseRules(readText(rule), rule.toStdString());
        QVERIFY2(load.refused.empty(), load.refused.empty() ? "" : describe(load.refused[0].reason).c_str());
        QCOMPARE(load.loaded.size(), 1u);
        const Engine engine(load.loaded);
        test::KeptEvents records;
        records.add(log);
        QVERIFY(!records.events().empty());
        std::size_t found = 0;
        for (const auto *event : records.events())
            if (!event->recovered) // leftovers of the log hold older copies
                found += engine.evaluate(*event).size();
        if (stated < 0) {
            QVERIFY(found >= 1);
            return;
        }
        const auto more = kMoreThanStated.find(load.loaded[0]->id);
        QCOMPARE(found, more == kMoreThanStated.end() ? static_cast<std::size_t>(stated) : more->second);
    }
};

QTEST_GUILESS_MAIN(TestSigmaRegression)
#include "tst_sigmaregression.moc"
