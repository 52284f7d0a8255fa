#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// A file to read events from, or something that cannot be read.
struct EvidenceFile
{
    std::filesystem::path path;
    std::string error = {}; ///< Why it cannot be read or searched; empty for a file.
};

/// The files as named, and every `.evtx` and `.xml` below the folders, sorted within each folder, each once;
/// absolute. Links to folders are not followed but named, as are folders that cannot be entered and what is
/// no regular file.
std::vector<EvidenceFile> findEvidence(const std::vector<std::filesystem::path> &inputs,
                                       const std::stop_token &stop);

} // namespace lolscope
