#include "model/base/event.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace lolscope {

std::optional<std::string_view> fieldOf(const Event &event, std::string_view name)
{
    const auto found = std::find_if(event.data.begin(), event.data.end(),
                                    [name](const Field &field) { return field.name == name; });
    return found == event.data.end() ? std::nullopt : std::optional(found->value);
}

std::string_view providerBesideName(std::span<const Field> system)
{
    for (const std::string_view name : {"Provider_EventSourceName", "Provider_Guid"})
        for (const Field &field : system)
            if (field.name == name)
                return field.value;
    return {};
}

std::optional<Timestamp> eventTime(const Event &event)
{
    if (const auto utcTime = fieldOf(event, "UtcTime"))
        if (const auto time = parseTimestamp(*utcTime))
            return time;
    return event.timeCreated;
}

void EventBatch::clear()
{
    // One batch of huge texts shall not keep its memory for the rest of a long reading.
    constexpr std::size_t kKeptBlocks = 16;
    events.clear();
    damage.clear();
    prepared.clear();
    m_held.clear();
    if (m_blocks.size() > kKeptBlocks)
        m_blocks.resize(kKeptBlocks);
    m_block = 0;
    m_used = 0;
    m_capacity = m_blocks.empty() ? 0 : m_blocks.front().size;
}

void EventBatch::swap(EventBatch &other) noexcept
{
    events.swap(other.events);
    damage.swap(other.damage);
    prepared.swap(other.prepared);
    m_blocks.swap(other.m_blocks);
    m_held.swap(other.m_held);
    std::swap(m_block, other.m_block);
    std::swap(m_used, other.m_used);
    std::swap(m_capacity, other.m_capacity);
}

char *EventBatch::grow(std::size_t bytes)
{
    constexpr std::size_t kBlockBytes = std::size_t{256} * 1024;
    std::size_t next = m_blocks.empty() ? 0 : m_block + 1;
    while (next < m_blocks.size() && m_blocks[next].size < bytes)
        ++next;
    if (next == m_blocks.size()) {
        const std::size_t size = std::max(kBlockBytes, bytes);
        m_blocks.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    }
    m_block = next;
    m_used = 0;
    m_capacity = m_blocks[next].size;
    return m_blocks[next].bytes.get();
}

std::string_view EventBatch::keep(std::string_view text)
{
    if (text.empty())
        return {};
    std::memcpy(reserve(text.size()), text.data(), text.size());
    return commit(text.size());
}

std::span<const Field> EventBatch::keep(std::span<const Field> fields)
{
    if (fields.empty())
        return {};
    char *room = reserve(fields.size_bytes() + alignof(Field));
    const std::size_t gap = (alignof(Field) - reinterpret_cast<std::uintptr_t>(room) % alignof(Field)) % alignof(Field);
    auto *copy = reinterpret_cast<Field *>(room + gap);
    std::uninitialized_copy(fields.begin(), fields.end(), copy);
    commit(gap + fields.size_bytes());
    return {copy, fields.size()};
}

} // namespace lolscope
