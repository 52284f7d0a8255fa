#include "app/cli/eventjson.h"
#include "app/pipeline/jsonobject.h"
#include "model/store/json.h"

#include <QTest>

#include <random>

using namespace lolscope;

/// dump's own JSON writer against the one that everything else uses.
class TestEventJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsJsonObject_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("an event with all members") << 0;
        QTest::newRow("an event without any") << 1;
        QTest::newRow("names that repeat") << 2;
        QTest::newRow("every character") << 3;
        QTest::newRow("many texts of all lengths") << 4;
        QTest::newRow("characters that show nothing") << 5;
    }
    void equalsJsonObject()
    {
        QFETCH(int, kind);
        EventBatch batch;
        Event event;
        std::vector<Field> fields;
        const auto add = [&](std::string_view name, std::string_view value) {
            fields.push_back({batch.keep(name), batch.keep(value)});
        };
        if (kind == 0) {
            event.provider = batch.keep("Microsoft-Windows-Sysmon");
            event.channel = batch.keep("Microsoft-Windows-Sysmon/Operational");
            event.computer = batch.keep("PC-M\u00dcNCHEN");
            event.eventId = 65535;
            event.version = 5;
            event.level = 4;
            event.recordId = 18446744073709551615U;
            event.timeCreated = parseTimestamp("2026-10-05T08:00:00.1234567Z");
            event.offset = 4608;
            event.chunk = 0;
            add("Image", "C:\\Windows\\System32\\mshta.exe");
            add("UtcTime", "2026-10-05 08:00:00.120");
        } else if (kind == 1) {
            event.recovered = true;
        } else if (kind == 2) {
            for (const char *value : {"a", "b\"", ""})
                add("Data", value);
            add("", "no name");
            add("Other", "c");
        } else if (kind == 3) {
            for (int first = 0; first < 128; ++first)
                add("Name" + std::string(1, static_cast<char>(first)),
                    std::string(17, 'x') + static_cast<char>(first) + "y");
        } else if (kind == 5) {
            event.computer = batch.keep("\u009B31m");
            for (const char *value : {"gpj\u202E.exe", "\x7F", "\U000E0041\u2066"})
                add("Data", value);
            add("Image", std::string(100, '\x7F'));
        } else {
            std::mt19937 random(3);
            for (std::size_t length = 0; length < 200; ++length) {
                std::string text(length, ' ');
                for (char &character : text)
                    character = "abc\"\\\n\x01/"[random() % 8];
                add("F" + std::to_string(length), text);
            }
        }
        event.data = batch.keep(std::span<const Field>(fields));
        batch.events = {event, event};
        cli::EventJson("/a \"b\"\\c.evtx").write(batch);

        JsonObject json;
        json.text("evidence", "/a \"b\"\\c.evtx")
            .number("chunk", event.chunk)
            .number("offset", event.offset)
            .number("record_id", event.recordId);
        json.number("event_id", std::uint64_t{event.eventId}).number("version", std::uint64_t{event.version});
        json.number("level", std::uint64_t{event.level})
            .text("provider", event.provider)
            .text("channel", event.channel);
        json.text("computer", event.computer)
            .time("time", eventTime(event))
            .raw("data", fieldsToJson(event.data));
        json.boolean("recovered", event.recovered);
        const std::string line = json.line();
        QCOMPARE(batch.prepared, line + line);
    }

    void growsWithItsEvents()
    {
        EventBatch batch;
        std::size_t expected = 0;
        for (int i = 0; i < 100; ++i) {
            Event event;
            const Field field{batch.keep("F"), batch.keep(std::string(5000, '\x01'))};
            event.data = batch.keep(std::span<const Field>(&field, 1));
            batch.events.push_back(event);
            expected += 30000;
        }
        cli::EventJson("x").write(batch);
        QVERIFY(batch.prepared.size() > expected);
        QCOMPARE(std::count(batch.prepared.begin(), batch.prepared.end(), '\n'), 100);
        cli::EventJson("x").write(batch);
        QCOMPARE(std::count(batch.prepared.begin(), batch.prepared.end(), '\n'), 100);
    }
};

QTEST_GUILESS_MAIN(TestEventJson)
#include "tst_eventjson.moc"
