#include "model/evtx/eventxml.h"
#include "model/evtx/helperframes.h"

#include <QTest>

using namespace lolscope;
using Kind = HelperFrame::Kind;

namespace {

std::string bytesOf(const std::vector<HelperFrame> &frames)
{
    std::string bytes;
    for (const HelperFrame &frame : frames)
        appendFrame(bytes, frame);
    return bytes;
}

const std::vector<HelperFrame> kGood = {{Kind::Hello, HelperFrame::kVersion},
                                        {Kind::Opened, 3},
                                        {Kind::Record, 0xffffffffffffffff, false, "<Event/>"},
                                        {Kind::Refused, 5, true, "why"},
                                        {Kind::Record, 6, true, ""},
                                        {Kind::End}};

struct Heard
{
    QStringList frames;
    QString error;
    bool complete = false;
};

/// Hears the stream in pieces of `piece` bytes.
Heard hear(const std::string &bytes, std::size_t piece)
{
    Heard heard;
    HelperFrames frames(100);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const std::string part = bytes.substr(at, piece);
        frames.append({reinterpret_cast<const std::uint8_t *>(part.data()), part.size()});
        for (;;) {
            const auto frame = frames.next();
            if (!frame) {
                heard.error = QString::fromStdString(frame.error().detail);
                return heard;
            }
            if (!*frame)
                break;
            heard.frames << QStringLiteral("%1 %2 %3 %4")
                                .arg(QChar(QLatin1Char(static_cast<char>((*frame)->kind))))
                                .arg((*frame)->number)
                                .arg((*frame)->recovered)
                                .arg(QString::fromUtf8((*frame)->text.data(),
                                                       qsizetype((*frame)->text.size())));
        }
    }
    heard.complete = frames.isComplete();
    return heard;
}

} // namespace

class TestHelperFrames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comeAsTheyWereSaid()
    {
        const std::string bytes = bytesOf(kGood);
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
            const Heard heard = hear(bytes, piece);
            QCOMPARE(heard.error, QString());
            QVERIFY(heard.complete);
            QCOMPARE(
                heard.frames.join(QLatin1Char('|')),
                QStringLiteral("H 1 0 |O 3 0 |R 18446744073709551615 0 <Event/>|X 5 1 why|R 6 1 |E 0 0 "));
        }
    }

    void aCutStreamIsNotComplete()
    {
        const std::string bytes = bytesOf(kGood);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const Heard heard = hear(bytes.substr(0, size), 1);
            QCOMPARE(heard.error, QString());
            QVERIFY(!heard.complete);
        }
    }

    void everyChangedByteIsNoticed()
    {
        const std::string bytes = bytesOf(kGood);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            for (const int bit : {0, 7}) {
                std::string forged = bytes;
                forged[i] = static_cast<char>(forged[i] ^ (1 << bit));
                QVERIFY(!hear(forged, forged.size()).complete);
            }
    }

    void whatIsOutOfOrderIsRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char *name, const std::vector<HelperFrame> &frames) {
            QTest::newRow(name) << QByteArray::fromStdString(bytesOf(frames));
        };
        const HelperFrame hello = {Kind::Hello, HelperFrame::kVersion};
        const HelperFrame record = {Kind::Record, 1, false, "<Event/>"};
        row("no greeting", {{Kind::Opened, 1}});
        row("two greetings", {hello, hello});
        row("another version", {{Kind::Hello, 2}});
        row("opened twice", {hello, {Kind::Opened, 1}, {Kind::Opened, 1}});
        row("a record unannounced", {hello, record});
        row("a record too many", {hello, {Kind::Opened, 1}, record, record});
        row("an end too soon", {hello, {Kind::Opened, 1}, {Kind::End}});
        row("more records than can be", {hello, {Kind::Opened, 101}});
        row("a record of what cannot be opened", {hello, {Kind::Failed}, record});
        row("more behind the end", {hello, {Kind::Opened, 0}, {Kind::End}, {Kind::End}});
        row("unknown kind", {hello, {static_cast<Kind>('Z')}});
        QTest::newRow("a frame too short") << QByteArray(9, '\0');
        QTest::newRow("a frame too long") << QByteArray("\xff\xff\xff\xff\0\0\0\0H", 9);
        std::string large;
        appendFrame(large, {Kind::Hello, 1, false, std::string(kMaxEventXmlBytes + 1, 'x')});
        QTest::newRow("a text too long") << QByteArray::fromStdString(large);
    }
    void whatIsOutOfOrderIsRefused()
    {
        QFETCH(QByteArray, bytes);
        const Heard heard = hear(bytes.toStdString(), std::size_t(bytes.size()));
        QVERIFY(!heard.error.isEmpty());
        QVERIFY(!heard.complete);
    }

    void aFaultStays()
    {
        HelperFrames frames(1);
        const std::string bad(20, '\xff');
        const std::string good = bytesOf(kGood);
        frames.append({reinterpret_cast<const std::uint8_t *>(bad.data()), bad.size()});
        QVERIFY(!frames.next());
        frames.append({reinterpret_cast<const std::uint8_t *>(good.data()), good.size()});
        QVERIFY(!frames.next());
        QVERIFY(!frames.isComplete());
    }
};

QTEST_APPLESS_MAIN(TestHelperFrames)
#include "tst_helperframes.moc"
