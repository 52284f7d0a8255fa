#pragma once

#include "model/base/findfiles.h"

#include <filesystem>
#include <stop_token>
#include <vector>

namespace lolscope {

using EvidenceFile = FoundFile; ///< A file to read events from, or something that cannot be read.

/// The files as named, and every `.evtx` and `.xml` below the folders as findFiles() gives them, each once
/// and absolute. When stopped, a part of them.
std::vector<EvidenceFile> findEvidence(const std::vector<std::filesystem::path> &inputs,
                                       const std::stop_token &stop);

} // namespace lolscope
