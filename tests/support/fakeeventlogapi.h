#pragma once

#include "model/live/eventlogapi.h"
#include "model/live/liveclock.h"
#include "tests/support/fakeeventlog.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

namespace lolscope::test {

/// A FakeEventLog, called without Windows. Many may share one, as programs share a service; each is one
/// thread's, while others play the script.
class FakeEventLogApi : public EventLogApi
{
public:
    /// The signals of all that listen to a FakeEventLog.
    class Signals
    {
    public:
        void set(Handle signal)
        {
            {
                const std::lock_guard lock(m_mutex);
                if (m_signals.count(signal) == 0)
                    return;
                m_set.insert(signal);
            }
            m_changed.notify_all();
        }
        std::size_t open() const
        {
            const std::lock_guard lock(m_mutex);
            return m_signals.size();
        }

    private:
        friend class FakeEventLogApi;
        mutable std::mutex m_mutex;
        std::condition_variable m_changed;
        std::set<Handle> m_signals, m_set;
        std::uintptr_t m_last = 0;
    };

    /// With a clock, nobody waits: its time goes on. Without one it is that of the machine.
    FakeEventLogApi(std::shared_ptr<FakeEventLog> log, std::shared_ptr<Signals> events,
                    std::shared_ptr<const LiveClock> clock = nullptr)
        : m_log(std::move(log))
        , m_signals(std::move(events))
        , m_clock(std::move(clock))
    {}

    std::string computerName() override { return "WS01"; }
    Answer<Handle> openSession(const EventLogComputer &) override
    {
        return made([this](Handle &session) { return m_log->openSession(session); });
    }
    Answer<Handle> openChannelNames(Handle session) override
    {
        return made([this, session](Handle &names) { return m_log->openChannelNames(session, names); });
    }
    Answer<std::string> nextChannelName(Handle names) override
    {
        std::size_t needed = 0;
        return made<std::string>([&](std::string &name) {
            return m_log->nextChannelName(names, std::size_t{1} << 16, name, needed);
        });
    }
    Answer<ChannelConfig> channelConfig(Handle, const std::string &channel) override
    {
        return made<ChannelConfig>(
            [&](ChannelConfig &config) { return m_log->channelConfig(channel, config); });
    }
    Answer<LogInfo> logInfo(Handle, const std::string &channel) override
    {
        return made<LogInfo>([&](LogInfo &info) { return m_log->logInfo(channel, info); });
    }
    Answer<Handle> subscribe(const Subscription &how) override
    {
        auto subscription = made([&](Handle &handle) { return m_log->subscribe(how, handle); });
        if (subscription && how.begin != Begin::Future)
            m_signals->set(how.signal); // there may be something
        return subscription;
    }
    Answer<std::vector<Handle>> next(Handle subscription, std::uint32_t most) override
    {
        return made<std::vector<Handle>>(
            [&](std::vector<Handle> &events) { return m_log->next(subscription, most, events); });
    }
    Answer<std::string> eventXml(Handle event) override
    {
        return made<std::string>([&](std::string &xml) { return m_log->renderEvent(event, xml); });
    }
    Answer<Handle> createBookmark(const std::string &xml) override
    {
        return made([&](Handle &bookmark) { return m_log->createBookmark(xml, bookmark); });
    }
    Answer<std::string> bookmarkXml(Handle bookmark) override
    {
        return made<std::string>([&](std::string &xml) { return m_log->renderBookmark(bookmark, xml); });
    }
    Answer<void> updateBookmark(Handle bookmark, Handle event) override
    {
        const auto error = m_log->updateBookmark(bookmark, event);
        return error == 0 ? Answer<void>() : tl::unexpected(error);
    }
    void close(Handle handle) override { m_log->close(handle); }

    Answer<Handle> createSignal() override
    {
        const std::lock_guard lock(m_signals->m_mutex);
        const auto signal = reinterpret_cast<Handle>(++m_signals->m_last);
        m_signals->m_signals.insert(signal);
        return signal;
    }
    void resetSignal(Handle signal) override
    {
        const std::lock_guard lock(m_signals->m_mutex);
        m_signals->m_set.erase(signal);
    }
    void closeSignal(Handle signal) override
    {
        const std::lock_guard lock(m_signals->m_mutex);
        m_signals->m_signals.erase(signal);
        m_signals->m_set.erase(signal);
    }
    std::vector<bool> wait(std::span<const Handle> some, std::chrono::milliseconds time) override
    {
        std::unique_lock lock(m_signals->m_mutex);
        const auto isSet = [&] {
            for (const Handle signal : some)
                if (m_signals->m_set.count(signal) > 0)
                    return true;
            return false;
        };
        if (!m_clock)
            m_signals->m_changed.wait_for(lock, time, isSet);
        else if (!isSet())
            m_clock->wait(time, {});
        std::vector<bool> set;
        for (const Handle signal : some)
            set.push_back(m_signals->m_set.count(signal) > 0);
        return set;
    }

private:
    template<typename T = Handle, typename Call>
    static Answer<T> made(const Call &call)
    {
        T result = {};
        const WindowsError error = call(result);
        if (error == FakeEventLog::kNoReason)
            return tl::unexpected(WindowsError{0});
        return error == 0 ? Answer<T>(std::move(result)) : tl::unexpected(error);
    }

    const std::shared_ptr<FakeEventLog> m_log;
    const std::shared_ptr<Signals> m_signals;
    const std::shared_ptr<const LiveClock> m_clock;
};

} // namespace lolscope::test
