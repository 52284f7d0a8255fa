#pragma once

#include "app/cli/console.h"
#include "app/pipeline/ruleset.h"
#include "detection/engine/engine.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lolscope::cli {

/// What `--rules`, `--no-bundled`, `--min-level` and `--status` say.
struct RuleArguments
{
    std::vector<std::filesystem::path> folders;
    bool noBundled = false;
    std::string minLevel = "informational";
    std::vector<std::string> statuses;
};

struct ChosenRules
{
    LoadedRuleSet loaded;
    Engine engine; ///< Of those that run.
};
/// Loads the rules; names what is refused or odd, and how many run when it is not just the pack.
ChosenRules loadRules(const Options &options, const RuleArguments &arguments);

/// Names documents that are refused, and what is odd about others.
void nameRefused(const std::vector<sigma::RefusedRule> &refused);
void nameWarnings(const std::vector<Error> &warnings);

} // namespace lolscope::cli
