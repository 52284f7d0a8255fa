#include "model/base/timestamp.h"

#include <QtTest>

#include <limits>

using namespace lolscope;

namespace {

QString formatted(std::optional<Timestamp> time)
{
    return time ? QString::fromStdString(formatTimestamp(*time)) : QStringLiteral("(none)");
}

} // namespace

class TestTimestamp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QByteArray(text) << QString::fromLatin1(expected);
        };
        row("Sysmon", "2026-10-05 10:12:32.955", "2026-10-05T10:12:32.955Z");
        row("SystemTime", "2019-07-29T21:33:19.5560000Z", "2019-07-29T21:33:19.556Z");
        row("no fraction", "2019-07-29T21:33:19Z", "2019-07-29T21:33:19.000Z");
        row("no Z", "2019-07-29T21:33:19", "2019-07-29T21:33:19.000Z");
        row("one digit", "2019-07-29 21:33:19.5", "2019-07-29T21:33:19.500Z");
        row("seven digits", "2019-07-29T21:33:19.1234567Z", "2019-07-29T21:33:19.1234567Z");
        row("nine digits are cut, not rounded", "2019-07-29T21:33:19.123456799Z",
            "2019-07-29T21:33:19.1234567Z");
        row("forty digits", "2019-07-29T21:33:19.1234567999999999999999999999999999999999Z",
            "2019-07-29T21:33:19.1234567Z");
        row("leap day", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z");
        row("leap day of a century", "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z");
        row("leap second", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z");
        row("before 1970", "1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.9999999Z");
        row("first year", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z");
        row("last year", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z");
    }
    void reads()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        QCOMPARE(formatted(parseTimestamp(text.toStdString())), expected);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"",
                                 "-",
                                 "2019",
                                 "2019-07-29",
                                 "2019-07-29T21:33",
                                 "2019-07-29T21:33:1",
                                 "2019-07-29t21:33:19Z",
                                 "2019/07/29 21:33:19",
                                 "2019-02-29T00:00:00Z",
                                 "1900-02-29T00:00:00Z",
                                 "2019-00-10T00:00:00Z",
                                 "2019-13-10T00:00:00Z",
                                 "2019-04-31T00:00:00Z",
                                 "2019-04-00T00:00:00Z",
                                 "2019-04-30T24:00:00Z",
                                 "2019-04-30T00:60:00Z",
                                 "2019-04-30T00:00:61Z",
                                 "2019-04-30T00:00:00+02:00",
                                 "2019-04-30T00:00:00ZZ",
                                 "2019-04-30T00:00:00 ",
                                 " 2019-04-30T00:00:00",
                                 "2019-04-30T00:00:00.",
                                 "2019-04-30T00:00:00.Z",
                                 "2019-04-30T00:00:00.1x",
                                 "-019-04-30T00:00:00Z",
                                 "+019-04-30T00:00:00Z",
                                 "20190430T000000Z",
                                 "12019-04-30T00:00:00Z",
                                 "2019-04-30T00:00:-1Z"})
            QTest::newRow(*text == '\0' ? "empty" : text) << QByteArray(text);
        QTest::newRow("NUL inside") << QByteArray("2019-04-30\0"
                                                  "00:00:00",
                                                  19);
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        QCOMPARE(formatted(parseTimestamp(text.toStdString())), QStringLiteral("(none)"));
    }

    void everyCutOfAGoodTextIsSafe()
    {
        const std::string whole = "2019-07-29T21:33:19.556Z";
        for (std::size_t length = 0; length < 19; ++length)
            QVERIFY2(!parseTimestamp(whole.substr(0, length)), whole.substr(0, length).c_str());
        for (const std::size_t length : {19u, 21u, 22u, 23u, 24u})
            QVERIFY2(parseTimestamp(whole.substr(0, length)), whole.substr(0, length).c_str());
    }

    void readsFileTimes_data()
    {
        QTest::addColumn<quint64>("filetime");
        QTest::addColumn<QString>("expected");
        QTest::newRow("zero") << quint64{0} << QStringLiteral("1601-01-01T00:00:00.000Z");
        QTest::newRow("first tick") << quint64{1} << QStringLiteral("1601-01-01T00:00:00.0000001Z");
        QTest::newRow("1970") << quint64{116'444'736'000'000'000}
                              << QStringLiteral("1970-01-01T00:00:00.000Z");
        QTest::newRow("a log") << quint64{132'089'095'995'560'000}
                               << QStringLiteral("2019-07-29T21:33:19.556Z");
        QTest::newRow("last") << quint64{2'650'467'743'999'999'999}
                              << QStringLiteral("9999-12-31T23:59:59.9999999Z");
        QTest::newRow("past the last") << quint64{2'650'467'744'000'000'000} << QStringLiteral("(none)");
        QTest::newRow("all bits") << std::numeric_limits<quint64>::max() << QStringLiteral("(none)");
    }
    void readsFileTimes()
    {
        QFETCH(quint64, filetime);
        QFETCH(QString, expected);
        QCOMPARE(formatted(fromFileTime(filetime)), expected);
    }

    void writtenTimesReadBackTheSame()
    {
        std::int64_t ticks = -600'000'000'000'000'000; // year 68
        for (int i = 0; i < 4000; ++i, ticks += 750'000'000'000'001 + i) {
            const Timestamp time{Ticks(ticks)};
            const auto back = parseTimestamp(formatTimestamp(time));
            QVERIFY2(back && *back == time, formatTimestamp(time).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestTimestamp)
#include "tst_timestamp.moc"
