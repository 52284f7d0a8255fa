#include "model/live/eventlogsubscription.h"

#include "model/base/text.h"
#include "model/evtx/eventreader.h"
#include "model/evtx/eventxml.h"
#include "model/live/eventlogreader.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace lolscope {

using namespace windowserror;
using Begin = EventLogApi::Begin;

namespace {

/// Text of the events of one batch at most; one more event may come on top.
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

const std::string kFromOldest = "; reading begins again at the oldest record";

void note(LiveBatch &batch, std::string reason, std::optional<std::uint64_t> record = {},
          std::uint64_t lost = 0)
{
    batch.events.damage.push_back({std::move(reason), {}, record, lost});
}

} // namespace

EventLogSubscription::EventLogSubscription(std::shared_ptr<EventLogApi> api,
                                           std::shared_ptr<const LiveClock> clock, Source source,
                                           std::string bookmark)
    : m_api(std::move(api))
    , m_clock(std::move(clock))
    , m_source(std::move(source))
    , m_isFiltered(m_source.query != "*")
    , m_isForwarded(equalsFolded(m_source.channel, "ForwardedEvents"))
    , m_place(eventLogPlace(bookmark))
    , m_isToProve(m_place.time.has_value())
    , m_fromOldest(!m_source.fromNow)
    , m_atOnce(EventLogReader::kEventsAtOnce)
{}

EventLogSubscription::~EventLogSubscription()
{
    close();
}

LivePart EventLogSubscription::part() const
{
    return {m_source.channel.empty() ? "QueryList" : m_source.channel, m_given, m_error};
}

bool EventLogSubscription::read(EventLogApi::Handle session, LiveBatch &batch)
{
    if (m_isRefused || m_goneBy != 0)
        return false;
    batch.evidence = m_source.evidence;
    const bool isDue = m_clock->now() >= m_due;
    if (!m_subscription && isDue)
        subscribe(session, batch);
    if (m_subscription && (m_mayHaveMore || isDue))
        drain(batch);
    const bool isNews = std::exchange(m_isPlaceNew, false) || batch.isAnotherLog
        || !batch.events.events.empty() || !batch.events.damage.empty();
    if (isNews)
        batch.bookmark = textOf(m_place);
    m_given += batch.events.events.size();
    return isNews;
}

// Subscribing

Begin EventLogSubscription::whereToBegin(EventLogApi::Handle session)
{
    if (m_isPlaceGone)
        return Begin::Oldest;
    if (!m_place.bookmark.empty())
        return Begin::AfterBookmark;
    if (m_fromOldest)
        return Begin::Oldest;
    // Asked before: what comes in between is given rather than lost, should the subscription fail early.
    if (!m_source.channel.empty() && !m_isForwarded)
        if (const auto log = m_api->logInfo(session, m_source.channel)) {
            m_fromOldest = log->records == 0;
            if (!m_fromOldest) {
                m_place.unreadTo = log->oldestRecord + log->records - 1;
                m_place.unreadTime = std::chrono::time_point_cast<Ticks>(std::chrono::system_clock::now());
                m_place.bookmark = bookmarkOf(m_source.channel, m_place.unreadTo);
            }
            m_isPlaceNew = !m_fromOldest;
        }
    return m_fromOldest ? Begin::Oldest : Begin::Future;
}

/// False when there is no bookmark to be had.
bool EventLogSubscription::openBookmark(Begin &begin, LiveBatch &batch)
{
    if (begin == Begin::AfterBookmark) {
        const auto opened = m_place.bookmark.size() <= EventLogReader::kMaxBookmarkBytes
            ? m_api->createBookmark(m_place.bookmark)
            : tl::unexpected(kInvalidParameter);
        if (opened) {
            m_bookmark = EventLogHandle(m_api, *opened);
            m_lastId = m_lastId == 0 ? bookmarkedRecord(m_place.bookmark) : m_lastId;
            return true;
        }
        note(batch,
             "the bookmark in the case cannot be used: " + windowsErrorText(opened.error()) + kFromOldest);
        dropPlace();
        begin = Begin::Oldest;
    }
    const auto opened = m_api->createBookmark({});
    if (opened)
        m_bookmark = EventLogHandle(m_api, *opened);
    else
        tryLater(opened.error(), EventLogReader::kFirstRetry);
    return opened.has_value();
}

