#include "model/store/json.h"
#include "model/store/matchedjson.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace lolscope;
using namespace std::string_view_literals;

namespace {

struct Read
{
    bool done = false;
    ErrorCode error = ErrorCode::Internal;
    std::vector<std::string> texts;
    std::vector<std::int64_t> numbers;
};

Read valuesOf(std::string_view json)
{
    Read read;
    const auto result = readValues(
        json, [&](std::string_view text) { read.texts.emplace_back(text); },
        [&](std::int64_t number) { read.numbers.push_back(number); });
    read.done = result.has_value();
    read.error = result ? read.error : result.error().code;
    return read;
}

} // namespace

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTextSurvives_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("quotes and backslashes") << QByteArray(R"("C:\a\" \u0041 \\ ')");
        QTest::newRow("NUL") << QByteArray("a\0b\0", 4);
        QByteArray controls;
        for (char c = 1; c < 32; ++c)
            controls += c;
        QTest::newRow("controls") << controls + "\x7F\u0085";
        QTest::newRow("line separators") << QByteArray("\u2028\u2029");
        QTest::newRow("bidi and zero width") << QByteArray("\u202E\u200B\uFEFF");
        QTest::newRow("beyond the BMP") << QByteArray("\U0001F600\U0010FFFF");
        QTest::newRow("noncharacter") << QByteArray("\uFFFE\uFFFF");
        QTest::newRow("JSON") << QByteArray(R"({"a":["b",null]})");
        QTest::newRow("markup") << QByteArray("</script><b>&amp;");
        QTest::newRow("long") << QByteArray(1'000'000, '"');
    }
    void everyTextSurvives()
    {
        QFETCH(QByteArray, text);
        const std::string value = text.toStdString();
        const std::vector<Field> fields = {{"first", value}, {value, "second"}};
        const std::string json = fieldsToJson(fields);
        QVERIFY(!QJsonDocument::fromJson(QByteArray::fromStdString(json)).isNull()); // what others read
        std::string list = "[";
        appendJsonString(list, value);
        list += ",7,";
        appendJsonString(list, "b");
        list += ']';
        QVERIFY(!QJsonDocument::fromJson(QByteArray::fromStdString(list)).isNull());
        const Read back = valuesOf(list);
        QVERIFY(back.done);
        QCOMPARE(back.texts, (std::vector<std::string>{value, "b"}));
        QCOMPARE(back.numbers, std::vector<std::int64_t>{7});
        QCOMPARE(listFromJson(listToJson(std::vector<std::string>{value, "b"})),
                 (std::vector<std::string>{value, "b"}));

        const std::vector<DetectionRow::Matched> matched = {{value, value, value, FieldSource::AskedName}};
        const auto again = matchedFromJson(matchedToJson(matched));
        QCOMPARE(again.size(), std::size_t{1});
        QCOMPARE(again[0].field, value);
        QCOMPARE(again[0].value, value);
        QCOMPARE(again[0].test, value);
        QVERIFY(again[0].source == FieldSource::AskedName);
    }

    void repeatedNamesBecomeLists()
    {
        const std::vector<Field> fields = {{"Data", "a"}, {"x", "1"}, {"Data", ""}, {"Data", "a"}};
        const std::string json = fieldsToJson(fields);
        QCOMPARE(json, std::string(R"({"Data":["a","","a"],"x":"1"})"));
    }

    void emptyIsEmpty()
    {
        QCOMPARE(fieldsToJson({}), std::string("{}"));
        QVERIFY(valuesOf("[]").done);
        QVERIFY(valuesOf("[]").texts.empty());
        QCOMPARE(listToJson({}), std::string("[]"));
        QVERIFY(listFromJson("[]").empty());
    }

    void valuesOfAnyOtherShapeAreRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        for (const char *json : {"",
                                 "null",
                                 "{}",
                                 "\"a\"",
                                 "1",
                                 "[",
                                 "[]x",
                                 "[] []",
                                 "[1.5]",
                                 "[null]",
                                 "[true]",
                                 "[{}]",
                                 "[[]]",
                                 "[[\"a\"]]",
                                 "[\"a\"",
                                 "[\"a]",
                                 "[\"\\ud800\"]",
                                 "[\"\\x\"]",
                                 "['a']",
                                 "[\"a\",]",
                                 "[99999999999999999999]"})
            QTest::newRow(*json == '\0' ? "empty" : json) << QByteArray(json);
        QTest::newRow("NUL inside a text") << QByteArray("[\"b\0c\"]", 7);
        QTest::newRow("deep") << QByteArray(1'000'000, '[') + QByteArray(1'000'000, ']');
    }
    void valuesOfAnyOtherShapeAreRefused()
    {
        QFETCH(QByteArray, json);
        const Read read = valuesOf(json.toStdString());
        QVERIFY(!read.done);
        QCOMPARE(read.error, ErrorCode::Corrupt);
    }

    void listsOfAnyOtherShapeReadAsEmpty()
    {
        for (const std::string_view json :
             {""sv, "null"sv, "{}"sv, "["sv, "[1]"sv, "[null]"sv, "[\"a\"]x"sv, "\"a\""sv}) {
            QVERIFY2(listFromJson(json).empty(), std::string(json).c_str());
            QVERIFY2(matchedFromJson(json).empty(), std::string(json).c_str());
        }
        QVERIFY(listFromJson(std::string(1'000'000, '[') + std::string(1'000'000, ']')).empty());
    }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
