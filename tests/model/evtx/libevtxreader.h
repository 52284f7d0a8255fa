#pragma once

#include "model/evtx/eventreader.h"

namespace lolscope::test {

/// Reads an .evtx file through libevtx, recovered records last and marked: the independent reader that our
/// decoder is compared with. Event::xml is what libevtx rendered. Every live record of evtxStructure() is
/// either given as an event or named as Damage.
Result<std::unique_ptr<EventReader>> openWithLibevtx(const std::filesystem::path &path);

} // namespace lolscope::test
