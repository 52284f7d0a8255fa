#include "model/evtx/utf16.h"
#include "model/evtx/valuetext.h"
#include "tests/model/evtx/logfixture.h"

#include <QTest>

#include <random>

using namespace lolscope;
using lolscope::test::bytes;
using lolscope::test::lines;
using lolscope::test::LogFixture;
using lolscope::test::Read;
using lolscope::test::sample;
using lolscope::test::Written;

Q_DECLARE_METATYPE(std::string)

/// Values of a log as our decoder writes them.
class TestValueText : public QObject, private LogFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(isValid()); }

    void valuesReadAsWindowsWritesThem_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<std::string>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, int number, std::string value, const char *expected) {
            QTest::newRow(name) << number << std::move(value) << QString::fromUtf8(expected);
        };
        row("string", 1, test::toUtf16("Gr\u00fc\u00dfe \u4e16"), "Gr\u00fc\u00dfe \u4e16");
        row("string past U+FFFF", 1, test::toUtf16("\U0001f600!"), "\U0001f600!");
        row("string with its end character", 1, bytes({'a', 0, 0, 0}), "a");
        row("high surrogate alone", 1, bytes({0x3d, 0xd8, 'a', 0}), "\ufffda");
        row("low surrogate alone", 1, bytes({'a', 0, 0x00, 0xde}), "a\ufffd");
        row("high surrogate at the end", 1, bytes({'a', 0, 0x3d, 0xd8}), "a\ufffd");
        row("string of an odd size", 1, bytes({'a', 0, 'b'}), "a");
        row("ANSI string", 2, bytes({'a', 0xe4, 0x80, 0}), "a\u00e4\u20ac");
        row("int8", 3, bytes({0xfe}), "-2");
        row("uint8", 4, bytes({0xfe}), "254");
        row("int16", 5, bytes({0xfe, 0xff}), "-2");
        row("uint16", 6, bytes({0xfe, 0xff}), "65534");
        row("int32", 7, bytes({0xfe, 0xff, 0xff, 0xff}), "-2");
        row("uint32", 8, bytes({0xfe, 0xff, 0xff, 0xff}), "4294967294");
        row("int64", 9, bytes({0, 0, 0, 0, 0, 0, 0, 0x80}), "-9223372036854775808");
        row("uint64", 10, std::string(8, '\xff'), "18446744073709551615");
        row("integer of another size", 8, bytes({1, 2}), "513");
        row("integer of no size", 8, "", "");
        row("integer of an impossible size", 8, bytes({1, 2, 3, 4, 5, 6, 7, 8, 0xab}), "0102030405060708AB");
        row("float", 11, bytes({0, 0, 0xc0, 0x3f}), "1.5");
        row("double", 12, bytes({0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f}), "0.1");
        row("double without end", 12, bytes({0, 0, 0, 0, 0, 0, 0xf0, 0xff}), "-INF");
        row("double that is no number", 12, bytes({0, 0, 0, 0, 0, 0, 0xf8, 0x7f}), "NaN");
        row("false", 13, bytes({0, 0, 0, 0}), "false");
        row("true", 13, bytes({1, 0, 0, 0}), "true");
        row("irregular true", 13, bytes({0, 0, 7, 0}), "true");
        row("binary", 14, bytes({0x01, 0xab}), "01AB");
        row("GUID", 15, bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xfa, 12, 13, 14, 15, 16}),
            "{04030201-0605-0807-090A-FA0C0D0E0F10}");
        row("GUID of a wrong size", 15, bytes({1, 2}), "0102");
        row("size_t of 32 bits", 16, bytes({0x1f, 0, 0, 0}), "0x1f");
        row("size_t of 64 bits", 16, bytes({0, 0, 0, 0, 1, 0, 0, 0}), "0x100000000");
        row("FILETIME", 17, test::encodeValue(Written::FileTime, "2019-07-29T21:33:19.5560001Z"),
            "2019-07-29T21:33:19.5560001Z");
        row("FILETIME 0", 17, std::string(8, '\0'), "1601-01-01T00:00:00.0000000Z");
        row("FILETIME at its end", 17, std::string(8, '\xff'), "60056-05-28T05:36:10.9551615Z");
        row("SYSTEMTIME", 18, bytes({0xe8, 7, 3, 0, 2, 0, 5, 0, 14, 0, 1, 0, 2, 0, 0xbc, 2}),
            "2024-03-05T14:01:02.7000000Z");
        row("SID", 19, test::encodeValue(Written::Sid, "S-1-5-21-1004336348-1177238915-682003330-512"),
            "S-1-5-21-1004336348-1177238915-682003330-512");
        row("SID cut", 19, bytes({1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0}), "010200000000000520000000");
        row("SID of a large authority", 19, bytes({1, 1, 1, 0, 0, 0, 0, 5, 2, 0, 0, 0}),
            "S-1-0x10000000005-2");
        row("HexInt32", 20, bytes({0xe7, 3, 0, 0}), "0x3e7");
        row("HexInt64 0", 21, std::string(8, '\0'), "0x0");
        row("handle", 32, bytes({0x10, 0, 0, 0, 0, 0, 0, 0}), "0x10");
        row("XML", 35, test::toUtf16("<a/>"), "<a/>");
        row("unknown type", 0x30, bytes({1, 0xfe}), "01FE");
    }
    void valuesReadAsWindowsWritesThem()
    {
        QFETCH(int, type);
        QFETCH(std::string, value);
        QFETCH(QString, expected);
        const Read read = readRecords({sample({{"A", "", test::type(type), value}, {"Z", "end"}})});
        QCOMPARE(lines(read), QStringLiteral("A=") + expected + QStringLiteral("|Z=end"));
        QVERIFY(read.damage.empty());
    }

    void arraysRepeatTheirElement_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<std::string>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, int number, std::string value, const char *expected) {
            QTest::newRow(name) << (number | 0x80) << std::move(value) << QString::fromUtf8(expected);
        };
        row("strings", 1, test::toUtf16(std::string("a\0\0bc\0", 6)), "A=a|A=|A=bc");
        row("strings without a last end", 1, test::toUtf16(std::string("a\0b", 3)), "A=a|A=b");
        row("ANSI strings", 2, std::string("a\0b\0", 4), "A=a|A=b");
        row("int8", 3, bytes({1, 0xff}), "A=1|A=-1");
        row("uint8", 4, bytes({1, 0xff}), "A=1|A=255");
        row("int16", 5, bytes({1, 0, 0xff, 0xff}), "A=1|A=-1");
        row("uint16", 6, bytes({1, 0, 0xff, 0xff}), "A=1|A=65535");
        row("int32", 7, bytes({1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}), "A=1|A=-1");
        row("uint32", 8, bytes({1, 0, 0, 0, 2, 0, 0, 0}), "A=1|A=2");
        row("int64", 9, std::string(16, '\xff'), "A=-1|A=-1");
        row("uint64", 10, bytes({1, 0, 0, 0, 0, 0, 0, 0}), "A=1");
        row("float", 11, bytes({0, 0, 0xc0, 0x3f, 0, 0, 0, 0}), "A=1.5|A=0");
        row("double", 12, std::string(8, '\0'), "A=0");
        row("Boolean", 13, bytes({1, 0, 0, 0, 0, 0, 0, 0}), "A=true|A=false");
        row("GUID", 15, std::string(16, '\1'), "A={01010101-0101-0101-0101-010101010101}");
        row("size_t", 16, bytes({1, 0, 0, 0, 0, 0, 0, 0}), "A=0x1");
        row("FILETIME", 17, std::string(8, '\0'), "A=1601-01-01T00:00:00.0000000Z");
        row("SYSTEMTIME", 18, bytes({0xe8, 7, 3, 0, 2, 0, 5, 0, 14, 0, 1, 0, 2, 0, 0xbc, 2}),
            "A=2024-03-05T14:01:02.7000000Z");
        row("SID", 19,
            test::encodeValue(Written::Sid, "S-1-5-18") + test::encodeValue(Written::Sid, "S-1-5-32-544"),
            "A=S-1-5-18|A=S-1-5-32-544");
        row("HexInt32", 20, bytes({0x1f, 0, 0, 0, 1, 0, 0, 0}), "A=0x1f|A=0x1");
        row("HexInt64", 21, bytes({0x1f, 0, 0, 0, 0, 0, 0, 0}), "A=0x1f");
        row("nothing", 8, "", "A=");
        row("bytes left over", 8, bytes({1, 0, 0, 0, 2}), "A=0100000002");
        row("unknown type", 0x31, bytes({1, 2}), "A=0102");
    }
    void arraysRepeatTheirElement()
    {
        QFETCH(int, type);
        QFETCH(std::string, value);
        QFETCH(QString, expected);
        const Read read = readRecords({sample({{"A", "", test::type(type), value}, {"Z", "end"}})});
        QCOMPARE(lines(read), expected + QStringLiteral("|Z=end"));
    }

    void vectorCodeConvertsAsThePortableOne()
    {
        std::mt19937 random(1);
        for (int i = 0; i < 4000; ++i) {
            const std::size_t units = random() % 70;
            std::vector<std::uint8_t> source(2 * units + 64, 0);
            for (std::size_t k = 0; k < units; ++k) {
                const unsigned kind = random() % 8;
                const unsigned unit = kind < 5 ? random() % 128
                    : kind == 5                ? 0xd800 + random() % 2048
                                               : random() % 65536;
                source[2 * k] = static_cast<std::uint8_t>(unit & 255);
                source[2 * k + 1] = static_cast<std::uint8_t>(unit >> 8);
            }
            std::vector<char> fast(utf8Room(units));
            std::vector<char> plain(utf8Room(units));
            const auto fastSize = utf16ToUtf8(source.data(), units, fast.data()) - fast.data();
            const auto plainSize = utf16ToUtf8Portable(source.data(), units, plain.data()) - plain.data();
            QCOMPARE(std::string(fast.data(), static_cast<std::size_t>(fastSize)),
                     std::string(plain.data(), static_cast<std::size_t>(plainSize)));
        }
    }
};

QTEST_GUILESS_MAIN(TestValueText)
#include "tst_valuetext.moc"
