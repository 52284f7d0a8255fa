#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// Fields as one JSON object, name -> text, in order of first appearance; repeated names become lists: the
/// form of `dump`.
std::string fieldsToJson(std::span<const Field> fields);

/// Appends `text` as a JSON string, quotes included. Valid UTF-8 stays as it is.
void appendJsonString(std::string &json, std::string_view text);

/// A JSON list of texts.
std::string listToJson(std::span<const std::string> texts);
/// Back again. Error: Corrupt for any other shape, with the offset.
Result<std::vector<std::string>> listFromJson(std::string_view json);

} // namespace lolscope
