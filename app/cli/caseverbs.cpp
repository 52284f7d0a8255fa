#include "app/cli/verbs.h"
#include "app/pipeline/alertreport.h"
#include "app/pipeline/citedxml.h"
#include "app/pipeline/connectionreport.h"
#include "app/pipeline/indexing.h"
#include "app/pipeline/jsonobject.h"
#include "app/pipeline/triage.h"
#include "app/pipeline/wholefile.h"
#include "model/analysis/alerttree.h"
#include "model/store/alertstore.h"
#include "model/store/eventstore.h"

#include <iostream>
#include <sstream>

namespace lolscope::cli {

namespace {

/// Opens the case and warns when an interrupted run left it incomplete.
Result<CaseFile> openCase(const Path &path, CaseFile::Mode mode)
{
    auto file = CaseFile::open(path, mode);
    if (!file)
        return file;
    const auto stale = needsIndexing(*file);
    if (!stale)
        return tl::unexpected(stale.error());
    if (*stale)
        message(path.string() + ": indexing was interrupted, so this may be incomplete; `lolscope-cli index "
                + path.string() + "` completes it");
    return file;
}

/// Runs `work` on the case; its error, or the case's, is reported.
template<typename Work>
int onCase(const Path &path, CaseFile::Mode mode, Work work)
{
    auto file = openCase(path, mode);
    if (!file)
        return report(file.error());
    const Result<void> done = work(*file);
    return done ? kDone : report(done.error());
}

/// To stdout: raw in a pipeline, made visible line by line on a terminal.
Result<std::uint64_t> printAlerts(const CaseFile &file, const ExportOptions &how)
{
    if (!isTerminal(stdout))
        return exportAlerts(file, how, std::cout);
    std::stringstream text;
    const auto written = exportAlerts(file, how, text);
    if (!output(text.str()))
        return fail(ErrorCode::Io, "the output could not be written");
    return written;
}

constexpr auto kReadOnly = CaseFile::Mode::ReadOnly;
constexpr auto kReadWrite = CaseFile::Mode::ReadWrite;

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

/// `Field=value` and its siblings; see AllowArguments.
Result<AllowCondition> condition(const std::string &text)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return fail(ErrorCode::Invalid, "a condition is Field=value: " + text);
    AllowCondition condition;
    condition.value = text.substr(equals + 1);
    constexpr std::string_view kMarks = "^$*/";
    constexpr AllowCondition::Test kTests[] = {AllowCondition::Test::StartsWith,
                                               AllowCondition::Test::EndsWith, AllowCondition::Test::Contains,
                                               AllowCondition::Test::Cidr};
    const auto mark = kMarks.find(text[equals - 1]);
    if (mark != std::string_view::npos)
        condition.test = kTests[mark];
    condition.field = text.substr(0, equals - (mark == std::string_view::npos ? 0 : 1));
    return condition;
}

Result<AllowlistItem> item(const AllowArguments &arguments)
{
    AllowlistItem made;
    made.title = arguments.title;
    made.reason = arguments.reason;
    made.ruleIds = arguments.rules;
    for (const std::string &text : arguments.conditions) {
        auto one = condition(text);
        if (!one)
            return tl::unexpected(one.error());
        made.conditions.push_back(std::move(*one));
    }
    if (!arguments.expires.empty()) {
        made.expires = parseTimestamp(arguments.expires.size() == 10 ? arguments.expires + "T00:00:00Z"
                                                                     : arguments.expires);
        if (!made.expires)
            return fail(ErrorCode::Invalid, "not a date or time: " + arguments.expires);
    }
    return made;
}

std::string describeAlert(const AlertRow &alert)
{
    const std::string destination = alert.destName.empty() ? alert.destIp : alert.destName;
    return alert.id + "  " + std::string(levelName(alert.level)) + "  " + ruleText(alert) + "  " + alert.image
        + " -> " + destination + (alert.destPort.empty() ? "" : ':' + alert.destPort) + "  " + alert.host
        + "  x" + std::to_string(alert.hits);
}

} // namespace

int exportReport(const Options &options, const Path &casePath, ExportOptions how, const Path &out)
{
    how.stop = interruption();
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        const auto written = out.empty() ? printAlerts(file, how) : exportAlerts(file, how, out);
        if (!written)
            return tl::unexpected(written.error());
        if (!out.empty() && !options.quiet)
            message(std::to_string(*written) + " alerts written to " + out.string());
        return {};
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
                return fail(ErrorCode::Io, "the output could not be written");
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
            const auto stored = storedEvent(file, hit.event);
            if (!stored)
                return tl::unexpected(stored.error());
            const CitedXml cited = citedXml(*stored);
            if (cited.flattened)
                message("put together from the fields in the case: " + describe(*cited.flattened));
            if (!output(cited.xml))
                return fail(ErrorCode::Io, "the output could not be written");
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
        const auto set = setVerdict(file, alert, verdict, note, loginName());
        if (set && !options.quiet)
            message("alert " + alert + ": " + std::string(verdictName(verdict)));
        return set;
    });
}

