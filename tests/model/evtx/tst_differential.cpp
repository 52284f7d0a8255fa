#include "model/evtx/evtxreader.h"
#include "tests/model/evtx/evtxbytes.h"
#include "tests/model/evtx/libevtxreader.h"
#include "tests/model/evtx/libevtxrenderings.h"
#include "tests/support/evtxstructure.h"
#include "tests/support/evtxwriter.h"
#include "tests/support/reallogs.h"

#include <QDir>
#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <set>

using namespace lolscope;
using lolscope::test::agrees;
using lolscope::test::Copied;
using lolscope::test::openWithLibevtx;
using lolscope::test::Read;
using lolscope::test::readAll;
using Written = test::ValueType;

Q_DECLARE_METATYPE(std::string)

namespace {

QString difference(const std::vector<std::pair<std::string, std::string>> &ours,
                   const std::vector<std::pair<std::string, std::string>> &theirs)
{
    if (ours.size() != theirs.size())
        return QStringLiteral("%1 fields, libevtx %2").arg(ours.size()).arg(theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i)
        if (ours[i].first != theirs[i].first || !agrees(ours[i].second, theirs[i].second))
            return QStringLiteral("%1=%2, libevtx %3=%4")
                .arg(QString::fromStdString(ours[i].first), QString::fromStdString(ours[i].second),
                     QString::fromStdString(theirs[i].first), QString::fromStdString(theirs[i].second));
    return {};
}

/// Files of the real logs where libevtx gives fewer live records than there are, and why. In all others it
/// gives every one.
const std::map<QString, const char *> kLibevtxLosesRecords = {
    {QStringLiteral("MSExchange_Management_wec.evtx"),
     "forwarded: BinXml without templates and dependency ids"},
    {QStringLiteral("ID1149-RDP success logins to multiple hosts.evtx"), "forwarded"},
    {QStringLiteral("ID4656-WS Management listener enumeration.evtx"), "forwarded"},
    {QStringLiteral("synth_dev_Forwarded.evtx"), "forwarded"},
    {QStringLiteral("sample_with_a_bad_chunk_magic.evtx"),
     "it leaves chunks whose records' checksum does not match"},
    {QStringLiteral("Microsoft-Windows-HelloForBusiness%4Operational.evtx"),
     "the same, and a record of null values"},
    {QStringLiteral("System2.evtx"), "it leaves the chunk in which the file ends"},
};

} // namespace

