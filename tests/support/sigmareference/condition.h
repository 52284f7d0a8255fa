#pragma once

#include "tests/support/sigmareference/selection.h"

#include <string>
#include <utility>
#include <vector>

namespace lolscope::test {

using Selections = std::vector<std::pair<std::string, Test>>;

/// Reads a condition over the selections. Throws Refusal.
Test conditionTest(const std::string &text, const Selections &selections);

} // namespace lolscope::test
