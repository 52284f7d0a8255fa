#pragma once

#include "model/evtx/binxml.h"
#include "model/evtx/bytes.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <libdeflate.h>

/// Where things are in an .evtx file: offsets in bytes from the start of the header they belong to. Source:
/// libyal, "Windows XML Event Log (EVTX) format", file header, chunk header, event record.
namespace lolscope {

constexpr std::uint64_t kEvtxHeaderBytes = 4096;
constexpr std::uint64_t kEvtxChunkBytes = 65536;

// File header
constexpr std::size_t kFileHeaderBytes = 128; ///< That mean something; the rest of kEvtxHeaderBytes is zero.
constexpr std::size_t kFileLastChunk = 16, kFileHeaderSize = 32, kFileMinor = 36, kFileMajor = 38,
                      kFileBlockSize = 40, kFileChunkCount = 42, kFileFlags = 120, kFileCrc = 124;
constexpr std::size_t kFileSummed = 120; ///< The first so many bytes are in the checksum.
constexpr std::uint32_t kNoCrcFlag = 4; ///< No checksums were written. Of version 3.2; not in the document.

// Chunk header, of binxml::kChunkHeaderBytes
constexpr std::size_t kChunkFirstId = 24, kChunkLastId = 32, kChunkFree = 48, kChunkRecordsCrc = 52,
                      kChunkCrc = 124;

// Event record
constexpr std::size_t kRecordId = 8, kRecordWritten = 16;
constexpr std::size_t kRecordHeaderBytes = 24; ///< Signature, size, id, time written.
constexpr std::size_t kSmallestRecord = kRecordHeaderBytes + 4; ///< Header and the copy of the size.

inline bool isChunk(const std::uint8_t *header)
{
    return std::memcmp(header, "ElfChnk", 8) == 0;
}

/// Whether the first kFileHeaderBytes of a file say that it has checksums.
inline bool hasChecksums(const std::uint8_t *header)
{
    return (readAt<std::uint32_t>(header + kFileFlags) & kNoCrcFlag) == 0;
}

inline std::uint32_t fileHeaderCrc(const std::uint8_t *header)
{
    return libdeflate_crc32(0, header, kFileSummed);
}

/// Of the chunk header without its flags and this checksum.
inline std::uint32_t chunkHeaderCrc(const std::uint8_t *chunk)
{
    constexpr std::size_t kSummed = 120, kBehind = 128;
    return libdeflate_crc32(libdeflate_crc32(0, chunk, kSummed), chunk + kBehind,
                            binxml::kChunkHeaderBytes - kBehind);
}

/// Of the records, which end at `free`.
inline std::uint32_t chunkRecordsCrc(const std::uint8_t *chunk, std::size_t free)
{
    return libdeflate_crc32(0, chunk + binxml::kChunkHeaderBytes, free - binxml::kChunkHeaderBytes);
}

} // namespace lolscope
