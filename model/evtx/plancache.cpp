#include "model/evtx/plancache.h"

#include "model/evtx/bytes.h"

#include <algorithm>

namespace lolscope::binxml {

namespace {

std::uint64_t hashOf(const Canonical &fragment, Place place)
{
    // Any good mix will do: equality is checked. The read-ahead behind the fragment makes its size a round
    // one.
    std::uint64_t hash = 0x9e3779b97f4a7c15 + static_cast<std::uint64_t>(place);
    std::size_t at = 0;
    for (; at + 8 <= fragment.size(); at += 8) {
        hash = (hash ^ readAt<std::uint64_t>(fragment.data() + at)) * 0xff51afd7ed558ccd;
        hash ^= hash >> 32;
    }
    return hash ^ fragment.size();
}

} // namespace

const std::shared_ptr<const Plan> *PlanCache::find(const ChunkBytes &chunk, const Instance &instance,
                                                   Place place, std::size_t &work, Fault &fault)
{
    const std::size_t slot =
        (instance.definition * 7 + static_cast<std::size_t>(place) * 31) % m_places.size();
    Known &known = m_places[slot];
    if (known.definition == instance.definition && known.fragmentEnd == instance.fragmentEnd
        && known.place == place && known.distrusted == chunk.distrusted)
        return &known.plan;

    const bool read =
        canonicalize(chunk, instance.fragment, instance.fragmentEnd, Where::InDefinition, m_scratch, fault);
    if (m_scratch.size() > work) {
        work = 0;
        fault = {"the chunk's templates take too much work", instance.definition};
        return nullptr;
    }
    work -= m_scratch.size();
    if (!read)
        return nullptr;
    const std::uint64_t hash = hashOf(m_scratch, place);
    const auto [from, to] = m_plans.equal_range(hash);
    const auto same = std::find_if(from, to, [&](const auto &entry) {
        return entry.second->place == place && entry.second->source == m_scratch;
    });
    std::shared_ptr<const Plan> plan;
    if (same != to) {
        plan = same->second;
    } else {
        auto compiled = std::make_shared<Plan>();
        if (!compile(m_scratch, place, *compiled, fault))
            return nullptr;
        compiled->source = m_scratch;
        compiled->place = place;
        if (m_plans.size() >= kMaxPlans || m_sourceBytes > kMaxSourceBytes) {
            m_plans.clear();
            m_sourceBytes = 0;
        }
        m_sourceBytes += m_scratch.size();
        plan = std::move(compiled);
        m_plans.emplace(hash, plan);
    }
    known = {instance.definition, instance.fragmentEnd, place, chunk.distrusted, std::move(plan)};
    return &known.plan;
}

} // namespace lolscope::binxml
