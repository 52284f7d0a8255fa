#include "resources/embedded.h"
#include "tests/support/evtxwriter.h"
#include "tests/support/scenario.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>
#include <stdexcept>
#include <zlib.h>

using namespace lolscope;
using namespace lolscope::test;

namespace {

constexpr qsizetype kFileHeader = 4096;
constexpr qsizetype kChunk = 65536;

quint64 number(const QByteArray &bytes, qsizetype at, int size)
{
    quint64 value = 0;
    for (int i = size; i-- > 0;)
        value = value << 8 | static_cast<uchar>(bytes.at(at + i));
    return value;
}

quint64 checksum(const QByteArray &bytes)
{
    return crc32(0, reinterpret_cast<const Bytef *>(bytes.constData()), static_cast<uInt>(bytes.size()));
}

QByteArray utf16(const QString &text)
{
    return QByteArray(reinterpret_cast<const char *>(text.utf16()), text.size() * 2);
}

RecordSpec note(const std::string &text, const std::string &computer = "HOST-1.corp.example")
{
    RecordSpec record;
    record.computer = computer;
    record.eventId = 22;
    record.version = 5;
    record.time = parseTimestamp("2026-10-05T10:12:32.9551234Z").value();
    record.data = {{"QueryName", text}, {"ProcessId", "8440", ValueType::UInt32}};
    return record;
}

/// What a reader checks before it believes a file. Returns the ids of the records, in order.
QList<quint64> checkStructure(const QByteArray &file)
{
    QList<quint64> ids;
    const auto check = [](bool holds, const char *what) {
        if (!holds)
            throw std::runtime_error(what);
    };
    check(file.startsWith(QByteArray("ElfFile\0", 8)), "file magic");
    check(number(file, 124, 4) == checksum(file.first(120)), "file header CRC");
    check((file.size() - kFileHeader) % kChunk == 0, "whole chunks");
    quint64 recordNumber = 1;
    for (qsizetype at = kFileHeader; at < file.size(); at += kChunk) {
        const QByteArray chunk = file.mid(at, kChunk);
        const auto free = static_cast<qsizetype>(number(chunk, 48, 4));
        check(chunk.startsWith(QByteArray("ElfChnk\0", 8)), "chunk magic");
        check(number(chunk, 124, 4) == checksum(chunk.first(120) + chunk.mid(128, 384)), "chunk header CRC");
        check(number(chunk, 52, 4) == checksum(chunk.mid(512, free - 512)), "records CRC");
        check(number(chunk, 8, 8) == recordNumber, "first record number");
        check(chunk.mid(free).count('\0') == kChunk - free, "nothing behind the records");
        qsizetype record = 512;
        while (record < free) {
            const auto size = static_cast<qsizetype>(number(chunk, record + 4, 4));
            check(chunk.mid(record, 4) == QByteArray("**\0\0", 4), "record magic");
            check(size % 8 == 0 && number(chunk, record + size - 4, 4) == static_cast<quint64>(size), "size");
            ids.append(number(chunk, record + 8, 8));
            if (record + size == free) {
                check(number(chunk, 44, 4) == static_cast<quint64>(record), "last record");
                check(number(chunk, 32, 8) == ids.last(), "last record id");
                check(number(chunk, 16, 8) == recordNumber, "last record number");
            }
            record += size;
            ++recordNumber;
        }
        check(record == free, "free space begins behind the last record");
        for (qsizetype bucket = 0; bucket < 64; ++bucket) { // every name hangs in the bucket of its hash
            for (quint64 name = number(chunk, 128 + 4 * bucket, 4); name != 0;) {
                const auto nameAt = static_cast<qsizetype>(name);
                check(number(chunk, nameAt + 4, 2) % 64 == static_cast<quint64>(bucket), "name bucket");
                check(number(chunk, nameAt, 4) < name, "older names come later in a bucket");
                name = number(chunk, nameAt, 4);
            }
        }
    }
    return ids;
}

} // namespace

