#pragma once

#include "model/evtx/eventreader.h"

namespace lolscope {

/// Reads an .evtx file with our own decoder, chunk by chunk in file order: the live events of a chunk, then
/// what could be recovered behind them. Every live record is either given as an event or named as Damage.
/// Memory does not grow with the file. Destroying the reader before its end stops its threads at once, after
/// the chunks they are at. Errors: Io; Corrupt for what is no log, see EvtxFile::open().
Result<std::unique_ptr<EventReader>> openEvtx(const std::filesystem::path &path,
                                              const ReadOptions &options = {});

} // namespace lolscope
