#include "tests/support/evtxstructure.h"
#include "tests/support/evtxwriter.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <zlib.h>

using namespace lolscope;
using namespace lolscope::test;

namespace {

// Offsets in the file and within a chunk or record; see evtxstructure.h for the format document.
constexpr qsizetype kHeader = 4096, kChunk = 65536, kChunkHeader = 512;
constexpr qsizetype kFree = 48, kRecordsCrc = 52, kHeaderCrc = 124;
constexpr int kChunks = 3, kPerChunk = 4;

quint32 number(const QByteArray &bytes, qsizetype at)
{
    return qFromLittleEndian<quint32>(bytes.constData() + at);
}

void put(QByteArray &bytes, qsizetype at, quint64 value, int size)
{
    for (int i = 0; i < size; ++i, value >>= 8)
        bytes[at + i] = static_cast<char>(value & 0xff);
}

quint32 checksum(const QByteArray &bytes, quint32 before = 0)
{
    return static_cast<quint32>(
        crc32(before, reinterpret_cast<const Bytef *>(bytes.constData()), static_cast<uInt>(bytes.size())));
}

/// Makes the checksums of the chunk right again, so that a forged field is met and not the checksum.
void seal(QByteArray &file, qsizetype chunk)
{
    const qsizetype free = qBound<qsizetype>(kChunkHeader, number(file, chunk + kFree), kChunk);
    put(file, chunk + kRecordsCrc, checksum(file.mid(chunk + kChunkHeader, free - kChunkHeader)), 4);
    put(file, chunk + kHeaderCrc,
        checksum(file.mid(chunk + 128, kChunkHeader - 128), checksum(file.mid(chunk, 120))), 4);
}

void sealFileHeader(QByteArray &file)
{
    put(file, 124, checksum(file.first(120)), 4);
}

/// File offset of record `index` (from 0) of the chunk.
qsizetype record(const QByteArray &file, qsizetype chunk, int index)
{
    qsizetype at = chunk + kChunkHeader;
    while (index-- > 0)
        at += number(file, at + 4);
    return at;
}

} // namespace

