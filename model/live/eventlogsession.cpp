#include "model/live/eventlogsession.h"

namespace lolscope {

using namespace windowserror;

std::string windowsErrorText(WindowsError error)
{
    const char *name = "error";
    switch (error) {
    case kFileNotFound:
        name = "not found";
        break;
    case kAccessDenied:
        name = "access denied";
        break;
    case kInvalidHandle:
        name = "invalid handle";
        break;
    case kInvalidParameter:
        name = "invalid parameter";
        break;
    case kShutdownInProgress:
        name = "shutting down";
        break;
    case kNotFound:
        name = "no such record";
        break;
    case kPrivilegeNotHeld:
        name = "a privilege is missing";
        break;
    case kLogonFailure:
        name = "unknown user or wrong password";
        break;
    case kAccountRestriction:
        name = "restrictions of the account";
        break;
    case kPasswordExpired:
        name = "the password has expired";
        break;
    case kAccountDisabled:
        name = "the account is disabled";
        break;
    case kPasswordMustChange:
        name = "the password must be changed first";
        break;
    case kAccountLockedOut:
        name = "the account is locked";
        break;
    case kServerUnavailable:
    case kEndpointNotRegistered:
        name = "the event log service cannot be reached";
        break;
    case kServerTooBusy:
        name = "the event log service is too busy";
        break;
    case kCallFailed:
    case kCallFailedNotExecuted:
    case kCallCancelled:
        name = "the connection to the event log service was lost";
        break;
    case kInvalidBound:
        name = "too much at once";
        break;
    case kInvalidChannelPath:
        name = "no name of a channel";
        break;
    case kInvalidQuery:
        name = "the query is not valid";
        break;
    case kChannelNotFound:
        name = "no such channel";
        break;
    case kDirectChannel:
        name = "an analytic or debug channel";
        break;
    case kResultStale:
    case kResultInvalidPosition:
        name = "the place in the log is gone";
        break;
    default:
        break;
    }
    return name + (" (" + std::to_string(error)) + ')';
}

bool isServiceGone(WindowsError error)
{
    switch (error) {
    case kShutdownInProgress:
    case kServerUnavailable:
    case kServerTooBusy:
    case kCallFailed:
    case kCallFailedNotExecuted:
    case kEndpointNotRegistered:
    case kCallCancelled:
        return true;
    default:
        return false;
    }
}

Result<EventLogHandle> openEventLogSession(const std::shared_ptr<EventLogApi> &api,
                                           const EventLogComputer &computer)
{
    if (computer.name.empty())
        return EventLogHandle();
    const auto refused = [&computer](WindowsError error) {
        if (isServiceGone(error))
            return fail(ErrorCode::Io,
                        windowsErrorText(error)
                            + "; is it on, and does its firewall allow Remote Event Log Management?",
                        computer.name);
        switch (error) {
        case kAccessDenied:
        case kPrivilegeNotHeld:
        case kLogonFailure:
        case kAccountRestriction:
        case kPasswordExpired:
        case kAccountDisabled:
        case kPasswordMustChange:
        case kAccountLockedOut:
            return fail(ErrorCode::Invalid, "the login is refused: " + windowsErrorText(error),
                        computer.name);
        default:
            return fail(ErrorCode::Io, windowsErrorText(error), computer.name);
        }
    };
    const auto opened = api->openSession(computer);
    if (!opened)
        return refused(opened.error());
    EventLogHandle session(api, *opened);
    const auto names = api->openChannelNames(session.get());
    if (!names)
        return refused(names.error());
    api->close(*names);
    return session;
}

} // namespace lolscope
