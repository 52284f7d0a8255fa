#include "app/cli/verbs.h"
#include "model/base/files.h"
#include "model/base/system.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

using namespace lolscope;

namespace {

/// `--status open,decided` as a set; CLI11 has checked the words.
std::set<Status> statuses(const std::vector<std::string> &names, std::set<Status> unless)
{
    if (names.empty())
        return unless;
    std::set<Status> set;
    for (const std::string &name : names)
        set.insert(statusByName(name).value());
    return set;
}

// Options that name files: their texts are UTF-8, see utf8Path().
CLI::Option *addPath(CLI::App *app, const char *name, cli::Path &path, const char *description)
{
    return app->add_option_function<std::string>(
        name, [&path](const std::string &text) { path = utf8Path(text); }, description);
}
CLI::Option *addPaths(CLI::App *app, const char *name, cli::Paths &paths, const char *description)
{
    return app->add_option_function<std::vector<std::string>>(
        name,
        [&paths](const std::vector<std::string> &texts) {
            std::transform(texts.begin(), texts.end(), std::back_inserter(paths), utf8Path);
        },
        description);
}

/// Usage lines that name what comes before a verb as well: `lolscope-cli allow CASE add`.
class WholeUsage : public CLI::Formatter
{
    std::string make_usage(const CLI::App *app, std::string name) const override
    {
        for (const CLI::App *above = app->get_parent(); above && above->get_parent();
             above = above->get_parent()) {
            const std::string end = ' ' + app->get_name();
            std::string values;
            for (const CLI::Option *value :
                 above->get_options([](const CLI::Option *option) { return option->get_positional(); }))
                values += ' ' + make_option_usage(value);
            if (name.ends_with(end))
                name.insert(name.size() - end.size(), values);
        }
        return CLI::Formatter::make_usage(app, name);
    }
};

} // namespace

