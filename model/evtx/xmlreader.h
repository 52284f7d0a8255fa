#pragma once

#include "model/evtx/eventreader.h"

namespace lolscope {

/// Reads a text of `<Event>` elements: one after the other, or inside a root element. The file is read in
/// blocks and each element parsed alone, so that a bad one costs only itself and memory stays flat. `xml`:
/// fill Event::xml with the elements, as they are in the file but for its encoding.
Result<std::unique_ptr<EventReader>> openXmlFile(const std::filesystem::path &path, bool xml = false);

/// The same from byte `offset` of the file on, which must be the start of an element that the file holds.
Result<std::unique_ptr<EventReader>> openXmlFileAt(const std::filesystem::path &path, std::uint64_t offset,
                                                   bool xml);

} // namespace lolscope
