#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// A file below a folder, or something there that cannot be read.
struct FoundFile
{
    std::filesystem::path path;
    std::string error = {}; ///< Why it cannot be read or searched; empty for a file.
};

/// The regular files below `folder` that `wants` takes by their path, sorted within each folder; their paths
/// begin with `folder`. Named, not passed over: folders that cannot be searched (one that went away meanwhile
/// apart, but for `folder` itself), links to folders, which are not followed, and what `wants` takes and is
/// no regular file. Ends early when stopped.
std::vector<FoundFile> findFiles(const std::filesystem::path &folder,
                                 const std::function<bool(const std::filesystem::path &)> &wants,
                                 const std::stop_token &stop);

} // namespace lolscope
