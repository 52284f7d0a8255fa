#include "detection/engine/literalset.h"
#include "model/base/text.h"

#include <QtTest>

#include <random>
#include <set>

using namespace lolscope;

namespace {

using Literal = LiteralSet::Literal;

std::set<std::uint32_t> found(const LiteralSet &set, std::string_view text)
{
    std::set<std::uint32_t> numbers;
    set.scan(text, [&](std::uint32_t number) { numbers.insert(number); });
    return numbers;
}

/// What the header promises, said as plainly as possible.
bool isIn(const Literal &literal, const std::string &text, bool hasCase)
{
    const std::string look = hasCase ? text : foldCase(text);
    const auto trimmed = look.substr(0, look.find_last_not_of(' ') + 1);
    for (std::size_t at = look.find(literal.text); at != std::string::npos;
         at = look.find(literal.text, at + 1)) {
        const auto end = at + literal.text.size();
        const bool startFits = !literal.atStart || at == 0;
        const bool endFits =
            !literal.atEnd || end == look.size() || (literal.overlookBlanks && end == trimmed.size());
        if (startFits && endFits)
            return true;
    }
    return false;
}

} // namespace

class TestLiteralSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QByteArray>("literal");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *literal, const char *text, bool expected) {
            QTest::newRow(name) << QByteArray(literal) << QByteArray(text) << expected;
        };
        row("long", "powershell", "C:\\PowerShell.exe", true);
        row("long, alone", "powershell", "POWERSHELL", true);
        row("long, one character less", "powershell", "powershel", false);
        row("four characters at the end", ".exe", "a.EXE", true);
        row("three", "abc", "xxABCxx", true);
        row("three, text of two", "abc", "ab", false);
        row("two at the start", "c:", "C:\\", true);
        row("one", "-", "a-b", true);
        row("one, none", "-", "ab", false);
        row("characters that only differ in the bit of case are others", "[abc]", "{abc}", false);
        row("at sign and grave", "@@@@", "````", false);
        row("umlaut, folded text", "\u00e4\u00f6", "x\u00e4\u00f6", true);
        row("empty text", "a", "", false);
        row("NUL", "a\\0", "a\\0", true);
    }
    void finds()
    {
        QFETCH(QByteArray, literal);
        QFETCH(QByteArray, text);
        QFETCH(bool, expected);
        LiteralSet set;
        set.add({literal.toStdString()});
        set.build();
        QCOMPARE(!found(set, text.toStdString()).empty(), expected);
    }

    void nothingIsInAnEmptySet()
    {
        LiteralSet set;
        set.build();
        QVERIFY(found(set, "anything").empty());
        QVERIFY(found(LiteralSet(), "anything").empty());
    }

    /// Sets of every size over texts of few letters, so that pieces meet often.
    void agreesWithALookForEachLiteral_data()
    {
        QTest::addColumn<int>("literals");
        QTest::addColumn<bool>("hasCase");
        for (const int literals : {1, 3, 20, 300, 4000})
            for (const bool hasCase : {false, true})
                QTest::addRow("%d literals, %s case", literals, hasCase ? "with" : "without")
                    << literals << hasCase;
    }
    void agreesWithALookForEachLiteral()
    {
        QFETCH(int, literals);
        QFETCH(bool, hasCase);
        std::mt19937 random(20'260'101U + static_cast<unsigned>(literals));
        const auto text = [&](std::size_t length) {
            static constexpr std::string_view kLetters = "abAB \\.-@`";
            std::string made;
            for (std::size_t i = 0; i < length; ++i)
                made += kLetters[random() % kLetters.size()];
            return made;
        };
        LiteralSet set(hasCase);
        std::vector<Literal> kept;
        for (int i = 0; i < literals; ++i) {
            auto word = text(1 + random() % 9);
            Literal literal{hasCase ? word : foldCase(word), random() % 4 == 0, random() % 4 == 0,
                            random() % 2 == 0};
            QCOMPARE(set.add(literal), static_cast<std::uint32_t>(i));
            kept.push_back(std::move(literal));
        }
        set.build();
        for (int round = 0; round < 200; ++round) {
            const auto look = text(random() % 40) + std::string(random() % 3, ' ');
            const auto numbers = found(set, look);
            for (std::uint32_t i = 0; i < kept.size(); ++i)
                QVERIFY2(numbers.contains(i) == isIn(kept[i], look, hasCase),
                         (kept[i].text + " in " + look).c_str());
        }
    }

    void similarLiteralsHaveDifferentPieces()
    {
        LiteralSet set;
        for (int i = 0; i < 5000; ++i)
            set.add({"\\windows\\system32\\tool" + std::to_string(i * 7919) + ".exe"});
        set.build();
        QVERIFY2(set.fullestBucket() < 40, std::to_string(set.fullestBucket()).c_str());
    }

    void hostileTextsStayFast()
    {
        LiteralSet set;
        for (int i = 0; i < 2000; ++i)
            set.add({std::string(static_cast<std::size_t>(4 + i % 60), 'a') + std::to_string(i)});
        set.build();
        QElapsedTimer timer;
        timer.start();
        set.scan(std::string(1 << 20, 'a'), [](std::uint32_t) {});
        set.scan(std::string(1 << 20, '1'), [](std::uint32_t) {});
        QVERIFY2(timer.elapsed() < 5'000, "2 MiB of hostile text took seconds");
    }
};

QTEST_APPLESS_MAIN(TestLiteralSet)
#include "tst_literalset.moc"
