#include "app/cli/eventjson.h"
#include "app/cli/oncase.h"
#include "app/cli/verbs.h"
#include "app/pipeline/alertbuilder.h"
#include "app/pipeline/correlating.h"
#include "app/pipeline/detecting.h"
#include "app/pipeline/detectionlosses.h"
#include "app/pipeline/evidencefiles.h"
#include "app/pipeline/helperprogram.h"
#include "app/pipeline/jsonobject.h"
#include "app/pipeline/recordmatches.h"
#include "app/pipeline/rules.h"
#include "detection/sigma/logsource.h"
#include "model/base/files.h"
#include "model/evtx/eventreader.h"
#include "model/evtx/eventxml.h"
#include "model/store/eventstore.h"
#include "model/store/matchedjson.h"

#include <algorithm>

namespace lolscope::cli {

namespace {

std::string damageText(const std::string &file, const Damage &damage)
{
    std::string text = file + ": " + damage.reason;
    if (damage.offset)
        text += " (at byte " + std::to_string(*damage.offset) + ')';
    if (damage.recordId)
        text += " (record " + std::to_string(*damage.recordId) + ')';
    return text;
}

/// Names the damage of a file, equal reasons together: a broken file may have thousands.
void nameDamage(const FileOutcome &file)
{
    if (file.state == FileOutcome::State::Failed)
        message(file.row.path + ": " + file.row.error);
    struct Same
    {
        const Damage *first;
        std::size_t count;
    };
    std::vector<Same> groups;
    for (const Damage &damage : file.row.damage) {
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const Same &group) {
            return group.first->reason == damage.reason;
        });
        if (same == groups.end())
            groups.push_back({&damage, 1});
        else
            ++same->count;
    }
    for (const Same &group : groups)
        message(damageText(file.row.path, *group.first)
                + (group.count > 1 ? ", and " + std::to_string(group.count - 1) + " more like this" : ""));
}

Result<Paths> unreadIn(const Path &casePath)
{
    const auto file = CaseFile::open(casePath, CaseFile::Mode::ReadOnly);
    return file ? unreadFiles(*file) : tl::unexpected(file.error());
}

void nameUnread(const Paths &unread, const char *why)
{
    constexpr std::size_t kMostNamed = 50;
    if (!unread.empty())
        message(counted(unread.size(), "file") + ' ' + why);
    for (std::size_t i = 0; i < std::min(kMostNamed, unread.size()); ++i)
        message("  " + unread[i].string());
    if (unread.size() > kMostNamed)
        message("  and " + std::to_string(unread.size() - kMostNamed) + " more");
}

const char *stateName(const FileOutcome &file)
{
    if (file.state == FileOutcome::State::Failed)
        return "failed";
    return file.state == FileOutcome::State::Skipped ? "skipped" : "indexed";
}

