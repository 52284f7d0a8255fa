#include "model/base/sha256.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace lolscope;

namespace {

QByteArray reference(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

std::string digestOf(std::initializer_list<std::string_view> texts)
{
    Sha256 hash;
    for (const auto text : texts)
        hash.add(text);
    return hex(hash.digest());
}

} // namespace

class TestSha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashesFiles_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << QByteArray("abc");
        QTest::newRow("one block") << QByteArray(1 << 20, 'x');
        QTest::newRow("a byte past a block") << QByteArray((1 << 20) + 1, 'x');
    }
    void hashesFiles()
    {
        QFETCH(QByteArray, bytes);
        const QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("evidence")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        const auto digest = fileSha256(file.fileName().toStdString());
        QVERIFY(digest);
        QCOMPARE(QByteArray::fromStdString(*digest), reference(bytes));
    }

    void reportsWhatCannotBeRead()
    {
        const QTemporaryDir dir;
        const auto missing = fileSha256(dir.filePath(QStringLiteral("missing")).toStdString());
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::Io);
        const auto folder = fileSha256(dir.path().toStdString());
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::Io);
    }

    void stopsWhenAsked()
    {
        const QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("evidence")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        std::stop_source stop;
        stop.request_stop();
        const auto digest = fileSha256(file.fileName().toStdString(), stop.get_token());
        QVERIFY(!digest);
        QCOMPARE(digest.error().code, ErrorCode::Cancelled);
    }

    void neighboursCannotTradeCharacters()
    {
        QVERIFY(digestOf({"ab", "c"}) != digestOf({"a", "bc"}));
        QVERIFY(digestOf({"", "a"}) != digestOf({"a", ""}));
        QVERIFY(digestOf({"a"}) != digestOf({"a", ""}));
        QCOMPARE(digestOf({"ab", "c"}), digestOf({"ab", "c"}));
    }

    void digestBeginsAnew()
    {
        Sha256 hash;
        const auto first = hash.add("a").add(std::uint64_t{7}).digest();
        const auto second = hash.add("a").add(std::uint64_t{7}).digest();
        QCOMPARE(hex(first), hex(second));
        QVERIFY(hex(hash.add("a").add(std::uint64_t{8}).digest()) != hex(first));
    }

    void writesHex()
    {
        Sha256::Digest digest = {};
        digest[0] = 0x0f;
        digest[1] = 0xa0;
        QCOMPARE(hex(digest, 2), std::string("0fa0"));
        QCOMPARE(hex(digest, 0), std::string());
        QCOMPARE(hex(digest, 99).size(), std::size_t{64});
    }
};

QTEST_APPLESS_MAIN(TestSha256)
#include "tst_sha256.moc"
