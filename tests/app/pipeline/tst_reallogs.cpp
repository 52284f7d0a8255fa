#include "app/pipeline/indexing.h"
#include "app/pipeline/rules.h"
#include "model/base/text.h"
#include "model/evtx/eventreader.h"
#include "model/store/alertstore.h"
#include "model/store/factstore.h"
#include "tests/app/pipeline/testcase.h"
#include "tests/support/reallogs.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <set>

using namespace lolscope;
using namespace lolscope::test;

namespace {

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

/// Everything of one connection that the expectation names, in one comparable line.
QString fact(const ConnectionRow &row, const std::vector<ProcessRow> &chain,
             const std::vector<RelatedQuery> &queries)
{
    QStringList lines = {QString::number(row.recordId.value_or(0)),
                         text(row.host),
                         text(row.image),
                         row.initiated ? (*row.initiated ? QStringLiteral("true") : QStringLiteral("false"))
                                       : QString(),
                         text(row.protocol),
                         text(row.destIp),
                         text(row.destPort),
                         text(row.reverseName)};
    for (const ProcessRow &process : chain)
        if (process.source == ProcessSource::Logged)
            lines << QStringLiteral("%1 %2 %3")
                         .arg(text(process.guid), text(process.image), text(process.commandLine));
    for (const RelatedQuery &query : queries)
        if (query.sameProcess)
            lines << QStringLiteral("asked %1 %2")
                         .arg(text(query.query.name),
                              query.answersDestination ? QStringLiteral("answers") : QStringLiteral("else"));
    return lines.join(QLatin1Char('|'));
}

QString expectedFact(const QJsonObject &connection)
{
    const auto value = [&](const char *name) { return connection[QLatin1String(name)].toString(); };
    const auto none = [](const QString &name) { return name == QStringLiteral("-") ? QString() : name; };
    QStringList lines = {QString::number(connection[QLatin1String("record_id")].toInteger()),
                         value("host"),
                         value("Image"),
                         value("Initiated"),
                         value("Protocol"),
                         value("DestinationIp"),
                         value("DestinationPort"),
                         none(value("DestinationHostname"))};
    for (const auto &link : connection[QLatin1String("chain_from_event1")].toArray())
        lines << QStringLiteral("%1 %2 %3")
                     .arg(link[QLatin1String("guid")].toString(), link[QLatin1String("image")].toString(),
                          link[QLatin1String("command_line")].toString());
    for (const auto &query : connection[QLatin1String("dns22_same_guid")].toArray())
        lines << QStringLiteral("asked %1 %2")
                     .arg(query[QLatin1String("QueryName")].toString(),
                          query[QLatin1String("answers_contain_destination")].toBool()
                              ? QStringLiteral("answers")
                              : QStringLiteral("else"));
    return lines.join(QLatin1Char('|'));
}

} // namespace

