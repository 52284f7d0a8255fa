#pragma once

#include "model/base/result.h"
#include "model/live/eventlogapi.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// A channel as far as one is told before following it.
struct EventLogChannel
{
    enum class Access {
        Readable,
        Denied, ///< Local: needs an administrator or a member of Event Log Readers; remote: such an account.
        Direct, ///< Analytic and debug channels cannot be followed
                ///< (ERROR_EVT_SUBSCRIPTION_TO_DIRECT_CHANNEL).
        Failed ///< `error` says why it is not known.
    };
    std::string name; ///< `Microsoft-Windows-Sysmon/Operational`
    Access access = Access::Readable;
    /// Empty where only administrators may know (Security). One that is not enabled gives no new events.
    std::optional<bool> isEnabled;
    WindowsError error = 0; ///< Where not readable.

    bool operator==(const EventLogChannel &) const = default;
};

/// What keeps it from being followed or from giving events, and what would help; empty if nothing. English.
std::string eventLogHindrance(const EventLogChannel &channel);

/// The channels of a computer with what may be done with them, those first that hold what this program looks
/// for: Sysmon, Security, DNS-Client; then by name. Blocks: three calls for each of some 1,200 channels,
/// which takes a while over a network. Errors: Unsupported, no event logs on this system; Io, the computer
/// cannot be reached; Invalid, the login is refused; Cancelled.
Result<std::vector<EventLogChannel>> eventLogChannels(const EventLogComputer &computer,
                                                      const std::stop_token &stop = {});
Result<std::vector<EventLogChannel>> eventLogChannels(const std::shared_ptr<EventLogApi> &api,
                                                      const EventLogComputer &computer,
                                                      const std::stop_token &stop = {});

} // namespace lolscope
