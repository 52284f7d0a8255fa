#include "model/items/displaytext.h"

#include <QLocale>
#include <QTest>

using namespace lolscope;
using namespace std::chrono_literals;

class TestDisplayText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void offsets_data()
    {
        QTest::addColumn<qint64>("milliseconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("part of a second") << qint64{-385} << QStringLiteral("0.39 s before");
        QTest::newRow("seconds") << qint64{12'340} << QStringLiteral("12.3 s after");
        QTest::newRow("minutes") << qint64{-125'000} << QStringLiteral("2 min 5 s before");
        QTest::newRow("hours") << qint64{7'500'000} << QStringLiteral("2 h 5 min after");
        QTest::newRow("nothing") << qint64{0} << QStringLiteral("at the same time");
    }
    void offsets()
    {
        QFETCH(qint64, milliseconds);
        QFETCH(QString, text);
        QCOMPARE(offsetText(std::chrono::milliseconds(milliseconds)), text);
    }

    void timesAreUtcWhateverTheZone()
    {
        qputenv("TZ", "Asia/Kathmandu");
        using namespace std::chrono;
        const Timestamp time(sys_days{2020y / October / 5} + 10h + 12min + 33s + 999ms + Ticks(9'999));
        QCOMPARE(timeText(time), QStringLiteral("2020-10-05 10:12:33.999"));
        QCOMPARE(timeText(time, TimeStyle::Time), QStringLiteral("10:12:33.999"));
        QCOMPARE(timeText({}), QString());
    }

    void scopesHaveWords()
    {
        QCOMPARE(scopeText("public"), QStringLiteral("public"));
        QCOMPARE(scopeText("loopback"), QStringLiteral("own host"));
    }

    void forgedScopesAreMadeVisible() { QVERIFY(!scopeText("\u202E").contains(QChar(0x202E))); }

    void countsForPluralsFitAnInt()
    {
        QCOMPARE(plural(3), 3);
        QVERIFY(plural(~std::uint64_t{0}) > 0);
    }

    void endpointsKeepIpv6Apart()
    {
        QCOMPARE(endpoint("203.0.113.8", "443"), std::string("203.0.113.8:443"));
        QCOMPARE(endpoint("2001:db8::1", "80"), std::string("[2001:db8::1]:80"));
        QCOMPARE(endpoint("203.0.113.8", ""), std::string("203.0.113.8"));
    }
};

QTEST_GUILESS_MAIN(TestDisplayText)
#include "tst_displaytext.moc"