void printSummary(const IndexSummary &summary, const Engine &engine, const LoadedRuleSet &rules,
                  const Options &options)
{
    const auto damaged = static_cast<std::uint64_t>(
        std::count_if(summary.files.begin(), summary.files.end(),
                      [](const FileOutcome &file) { return isDamaged(file.row); }));
    const auto filesIn = [&](FileOutcome::State state) {
        return static_cast<std::uint64_t>(
            std::count_if(summary.files.begin(), summary.files.end(),
                          [&](const FileOutcome &file) { return file.state == state; }));
    };
    if (options.json) {
        JsonObject json;
        json.number("files", summary.files.size())
            .number("records", summary.records)
            .number("duplicates", summary.duplicates);
        json.number("damaged", damaged)
            .number("failed", filesIn(FileOutcome::State::Failed))
            .number("recovered", summary.recovered);
        json.number("lost", summary.lost)
            .number("skipped", filesIn(FileOutcome::State::Skipped))
            .number("events", summary.events)
            .number("processes", summary.processes);
        json.number("connections", summary.connections)
            .number("connection_records", summary.connectionRecords)
            .number("dns_queries", summary.dnsQueries)
            .number("detections", summary.detections);
        json.number("rules", engine.rules().size()).number("rules_refused", rules.refused.size());
        json.number("alerts", summary.alerts)
            .real("seconds", summary.seconds)
            .number("bytes", summary.bytes)
            .boolean("cancelled", summary.cancelled);
        json.list("losses", summary.losses, [&](const Loss &loss) {
            json.startObject().text("rule_id", loss.ruleId).text("reason", loss.reason);
            json.number("count", loss.count).endObject();
        });
        json.list("outcomes", summary.files, [&](const FileOutcome &file) {
            json.startObject()
                .text("file", file.row.path)
                .text("state", stateName(file))
                .text("sha256", file.row.sha256)
                .number("bytes", file.row.bytes);
            json.number("records", file.row.records)
                .number("duplicates", file.row.duplicates)
                .number("recovered", file.row.recovered);
            json.number("lost", file.row.lost)
                .number("damage", file.row.damage.size())
                .text("error", file.row.error)
                .endObject();
        });
        output(json.line());
        return;
    }
    for (const FileOutcome &file : summary.files)
        outputLine(
            std::string(stateName(file)) + "  " + file.row.path + "  " + std::to_string(file.row.records)
            + " records"
            + (file.row.duplicates ? ", " + std::to_string(file.row.duplicates) + " known already" : "")
            + (file.row.recovered ? ", " + std::to_string(file.row.recovered) + " recovered" : "")
            + (file.row.lost ? ", " + std::to_string(file.row.lost) + " lost" : "")
            + (file.row.error.empty() ? "" : ": " + file.row.error));
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.1f s", summary.seconds);
    output(counted(summary.records, "record") + " read in " + seconds
           + (summary.duplicates ? ", " + std::to_string(summary.duplicates) + " of them known already" : "")
           + "; in the case: " + counted(summary.events, "event") + ", " + std::to_string(summary.processes)
           + " processes, " + counted(summary.connections, "connection")
           + (summary.connectionRecords > summary.connections
                  ? " (in " + std::to_string(summary.connectionRecords) + " events)"
                  : "")
           + ", " + std::to_string(summary.dnsQueries) + " DNS queries, "
           + counted(summary.detections, "detection") + ", " + counted(summary.alerts, "alert") + '\n');
}

void nameLosses(const std::vector<Loss> &losses, const Engine &engine)
{
    for (const Loss &loss : losses) {
        const auto rule = std::find_if(engine.rules().begin(), engine.rules().end(),
                                       [&](const auto &one) { return one->id == loss.ruleId; });
        message(lossText(loss,
                         rule == engine.rules().end() ? loss.ruleId
                                                      : (*rule)->source + ": '" + (*rule)->title + "'"));
    }
}

std::string matchLine(const std::string &evidence, const Event &event, const Match &match)
{
    JsonObject json;
    json.text("rule_id", match.rule->id)
        .text("rule_title", match.rule->title)
        .text("rule_author", match.rule->author);
    json.text("level", sigma::levelName(match.rule->level)).text("evidence", evidence);
    json.number("record_id", event.recordId).number("event_id", std::uint64_t{event.eventId});
    json.text("provider", event.provider).text("channel", event.channel).text("computer", event.computer);
    json.time("time", eventTime(event)).raw("matched", matchedToJson(storedMatch(match)));
    return json.text("coverage_note", sigma::fallBackMark(event)).line();
}

Result<void> writeOut(const std::string &text)
{
    if (!text.empty() && !output(text))
        return fail(ErrorCode::Io, "the output could not be written");
    return {};
}

/// Matches of joined events, and those of correlation rules, by way of a case that goes away afterwards.
Result<IndexSummary> matchInCase(const Engine &engine, Join join, const Paths &inputs,
                                 const std::stop_token &stop, Progress &progress)
{
    auto file = CaseFile::temporary();
    if (!file)
        return tl::unexpected(file.error());
    auto summary = indexForDetection(*file, inputs, engine, stop, progress);
    if (!summary || summary->cancelled)
        return summary;
    FirstCitation citations(*file);
    const auto printed = forEachDetection(
        *file, engine, join,
        [&](const JoinedEvent &event, const Match &match) -> Result<void> {
            const auto evidence = citations.fileOf(event.id);
            if (!evidence)
                return tl::unexpected(evidence.error());
            return writeOut(matchLine(*evidence, event.event, match));
        },
        stop);
    if (printed)
        summary->losses = lossesOf(*printed);
    else if (printed.error().code == ErrorCode::Cancelled)
        summary->cancelled = true;
    else
        return tl::unexpected(printed.error());
    return summary;
}

} // namespace

