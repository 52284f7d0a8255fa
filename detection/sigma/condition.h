#pragma once

#include "detection/sigma/detection.h"
#include "model/base/result.h"

#include <span>
#include <string>
#include <string_view>

namespace lolscope::sigma {

/// Deepest nesting of parentheses; public rules need three.
constexpr int kMaxConditionDepth = 50;
/// Most selections a condition may name, those behind patterns counted: bounds the work for one event.
constexpr std::size_t kMaxConditionTerms = 5'000;

/// Reads a condition over selections with these names (in the order of Detection::selections).
/// Errors say where in `text` by Error::offset: Corrupt for what is no condition or names no selection,
/// Unsupported for aggregations, TooLarge.
Result<Expression> parseCondition(std::string_view text, std::span<const std::string> names);

} // namespace lolscope::sigma
