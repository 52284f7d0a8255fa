#pragma once

#include "model/base/event.h"
#include "model/base/readonlyfile.h"
#include "model/base/result.h"
#include "model/evtx/bytes.h"
#include "model/evtx/chunkoutline.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace lolscope {

/// An .evtx file, opened read-only and read by blocks into memory of the caller: a file that shrinks
/// meanwhile (or sits on a share that goes away) gives short blocks or an error, where a mapped one would
/// kill the program. Threads: read() may be called from any number of threads at once.
class EvtxFile
{
public:
    /// Errors: Io; Corrupt for a file without a file header, unless a chunk is where the first of a log is.
    static Result<EvtxFile> open(const std::filesystem::path &path);

    const std::string &source() const { return m_source; }
    std::uint64_t bytes() const { return m_bytes; } ///< When it was opened.
    const std::vector<Damage> &damage() const { return m_damage; } ///< Of the file header.
    /// What the file says of its chunk number `chunk` before it is read.
    ChunkExpectations expectations(std::uint64_t chunk) const
    {
        return {m_checked, chunk < m_countedChunks, chunk < m_lastChunk};
    }

    /// Chunks by the file's size, the last of which may be cut. The count in the file header is wrong in real
    /// files.
    std::uint64_t chunkCount() const;
    static std::uint64_t chunkOffset(std::uint64_t chunk)
    {
        return kEvtxHeaderBytes + chunk * kEvtxChunkBytes;
    }

    /// Reads chunks from `first` on into `out`, and gives the number of bytes read: less than asked for at
    /// the end of the file. Error: Io.
    Result<std::size_t> read(std::uint64_t first, std::span<std::uint8_t> out) const;

private:
    EvtxFile(ReadOnlyFile file, std::string source)
        : m_file(std::move(file))
        , m_source(std::move(source))
    {}
    Result<void> readHeader();
    Result<void> findLastChunk();

    ReadOnlyFile m_file;
    std::string m_source;
    std::uint64_t m_bytes = 0;
    bool m_checked = true;
    std::uint64_t m_countedChunks = 0; ///< By the file header, which often counts too few.
    std::uint64_t m_lastChunk = 0; ///< The last one with a signature; 0 also without any.
    std::vector<Damage> m_damage;
};

} // namespace lolscope
