#include "detection/engine/valuecache.h"

#include <cstring>

namespace lolscope {

namespace {

/// Longest row of taken places that is searched: who writes a log may choose values whose hashes meet.
constexpr std::size_t kMostProbes = 16;
constexpr std::size_t kFewestPlaces = 1024;

/// Mixes as wyhash does (https://github.com/wangyi-fudan/wyhash, public domain): the two halves of a product.
std::uint64_t mix(std::uint64_t a, std::uint64_t b)
{
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char *at, std::size_t bytes)
{
    std::uint64_t word = 0;
    std::memcpy(&word, at, bytes);
    return word;
}

constexpr std::uint64_t kOdd1 = 0xA0761D6478BD642FU;
constexpr std::uint64_t kOdd2 = 0xE7037ED1A0B428DBU;

} // namespace

std::uint64_t ValueCache::hashOf(std::uint32_t field, std::string_view value)
{
    const char *at = value.data();
    std::size_t left = value.size();
    std::uint64_t hash = mix(field ^ kOdd1, left ^ kOdd2);
    for (; left >= 16; left -= 16, at += 16)
        hash = mix(load(at, 8) ^ kOdd1, load(at + 8, 8) ^ hash);
    if (left >= 8)
        hash = mix(load(at, 8) ^ kOdd1, load(at + 8, left - 8) ^ hash);
    else if (left > 0)
        hash = mix(load(at, left) ^ kOdd2, hash ^ kOdd1);
    return hash == 0 ? 1 : hash;
}

const ValueCache::Entry *ValueCache::lookUp(const Generation &generation, std::uint64_t hash,
                                            std::uint32_t field, std::string_view value)
{
    const std::size_t mask = generation.entries.size() - 1;
    if (generation.entries.empty())
        return nullptr;
    for (std::size_t probe = 0, at = hash & mask; probe < kMostProbes; ++probe, at = (at + 1) & mask) {
        const Entry &entry = generation.entries[at];
        if (entry.hash == 0)
            return nullptr;
        if (entry.hash == hash && entry.field == field && entry.length == value.size()
            && (value.empty()
                || std::memcmp(entry.bytes + entry.truths * sizeof(Truth), value.data(), value.size()) == 0))
            return &entry;
    }
    return nullptr;
}

std::optional<std::span<const Truth>> ValueCache::find(std::uint32_t field, std::string_view value)
{
    const std::uint64_t hash = hashOf(field, value);
    if (const Entry *entry = lookUp(m_young, hash, field, value))
        return truthsOf(*entry);
    if (const Entry *entry = lookUp(m_old, hash, field, value)) {
        keep(hash, field, value, truthsOf(*entry));
        if (const Entry *kept = lookUp(m_young, hash, field, value))
            return truthsOf(*kept);
    }
    m_missed = hash;
    return {};
}

void ValueCache::insert(std::uint32_t field, std::string_view value, std::span<const Truth> truths)
{
    keep(m_missed, field, value, truths);
}

void ValueCache::keep(std::uint64_t hash, std::uint32_t field, std::string_view value,
                      std::span<const Truth> truths)
{
    const std::size_t bytes = truths.size_bytes() + value.size() + alignof(Truth);
    if (bytes > kGenerationBytes)
        return;
    char *room = m_young.texts.reserve(bytes);
    const auto gap =
        (alignof(Truth) - reinterpret_cast<std::uintptr_t>(room) % alignof(Truth)) % alignof(Truth);
    Entry entry{hash, field, static_cast<std::uint32_t>(value.size()),
                static_cast<std::uint32_t>(truths.size()), room + gap};
    if (!truths.empty())
        std::memcpy(room + gap, truths.data(), truths.size_bytes());
    if (!value.empty())
        std::memcpy(room + gap + truths.size_bytes(), value.data(), value.size());
    m_young.texts.commit(bytes);
    m_young.bytes += bytes;

    if (m_young.count * 2 >= m_young.entries.size()) {
        std::vector<Entry> before(std::max(kFewestPlaces, m_young.entries.size() * 2));
        before.swap(m_young.entries);
        m_young.count = 0;
        for (const Entry &old : before)
            if (old.hash != 0)
                place(m_young, old);
    }
    place(m_young, entry);

    if (m_young.count >= kGenerationValues || m_young.bytes >= kGenerationBytes) {
        std::swap(m_young, m_old);
        m_young.entries.assign(kFewestPlaces, {});
        m_young.count = 0;
        m_young.bytes = 0;
        m_young.texts.clear();
    }
}

void ValueCache::place(Generation &generation, const Entry &entry)
{
    const std::size_t mask = generation.entries.size() - 1;
    for (std::size_t probe = 0, at = entry.hash & mask; probe < kMostProbes; ++probe, at = (at + 1) & mask) {
        if (generation.entries[at].hash != 0)
            continue;
        generation.entries[at] = entry;
        ++generation.count;
        return;
    }
}

} // namespace lolscope
