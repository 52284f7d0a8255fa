#include "tests/support/fakeeventlog.h"

#include <algorithm>

namespace lolscope::test {

using namespace windowserror;

namespace {

/// Every value of an attribute in `xml`, however it is quoted.
std::vector<std::string> valuesOf(const std::string &attribute, const std::string &xml)
{
    std::vector<std::string> values;
    for (auto at = xml.find(' ' + attribute + '='); at != std::string::npos;
         at = xml.find(' ' + attribute + '=', at + 1)) {
        const auto start = at + attribute.size() + 3;
        const auto end = start <= xml.size() ? xml.find(xml[start - 1], start) : std::string::npos;
        if (end == std::string::npos)
            break;
        values.push_back(xml.substr(start, end - start));
    }
    return values;
}

bool isOf(const std::string &xml, std::uint32_t eventId)
{
    return eventId == 0 || xml.find("<EventID>" + std::to_string(eventId) + '<') != std::string::npos;
}

} // namespace

WindowsError FakeEventLog::place(const EventLogApi::Subscription &how, const std::string &name,
                                 Subscription &made)
{
    const auto found = m_channels.find(name);
    if (found == m_channels.end())
        return kChannelNotFound;
    const Channel &channel = found->second;
    if (channel.config.type == EventLogApi::ChannelType::Analytic
        || channel.config.type == EventLogApi::ChannelType::Debug)
        return kDirectChannel;
    if (channel.isDenied)
        return kAccessDenied;
    std::uint64_t &next = made.next[name];
    const auto &records = channel.records;
    const std::uint64_t oldest = records.empty() ? m_serial + 1 : records.front().serial;
    if (how.begin == EventLogApi::Begin::Oldest) {
        next = oldest;
    } else if (how.begin == EventLogApi::Begin::Future) {
        next = m_serial + 1;
    } else {
        const auto bookmark = find<Bookmark>(how.bookmark);
        if (!bookmark)
            return kInvalidHandle;
        const auto id = bookmark->records.find(name);
        if (id == bookmark->records.end()) {
            next = oldest;
            return 0;
        }
        const auto record = std::find_if(records.begin(), records.end(),
                                         [&id](const Record &one) { return one.id == id->second; });
        if (how.isStrict && (record == records.end() || channel.forgetsBookmarks))
            return kNotFound;
        const auto closest = std::find_if(records.begin(), records.end(),
                                          [&id](const Record &one) { return one.id > id->second; });
        next = record != records.end() ? record->serial + 1
            : closest != records.end() ? closest->serial
                                       : m_serial + 1;
    }
    return 0;
}

WindowsError FakeEventLog::subscribe(const EventLogApi::Subscription &how, Handle &subscription)
{
    Lock lock(m_mutex);
    if (const auto error = called("subscribe"))
        return error;
    if (!how.signal || (how.begin == EventLogApi::Begin::AfterBookmark) != (how.bookmark != nullptr))
        return kInvalidParameter;
    if (how.session) {
        const auto session = find<Session>(how.session);
        if (!session)
            return kInvalidHandle;
        if (session->goneBy)
            return session->goneBy;
    }
    const bool isStructured = how.query.starts_with("<QueryList");
    constexpr std::string_view kOneId = "*[System[EventID=";
    auto made = std::make_unique<Subscription>();
    if (how.query.starts_with(kOneId))
        made->eventId =
            static_cast<std::uint32_t>(numberIn(std::string_view(how.query).substr(kOneId.size())));
    else if (how.query != "*" && !isStructured)
        return kInvalidQuery;
    made->signal = how.signal;
    made->isStrict = how.isStrict;
    for (const std::string &name :
         isStructured ? valuesOf("Path", how.query) : std::vector<std::string>{how.channel})
        if (const auto error = place(how, name, *made))
            return error;
    subscription = static_cast<Object *>(made.get());
    m_objects.insert(made.release());
    ranThrough("subscribe", lock);
    return 0;
}

WindowsError FakeEventLog::next(Handle subscription, std::size_t most, std::vector<Handle> &events)
{
    Lock lock(m_mutex);
    if (const auto error = called("next"))
        return error;
    const auto found = find<Subscription>(subscription);
    if (!found)
        return kInvalidHandle;
    if (found->goneBy)
        return found->goneBy;
    std::vector<std::pair<const std::string *, const Record *>> ready;
    for (const auto &[name, from] : found->next) {
        const Channel &channel = m_channels.at(name);
        if (found->isStrict && channel.removed >= from)
            return kResultStale;
        // Serials are in order.
        auto record =
            std::lower_bound(channel.records.begin(), channel.records.end(), from,
                             [](const Record &one, std::uint64_t serial) { return one.serial < serial; });
        for (std::size_t count = 0; record != channel.records.end() && count < most; ++record)
            if (isOf(record->xml, found->eventId)) {
                ready.emplace_back(&name, &*record);
                ++count;
            }
    }
    std::sort(ready.begin(), ready.end(),
              [](const auto &a, const auto &b) { return a.second->serial < b.second->serial; });
    ready.resize(std::min(ready.size(), most));
    for (const auto &[name, record] : ready)
        found->next[*name] = record->serial + 1;
    if (ready.empty()) {
        ranThrough("next", lock);
        return kNoMoreItems;
    }
    if ((m_limit > 0 && most > m_limit)
        || std::any_of(ready.begin(), ready.end(), [](const auto &one) { return one.second->isBig; }))
        return kInvalidBound;
    for (const auto &[name, record] : ready) {
        const auto event = add<Event>();
        event->channel = *name;
        event->id = record->id;
        event->xml = record->xml;
        events.push_back(static_cast<Object *>(event));
    }
    return 0;
}

WindowsError FakeEventLog::createBookmark(const std::string &xml, Handle &bookmark)
{
    const Lock lock(m_mutex);
    if (const auto error = called("bookmark"))
        return error;
    const auto channels = valuesOf("Channel", xml), records = valuesOf("RecordId", xml);
    if (!xml.empty()
        && (!xml.starts_with("<BookmarkList") || channels.empty() || channels.size() != records.size()))
        return kInvalidParameter;
    const auto made = add<Bookmark>();
    for (std::size_t i = 0; i < channels.size(); ++i)
        made->records[made->current = channels[i]] = numberIn(records[i]);
    bookmark = static_cast<Object *>(made);
    return 0;
}

WindowsError FakeEventLog::renderBookmark(Handle bookmark, std::string &xml)
{
    const Lock lock(m_mutex);
    const auto found = find<Bookmark>(bookmark);
    if (!found)
        return kInvalidHandle;
    xml = "<BookmarkList>\r\n";
    for (const auto &[channel, id] : found->records)
        xml += "  <Bookmark Channel='" + channel + "' RecordId='" + std::to_string(id) + '\''
            + (channel == found->current ? " IsCurrent='true'" : "") + "/>\r\n";
    xml += "</BookmarkList>";
    return 0;
}

WindowsError FakeEventLog::updateBookmark(Handle bookmark, Handle event)
{
    const Lock lock(m_mutex);
    const auto found = find<Bookmark>(bookmark);
    const auto read = find<Event>(event);
    if (!found || !read)
        return kInvalidHandle;
    found->records[found->current = read->channel] = read->id;
    return 0;
}

} // namespace lolscope::test