void EventLogSubscription::subscribe(EventLogApi::Handle session, LiveBatch &batch)
{
    Begin begin = whereToBegin(session);
    while (!(begin == Begin::AfterBookmark && subscribeToProve(session))) {
        if (!openBookmark(begin, batch))
            return;
        const auto opened = open(session, begin);
        if (opened)
            break;
        if (begin != Begin::AfterBookmark || !beginsAgain(opened.error(), session, batch))
            return cannotSubscribe(opened.error(), session);
        close();
        begin = Begin::Oldest; // never what comes alone: what there is would be lost
    }
    m_skipsUnread = begin == Begin::Oldest && m_isPlaceGone && m_place.unreadTo > 0;
    m_isReadAgain = std::exchange(m_isPlaceGone, false) && m_isReadAgain;
    m_mayHaveMore = true; // what is there already gives no signal
    m_isProven = false;
    m_error.clear();
}

EventLogApi::Answer<void> EventLogSubscription::open(EventLogApi::Handle session, Begin begin)
{
    const auto signal = m_api->createSignal();
    if (!signal)
        return tl::unexpected(signal.error());
    m_signal = *signal;
    const auto opened =
        m_api->subscribe({session, m_signal, m_source.channel, m_source.query, begin,
                          begin == Begin::AfterBookmark ? m_bookmark.get() : nullptr, !m_isForwarded});
    if (!opened)
        return tl::unexpected(opened.error());
    m_subscription = EventLogHandle(m_api, *opened);
    return {};
}

/// Begins one record early where an earlier run or session stopped, to see whether that record is the one
/// that was read: a log that was cleared meanwhile may have one of the same id. Where the record before it is
/// gone, and of a filtered log, the bookmark has to do.
bool EventLogSubscription::subscribeToProve(EventLogApi::Handle session)
{
    const std::uint64_t last = bookmarkedRecord(m_place.bookmark);
    if (!std::exchange(m_isToProve, false) || !m_place.time || m_isFiltered || m_isForwarded
        || m_source.channel.empty() || last < 2)
        return false;
    const auto before = m_api->createBookmark(bookmarkOf(m_source.channel, last - 1));
    if (!before)
        return false;
    m_bookmark = EventLogHandle(m_api, *before);
    if (!open(session, Begin::AfterBookmark)) {
        close();
        return false;
    }
    m_lastId = last;
    m_isProof = true;
    return true;
}

/// Whether it is the bookmark that Windows does not take.
bool EventLogSubscription::beginsAgain(WindowsError error, EventLogApi::Handle session, LiveBatch &batch)
{
    switch (error) {
    case kNotFound:
    case kResultStale:
    case kResultInvalidPosition:
        placeIsGone(session, batch);
        return true;
    case kInvalidParameter:
        note(batch, "the bookmark in the case cannot be used: " + windowsErrorText(error) + kFromOldest);
        dropPlace();
        return true;
    default:
        return false;
    }
}

/// What is known of the records that should follow the bookmark.
void EventLogSubscription::placeIsGone(EventLogApi::Handle session, LiveBatch &batch)
{
    m_isPlaceGone = m_isReadAgain = true;
    if (m_source.channel.empty() || m_isForwarded || m_lastId == 0)
        return note(batch, "the place in the log where reading stopped is gone" + kFromOldest);
    const auto log = m_api->logInfo(session, m_source.channel);
    if (!log)
        return; // the events tell
    if (log->records == 0)
        m_isReadAgain = false; // cleared; whatever comes is new
    else if (log->oldestRecord > m_lastId)
        noteGap(log->oldestRecord, batch);
    else if (log->records <= m_lastId - log->oldestRecord)
        beginAnotherLog(batch);
    // Else the record should be there: Windows does not find it at times (vectordotdev/vector#26120).
}

void EventLogSubscription::dropPlace()
{
    m_place = {};
    m_lastId = 0;
    m_fromOldest = true;
}

void EventLogSubscription::cannotSubscribe(WindowsError error, EventLogApi::Handle session)
{
    close();
    if (isServiceGone(error) || (error == kInvalidHandle && session)) {
        m_goneBy = error;
        return;
    }
    switch (error) {
    case kAccessDenied:
    case kPrivilegeNotHeld:
        return refuse(windowsErrorText(error)
                      + (m_source.isRemote ? ": the user has to be in Event Log Readers there"
                                           : ": run as administrator, or join Event Log Readers"));
    case kInvalidParameter:
    case kInvalidChannelPath:
    case kInvalidQuery:
    case kDirectChannel:
        return refuse(windowsErrorText(error));
    case kFileNotFound:
    case kChannelNotFound:
        return tryLater(error, EventLogReader::kLongestRetry);
    default:
        return tryLater(error, EventLogReader::kFirstRetry);
    }
}

