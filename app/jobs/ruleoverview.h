#pragma once

#include "app/pipeline/ruleset.h"
#include "model/items/rulelistmodel.h"

#include <QFuture>
#include <QFutureWatcher>

#include <filesystem>
#include <optional>
#include <vector>

namespace lolscope {

/// Everything the list of rules shows: the rule set, its rules and what the case says of them.
struct RuleOverview
{
    RuleSet set;
    LoadedRuleSet loaded;
    std::vector<RuleItem> items; ///< First the rules of `loaded` in their order, then its refused ones.
    /// The settings, a folder or the case could not be read, or a filter is odd; the rest stands.
    std::vector<Error> errors;
};

/// Reads the rules anew on a pool thread. Without `set` that of the settings file is read. `added` folders
/// come to it unless they are there. `casePath` is empty without a case.
QFuture<RuleOverview> readRuleOverview(std::optional<RuleSet> set, std::filesystem::path settings,
                                       std::vector<std::filesystem::path> added,
                                       std::filesystem::path casePath);

/// writeRuleSet() and holdRulesOnly() on a pool thread.
QFuture<Result<void>> writeRuleSetAsync(std::filesystem::path settings, RuleSet set);
QFuture<bool> holdRulesOnlyAsync(std::vector<std::filesystem::path> paths);

/// Calls `then` with the result in the thread of `context`, unless that is gone by then.
template<typename Value, typename Then>
void whenDone(QObject *context, const QFuture<Value> &future, Then then)
{
    auto *watcher = new QFutureWatcher<Value>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, then = std::move(then)] {
        watcher->deleteLater();
        then(watcher->result());
    });
    watcher->setFuture(future);
}

} // namespace lolscope
