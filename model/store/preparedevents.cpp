#include "model/store/preparedevents.h"

#include "model/base/text.h"
#include "model/store/json.h"
#include "model/store/packedevents.h"

#include <algorithm>

namespace lolscope {

namespace {

bool haveSameNames(std::span<const Field> a, std::span<const Field> b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Field &x, const Field &y) { return x.name == y.name; });
}

bool haveSameForm(const Event &a, const Event &b)
{
    const auto isNumbered = [](const Event &event) { return event.recordId || event.headerRecordId; };
    return isNumbered(a) == isNumbered(b) && a.eventId == b.eventId && a.version == b.version
        && a.level == b.level && a.channel == b.channel && a.provider == b.provider
        && haveSameNames(a.data, b.data) && haveSameNames(a.system, b.system);
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
    guids.clear();
    m_guids.clear();
    m_texts.clear();
    events.reserve(batch.events.size());
    std::string_view host;
    std::string foldedHost, buffer;
    std::vector<const Event *> together;
    std::size_t bytesTogether = 0;
    const auto pack = [&] {
        if (!together.empty())
            packed.push_back(
                {events.size() - together.size(), together.size(), packEvents(together), packXml(together)});
        together.clear();
        bytesTogether = 0;
    };
    const auto candidates = isCandidate ? isCandidate(batch.events) : std::vector<bool>();
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
        one.form = forms.size();
        for (std::size_t i = forms.size(); i > 0 && forms.size() - i < kFormsLookedAt; --i)
            if (haveSameForm(*forms[i - 1].like, event)) {
                one.form = i - 1;
                break;
            }
        if (one.form == forms.size())
            forms.push_back(
                {&event, namesToJson(event.system), namesToJson(event.data), eventFormHash(event)});
        one.key = eventKey(event, forms[one.form].hash, foldedHost, buffer);
        one.time = eventTime(event);
        one.guid = guidOf(event);
        one.fact = factOf(event);
        one.isCandidate = !isCandidate || candidates[events.size() - 1];
    }
    pack();
}

std::optional<std::size_t> PreparedEvents::guidOf(const Event &event)
{
    const std::string_view guid = processGuid(event, m_texts);
    if (guid.empty())
        return {};
    const auto [entry, isNew] = m_guids.try_emplace(guid, guids.size());
    if (isNew)
        guids.push_back(guid);
    return entry->second;
}

} // namespace lolscope