/// Two readers of one format that share no code must say the same: our decoder and libevtx, over the real
/// logs.
class TestDifferential : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithLibevtx_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("the sample") << QStringLiteral(LOLSCOPE_SOURCE_DIR "/resources/sample/sample.evtx");
        QTest::newRow("every type") << QString::fromStdString(writeEveryType());
        for (const QString &path : realFiles()) // else meetsExpectation() says that they are absent
            QTest::newRow(qPrintable(QDir(realLogs()).relativeFilePath(path))) << path;
    }
    void agreesWithLibevtx()
    {
        QFETCH(QString, path);
        const Read ours = readAll(openEvtx(path.toStdString()));
        const Read theirs = readAll(openWithLibevtx(path.toStdString()));
        if (!ours.error.empty()) { // not an event log: both must say so
            QVERIFY(!theirs.error.empty());
            return;
        }
        std::map<std::uint64_t, const Copied *> byOffset;
        for (const Copied &event : ours.events)
            if (!event.recovered)
                QVERIFY(byOffset.emplace(event.offset, &event).second);
        std::size_t compared = 0;
        for (const Copied &event : theirs.events) {
            if (event.recovered)
                continue;
            QVERIFY2(byOffset.contains(event.offset),
                     qPrintable(QStringLiteral("only libevtx has the record at %1").arg(event.offset)));
            const Copied &own = *byOffset[event.offset];
            for (const auto &[mine, its] : {std::pair(&own.members, &event.members),
                                            {&own.system, &event.system},
                                            {&own.data, &event.data}}) {
                const QString found = difference(*mine, *its);
                QVERIFY2(found.isEmpty(),
                         qPrintable(QStringLiteral("at %1: %2").arg(event.offset).arg(found)));
            }
            QCOMPARE(own.headerRecordId, event.headerRecordId);
            QCOMPARE(own.chunk, event.chunk);
            ++compared;
        }
        const bool loses = kLibevtxLosesRecords.contains(QFileInfo(path).fileName());
        QCOMPARE(compared < ours.live(), loses);
    }

    /// Every live record of the outline is an event or named damage, and expected.json knows how many of
    /// which kind.
    void meetsExpectation_data()
    {
        QTest::addColumn<QJsonObject>("file");
        for (const auto &file : expectedFiles())
            QTest::newRow(qPrintable(file[QLatin1String("file")].toString())) << file.toObject();
    }
    void meetsExpectation()
    {
        if (realLogs().isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
        QFETCH(QJsonObject, file);
        const std::string path =
            (realLogs() + QStringLiteral("/evtx/") + file[QLatin1String("file")].toString()).toStdString();
        const Read read = readAll(openEvtx(path));
        QCOMPARE(int(read.live()), file[QLatin1String("records")].toInt());
        std::map<QString, int> kinds;
        std::set<std::uint64_t> known;
        for (const Copied &event : read.events) {
            if (event.recovered)
                continue;
            ++kinds[QString::fromStdString(event.members[0].second + '/' + event.members[3].second)];
            known.insert(event.offset);
        }
        const auto counts = file[QLatin1String("counts")].toObject();
        QCOMPARE(int(kinds.size()), int(counts.size()));
        for (auto count = counts.begin(); count != counts.end(); ++count)
            QCOMPARE(kinds[count.key()], count.value().toInt());
        if (!read.error.empty())
            return;
        for (const Damage &damage : read.damage)
            if (damage.offset && damage.records == 1)
                known.insert(*damage.offset);
        const auto structure = test::evtxStructure(path);
        QVERIFY(structure);
        for (const test::RecordPlace &place : structure->records)
            QVERIFY2(known.contains(place.offset), qPrintable(QString::number(place.offset)));
    }

    /// What libevtx 20181227 is known to get wrong, shown on a record that has just that. Should a row fail
    /// with a newer libevtx, the defect is mended and the row may go.
    void libevtxDiffers_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<std::string>("value");
        QTest::addColumn<QString>("ours");
        QTest::addColumn<QString>("libevtx"); // null: it gives no event
        const auto row = [](const char *name, int type, std::string value, const char *ours,
                            const char *theirs) {
            QTest::newRow(name) << type << std::move(value) << QString::fromUtf8(ours)
                                << (theirs ? QString::fromUtf8(theirs) : QString());
        };
        row("padded hex, 32 bits", 20, std::string("\x1f\0\0\0", 4), "0x1f", "0x0000001f");
        row("padded hex, 64 bits", 21, std::string("\x1f\0\0\0\0\0\0\0", 8), "0x1f", "0x000000000000001f");
        row("nine fraction digits", 17, std::string(8, '\0'), "1601-01-01T00:00:00.0000000Z",
            "1601-01-01T00:00:00.000000000Z");
        row("end of line", 1, std::string("\n\0", 2), "\n", "");
        row("FILETIME past 2^63", 17, std::string(8, '\xff'), "60056-05-28T05:36:10.9551615Z",
            "(0xffffffff 0xffffffff)");
        row("SYSTEMTIME of three fraction digits", 18,
            std::string("\xe8\7\3\0\2\0\5\0\16\0\1\0\2\0\xbc\2", 16), "2024-03-05T14:01:02.7000000Z",
            "2024-03-05T14:01:02.700Z");
        row("negative int8 as sign and the other bits", 3, std::string(1, '\xfe'), "-2", "-126");
        row("negative int16", 5, std::string("\xfe\xff", 2), "-2", "-32766");
        row("negative int32", 7, std::string("\xfe\xff\xff\xff", 4), "-2", "-2147483646");
        row("negative int64", 9, "\xfe" + std::string(7, '\xff'), "-2", "-9223372036854775806");
        row("float in its own notation", 11, std::string("\0\0\xc0\x3f", 4), "1.5", "1.500000e+000");
        row("size_t in decimal", 16, std::string("\x1f\0\0\0", 4), "0x1f", "31");
        row("characters past U+FFFF", 1, test::toUtf16("\U0001f600"), "\U0001f600", "\U0001f201");
        row("lone surrogate takes its neighbour along", 1, std::string("\x3d\xd8\x61\0", 4), "\ufffda",
            "\ufffd");
        row("string of an odd size", 1, std::string("\x61\0\x62", 3), "a", nullptr);
        row("array without items", 0x88, "", "", nullptr);
        row("handle", 0x20, std::string(8, '\1'), "0x101010101010101", nullptr);
        row("XML value", 0x23, test::toUtf16("<a/>"), "<a/>", nullptr);
    }
    void libevtxDiffers()
    {
        QFETCH(int, type);
        QFETCH(std::string, value);
        QFETCH(QString, ours);
        QFETCH(QString, libevtx);
        test::RecordSpec record;
        record.computer = "PC";
        record.data = {{"A", "", static_cast<Written>(type), value}};
        const std::string path = write({record});
        const Read own = readAll(openEvtx(path));
        const Read its = readAll(openWithLibevtx(path));
        QCOMPARE(own.events.size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(own.events[0].data.at(0).second), ours);
        QCOMPARE(its.events.empty(), libevtx.isNull());
        if (!its.events.empty())
            QCOMPARE(QString::fromStdString(its.events[0].data.at(0).second), libevtx);
        else
            QVERIFY(!its.damage.empty());
    }

    void libevtxCannotReadForwarded()
    {
        test::RecordSpec record;
        record.computer = "PC";
        record.data = {{"A", "b"}};
        record.forwarded = true;
        const std::string path = write({record, record});
        QCOMPARE(readAll(openEvtx(path)).live(), std::size_t(2));
        QCOMPARE(readAll(openWithLibevtx(path)).live(), std::size_t(0));
    }

    /// The free-space offset of a chunk that is full to its last byte, or was archived, is 65536.
    void libevtxDropsTheLastRecordOfAFullChunk()
    {
        test::ChunkWriter writer;
        const test::Element event{
            .name = "Event",
            .children = {{.name = "System", .children = {{.name = "EventID", .content = std::string("7")}}}}};
        test::Instance instance;
        instance.root = event;
        QVERIFY(writer.add(1, 1, instance));
        const std::string one = writer.seal(1);
        const std::size_t used = static_cast<unsigned char>(one[48])
            | static_cast<std::size_t>(static_cast<unsigned char>(one[49])) << 8;
        // The second record's slack is stretched to the end of the chunk.
        QVERIFY(writer.add(2, 1, instance));
        std::string full = writer.seal(1);
        test::patch(full, used + 4, 65536 - used, 4);
        test::patch(full, 65532, 65536 - used, 4);
        test::patch(full, 48, 65536, 4);
        test::resum(full);
        test::writeFile(path(), test::evtxFile({full}));
        QCOMPARE(readAll(openEvtx(path())).live(), std::size_t(2));
        QCOMPARE(readAll(openWithLibevtx(path())).live(), std::size_t(1));
    }

