#include "model/live/eventlogreader.h"

#include "model/base/text.h"
#include "model/live/eventlogsubscription.h"

#include <algorithm>
#include <set>
#include <utility>

namespace lolscope {

namespace {

/// A wait ends so often to look whether to stop.
constexpr std::chrono::milliseconds kWait{200};

} // namespace

std::string eventLogEvidence(const std::string &computer, const std::string &channel)
{
    return "\\\\" + computer + '\\' + (channel.empty() ? "QueryList" : channel);
}

EventLogReader::EventLogReader(std::shared_ptr<EventLogApi> api, EventLogRequest request,
                               const LiveBookmarks &bookmarks, std::shared_ptr<const LiveClock> clock)
    : m_api(std::move(api))
    , m_clock(std::move(clock))
    , m_computer(std::move(request.computer))
{
    const bool isRemote = !m_computer.name.empty();
    const std::string computer = isRemote ? m_computer.name : m_api->computerName();
    if (request.channels.empty())
        request.channels.emplace_back(); // the query names them
    std::set<std::string> evidences;
    for (const std::string &channel : request.channels) {
        const std::string evidence = eventLogEvidence(computer, channel);
        if (!evidences.insert(foldCase(evidence)).second)
            continue; // named twice
        const auto bookmark = bookmarks.find(evidence);
        m_channels.push_back(std::make_unique<EventLogSubscription>(
            m_api, m_clock,
            EventLogSubscription::Source{channel, request.query, evidence, request.fromNow, isRemote},
            bookmark == bookmarks.end() ? std::string() : bookmark->second));
    }
}

EventLogReader::~EventLogReader() = default;

std::vector<LivePart> EventLogReader::parts() const
{
    std::vector<LivePart> parts;
    for (const auto &channel : m_channels)
        parts.push_back(channel->part());
    return parts;
}

Result<LiveReader::Step> EventLogReader::next(LiveBatch &batch, const std::stop_token &stop)
{
    for (bool hasWaited = false;;) {
        if (!m_isConnected) {
            auto session = openEventLogSession(m_api, m_computer);
            if (!session)
                return tl::unexpected(session.error());
            m_session = std::move(*session);
            m_isConnected = true;
        }
        for (std::size_t looked = 0; looked < m_channels.size() && !stop.stop_requested(); ++looked) {
            EventLogSubscription &channel = *m_channels[m_turn];
            m_turn = (m_turn + 1) % m_channels.size();
            if (channel.read(m_session.get(), batch))
                return Step::Batch;
            if (channel.goneBy() != 0)
                return disconnected(channel.goneBy());
        }
        if (std::all_of(m_channels.begin(), m_channels.end(),
                        [](const auto &channel) { return channel->isRefused(); }))
            return noneIsLeft();
        if (stop.stop_requested())
            return Step::Idle;
        if (timeToNext() == std::chrono::milliseconds(0))
            continue; // one is to be subscribed to anew at once
        if (std::exchange(hasWaited, true))
            return Step::Idle;
        waitForEvents(stop);
    }
}

tl::unexpected<Error> EventLogReader::disconnected(WindowsError error)
{
    for (const auto &channel : m_channels)
        channel->disconnect();
    m_session = {};
    m_isConnected = false;
    return fail(ErrorCode::Io, windowsErrorText(error), m_computer.name);
}

tl::unexpected<Error> EventLogReader::noneIsLeft() const
{
    std::string why = "no event log can be read";
    for (const LivePart &part : parts())
        why += "; " + part.name + ": " + part.error;
    return fail(ErrorCode::Invalid, why, m_computer.name);
}

/// Until something is to be done without a signal; at most kWait.
std::chrono::milliseconds EventLogReader::timeToNext() const
{
    auto time = kWait;
    for (const auto &channel : m_channels)
        if (!channel->isRefused())
            time = std::clamp(channel->due() - m_clock->now(), std::chrono::milliseconds(0), time);
    return time;
}

void EventLogReader::waitForEvents(const std::stop_token &stop)
{
    std::vector<EventLogSubscription *> waiting;
    std::vector<EventLogApi::Handle> handles;
    for (const auto &channel : m_channels)
        if (channel->signal()) {
            waiting.push_back(channel.get());
            handles.push_back(channel->signal());
        }
    if (handles.empty())
        return m_clock->wait(timeToNext(), stop);
    const std::vector<bool> set = m_api->wait(handles, timeToNext());
    for (std::size_t i = 0; i < waiting.size(); ++i)
        if (set[i])
            waiting[i]->signalled();
}

} // namespace lolscope
