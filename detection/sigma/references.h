#pragma once

#include "detection/sigma/rule.h"

namespace lolscope::sigma {

/// Longest chain of correlation rules that refer to one another; published ones have two links.
constexpr std::size_t kMaxChain = 16;
/// Most items that filters may add to rules in all: a filter for every rule repeats itself in each of them.
constexpr std::size_t kMaxFilteredItems = 1'000'000;

/// Resolves what correlation rules and filters refer to, once everything is loaded, wherever it stands: a
/// rule by its id or, where no other rule has it, its name. Filters narrow the rules they are for
/// (Rule::filters tells which); a correlation rule is narrowed by those of the rules it builds on.
///
/// Refused, with the place: filters and correlation rules that refer to a rule that is not loaded or to a
/// name that several have; filters for correlation rules; correlation rules whose references go in a circle,
/// with those that build on them, and those with the id of another rule. Warned of: a rule that a filter
/// lists though it is not of the filter's log source.
void resolveReferences(RuleLoad &load);

} // namespace lolscope::sigma
