#pragma once

#include "model/base/result.h"

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>

namespace lolscope {

/// Lets `write` fill a file beside `path` and renames it when whole: `path` is the old file or the new one,
/// never a part. A device or pipe is written to as it is. Errors: Io, DiskFull, those of `write`.
Result<void> writeWhole(const std::filesystem::path &path,
                        const std::function<Result<void>(std::ostream &)> &write);

/// The bytes of a file. Errors: Io; TooLarge past `mostBytes`.
Result<std::string> readWhole(const std::filesystem::path &path, std::uintmax_t mostBytes);

} // namespace lolscope
