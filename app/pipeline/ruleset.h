#pragma once

#include "detection/sigma/rule.h"
#include "model/base/result.h"
#include "model/store/casefile.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lolscope {

/// Which rules run: the bundled LOLBin pack, and rules from folders the user added.
struct RuleSet
{
    bool bundled = true;
    std::vector<std::filesystem::path> folders; ///< Absolute; single rule files too.
    // Of the folders' rules those run that pass all three; the pack runs whole.
    sigma::Level minLevel = sigma::Level::Informational;
    std::vector<std::string> statuses = {}; ///< `stable`, ...; empty: any.
    std::vector<std::string> tags = {}; ///< A rule needs one of them, without case; empty: any.
    std::map<std::string, bool> byId = {}; ///< Rules switched on or off one by one, whatever else is said.

    bool runs(const sigma::Rule &rule, bool bundledRule) const;
    friend bool operator==(const RuleSet &, const RuleSet &) = default;
};

/// The rule set kept in a settings file (JSON, UTF-8); the default one when there is no such file. Errors:
/// Io, TooLarge, Corrupt (with the byte, or the key that is wrong).
Result<RuleSet> readRuleSet(const std::filesystem::path &file);
/// Makes the folder of the file when it is missing. Errors: Io, DiskFull.
Result<void> writeRuleSet(const std::filesystem::path &file, const RuleSet &set);

/// A name for a rule set and the files in its folders, by their sizes and times: another one when something
/// of it changed.
std::string ruleFilesState(const RuleSet &set);

/// The rules of a set as its folders hold them now.
struct LoadedRuleSet
{
    static constexpr int kPack = -1; ///< Instead of a folder.
    struct Rule
    {
        sigma::RulePtr rule; ///< A correlation rule too.
        int folder = kPack; ///< Index into RuleSet::folders.
        bool runs = false;
        sigma::RulePtr sameId =
            nullptr; ///< The rule that stands for this one: it has the same id, before it or in its place.
        std::vector<Error> warnings = {}; ///< About its text, with line and column.
        sigma::RulePtr replaces = nullptr; ///< The bundled rule that this one of a folder stands for.
    };
    struct Refused
    {
        sigma::RefusedRule rule;
        int folder = kPack;
    };
    std::vector<Rule> rules;
    std::vector<Refused> refused;

    std::vector<std::shared_ptr<const sigma::Filter>> filters; ///< All apply.
    std::vector<Error> warnings; ///< About filters.

    /// For an Engine.
    std::vector<sigma::RulePtr> running() const;
    std::vector<sigma::RulePtr> runningCorrelations() const;
};
/// Reads the folders anew on all cores. What cannot be read is refused like bad rules. A folder's rule that
/// runs stands for the bundled one of its id: who tunes a copy wants the copy.
LoadedRuleSet loadRuleSet(const RuleSet &set);

/// A line for each rule of a folder that replaces a bundled one, or that another one stands for.
std::vector<std::string> sameIdLines(const LoadedRuleSet &loaded);

/// Of the refused ones the folders themselves that cannot be read: rules are missing without a file to name.
std::vector<Error> unreadableFolders(const RuleSet &set, const LoadedRuleSet &loaded);

/// What a case says about a rule.
struct RuleOutcome
{
    /// That its log source takes, by provider, channel and event id; of a correlation rule none.
    std::uint64_t events = 0;
    bool ran = false; ///< The detections of the case come from this very text of the rule, among others.
    std::uint64_t hits = 0; ///< Detections.
    std::uint64_t alerts = 0;
    std::uint64_t notEvaluated = 0; ///< Of `events`: it may or may not match them.
    std::string reason = {}; ///< Why; of a correlation rule what all of them together did not look at.
    /// Of those it was evaluated on.
    std::uint64_t evaluated() const { return events - notEvaluated; }
};
/// One for each of `rules`, in their order.
Result<std::vector<RuleOutcome>> ruleOutcomes(const CaseFile &file, const std::vector<sigma::RulePtr> &rules);

/// True when there are rule files in `paths` and no event logs: what a user means to add as rule folders.
bool holdRulesOnly(const std::vector<std::filesystem::path> &paths);

} // namespace lolscope
