#include "model/base/event.h"
#include "model/base/result.h"

#include <QtTest>

using namespace lolscope;

class TestEvent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timeIsUtcTimeWhereItIsValid_data()
    {
        QTest::addColumn<QByteArray>("utcTime");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("valid") << QByteArray("2026-10-05 10:12:32.955")
                               << QByteArray("2026-10-05T10:12:32.955Z");
        QTest::newRow("malformed") << QByteArray("10:12") << QByteArray("2026-10-05T10:12:33.000Z");
        QTest::newRow("empty") << QByteArray("") << QByteArray("2026-10-05T10:12:33.000Z");
    }
    void timeIsUtcTimeWhereItIsValid()
    {
        QFETCH(QByteArray, utcTime);
        QFETCH(QByteArray, expected);
        const std::string text = utcTime.toStdString();
        const Field field{"UtcTime", text};
        Event event;
        event.timeCreated = parseTimestamp("2026-10-05T10:12:33Z");
        event.data = {&field, 1};
        QVERIFY(eventTime(event));
        QCOMPARE(QByteArray::fromStdString(formatTimestamp(*eventTime(event))), expected);
    }

    void withoutAnyTimeThereIsNone() { QVERIFY(!eventTime(Event())); }

    void namesCompareExactlyAndTheFirstOfAFieldCounts()
    {
        const std::vector<Field> fields = {{"Image", ""}, {"Data", "one"}, {"Data", "two"}};
        Event event;
        event.data = fields;
        QCOMPARE(fieldOf(event, "Data").value_or("(null)"), std::string_view("one"));
        QCOMPARE(fieldOf(event, "Image").value_or("(null)"), std::string_view(""));
        QCOMPARE(fieldOf(event, "image").value_or("(null)"), std::string_view("(null)"));
    }

    void aBatchKeepsCopies()
    {
        EventBatch batch;
        std::string text = "abc";
        const auto kept = batch.keep(text);
        std::vector<Field> fields = {{"Name", kept}};
        const auto keptFields = batch.keep(std::span<const Field>(fields));
        text = "xyz";
        fields.clear();
        QCOMPARE(kept, std::string_view("abc"));
        QCOMPARE(keptFields.size(), std::size_t{1});
        QCOMPARE(keptFields[0].value, std::string_view("abc"));
        batch.events.emplace_back();
        batch.damage.push_back({"bad", {}, {}, 1});
        batch.clear();
        QVERIFY(batch.events.empty() && batch.damage.empty());
    }

    void errorsSayWhere_data()
    {
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<int>("line");
        QTest::addColumn<qint64>("offset");
        QTest::newRow("a line") << QByteArray("a.yml:3:7: bad") << 3 << qint64{-1};
        QTest::newRow("an offset") << QByteArray("a.yml: bad (at byte 0)") << 0 << qint64{0};
        QTest::newRow("neither") << QByteArray("a.yml: bad") << 0 << qint64{-1};
    }
    void errorsSayWhere()
    {
        QFETCH(QByteArray, expected);
        QFETCH(int, line);
        QFETCH(qint64, offset);
        Error error{ErrorCode::Corrupt, "bad", "a.yml"};
        error.line = line;
        error.column = 7;
        if (offset >= 0)
            error.offset = static_cast<std::uint64_t>(offset);
        QCOMPARE(QByteArray::fromStdString(describe(error)), expected);
    }
};

QTEST_APPLESS_MAIN(TestEvent)
#include "tst_event.moc"
