#include "app/pipeline/ruleset.h"

#include "app/pipeline/detecting.h"
#include "app/pipeline/evidencefiles.h"
#include "app/pipeline/jsonobject.h"
#include "app/pipeline/rules.h"
#include "app/pipeline/wholefile.h"
#include "detection/sigma/detection.h"
#include "detection/sigma/logsource.h"
#include "model/base/files.h"
#include "model/base/text.h"
#include "model/store/alertstore.h"
#include "model/store/eventstore.h"

#include <algorithm>
#include <ostream>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
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

bool takes(const sigma::Rule &rule, const KindCount &kind)
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
    const auto add = [&](sigma::RuleLoad load, int folder) {
        for (auto *list : {&load.loaded, &load.correlations})
            for (sigma::RulePtr &rule : *list) {
                const auto [first, isFirst] = byId.try_emplace(rule->id, rule);
                const bool runs = isFirst && set.runs(*rule, folder == LoadedRuleSet::kPack);
                all.rules.push_back({std::move(rule), folder, runs, isFirst ? nullptr : first->second});
            }
        all.filters.insert(all.filters.end(), load.filters.begin(), load.filters.end());
        all.warnings.insert(all.warnings.end(), load.warnings.begin(), load.warnings.end());
        for (sigma::RefusedRule &refused : load.refused)
            all.refused.push_back({std::move(refused), folder});
    };
    if (set.bundled)
        add(bundledRuleLoad(), LoadedRuleSet::kPack);
    for (std::size_t i = 0; i < set.folders.size(); ++i)
        add(loadRuleFolders({set.folders[i]}), static_cast<int>(i));
    return all;
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
    std::unordered_map<std::string_view, const RuleHits *> hits;
    for (const RuleHits &one : *ran)
        hits[one.id] = &one;
    std::vector<RuleOutcome> outcomes;
    for (const sigma::RulePtr &rule : rules) {
        RuleOutcome outcome;
        for (const KindCount &kind : *kinds)
            if (takes(*rule, kind))
                outcome.events += kind.events;
        if (const auto found = hits.find(rule->id);
            found != hits.end() && found->second->text == storedText(*rule)) {
            outcome.ran = true;
            outcome.hits = found->second->detections;
            outcome.alerts = found->second->alerts;
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
