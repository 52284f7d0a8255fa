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
    m_storage.release();
}

std::string_view EventBatch::keep(std::string_view text)
{
    if (text.empty())
        return {};
    auto *copy = static_cast<char *>(m_storage.allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
}

std::span<const Field> EventBatch::keep(std::span<const Field> fields)
{
    if (fields.empty())
        return {};
    auto *copy = static_cast<Field *>(m_storage.allocate(fields.size_bytes(), alignof(Field)));
    std::uninitialized_copy(fields.begin(), fields.end(), copy);
    return {copy, fields.size()};
}

} // namespace lolscope
