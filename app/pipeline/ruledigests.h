#pragma once

#include "detection/engine/engine.h"

#include <map>
#include <string>

namespace lolscope {

/// The text of a rule as the case keeps it: with the filters that narrow it.
std::string storedText(const sigma::Rule &rule);

/// For each rule of `engine`, by id, a digest of all that what it finds depends on besides the events: its
/// text, the filters that apply to it, whether it is silent (CorrelationSet::isSilent()), of a correlation
/// rule the same of what it builds on, and the version of the program, since that is what reads the text.
std::map<std::string, std::string> ruleDigests(const Engine &engine);

/// A name for the rules of an engine that changes when any of their digests does.
std::string ruleSetName(const Engine &engine);

} // namespace lolscope
