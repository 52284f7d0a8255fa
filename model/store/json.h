#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <cstdint>
#include <functional>
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

/// Reads a JSON list of texts and whole numbers, in order. Error: Corrupt for any other shape.
Result<void> readValues(std::string_view json, const std::function<void(std::string_view)> &text,
                        const std::function<void(std::int64_t)> &number);

/// A JSON list of texts, and back (anything else reads as empty).
std::string listToJson(std::span<const std::string> texts);
std::vector<std::string> listFromJson(std::string_view json);

} // namespace lolscope
