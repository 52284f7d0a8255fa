#include "app/cli/rulearguments.h"

#include "model/base/files.h"

namespace lolscope::cli {

ChosenRules loadRules(const Options &options, const RuleArguments &arguments)
{
    RuleSet set;
    set.bundled = !arguments.noBundled;
    set.minLevel = sigma::levelByName(arguments.minLevel).value();
    set.statuses = arguments.statuses;
    for (const auto &folder : arguments.folders)
        set.folders.push_back(absolutePath(folder));
    auto loaded = loadRuleSet(set);
    for (const auto &one : loaded.refused)
        nameRefused({one.rule});
    for (const auto &one : loaded.rules)
        nameWarnings(one.warnings);
    nameWarnings(loaded.warnings);
    for (const auto &line : sameIdLines(loaded))
        message(line);
    Engine engine(loaded.running(), loaded.runningCorrelations());
    if (set != RuleSet() && !options.quiet)
        message(std::to_string(engine.rules().size() + engine.correlations().rules().size()) + " rules run, "
                + std::to_string(loaded.refused.size()) + " refused");
    return {std::move(loaded), std::move(engine)};
}

void nameRefused(const std::vector<sigma::RefusedRule> &refused)
{
    for (const auto &one : refused)
        message(describe(one.reason));
}

void nameWarnings(const std::vector<Error> &warnings)
{
    for (const auto &warning : warnings)
        message(describe(warning));
}

} // namespace lolscope::cli
