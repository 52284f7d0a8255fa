#pragma once

#include "model/base/event.h"
#include "model/evtx/evtxlayout.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace lolscope {

/// A record by its header.
struct ChunkRecord
{
    std::size_t at = 0; ///< Offset in the chunk.
    std::size_t size = 0;
    std::uint64_t id = 0;
    bool cut = false; ///< The file ends within it.
};

/// What the headers say is in a chunk, and what is wrong with them.
struct ChunkOutline
{
    std::vector<ChunkRecord> records; ///< Live ones, in order.
    std::vector<Damage> damage; ///< With offsets in the file.
    std::size_t end = 0; ///< Where the live records end; what looks like a record behind it is left over.
    bool broken = false; ///< They end there because of damage, so leftovers may be part of the log.
};

/// What the file says of a chunk before it is read.
struct ChunkExpectations
{
    bool checked = true; ///< False where a flag says that no checksums were written.
    bool counted = false; ///< The file header counts it.
    bool before = false; ///< Another chunk follows.
};

/// Outlines the chunk, whose bytes are kEvtxChunkBytes or less where the file ends in it, and stand at
/// `offset` of the file. A block without chunk signature has no live records; it is damage unless all zero
/// and behind the last chunk, where Windows leaves such blocks in a preallocated file.
void outlineChunk(const binxml::ChunkBytes &chunk, std::uint64_t offset, const ChunkExpectations &expected,
                  ChunkOutline &out);

/// The first thing at `from` or behind that looks like a record: signature at a multiple of eight, a possible
/// size, and the same size at its end.
std::optional<ChunkRecord> findRecord(const binxml::ChunkBytes &chunk, std::size_t from);

} // namespace lolscope