int main(int argc, char **argv)
{
    cli::prepareConsole();
    CLI::App app("Lolscope: network activity of living-off-the-land binaries in Windows event logs");
    app.set_version_flag("--version", "lolscope-cli " LOLSCOPE_VERSION);
    app.allow_windows_style_options(false); // `/x` is a path there too
    app.formatter(std::make_shared<WholeUsage>());
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done; 1 done, but some input was damaged or refused (named on stderr); 2 wrong use;\n"
        "3 could not do it; 130 cancelled. A PATH is an .evtx file, an event XML file, or a folder.");
    cli::Options options;
    std::string color = "auto";
    app.add_flag("-q,--quiet", options.quiet, "No progress and no summary");
    app.add_option("--color", color, "Colour of error messages")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    app.fallthrough();

    cli::Path casePath, importFile;
    cli::Paths inputs, ruleFolders;
    std::string alert, note, verdictName, format, itemId;
    std::vector<std::string> statusNames;
    std::string streamFormat = "auto";
    bool noJoin = false, xml = false, all = false, resume = false;
    cli::ReportArguments reportArguments;
    cli::AllowArguments allowArguments;
    cli::RuleArguments ruleArguments;
    cli::WatchArguments watchArguments;
    std::function<int()> run;

    const auto verb = [&](CLI::App &parent, const char *name, const char *description,
                          std::function<int()> work) {
        CLI::App *sub = parent.add_subcommand(name, description);
        sub->parse_complete_callback([&run, work = std::move(work)] { run = work; });
        return sub;
    };
    const auto withCase = [&](CLI::App *sub) { addPath(sub, "CASE", casePath, "Case file")->required(); };
    const auto withJson = [&](CLI::App *sub) {
        sub->add_flag("--json", options.json, "Print the summary as JSON");
    };

    const auto withRules = [&](CLI::App *sub) {
        addPaths(sub, "--rules", ruleArguments.folders, "Rule folders or files beside the bundled rules")
            ->allow_extra_args(false);
        sub->add_flag("--no-bundled", ruleArguments.noBundled, "Without the bundled rules");
        sub->add_option("--min-level", ruleArguments.minLevel,
                        "Of --rules only those of this level and above")
            ->check(CLI::IsMember({"informational", "low", "medium", "high", "critical"}));
        sub->add_option(
               "--status", ruleArguments.statuses,
               "Of --rules only those of this status: stable, test, experimental, deprecated, unsupported")
            ->delimiter(',')
            ->check(CLI::IsMember({"stable", "test", "experimental", "deprecated", "unsupported"}))
            ->allow_extra_args(false);
    };

    auto *index = verb(app, "index", "Read evidence into a case, link it and run the rules",
                       [&] { return cli::index(options, casePath, ruleArguments, inputs, resume); });
    withCase(index);
    withJson(index);
    withRules(index);
    index->add_flag("--resume", resume,
                    "Also read the files that an interrupted run left, as the case names them");
    addPaths(index, "PATH", inputs, "Evidence; without any, links and runs the rules on what the case has");

    const auto withComputer = [&](CLI::App *sub) {
        sub->add_option("--computer", watchArguments.computer.name,
                        "Event logs of this computer instead of one's own");
        sub->add_option("--user", watchArguments.computer.user,
                        "DOMAIN\\user there; the password comes from the terminal, LOLSCOPE_PASSWORD or "
                        "the first line of the standard input");
    };
    auto *watch =
        verb(app, "watch", "Follow logs while they grow, and print each new alert; until interrupted", [&] {
            watchArguments.format = streamFormat == "xml" ? StreamFormat::Xml
                : streamFormat == "jsonl"                 ? StreamFormat::JsonLines
                                                          : StreamFormat::Auto;
            return cli::watch(options, casePath, ruleArguments, watchArguments);
        });
    withCase(watch);
    withRules(watch);
    withComputer(watch);
    watch->add_flag("--json", options.json, "Print alerts as JSON Lines");
    watch->add_option("--format", streamFormat, "Of streams and text files: xml, jsonl or auto")
        ->check(CLI::IsMember({"xml", "jsonl", "auto"}));
    watch->add_flag("--from-now", watchArguments.fromNow,
                    "Of event logs that the case has not followed before, only what comes");
    watch->add_option("--query", watchArguments.query,
                      "Of event logs, the events this XPath finds; or a structured query (<QueryList>), "
                      "which names channels itself, with eventlog: as the source");
    watch
        ->add_option("SOURCE", watchArguments.sources,
                     "File, folder or FIFO to follow; - for the standard input; journald for Sysmon for "
                     "Linux; eventlog:CHANNEL for a Windows event log")
        ->required();

    auto *channels = verb(app, "channels", "List Windows event logs as sources of watch",
                          [&] { return cli::channels(watchArguments.computer); });
    withComputer(channels);

    auto *detect = verb(app, "detect", "Run rules over evidence without a case: one JSON line a detection",
                        [&] { return cli::detect(options, ruleFolders, !noJoin, inputs); });
    addPaths(detect, "--rules", ruleFolders, "Rule folders or files instead of the bundled rules")
        ->allow_extra_args(false);
    detect->add_flag("--no-join", noJoin, "Evaluate each record alone");
    addPaths(detect, "PATH", inputs, "Evidence")->required();

    const std::set<Status> everyStatus = {Status::Open, Status::Decided, Status::Allowed};
    auto *alerts = verb(app, "alerts", "List the open alerts of a case, or all of them", [&] {
        reportArguments.statuses = all ? everyStatus : statuses(statusNames, {Status::Open});
        reportArguments.saysHidden = !all && statusNames.empty();
        return cli::exportReport(options, casePath, reportArguments);
    });
    auto *exporting = verb(app, "export", "Write a report of a case", [&] {
        reportArguments.statuses = statuses(statusNames, everyStatus);
        return cli::exportReport(options, casePath, reportArguments);
    });
    const auto withForce = [&](CLI::App *sub) {
        sub->add_flag("--force", reportArguments.force, "Replace a file that is there already");
    };
    for (CLI::App *sub : {alerts, exporting}) {
        withCase(sub);
        auto *formatOption = sub->add_option(
            "--format", reportArguments.format,
            sub == exporting ? "csv or jsonl (default: as the ending of the file says)"
                             : "jsonl, csv, or text: one line to read an alert (default jsonl, or as the "
                               "ending of the file says)");
        formatOption->check(sub == exporting ? CLI::IsMember({"csv", "jsonl"})
                                             : CLI::IsMember({"jsonl", "csv", "text"}));
        auto *status =
            sub->add_option("--status", statusNames,
                            sub == exporting ? "Which alerts: open, decided, allowed (default all)"
                                             : "Which alerts: open, decided, allowed (default open)")
                ->delimiter(',')
                ->check(CLI::IsMember({"open", "decided", "allowed"}));
        if (sub == alerts)
            sub->add_flag("--all", all, "Also those with a verdict and those the allowlist allows")
                ->excludes(status);
        sub->add_flag("--bom", reportArguments.byteOrderMark,
                      "Begin CSV with a byte order mark, for spreadsheets");
        auto *file = addPath(sub, "--out", reportArguments.out,
                             sub == exporting ? "File to write, .csv or .jsonl"
                                              : "File to write instead of the standard output");
        if (sub == exporting)
            file->required();
        withForce(sub);
    }

    withCase(verb(app, "connections",
                  "Every connection with its process chain and DNS queries, as JSON Lines",
                  [&] { return cli::connections(casePath); }));

    auto *events = verb(app, "events", "The events behind an alert, as the XML of their records",
                        [&] { return cli::events(casePath, alert); });
    withCase(events);
    events->add_option("ALERT", alert, "Alert id, or the first digits of one")->required();

    auto *tree = verb(app, "tree", "The process tree of an alert",
                      [&] { return cli::tree(casePath, alert, all, format == "json"); });
    withCase(tree);
    tree->add_option("ALERT", alert, "Alert id, or the first digits of one")->required();
    tree->add_flag("--all", all, "With every child of the processes above the alert's");
    tree->add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}));

    auto *verdict = verb(app, "verdict", "Decide on an alert", [&] {
        return cli::verdict(options, casePath, alert, verdictByName(verdictName).value(), note);
    });
    withCase(verdict);
    verdict->add_option("ALERT", alert, "Alert id, or the first digits of one")->required();
    verdict->add_option("VERDICT", verdictName, "none, benign, suspicious or malicious")
        ->required()
        ->check(CLI::IsMember({"none", "benign", "suspicious", "malicious"}));
    verdict->add_option("--note", note, "Why");

    auto *allow = app.add_subcommand("allow", "The allowlist of a case");
    withCase(allow);
    allow->require_subcommand(1);
    withJson(verb(*allow, "list", "List the items with how many alerts each allows",
                  [&] { return cli::allowList(options, casePath); }));
    auto *preview = verb(*allow, "preview", "Say what an item would hide, without adding it",
                         [&] { return cli::allowPreview(options, casePath, allowArguments); });
    withJson(preview);
    auto *add = verb(*allow, "add", "Add an item and apply it",
                     [&] { return cli::allowAdd(options, casePath, allowArguments); });
    for (CLI::App *sub : {preview, add}) {
        sub->add_option("--where", allowArguments.conditions,
                        "Condition: Field=value, or with ^= starts with, $= ends with, *= contains, /= CIDR. "
                        "Fields: Image, ParentImage, CommandLine, "
                        "OriginalFileName, DestinationHostname, DestinationIp, DestinationPort, Protocol, "
                        "User, Computer")
            ->required()
            ->allow_extra_args(false);
        sub->add_option("--rule", allowArguments.rules, "Only alerts of this rule id (default every rule)")
            ->allow_extra_args(false);
    }
    add->add_option("--reason", allowArguments.reason, "Why it is benign")->required();
    add->add_option("--title", allowArguments.title, "Short name");
    add->add_option("--expires", allowArguments.expires,
                    "Date or time (ISO 8601, UTC) from which it allows nothing any more");
    auto *remove = verb(*allow, "remove", "Remove an item: its alerts are open again",
                        [&] { return cli::allowRemove(casePath, itemId); });
    remove->add_option("ITEM", itemId, "Item id")->required();
    auto *import = verb(*allow, "import", "Add the items of a file of Sigma filters",
                        [&] { return cli::allowImport(options, casePath, importFile); });
    addPath(import, "FILE", importFile, "YAML file")->required();
    auto *allowExport = verb(*allow, "export", "Write the items as Sigma filters", [&] {
        return cli::allowExport(casePath, reportArguments.out, reportArguments.force);
    });
    addPath(allowExport, "--out", reportArguments.out, "File to write instead of the standard output");
    withForce(allowExport);

    auto *rules = app.add_subcommand("rules", "Rule files");
    rules->require_subcommand(1);
    auto *check = verb(*rules, "check", "Load rules and say for each: loaded, or why not",
                       [&] { return cli::checkRules(options, casePath, inputs); });
    withJson(check);
    addPath(check, "--case", casePath, "Say of each rule how many events of this case it takes and its hits");
    addPaths(check, "DIR", inputs, "Folders or files; without any, the bundled rules");

    auto *dump = verb(app, "dump", "Every event as one JSON line", [&] { return cli::dump(xml, inputs); });
    dump->add_flag("--xml", xml, "Event XML instead");
    addPaths(dump, "PATH", inputs, "Evidence")->required();

    try {
        auto arguments = utf8Arguments(argc, argv);
        app.name(arguments.at(0));
        arguments.erase(arguments.begin());
        std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them from the end
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? cli::kDone : cli::kWrongUse;
    }
    cli::setColor(color == "always"      ? cli::Color::Always
                      : color == "never" ? cli::Color::Never
                                         : cli::Color::Auto);
    return cli::outputEnd(run());
}
