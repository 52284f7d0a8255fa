#pragma once

#include "tests/support/sigmareference/value.h"

#include <string>
#include <vector>

namespace lolscope::test {

/// Applies the modifiers of a key to a value, left to right. `all` and `neq` are about the whole item and
/// leave the value alone. Returns why that cannot be done, empty when it could.
std::string applyModifiers(ReferenceValue &value, const std::vector<std::string> &modifiers);

} // namespace lolscope::test
