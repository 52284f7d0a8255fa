#include "model/store/eventkey.h"

#include "model/base/sha256.h"
#include "model/base/text.h"
#include "model/base/timestamp.h"

#include <algorithm>

namespace lolscope {

namespace {

// A forwarded record and exported XML write some values otherwise than the log does: GUIDs in lower case,
// times with nine fraction digits. Such values are one value for the identity of their event.
bool isGuid(std::string_view value)
{
    return value.size() == 38 && value.front() == '{' && value.back() == '}';
}
bool isTime(std::string_view value)
{
    return value.size() >= 20 && value.size() <= 30 && value[10] == 'T' && value.back() == 'Z';
}

} // namespace

EventKey eventKey(const Event &event, std::string_view foldedHost, std::string &buffer)
{
    buffer.clear();
    const auto number = [&](std::uint64_t value) {
        buffer.append(reinterpret_cast<const char *>(&value), sizeof value);
    };
    const auto text = [&](std::string_view value) {
        number(value.size()); // so that neighbours cannot trade characters
        buffer.append(value);
    };
    text(foldedHost);
    text(event.channel);
    text(event.provider);
    number(event.eventId);
    number(event.recordId ? *event.recordId : event.headerRecordId.value_or(0));
    number(event.timeCreated ? static_cast<std::uint64_t>(event.timeCreated->time_since_epoch().count()) : 0);
    // What has no record id at all differs at least in its System values.
    const bool anonymous = !event.recordId && !event.headerRecordId;
    for (const auto fields : {anonymous ? event.system : std::span<const Field>(), event.data})
        for (const Field &field : fields) {
            text(field.name);
            if (const auto time = isTime(field.value) ? parseTimestamp(field.value) : std::nullopt)
                number(static_cast<std::uint64_t>(time->time_since_epoch().count()));
            else if (isGuid(field.value))
                text(foldCase(field.value));
            else
                text(field.value);
        }
    const auto digest = sha256(buffer);
    EventKey key = {};
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
}

} // namespace lolscope
