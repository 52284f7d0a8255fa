#pragma once

#include "model/base/event.h"
#include "model/base/result.h"
#include "model/evtx/chunkoutline.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace lolscope::test {

/// Where a record lies in an .evtx file, from its header alone.
struct RecordPlace
{
    std::uint64_t offset = 0; ///< Of the record's first byte in the file.
    std::uint64_t id = 0; ///< The record header's identifier.
};

/// The outline of an .evtx file: which records its chunks hold, and what is wrong with them.
struct EvtxStructure
{
    std::vector<RecordPlace> records; ///< Live records, in file order.
    std::vector<Damage> damage; ///< Bad chunks, checksums, records; each with its offset.
};

/// Walks the chunks of an .evtx file by the file's size (the header's chunk count is wrong in real files) and
/// the records of each chunk by their headers, checking signatures, CRC-32 and sizes; no record is decoded.
/// It is the yardstick that tells whether a decoder gave every record there is.
/// Format: libyal, "Windows XML Event Log (EVTX) format", sections 2 (file header), 3 (chunk), 4 (event
/// record). Errors: Io; Corrupt for what is no log, see EvtxFile::open().
Result<EvtxStructure> evtxStructure(const std::filesystem::path &path);

} // namespace lolscope::test
