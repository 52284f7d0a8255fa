#include "app/cli/oncase.h"
#include "app/cli/verbs.h"
#include "app/pipeline/jsonobject.h"
#include "app/pipeline/triage.h"
#include "app/pipeline/wholefile.h"

namespace lolscope::cli {

namespace {

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

} // namespace

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
        if (!preview->blocking.empty()) {
            outputLine("This item cannot be added: it would hide "
                       + counted(preview->blocking.size(), "alert")
                       + " with the verdict malicious or suspicious:");
            for (const AlertRow &row : preview->blocking)
                outputLine("  " + std::string(verdictName(row.verdict)) + "  " + describeAlert(row));
        }
        outputLine((preview->blocking.empty() ? "It would allow " : "Else it would allow ")
                   + counted(preview->hidden, "open alert") + " (" + counted(preview->hits, "hit") + " on "
                   + counted(preview->hosts, "host") + ')'
                   + (preview->already == 0 ? ""
                                            : "; " + counted(preview->already, "more matching alert")
                              + " allowed or decided already")
                   + (preview->alerts.empty() ? "" : ":"));
        for (const AlertRow &row : preview->alerts)
            outputLine("  " + describeAlert(row));
        if (preview->hidden > preview->alerts.size())
            outputLine("  and " + std::to_string(preview->hidden - preview->alerts.size()) + " more");
        for (const AllowWarning &warning : warnings(*made))
            message("warning: " + warning.text());
        return {};
    });
}

int allowAdd(const Options &options, const Path &casePath, const AllowArguments &arguments)
{
    return onCase(casePath, kReadWrite, [&](CaseFile &file) -> Result<void> {
        auto made = item(arguments);
        if (!made)
            return tl::unexpected(made.error());
        for (const AllowWarning &warning : warnings(*made))
            message("warning: " + warning.text());
        const auto added = addAllow(file, std::move(*made), loginName());
        if (!added)
            return tl::unexpected(added.error());
        if (options.quiet)
            return {};
        output(added->id + '\n');
        const auto entries = allowlist(file);
        if (!entries)
            return tl::unexpected(entries.error());
        for (const AllowlistEntry &entry : *entries)
            if (entry.item.id == added->id)
                message(counted(entry.alerts, "alert") + " allowed by it");
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

int allowExport(const Path &casePath, const Path &out, bool force)
{
    return onCase(casePath, kReadOnly, [&](CaseFile &file) -> Result<void> {
        const auto entries = allowlist(file);
        if (!entries)
            return tl::unexpected(entries.error());
        std::string text;
        for (const AllowlistEntry &entry : *entries)
            text += (text.empty() ? "" : "---\n") + toSigmaFilter(entry.item);
        if (auto may = mayReplace(file, out, force); !may)
            return may;
        if (out.empty())
            return output(text) ? Result<void>() : outputLost();
        return writeWhole(out, [&](std::ostream &stream) -> Result<void> {
            stream << text;
            return {};
        });
    });
}

} // namespace lolscope::cli
