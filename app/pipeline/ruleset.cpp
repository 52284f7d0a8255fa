#include "app/pipeline/ruleset.h"

#include "app/pipeline/detecting.h"
#include "app/pipeline/evidencefiles.h"
#include "app/pipeline/jsonobject.h"
#include "app/pipeline/ruledigests.h"
#include "app/pipeline/rules.h"
#include "app/pipeline/wholefile.h"
#include "detection/sigma/detection.h"
#include "detection/sigma/logsource.h"
#include "model/base/files.h"
#include "model/base/sha256.h"
#include "model/base/text.h"
#include "model/store/alertstore.h"
#include "model/store/eventstore.h"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <span>
#include <unordered_map>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kMaxSettingsBytes = 16u << 20; // a hundred thousand rules switched one by one

using Json = rapidjson::Value;

[[noreturn]] void throwWrong(const char *key)
{
    throw Error{ErrorCode::Corrupt, std::string("'") + key + "' is not what a rule set has there"};
}

std::string textOf(const Json &value, const char *key)
{
    if (!value.IsString())
        throwWrong(key);
    return {value.GetString(), value.GetStringLength()};
}

std::vector<std::string> textsOf(const Json &object, const char *key)
{
    std::vector<std::string> texts;
    const auto found = object.FindMember(key);
    if (found == object.MemberEnd())
        return texts;
    if (!found->value.IsArray())
        throwWrong(key);
    for (const Json &value : found->value.GetArray())
        texts.push_back(textOf(value, key));
    return texts;
}

RuleSet fromJson(const Json &json)
{
    if (!json.IsObject())
        throwWrong("rule set");
    RuleSet set;
    for (const std::string &folder : textsOf(json, "folders"))
        set.folders.push_back(utf8Path(folder));
    if (const auto level = json.FindMember("min_level"); level != json.MemberEnd()) {
        const auto known = sigma::levelByName(textOf(level->value, "min_level"));
        if (!known)
            throwWrong("min_level");
        set.minLevel = *known;
    }
    set.statuses = textsOf(json, "statuses");
    set.tags = textsOf(json, "tags");
    for (const std::string &id : textsOf(json, "on"))
        set.byId[id] = true;
    for (const std::string &id : textsOf(json, "off"))
        set.byId[id] = false;
    return set;
}

std::string toJson(const RuleSet &set)
{
    JsonObject json;
    const auto texts = [&](const char *key, const auto &list) {
        json.list(key, list, [&](const auto &text) { json.string(text); });
    };
    std::vector<std::string> folders, on, off;
    for (const fs::path &folder : set.folders)
        folders.push_back(folder.string());
    for (const auto &[id, runs] : set.byId)
        (runs ? on : off).push_back(id);
    texts("folders", folders);
    json.text("min_level", sigma::levelName(set.minLevel));
    texts("statuses", set.statuses);
    texts("tags", set.tags);
    texts("on", on);
    texts("off", off);
    return json.line();
}

bool isAmong(const std::string &text, const std::vector<std::string> &texts)
{
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string &other) { return equalsFolded(text, other); });
}

/// Gives each warning to the rule in whose document it is. `rules` are those of the texts the warnings are
/// about; what is left is about filters.
std::vector<Error> handOut(std::vector<Error> warnings, std::span<LoadedRuleSet::Rule> rules)
{
    std::map<std::pair<std::string_view, int>, LoadedRuleSet::Rule *> byPlace;
    for (LoadedRuleSet::Rule &one : rules)
        byPlace[{one.rule->source, one.rule->line}] = &one;
    std::vector<Error> left;
    for (Error &warning : warnings) {
        const auto after = byPlace.upper_bound({warning.source, warning.line});
        auto *one = after == byPlace.begin() ? nullptr : std::prev(after)->second;
        const auto isWithin = [&](const sigma::Rule &rule) {
            const auto lines = 1 + std::count(rule.text.begin(), rule.text.end(), '\n');
            return rule.source == warning.source && warning.line < rule.line + lines;
        };
        (one && isWithin(*one->rule) ? one->warnings : left).push_back(std::move(warning));
    }
    return left;
}

/// The first of `folders` that `source`, a path found through one of them, is in.
int folderHolding(const std::vector<fs::path> &folders, const std::string &source)
{
    const auto holds = [&](const fs::path &folder) {
        const std::string within = (folder / "").string();
        return source == folder || source.starts_with(within);
    };
    const auto found = std::find_if(folders.begin(), folders.end(), holds);
    return static_cast<int>(found == folders.end() ? 0 : found - folders.begin());
}

