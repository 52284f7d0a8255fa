#pragma once

#include "detection/engine/fieldmatcher.h"
#include "model/base/arena.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace lolscope {

/// Remembers for values of fields which predicates they make true: logs repeat few values (2% of them are
/// distinct in long logs). Bounded: two generations of kGenerationBytes each; when the younger is full it
/// becomes the older, whose values are forgotten unless they were asked for since. For one thread.
class ValueCache
{
public:
    static constexpr std::size_t kGenerationBytes = std::size_t{6} << 20;
    static constexpr std::size_t kGenerationValues = std::size_t{1} << 16;
    /// Longer values are not kept: they are rarely the same twice (script blocks), and few.
    static constexpr std::size_t kLongestValue = 2048;

    /// The truths kept for `value` of the field with this number, valid until the next insert().
    std::optional<std::span<const Truth>> find(std::uint32_t field, std::string_view value);
    /// Right after find() gave nothing for them. Not for values longer than kLongestValue.
    void insert(std::uint32_t field, std::string_view value, std::span<const Truth> truths);

    std::size_t size() const { return m_young.count + m_old.count; } ///< Values kept.

private:
    struct Entry
    {
        std::uint64_t hash = 0; ///< 0: free.
        std::uint32_t field = 0;
        std::uint32_t length = 0;
        std::uint32_t truths = 0;
        const char *bytes = nullptr; ///< The truths, then the value.
    };
    struct Generation
    {
        std::vector<Entry> entries; ///< Open addressing, a power of two of places.
        std::size_t count = 0;
        std::size_t bytes = 0;
        Arena texts{std::size_t{256} * 1024};
    };

    static std::uint64_t hashOf(std::uint32_t field, std::string_view value);
    static const Entry *lookUp(const Generation &generation, std::uint64_t hash, std::uint32_t field,
                               std::string_view value);
    static void place(Generation &generation, const Entry &entry);
    static std::span<const Truth> truthsOf(const Entry &entry)
    {
        return {reinterpret_cast<const Truth *>(entry.bytes), entry.truths};
    }
    void keep(std::uint64_t hash, std::uint32_t field, std::string_view value, std::span<const Truth> truths);

    Generation m_young, m_old;
    std::uint64_t m_missed = 0; ///< Hash of what find() did not find.
};

} // namespace lolscope
