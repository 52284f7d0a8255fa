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
    events.clear();
    damage.clear();
    prepared.clear();
    attached.reset();
    m_held.clear();
    m_storage.clear();
}

void EventBatch::swap(EventBatch &other) noexcept
{
    events.swap(other.events);
    damage.swap(other.damage);
    prepared.swap(other.prepared);
    attached.swap(other.attached);
    m_storage.swap(other.m_storage);
    m_held.swap(other.m_held);
}

std::span<const Field> EventBatch::keep(std::span<const Field> fields)
{
    if (fields.empty())
        return {};
    char *room = reserve(fields.size_bytes() + alignof(Field));
    const std::size_t gap =
        (alignof(Field) - reinterpret_cast<std::uintptr_t>(room) % alignof(Field)) % alignof(Field);
    auto *copy = reinterpret_cast<Field *>(room + gap);
    std::uninitialized_copy(fields.begin(), fields.end(), copy);
    commit(gap + fields.size_bytes());
    return {copy, fields.size()};
}

} // namespace lolscope
