#pragma once

#include "detection/sigma/detection.h"
#include "detection/sigma/yaml.h"

#include <string>
#include <string_view>
#include <vector>

namespace lolscope::sigma {

/// Longest text of one value. Windows command lines end at 32,767 characters.
constexpr std::size_t kMaxValueBytes = 32'768;

/// Compiles what stands under one name of `detection:` (a map, a list of maps, keywords). Its items are added
/// to `items`. Errors have line and column: Unsupported for modifiers we do not know, Corrupt, TooLarge.
Result<Expression> parseSelection(const yaml::Node &node, std::vector<Item> &items);

} // namespace lolscope::sigma
