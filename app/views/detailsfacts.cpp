#include "app/views/detailsfacts.h"

#include "app/views/factsheet.h"
#include "detection/sigma/logsource.h"
#include "model/base/text.h"
#include "model/items/displaytext.h"

#include <QCoreApplication>

#include <utility>

namespace lolscope {

namespace {

struct Details
{
    Q_DECLARE_TR_FUNCTIONS(Details)
};

/// `SHA256` of `MD5=...,SHA256=...`; empty when it is not among them.
std::string_view hashOf(std::string_view hashes, std::string_view kind)
{
    while (!hashes.empty()) {
        const std::size_t comma = hashes.find(',');
        const std::string_view part = hashes.substr(0, comma);
        if (part.size() > kind.size() && part.substr(0, kind.size()) == kind && part[kind.size()] == '=')
            return part.substr(kind.size() + 1);
        hashes = comma == std::string_view::npos ? std::string_view() : hashes.substr(comma + 1);
    }
    return {};
}

QString repeats(const AlertRow &alert)
{
    const QString count = Details::tr("%n time(s)", nullptr, plural(alert.hits));
    if (alert.hits < 2 || !alert.firstSeen || !alert.lastSeen)
        return count;
    return Details::tr("%1 in %2").arg(count, durationText(*alert.lastSeen - *alert.firstSeen));
}

QString askedText(const ConnectionRow &connection)
{
    QString text = Details::tr("%1 · asked").arg(shown(connection.askedName));
    if (connection.askedTime && connection.time)
        text += QStringLiteral(", ") + offsetText(*connection.askedTime - *connection.time);
    if (!connection.askedBySameProcess)
        text += Details::tr(", by another process of the host");
    return text;
}

void addEndpoints(FactSheet &sheet, const ConnectionRow &connection)
{
    const std::string destination = endpoint(connection.destIp, connection.destPort);
    const std::string source = endpoint(connection.sourceIp, connection.sourcePort);
    sheet.addRow(Details::tr("Destination"), shown(destination + ' ' + connection.protocol), raw(destination),
                 FactSheet::Look::Fixed);
    sheet.addRow(Details::tr("Scope"), scopeText(connection.destScope), raw(connection.destScope));
    if (!connection.askedName.empty())
        sheet.addRow(Details::tr("Name"), askedText(connection), raw(connection.askedName),
                     FactSheet::Look::Fixed);
    else
        sheet.addRow(Details::tr("Name"), Details::tr("no DNS query answers this address"), {});
    if (!connection.reverseName.empty())
        sheet.addRow(Details::tr("Reverse"), Details::tr("%1 · reverse").arg(shown(connection.reverseName)),
                     raw(connection.reverseName), FactSheet::Look::Fixed);
    sheet.addRow(Details::tr("Source"), shown(source), raw(source), FactSheet::Look::Fixed);
    if (connection.initiated)
        sheet.addRow(Details::tr("Direction"),
                     *connection.initiated ? Details::tr("outgoing") : Details::tr("incoming"), {});
}

void addQuery(FactSheet &sheet, const DnsQueryRow &query)
{
    sheet.addRow(Details::tr("Name"), Details::tr("%1 · asked").arg(shown(query.name)), raw(query.name),
                 FactSheet::Look::Fixed);
    QString name = Details::tr("Answers");
    for (const std::string &answer : query.answers)
        sheet.addRow(std::exchange(name, QString()), answer);
    sheet.addRow(Details::tr("Status"), query.status);
}

void addTime(FactSheet &sheet, const std::optional<Timestamp> &time)
{
    sheet.addRow(Details::tr("Time (UTC)"), timeText(time), timeText(time), FactSheet::Look::Fixed);
}

} // namespace

void addNodeFacts(FactSheet &sheet, const TreeNode &node)
{
    if (const auto *process = std::get_if<ProcessRow>(&node.fact)) {
        addProcessFacts(sheet, *process);
        if (process->end && !process->endIsBound)
            sheet.addRow(Details::tr("Ended"), timeText(process->end), timeText(process->end),
                         FactSheet::Look::Fixed);
    } else if (const auto *connection = std::get_if<ConnectionRow>(&node.fact)) {
        sheet.addSection(Details::tr("Connection"));
        addTime(sheet, connection->time);
        addEndpoints(sheet, *connection);
        if (connection->fromSecurityLog)
            sheet.addRow(Details::tr("Record"), Details::tr("Security event 5156: knows less than Sysmon"),
                         {});
        sheet.addRow(Details::tr("Image"), connection->image);
        sheet.addRow(Details::tr("User"), connection->user, FactSheet::Look::Text);
    } else {
        sheet.addSection(Details::tr("DNS query"));
        addTime(sheet, std::get<DnsQueryRow>(node.fact).time);
        addQuery(sheet, std::get<DnsQueryRow>(node.fact));
    }
}

void addConnectionFacts(FactSheet &sheet, const AlertView &view)
{
    const AlertRow &alert = view.tree.alert;
    const bool isQuery = view.query || alert.protocol == "dns";
    sheet.addSection(view.connection ? Details::tr("Connection")
                         : isQuery   ? Details::tr("DNS query")
                                     : Details::tr("Event"));
    if (view.connection) {
        addEndpoints(sheet, *view.connection);
    } else if (view.query) {
        addQuery(sheet, *view.query);
    } else if (view.event && !isQuery) {
        const Event &event = view.event->event;
        sheet.addRow(Details::tr("Kind"), eventTitle(event.eventId, event.provider), raw(event.provider));
        sheet.addRow(Details::tr("Channel"), event.channel);
    } else if (!alert.destName.empty()) {
        sheet.addRow(Details::tr("Name"), alert.destName);
    }
    if (view.event)
        if (const auto mark = sigma::fallBackMark(view.event->event); !mark.empty())
            sheet.addRow(Details::tr("Record"), shown(mark), raw(mark));
    sheet.addRow(Details::tr("Repeats"), repeats(alert), {});
    sheet.addRow(Details::tr("First seen"), timeText(alert.firstSeen), timeText(alert.firstSeen),
                 FactSheet::Look::Fixed);
    if (alert.hits > 1)
        sheet.addRow(Details::tr("Last seen"), timeText(alert.lastSeen), timeText(alert.lastSeen),
                     FactSheet::Look::Fixed);
}

void addProcessFacts(FactSheet &sheet, const ProcessRow &process)
{
    sheet.addSection(Details::tr("Process"));
    sheet.addRow(Details::tr("Image"), process.image);
    if (!process.originalFileName.empty()) {
        const bool same = equalsFolded(process.originalFileName, baseName(process.image));
        sheet.addRow(
            Details::tr("Original"),
            QStringLiteral("%1 (%2)").arg(shown(process.originalFileName),
                                          same ? Details::tr("not renamed") : Details::tr("renamed")),
            raw(process.originalFileName), FactSheet::Look::Fixed);
    } else {
        sheet.addRow(Details::tr("Original"), Details::tr("not logged"), {});
    }
    const QString user = process.integrityLevel.empty()
        ? shown(process.user)
        : QStringLiteral("%1 · %2").arg(shown(process.user), shown(process.integrityLevel));
    sheet.addRow(Details::tr("User"), user, raw(process.user));
    sheet.addRow(Details::tr("PID"), process.pid ? QString::number(*process.pid) : QStringLiteral("—"),
                 process.pid ? QString::number(*process.pid) : QString());
    sheet.addRow(Details::tr("Started"), process.start ? timeText(process.start) : Details::tr("not logged"),
                 timeText(process.start), FactSheet::Look::Fixed);
    sheet.addRow(Details::tr("SHA-256"), hashOf(process.hashes, "SHA256"));
    sheet.addRow(Details::tr("Command line"), process.commandLine);
    if (!process.parentImage.empty())
        sheet.addRow(Details::tr("Parent"), process.parentImage);
}

void addCitations(FactSheet &sheet, const StoredEvent &event)
{
    sheet.addSection(Details::tr("Evidence"));
    for (const Citation &citation : event.citations) {
        sheet.addRow(Details::tr("File"), citation.file);
        const auto record = citation.headerRecordId ? citation.headerRecordId : event.event.recordId;
        QStringList place;
        if (record)
            place << Details::tr("record %1").arg(*record);
        if (citation.chunk)
            place << Details::tr("chunk %1").arg(*citation.chunk);
        if (citation.offset)
            place << Details::tr("offset 0x%1").arg(*citation.offset, 0, 16);
        if (citation.recovered)
            place << Details::tr("recovered");
        const QString where = place.join(QStringLiteral(" · "));
        sheet.addRow(Details::tr("Record"), where.isEmpty() ? QStringLiteral("—") : where, where);
        sheet.addRow(Details::tr("File SHA-256"), citation.sha256);
    }
}

void addEventFacts(FactSheet &sheet, const StoredEvent &stored)
{
    const Event &event = stored.event;
    sheet.addSection(eventTitle(event.eventId, event.provider));
    sheet.addRow(Details::tr("Time (UTC)"), timeText(eventTime(event)), timeText(eventTime(event)),
                 FactSheet::Look::Fixed);
    if (event.timeCreated && event.timeCreated != eventTime(event))
        sheet.addRow(Details::tr("Logged at"), timeText(event.timeCreated), timeText(event.timeCreated),
                     FactSheet::Look::Fixed);
    sheet.addRow(Details::tr("Computer"), event.computer);
    sheet.addRow(Details::tr("Channel"), event.channel);
    sheet.addRow(Details::tr("Provider"), event.provider);
    if (event.recordId)
        sheet.addRow(Details::tr("Record id"), QString::number(*event.recordId),
                     QString::number(*event.recordId));
    sheet.addSection(Details::tr("Fields"));
    for (const Field &field : event.data)
        sheet.addRow(shown(field.name), field.value);
    if (!event.system.empty()) {
        sheet.addSection(Details::tr("System"));
        for (const Field &field : event.system)
            sheet.addRow(shown(field.name), field.value);
    }
    addCitations(sheet, stored);
}

} // namespace lolscope
