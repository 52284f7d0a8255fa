#include "app/pipeline/csv.h"
#include "app/pipeline/export.h"
#include "model/store/alertstore.h"
#include "tests/app/pipeline/testcase.h"
#include "tests/support/sysmon.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace lolscope;
using namespace lolscope::test;

namespace {

/// A reader of RFC 4180, strict: what it cannot read is not CSV.
std::optional<QList<QStringList>> readCsv(const QByteArray &csv)
{
    QList<QStringList> rows(1);
    QByteArray cell;
    int i = 0;
    const auto endCell = [&] {
        rows.last() << QString::fromUtf8(cell);
        cell.clear();
    };
    while (i < csv.size()) {
        if (csv[i] == '"') {
            for (++i; i < csv.size() && (csv[i] != '"' || csv.mid(i, 2) == "\"\""); ++i) {
                cell += csv[i];
                i += csv[i] == '"' ? 1 : 0;
            }
            if (i++ >= csv.size())
                return {};
        } else {
            while (i < csv.size() && csv[i] != ',' && csv[i] != '\r') {
                if (csv[i] == '"' || csv[i] == '\n')
                    return {};
                cell += csv[i++];
            }
        }
        if (csv.mid(i, 2) == "\r\n") {
            endCell();
            i += 2;
            if (i < csv.size())
                rows << QStringList();
        } else if (i < csv.size() && csv[i] == ',') {
            endCell();
            ++i;
        } else {
            return {};
        }
    }
    return rows;
}

QByteArray exported(const CaseFile &file, const ExportOptions &options)
{
    std::ostringstream out;
    if (!exportAlerts(file, options, out))
        qFatal("the export failed");
    return QByteArray::fromStdString(out.str());
}

const std::set<Status> kAll = {Status::Open, Status::Decided, Status::Allowed};

} // namespace

class TestExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cells_data()
    {
        QTest::addColumn<QByteArray>("cell");
        QTest::addColumn<QByteArray>("written");
        QTest::newRow("plain") << QByteArray("mshta.exe") << QByteArray("mshta.exe");
        QTest::newRow("comma") << QByteArray("a,b") << QByteArray("\"a,b\"");
        QTest::newRow("quote") << QByteArray("say \"x\"") << QByteArray("\"say \"\"x\"\"\"");
        QTest::newRow("line break") << QByteArray("a\r\nb") << QByteArray("\"a\r\nb\"");
        QTest::newRow("formula") << QByteArray("=cmd|' /C calc'!A0") << QByteArray("'=cmd|' /C calc'!A0");
        QTest::newRow("minus") << QByteArray("-urlcache") << QByteArray("'-urlcache");
        QTest::newRow("plus") << QByteArray("+1") << QByteArray("'+1");
        QTest::newRow("at") << QByteArray("@SUM(A1)") << QByteArray("'@SUM(A1)");
        QTest::newRow("tab") << QByteArray("\t=1") << QByteArray("'\t=1");
        QTest::newRow("blank before") << QByteArray("  =1+1") << QByteArray("'  =1+1");
        QTest::newRow("no-break space before") << QByteArray("\u00A0=1+1") << QByteArray("'\u00A0=1+1");
        QTest::newRow("zero width before") << QByteArray(" \u200B\uFEFF-1") << QByteArray("' \u200B\uFEFF-1");
        QTest::newRow("zero width before a word") << QByteArray("\u200Bx") << QByteArray("\u200Bx");
        QTest::newRow("line break before") << QByteArray("\n=1") << QByteArray("\"'\n=1\"");
        QTest::newRow("full-width equals") << QByteArray("\xEF\xBC\x9D"
                                                         "1")
                                           << QByteArray("'\xEF\xBC\x9D"
                                                         "1");
        QTest::newRow("empty") << QByteArray() << QByteArray();
    }
    void cells()
    {
        QFETCH(QByteArray, cell);
        QFETCH(QByteArray, written);
        const std::string cells[] = {cell.toStdString()};
        QCOMPARE(QByteArray::fromStdString(csvLine(cells)), written + "\r\n");
    }

    void theHeaderIsFixed()
    {
        const TestCase test;
        test.index({});
        QCOMPARE(exported(test.open(), {}),
                 QByteArray(
                     "schema,alert_id,case,status,verdict,reason,note,tags,level,rule_title,rule_id,"
                     "rule_author,rule_source,mitre,shape,"
                     "confidence,first_seen,last_seen,hits,computer,user,image,original_file_name,command_"
                     "line,pid,process_guid,parent_image,"
                     "parent_command_line,parent_source,chain,dest_ip,dest_port,protocol,dest_scope,dns_name,"
                     "dns_name_source,dns_time,initiated,"
                     "allowlist_id,channel,event_id,record_id,source_file,source_sha256,coverage_note\r\n"));
        QVERIFY(exported(test.open(), {ExportFormat::Csv, {Status::Open}, true})
                    .startsWith("\xEF\xBB\xBFschema"));
    }

    void rowsAndTwinSayTheSame()
    {
        const TestCase test;
        test.index({test.write("a.evtx", sampleScenario())});
        const auto file = test.open();
        const auto rows = readCsv(exported(file, {}));
        QVERIFY(rows);
        QCOMPARE(rows->size(), 12);
        const auto header = rows->front();
        const auto lines =
            exported(file, {ExportFormat::JsonLines, {Status::Open}, false}).trimmed().split('\n');
        QCOMPARE(lines.size(), 11);
        for (int i = 0; i < lines.size(); ++i) {
            const auto json = QJsonDocument::fromJson(lines[i]).object();
            const auto &row = (*rows)[i + 1];
            QCOMPARE(row.size(), header.size());
            for (const char *name :
                 {"alert_id", "status", "verdict", "level", "rule_title", "rule_id", "rule_author", "shape",
                  "computer", "user", "image", "original_file_name", "process_guid", "dest_ip", "dest_port",
                  "protocol", "dest_scope", "dns_name", "dns_name_source"}) {
                const auto column = header.indexOf(QLatin1String(name));
                QVERIFY2(column >= 0, name);
                QCOMPARE(row[column], json[QLatin1String(name)].toString());
            }
            QVERIFY(json[QLatin1String("chain")].toArray().size() >= 1);
            QVERIFY(!json[QLatin1String("matched")].toArray().isEmpty());
            QCOMPARE(json[QLatin1String("evidence")].toArray().size(), json[QLatin1String("hits")].toInt());
            QCOMPARE(json[QLatin1String("evidence")][0][QLatin1String("sha256")].toString().size(), 64);
        }
    }

    void textIsALineAnAlert()
    {
        const TestCase test;
        test.index({test.write("a.evtx", sampleScenario())});
        const auto file = test.open();
        const auto rows = take(alerts(file));
        const auto lines = exported(file, {ExportFormat::Text, {Status::Open}, false}).trimmed().split('\n');
        QCOMPARE(lines.size(), static_cast<qsizetype>(rows.size()));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const QByteArray &line = lines[static_cast<qsizetype>(i)];
            QVERIFY(line.startsWith(QByteArray::fromStdString(rows[i].id.substr(0, 8)) + "  "));
            for (const std::string &part : {rows[i].ruleTitle, rows[i].host, rows[i].image, rows[i].destName})
                QVERIFY(line.contains(QByteArray::fromStdString(part)));
        }
    }

    void hostileTextIsCellTextInCsvAndItselfInTheTwin()
    {
        auto records = sampleScenario();
        const QString evil = QStringLiteral("=HYPERLINK(\"http://x\",\"y\"),\r\n\u202Egpj.exe");
        for (auto &record : records)
            for (auto &field : record.data)
                if (field.name == "CommandLine" && field.value.find("mshta") != std::string::npos)
                    field.value = evil.toStdString();
        const TestCase test;
        test.index({test.write("a.evtx", records)});
        const auto file = test.open();
        const auto rows = readCsv(exported(file, {}));
        QVERIFY(rows);
        const auto column = rows->front().indexOf(QStringLiteral("command_line"));
        int seen = 0;
        for (const auto &row : *rows)
            seen += row[column] == QLatin1Char('\'') + evil ? 1 : 0;
        QVERIFY(seen >= 2);
        int lossless = 0;
        for (const auto &line : exported(file, {ExportFormat::JsonLines, kAll, false}).trimmed().split('\n'))
            lossless +=
                QJsonDocument::fromJson(line).object()[QLatin1String("command_line")].toString() == evil ? 1
                                                                                                         : 0;
        QCOMPARE(lossless, seen);
    }

    void aChainTooLongSaysHowManyItLeavesOut()
    {
        const Host host{"HOST-1", "10.1.7.42", 1, 2000};
        const Timestamp begin = parseTimestamp("2026-10-05T10:00:00Z").value();
        SysmonLog log;
        Process last{&host, "{00000001-0000-0000-0000-000000000001}", 4, "C:\\root.exe", {}, {}};
        constexpr std::uint32_t kMore = 44;
        for (std::uint32_t i = 0; i < kLongestChain + kMore; ++i)
            last = log.start(host, begin + std::chrono::seconds(i), 3000 + i,
                             {"C:\\mshta.exe", "MSHTA.EXE", "x"}, "mshta", last, {});
        log.connect(last, begin + std::chrono::hours(1), 50000, {"192.0.2.1", 443});
        const TestCase test;
        test.index({test.write("a.evtx", log.records())});
        const auto file = test.open();
        const auto rows = readCsv(exported(file, {}));
        QVERIFY(rows && rows->size() == 2);
        const auto chain = (*rows)[1][rows->front().indexOf(QStringLiteral("chain"))];
        QVERIFY2(chain.contains(QStringLiteral("C:\\root.exe > (45 not shown) > C:\\mshta.exe > ")),
                 qPrintable(chain));
        const auto json = QJsonDocument::fromJson(exported(file, {ExportFormat::JsonLines, kAll, false}));
        const auto links = json.object()[QLatin1String("chain")].toArray();
        QCOMPARE(links.size(), qsizetype(kLongestChain));
        QCOMPARE(links.last()[QLatin1String("hidden_below")].toInt(), 45);
        QVERIFY(!links.first().toObject().contains(QLatin1String("hidden_below")));
    }

    void aFileIsWholeOrAsItWas()
    {
        const TestCase test;
        test.index({test.write("a.evtx", sampleScenario())});
        const auto file = test.open();
        const auto path = test.path("report.csv");
        QCOMPARE(exportAlerts(file, {}, path).value(), std::uint64_t{11});
        QFile written(QString::fromStdString(path.string()));
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), exported(file, {}));
        const auto failed = exportAlerts(file, {}, test.path("no/such/folder/report.csv"));
        QVERIFY(!failed && failed.error().code == ErrorCode::Io);
        if (QFile::exists(QStringLiteral("/dev/full"))) {
            const auto full = exportAlerts(file, {}, std::filesystem::path("/dev/full"));
            QVERIFY(!full);
            QVERIFY(full.error().code == ErrorCode::DiskFull);
        }
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
