#pragma once

#include "model/base/event.h"
#include "model/evtx/plancache.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::binxml {

/// Makes events from the records of chunks. The views of an event point into the batch it was made for.
/// One thread at a time; reused from chunk to chunk, since it keeps the plans of the templates met.
class EventExtractor
{
public:
    /// Deepest nesting of BinXml values and template instances. Windows nests two.
    static constexpr unsigned kMaxNesting = 16;
    /// Most text (names, values), steps (fields, values, pieces of text) and bytes of BinXml compiled for one
    /// chunk. A template may use one value many times, so the 64 KiB of a forged chunk could ask for any
    /// amount; an honest one asks for a tenth of these.
    static constexpr std::size_t kMaxChunkText = std::size_t{4} << 20;
    static constexpr std::size_t kMaxChunkSteps = std::size_t{1} << 18;
    static constexpr std::size_t kMaxChunkWork = std::size_t{8} << 20;

    /// Call it before the first record of a chunk.
    void startChunk();

    /// Reads the BinXml from `at` to `end` of `chunk`. False with the fault for what is no event; the batch
    /// may then hold texts that nothing points to. Fills the members of `event` that the record itself tells,
    /// and no others.
    bool extract(const ChunkBytes &chunk, std::size_t at, std::size_t end, EventBatch &batch, Event &event,
                 Fault &fault);

private:
    bool fragment(std::size_t at, std::size_t end, Place place);
    bool instance(std::size_t at, std::size_t end, Place place);
    bool inlineFragment(std::size_t at, std::size_t end, Place place);
    bool run(const Plan &plan, std::size_t values, std::size_t valueCount);
    bool step(const Plan &plan, const Op &op, std::size_t values);
    bool leaf(const Plan &plan, const Op &op, std::size_t values);
    bool nested(const Value &value, Place place);

    std::string_view text(const Plan &plan, const Op &op, std::size_t values);
    std::string_view textOf(const Plan &plan, std::uint32_t first, std::uint32_t count, std::size_t values);
    std::string_view render(const Value &value);
    bool charge(std::size_t bytes);
    void push(std::vector<Field> &fields, std::string_view name, std::string_view value);
    void collectParts(const Plan &plan, std::uint32_t first, std::uint32_t count, std::size_t values);
    void collect(const Value &value);
    template<typename Number>
    std::optional<Number> number(const Plan &plan, const Op &op, std::size_t values);
    void setTime(const Plan &plan, const Op &op, std::size_t values);
    void addFields(std::vector<Field> &fields, const Plan &plan, const Op &op, std::string_view name,
                   std::size_t values);
    bool fail(const char *reason);

    PlanCache m_cache;
    // Of the record being read
    const ChunkBytes *m_chunk = nullptr;
    EventBatch *m_batch = nullptr;
    Event *m_event = nullptr;
    Fault m_fault;
    std::vector<Value> m_values; ///< Of all instances around the one being run.
    std::vector<Field> m_system;
    std::vector<Field> m_data;
    EventSize m_size;
    std::string m_collected; ///< A text of several pieces.
    unsigned m_nesting = 0;
    std::size_t m_elements = 0; ///< Elements met so far: tells whether a BinXml value held any.
    // Left of the chunk's limits
    std::size_t m_textLeft = 0;
    std::size_t m_steps = 0;
    std::size_t m_work = 0;
    // Plans that m_batch holds already
    const EventBatch *m_heldBy = nullptr;
    std::vector<const Plan *> m_held;
};

} // namespace lolscope::binxml
