#include "model/evtx/eventxml.h"
#include "model/evtx/evtxreader.h"
#include "tests/model/evtx/evtxbytes.h"
#include "tests/model/evtx/libevtxreader.h"
#include "tests/model/evtx/libevtxrenderings.h"
#include "tests/support/reallogs.h"

#include <QDir>
#include <QDirIterator>
#include <QTest>

#include <map>
#include <pugixml.hpp>

using namespace lolscope;

namespace {

bool isElement(const pugi::xml_node &node)
{
    return node.type() == pugi::node_element;
}

pugi::xml_node nextElement(pugi::xml_node node)
{
    while (node && !isElement(node))
        node = node.next_sibling();
    return node;
}

std::string textOf(const pugi::xml_node &node)
{
    std::string text;
    for (const auto &child : node.children())
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
            text += child.value();
    // Beside elements there are only the blanks of indentation.
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
    return blank && nextElement(node.first_child()) ? std::string() : text;
}

QString place(const pugi::xml_node &node)
{
    return QString::fromStdString(node.path());
}

/// Where the trees differ first; empty where they are one, but for the values that libevtx is known to render
/// otherwise.
QString difference(const pugi::xml_node &ours, const pugi::xml_node &theirs)
{
    if (std::string_view(ours.name()) != theirs.name())
        return place(ours) + QStringLiteral(", libevtx ") + place(theirs);
    auto its = theirs.first_attribute();
    for (const auto &own : ours.attributes()) {
        if (std::string_view(own.name()) != its.name())
            return place(ours)
                + QStringLiteral(": attribute %1, libevtx %2")
                      .arg(QString::fromUtf8(own.name()), QString::fromUtf8(its.name()));
        if (!test::agrees(own.value(), its.value()))
            return place(ours)
                + QStringLiteral(": %1=%2, libevtx %3")
                      .arg(QString::fromUtf8(own.name()), QString::fromUtf8(own.value()),
                           QString::fromUtf8(its.value()));
        its = its.next_attribute();
    }
    if (its)
        return place(ours) + QStringLiteral(": libevtx has attribute ") + QString::fromUtf8(its.name());
    if (!test::agrees(textOf(ours), textOf(theirs)))
        return place(ours)
            + QStringLiteral("=%1, libevtx %2")
                  .arg(QString::fromStdString(textOf(ours)), QString::fromStdString(textOf(theirs)));
    auto other = nextElement(theirs.first_child());
    for (auto own = nextElement(ours.first_child()); own; own = nextElement(own.next_sibling())) {
        if (!other)
            return place(own) + QStringLiteral(", libevtx nothing");
        if (const QString found = difference(own, other); !found.isEmpty())
            return found;
        other = nextElement(other.next_sibling());
    }
    return other ? QStringLiteral("libevtx has ") + place(other) : QString();
}

struct Record
{
    std::string xml;
    test::Copied event;
};

std::map<std::uint64_t, Record> recordsOf(Result<std::unique_ptr<EventReader>> reader)
{
    std::map<std::uint64_t, Record> records;
    EventBatch batch;
    for (bool more = reader.has_value(); more;) {
        more = (*reader)->next(batch).value_or(false);
        for (const Event &event : batch.events)
            if (!event.recovered && event.offset)
                records[*event.offset] = {std::string(event.xml), test::copied(event)};
    }
    return records;
}

} // namespace

/// The XML of records, over the real logs: it has the structure that libevtx finds, which shares no code with
/// it, and the fields that our decoder gives without it.
class TestXmlDifferential : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasTheStructureThatLibevtxFinds_data() { realFiles(); }
    void hasTheStructureThatLibevtxFinds()
    {
        if (realLogs().isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
        QFETCH(QString, path);
        const auto ours = recordsOf(openEvtx(path.toStdString(), {.xml = true}));
        for (const auto &[offset, theirs] : recordsOf(test::openWithLibevtx(path.toStdString()))) {
            QVERIFY(ours.contains(offset));
            pugi::xml_document own;
            pugi::xml_document its;
            const std::string &xml = ours.at(offset).xml;
            // Line ends are part of the values; libevtx writes them as they are.
            const unsigned options = (pugi::parse_default & ~pugi::parse_eol) | pugi::parse_ws_pcdata_single;
            QVERIFY2(own.load_buffer(xml.data(), xml.size(), options), xml.c_str());
            QVERIFY2(its.load_buffer(theirs.xml.data(), theirs.xml.size(), options), theirs.xml.c_str());
            const QString found = difference(own.document_element(), its.document_element());
            QVERIFY2(found.isEmpty(), qPrintable(QStringLiteral("at %1: ").arg(offset) + found));
        }
    }

    void hasTheFieldsThatTheDecoderGives_data() { realFiles(); }
    void hasTheFieldsThatTheDecoderGives()
    {
        if (realLogs().isEmpty())
            QSKIP("the real logs are absent; LOLSCOPE_REAL_LOGS may name their folder");
        QFETCH(QString, path);
        for (const auto &[offset, record] : recordsOf(openEvtx(path.toStdString(), {.xml = true}))) {
            EventBatch batch;
            auto again = parseEventXml(record.xml, batch);
            QVERIFY2(again, record.xml.c_str());
            again->offset = offset;
            again->chunk = record.event.chunk;
            again->headerRecordId = record.event.headerRecordId;
            const test::Copied read = test::copied(*again);
            QVERIFY2(read == record.event, record.xml.c_str());
        }
    }

private:
    static void realFiles()
    {
        QTest::addColumn<QString>("path");
        QStringList files;
        if (const QString folder = realLogs(); !folder.isEmpty())
            for (QDirIterator it(folder, {QStringLiteral("*.evtx")}, QDir::Files,
                                 QDirIterator::Subdirectories);
                 it.hasNext();)
                files << it.next();
        files.sort();
        for (const QString &path : files.isEmpty() ? QStringList(QString()) : files)
            QTest::newRow(qPrintable(QDir(realLogs()).relativeFilePath(path))) << path;
    }
};

QTEST_GUILESS_MAIN(TestXmlDifferential)
#include "tst_xmldifferential.moc"
