#pragma once

#include "model/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::sigma {

/// Sigma 2.1 rule levels, weakest first so that they compare.
enum class Level : std::uint8_t { Informational, Low, Medium, High, Critical };
std::string_view levelName(Level level); ///< `informational` ... `critical`

std::optional<Level> levelByName(std::string_view name);

/// Which events a rule is about; empty text means the key is not given. Channels and event ids behind it:
/// see logsource.h.
struct LogSource
{
    std::string category;
    std::string product;
    std::string service;
};

struct Detection; // the compiled `detection:` section, see detection.h
struct Correlation; // the `correlation:` section, see correlation.h
struct Filter; // see filter.h

/// One loaded Sigma rule. Immutable and shared, so that any thread may read it.
struct Rule
{
    std::string id; ///< UUID text, lower case; never empty in a loaded rule.
    std::string name; ///< By which correlation rules and filters may refer to it; may be empty.
    std::string title; ///< Never empty.
    std::string status;
    std::string author;
    std::string description;
    std::vector<std::string> references;
    std::vector<std::string> tags; ///< `attack.t1218.005`, ...
    std::vector<std::string> falsePositives;
    Level level = Level::Informational;
    LogSource logSource;
    std::string source; ///< File name or other origin, for messages.
    int line = 0; ///< First line of its document in `source`, from 1.
    std::string text; ///< Its YAML document as read.
    std::shared_ptr<const Detection> detection; ///< Null in a correlation rule.
    std::shared_ptr<const Correlation> correlation; ///< Null in all others.
    std::vector<std::shared_ptr<const Filter>> filters; ///< That `detection` was narrowed by, in their order.
};
using RulePtr = std::shared_ptr<const Rule>;

/// A document that could not be loaded: nothing of it is used.
struct RefusedRule
{
    Error reason; ///< With source, line and column.
    std::string id; ///< As far as it could be read, like the next two.
    std::string title;
    std::string author;
};

struct RuleLoad
{
    std::vector<RulePtr> loaded; ///< Detection rules.
    std::vector<RulePtr> correlations; ///< Correlation rules.
    std::vector<std::shared_ptr<const Filter>> filters;
    std::vector<RefusedRule> refused;
    std::vector<Error> warnings; ///< Worth saying, with their place; nothing was refused for them.
};

/// Reads every document of a YAML text: correlation rules are known by their key `correlation`, filters by
/// `filter`, the others are detection rules. Each document is either loaded whole or refused whole; a YAML
/// syntax error ends the text there, what was read before it stays. Hostile text is fine: size, depth and
/// number of documents are limited. `source` names the text in messages.
/// What correlation rules and filters refer to may stand in other texts: resolveReferences() comes after.
RuleLoad parseRules(std::string_view yaml, std::string_view source);

} // namespace lolscope::sigma
