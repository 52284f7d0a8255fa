#pragma once

#include "model/base/result.h"
#include "model/store/rows.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

std::string_view fieldSourceName(FieldSource source); ///< `event`, `process start`, `asked name`

/// The matched values of a detection as `[{"field":,"value":,"test":,"source":}]`.
std::string matchedToJson(std::span<const DetectionRow::Matched> matched);
/// Back again. Error: Corrupt for any other shape.
Result<std::vector<DetectionRow::Matched>> matchedFromJson(std::string_view json);

} // namespace lolscope