class TestEvtxWriter : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    QByteArray written(const std::vector<RecordSpec> &records, EvtxOptions options = {})
    {
        const QString path = m_dir.filePath(QStringLiteral("log.evtx"));
        EvtxWriter writer(path.toStdString(), options);
        for (const RecordSpec &record : records)
            writer.add(record);
        if (!writer.finish())
            throw std::runtime_error("cannot write");
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void anEmptyLogHasOneEmptyChunk()
    {
        const QByteArray file = written({});
        QCOMPARE(file.size(), kFileHeader + kChunk);
        QVERIFY(checkStructure(file).isEmpty());
        QCOMPARE(number(file, 42, 2), quint64{1});
        QCOMPARE(number(file, kFileHeader + 48, 4), quint64{512});
        QCOMPARE(number(file, kFileHeader + 32, 8), ~quint64{0});
    }

    void recordsSpanChunks()
    {
        std::vector<RecordSpec> records;
        for (int i = 0; i < 1000; ++i)
            records.push_back(note("name-" + std::to_string(i) + ".example"));
        const QByteArray file = written(records);
        const QList<quint64> ids = checkStructure(file);
        QCOMPARE(ids.size(), 1000);
        QCOMPARE(ids.first(), quint64{1});
        QCOMPARE(ids.last(), quint64{1000});
        const auto chunks = static_cast<quint64>((file.size() - kFileHeader) / kChunk);
        QVERIFY(chunks > 1);
        QCOMPARE(number(file, 42, 2), chunks);
        QCOMPARE(number(file, 16, 8), chunks - 1);
        QCOMPARE(number(file, 24, 8), quint64{1001});
    }

    void aRecordThatDoesNotFitLeavesNoNamesBehind()
    {
        // The second record brings a new template and a new name, and must go to the second chunk with them.
        RecordSpec second = note(std::string(20'000, 'b'), "HOST-2.corp.example");
        second.data.push_back({"Unheard", "x"});
        second.data.push_back({"", "unnamed"});
        const QByteArray file = written({note(std::string(20'000, 'a')), second, note("c")});
        QCOMPARE(checkStructure(file).size(), 3);
        QCOMPARE(file.size(), kFileHeader + 2 * kChunk);
        QVERIFY(!file.mid(kFileHeader, kChunk).contains(utf16(QStringLiteral("Unheard"))));
        QVERIFY(!file.mid(kFileHeader, kChunk).contains(utf16(QStringLiteral("HOST-2"))));
    }

    void aTemplateIsWrittenOncePerChunkAndComputer()
    {
        const QByteArray file = written({note("a"), note("b"), note("c", "HOST-2.corp.example"), note("d")});
        QCOMPARE(checkStructure(file).size(), 4);
        QCOMPARE(file.count(utf16(QStringLiteral("HOST-1.corp.example"))), 1);
        QCOMPARE(file.count(utf16(QStringLiteral("HOST-2.corp.example"))), 1);
        QCOMPARE(file.count(utf16(QStringLiteral("EventRecordID"))), 1);
    }

    void textIsUtf16()
    {
        const QString text = QStringLiteral("C:\\Benutzer\\Jürgen\\日本\U0001F600.hta");
        QVERIFY(written({note(text.toStdString())}).contains(utf16(text)));
    }

    void forwardedRecordsHaveNoTemplate()
    {
        RecordSpec record = note("cdn-sync.example");
        record.forwarded = true;
        record.withRecordId = false;
        const QByteArray file = written({record, record});
        QCOMPARE(checkStructure(file).size(), 2);
        for (int bucket = 0; bucket < 32; ++bucket)
            QCOMPARE(number(file, kFileHeader + 384 + 4 * bucket, 4), quint64{0});
        QVERIFY(file.contains(utf16(QStringLiteral("2026-10-05T10:12:32.955123400Z"))));
        QVERIFY(!file.contains(utf16(QStringLiteral("EventRecordID"))));
    }

    void optionsShowInTheHeader()
    {
        const QByteArray file = written({note("a"), note("b"), note("c")},
                                        {.dirty = true, .staleCount = true, .recordsPerChunk = 1});
        QCOMPARE(checkStructure(file).size(), 3);
        QCOMPARE(file.size(), kFileHeader + 3 * kChunk);
        QCOMPARE(number(file, 120, 4), quint64{1});
        QCOMPARE(number(file, 42, 2), quint64{1});
    }

    void recordIdsMayDifferFromTheHeaders()
    {
        RecordSpec record = note("a");
        record.recordId = 903'301;
        record.headerRecordId = 7;
        const QByteArray file = written({record});
        QCOMPARE(checkStructure(file), QList<quint64>{7});
        QByteArray inside(8, '\0');
        inside[0] = static_cast<char>(0x85); // 903301 = 0xdc885
        inside[1] = static_cast<char>(0xc8);
        inside[2] = 0x0d;
        QVERIFY(file.contains(inside));
    }

    void values_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char *name, ValueType type, const char *text, const char *hex) {
            QTest::newRow(name) << static_cast<int>(type) << QByteArray(text) << QByteArray::fromHex(hex);
        };
        row("string", ValueType::String, "a\xc3\xbc", "6100fc00");
        row("empty string", ValueType::String, "", "");
        row("uint8", ValueType::UInt8, "255", "ff");
        row("int8", ValueType::Int8, "-1", "ff");
        row("uint16", ValueType::UInt16, "443", "bb01");
        row("uint32", ValueType::UInt32, "8440", "f8200000");
        row("uint64", ValueType::UInt64, "18446744073709551615", "ffffffffffffffff");
        row("boolean", ValueType::Boolean, "true", "01000000");
        row("hex64", ValueType::HexInt64, "0x3e7", "e703000000000000");
        row("filetime", ValueType::FileTime, "1970-01-01T00:00:00Z", "00803ed5deb19d01");
        row("guid", ValueType::Guid, "{00112233-4455-6677-8899-AABBCCDDEEFF}",
            "33221100554477668899aabbccddeeff");
        row("sid", ValueType::Sid, "S-1-5-21-1-2",
            "010300000000000515000000"
            "0100000002000000");
        row("binary", ValueType::Binary, "0aFF", "0aff");
    }
    void values()
    {
        QFETCH(int, type);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, bytes);
        QCOMPARE(QByteArray::fromStdString(encodeValue(static_cast<ValueType>(type), text.toStdString())),
                 bytes);
    }

    void impossibleValuesAreRefused_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("too large") << static_cast<int>(ValueType::UInt8) << QByteArray("256");
        QTest::newRow("no number") << static_cast<int>(ValueType::UInt32) << QByteArray("12x");
        QTest::newRow("no truth") << static_cast<int>(ValueType::Boolean) << QByteArray("yes");
        QTest::newRow("no GUID") << static_cast<int>(ValueType::Guid) << QByteArray("{0}");
        QTest::newRow("no SID") << static_cast<int>(ValueType::Sid) << QByteArray("anna");
        QTest::newRow("cut UTF-8") << static_cast<int>(ValueType::String) << QByteArray("a\xc3");
    }
    void impossibleValuesAreRefused()
    {
        QFETCH(int, type);
        QFETCH(QByteArray, text);
        QVERIFY_EXCEPTION_THROWN(encodeValue(static_cast<ValueType>(type), text.toStdString()),
                                 std::invalid_argument);
    }

    void aRecordLargerThanAChunkIsRefusedAndCostsNoOther()
    {
        const QString path = m_dir.filePath(QStringLiteral("large.evtx"));
        EvtxWriter writer(path.toStdString());
        writer.add(note("a"));
        QVERIFY_EXCEPTION_THROWN(writer.add(note(std::string(40'000, 'x'))), std::length_error);
        writer.add(note("b"));
        QVERIFY(writer.finish());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(checkStructure(file.readAll()), (QList<quint64>{1, 2}));
    }

    void aMissingFolderIsReported()
    {
        EvtxWriter writer(m_dir.filePath(QStringLiteral("no/such/folder.evtx")).toStdString());
        const auto done = writer.finish();
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::Io);
    }

    void theSampleIsUnchanged()
    {
        const QString path = m_dir.filePath(QStringLiteral("sample.evtx"));
        QVERIFY(writeSample(path.toStdString()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray made = file.readAll();
        QVERIFY(checkStructure(made).size() > 200);
        QCOMPARE(sampleEvidence().size(), std::size_t{1});
        const std::string_view committed = sampleEvidence().front().bytes;
        // If the change is meant, write the log anew: make_sample resources/sample/sample.evtx
        QVERIFY(made == QByteArrayView(committed.data(), static_cast<qsizetype>(committed.size())));
    }

    void theSampleTellsNoProcessTwice()
    {
        std::set<std::string> started;
        for (const RecordSpec &record : sampleScenario()) {
            if (record.eventId == 1)
                QVERIFY2(started.insert(record.data.at(2).value).second, record.data.at(4).value.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestEvtxWriter)
#include "tst_evtxwriter.moc"
