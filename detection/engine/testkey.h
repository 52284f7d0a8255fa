#pragma once

#include "detection/sigma/detection.h"

#include <string>

namespace lolscope {

/// Appends to `key` what tells `test` from every other test of a value: equal keys mean equal answers.
void appendKey(const sigma::Test &test, std::string &key);

} // namespace lolscope
