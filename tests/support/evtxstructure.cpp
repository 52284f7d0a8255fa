#include "tests/support/evtxstructure.h"

#include "model/evtx/evtxfile.h"

namespace lolscope::test {

Result<EvtxStructure> evtxStructure(const std::filesystem::path &path)
{
    const auto file = EvtxFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    EvtxStructure structure;
    structure.damage = file->damage();
    std::vector<std::uint8_t> buffer(kEvtxChunkBytes + kReadAhead);
    ChunkOutline outline;
    for (std::uint64_t chunk = 0; chunk < file->chunkCount(); ++chunk) {
        const auto got = file->read(chunk, std::span(buffer).first(kEvtxChunkBytes));
        if (!got)
            return tl::unexpected(got.error());
        const std::uint64_t offset = EvtxFile::chunkOffset(chunk);
        outlineChunk({buffer.data(), *got, false}, offset, file->expectations(chunk), outline);
        for (const ChunkRecord &record : outline.records)
            structure.records.push_back({offset + record.at, record.id});
        structure.damage.insert(structure.damage.end(), outline.damage.begin(), outline.damage.end());
    }
    return structure;
}

} // namespace lolscope::test
