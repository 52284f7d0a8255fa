#pragma once

#include "model/live/eventlogapi.h"
#include "model/live/eventlogsession.h"
#include "model/live/liveclock.h"
#include "model/live/livereader.h"

#include <memory>
#include <string>
#include <vector>

namespace lolscope {

class EventLogSubscription;

/// What to read from the event logs of one computer.
struct EventLogRequest
{
    EventLogComputer computer;
    std::vector<std::string> channels; ///< By their full names; see eventLogChannels().
    /// Which of their events: XPath, `*` for all. Or a structured query (`<QueryList>...`), which names its
    /// channels itself; `channels` is empty then.
    std::string query = "*";
    /// Of a channel without a bookmark: only what comes, instead of all that is there.
    bool fromNow = false;
};

/// What events of a channel cite: `\\COMPUTER\Channel`, also on this computer, because a case may go from one
/// to another. A structured query is `\\COMPUTER\QueryList`.
std::string eventLogEvidence(const std::string &computer, const std::string &channel);

/// Reads event logs of a computer while Windows writes them (EvtSubscribe, pull model). Each channel has a
/// subscription of its own, so that one that is refused silences no other: parts() tells of each.
///
/// The bookmark of a channel is Windows' own (XML). Where its place is gone, reading begins again at the
/// oldest record: events that were given before come again, and the case knows them by what they are (see
/// EventWriter::add()). Records between that are gone, rolled over or cleared, are lost and counted, but not
/// where ids cannot tell: with a query, and in logs of forwarded events, whose ids are those of their
/// sources. A log whose ids begin again was cleared, and is another log from there on.
///
/// What is refused for good (rights, an analytic channel, a query) is not tried again. A channel that is not
/// there or misbehaves is tried again after kFirstRetry, then ever more slowly up to kLongestRetry. When the
/// service or the computer is gone all of it is an error that passes, and reading goes on at the bookmarks.
class EventLogReader : public LiveReader
{
public:
    static constexpr std::chrono::milliseconds kFirstRetry{500};
    static constexpr std::chrono::milliseconds kLongestRetry{60'000};
    /// A signal that gets lost costs so much time and no event.
    static constexpr std::chrono::milliseconds kLookAnyway{30'000};
    /// More than some 2 MB in one answer fails on older systems (elastic/beats#3076).
    static constexpr std::uint32_t kEventsAtOnce = 30;
    /// Windows' XML is some 100 bytes for each channel.
    static constexpr std::size_t kMaxBookmarkBytes = std::size_t{64} << 10;

    EventLogReader(std::shared_ptr<EventLogApi> api, EventLogRequest request, const LiveBookmarks &bookmarks,
                   std::shared_ptr<const LiveClock> clock = machineClock());
    ~EventLogReader() override;

    /// Errors: Io, the computer or its event log service is gone; Invalid, the login is refused, or no
    /// channel can be read.
    Result<Step> next(LiveBatch &batch, const std::stop_token &stop) override;
    std::chrono::milliseconds interval() const override { return std::chrono::milliseconds(0); }
    std::vector<LivePart> parts() const override;

private:
    tl::unexpected<Error> disconnected(WindowsError error);
    tl::unexpected<Error> noneIsLeft() const;
    std::chrono::milliseconds timeToNext() const;
    void waitForEvents(const std::stop_token &stop);

    const std::shared_ptr<EventLogApi> m_api;
    const std::shared_ptr<const LiveClock> m_clock;
    const EventLogComputer m_computer;
    EventLogHandle m_session; ///< Outlives the subscriptions made in it.
    bool m_isConnected = false;
    std::vector<std::unique_ptr<EventLogSubscription>> m_channels;
    std::size_t m_turn = 0; ///< Whose turn it is, so that a busy channel does not starve the others.
};

} // namespace lolscope
