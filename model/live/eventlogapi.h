#pragma once

#include "model/base/result.h"
#include "model/base/secret.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lolscope {

using WindowsError = std::uint32_t;

/// The codes of winerror.h that event logs answer with
/// (https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes); eventlogwindows.cpp checks the
/// numbers.
namespace windowserror {
constexpr WindowsError kFileNotFound = 2, kAccessDenied = 5, kInvalidHandle = 6, kGenFailure = 31,
                       kInvalidParameter = 87, kInsufficientBuffer = 122, kNoMoreItems = 259,
                       kShutdownInProgress = 1115, kNotFound = 1168, kPrivilegeNotHeld = 1314,
                       kLogonFailure = 1326, kAccountRestriction = 1327, kPasswordExpired = 1330,
                       kAccountDisabled = 1331, kTimeout = 1460, kServerUnavailable = 1722,
                       kServerTooBusy = 1723, kCallFailed = 1726, kCallFailedNotExecuted = 1727,
                       kInvalidBound = 1734, kEndpointNotRegistered = 1753, kCallCancelled = 1818,
                       kPasswordMustChange = 1907, kAccountLockedOut = 1909, kInvalidOperation = 4317,
                       kInvalidChannelPath = 15000, kInvalidQuery = 15001, kChannelNotFound = 15007,
                       kDirectChannel = 15009, kResultStale = 15011, kResultInvalidPosition = 15012;
}

/// `access denied (5)`; for those not named above `error 1234`. English.
std::string windowsErrorText(WindowsError error);

/// Whose event logs, and as whom.
struct EventLogComputer
{
    std::string name; ///< Without backslashes. Empty: this one, where the rest has no meaning.
    std::string user; ///< Empty: as whoever runs the program.
    std::string domain; ///< Of `user`; may be empty.
    Secret password; ///< Never goes into a case; kept while the source lives, to log in again.
};

/// The functions of wevtapi.dll that live event logs need (winevt.h,
/// https://learn.microsoft.com/en-us/windows/win32/api/winevt/), with texts in UTF-8. What the reader makes
/// of their answers is portable and tested without Windows. Handles belong to the caller, who gives them back
/// to close(). Handles that do not depend on each other may be used from different threads.
class EventLogApi
{
public:
    virtual ~EventLogApi() = default;

    using Handle = void *;
    /// Whatever failed has an error, even where Windows says 0.
    template<typename T>
    using Answer = tl::expected<T, WindowsError>;

    virtual std::string computerName() = 0; ///< Of this computer.

    /// EvtOpenSession. It neither connects nor logs in: the first use of the session does.
    virtual Answer<Handle> openSession(const EventLogComputer &computer) = 0;

    // A session of null is this computer.
    virtual Answer<Handle> openChannelNames(Handle session) = 0; ///< EvtOpenChannelEnum.
    /// EvtNextChannelPath. Errors: kNoMoreItems at the end.
    virtual Answer<std::string> nextChannelName(Handle names) = 0;

    enum class ChannelType : std::uint32_t { Admin, Operational, Analytic, Debug }; ///< EVT_CHANNEL_TYPE
    struct ChannelConfig
    {
        ChannelType type = ChannelType::Admin;
        bool isEnabled = false;
    };
    /// EvtOpenChannelConfig, EvtGetChannelConfigProperty.
    virtual Answer<ChannelConfig> channelConfig(Handle session, const std::string &channel) = 0;

    struct LogInfo
    {
        std::uint64_t oldestRecord = 0; ///< Its id; without meaning when there are none.
        std::uint64_t records = 0;
    };
    /// EvtOpenLog, EvtGetLogInfo. Needs the right to read the channel.
    virtual Answer<LogInfo> logInfo(Handle session, const std::string &channel) = 0;

    enum class Begin : std::uint32_t { Future = 1, Oldest = 2, AfterBookmark = 3 }; ///< EVT_SUBSCRIBE_FLAGS
    struct Subscription
    {
        Handle session = nullptr;
        Handle signal = nullptr; ///< Set by Windows when there is something new.
        std::string channel; ///< Empty: `query` is a structured query that names them.
        std::string query;
        Begin begin = Begin::Future;
        Handle bookmark = nullptr; ///< For AfterBookmark.
        bool isStrict = false; ///< Fail where the event of the bookmark is gone.
    };
    virtual Answer<Handle> subscribe(const Subscription &subscription) = 0; ///< EvtSubscribe.
    /// EvtNext: at most `most` events, without waiting.
    virtual Answer<std::vector<Handle>> next(Handle subscription, std::uint32_t most) = 0;
    virtual Answer<std::string> eventXml(Handle event) = 0; ///< EvtRender.

    virtual Answer<Handle> createBookmark(const std::string &xml) = 0; ///< Empty: one of nothing as yet.
    virtual Answer<std::string> bookmarkXml(Handle bookmark) = 0; ///< EvtRender.
    virtual Answer<void> updateBookmark(Handle bookmark, Handle event) = 0;

    virtual void close(Handle handle) = 0; ///< EvtClose.

    // Events of the Win32 kind, which stay set until they are reset.
    virtual Answer<Handle> createSignal() = 0;
    virtual void resetSignal(Handle signal) = 0;
    virtual void closeSignal(Handle signal) = 0;
    /// Waits until one of these signals is set, at most for `time`, and tells of each whether it is.
    virtual std::vector<bool> wait(std::span<const Handle> some, std::chrono::milliseconds time) = 0;
};

/// Windows' own, an object for each call. Errors: Unsupported, on systems without it.
Result<std::shared_ptr<EventLogApi>> systemEventLog();

} // namespace lolscope
