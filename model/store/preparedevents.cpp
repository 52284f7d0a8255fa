#include "model/store/preparedevents.h"

#include "model/base/sha256.h"
#include "model/base/text.h"
#include "model/store/json.h"
#include "model/store/packedevents.h"

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

/// A cryptographic hash, because whoever can write to the log could make a weaker one collide and so hide an
/// event behind another. `buffer` is scratch.
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

bool haveSameNames(std::span<const Field> a, std::span<const Field> b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Field &x, const Field &y) { return x.name == y.name; });
}

bool haveSameForm(const Event &a, const Event &b)
{
    return a.eventId == b.eventId && a.version == b.version && a.level == b.level && a.channel == b.channel
        && a.provider == b.provider && haveSameNames(a.data, b.data) && haveSameNames(a.system, b.system);
}

std::string namesToJson(std::span<const Field> fields)
{
    std::string json = "[";
    for (const Field &field : fields) {
        json += json.size() == 1 ? "" : ",";
        appendJsonString(json, field.name);
    }
    return json += ']';
}

} // namespace

void PreparedEvents::prepare(const EventBatch &batch, const CandidateTest &isCandidate)
{
    constexpr std::size_t kFormsLookedAt = 16; // of hostile events each may have its own
    events.clear();
    forms.clear();
    packed.clear();
    events.reserve(batch.events.size());
    std::string_view host;
    std::string foldedHost, buffer;
    std::vector<const Event *> together;
    std::size_t bytesTogether = 0;
    const auto pack = [&] {
        if (!together.empty())
            packed.push_back({events.size() - together.size(), together.size(), packEvents(together)});
        together.clear();
        bytesTogether = 0;
    };
    for (const Event &event : batch.events) {
        if (event.computer != host) {
            host = event.computer;
            foldedHost = foldCase(host);
        }
        const std::size_t bytes = valueBytes(event);
        if (bytesTogether + bytes > kPackedBytes)
            pack();
        together.push_back(&event);
        bytesTogether += bytes;

        One &one = events.emplace_back();
        one.key = eventKey(event, foldedHost, buffer);
        one.form = forms.size();
        for (std::size_t i = forms.size(); i > 0 && forms.size() - i < kFormsLookedAt; --i)
            if (haveSameForm(*forms[i - 1].like, event)) {
                one.form = i - 1;
                break;
            }
        if (one.form == forms.size())
            forms.push_back({&event, namesToJson(event.system), namesToJson(event.data)});
        one.time = eventTime(event);
        one.processGuid = processGuid(event);
        one.fact = factOf(event);
        one.isCandidate = !isCandidate || isCandidate(event);
    }
    pack();
}

} // namespace lolscope
