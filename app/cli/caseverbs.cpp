#include "app/cli/oncase.h"
#include "app/cli/verbs.h"
#include "app/pipeline/alertreport.h"
#include "app/pipeline/citedxml.h"
#include "app/pipeline/connectionreport.h"
#include "app/pipeline/indexing.h"
#include "app/pipeline/jsonobject.h"
#include "app/pipeline/triage.h"
#include "app/pipeline/wholefile.h"
#include "model/analysis/alerttree.h"
#include "model/base/text.h"
#include "model/store/alertstore.h"
#include "model/store/eventstore.h"

#include <iostream>
#include <sstream>

namespace lolscope::cli {

namespace {

/// To stdout: raw in a pipeline, made visible line by line on a terminal.
Result<std::uint64_t> printAlerts(const CaseFile &file, const ExportOptions &how)
{
    if (!isTerminal(stdout)) {
        const auto written = exportAlerts(file, how, std::cout);
        return std::cout ? written : outputLost();
    }
    std::stringstream text;
    const auto written = exportAlerts(file, how, text);
    if (!output(text.str()))
        return outputLost();
    return written;
}

/// By its name, or by the ending of the file.
Result<ExportFormat> formatOf(const ReportArguments &arguments)
{
    std::string name = arguments.format;
    if (name.empty() && !arguments.out.empty())
        name = foldCase(arguments.out.extension().string());
    if (name.empty() && arguments.out.empty())
        name = "jsonl";
    for (const auto &[word, format] : {std::pair("csv", ExportFormat::Csv),
                                       {"jsonl", ExportFormat::JsonLines},
                                       {"text", ExportFormat::Text}})
        if (name == word || (name == std::string(".") + word && format != ExportFormat::Text))
            return format;
    return fail(ErrorCode::Invalid,
                "what format this is to have is not known: name it .csv or .jsonl, or give --format",
                arguments.out.string());
}

/// Of what one verdict and the allowlist took from the list.
Result<void> sayHidden(const CaseFile &file, std::uint64_t shown)
{
    const auto counts = alertCounts(file);
    if (!counts)
        return tl::unexpected(counts.error());
    if (counts->decided + counts->allowed > 0)
        message(counted(shown, "open alert") + " shown; not shown: " + std::to_string(counts->decided)
                + " with a verdict, " + std::to_string(counts->allowed) + " allowed (--all shows them)");
    return {};
}

std::string nodeJson(const TreeNode &node, std::size_t index)
{
    JsonObject json;
    json.number("node", std::uint64_t{index});
    if (node.parent >= 0)
        json.number("parent", static_cast<std::uint64_t>(node.parent));
    else
        json.null("parent");
    if (const auto *process = std::get_if<ProcessRow>(&node.fact)) {
        json.text("kind", "process")
            .text("image", process->image)
            .number("pid", process->pid)
            .text("process_guid", process->guid);
        json.text("command_line", process->commandLine)
            .text("user", process->user)
            .time("start", process->start)
            .time("end", process->end);
        json.text("source", processSourceName(process->source))
            .number("connections", static_cast<std::uint64_t>(process->connections));
        json.number("dns_queries", static_cast<std::uint64_t>(process->dnsQueries))
            .number("children", static_cast<std::uint64_t>(process->children));
        json.number("alerts", static_cast<std::uint64_t>(process->alerts));
        if (process->hiddenBelow > 0)
            json.number("hidden_below", process->hiddenBelow);
    } else if (const auto *query = std::get_if<DnsQueryRow>(&node.fact)) {
        json.text("kind", "dns").text("name", query->name).time("time", query->time);
        json.list("answers", query->answers, [&](const std::string &answer) { json.string(answer); });
    } else if (const auto *connection = std::get_if<ConnectionRow>(&node.fact)) {
        json.text("kind", "connection")
            .time("time", connection->time)
            .text("dest_ip", connection->destIp)
            .text("dest_port", connection->destPort);
        json.text("protocol", connection->protocol)
            .boolean("initiated", connection->initiated)
            .text("asked_name", connection->askedName);
        json.text("reverse_name", connection->reverseName);
    } else {
        json.text("kind", "folded_children").number("count", std::get<FoldedChildren>(node.fact).count);
    }
    json.boolean("origin", node.origin);
    if (node.offset)
        json.real("offset_seconds", std::chrono::duration<double>(*node.offset).count());
    else
        json.null("offset_seconds");
    std::string line = json.line();
    line.pop_back();
    return line;
}

} // namespace

int exportReport(const Options &options, const Path &casePath, const ReportArguments &arguments)
{
    const Path &out = arguments.out;
    ExportOptions how;
    how.statuses = arguments.statuses;
    how.byteOrderMark = arguments.byteOrderMark;
    how.stop = interruption();
    const auto format = formatOf(arguments);
    if (!format)
        return report(format.error());
    how.format = *format;
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        if (auto may = mayReplace(file, out, arguments.force); !may)
            return may;
        const auto written = out.empty() ? printAlerts(file, how) : exportAlerts(file, how, out);
        if (!written)
            return tl::unexpected(written.error());
        if (!out.empty() && !options.quiet)
            message(counted(*written, "alert") + " written to " + out.string());
        return arguments.saysHidden && !options.quiet ? sayHidden(file, *written) : Result<void>();
    });
}