// Reading

void EventLogSubscription::drain(LiveBatch &batch)
{
    m_due = m_clock->now() + EventLogReader::kLookAnyway;
    m_mayHaveMore = true;
    m_api->resetSignal(m_signal); // before reading, so that what comes meanwhile sets it again
    std::size_t bytes = 0;
    while (batch.events.events.size() < EventReader::kBatchEvents && bytes < kBatchBytes)
        if ((m_events.empty() && !fetch(batch)) || !take(batch, bytes))
            break;
    keepPlace();
}

/// False when there is nothing, for now.
bool EventLogSubscription::fetch(LiveBatch &batch)
{
    const auto events = m_api->next(m_subscription.get(), m_atOnce);
    if (!events || events->empty()) {
        cannotFetch(events ? kNoMoreItems : events.error(), batch);
        return false;
    }
    for (const EventLogApi::Handle event : *events)
        m_events.emplace_back(m_api, event);
    m_isProven = true;
    m_delay = std::chrono::milliseconds(0);
    return true;
}

void EventLogSubscription::cannotFetch(WindowsError error, LiveBatch &batch)
{
    if (isServiceGone(error)) {
        close();
        m_goneBy = error;
        return;
    }
    switch (error) {
    case kNoMoreItems:
        m_mayHaveMore = false;
        m_isProven = m_isDrained = true;
        m_delay = std::chrono::milliseconds(0);
        return;
    case kTimeout:
    case kInvalidOperation: // nothing yet; not documented (mhammond/pywin32#2377)
        return lookLater();
    case kInvalidBound: // and the position has moved on (elastic/beats#3076)
        if (m_atOnce > 1) {
            m_atOnce = (m_atOnce + 1) / 2;
            return reopenAtOnce();
        }
        note(batch, "an event is too large for Windows to hand over", {}, 1);
        m_lastId += m_lastId > 0 ? 1 : 0;
        m_place.time.reset();
        return lookLater();
    case kNotFound:
    case kResultStale:
    case kResultInvalidPosition:
        if (m_isProven)
            return reopenAtOnce();
        m_isPlaceGone = m_isReadAgain = !m_place.bookmark.empty();
        return tryLater(error, EventLogReader::kFirstRetry);
    case kFileNotFound:
    case kChannelNotFound:
        return tryLater(error, EventLogReader::kLongestRetry);
    default:
        // Invalid parameter or handle: the log was backed up, or its provider updated (elastic/beats#39456).
        return tryLater(error, EventLogReader::kFirstRetry);
    }
}

/// False when the event stays where it is.
bool EventLogSubscription::take(LiveBatch &batch, std::size_t &bytes)
{
    const auto event = m_events.front().get();
    const auto xml = m_api->eventXml(event);
    if (!xml && isServiceGone(xml.error())) {
        close();
        m_goneBy = xml.error();
        return false;
    }
    auto parsed =
        xml ? parseEventXml(*xml, batch.events) : fail(ErrorCode::Io, windowsErrorText(xml.error()));
    if (!parsed) {
        m_lastId += m_lastId > 0 ? 1 : 0;
        m_place.time.reset();
        m_isProof = false;
        note(batch, "an event cannot be read: " + parsed.error().detail,
             m_lastId > 0 ? std::optional(m_lastId) : std::nullopt, 1);
    } else {
        const Use use = useOf(*parsed, batch);
        if (use == Use::Later)
            return false;
        if (use == Use::Give) {
            parsed->xml = batch.events.keep(*xml);
            batch.events.events.push_back(*parsed);
        }
    }
    bytes += xml ? xml->size() : 0;
    m_isDrained = false;
    m_hasMoved = m_api->updateBookmark(m_bookmark.get(), event).has_value() || m_hasMoved;
    m_events.pop_front();
    return true;
}

