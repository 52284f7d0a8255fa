#pragma once

#include "model/evtx/eventreader.h"

namespace lolscope {

/// Reads an .evtx file through libevtx (20181227 or later), recovered records last and marked.
/// Every live record of evtxStructure() is either given as an event or named as Damage.
Result<std::unique_ptr<EventReader>> openEvtxFile(const std::filesystem::path &path);

} // namespace lolscope
