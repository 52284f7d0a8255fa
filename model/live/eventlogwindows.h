#pragma once

#include "model/live/eventlogapi.h"

#include <string>

namespace lolscope {

/// The functions of the wevtapi.dll at `path`, which is absolute: one that a test brought. Windows alone.
Result<std::shared_ptr<EventLogApi>> eventLogOf(const std::wstring &path);

} // namespace lolscope
