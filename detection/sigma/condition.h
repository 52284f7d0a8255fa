#pragma once

#include "detection/sigma/detection.h"
#include "detection/sigma/yaml.h"
#include "model/base/result.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::sigma {

/// Deepest nesting of parentheses; public rules need three.
constexpr int kMaxConditionDepth = 50;
/// Most selections a condition may name, those behind patterns counted: bounds the work for one event.
constexpr std::size_t kMaxConditionTerms = 5'000;

/// Reads a condition over selections with these names (in the order of Detection::selections).
/// Errors say where in `text` by Error::offset: Corrupt for what is no condition or names no selection,
/// Unsupported for aggregations, TooLarge. `warnings` gets one, with its offset, for keywords in upper case:
/// no Sigma, but other tools take them.
Result<Expression> parseCondition(std::string_view text, std::span<const std::string> names,
                                  std::vector<Error> &warnings);
/// The condition that `node` holds. Errors and warnings have line and column.
Result<Expression> parseCondition(const yaml::Node &node, std::span<const std::string> names,
                                  std::vector<Error> &warnings);

/// Whether `word` is `and`, `or` or `not`, in lower or in upper case.
bool isConditionKeyword(std::string_view word);

} // namespace lolscope::sigma
