#include "model/live/eventlogchannels.h"

#include "model/live/eventlogsession.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace lolscope {

using namespace windowserror;

namespace {

using Access = EventLogChannel::Access;

/// There are some 1,200; a forged computer could go on for ever.
constexpr std::size_t kMostChannels = 100'000;

std::size_t rankOf(const std::string &name)
{
    constexpr std::array<std::string_view, 3> kFirst = {"Microsoft-Windows-Sysmon/Operational", "Security",
                                                        "Microsoft-Windows-DNS-Client/Operational"};
    return static_cast<std::size_t>(std::find(kFirst.begin(), kFirst.end(), name) - kFirst.begin());
}

EventLogChannel channelNamed(EventLogApi &api, EventLogApi::Handle session, std::string name)
{
    EventLogChannel channel;
    channel.name = std::move(name);
    const auto config = api.channelConfig(session, channel.name);
    if (config) {
        channel.isEnabled = config->isEnabled;
        if (config->type == EventLogApi::ChannelType::Analytic
            || config->type == EventLogApi::ChannelType::Debug) {
            channel.access = Access::Direct;
            channel.error = kDirectChannel;
            return channel;
        }
    }
    // Who may not see how Security is configured may still be able to read it.
    if (const auto log = api.logInfo(session, channel.name); !log) {
        channel.error = log.error();
        channel.access = log.error() == kAccessDenied || log.error() == kPrivilegeNotHeld ? Access::Denied
                                                                                          : Access::Failed;
    }
    return channel;
}

} // namespace

std::string eventLogHindrance(const EventLogChannel &channel)
{
    switch (channel.access) {
    case Access::Denied:
        return "access denied: run as administrator, or as a member of Event Log Readers";
    case Access::Direct:
        return "an analytic or debug channel, which cannot be followed";
    case Access::Failed:
        return windowsErrorText(channel.error);
    case Access::Readable:
        break;
    }
    return channel.isEnabled == false ? "disabled: gives no new events" : "";
}

Result<std::vector<EventLogChannel>> eventLogChannels(const std::shared_ptr<EventLogApi> &api,
                                                      const EventLogComputer &computer,
                                                      const std::stop_token &stop)
{
    const auto session = openEventLogSession(api, computer);
    if (!session)
        return tl::unexpected(session.error());
    const auto failed = [&computer](WindowsError error) {
        return fail(ErrorCode::Io, "its channels cannot be listed: " + windowsErrorText(error),
                    computer.name);
    };
    const auto opened = api->openChannelNames(session->get());
    if (!opened)
        return failed(opened.error());
    const EventLogHandle names(api, *opened);
    std::vector<EventLogChannel> channels;
    for (auto name = api->nextChannelName(names.get());; name = api->nextChannelName(names.get())) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (!name && name.error() == kNoMoreItems)
            break;
        if (!name)
            return failed(name.error());
        if (channels.size() == kMostChannels)
            return fail(ErrorCode::TooLarge, "more than 100,000 channels", computer.name);
        channels.push_back(channelNamed(*api, session->get(), std::move(*name)));
        if (isServiceGone(channels.back().error))
            return failed(channels.back().error);
    }
    std::sort(channels.begin(), channels.end(), [](const EventLogChannel &a, const EventLogChannel &b) {
        return std::pair(rankOf(a.name), std::string_view(a.name))
            < std::pair(rankOf(b.name), std::string_view(b.name));
    });
    return channels;
}

Result<std::vector<EventLogChannel>> eventLogChannels(const EventLogComputer &computer,
                                                      const std::stop_token &stop)
{
    const auto api = systemEventLog();
    return api ? eventLogChannels(*api, computer, stop) : tl::unexpected(api.error());
}

} // namespace lolscope
