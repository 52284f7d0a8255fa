#pragma once

#include "model/evtx/templateplan.h"

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace lolscope::binxml {

/// The plans of one thread, found by what a definition says and not by where it lies: every chunk has its own
/// copies of the templates it uses, and all of them share one plan.
class PlanCache
{
public:
    /// Past these, the cache starts anew: a log has tens to hundreds of templates, a forged one as many as it
    /// likes.
    static constexpr std::size_t kMaxPlans = 4096;
    static constexpr std::size_t kMaxSourceBytes = std::size_t{16} << 20;

    /// Forgets where the definitions of the last chunk were; plans stay.
    void startChunk() { m_places.fill({}); }

    /// The plan of `instance`'s definition in `place`, compiled if it is new. Null with a fault for a
    /// definition that cannot be read. `work` is lowered by what had to be done, roughly in bytes; a fault
    /// when that is more than there is. Valid until the next call of startChunk().
    const std::shared_ptr<const Plan> *find(const ChunkBytes &chunk, const Instance &instance, Place place,
                                            std::size_t &work, Fault &fault);

private:
    /// A definition met in this chunk.
    struct Known
    {
        std::size_t definition = 0; ///< 0: none.
        std::size_t fragmentEnd = 0;
        Place place = Place::Document;
        bool distrusted = false;
        std::shared_ptr<const Plan> plan;
    };

    std::array<Known, 256>
        m_places; ///< By a hash of offset and place; a later one takes an earlier one's room.
    std::unordered_multimap<std::uint64_t, std::shared_ptr<const Plan>> m_plans;
    std::size_t m_sourceBytes = 0;
    Canonical m_scratch;
};

} // namespace lolscope::binxml
