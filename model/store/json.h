#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// Fields as one JSON object, name -> text, in order of first appearance; repeated names become lists.
/// The form of `event.data` and `event.system` in the case, and of `dump`.
std::string fieldsToJson(std::span<const Field> fields);

/// The same back, as views in `batch`. A list gives its name several times. Error: Corrupt.
Result<std::vector<Field>> fieldsFromJson(std::string_view json, EventBatch &batch);

/// A JSON list of texts, and back (anything else reads as empty).
std::string listToJson(std::span<const std::string> texts);
std::vector<std::string> listFromJson(std::string_view json);

} // namespace lolscope
