#pragma once

#include "model/base/result.h"

#include <filesystem>
#include <functional>
#include <iosfwd>

namespace lolscope {

/// Lets `write` fill a file beside `path` and renames it when whole: `path` is the old file or the new one, never a
/// part. A device or pipe is written to as it is. Errors: Io, DiskFull, those of `write`.
Result<void> writeWhole(const std::filesystem::path &path, const std::function<Result<void>(std::ostream &)> &write);

} // namespace lolscope
