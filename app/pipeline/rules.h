#pragma once

#include "detection/engine/engine.h"
#include "detection/sigma/rule.h"

#include <filesystem>
#include <system_error>
#include <vector>

namespace lolscope {

/// The LOLBin pack: the rules compiled into the program. Their source begins with kBundledRuleSource.
/// References are resolved and filters applied, here and below.
sigma::RuleLoad bundledRuleLoad();

/// Reads every `.yml`/`.yaml` file below the folders (or the files themselves), sorted by path. Files that
/// cannot be read are refused like bad rules; one below several of the folders is read once. Correlation
/// rules and filters may refer to rules of any of them. A file past kMaxRuleFileBytes is refused.
sigma::RuleLoad loadRuleFolders(const std::vector<std::filesystem::path> &folders);
constexpr std::uintmax_t kMaxRuleFileBytes = 4u << 20; // the largest public rule is under 100 KiB

bool isRuleFile(const std::filesystem::path &path); ///< By its name.
/// The rule files below a folder, sorted. What was found before an error stays.
std::vector<std::filesystem::path> findRuleFiles(const std::filesystem::path &folder,
                                                 std::error_code &status);

} // namespace lolscope
