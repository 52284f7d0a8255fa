#pragma once

#include "detection/engine/engine.h"
#include "detection/sigma/rule.h"

#include <filesystem>
#include <vector>

namespace lolscope {

/// The rules compiled into the program. References are resolved and filters applied, here and below.
sigma::RuleLoad bundledRuleLoad();

/// Reads every `.yml`/`.yaml` file below the folders (or the files themselves), sorted by path. Files that
/// cannot be read are refused like bad rules. Correlation rules and filters may refer to rules of any of
/// them. A file past kMaxRuleFileBytes is refused.
sigma::RuleLoad loadRuleFolders(const std::vector<std::filesystem::path> &folders);
constexpr std::uintmax_t kMaxRuleFileBytes = 4u << 20; // the largest public rule is under 100 KiB

} // namespace lolscope
