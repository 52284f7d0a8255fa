#include "tests/support/fakeeventlog.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace lolscope::test {

using namespace windowserror;

namespace {

std::uint64_t numberIn(std::string_view text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

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

std::string fakeEventXml(const std::string &computer, const std::string &channel, std::uint64_t id,
                         std::uint64_t number)
{
    char time[40];
    std::snprintf(time, sizeof time, "2024-03-%02uT%02u:%02u:%02u.1234567Z",
                  static_cast<unsigned>(1 + number / 86'400 % 28), static_cast<unsigned>(number / 3'600 % 24),
                  static_cast<unsigned>(number / 60 % 60), static_cast<unsigned>(number % 60));
    return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
           "<Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'/>"
           "<EventID>"
        + std::to_string(number % 2 == 0 ? 3 : 1)
        + "</EventID><Version>5</Version><Level>4</Level><TimeCreated SystemTime='" + time
        + "'/><EventRecordID>" + std::to_string(id) + "</EventRecordID><Channel>" + channel
        + "</Channel><Computer>" + computer + "</Computer></System><EventData><Data Name='n'>"
        + std::to_string(number) + "</Data><Data Name='text'>caf\u00e9 \U0001F600</Data></EventData></Event>";
}

FakeEventLog::~FakeEventLog()
{
    for (Object *object : m_objects)
        delete object;
}

template<typename T>
T *FakeEventLog::find(Handle handle)
{
    const auto object = static_cast<Object *>(handle);
    return m_objects.count(object) > 0 ? dynamic_cast<T *>(object) : nullptr;
}

template<typename T>
T *FakeEventLog::add()
{
    T *made = new T;
    m_objects.insert(made);
    return made;
}

std::size_t FakeEventLog::openHandles() const
{
    const Lock lock(m_mutex);
    return m_objects.size();
}

std::size_t FakeEventLog::calls(const std::string &call) const
{
    const Lock lock(m_mutex);
    const auto found = m_calls.find(call);
    return found == m_calls.end() ? 0 : found->second;
}

bool FakeEventLog::close(Handle handle)
{
    const Lock lock(m_mutex);
    const auto object = static_cast<Object *>(handle);
    if (m_objects.erase(object) == 0)
        return false;
    delete object;
    return true;
}

// The script

void FakeEventLog::play(const std::string &line)
{
    std::istringstream words(line);
    std::string verb, name, word;
    words >> verb >> name;
    const auto rest = [&words] {
        std::string text;
        std::getline(words >> std::ws, text);
        return text;
    };
    Lock lock(m_mutex);
    const auto made = [&] {
        const std::uint64_t id = m_channels.at(name).lastId + 1;
        return fakeEventXml("WS01.example.test", name, id, ++m_number);
    };
    if (verb == "channel") {
        Channel &channel = m_channels[name];
        channel = {};
        channel.config.isEnabled = true;
        while (words >> word)
            if (word == "disabled")
                channel.config.isEnabled = false;
            else if (word == "operational")
                channel.config.type = EventLogApi::ChannelType::Operational;
            else if (word == "analytic")
                channel.config.type = EventLogApi::ChannelType::Analytic;
            else if (word == "debug")
                channel.config.type = EventLogApi::ChannelType::Debug;
            else if (word != "admin")
                channel.capacity = numberIn(word);
    } else if (verb == "event") {
        const std::uint64_t count = words >> word ? numberIn(word) : 1;
        for (std::uint64_t i = 0; i < count; ++i, lock.lock())
            log(name, made(), lock);
    } else if (verb == "big") {
        log(name, made(), lock, true);
    } else if (verb == "xml") {
        log(name, rest(), lock);
    } else if (verb == "forwarded") {
        std::string computer, channel;
        words >> computer >> channel >> word;
        log(name, fakeEventXml(computer, channel, numberIn(word), ++m_number), lock);
    } else if (verb == "clear") {
        Channel &channel = m_channels.at(name);
        channel.records.clear();
        channel.removed = channel.lastSerial;
        if (words >> word)
            channel.lastId = 0;
    } else if (verb == "deny") {
        m_channels.at(name).isDenied = true;
    } else if (verb == "forget") {
        m_channels.at(name).forgetsBookmarks = true;
    } else if (verb == "fail") {
        words >> word;
        const auto code = static_cast<WindowsError>(numberIn(word));
        const std::uint64_t times = words >> word ? numberIn(word) : 1;
        m_failures[name].insert(m_failures[name].end(), times, code);
    } else if (verb == "gone") {
        const auto code = static_cast<WindowsError>(numberIn(name));
        std::vector<Handle> signals;
        for (Object *object : m_objects)
            if (const auto session = dynamic_cast<Session *>(object)) {
                session->goneBy = code;
            } else if (const auto subscription = dynamic_cast<Subscription *>(object)) {
                subscription->goneBy = code;
                signals.push_back(subscription->signal);
            }
        lock.unlock();
        for (const Handle signal : signals)
            m_setSignal(signal);
    } else if (verb == "limit") {
        m_limit = numberIn(name);
    } else if (verb == "deaf") {
        m_isDeaf = true;
    } else if (verb == "after") {
        m_after.emplace(name, rest());
    } else if (verb == "reset") {
        m_channels.clear();
        m_failures.clear();
        m_after.clear();
        m_calls.clear();
        m_limit = 0;
        m_number = 0;
        m_isDeaf = false;
    } else {
        std::fprintf(stderr, "fake event log: unknown line: %s\n", line.c_str());
        std::abort();
    }
}

/// Unlocks.
void FakeEventLog::log(const std::string &name, std::string xml, Lock &lock, bool isBig)
{
    Channel &channel = m_channels.at(name);
    channel.lastSerial = ++m_serial;
    channel.records.push_back({channel.lastSerial, ++channel.lastId, std::move(xml), isBig});
    while (channel.capacity > 0 && channel.records.size() > channel.capacity) {
        channel.removed = channel.records.front().serial;
        channel.records.pop_front();
    }
    const std::vector<Handle> signals = m_isDeaf ? std::vector<Handle>() : listeners(name);
    lock.unlock();
    for (const Handle signal : signals)
        m_setSignal(signal);
}

std::vector<FakeEventLog::Handle> FakeEventLog::listeners(const std::string &channel) const
{
    std::vector<Handle> signals;
    for (Object *object : m_objects)
        if (const auto subscription = dynamic_cast<Subscription *>(object);
            subscription && subscription->next.count(channel) > 0)
            signals.push_back(subscription->signal);
    return signals;
}

WindowsError FakeEventLog::called(const std::string &call)
{
    ++m_calls[call];
    auto &failures = m_failures[call];
    if (failures.empty())
        return 0;
    const WindowsError error = failures.front();
    failures.pop_front();
    return error == 0 ? kNoReason : error;
}

void FakeEventLog::ranThrough(const std::string &call, Lock &lock)
{
    const auto found = m_after.find(call);
    if (found == m_after.end())
        return;
    const std::string line = found->second;
    m_after.erase(found);
    lock.unlock();
    play(line);
}

// The calls

WindowsError FakeEventLog::openSession(Handle &session)
{
    const Lock lock(m_mutex);
    if (const auto error = called("session"))
        return error;
    session = static_cast<Object *>(add<Session>());
    return 0;
}

WindowsError FakeEventLog::openChannelNames(Handle session, Handle &names)
{
    const Lock lock(m_mutex);
    if (const auto error = called("names"))
        return error;
    if (session) {
        const auto found = find<Session>(session);
        if (!found)
            return kInvalidHandle;
        if (found->goneBy)
            return found->goneBy;
    }
    const auto made = add<Names>();
    for (const auto &channel : m_channels)
        made->names.push_back(channel.first);
    names = static_cast<Object *>(made);
    return 0;
}

WindowsError FakeEventLog::nextChannelName(Handle names, std::size_t room, std::string &name,
                                           std::size_t &needed)
{
    const Lock lock(m_mutex);
    const auto found = find<Names>(names);
    if (!found)
        return kInvalidHandle;
    if (found->at == found->names.size())
        return kNoMoreItems;
    needed = found->names[found->at].size() + 1;
    if (room < needed)
        return kInsufficientBuffer;
    name = found->names[found->at++];
    return 0;
}

WindowsError FakeEventLog::channelConfig(const std::string &channel, EventLogApi::ChannelConfig &config)
{
    const Lock lock(m_mutex);
    if (const auto error = called("config"))
        return error;
    const auto found = m_channels.find(channel);
    if (found == m_channels.end())
        return kChannelNotFound;
    if (found->second.isDenied)
        return kAccessDenied;
    config = found->second.config;
    return 0;
}

WindowsError FakeEventLog::logInfo(const std::string &channel, EventLogApi::LogInfo &info)
{
    Lock lock(m_mutex);
    if (const auto error = called("info"))
        return error;
    const auto found = m_channels.find(channel);
    if (found == m_channels.end())
        return kChannelNotFound;
    if (found->second.isDenied)
        return kAccessDenied;
    const auto &records = found->second.records;
    info = {records.empty() ? 0 : records.front().id, records.size()};
    ranThrough("info", lock);
    return 0;
}

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

WindowsError FakeEventLog::renderEvent(Handle event, std::string &xml)
{
    const Lock lock(m_mutex);
    if (const auto error = called("event"))
        return error;
    const auto found = find<Event>(event);
    if (!found)
        return kInvalidHandle;
    xml = found->xml;
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
