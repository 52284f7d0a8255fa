#include "app/jobs/ruleoverview.h"

#include <QtConcurrentRun>

#include <algorithm>

namespace lolscope {

namespace {

RuleItem itemOf(const LoadedRuleSet::Rule &one)
{
    const sigma::Rule &rule = *one.rule;
    RuleItem item;
    item.id = rule.id;
    item.title = rule.title;
    item.status = rule.status;
    item.author = rule.author;
    item.description = rule.description;
    item.level = static_cast<int>(rule.level);
    item.tags = rule.tags;
    item.folder = one.folder;
    item.source = rule.source + ':' + std::to_string(rule.line);
    item.runs = one.runs;
    item.isCorrelation = rule.correlation != nullptr;
    for (const Error &warning : one.warnings)
        item.warnings.push_back({warning.line, warning.column, warning.detail});
    if (one.sameId) {
        item.state = RuleItem::State::Repeated;
        item.reason = one.sameId->source + ':' + std::to_string(one.sameId->line);
    }
    item.replacesBundled = one.replaces != nullptr;
    return item;
}

RuleItem itemOf(const LoadedRuleSet::Refused &one)
{
    const Error &reason = one.rule.reason;
    RuleItem item;
    item.state = RuleItem::State::Refused;
    item.id = one.rule.id;
    item.title = one.rule.title;
    item.author = one.rule.author;
    item.folder = one.folder;
    item.source = reason.source;
    if (reason.line > 0)
        item.source += ':' + std::to_string(reason.line) + ':' + std::to_string(reason.column);
    item.reason = reason.detail;
    return item;
}

Result<void> addOutcomes(RuleOverview &overview, const std::filesystem::path &casePath)
{
    const auto file = CaseFile::open(casePath, CaseFile::Mode::ReadOnly);
    if (!file)
        return tl::unexpected(file.error());
    std::vector<sigma::RulePtr> rules;
    for (const auto &one : overview.loaded.rules)
        rules.push_back(one.rule);
    const auto outcomes = ruleOutcomes(*file, rules);
    if (!outcomes)
        return tl::unexpected(outcomes.error());
    for (std::size_t i = 0; i < outcomes->size(); ++i) {
        const RuleOutcome &one = (*outcomes)[i];
        overview.items[i].inCase = {one.events, one.ran, one.hits, one.alerts, one.notEvaluated, one.reason};
    }
    return {};
}

} // namespace

QFuture<RuleOverview> readRuleOverview(std::optional<RuleSet> set, std::filesystem::path settings,
                                       std::vector<std::filesystem::path> added,
                                       std::filesystem::path casePath)
{
    return QtConcurrent::run([set = std::move(set), settings = std::move(settings), added = std::move(added),
                              casePath = std::move(casePath)] {
        RuleOverview overview;
        if (set) {
            overview.set = *set;
        } else if (auto read = readRuleSet(settings)) {
            overview.set = std::move(*read);
        } else {
            overview.errors.push_back(read.error());
        }
        for (const auto &folder : added)
            if (std::ranges::find(overview.set.folders, folder) == overview.set.folders.end())
                overview.set.folders.push_back(folder);
        overview.loaded = loadRuleSet(overview.set);
        for (Error &error : unreadableFolders(overview.set, overview.loaded))
            overview.errors.push_back(std::move(error));
        overview.errors.insert(overview.errors.end(), overview.loaded.warnings.begin(),
                               overview.loaded.warnings.end());
        for (const auto &one : overview.loaded.rules)
            overview.items.push_back(itemOf(one));
        for (const auto &one : overview.loaded.refused)
            overview.items.push_back(itemOf(one));
        if (!casePath.empty())
            if (auto known = addOutcomes(overview, casePath); !known)
                overview.errors.push_back(known.error());
        return overview;
    });
}

QFuture<Result<void>> writeRuleSetAsync(std::filesystem::path settings, RuleSet set)
{
    return QtConcurrent::run(
        [settings = std::move(settings), set = std::move(set)] { return writeRuleSet(settings, set); });
}

QFuture<bool> holdRulesOnlyAsync(std::vector<std::filesystem::path> paths)
{
    return QtConcurrent::run([paths = std::move(paths)] { return holdRulesOnly(paths); });
}

} // namespace lolscope
