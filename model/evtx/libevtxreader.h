#pragma once

#include "model/evtx/eventreader.h"

namespace lolscope {

/// Reads an .evtx file through libevtx (20181227 or later), recovered records last and marked. Our own
/// decoder (evtxreader.h) is what openEvents() uses; this one is the independent reader it is compared with.
/// It may crash on forged or odd records (20181227 does on a text of U+FFFE), so never open evidence with it
/// in the process of the program. Every live record of evtxStructure() is either given as an event or named
/// as Damage.
Result<std::unique_ptr<EventReader>> openWithLibevtx(const std::filesystem::path &path);

} // namespace lolscope
