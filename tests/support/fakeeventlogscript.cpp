#include "tests/support/fakeeventlog.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace lolscope::test {

std::uint64_t FakeEventLog::numberIn(std::string_view text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

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

} // namespace lolscope::test