class TestEvtxStructure : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    QByteArray m_file; ///< Healthy: kChunks chunks of kPerChunk records.

    Result<EvtxStructure> structureOf(const QByteArray &bytes)
    {
        QFile file(m_dir.filePath(QStringLiteral("forged.evtx")));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write the file");
        file.close();
        return evtxStructure(file.fileName().toStdString());
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString path = m_dir.filePath(QStringLiteral("healthy.evtx"));
        EvtxWriter writer(path.toStdString(), {.recordsPerChunk = kPerChunk, .firstRecordId = 100});
        for (int i = 0; i < kChunks * kPerChunk; ++i) {
            RecordSpec spec;
            spec.computer = "HOST-1";
            spec.eventId = 22;
            spec.time = parseTimestamp("2026-10-05T10:12:32Z").value();
            spec.data = {{"QueryName", "name-" + std::to_string(i) + ".example"}};
            writer.add(spec);
        }
        QVERIFY(writer.finish());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_file = file.readAll();
        QCOMPARE(m_file.size(), kHeader + kChunks * kChunk);
    }

    void aHealthyFileHasItsRecordsAndNoDamage()
    {
        const auto structure = structureOf(m_file);
        QVERIFY(structure);
        QCOMPARE(structure->records.size(), std::size_t{kChunks * kPerChunk});
        QVERIFY(structure->damage.empty());
        for (int i = 0; i < kChunks * kPerChunk; ++i) {
            const auto &place = structure->records[static_cast<std::size_t>(i)];
            QCOMPARE(place.id, static_cast<std::uint64_t>(100 + i));
            QCOMPARE(
                place.offset,
                static_cast<std::uint64_t>(record(m_file, kHeader + i / kPerChunk * kChunk, i % kPerChunk)));
        }
    }

    /// One lie a row. `damage` is where it must be named, -1 for none; `records` is how many are still found.
    void namesEveryLie_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("records");
        QTest::addColumn<qint64>("damage");
        constexpr int kAll = kChunks * kPerChunk;
        const qsizetype second = kHeader + kChunk;
        const qsizetype third = record(m_file, second, 2); // the third record of the second chunk
        const auto row = [&](const char *name, int records, qint64 damage, auto forge) {
            QByteArray file = m_file;
            forge(file);
            QTest::newRow(name) << file << records << damage;
        };
        row("file header checksum", kAll, 124, [](QByteArray &f) { f[16] = 9; });
        row("dirty flag is no damage", kAll, -1, [](QByteArray &f) { put(f, 120, 1, 4); });
        row("chunk count too small is no damage", kAll, -1, [](QByteArray &f) {
            put(f, 42, 1, 2);
            sealFileHeader(f);
        });
        row("chunk count larger than the file", kAll, 42, [](QByteArray &f) {
            put(f, 42, kChunks + 1, 2);
            sealFileHeader(f);
        });
        row("chunk signature", kAll - kPerChunk, second, [&](QByteArray &f) { f[second] = 'x'; });
        row("zeroed chunk is no damage behind the last", kAll, -1,
            [](QByteArray &f) { f.append(kChunk, '\0'); });
        row("zeroed chunk that the header counts", kAll - kPerChunk, second,
            [&](QByteArray &f) { f.replace(second, kChunk, QByteArray(kChunk, '\0')); });
        row("stray block between chunks", kAll, second,
            [&](QByteArray &f) { f.insert(second, QByteArray(kChunk, 'x')); });
        row("stray half block", kPerChunk, second,
            [&](QByteArray &f) { f.insert(second, QByteArray(kChunk / 2, 'x')); });
        row("bytes behind the last chunk", kAll, kHeader + kChunks * kChunk,
            [](QByteArray &f) { f.append("tail"); });
        row("chunk header checksum", kAll, second + kHeaderCrc,
            [&](QByteArray &f) { f[second + 130] = 'x'; });
        row("records checksum", kAll, second + kRecordsCrc, [&](QByteArray &f) { f[third + 30] = 'x'; });
        row("no-checksum flag", kAll, -1, [&](QByteArray &f) {
            put(f, 120, 4, 4);
            f[third + 30] = 'x';
            f[second + 130] = 'x';
        });
        row("free space before the records", kAll, second + kFree,
            [&](QByteArray &f) { put(f, second + kFree, kChunkHeader - 1, 4); });
        row("free space behind the chunk", kAll, second + kFree,
            [&](QByteArray &f) { put(f, second + kFree, kChunk + 1, 4); });
        row("free space wraps", kAll, second + kFree,
            [&](QByteArray &f) { put(f, second + kFree, 0xffffffff, 4); });
        row("free space inside a record", kAll - 2, third, [&](QByteArray &f) {
            put(f, second + kFree, static_cast<quint64>(third - second + 40), 4);
            seal(f, second);
        });
        row("free space inside a record header", kAll - 2, third, [&](QByteArray &f) {
            put(f, second + kFree, static_cast<quint64>(third - second + 4), 4);
            seal(f, second);
        });
        const auto sized = [&](const char *name, quint64 size) {
            row(name, kAll - 2, third, [&](QByteArray &f) {
                put(f, third + 4, size, 4);
                seal(f, second);
            });
        };
        sized("record size 0", 0);
        sized("record size below a header", 27);
        sized("record size past the free space", kChunk);
        sized("record size wraps", 0xffffffff);
        sized("record size wraps to the record", 0x100000000 - static_cast<quint64>(third - second));
        row("record signature", kAll - 2, third, [&](QByteArray &f) {
            f[third] = 'x';
            seal(f, second);
        });
        row("copies of the size differ", kAll, third, [&](QByteArray &f) {
            f[third + number(f, third + 4) - 4] = 'x';
            seal(f, second);
        });
    }
    void namesEveryLie()
    {
        QFETCH(QByteArray, file);
        QFETCH(int, records);
        QFETCH(qint64, damage);
        const auto structure = structureOf(file);
        QVERIFY(structure);
        QCOMPARE(structure->records.size(), static_cast<std::size_t>(records));
        QStringList named;
        bool found = false;
        for (const Damage &one : structure->damage) {
            QVERIFY(one.offset && *one.offset < static_cast<std::uint64_t>(file.size()));
            found = found || *one.offset == static_cast<std::uint64_t>(damage);
            named << QString::number(*one.offset) + QLatin1Char(' ') + QString::fromStdString(one.reason);
        }
        QVERIFY2(damage < 0 ? named.isEmpty() : found, qPrintable(named.join(QStringLiteral("; "))));
    }

    /// A chunk whose free space ends exactly with the chunk is full, not damaged.
    void aChunkFullToTheLastByteIsRead()
    {
        QByteArray file = m_file;
        const qsizetype last = record(file, kHeader, kPerChunk - 1);
        const qsizetype size = kHeader + kChunk - last;
        put(file, last + 4, static_cast<quint64>(size), 4);
        put(file, last + size - 4, static_cast<quint64>(size), 4);
        put(file, kHeader + kFree, kChunk, 4);
        seal(file, kHeader);
        const auto structure = structureOf(file);
        QVERIFY(structure);
        QCOMPARE(structure->records.size(), std::size_t{kChunks * kPerChunk});
        QVERIFY(structure->damage.empty());
    }

    void aLongDamagedChunkIsNotNamedRecordByRecord()
    {
        QByteArray file = m_file;
        QByteArray small(28, '\0');
        put(small, 0, 0x2a2a, 4);
        put(small, 4, 28, 4); // the copy stays 0
        const qsizetype count = (kChunk - kChunkHeader) / 28;
        file.replace(kHeader + kChunkHeader, count * 28, small.repeated(count));
        put(file, kHeader + kFree, static_cast<quint64>(kChunkHeader + count * 28), 4);
        seal(file, kHeader);
        const auto structure = structureOf(file);
        QVERIFY(structure);
        QCOMPARE(structure->records.size(), static_cast<std::size_t>(count + 2 * kPerChunk));
        QCOMPARE(structure->damage.size(), std::size_t{2}); // the first, and how many more
        QVERIFY(structure->damage[1].reason.find(std::to_string(count - 1)) != std::string::npos);
    }

    /// Cut anywhere, a file gives the records that are there, and says that something is missing.
    void cutAnywhere()
    {
        QList<qsizetype> lengths;
        for (qsizetype length = 128; length < m_file.size(); length += 4096)
            lengths << length;
        for (qsizetype length = 4096; length < m_file.size(); length += 4096)
            lengths << length - 1 << length << length + 1;
        const qsizetype third = record(m_file, kHeader + kChunk, 2);
        for (const qsizetype more : {0, 1, 4, 8, 23, 24, 25, 40})
            lengths << third + more << kHeader + kChunk + more;
        for (const qsizetype length : lengths) {
            const auto structure = structureOf(m_file.first(length));
            const QByteArray at = QByteArray::number(length);
            QVERIFY2(structure, at);
            std::size_t whole = 0;
            for (int i = 0; i < kChunks * kPerChunk; ++i) {
                const qsizetype start = record(m_file, kHeader + i / kPerChunk * kChunk, i % kPerChunk);
                whole += start + number(m_file, start + 4) <= length ? 1 : 0;
            }
            // A record that is cut itself is counted where its header is whole.
            QVERIFY2(structure->records.size() == whole || structure->records.size() == whole + 1, at);
            QVERIFY2(!structure->damage.empty(), at);
            for (const Damage &damage : structure->damage)
                QVERIFY2(damage.offset && *damage.offset <= static_cast<std::uint64_t>(length), at);
        }
    }

    void refusesWhatIsNoLog_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("one byte") << QByteArray("E");
        QTest::newRow("signature alone") << QByteArray("ElfFile\0", 8);
        QTest::newRow("header cut") << m_file.first(127);
        QTest::newRow("chunk first") << m_file.mid(kHeader);
        QTest::newRow("signature without its NUL") << "ElfFilex" + m_file.mid(8, kHeader - 8);
        QTest::newRow("old event log") << QByteArray("\x30\0\0\0LfLe", 8) + QByteArray(200, '\0');
    }
    void refusesWhatIsNoLog()
    {
        QFETCH(QByteArray, bytes);
        const auto structure = structureOf(bytes);
        QVERIFY(!structure);
        QCOMPARE(structure.error().code, ErrorCode::Corrupt);
    }

    void reportsWhatCannotBeRead()
    {
        const auto missing = evtxStructure(m_dir.filePath(QStringLiteral("missing.evtx")).toStdString());
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::Io);
        const auto folder = evtxStructure(m_dir.path().toStdString());
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::Io);
    }
};

QTEST_APPLESS_MAIN(TestEvtxStructure)
#include "tst_evtxstructure.moc"