int index(const Options &options, const Path &casePath, const RuleArguments &arguments, const Paths &inputs,
          bool resume)
{
    const auto stop = interruption();
    Paths all = inputs;
    if (resume) {
        const auto unread = unreadIn(casePath);
        if (!unread)
            return report(unread.error());
        nameUnread(*unread, "to be read, as the case names them:");
        for (const Path &path : *unread)
            if (fileFacts(path).kind == FileKind::Folder)
                message(path.string() + ": a folder, not the file that was to be read");
            else
                all.push_back(path);
    }
    const auto rules = loadRules(options, arguments);
    const Engine &engine = rules.engine;
    Progress progress;
    const auto summary = [&] {
        const ProgressLine line(progress, options);
        return indexEvidence(casePath, all, engine, stop, progress);
    }();
    if (!summary)
        return reportOf(casePath, summary.error());
    for (const FileOutcome &file : summary->files)
        nameDamage(file);
    nameLosses(summary->losses, engine);
    const auto unread = unreadIn(casePath);
    if (!unread)
        return report(unread.error());
    if (!summary->cancelled)
        nameUnread(*unread,
                   "not read, as an earlier run was interrupted; add --resume to read them, or name others:");
    const bool foundNone = !all.empty() && summary->files.empty() && !summary->cancelled;
    if (foundNone)
        message("no event logs (.evtx or .xml) were found in what was given");
    if (summary->goneAlerts > 0)
        message(
            counted(summary->goneAlerts, "alert")
            + " of rules that did not run this time went with them; name their folders with --rules to have "
              "them again");
    if (!options.quiet || options.json)
        printSummary(*summary, engine, rules.loaded, options);
    if (summary->cancelled)
        return kCancelled;
    const bool isWhole = !foundNone && !summary->imperfect() && unread->empty() && !summary->isOpen()
        && rules.loaded.refused.empty();
    return isWhole ? kDone : kImperfect;
}

int detect(const Options &options, const Paths &ruleFolders, bool join, const Paths &inputs)
{
    const auto stop = interruption();
    const auto rules = ruleFolders.empty() ? bundledRuleLoad() : loadRuleFolders(ruleFolders);
    nameRefused(rules.refused);
    nameWarnings(rules.warnings);
    const Engine engine(rules.loaded, rules.correlations);
    Progress progress;
    auto summary = [&] {
        const ProgressLine line(progress, options);
        if (join || !engine.correlations().rules().empty())
            return matchInCase(engine, join ? Join::All : Join::None, inputs, stop, progress);
        return matchRecords(
            inputs, engine,
            [](const std::string &evidence, const Event &event, const Match &match, std::string &text) {
                text += matchLine(evidence, event, match);
            },
            writeOut, stop, progress);
    }();
    if (!summary)
        return report(summary.error());
    for (const FileOutcome &outcome : summary->files)
        nameDamage(outcome);
    if (summary->cancelled)
        return kCancelled;
    for (Loss &loss : notEvaluatedLosses(engine))
        summary->losses.push_back(std::move(loss));
    nameLosses(summary->losses, engine);
    const bool isWhole = !summary->imperfect() && !summary->isOpen() && rules.refused.empty();
    return isWhole ? kDone : kImperfect;
}

int dump(bool xml, const Paths &inputs)
{
    const auto stop = interruption();
    bool imperfect = false;
    EventBatch batch;
    for (const EvidenceFile &file : findEvidence(inputs, stop)) {
        const std::string path = file.path.string();
        const EventJson json(path);
        ReadOptions options;
        options.xml = xml;
        options.helper = helperProgram();
        options.stop = stop;
        options.prepare = [&](EventBatch &made) { // on the threads that decode
            if (xml)
                for (const Event &event : made.events)
                    made.prepared += event.xml.empty() ? toEventXml(event) : std::string(event.xml);
            else
                json.write(made);
        };
        auto reader =
            file.error.empty() ? openEvents(file.path, options) : fail(ErrorCode::Io, file.error, path);
        if (!reader) {
            message(describe(reader.error()));
            imperfect = true;
            continue;
        }
        for (;;) {
            const auto more = (*reader)->next(batch);
            if (!output(batch.prepared))
                return report({ErrorCode::Io, "the output could not be written"});
            for (const Damage &damage : batch.damage) {
                message(damageText(path, damage));
                imperfect = imperfect || !damage.slack;
            }
            if (stop.stop_requested())
                return kCancelled;
            if (!more) {
                message(path + ": " + describe(more.error()));
                imperfect = true;
            }
            if (!more || !*more)
                break;
        }
    }
    return imperfect ? kImperfect : kDone;
}

} // namespace lolscope::cli