void preferFolders(const RuleSet &set, std::vector<LoadedRuleSet::Rule> &rules)
{
    std::unordered_map<std::string_view, LoadedRuleSet::Rule *> bundled;
    for (auto &one : rules) {
        if (one.folder == LoadedRuleSet::kPack) {
            bundled[one.rule->id] = &one;
            continue;
        }
        const auto found = bundled.find(one.rule->id); // the pack comes first
        if (found == bundled.end())
            continue;
        LoadedRuleSet::Rule &other = *found->second;
        if (other.sameId) {
            one.sameId = other.sameId;
        } else if (set.runs(*one.rule, false)) {
            one.sameId = nullptr;
            one.replaces = other.rule;
            one.runs = true;
            other.sameId = one.rule;
            other.runs = false;
        }
    }
}

bool takes(const sigma::Rule &rule, const EventKindRow &kind)
{
    Event event;
    event.provider = kind.provider;
    event.channel = kind.channel;
    event.eventId = kind.eventId;
    return rule.detection
        && std::any_of(rule.detection->events.begin(), rule.detection->events.end(),
                       [&](const sigma::EventKind &one) { return sigma::isOfKind(event, one); });
}

} // namespace

bool RuleSet::runs(const sigma::Rule &rule, bool bundledRule) const
{
    if (const auto one = byId.find(rule.id); one != byId.end())
        return one->second;
    if (bundledRule)
        return true;
    return rule.level >= minLevel && (statuses.empty() || isAmong(rule.status, statuses))
        && (tags.empty() || std::any_of(rule.tags.begin(), rule.tags.end(), [this](const std::string &tag) {
                return isAmong(tag, tags);
            }));
}

Result<RuleSet> readRuleSet(const fs::path &file)
{
    std::error_code status;
    if (!fs::exists(file, status) && !status)
        return RuleSet();
    const auto text = readWhole(file, kMaxSettingsBytes);
    if (!text)
        return tl::unexpected(text.error());
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text->data(),
                                                                                       text->size());
    if (json.HasParseError())
        return tl::unexpected(Error{ErrorCode::Corrupt, rapidjson::GetParseError_En(json.GetParseError()),
                                    file.string(), json.GetErrorOffset()});
    try {
        return fromJson(json);
    } catch (const Error &error) {
        return fail(error.code, error.detail, file.string());
    }
}

Result<void> writeRuleSet(const fs::path &file, const RuleSet &set)
{
    std::error_code ignored; // a folder that cannot be made shows itself when the file is written
    fs::create_directories(file.parent_path(), ignored);
    return writeWhole(file, [&](std::ostream &out) -> Result<void> {
        out << toJson(set);
        return {};
    });
}

std::string ruleFilesState(const RuleSet &set)
{
    Sha256 hash;
    hash.add(toJson(set));
    for (const fs::path &folder : set.folders) {
        std::error_code status;
        const auto files = fileFacts(folder).kind == FileKind::Folder ? findRuleFiles(folder, status)
                                                                      : std::vector<fs::path>{folder};
        for (const fs::path &file : files) {
            const FileFacts facts = fileFacts(file);
            hash.add(file.string()).add(facts.bytes).add(static_cast<std::uint64_t>(facts.written));
        }
    }
    return hex(hash.digest());
}

std::vector<sigma::RulePtr> LoadedRuleSet::running() const
{
    std::vector<sigma::RulePtr> all;
    for (const Rule &one : rules)
        if (one.runs && !one.rule->correlation)
            all.push_back(one.rule);
    return all;
}

std::vector<sigma::RulePtr> LoadedRuleSet::runningCorrelations() const
{
    std::vector<sigma::RulePtr> all;
    for (const Rule &one : rules)
        if (one.runs && one.rule->correlation)
            all.push_back(one.rule);
    return all;
}