int allowList(const Options &options, const Path &casePath)
{
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        const auto entries = allowlist(file);
        if (!entries)
            return tl::unexpected(entries.error());
        for (const AllowlistEntry &entry : *entries) {
            if (options.json) {
                JsonObject json;
                json.text("id", entry.item.id)
                    .text("title", entry.item.title)
                    .text("reason", entry.item.reason)
                    .text("author", entry.item.author);
                json.time("created", entry.item.created)
                    .time("expires", entry.item.expires)
                    .number("alerts", entry.alerts);
                output(json.text("filter", toSigmaFilter(entry.item)).line());
            } else {
                outputLine(entry.item.id + "  " + std::to_string(entry.alerts) + " alerts  "
                           + entry.item.title + "  " + entry.item.reason);
            }
        }
        return {};
    });
}

int allowPreview(const Options &options, const Path &casePath, const AllowArguments &arguments)
{
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        auto made = item(arguments);
        if (!made)
            return tl::unexpected(made.error());
        made->reason = "preview"; // an item needs one; a preview does not
        const auto preview = previewAllow(file, *made);
        if (!preview)
            return tl::unexpected(preview.error());
        if (options.json) {
            JsonObject json;
            json.number("hidden", preview->hidden)
                .number("already", preview->already)
                .number("hits", preview->hits)
                .number("hosts", preview->hosts);
            json.list("alerts", preview->alerts, [&](const AlertRow &row) { json.string(row.id); });
            json.list("blocking", preview->blocking, [&](const AlertRow &row) { json.string(row.id); });
            output(json.line());
            return {};
        }
        output(std::to_string(preview->hidden) + " open alerts would be allowed ("
               + std::to_string(preview->hits) + " hits on " + std::to_string(preview->hosts) + " hosts); "
               + std::to_string(preview->already) + " matching ones are settled already\n");
        for (const AlertRow &row : preview->alerts)
            outputLine("  " + describeAlert(row));
        for (const AlertRow &row : preview->blocking)
            outputLine("  forbids it, called " + std::string(verdictName(row.verdict)) + ": "
                       + describeAlert(row));
        for (const std::string &warning : warnings(*made))
            message("warning: " + warning);
        return {};
    });
}

int allowAdd(const Options &options, const Path &casePath, const AllowArguments &arguments)
{
    return onCase(casePath, kReadWrite, [&](CaseFile &file) -> Result<void> {
        auto made = item(arguments);
        if (!made)
            return tl::unexpected(made.error());
        for (const std::string &warning : warnings(*made))
            message("warning: " + warning);
        const auto added = addAllow(file, std::move(*made), loginName());
        if (!added)
            return tl::unexpected(added.error());
        if (!options.quiet)
            output(added->id + '\n');
        return {};
    });
}

int allowRemove(const Path &casePath, const std::string &id)
{
    return onCase(casePath, kReadWrite, [&](CaseFile &file) { return removeAllow(file, id, loginName()); });
}

int allowImport(const Options &options, const Path &casePath, const Path &path)
{
    constexpr std::uintmax_t kMostBytes = 16u << 20; // thousands of items
    const auto text = readWhole(path, kMostBytes);
    if (!text)
        return report(text.error());
    bool refused = false;
    const int code = onCase(casePath, kReadWrite, [&](CaseFile &file) -> Result<void> {
        std::vector<AllowlistItem> items;
        for (auto &document : fromSigmaFilters(*text, path.string())) {
            if (document)
                items.push_back(std::move(*document));
            else
                message(describe(document.error()));
            refused = refused || !document;
        }
        const auto results = addAllows(file, std::move(items), loginName());
        if (!results)
            return tl::unexpected(results.error());
        std::uint64_t added = 0;
        for (const auto &result : *results) {
            added += result ? 1 : 0;
            refused = refused || !result;
            if (!result)
                message(path.string() + ": " + describe(result.error()));
        }
        if (!options.quiet)
            message(std::to_string(added) + " items added");
        return {};
    });
    return code == kDone && refused ? kImperfect : code;
}

int allowExport(const Path &casePath, const Path &out)
{
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        const auto entries = allowlist(file);
        if (!entries)
            return tl::unexpected(entries.error());
        std::string text;
        for (const AllowlistEntry &entry : *entries)
            text += (text.empty() ? "" : "---\n") + toSigmaFilter(entry.item);
        if (auto apart = mayOverwrite(file, out); !apart)
            return apart;
        if (out.empty())
            return output(text) ? Result<void>() : fail(ErrorCode::Io, "the output could not be written");
        return writeWhole(out, [&](std::ostream &stream) -> Result<void> {
            stream << text;
            return {};
        });
    });
}

} // namespace lolscope::cli