/// The real logs against what is known to be in them.
class TestRealLogs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_folder = realLogs();
        if (m_folder.isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
        QFile file(m_folder + QStringLiteral("/expected.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_expected = QJsonDocument::fromJson(file.readAll()).object();
        QVERIFY(!m_expected[QLatin1String("files")].toArray().isEmpty());
        const auto rules = bundledRuleLoad();
        QVERIFY(rules.refused.empty());
        m_engine.emplace(rules.loaded);
    }

    void recordsAndKinds_data() { files(); }
    void recordsAndKinds()
    {
        QFETCH(QJsonObject, file);
        auto reader = openEvents(
            (m_folder + QStringLiteral("/evtx/") + file[QLatin1String("file")].toString()).toStdString());
        std::map<QString, int> kinds;
        int records = 0;
        if (reader) {
            EventBatch batch;
            for (auto more = (*reader)->next(batch);; more = (*reader)->next(batch)) {
                for (const Event &event : batch.events) {
                    if (event.recovered)
                        continue;
                    ++records;
                    ++kinds
                        [QStringLiteral("%1/%2").arg(text(std::string(event.provider))).arg(event.eventId)];
                }
                if (!more || !*more)
                    break;
            }
        }
        QCOMPARE(records, file[QLatin1String("records")].toInt());
        const auto counts = file[QLatin1String("counts")].toObject();
        QCOMPARE(int(kinds.size()), int(counts.size()));
        for (auto count = counts.begin(); count != counts.end(); ++count)
            QCOMPARE(kinds[count.key()], count.value().toInt());
    }

    void lolbinConnections_data() { files(); }
    void lolbinConnections()
    {
        QFETCH(QJsonObject, file);
        QTemporaryDir folder;
        const auto casePath = folder.filePath(QStringLiteral("case.lolscope")).toStdString();
        Progress progress;
        const auto summary = indexEvidence(
            casePath,
            {(m_folder + QStringLiteral("/evtx/") + file[QLatin1String("file")].toString()).toStdString()},
            *m_engine, {}, progress);
        QVERIFY(summary);
        auto opened = CaseFile::open(casePath, CaseFile::Mode::ReadOnly);
        QVERIFY(opened);

        // Every connection that alerts, of any bundled rule.
        std::set<std::int64_t> alerting;
        for (const AlertRow &alert : take(alerts(*opened)))
            for (const DetectionRow &hit : take(detections(*opened, alert.id)))
                if (hit.connection)
                    alerting.insert(toInt(*hit.connection));

        QStringList expected;
        QStringList found;
        std::set<qint64> tierAorR;
        for (const auto &connection : file[QLatin1String("lolbin_connections")].toArray()) {
            const auto tier = connection[QLatin1String("tier")].toString();
            if (tier != QStringLiteral("A") && tier != QStringLiteral("R"))
                continue;
            expected << expectedFact(connection.toObject());
            tierAorR.insert(connection[QLatin1String("record_id")].toInteger());
        }
        const auto beyond = beyondTheTiers(file);
        for (const ConnectionRow &row : take(allConnections(*opened))) {
            if (row.fromSecurityLog || !alerting.contains(toInt(row.id)))
                continue;
            if (beyond.contains(qint64(row.recordId.value_or(0))))
                continue; // a rule of ours for a binary outside the tiers
            const auto chain =
                row.process ? chainOf(*opened, *row.process).value() : std::vector<ProcessRow>();
            found << fact(row, chain, queriesFor(*opened, row).value());
        }
        expected.sort();
        found.sort();
        QCOMPARE(found.join(QLatin1Char('\n')), expected.join(QLatin1Char('\n')));
    }

    void securityLogStandsIn_data() { files(); }
    void securityLogStandsIn()
    {
        QFETCH(QJsonObject, file);
        const auto wanted = file[QLatin1String("security_5156_lolbins")].toArray();
        if (wanted.isEmpty() || !file[QLatin1String("lolbin_connections")].toArray().isEmpty())
            return; // where Sysmon logged the same connections, its records speak for both
        QTemporaryDir folder;
        const auto casePath = folder.filePath(QStringLiteral("case.lolscope")).toStdString();
        Progress progress;
        QVERIFY(indexEvidence(
            casePath,
            {(m_folder + QStringLiteral("/evtx/") + file[QLatin1String("file")].toString()).toStdString()},
            *m_engine, {}, progress));
        auto opened = CaseFile::open(casePath, CaseFile::Mode::ReadOnly);
        QVERIFY(opened);
        std::map<qint64, QString> parents; // record id of each alerting 5156 -> parent image
        for (const AlertRow &alert : take(alerts(*opened)))
            for (const DetectionRow &hit : take(detections(*opened, alert.id)))
                for (const ConnectionRow &row : take(allConnections(*opened)))
                    if (hit.connection == row.id && row.process) {
                        const auto chain = chainOf(*opened, *row.process).value();
                        parents[qint64(row.recordId.value_or(0))] =
                            chain.size() > 1 ? text(chain[1].image) : QString();
                    }
        for (const auto &one : wanted) {
            const auto record = one[QLatin1String("record_id")].toInteger();
            QVERIFY2(parents.contains(record), qPrintable(QString::number(record)));
            if (one[QLatin1String("parent")].isString())
                QCOMPARE(parents[record].toLower(), one[QLatin1String("parent")].toString().toLower());
        }
    }

private:
    void files()
    {
        QTest::addColumn<QJsonObject>("file");
        for (const auto &file : m_expected[QLatin1String("files")].toArray())
            QTest::newRow(qPrintable(file[QLatin1String("file")].toString())) << file.toObject();
    }

    /// Connections of the file whose binary is in no tier that the expectation is exact for, but has a
    /// bundled rule.
    static std::set<qint64> beyondTheTiers(const QJsonObject &file)
    {
        std::set<qint64> records;
        for (const auto &connection : file[QLatin1String("lolbin_connections")].toArray())
            if (connection[QLatin1String("tier")].toString() == QStringLiteral("B"))
                records.insert(connection[QLatin1String("record_id")].toInteger());
        return records;
    }

    QString m_folder;
    QJsonObject m_expected;
    std::optional<Engine> m_engine;
};

QTEST_GUILESS_MAIN(TestRealLogs)
#include "tst_reallogs.moc"
