#include "model/evtx/eventreader.h"
#include "model/evtx/eventxml.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace lolscope;

namespace {

constexpr qsizetype kBlock = 256 * 1024; // what the reader reads at a time

struct Outcome
{
    QByteArrayList names; ///< The first field of every event.
    QList<quint64> offsets; ///< Of the events.
    QByteArrayList reasons; ///< Of the damage.
    QList<quint64> damageAt;
    quint64 lost = 0;
};

QByteArray one(const QByteArray &name)
{
    return "<Event "
           "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>1</EventID></"
           "System>"
           "<EventData><Data Name='x'>"
        + name + "</Data></EventData></Event>";
}

QByteArray utf16(const QByteArray &text, bool bigEndian)
{
    const QString wide = QString::fromUtf8(text);
    QByteArray bytes;
    for (const QChar c : wide) {
        const char low = static_cast<char>(c.unicode() & 0xff);
        const char high = static_cast<char>(c.unicode() >> 8);
        bytes.append(bigEndian ? high : low).append(bigEndian ? low : high);
    }
    return bytes;
}

} // namespace

class TestXmlReader : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    Outcome read(const QByteArray &bytes)
    {
        QFile file(m_dir.filePath(QStringLiteral("events.xml")));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write the file");
        file.close();
        Outcome outcome;
        auto reader = openEvents(file.fileName().toStdString());
        if (!reader) {
            outcome.reasons << QByteArray::fromStdString(describe(reader.error()));
            return outcome;
        }
        EventBatch batch;
        quint64 done = 0;
        for (;;) {
            const auto more = (*reader)->next(batch);
            if (!more) {
                outcome.reasons << QByteArray::fromStdString(describe(more.error()));
                return outcome;
            }
            if ((*reader)->bytesDone() < done || (*reader)->bytesDone() > static_cast<quint64>(bytes.size()))
                outcome.reasons << "bytesDone goes wrong";
            done = (*reader)->bytesDone();
            if (batch.events.size() > EventReader::kBatchEvents)
                outcome.reasons << "batch too large";
            for (const Event &given : batch.events) {
                const std::string_view name = given.data.empty() ? "(no data)" : given.data[0].value;
                outcome.names << QByteArray(name.data(), static_cast<qsizetype>(name.size()));
                outcome.offsets << given.offset.value();
            }
            for (const Damage &damage : batch.damage) {
                outcome.reasons << QByteArray::fromStdString(damage.reason);
                outcome.damageAt << damage.offset.value();
                outcome.lost += damage.records;
            }
            if (!*more)
                return outcome;
        }
    }

