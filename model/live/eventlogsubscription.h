#pragma once

#include "model/live/eventlogapi.h"
#include "model/live/eventlogbookmark.h"
#include "model/live/eventlogsession.h"
#include "model/live/liveclock.h"
#include "model/live/livereader.h"

#include <deque>
#include <memory>
#include <string>

namespace lolscope {

/// One channel (or structured query) of an EventLogReader, which says how it behaves.
class EventLogSubscription
{
public:
    struct Source
    {
        std::string channel; ///< Empty for a structured query.
        std::string query;
        std::string evidence;
        bool fromNow = false;
        bool isRemote = false;
    };
    EventLogSubscription(std::shared_ptr<EventLogApi> api, std::shared_ptr<const LiveClock> clock,
                         Source source, std::string bookmark);
    ~EventLogSubscription();
    EventLogSubscription(const EventLogSubscription &) = delete;
    EventLogSubscription &operator=(const EventLogSubscription &) = delete;

    /// Adds what is new to `batch`, subscribing where that is due. True when it got something.
    bool read(EventLogApi::Handle session, LiveBatch &batch);

    /// Null while there is no subscription.
    EventLogApi::Handle signal() const { return m_signal; }
    void signalled() { m_mayHaveMore = true; }
    std::chrono::milliseconds due() const { return m_mayHaveMore ? std::chrono::milliseconds(0) : m_due; }

    /// For good; `part().error` says why.
    bool isRefused() const { return m_isRefused; }
    /// The service is gone, and with it what depends on it; 0 while it is not.
    WindowsError goneBy() const { return m_goneBy; }
    void disconnect(); ///< To subscribe again, where it was.

    LivePart part() const;

private:
    using Begin = EventLogApi::Begin;
    template<typename T>
    using Answer = EventLogApi::Answer<T>;
    void subscribe(EventLogApi::Handle session, LiveBatch &batch);
    Begin whereToBegin(EventLogApi::Handle session);
    bool openBookmark(Begin &begin, LiveBatch &batch);
    bool subscribeToProve(EventLogApi::Handle session);
    Answer<void> open(EventLogApi::Handle session, Begin begin);
    bool beginsAgain(WindowsError error, EventLogApi::Handle session, LiveBatch &batch);
    void cannotSubscribe(WindowsError error, EventLogApi::Handle session);
    void placeIsGone(EventLogApi::Handle session, LiveBatch &batch);
    void dropPlace();

    void drain(LiveBatch &batch);
    bool fetch(LiveBatch &batch);
    void cannotFetch(WindowsError error, LiveBatch &batch);
    bool take(LiveBatch &batch, std::size_t &bytes);
    enum class Use { Give, Skip, Later };
    Use useOf(const Event &event, LiveBatch &batch);
    Use prove(const Event &event, LiveBatch &batch);
    void beginAnotherLog(LiveBatch &batch);
    void noteGap(std::uint64_t next, LiveBatch &batch);

    void refuse(std::string why);
    void tryLater(WindowsError error, std::chrono::milliseconds least);
    void lookLater();
    void reopenAtOnce();
    void keepPlace();
    void close();

    const std::shared_ptr<EventLogApi> m_api;
    const std::shared_ptr<const LiveClock> m_clock;
    const Source m_source;
    const bool m_isFiltered;
    bool m_isForwarded; ///< Ids are those of other logs, and bookmarks are never found.

    /// Where to go on, with the time of the last event given where that is what it names.
    EventLogPlace m_place;
    std::uint64_t m_lastId = 0; ///< Of the last event given; 0: not known.
    bool m_isToProve; ///< Whether the record of m_place still is the one that was read.
    bool m_isProof = false; ///< The next event is to be that record.
    bool m_skipsUnread = false; ///< See EventLogPlace::unreadTo.
    bool m_isPlaceGone = false; ///< Windows does not find m_bookmarkXml.
    bool m_isPlaceNew = false; ///< It is to be noted although no event came.
    bool m_fromOldest; ///< Where to begin without a bookmark.

    EventLogApi::Handle m_signal = nullptr;
    EventLogHandle m_bookmark; ///< Moves with the events given.
    bool m_hasMoved = false;
    EventLogHandle m_subscription;
    std::deque<EventLogHandle> m_events; ///< Fetched, not given.
    std::uint32_t m_atOnce;
    bool m_mayHaveMore = false;
    bool m_isProven = false; ///< The subscription was read without an error.
    bool m_isReadAgain = false; ///< Records that were given before come again.
    bool m_isDrained = false; ///< When looked at last, all there was had been given.
    std::chrono::milliseconds m_due{0}; ///< To subscribe, or to look without a signal.
    std::chrono::milliseconds m_delay{0};

    bool m_isRefused = false;
    WindowsError m_goneBy = 0;
    std::string m_error;
    std::uint64_t m_given = 0;
};

} // namespace lolscope