private:
    std::string path() const { return m_folder.filePath(QStringLiteral("test.evtx")).toStdString(); }

    std::string write(const std::vector<test::RecordSpec> &records)
    {
        test::EvtxWriter writer(path());
        for (const test::RecordSpec &record : records)
            writer.add(record);
        if (!writer.finish())
            qFatal("cannot write the log");
        return path();
    }

    /// A log with every type that the writer knows, in values that both readers render alike.
    std::string writeEveryType() const
    {
        using enum test::ValueType;
        const std::string path = m_folder.filePath(QStringLiteral("types.evtx")).toStdString();
        test::EvtxWriter writer(path);
        for (int i = 0; i < 3; ++i) {
            test::RecordSpec record;
            record.computer = "PC";
            record.eventId = 7;
            record.time = *parseTimestamp("2026-10-05T08:00:00.1234567Z") + std::chrono::seconds(i);
            record.data = {{"Null", "", Null},
                           {"String", "text " + std::to_string(i), String},
                           {"Empty", "", String},
                           {"Int8", "7", Int8},
                           {"UInt8", "200", UInt8},
                           {"Int16", "32767", Int16},
                           {"UInt16", "65535", UInt16},
                           {"Int32", "2147483647", Int32},
                           {"UInt32", "4294967295", UInt32},
                           {"Int64", "9223372036854775807", Int64},
                           {"UInt64", "18446744073709551615", UInt64},
                           {"Boolean", "true", Boolean},
                           {"Binary", "00FFA1", Binary},
                           {"Guid", "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}", Guid},
                           {"FileTime", "2026-10-05T08:00:00.1234567Z", FileTime},
                           {"Sid", "S-1-5-21-1-2-3-1001", Sid},
                           {"HexInt32", "0x1f", HexInt32},
                           {"HexInt64", "0x3e7", HexInt64}};
            writer.add(record);
        }
        if (!writer.finish())
            qFatal("cannot write the log");
        return path;
    }

    /// All logs under the folder.
    static QStringList realFiles()
    {
        QStringList files;
        if (const QString folder = realLogs(); !folder.isEmpty())
            for (QDirIterator it(folder, {QStringLiteral("*.evtx")}, QDir::Files,
                                 QDirIterator::Subdirectories);
                 it.hasNext();)
                files << it.next();
        files.sort();
        return files;
    }

    static QJsonArray expectedFiles()
    {
        QFile file(realLogs() + QStringLiteral("/expected.json"));
        if (realLogs().isEmpty() || !file.open(QIODevice::ReadOnly))
            return {QJsonObject()};
        return QJsonDocument::fromJson(file.readAll()).object()[QLatin1String("files")].toArray();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestDifferential)
#include "tst_differential.moc"
