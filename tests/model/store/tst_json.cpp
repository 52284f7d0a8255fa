#include "model/store/json.h"
#include "model/store/matchedjson.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace lolscope;

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
        const std::vector<std::string> list = {value, "b"};
        QVERIFY(listFromJson(listToJson(list)) == list);
        std::string appended = "[";
        appendJsonString(appended, value);
        QVERIFY(listFromJson(appended + ",\"b\"]") == list);

        const std::vector<DetectionRow::Matched> matched = {{value, value, value, FieldSource::AskedName}};
        const auto again = matchedFromJson(matchedToJson(matched));
        QVERIFY(again);
        QCOMPARE(again->size(), std::size_t{1});
        const auto &one = again->front();
        QCOMPARE(one.field, value);
        QCOMPARE(one.value, value);
        QCOMPARE(one.test, value);
        QVERIFY(one.source == FieldSource::AskedName);
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
        QCOMPARE(listToJson({}), std::string("[]"));
        QVERIFY(listFromJson("[]") == std::vector<std::string>());
        QVERIFY(matchedFromJson("[]")->empty());
    }

    void listsOfAnyOtherShapeAreRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        for (const char *json : {"",       "null",     "{}",       "\"a\"",         "1",
                                 "[",      "[]x",      "[] []",    "[1]",           "[1.5]",
                                 "[null]", "[true]",   "[{}]",     "[[]]",          "[[\"a\"]]",
                                 "[\"a\"", "[\"a]",    "[\"a\"]x", "[\"\\ud800\"]", "[\"\\x\"]",
                                 "['a']",  "[\"a\",]", "[\"a\",1]"})
            QTest::newRow(*json == '\0' ? "empty" : json) << QByteArray(json);
        QTest::newRow("NUL inside a text") << QByteArray("[\"b\0c\"]", 7);
        QTest::newRow("deep") << QByteArray(1'000'000, '[') + QByteArray(1'000'000, ']');
    }
    void listsOfAnyOtherShapeAreRefused()
    {
        QFETCH(QByteArray, json);
        const auto list = listFromJson(json.toStdString());
        QVERIFY(!list);
        QVERIFY(list.error().code == ErrorCode::Corrupt);
        QVERIFY(!matchedFromJson(json.toStdString()));
    }

    void matchedValuesOfAnyOtherShapeAreRefused()
    {
        const std::string whole = R"({"field":"a","value":"b","test":"c","source":"event"})";
        QVERIFY(matchedFromJson('[' + whole + ']'));
        for (const std::string &one :
             {std::string(R"({"field":"a","value":"b","test":"c"})"),
              std::string(R"({"field":"a","value":1,"test":"c","source":"event"})"),
              std::string(R"({"field":"a","value":"b","test":"c","source":"elsewhere"})"), std::string("{}"),
              std::string("\"a\"")}) {
            const auto read = matchedFromJson('[' + whole + ',' + one + ']');
            QVERIFY2(!read, one.c_str());
            QVERIFY(read.error().code == ErrorCode::Corrupt);
        }
    }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
