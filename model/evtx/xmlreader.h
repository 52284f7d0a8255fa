#pragma once

#include "model/evtx/eventreader.h"

namespace lolscope {

/// Reads a text of `<Event>` elements: one after the other, or inside a root element. The file is read in
/// blocks and each element parsed alone, so that a bad one costs only itself and memory stays flat.
Result<std::unique_ptr<EventReader>> openXmlFile(const std::filesystem::path &path);

} // namespace lolscope
