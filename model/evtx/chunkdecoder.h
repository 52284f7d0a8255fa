#pragma once

#include "model/evtx/chunkoutline.h"
#include "model/evtx/eventextractor.h"
#include "model/evtx/xmlrenderer.h"

#include <functional>
#include <string>

namespace lolscope {

/// Decodes whole chunks: every live record comes out as an event or as named damage, leftovers behind them
/// that still read whole come out as recovered events. One thread at a time; keeps what it learnt of
/// templates.
class ChunkDecoder
{
public:
    /// Gives the batch that the next event or damage goes to; called before each.
    using Target = std::function<EventBatch &()>;

    /// `xml`: fill Event::xml.
    explicit ChunkDecoder(bool xml = false)
        : m_withXml(xml)
    {}

    /// Decodes the chunk with bytes `chunk` (as for outlineChunk()), the `number`-th of its file from 0.
    void decode(const binxml::ChunkBytes &chunk, std::uint64_t number, const ChunkExpectations &expected,
                const Target &target);

private:
    bool decodeRecord(const binxml::ChunkBytes &chunk, const ChunkRecord &record, bool recovered,
                      const Target &target, binxml::Fault &fault);
    void decodeLeftovers(const binxml::ChunkBytes &chunk, const Target &target);

    const bool m_withXml;
    binxml::EventExtractor m_extractor;
    binxml::XmlRenderer m_renderer;
    std::string m_xml; ///< Of one record.
    ChunkOutline m_outline;
    std::uint64_t m_offset = 0; ///< Of the chunk in the file.
    std::uint32_t m_number = 0;
};

} // namespace lolscope
