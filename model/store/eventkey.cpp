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

/// The fields that tell events apart. What has no record id at all differs at least in its System values.
std::array<std::span<const Field>, 2> tellingFields(const Event &event)
{
    const bool anonymous = !event.recordId && !event.headerRecordId;
    return {anonymous ? event.system : std::span<const Field>(), event.data};
}

} // namespace

Sha256::Digest eventFormHash(const Event &event)
{
    Sha256 hash;
    hash.add(event.channel).add(event.provider).add(event.eventId);
    for (const auto fields : tellingFields(event)) {
        hash.add(fields.size());
        for (const Field &field : fields)
            hash.add(field.name);
    }
    return hash.digest();
}

EventKey eventKey(const Event &event, const Sha256::Digest &form, std::string_view foldedHost,
                  std::string &buffer)
{
    enum Tag : char { Text, Time };
    buffer.assign(form.begin(), form.end());
    const auto number = [&](std::uint64_t value) {
        buffer.append(reinterpret_cast<const char *>(&value), sizeof value);
    };
    const auto text = [&](std::string_view value) {
        buffer.push_back(Text);
        const auto bytes =
            static_cast<std::uint32_t>(value.size()); // so that neighbours cannot trade characters
        buffer.append(reinterpret_cast<const char *>(&bytes), sizeof bytes);
        buffer.append(value);
    };
    text(foldedHost);
    number(event.recordId ? *event.recordId : event.headerRecordId.value_or(0));
    number(event.timeCreated ? static_cast<std::uint64_t>(event.timeCreated->time_since_epoch().count()) : 0);
    for (const auto fields : tellingFields(event))
        for (const Field &field : fields) {
            if (const auto time = isTime(field.value) ? parseTimestamp(field.value) : std::nullopt) {
                buffer.push_back(Time);
                number(static_cast<std::uint64_t>(time->time_since_epoch().count()));
            } else if (isGuid(field.value)) {
                text(foldCase(field.value));
            } else {
                text(field.value);
            }
        }
    const auto digest = sha256(buffer);
    EventKey key = {};
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
}

} // namespace lolscope
