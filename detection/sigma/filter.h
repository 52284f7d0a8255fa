#pragma once

#include "detection/sigma/correlation.h"
#include "detection/sigma/rule.h"
#include "detection/sigma/yaml.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lolscope::sigma {

/// A Sigma filter document (Sigma filters specification 2.1): a condition that rules have to fulfil besides
/// their own. To exclude something its condition begins with `not`. Immutable once loaded.
struct Filter
{
    std::string id; ///< UUID text, lower case; may be empty.
    std::string title;
    LogSource logSource;
    std::vector<RuleReference> rules; ///< Empty: every rule of the log source (`any`, as pySigma has it).
    std::string source; ///< File name or other origin.
    int line = 0;
    std::string text; ///< Its YAML document as read.
    std::shared_ptr<const Detection> detection; ///< Its identifiers and condition.
};
using FilterPtr = std::shared_ptr<const Filter>;

/// Reads a filter; `root` is a map with the key `filter`. Its references are still to be resolved. Errors
/// and warnings have line and column: Corrupt, Unsupported for what is unknown, TooLarge.
Result<std::shared_ptr<Filter>> parseFilter(const yaml::Node &root, std::vector<Error> &warnings);

/// Whether every key that `outer` sets is the same in `inner`, without case.
bool contains(const LogSource &outer, const LogSource &inner);

/// `rule` with the condition `(its own) and (filter) and ...`. The identifiers of a filter are its own, so
/// the same name in the rule or in another filter is another selection.
RulePtr filtered(const Rule &rule, std::span<const FilterPtr> filters);

} // namespace lolscope::sigma
