#pragma once

#include <filesystem>

namespace lolscope {

/// Where lolscope-evtxhelper is, for ReadOptions::helper: beside the program that runs, or in
/// `../libexec/lolscope` from there, where it is installed to. The latter also when it is in neither.
std::filesystem::path helperProgram();

} // namespace lolscope
