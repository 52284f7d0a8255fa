#include "app/cli/oncase.h"
#include "app/cli/verbs.h"
#include "app/pipeline/jsonobject.h"
#include "app/pipeline/ruleset.h"
#include "detection/sigma/filter.h"
#include "model/base/text.h"

#include <optional>

namespace lolscope::cli {

namespace {

std::string outcomeText(const RuleOutcome &outcome, bool isCorrelation)
{
    if (outcome.events == 0 && !isCorrelation)
        return "no such data in this case";
    if (!outcome.ran)
        return isCorrelation ? "not run in this case"
                             : "not run in this case, which has " + counted(outcome.events, "such event");
    const std::string found = counted(outcome.hits, "hit") + ", " + counted(outcome.alerts, "alert");
    if (isCorrelation)
        return "evaluated, " + found
            + (outcome.reason.empty() ? "" : "; of all correlation rules together: " + outcome.reason);
    return "evaluated on " + counted(outcome.evaluated(), "event") + ", " + found
        + (outcome.notEvaluated == 0
               ? ""
               : "; not evaluated on " + counted(outcome.notEvaluated, "event") + ": " + outcome.reason);
}

std::string ruleText(const LoadedRuleSet::Rule &one, const RuleOutcome *outcome)
{
    const sigma::Rule &rule = *one.rule;
    std::string text = std::string(one.sameId ? "repeated " : "loaded   ") + rule.source + ':'
        + std::to_string(rule.line) + "  " + rule.title + "  ["
        + (rule.author.empty() ? "no author" : rule.author) + ']';
    if (one.sameId)
        text += "  same id as " + one.sameId->source + ", which is used";
    if (one.replaces)
        text += "  replaces the bundled rule";
    if (!one.sameId && outcome)
        text += "  " + outcomeText(*outcome, rule.correlation != nullptr);
    for (const auto &filter : rule.filters)
        text += (&filter == &rule.filters.front() ? "  (filtered by " : ", ") + filter->title;
    text += rule.filters.empty() ? "" : ")";
    return visible(text) + '\n';
}

std::string ruleJson(const LoadedRuleSet::Rule &one, const RuleOutcome *outcome)
{
    const sigma::Rule &rule = *one.rule;
    JsonObject json;
    json.text("rule_id", rule.id).text("rule_title", rule.title).text("rule_author", rule.author);
    json.text("level", sigma::levelName(rule.level)).text("status", rule.status);
    json.text("file", rule.source).number("line", static_cast<std::uint64_t>(rule.line));
    json.text("state", one.sameId ? "repeated" : "loaded")
        .text("kind", rule.correlation ? "correlation" : "rule");
    json.list("filters", rule.filters, [&](const auto &filter) { json.string(filter->title); });
    if (one.sameId)
        json.text("same_id_as", one.sameId->source);
    if (one.replaces)
        json.text("replaces", one.replaces->source);
    if (outcome && !one.sameId) {
        json.number("events", outcome->events).boolean("ran", outcome->ran);
        json.number("hits", outcome->hits).number("alerts", outcome->alerts);
        json.number("not_evaluated", outcome->notEvaluated).text("not_evaluated_reason", outcome->reason);
    }
    return json.line();
}

std::string warningLine(const Error &warning, bool json)
{
    if (!json)
        return visible("warning  " + describe(warning)) + '\n';
    return JsonObject()
        .text("file", warning.source)
        .number("line", static_cast<std::uint64_t>(warning.line))
        .number("column", static_cast<std::uint64_t>(warning.column))
        .text("state", "warning")
        .text("reason", warning.detail)
        .line();
}

std::string refusedJson(const sigma::RefusedRule &refused)
{
    JsonObject json;
    return json.text("rule_id", refused.id)
        .text("rule_title", refused.title)
        .text("rule_author", refused.author)
        .text("file", refused.reason.source)
        .number("line", static_cast<std::uint64_t>(refused.reason.line))
        .number("column", static_cast<std::uint64_t>(refused.reason.column))
        .text("state", "refused")
        .text("reason", refused.reason.detail)
        .line();
}

Result<std::vector<RuleOutcome>> outcomesIn(const Path &casePath, const LoadedRuleSet &rules)
{
    const auto file = CaseFile::open(casePath, CaseFile::Mode::ReadOnly);
    if (!file)
        return tl::unexpected(file.error());
    std::vector<sigma::RulePtr> all;
    for (const auto &one : rules.rules)
        all.push_back(one.rule);
    return ruleOutcomes(*file, all);
}

} // namespace

int checkRules(const Options &options, const Path &casePath, const Paths &folders)
{
    RuleSet set;
    set.folders = folders;
    auto rules = loadRuleSet(set);
    if (!folders.empty()) // the bundled ones only tell what is replaced
        std::erase_if(rules.rules, [](const auto &one) { return one.folder == LoadedRuleSet::kPack; });
    std::vector<RuleOutcome> outcomes;
    if (!casePath.empty()) {
        auto known = outcomesIn(casePath, rules);
        if (!known)
            return report(known.error());
        outcomes = std::move(*known);
    }
    std::size_t repeated = 0, warned = 0;
    const auto warn = [&](const std::vector<Error> &warnings) {
        for (const Error &warning : warnings)
            output(warningLine(warning, options.json));
        warned += warnings.size();
    };
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
        const auto &one = rules.rules[i];
        const RuleOutcome *outcome = outcomes.empty() ? nullptr : &outcomes[i];
        output(options.json ? ruleJson(one, outcome) : ruleText(one, outcome));
        warn(one.warnings);
        repeated += one.sameId ? 1 : 0;
    }
    for (const auto &filter : rules.filters) {
        JsonObject json;
        json.text("rule_id", filter->id).text("rule_title", filter->title).text("file", filter->source);
        json.number("line", static_cast<std::uint64_t>(filter->line))
            .text("state", "loaded")
            .text("kind", "filter");
        output(options.json ? json.line()
                            : visible("loaded   " + filter->source + ':' + std::to_string(filter->line) + "  "
                                      + filter->title + "  (filter)")
                       + '\n');
    }
    warn(rules.warnings);
    for (const auto &refused : rules.refused) {
        const std::string &author = refused.rule.author;
        output(options.json ? refusedJson(refused.rule)
                            : visible("refused  " + describe(refused.rule.reason)
                                      + (author.empty() ? "" : "  [" + author + ']'))
                       + '\n');
    }
    if (!options.json && !options.quiet)
        message(std::to_string(rules.rules.size() + rules.filters.size() - repeated) + " loaded, "
                + std::to_string(rules.refused.size()) + " refused"
                + (repeated ? ", " + std::to_string(repeated) + " repeated" : "")
                + (warned ? ", " + counted(warned, "warning") : ""));
    return rules.refused.empty() ? kDone : kImperfect;
}

} // namespace lolscope::cli
