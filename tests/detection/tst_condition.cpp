#include "detection/sigma/condition.h"

#include <QtTest>

using namespace lolscope;
using namespace lolscope::sigma;

namespace {

const std::vector<std::string> kNames = {"sel",     "sel_a", "sel_b", "filter_x", "_hidden",
                                         "notepad", "order", "OR",    "a-b"};

Result<Expression> parsed(const std::string &text)
{
    std::vector<Error> warnings;
    return parseCondition(text, kNames, warnings);
}

/// The condition as text with every binding shown.
std::string printed(const Expression &expression)
{
    using Op = Expression::Op;
    if (expression.op == Op::Selection)
        return kNames.at(expression.index);
    if (expression.op == Op::Not)
        return "!" + printed(expression.operands.at(0));
    std::string text = "(";
    for (const auto &operand : expression.operands)
        text += (text.size() > 1 ? (expression.op == Op::All ? " & " : " | ") : "") + printed(operand);
    return text + ")";
}

} // namespace

class TestCondition : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void binds_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(expected);
        };
        row("one selection", "sel", "sel");
        row("and before or", "sel or sel_a and sel_b", "(sel | (sel_a & sel_b))");
        row("or after and", "sel and sel_a or sel_b", "((sel & sel_a) | sel_b)");
        row("not before and", "not sel and sel_a", "(!sel & sel_a)");
        row("not of parentheses", "not (sel or sel_a)", "!(sel | sel_a)");
        row("not not", "not not sel", "sel");
        row("not three times", "not not not sel", "!sel");
        row("parentheses", "(sel or sel_a) and sel_b", "((sel | sel_a) & sel_b)");
        row("parentheses without blanks", "(sel)and(sel_a)", "(sel & sel_a)");
        row("line breaks", "sel\n  and\tsel_a", "(sel & sel_a)");
        row("1 of", "1 of sel_*", "(sel_a | sel_b)");
        row("any of", "any of sel_*", "(sel_a | sel_b)");
        row("all of", "all of sel_*", "(sel_a & sel_b)");
        row("1 of binds before not", "not 1 of sel_*", "!(sel_a | sel_b)");
        row("1 of a name", "1 of sel", "sel");
        row("star in the middle", "1 of s*_b", "sel_b");
        row("star at the start", "1 of *_x", "filter_x");
        row("all of them leaves _ out", "all of them",
            "(sel & sel_a & sel_b & filter_x & notepad & order & OR & a-b)");
        row("pattern with _ finds _", "1 of _*", "_hidden");
        row("keywords are whole words", "notepad and order", "(notepad & order)");
        row("keywords in upper case", "sel AND NOT sel_a", "(sel & !sel_a)");
        row("a name that is a keyword in upper case", "OR", "OR");
        row("hyphen in a name", "a-b", "a-b");
    }
    void binds()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        const auto condition = parsed(text.toStdString());
        QVERIFY2(condition, condition ? "" : condition.error().detail.c_str());
        QCOMPARE(QByteArray::fromStdString(printed(*condition)), expected);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("offset");
        const auto row = [](const char *name, const char *text, ErrorCode code, int offset) {
            QTest::newRow(name) << QByteArray(text) << static_cast<int>(code) << offset;
        };
        row("empty", "", ErrorCode::Corrupt, 0);
        row("blank", "  ", ErrorCode::Corrupt, 2);
        row("unknown name", "sel and nothing", ErrorCode::Corrupt, 8);
        row("name with a star alone", "sel_*", ErrorCode::Corrupt, 0);
        row("no operand", "sel and", ErrorCode::Corrupt, 7);
        row("no operator", "sel sel_a", ErrorCode::Corrupt, 4);
        row("operator first", "and sel", ErrorCode::Corrupt, 0);
        row("open parenthesis", "(sel", ErrorCode::Corrupt, 4);
        row("closing parenthesis", "sel)", ErrorCode::Corrupt, 3);
        row("empty parentheses", "()", ErrorCode::Corrupt, 1);
        row("2 of", "2 of sel_*", ErrorCode::Unsupported, 0);
        row("1 of nothing", "1 of", ErrorCode::Corrupt, 4);
        row("1 of no match", "1 of nothing*", ErrorCode::Corrupt, 5);
        row("pattern does not find _", "1 of *hidden", ErrorCode::Corrupt, 5);
        row("aggregation", "sel | count() > 5", ErrorCode::Unsupported, 4);
        row("other characters", "sel & sel_a", ErrorCode::Corrupt, 4);
        row("control character", "sel \x01", ErrorCode::Corrupt, 4);
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, code);
        QFETCH(int, offset);
        const auto condition = parsed(text.toStdString());
        QVERIFY(!condition);
        QCOMPARE(static_cast<int>(condition.error().code), code);
        QCOMPARE(static_cast<int>(condition.error().offset.value_or(999)), offset);
    }

    void warnsOfUpperCase_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("offset");
        QTest::newRow("lower case") << QByteArray("not sel and (sel_a or sel_b)") << -1;
        QTest::newRow("AND") << QByteArray("sel AND sel_a") << 4;
        QTest::newRow("OR") << QByteArray("sel  OR sel_a") << 5;
        QTest::newRow("NOT") << QByteArray("NOT sel") << 0;
        QTest::newRow("the first of several") << QByteArray("sel and (sel_a OR NOT sel_b AND sel)") << 15;
        QTest::newRow("a selection of that name") << QByteArray("sel and OR") << -1;
    }
    void warnsOfUpperCase()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, offset);
        std::vector<Error> warnings;
        auto names = kNames;
        if (text != "sel and OR")
            std::erase(names, "OR");
        QVERIFY(parseCondition(text.toStdString(), names, warnings));
        QCOMPARE(warnings.size(), std::size_t{offset < 0 ? 0u : 1u});
        if (offset >= 0)
            QCOMPARE(static_cast<int>(warnings[0].offset.value_or(999)), offset);
    }

    void depthIsLimited()
    {
        const auto nested = [](int depth) {
            const auto count = static_cast<std::size_t>(depth);
            return std::string(count, '(') + "sel" + std::string(count, ')');
        };
        QVERIFY(parsed(nested(kMaxConditionDepth)));
        const auto tooDeep = parsed(nested(kMaxConditionDepth + 1));
        QVERIFY(!tooDeep);
        QCOMPARE(tooDeep.error().code, ErrorCode::TooLarge);
        QVERIFY(!parsed(std::string(30'000, '(')));
    }

    void manyNotsNeedNoStack()
    {
        std::string text;
        for (int i = 0; i < 100'001; ++i)
            text += "not ";
        const auto condition = parsed(text + "sel");
        QVERIFY(condition);
        QCOMPARE(QByteArray::fromStdString(printed(*condition)), QByteArray("!sel"));
    }

    void termsAreLimited()
    {
        std::string text = "sel";
        for (std::size_t i = 0; i < kMaxConditionTerms; ++i)
            text += " or sel";
        const auto condition = parsed(text);
        QVERIFY(!condition);
        QCOMPARE(condition.error().code, ErrorCode::TooLarge);
    }
};

QTEST_APPLESS_MAIN(TestCondition)
#include "tst_condition.moc"
