#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <filesystem>
#include <string>

namespace lolscope {

/// The XML of an event, read anew from the evidence `path` at the place that `event` tells (offset, chunk,
/// recovered): with all the structure of the record, in UTF-8. What is there must be the event, in every
/// member and field; only the case of the computer's name may differ. Reads one chunk, or one element of
/// event XML. Errors: Io (missing, unreadable); Corrupt (nothing readable there any more); Invalid (another
/// event is there, or `event` tells no place).
Result<std::string> recordXml(const std::filesystem::path &path, const Event &event);

} // namespace lolscope
