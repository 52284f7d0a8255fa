#pragma once

#include "model/base/result.h"
#include "model/live/eventlogapi.h"

#include <memory>
#include <string>
#include <utility>

namespace lolscope {

/// Closes its handle, which may be null, when it goes.
class EventLogHandle
{
public:
    EventLogHandle() = default;
    EventLogHandle(std::shared_ptr<EventLogApi> api, EventLogApi::Handle handle)
        : m_api(std::move(api))
        , m_handle(handle)
    {}
    EventLogHandle(EventLogHandle &&other) noexcept { swap(other); }
    EventLogHandle &operator=(EventLogHandle &&other) noexcept
    {
        EventLogHandle(std::move(other)).swap(*this);
        return *this;
    }
    ~EventLogHandle()
    {
        if (m_handle)
            m_api->close(m_handle);
    }

    EventLogApi::Handle get() const { return m_handle; }
    explicit operator bool() const { return m_handle != nullptr; }

private:
    void swap(EventLogHandle &other) noexcept
    {
        std::swap(m_api, other.m_api);
        std::swap(m_handle, other.m_handle);
    }
    std::shared_ptr<EventLogApi> m_api;
    EventLogApi::Handle m_handle = nullptr;
};

/// Whether the event log service, or the computer it runs on, is not there for now.
bool isServiceGone(WindowsError error);

/// Logs in at another computer; gives null for this one. Opening a session does not connect, so a first use
/// follows that everybody may make: refused there, it is the login, and refused later, the right to read a
/// channel (https://learn.microsoft.com/en-us/windows/win32/api/winevt/nf-winevt-evtopensession). Errors: Io,
/// it cannot be reached; Invalid, the login is refused, which trying again may turn into a locked account.
Result<EventLogHandle> openEventLogSession(const std::shared_ptr<EventLogApi> &api,
                                           const EventLogComputer &computer);

} // namespace lolscope