int connections(const Path &casePath)
{
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        const auto rows = allConnections(file);
        if (!rows)
            return tl::unexpected(rows.error());
        ChainCache chains(file);
        for (const ConnectionRow &row : *rows) {
            const auto line = connectionJsonLine(file, row, chains);
            if (!line)
                return tl::unexpected(line.error());
            if (!output(*line))
                return outputLost();
        }
        return {};
    });
}

int events(const Path &casePath, const std::string &alert)
{
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        const auto found = lolscope::alert(file, alert);
        const auto hits = found ? detections(file, found->id) : tl::unexpected(found.error());
        if (!hits)
            return tl::unexpected(hits.error());
        for (const DetectionRow &hit : *hits) {
            const auto stored = referred(storedEvent(file, hit.event));
            if (!stored)
                return tl::unexpected(stored.error());
            const CitedXml cited = citedXml(*stored);
            if (cited.flattened)
                message("put together from the fields in the case: " + describe(*cited.flattened));
            if (!output(cited.xml))
                return outputLost();
        }
        return {};
    });
}

int tree(const Path &casePath, const std::string &alert, bool all, bool json)
{
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        auto made = alertTree(file, alert);
        if (made && all) {
            Unfolded chain;
            for (int node = made->origin; node >= 0;
                 node = made->nodes[static_cast<std::size_t>(node)].parent)
                chain.insert(std::get<ProcessRow>(made->nodes[static_cast<std::size_t>(node)].fact).id);
            made = alertTree(file, alert, chain);
        }
        if (!made)
            return tl::unexpected(made.error());
        if (!json) {
            outputLine("alert " + describeAlert(made->alert));
            output(toText(*made));
            return {};
        }
        std::string nodes;
        for (std::size_t i = 0; i < made->nodes.size(); ++i)
            nodes += (i == 0 ? "" : ",") + nodeJson(made->nodes[i], i);
        JsonObject whole;
        output(whole.text("alert_id", made->alert.id)
                   .text("rule_title", made->alert.ruleTitle)
                   .text("rule_author", made->alert.ruleAuthor)
                   .raw("nodes", '[' + nodes + ']')
                   .number("hidden", made->hiddenFacts)
                   .line());
        return {};
    });
}

int verdict(const Options &options, const Path &casePath, const std::string &alert, Verdict verdict,
            const std::string &note)
{
    return onCase(casePath, kReadWrite, [&](CaseFile &file) -> Result<void> {
        const auto found = lolscope::alert(file, alert);
        if (!found)
            return tl::unexpected(found.error());
        const auto set = setVerdict(file, found->id, verdict, note, loginName());
        if (set && !options.quiet)
            message((verdict == Verdict::None ? "no verdict" : std::string(verdictName(verdict))) + ": alert "
                    + describeAlert(*found));
        return set;
    });
}

} // namespace lolscope::cli
