#include "app/pipeline/alertreport.h"

#include "app/pipeline/jsonobject.h"
#include "detection/sigma/logsource.h"
#include "model/store/decisionstore.h"
#include "model/store/eventstore.h"
#include "model/store/factstore.h"
#include "model/store/matchedjson.h"

namespace lolscope {

Result<AlertReport> alertReport(const CaseFile &file, const AlertRow &alert, ChainCache &chains)
{
    AlertReport report;
    report.alert = alert;
    auto ruleRow = referred(rule(file, alert.ruleId));
    if (!ruleRow)
        return tl::unexpected(ruleRow.error());
    report.rule = std::move(*ruleRow);
    if (alert.process) {
        auto chain = referred(chains.chainOf(*alert.process));
        if (!chain)
            return tl::unexpected(chain.error());
        report.chain = std::move(*chain);
    }
    const auto hits = detections(file, alert.id, 1);
    if (!hits)
        return tl::unexpected(hits.error());
    if (!hits->empty()) {
        const auto kind = referred(eventKind(file, hits->front().event));
        if (!kind)
            return tl::unexpected(kind.error());
        report.provider = kind->provider;
        report.channel = kind->channel;
        report.eventId = kind->eventId;
        report.matched = hits->front().matched;
        if (hits->front().dnsQuery)
            report.dnsTime = hits->front().time;
    }
    auto evidence = alertEvidence(file, alert.id, AlertReport::kMaxEvidence);
    if (!evidence)
        return tl::unexpected(evidence.error());
    report.evidence = std::move(*evidence);
    if (!hits->empty() && hits->front().connection) {
        const auto first = referred(connection(file, *hits->front().connection));
        if (!first)
            return tl::unexpected(first.error());
        report.dnsTime = first->askedTime;
        report.reverseName = first->reverseName;
    }
    if (!alert.allowlistId.empty()) {
        auto reason = allowReason(file, alert.allowlistId);
        if (!reason)
            return tl::unexpected(reason.error());
        report.allowReason = std::move(*reason);
    }
    return report;
}

std::string_view confidence(const AlertReport &report)
{
    if (report.chain.empty())
        return "low";
    if (!report.chain.front().guid.empty())
        return "high";
    return report.chain.front().source == ProcessSource::Logged ? "medium" : "low";
}

std::string coverageNote(const AlertReport &report)
{
    std::string note;
    const auto add = [&](std::string_view text) { note += (note.empty() ? "" : "; ") + std::string(text); };
    if (report.chain.empty())
        add("the event names no process");
    else if (report.chain.front().source != ProcessSource::Logged)
        add("the start of the process is not in the evidence");
    Event first;
    first.provider = report.provider;
    first.channel = report.channel;
    first.eventId = report.eventId;
    if (const auto mark = sigma::fallBackMark(first); !mark.empty())
        add(mark);
    if (report.alert.destNameSource != NameSource::Asked && !report.alert.destIp.empty())
        add("no DNS query in the evidence answers this address");
    return note;
}

void appendChain(JsonObject &json, const std::vector<ProcessRow> &chain)
{
    json.list("chain", chain, [&](const ProcessRow &link) {
        json.startObject().text("image", link.image).number("pid", link.pid).text("process_guid", link.guid);
        json.text("command_line", link.commandLine).text("source", processSourceName(link.source));
        if (link.hiddenBelow > 0)
            json.number("hidden_below", link.hiddenBelow);
        json.endObject();
    });
}

std::string toJsonLine(const AlertReport &report, const std::string &caseName)
{
    const AlertRow &alert = report.alert;
    const ProcessRow none;
    const ProcessRow &process = report.chain.empty() ? none : report.chain.front();
    JsonObject json;
    json.text("alert_id", alert.id)
        .text("case", caseName)
        .text("status", statusName(alert.status))
        .text("verdict", verdictName(alert.verdict));
    json.text("note", alert.note)
        .text("reason", report.allowReason)
        .text("level", levelName(alert.level))
        .text("rule_id", alert.ruleId);
    json.text("rule_title", alert.ruleTitle)
        .text("rule_author", alert.ruleAuthor)
        .text("rule_source", report.rule.source);
    json.list("tags", report.rule.tags, [&](const std::string &tag) { json.string(tag); });
    json.text("shape", alert.shape)
        .text("confidence", confidence(report))
        .time("first_seen", alert.firstSeen)
        .time("last_seen", alert.lastSeen);
    json.number("hits", alert.hits)
        .text("computer", alert.host)
        .text("user", alert.user)
        .text("image", alert.image);
    json.text("original_file_name", process.originalFileName).text("command_line", process.commandLine);
    json.number("pid", process.pid).text("process_guid", process.guid);
    json.text("parent_image", report.chain.size() > 1 ? report.chain[1].image : process.parentImage);
    json.text("parent_command_line",
              report.chain.size() > 1 ? report.chain[1].commandLine : process.parentCommandLine);
    appendChain(json, report.chain);
    json.text("dest_ip", alert.destIp)
        .text("dest_port", alert.destPort)
        .text("protocol", alert.protocol)
        .text("dest_scope", alert.destScope);
    json.boolean("initiated", alert.initiated)
        .text("dns_name", alert.destName)
        .text("dns_name_source", nameSourceName(alert.destNameSource));
    json.text("reverse_name", report.reverseName)
        .time("dns_time", report.dnsTime)
        .text("allowlist_id", alert.allowlistId);
    json.text("provider", report.provider)
        .text("channel", report.channel)
        .number("event_id", std::uint64_t{report.eventId});
    json.list("evidence", report.evidence, [&](const AlertEvidence &evidence) {
        json.startObject()
            .text("file", evidence.file)
            .text("sha256", evidence.sha256)
            .number("record_id", evidence.recordId)
            .endObject();
    });
    json.raw("matched", matchedToJson(report.matched)).text("coverage_note", coverageNote(report));
    return json.line();
}

} // namespace lolscope
