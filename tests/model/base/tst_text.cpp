#include "model/base/text.h"

#include <QtTest>

using namespace lolscope;

namespace {

void textRow(const char *name, const QByteArray &text, const QByteArray &expected)
{
    QTest::newRow(name) << text << expected;
}

QByteArray bytes(const std::string &text)
{
    return QByteArray::fromStdString(text);
}

void textColumns()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
}

} // namespace

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void foldsCase_data()
    {
        textColumns();
        textRow("empty", "", "");
        textRow("ASCII", R"(C:\Windows\MSHTA.EXE [@Z])", R"(c:\windows\mshta.exe [@z])");
        textRow("Latin", "ÄÖÜ Éé", "äöü éé");
        textRow("Greek and Cyrillic", "ΑΩ ЖЯ", "αω жя");
        textRow("full width", "ＭＳＨＴＡ", "ｍｓｈｔａ");
        textRow("Kelvin sign is k", "\u212A", "k");
        textRow("sharp s stays", "ß", "ß");
        textRow("beyond the BMP", "\U00010400", "\U00010428");
        textRow("ill-formed bytes stay",
                "\xFF"
                "Ä\xC3",
                "\xFF"
                "ä\xC3");
        textRow("NUL inside", QByteArray("A\0Ä", 4), QByteArray("a\0ä", 4));
    }
    void foldsCase()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(bytes(foldCase(text.toStdString())), expected);
        QVERIFY(equalsFolded(text.toStdString(), expected.toStdString()));
        QVERIFY(!equalsFolded(text.toStdString(), expected.toStdString() + "x"));
        QVERIFY(!equalsFolded(text.toStdString() + "é", expected.toStdString() + "x"));
    }

    void baseNames_data()
    {
        textColumns();
        textRow("Windows path", R"(C:\Windows\System32\mshta.exe)", "mshta.exe");
        textRow("device path", R"(\device\harddiskvolume2\windows\svchost.exe)", "svchost.exe");
        textRow("slashes", "C:/Windows/mshta.exe", "mshta.exe");
        textRow("both", R"(C:\Windows/mshta.exe)", "mshta.exe");
        textRow("name alone", "System", "System");
        textRow("ends in a backslash", R"(C:\Windows\)", "");
        textRow("empty", "", "");
    }
    void baseNames()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(bytes(std::string(baseName(text.toStdString()))), expected);
    }

    /// The kinds of the Unicode Standard, table 3-7: one U+FFFD or more for each, and the text around it
    /// unharmed.
    void replacesIllFormedUtf8_data()
    {
        textColumns();
        const QByteArray bad = "\uFFFD";
        const auto row = [&](const char *name, const QByteArray &ill, int marks) {
            textRow(name, "a" + ill + "z", "a" + bad.repeated(marks) + "z");
        };
        row("continuation alone", "\x80", 1);
        row("two continuations", "\xBF\x80", 2);
        row("lead of two alone", "\xC3", 1);
        row("lead of three cut after one", "\xE2", 1);
        row("lead of three cut after two", "\xE2\x82", 2);
        row("lead of four cut after three", "\xF0\x9F\x98", 3);
        row("overlong slash of two", "\xC0\xAF", 2);
        row("overlong NUL", "\xC0\x80", 2);
        row("overlong slash of three", "\xE0\x80\xAF", 3);
        row("overlong of four", "\xF0\x80\x80\xAF", 4);
        row("high surrogate", "\xED\xA0\x80", 3);
        row("low surrogate", "\xED\xBF\xBF", 3);
        row("CESU-8 pair", "\xED\xA0\x80\xED\xB0\x80", 6);
        row("past U+10FFFF", "\xF4\x90\x80\x80", 4);
        row("F5", "\xF5\x80\x80\x80", 4);
        row("FE FF", "\xFE\xFF", 2);
        textRow("cut at the end", "ab\xE2\x82", "ab" + bad + bad);
        textRow("well-formed", "aÄ€\U0001F600\U0010FFFF\uFFFE\u202E", "aÄ€\U0001F600\U0010FFFF\uFFFE\u202E");
        textRow("NUL stays", QByteArray("ä\0b", 4), QByteArray("ä\0b", 4));
    }
    void replacesIllFormedUtf8()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(bytes(validUtf8(text.toStdString())), expected);
        QVERIFY2(QString::fromUtf8(expected).toUtf8() == expected, "the row's own expectation is valid");
    }

    void makesVisible_data()
    {
        textColumns();
        textRow("plain", "mshta <b>&amp; ä€", "mshta <b>&amp; ä€");
        textRow("right-to-left override", "gpj\u202E.exe", "gpj<U+202E>.exe");
        textRow("bidi isolates", "\u2066\u2067\u2068\u2069", "<U+2066><U+2067><U+2068><U+2069>");
        textRow("bidi marks", "\u200E\u200F\u061C", "<U+200E><U+200F><U+061C>");
        textRow("zero width", "a\u200Bb\u200Cc\u200Dd\u2060e\uFEFF",
                "a<U+200B>b<U+200C>c<U+200D>d<U+2060>e<U+FEFF>");
        textRow("soft hyphen", "ms\u00ADhta", "ms<U+00AD>hta");
        textRow("combining grapheme joiner", "a\u034Fb", "a<U+034F>b");
        textRow("Hangul fillers", "\u115F\u1160\u3164\uFFA0", "<U+115F><U+1160><U+3164><U+FFA0>");
        textRow("Khmer vowels without a shape", "\u17B4\u17B5", "<U+17B4><U+17B5>");
        textRow("variation selectors", "a\uFE0Fb\U000E0100", "a<U+FE0F>b<U+E0100>");
        textRow("tag characters", "\U000E0041", "<U+E0041>");
        textRow("C0", QByteArray("a\0\x07\x1B[31m\x7F", 9), "a<U+0000><U+0007><U+001B>[31m<U+007F>");
        textRow("C1", "\u0085\u009B", "<U+0085><U+009B>");
        textRow("line breaks", "a\r\nb\nc\rd", "a⏎⏎b⏎c⏎d");
        textRow("line and paragraph separator", "\u2028\u2029", "<U+2028><U+2029>");
        textRow("tab", "a\tb", "a⇥b");
        textRow("ill-formed",
                "a\xFF"
                "b",
                "a\uFFFD"
                "b");
        textRow("combining accent is not hidden", "e\u0301", "e\u0301");
    }
    void makesVisible()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(bytes(visible(text.toStdString())), expected);
    }

    void escapesWhatIsHiddenInJson_data()
    {
        textColumns();
        textRow("plain", "{\"a\":\"b\\n\"}\n", "{\"a\":\"b\\n\"}\n");
        textRow("shown letters stay", "\"Ä€\U0001F600\"", "\"Ä€\U0001F600\"");
        textRow("C1 and delete", "\"\u009B\x7F\"", "\"\\u009B\\u007F\"");
        textRow("bidi controls", "\"\u202E\u2066\"", "\"\\u202E\\u2066\"");
        textRow("a pair of surrogates", "\"\U000E0041\"", "\"\\uDB40\\uDC41\"");
    }
    void escapesWhatIsHiddenInJson()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(bytes(visibleJson(text.toStdString())), expected);
    }

    void defangs_data()
    {
        textColumns();
        textRow("address", "203.0.113.8", "203[.]0[.]113[.]8");
        textRow("name", "evil.example", "evil[.]example");
        textRow("name with its root", "evil.example.", "evil[.]example.");
        textRow("URL", "http://evil.example/a.hta", "hxxp://evil[.]example/a[.]hta");
        textRow("secure URL", "HTTPS://evil.example", "HXXPS://evil[.]example");
        textRow("mixed case", "hTtP://evil.example", "hXxP://evil[.]example");
        textRow("two in a command line", "mshta http://a.example & x https://b.example",
                "mshta hxxp://a[.]example & x hxxps://b[.]example");
        textRow("other scheme", "ftp://evil.example/x", "ftp[:]//evil[.]example/x");
        textRow("a name that begins like a scheme", "httpbin.example", "httpbin[.]example");
        textRow("end of a sentence", "done. next", "done. next");
        textRow("IPv6", "2001:db8::8", "2001:db8::8");
        textRow("empty", "", "");
        textRow("dots alone", "...", ".[.].");
    }
    void defangs()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(bytes(defanged(text.toStdString())), expected);
    }
};

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
