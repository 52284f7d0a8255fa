#pragma once

#include "model/live/eventlogapi.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::test {

/// The event log service of a computer that does what a script says: the calls of wevtapi in their own
/// shapes, for FakeEventLogApi here and for a wevtapi.dll to run the Windows code with. What it does follows
/// Microsoft's documents and what others met, see eventlogsubscription.cpp. Any thread.
///
/// Lines of the script; NAME is a channel, N and CODE are numbers:
///
///     channel NAME [N] [admin|operational|analytic|debug] [disabled]    keeps the newest N records, or all
///     event NAME [N]              logs N events; each has a number of its own in the field `n`
///     xml NAME TEXT               logs a record that is rendered as TEXT
///     forwarded NAME COMPUTER CHANNEL ID                    logs an event of another computer
///     clear NAME [restart]        removes all records; the ids go on, or begin again at 1
///     deny NAME                   nobody may read it
///     fail CALL CODE [N]          the next N calls fail: session, names, config, info, subscribe, next,
///                                 event, bookmark (its creation); of code 0, they fail without an error
///     gone CODE                   sessions and subscriptions made so far fail so for ever
///     big NAME                    logs an event with which none can be handed over (1734), nor those asked
///     with it limit N                     more events at once than N fail (1734), but are gone through
///     forget NAME                 strict bookmarks in it are not found, though their records are there
///     deaf                        no signal is set any more
///     after CALL LINE             runs LINE behind the next such call that works, or finds nothing
///     reset                       forgets everything but the open handles
class FakeEventLog
{
public:
    using Handle = void *;

    /// Sets a signal; called without a lock held.
    explicit FakeEventLog(std::function<void(Handle)> setSignal)
        : m_setSignal(std::move(setSignal))
    {}
    ~FakeEventLog();
    FakeEventLog(const FakeEventLog &) = delete;
    FakeEventLog &operator=(const FakeEventLog &) = delete;

    void play(const std::string &line); ///< Aborts on a line it does not know.
    std::size_t openHandles() const;
    std::size_t calls(const std::string &call) const; ///< How often it was called since `reset`.

    /// Failed, and left 0 behind as the last error.
    static constexpr WindowsError kNoReason = ~WindowsError{0};

    // 0, or why not. Results are untouched then.
    WindowsError openSession(Handle &session);
    WindowsError openChannelNames(Handle session, Handle &names);
    WindowsError nextChannelName(Handle names, std::size_t room, std::string &name, std::size_t &needed);
    WindowsError channelConfig(const std::string &channel, EventLogApi::ChannelConfig &config);
    WindowsError logInfo(const std::string &channel, EventLogApi::LogInfo &info);
    WindowsError subscribe(const EventLogApi::Subscription &how, Handle &subscription);
    WindowsError next(Handle subscription, std::size_t most, std::vector<Handle> &events);
    WindowsError renderEvent(Handle event, std::string &xml);
    WindowsError createBookmark(const std::string &xml, Handle &bookmark);
    WindowsError renderBookmark(Handle bookmark, std::string &xml);
    WindowsError updateBookmark(Handle bookmark, Handle event);
    bool close(Handle handle);

private:
    struct Object
    {
        virtual ~Object() = default;
    };
    struct Record
    {
        std::uint64_t serial = 0; ///< Over all channels; never begins again.
        std::uint64_t id = 0;
        std::string xml;
        bool isBig = false;
    };
    struct Channel
    {
        std::deque<Record> records;
        std::uint64_t lastId = 0, lastSerial = 0, removed = 0; ///< Serial of the last record removed.
        std::size_t capacity = 0;
        EventLogApi::ChannelConfig config;
        bool isDenied = false, forgetsBookmarks = false;
    };
    struct Session : Object
    {
        WindowsError goneBy = 0;
    };
    struct Names : Object
    {
        std::vector<std::string> names;
        std::size_t at = 0;
    };
    struct Event : Object
    {
        std::string channel, xml;
        std::uint64_t id = 0;
    };
    struct Bookmark : Object
    {
        std::map<std::string, std::uint64_t> records; ///< By channel.
        std::string current;
    };
    struct Subscription : Object
    {
        std::map<std::string, std::uint64_t> next; ///< Serials by channel.
        Handle signal = nullptr;
        std::uint32_t eventId = 0; ///< The only one asked for, or 0.
        bool isStrict = false;
        WindowsError goneBy = 0;
    };
    using Lock = std::unique_lock<std::mutex>;

    WindowsError called(const std::string &call); ///< Counts it; the failure that the script wants.
    void ranThrough(const std::string &call, Lock &lock);
    void log(const std::string &name, std::string xml, Lock &lock, bool isBig = false);
    WindowsError place(const EventLogApi::Subscription &how, const std::string &name, Subscription &made);
    template<typename T>
    T *find(Handle handle)
    {
        const auto object = static_cast<Object *>(handle);
        return m_objects.count(object) > 0 ? dynamic_cast<T *>(object) : nullptr;
    }
    template<typename T>
    T *add()
    {
        T *made = new T;
        m_objects.insert(made);
        return made;
    }
    static std::uint64_t numberIn(std::string_view text); ///< Decimal; 0 if it is none.
    std::vector<Handle> listeners(const std::string &channel) const;

    const std::function<void(Handle)> m_setSignal;
    mutable std::mutex m_mutex;
    std::map<std::string, Channel> m_channels;
    std::set<Object *> m_objects;
    std::map<std::string, std::deque<WindowsError>> m_failures; ///< By call.
    std::multimap<std::string, std::string> m_after; ///< Lines by call.
    std::map<std::string, std::size_t> m_calls;
    std::uint64_t m_serial = 0;
    std::uint64_t m_number = 0; ///< Of the last event made.
    std::size_t m_limit = 0;
    bool m_isDeaf = false;
};

/// What FakeEventLog logs for `event`. `number` goes into the field `n` and the time.
std::string fakeEventXml(const std::string &computer, const std::string &channel, std::uint64_t id,
                         std::uint64_t number);

} // namespace lolscope::test
