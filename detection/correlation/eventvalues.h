#pragma once

#include "detection/sigma/rule.h"
#include "model/base/event.h"

#include <span>
#include <string>
#include <vector>

namespace lolscope {

/// The values of `fields` in an event that `rule` matched, as the rule would see them (aliases of its log
/// source included). Of a field with several values the first that is not empty, so the record's own before
/// a joined one; empty text for a field that is absent.
std::vector<std::string> valuesOf(const Event &event, const sigma::Rule &rule,
                                  std::span<const std::string> fields);

} // namespace lolscope