private Q_SLOTS:
    void readsEveryFormOfExport_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray a = one("a"), b = one("b\u00e4\U0001F600");
        const QByteArray declaration = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n";
        QTest::newRow("wevtutil: one after the other") << a + b;
        QTest::newRow("PowerShell: one a line") << a + "\r\n" + b + "\r\n";
        QTest::newRow("Event Viewer: declaration and root")
            << declaration + "<Events>" + a + b + "</Events>\r\n";
        QTest::newRow("root without a declaration") << "<Events>\n  " + a + "\n  " + b + "\n</Events>";
        QTest::newRow("another root, comments")
            << "<!DOCTYPE x><log day='1'>" + a + "<!-- <b> \n -->" + b + "</log><!-- end -->\n";
        QTest::newRow("end tag with blanks") << QByteArray(a).replace("</Event>", "</Event \n>") + b;
    }
    void readsEveryFormOfExport()
    {
        QFETCH(QByteArray, text);
        struct Form
        {
            const char *name;
            QByteArray bytes;
            int width;
            qsizetype mark;
        };
        const bool startsWithTag = text.startsWith('<');
        QList<Form> forms = {{"UTF-8", text, 1, 0},
                             {"UTF-8 with mark", "\xEF\xBB\xBF" + text, 1, 3},
                             {"UTF-16LE with mark", "\xFF\xFE" + utf16(text, false), 2, 2},
                             {"UTF-16BE with mark", "\xFE\xFF" + utf16(text, true), 2, 2}};
        if (startsWithTag) // without a mark that is how it is told
            forms << Form{"UTF-16LE", utf16(text, false), 2, 0} << Form{"UTF-16BE", utf16(text, true), 2, 0};
        for (const Form &form : forms) {
            const Outcome outcome = read(form.bytes);
            QVERIFY2(outcome.reasons.isEmpty(), form.name + (": " + outcome.reasons.value(0)));
            QCOMPARE(outcome.names, (QByteArrayList{"a", "b\u00e4\U0001F600"}));
            for (const quint64 offset : outcome.offsets) {
                const QByteArray start = form.bytes.mid(static_cast<qsizetype>(offset), 7 * form.width);
                QVERIFY2(QByteArray(start).replace('\0', "") == "<Event ", form.name);
            }
        }
    }

    void whatIsLeftOfAnEventIsNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArrayList>("names");
        QTest::addColumn<QList<int>>("at");
        const QByteArray a = one("a"), b = one("b"), c = one("c"), root = "<Events>";
        const int first = int(a.size());
        const auto row = [](const char *name, const QByteArray &text, const QByteArrayList &names,
                            const QList<int> &at) { QTest::newRow(name) << text << names << at; };
        row("start tag with another letter", a + QByteArray(b).replace("<Event ", "<Fvent ") + c, {"a", "c"},
            {first});
        row("the same in the first event", QByteArray(a).replace("<Event ", "<Fvent ") + b, {"b"},
            {int(a.indexOf("<System>"))});
        row("the same in a root", root + QByteArray(a).replace("<Event ", "<Fvent ") + b + "</Events>", {"b"},
            {int(root.size())});
        row("start tag without its bracket", a + QByteArray(b).replace("<Event ", "Event ") + c, {"a", "c"},
            {first});
        row("start tag cut", a + b.mid(20) + c, {"a", "c"}, {first});
        row("begins inside an event", a.mid(30) + b, {"b"}, {0});
        row("ends in a start tag", root + a + "\n<Even", {"a"}, {int(root.size()) + first + 1});
        row("end tag alone", a + "</Event>" + b, {"a", "b"}, {first});
        row("two events without their start", a + b.mid(20) + b.mid(20) + c, {"a", "c"},
            {first, 2 * first - 20});
        row("text between", a + "\n--- 1 < 2 ---\n" + b, {"a", "b"}, {first + 1});
        row("far behind", a + QByteArray(2 * kBlock, ' ') + "x" + b, {"a", "b"}, {first + 2 * int(kBlock)});
    }
    void whatIsLeftOfAnEventIsNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArrayList, names);
        QFETCH(QList<int>, at);
        const Outcome outcome = read(text);
        QCOMPARE(outcome.names, names);
        QList<int> places;
        for (const quint64 place : outcome.damageAt)
            places << int(place);
        QCOMPARE(places, at);
        QCOMPARE(outcome.lost, quint64(at.size()));
    }

    void tellsWhatTheFileIs_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("expected");
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("other XML") << QByteArray("<?xml version='1.0'?><html/>") << false;
        QTest::newRow("another element") << QByteArray("<EventData>x</EventData>") << false;
        QTest::newRow("root without events") << QByteArray("<Events></Events>") << true;
        QTest::newRow("event far behind") << QByteArray(70000, ' ') + one("a") << false;
        QTest::newRow("event not far behind") << QByteArray(60000, ' ') + one("a") << true;
        QTest::newRow("an empty event") << QByteArray("<Event/>") << true;
    }
    void tellsWhatTheFileIs()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, expected);
        QFile file(m_dir.filePath(QStringLiteral("kind")));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(bytes) == bytes.size());
        file.close();
        const auto reader = openEvents(file.fileName().toStdString());
        QCOMPARE(reader.has_value(), expected);
        if (!reader)
            QCOMPARE(reader.error().code, ErrorCode::Corrupt);
    }

    void anEventMayCarryEventsInItsData()
    {
        const QByteArray nested =
            "<Event><UserData><Event><UserData><x>in</x></UserData></Event><Event/></UserData></Event>";
        const Outcome outcome = read(nested + one("b"));
        QVERIFY2(outcome.reasons.isEmpty(), outcome.reasons.value(0));
        QCOMPARE(outcome.names, (QByteArrayList{"in", "b"}));
    }

    /// A bad element costs itself alone.
    void badElements_data()
    {
        QTest::addColumn<QByteArray>("bad");
        QTest::addColumn<int>("offset"); // of the damage within `bad`
        QTest::newRow("not well-formed") << QByteArray("<Event><a></b></Event>") << 12;
        QTest::newRow("empty element") << QByteArray("<Event><></Event>") << 8;
        QTest::newRow("end tag missing")
            << QByteArray("<Event><EventData><Data Name='x'>lost</Data></EventData>") << 0;
        QTest::newRow("start tag alone") << QByteArray("<Event>") << 0;
        QTest::newRow("cut inside a tag") << QByteArray("<Event><EventData><Data Na") << 0;
    }
    void badElements()
    {
        QFETCH(QByteArray, bad);
        QFETCH(int, offset);
        QByteArray many;
        QByteArrayList names = {"before"};
        for (int i = 0; i < 2000; ++i) {
            many += one(QByteArray::number(i));
            names << QByteArray::number(i);
        }
        const QByteArray before = one("before\u00e4") + "\n";
        names[0] = "before\u00e4";
        const Outcome outcome = read(before + bad + "\n" + many);
        QCOMPARE(outcome.names, names);
        QCOMPARE(outcome.lost, 1u);
        QVERIFY(qAbs(qint64(outcome.damageAt.value(0)) - (before.size() + offset)) <= 2);

        // The same in UTF-16: the damage is where the file has it.
        const Outcome wide = read("\xFF\xFE" + utf16(before + bad + "\n" + many, false));
        QCOMPARE(wide.names, names);
        QVERIFY(qAbs(qint64(wide.damageAt.value(0)) - (2 + 2 * QString::fromUtf8(before).size() + 2 * offset))
                <= 4);
    }

    void manyOpenTagsTakeLinearTime()
    {
        QElapsedTimer timer;
        timer.start();
        constexpr int kTags = 400'000;
        const Outcome outcome = read(QByteArray("<Event>").repeated(kTags) + one("end"));
        QCOMPARE(outcome.names, QByteArrayList{"end"});
        QCOMPARE(outcome.lost, quint64{kTags});
        QVERIFY2(timer.elapsed() < 30'000, "quadratic"); // some 0.3 s when linear, minutes when not
    }

    void theLastElementMayBeCutAnywhere()
    {
        const QByteArray whole = one("b");
        for (qsizetype length = 7; length < whole.size(); ++length) {
            const Outcome outcome = read(one("a") + whole.first(length));
            QCOMPARE(outcome.names, QByteArrayList{"a"});
            QCOMPARE(outcome.lost, 1u);
            QCOMPARE(outcome.damageAt, QList<quint64>{static_cast<quint64>(one("a").size())});
        }
    }

    void anElementPastTheLimitCostsItselfAlone_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<bool>("read");
        const qint64 limit = kMaxEventXmlBytes;
        QTest::newRow("at the limit") << limit << true;
        QTest::newRow("a byte past it") << limit + 1 << false;
        QTest::newRow("a block past it") << limit + kBlock + 1 << false;
        QTest::newRow("thrice") << 3 * limit << false;
    }
    void anElementPastTheLimitCostsItselfAlone()
    {
        QFETCH(qint64, size);
        QFETCH(bool, read);
        const QByteArray filled = QByteArray(size - one("").size(), 'x');
        const Outcome outcome = this->read(one("a") + one(filled) + one("b") + one("c"));
        QCOMPARE(outcome.names.size(), read ? 4 : 3);
        QCOMPARE(outcome.names.last(), QByteArray("c"));
        QCOMPARE(outcome.lost, read ? 0u : 1u);
        QCOMPARE(outcome.damageAt.size(), read ? 0 : 1);
        if (!read)
            QCOMPARE(outcome.damageAt[0], static_cast<quint64>(one("a").size()));
    }

    void declaredEncodingsAreReadOrNamed_data()
    {
        QTest::addColumn<QByteArray>("declared");
        QTest::addColumn<QByteArray>("inner");
        QTest::addColumn<QByteArray>("expected"); // empty: refused
        QTest::newRow("Latin-1") << QByteArray("ISO-8859-1") << QByteArray("b\xE4\x85")
                                 << QByteArray("b\u00e4\u0085");
        QTest::newRow("Windows-1252") << QByteArray("windows-1252") << QByteArray("\x80\x93\xE4\x81")
                                      << QByteArray("\u20ac\u201c\u00e4\u0081");
        QTest::newRow("UTF-8") << QByteArray("utf-8") << QByteArray("\u00e4") << QByteArray("\u00e4");
        QTest::newRow("rewritten as UTF-8")
            << QByteArray("UTF-16") << QByteArray("\u00e4") << QByteArray("\u00e4");
        QTest::newRow("ASCII") << QByteArray("us-ascii") << QByteArray("a") << QByteArray("a");
        QTest::newRow("Shift JIS") << QByteArray("Shift_JIS") << QByteArray("\x83\x5C") << QByteArray();
        QTest::newRow("code page 1251") << QByteArray("windows-1251") << QByteArray("\xE4") << QByteArray();
    }
    void declaredEncodingsAreReadOrNamed()
    {
        QFETCH(QByteArray, declared);
        QFETCH(QByteArray, inner);
        QFETCH(QByteArray, expected);
        const QByteArray head = "<?xml version='1.0' encoding = '" + declared + "'?>\n<Events>";
        const Outcome outcome = read(head + one(inner) + one("c") + "</Events>");
        if (expected.isEmpty()) {
            QCOMPARE(outcome.reasons.size(), 1);
            QVERIFY2(outcome.reasons[0].contains("events.xml: event XML in the encoding '"
                                                 + declared.toLower() + "', which is not read"),
                     outcome.reasons[0].constData());
            return;
        }
        QCOMPARE(outcome.names, (QByteArrayList{expected, "c"}));
        QCOMPARE(outcome.offsets[1], static_cast<quint64>(head.size() + one(inner).size()));
        QVERIFY(outcome.reasons.isEmpty());
    }

    void declaredUtf16IsRead()
    {
        for (const bool bigEndian : {false, true}) {
            const Outcome outcome =
                read(utf16("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + one("\u00e4"), bigEndian));
            QCOMPARE(outcome.names, QByteArrayList{"\u00e4"});
            QVERIFY(outcome.reasons.isEmpty());
        }
    }

    void whatIsReplacedIsCounted()
    {
        const QByteArray text = one("a") + one("b\xE4\xF6") + one("\xFF");
        const Outcome outcome = read(text);
        QCOMPARE(outcome.names, (QByteArrayList{"a", "b\uFFFD\uFFFD", "\uFFFD"}));
        QCOMPARE(outcome.reasons.size(), 1);
        QVERIFY2(outcome.reasons[0].startsWith("3 bytes or characters are not of the file's encoding"),
                 outcome.reasons[0].constData());
        QCOMPARE(outcome.damageAt[0], static_cast<quint64>(one("a").size()));
        QCOMPARE(outcome.lost, quint64{0});
        const Outcome wide =
            read(utf16(one("aQb"), false).replace(utf16("Q", false), QByteArray("\x3D\xD8", 2)));
        QCOMPARE(wide.reasons.size(), 1);
        QVERIFY(wide.reasons[0].startsWith("a byte or character is not of"));
    }

    /// Tags and characters fall on every side of the place where a block ends.
    void blocksMayEndAnywhere()
    {
        const QByteArray second = one("b\u00e4\U0001F600");
        for (qsizetype before = -second.size() - 2; before <= 2; ++before) {
            const QByteArray filler = QByteArray(kBlock + before - one("").size(), 'x');
            const QByteArray text = one(filler) + second + one("c");
            const Outcome outcome = read(text);
            QCOMPARE(outcome.names, (QByteArrayList{filler, "b\u00e4\U0001F600", "c"}));
            QVERIFY(outcome.reasons.isEmpty());
            QCOMPARE(outcome.offsets[2], static_cast<quint64>(text.size() - one("c").size()));
        }
    }

    void blocksMayEndAnywhereInUtf16()
    {
        const QByteArray second = one("b\u00e4\U0001F600");
        const qsizetype units = QString::fromUtf8(second).size();
        const qsizetype frame = one("").size();
        for (qsizetype before = -units - 2; before <= 2; ++before) {
            const QByteArray filler = QByteArray(kBlock / 2 + before - frame, 'x');
            // No mark: an odd one would shift the blocks against the units.
            const QByteArray text = utf16(one(filler) + second + one("c"), true);
            const Outcome outcome = read(text);
            QCOMPARE(outcome.names, (QByteArrayList{filler, "b\u00e4\U0001F600", "c"}));
            QCOMPARE(outcome.offsets[2], static_cast<quint64>(text.size() - 2 * one("c").size()));
        }
    }

    void unpairedSurrogatesBecomeReplacements()
    {
        QByteArray text = utf16(one("aQb"), false);
        const QByteArray q = utf16("Q", false);
        const Outcome high = read(QByteArray(text).replace(q, QByteArray("\x3D\xD8", 2)));
        QCOMPARE(high.names, QByteArrayList{"a\uFFFDb"});
        const Outcome low = read(QByteArray(text).replace(q, QByteArray("\x00\xDE", 2)));
        QCOMPARE(low.names, QByteArrayList{"a\uFFFDb"});
        const Outcome twoHigh = read(QByteArray(text).replace(q, QByteArray("\x3D\xD8\x3D\xD8\x00\xDE", 6))
                                     + utf16(one("c"), false));
        QCOMPARE(twoHigh.names, (QByteArrayList{"a\uFFFD\U0001F600b", "c"}));
        QCOMPARE(twoHigh.offsets[1], static_cast<quint64>(text.size() + 4));
        const Outcome odd = read(text + "\x3D");
        QCOMPARE(odd.names, QByteArrayList{"aQb"});
    }

    void givesBatchesInFileOrder()
    {
        QByteArray text;
        QByteArrayList names;
        for (int i = 0; i < 2 * static_cast<int>(EventReader::kBatchEvents) + 1; ++i) {
            names << QByteArray::number(i);
            text += one(names.last());
        }
        const Outcome outcome = read(text);
        QCOMPARE(outcome.names, names);
        QVERIFY(outcome.reasons.isEmpty());
    }

    void batchesHoldAMebibyteAndOneEventMore()
    {
        constexpr int kEvents = 60;
        QByteArray xml;
        for (int i = 0; i < kEvents; ++i)
            xml += "<Event><System><EventRecordID>" + QByteArray::number(i)
                + "</EventRecordID></System><EventData>"
                  "<Data Name='A'>"
                + QByteArray(200'000, 'x') + "</Data></EventData></Event>";
        QFile file(m_dir.filePath(QStringLiteral("large.xml")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(xml) == xml.size());
        file.close();
        const auto reader = openEvents(file.fileName().toStdString());
        QVERIFY(reader);
        EventBatch batch;
        std::size_t events = 0, batches = 0;
        for (; (*reader)->next(batch).value(); ++batches) {
            QVERIFY(batch.bytes() < EventReader::kBatchBytes + 600'000);
            events += batch.events.size();
        }
        QCOMPARE(events, std::size_t(kEvents));
        QVERIFY(batches > 8);
    }

    void opensNothingButFiles()
    {
        const auto missing = openEvents(m_dir.filePath(QStringLiteral("missing.xml")).toStdString());
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::Io);
        const auto folder = openEvents(m_dir.path().toStdString());
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::Io);
        QCOMPARE(folder.error().source, m_dir.path().toStdString());
    }
};

QTEST_APPLESS_MAIN(TestXmlReader)
#include "tst_xmlreader.moc"