/// What the id says: whether records are missing before it, or ids have begun again. Later: it needs a batch
/// of its own, or a subscription.
EventLogSubscription::Use EventLogSubscription::useOf(const Event &event, LiveBatch &batch)
{
    if (!event.recordId || m_source.channel.empty())
        return Use::Give;
    m_isForwarded = m_isForwarded || !equalsFolded(event.channel, m_source.channel);
    if (m_isForwarded)
        return Use::Give;
    const std::uint64_t id = *event.recordId;
    if (std::exchange(m_isProof, false) && id == m_lastId)
        return prove(event, batch);
    if (m_lastId > 0 && id <= m_lastId && !m_isReadAgain) {
        if (!batch.events.events.empty())
            return Use::Later;
        beginAnotherLog(batch);
    } else if (m_lastId > 0 && id > m_lastId && !m_isFiltered) {
        noteGap(id, batch);
    }
    m_isReadAgain = false; // from here on ids grow, wherever they began
    m_lastId = id;
    m_place.time = event.timeCreated;
    // One of the same id that came since then is of a log that was cleared.
    m_skipsUnread = m_skipsUnread && id <= m_place.unreadTo;
    return m_skipsUnread && event.timeCreated && *event.timeCreated <= m_place.unreadTime ? Use::Skip
                                                                                          : Use::Give;
}

/// The event has the id of the last one that was read.
EventLogSubscription::Use EventLogSubscription::prove(const Event &event, LiveBatch &batch)
{
    if (event.timeCreated == m_place.time)
        return Use::Skip;
    batch.isAnotherLog = true;
    note(batch,
         "record " + std::to_string(m_lastId)
             + " is not the one that was read: the log was cleared meanwhile; what came behind that record "
               "before, if anything, was not read"
             + kFromOldest);
    dropPlace();
    reopenAtOnce();
    return Use::Later;
}

void EventLogSubscription::beginAnotherLog(LiveBatch &batch)
{
    batch.isAnotherLog = true;
    if (!m_isDrained)
        note(batch,
             "record ids begin again: the log was cleared; what came behind record "
                 + std::to_string(m_lastId) + " before that, if anything, was not read");
    dropPlace();
}

/// Between m_lastId and `next`, which is larger.
void EventLogSubscription::noteGap(std::uint64_t next, LiveBatch &batch)
{
    const std::uint64_t lost = next - m_lastId - 1;
    if (lost > 0)
        note(batch,
             "records " + std::to_string(m_lastId + 1) + " to " + std::to_string(next - 1)
                 + " are gone: the log was rolled over or cleared before they were read"
                 + (m_isFiltered ? "; how many of them were asked for is not known" : ""),
             m_lastId + 1, m_isFiltered ? 0 : lost);
    m_lastId = next - 1;
    m_place.time.reset();
}

// The subscription's end

void EventLogSubscription::refuse(std::string why)
{
    close();
    m_isRefused = true;
    m_error = std::move(why);
}

void EventLogSubscription::tryLater(WindowsError error, std::chrono::milliseconds least)
{
    close();
    m_error = windowsErrorText(error) + "; it is tried again";
    m_delay = std::clamp(2 * m_delay, least, EventLogReader::kLongestRetry);
    m_due = m_clock->now() + m_delay;
}

/// Keeps the subscription.
void EventLogSubscription::lookLater()
{
    m_mayHaveMore = false;
    m_delay = std::clamp(2 * m_delay, EventLogReader::kFirstRetry, EventLogReader::kLookAnyway);
    m_due = m_clock->now() + m_delay;
}

void EventLogSubscription::reopenAtOnce()
{
    close();
    m_due = std::chrono::milliseconds(0);
}

void EventLogSubscription::disconnect()
{
    reopenAtOnce();
    m_isToProve = true;
    m_goneBy = 0;
}

void EventLogSubscription::keepPlace()
{
    if (!std::exchange(m_hasMoved, false))
        return;
    if (auto xml = m_api->bookmarkXml(m_bookmark.get());
        xml && !xml->empty() && xml->size() <= EventLogReader::kMaxBookmarkBytes)
        m_place.bookmark = std::move(*xml);
}

void EventLogSubscription::close()
{
    keepPlace();
    m_events.clear();
    m_subscription = {};
    m_bookmark = {};
    m_isProof = false;
    if (m_signal)
        m_api->closeSignal(m_signal);
    m_signal = nullptr;
    m_mayHaveMore = false;
}

} // namespace lolscope