LoadedRuleSet loadRuleSet(const RuleSet &set)
{
    LoadedRuleSet all;
    std::unordered_map<std::string, sigma::RulePtr> byId;
    const auto add = [&](sigma::RuleLoad load, const auto &folderOf) {
        const auto before = all.rules.size();
        for (auto *list : {&load.loaded, &load.correlations})
            for (sigma::RulePtr &rule : *list) {
                const auto [first, isFirst] = byId.try_emplace(rule->id, rule);
                const int folder = folderOf(rule->source);
                const bool runs = isFirst && set.runs(*rule, folder == LoadedRuleSet::kPack);
                all.rules.push_back({std::move(rule), folder, runs, isFirst ? nullptr : first->second});
            }
        all.filters.insert(all.filters.end(), load.filters.begin(), load.filters.end());
        const auto left = handOut(std::move(load.warnings), std::span(all.rules).subspan(before));
        all.warnings.insert(all.warnings.end(), left.begin(), left.end());
        for (sigma::RefusedRule &refused : load.refused) {
            const int folder = folderOf(refused.reason.source);
            all.refused.push_back({std::move(refused), folder});
        }
    };
    if (set.bundled)
        add(bundledRuleLoad(), [](const std::string &) { return LoadedRuleSet::kPack; });
    // All at once: a correlation rule of one folder may build on rules of another.
    add(loadRuleFolders(set.folders),
        [&](const std::string &source) { return folderHolding(set.folders, source); });
    preferFolders(set, all.rules);
    return all;
}

std::vector<std::string> sameIdLines(const LoadedRuleSet &loaded)
{
    std::vector<std::string> lines;
    for (const auto &one : loaded.rules) {
        const std::string rule =
            one.rule->source + ':' + std::to_string(one.rule->line) + ": '" + one.rule->title + "' ";
        if (one.replaces)
            lines.push_back(rule + "replaces the bundled rule '" + one.replaces->title + "'");
        else if (one.sameId && one.folder != LoadedRuleSet::kPack)
            lines.push_back(rule + "does not run: same id as " + one.sameId->source + ", which is used");
    }
    return lines;
}

std::vector<Error> unreadableFolders(const RuleSet &set, const LoadedRuleSet &loaded)
{
    std::vector<Error> errors;
    for (const auto &refused : loaded.refused)
        if (refused.folder >= 0 && refused.rule.reason.code == ErrorCode::Io
            && set.folders[static_cast<std::size_t>(refused.folder)] == refused.rule.reason.source)
            errors.push_back(refused.rule.reason);
    return errors;
}

Result<std::vector<RuleOutcome>> ruleOutcomes(const CaseFile &file, const std::vector<sigma::RulePtr> &rules)
{
    const auto kinds = kindCounts(file);
    if (!kinds)
        return tl::unexpected(kinds.error());
    const auto ran = ruleHits(file);
    if (!ran)
        return tl::unexpected(ran.error());
    const auto open = losses(file);
    if (!open)
        return tl::unexpected(open.error());
    std::unordered_map<std::string_view, Loss> openOf;
    std::string openOfCorrelations;
    for (const Loss &one : *open)
        if (!one.ruleId.empty()) {
            Loss &all = openOf[one.ruleId];
            all.count += one.count;
            all.reason += (all.reason.empty() ? "" : "; ") + one.reason;
        } else
            openOfCorrelations +=
                (openOfCorrelations.empty() ? "" : "; ") + std::to_string(one.count) + ' ' + one.reason;
    std::unordered_map<std::string_view, const RuleHits *> hits;
    for (const RuleHits &one : *ran)
        hits[one.id] = &one;
    std::vector<RuleOutcome> outcomes;
    for (const sigma::RulePtr &rule : rules) {
        RuleOutcome outcome;
        for (const EventKindRow &kind : *kinds)
            if (takes(*rule, kind))
                outcome.events += kind.events;
        if (const auto found = hits.find(rule->id);
            found != hits.end() && found->second->text == storedText(*rule)) {
            outcome.ran = true;
            outcome.hits = found->second->detections;
            outcome.alerts = found->second->alerts;
            if (rule->correlation) {
                outcome.reason = openOfCorrelations;
            } else if (const auto left = openOf.find(rule->id); left != openOf.end()) {
                outcome.notEvaluated = std::min(left->second.count, outcome.events);
                outcome.reason = left->second.reason;
            }
        }
        outcomes.push_back(outcome);
    }
    return outcomes;
}

bool holdRulesOnly(const std::vector<fs::path> &paths)
{
    bool rules = false;
    for (const fs::path &path : paths) {
        std::error_code status;
        if (!fs::is_directory(path, status)) {
            if (!isRuleFile(path))
                return false;
            rules = true;
            continue;
        }
        const auto found = findEvidence({path}, {});
        if (std::any_of(found.begin(), found.end(),
                        [](const EvidenceFile &one) { return one.error.empty(); }))
            return false;
        rules = rules || !findRuleFiles(path, status).empty();
    }
    return rules;
}

} // namespace lolscope
