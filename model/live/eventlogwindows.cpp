#include "model/live/eventlogwindows.h"

#include <algorithm>
#include <limits>
#include <optional>

#ifndef NOMINMAX // which libstdc++ defines
#endif
#include <windows.h>
#include <winevt.h>

namespace lolscope {

using namespace windowserror;

static_assert(kFileNotFound == ERROR_FILE_NOT_FOUND && kAccessDenied == ERROR_ACCESS_DENIED
              && kInvalidHandle == ERROR_INVALID_HANDLE && kGenFailure == ERROR_GEN_FAILURE
              && kInvalidParameter == ERROR_INVALID_PARAMETER
              && kInsufficientBuffer == ERROR_INSUFFICIENT_BUFFER && kNoMoreItems == ERROR_NO_MORE_ITEMS
              && kShutdownInProgress == ERROR_SHUTDOWN_IN_PROGRESS && kNotFound == ERROR_NOT_FOUND
              && kPrivilegeNotHeld == ERROR_PRIVILEGE_NOT_HELD && kLogonFailure == ERROR_LOGON_FAILURE
              && kAccountRestriction == ERROR_ACCOUNT_RESTRICTION
              && kPasswordExpired == ERROR_PASSWORD_EXPIRED && kAccountDisabled == ERROR_ACCOUNT_DISABLED
              && kTimeout == ERROR_TIMEOUT && kPasswordMustChange == ERROR_PASSWORD_MUST_CHANGE
              && kAccountLockedOut == ERROR_ACCOUNT_LOCKED_OUT
              && kInvalidOperation == ERROR_INVALID_OPERATION);
static_assert(kServerUnavailable == RPC_S_SERVER_UNAVAILABLE && kServerTooBusy == RPC_S_SERVER_TOO_BUSY
              && kCallFailed == RPC_S_CALL_FAILED && kCallFailedNotExecuted == RPC_S_CALL_FAILED_DNE
              && kInvalidBound == RPC_S_INVALID_BOUND && kEndpointNotRegistered == EPT_S_NOT_REGISTERED
              && kCallCancelled == RPC_S_CALL_CANCELLED);
static_assert(kInvalidChannelPath == ERROR_EVT_INVALID_CHANNEL_PATH
              && kInvalidQuery == ERROR_EVT_INVALID_QUERY && kChannelNotFound == ERROR_EVT_CHANNEL_NOT_FOUND
              && kDirectChannel == ERROR_EVT_SUBSCRIPTION_TO_DIRECT_CHANNEL
              && kResultStale == ERROR_EVT_QUERY_RESULT_STALE
              && kResultInvalidPosition == ERROR_EVT_QUERY_RESULT_INVALID_POSITION);

namespace {

/// Some calls fail and leave 0 behind.
tl::unexpected<WindowsError> lastError()
{
    const WindowsError error = GetLastError();
    return tl::unexpected(error == 0 ? kGenFailure : error);
}

/// Empty when it is no UTF-8, or has a NUL, at which Windows would end it.
std::optional<std::wstring> wide(std::string_view text)
{
    if (text.size() > std::size_t{std::numeric_limits<int>::max()} || text.find('\0') != text.npos)
        return std::nullopt;
    const int bytes = static_cast<int>(text.size());
    const int units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), bytes, nullptr, 0);
    if (units == 0 && bytes > 0)
        return std::nullopt;
    std::wstring result(static_cast<std::size_t>(units), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, result.data(), units);
    return result;
}

/// Half surrogates become U+FFFD.
std::string narrow(std::wstring_view text)
{
    const int units = static_cast<int>(std::min(text.size(), std::size_t{std::numeric_limits<int>::max()}));
    const int bytes = WideCharToMultiByte(CP_UTF8, 0, text.data(), units, nullptr, 0, nullptr, nullptr);
    std::string result(static_cast<std::size_t>(bytes), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text.data(), units, result.data(), bytes, nullptr, nullptr);
    return result;
}

LPCWSTR orNull(const std::wstring &text)
{
    return text.empty() ? nullptr : text.c_str();
}

struct Functions
{
    decltype(&::EvtClose) close = nullptr;
    decltype(&::EvtCreateBookmark) createBookmark = nullptr;
    decltype(&::EvtGetChannelConfigProperty) getChannelConfigProperty = nullptr;
    decltype(&::EvtGetLogInfo) getLogInfo = nullptr;
    decltype(&::EvtNext) next = nullptr;
    decltype(&::EvtNextChannelPath) nextChannelPath = nullptr;
    decltype(&::EvtOpenChannelConfig) openChannelConfig = nullptr;
    decltype(&::EvtOpenChannelEnum) openChannelEnum = nullptr;
    decltype(&::EvtOpenLog) openLog = nullptr;
    decltype(&::EvtOpenSession) openSession = nullptr;
    decltype(&::EvtRender) render = nullptr;
    decltype(&::EvtSubscribe) subscribe = nullptr;
    decltype(&::EvtUpdateBookmark) updateBookmark = nullptr;

    bool bind(HMODULE library)
    {
        return bind(library, "EvtClose", close) && bind(library, "EvtCreateBookmark", createBookmark)
            && bind(library, "EvtGetChannelConfigProperty", getChannelConfigProperty)
            && bind(library, "EvtGetLogInfo", getLogInfo) && bind(library, "EvtNext", next)
            && bind(library, "EvtNextChannelPath", nextChannelPath)
            && bind(library, "EvtOpenChannelConfig", openChannelConfig)
            && bind(library, "EvtOpenChannelEnum", openChannelEnum) && bind(library, "EvtOpenLog", openLog)
            && bind(library, "EvtOpenSession", openSession) && bind(library, "EvtRender", render)
            && bind(library, "EvtSubscribe", subscribe) && bind(library, "EvtUpdateBookmark", updateBookmark);
    }

private:
    template<typename Function>
    static bool bind(HMODULE library, const char *name, Function &function)
    {
        function = reinterpret_cast<Function>(reinterpret_cast<void *>(GetProcAddress(library, name)));
        return function != nullptr;
    }
};

/// Closes what is open no longer than a call.
class Open
{
public:
    Open(const Functions &functions, EVT_HANDLE handle)
        : m_functions(functions)
        , m_handle(handle)
    {}
    Open(const Open &) = delete;
    Open &operator=(const Open &) = delete;
    ~Open()
    {
        if (m_handle)
            m_functions.close(m_handle);
    }
    EVT_HANDLE get() const { return m_handle; }

private:
    const Functions &m_functions;
    const EVT_HANDLE m_handle;
};

class WindowsEventLog : public EventLogApi
{
public:
    explicit WindowsEventLog(const Functions &functions)
        : m_functions(functions)
        , m_buffer(4096)
    {}

    std::string computerName() override
    {
        DWORD units = 0;
        GetComputerNameExW(ComputerNamePhysicalDnsHostname, nullptr, &units);
        std::wstring name(units, L'\0');
        return GetComputerNameExW(ComputerNamePhysicalDnsHostname, name.data(), &units)
            ? narrow(std::wstring_view(name).substr(0, units))
            : ".";
    }

    Answer<Handle> openSession(const EventLogComputer &computer) override
    {
        auto server = wide(computer.name), user = wide(computer.user), domain = wide(computer.domain),
             password = wide(computer.password.text());
        if (!server || !user || !domain || !password)
            return tl::unexpected(kInvalidParameter);
        EVT_RPC_LOGIN login = {};
        login.Server = server->data();
        if (!user->empty()) {
            login.User = user->data();
            login.Domain = domain->empty() ? nullptr : domain->data();
            login.Password = password->data();
        }
        login.Flags = EvtRpcLoginAuthDefault;
        auto session = answer(m_functions.openSession(EvtRpcLogin, &login, 0, 0));
        SecureZeroMemory(password->data(), password->size() * sizeof(wchar_t));
        return session;
    }

    Answer<Handle> openChannelNames(Handle session) override
    {
        return answer(m_functions.openChannelEnum(session, 0));
    }

    Answer<std::string> nextChannelName(Handle names) override
    {
        DWORD units = 0;
        while (!m_functions.nextChannelPath(names, static_cast<DWORD>(m_buffer.size()), m_buffer.data(),
                                            &units)) {
            const auto error = lastError();
            if (error.value() != kInsufficientBuffer || units <= m_buffer.size())
                return error;
            m_buffer.resize(units);
        }
        return text(units);
    }

    Answer<ChannelConfig> channelConfig(Handle session, const std::string &channel) override
    {
        const auto name = wide(channel);
        if (!name)
            return tl::unexpected(kInvalidParameter);
        const Open config(m_functions, m_functions.openChannelConfig(session, name->c_str(), 0));
        if (!config.get())
            return lastError();
        EVT_VARIANT type = {}, enabled = {};
        DWORD bytes = 0;
        if (!m_functions.getChannelConfigProperty(config.get(), EvtChannelConfigType, 0, sizeof type, &type,
                                                  &bytes)
            || !m_functions.getChannelConfigProperty(config.get(), EvtChannelConfigEnabled, 0, sizeof enabled,
                                                     &enabled, &bytes))
            return lastError();
        return ChannelConfig{static_cast<ChannelType>(type.UInt32Val), enabled.BooleanVal != 0};
    }

    Answer<LogInfo> logInfo(Handle session, const std::string &channel) override
    {
        const auto name = wide(channel);
        if (!name)
            return tl::unexpected(kInvalidParameter);
        const Open log(m_functions, m_functions.openLog(session, name->c_str(), EvtOpenChannelPath));
        if (!log.get())
            return lastError();
        EVT_VARIANT oldest = {}, records = {};
        DWORD bytes = 0;
        if (!m_functions.getLogInfo(log.get(), EvtLogOldestRecordNumber, sizeof oldest, &oldest, &bytes)
            || !m_functions.getLogInfo(log.get(), EvtLogNumberOfLogRecords, sizeof records, &records, &bytes))
            return lastError();
        // Of a log without records, the oldest is of type null.
        return LogInfo{oldest.Type == EvtVarTypeUInt64 ? oldest.UInt64Val : 0,
                       records.Type == EvtVarTypeUInt64 ? records.UInt64Val : 0};
    }

    Answer<Handle> subscribe(const Subscription &subscription) override
    {
        const auto channel = wide(subscription.channel), query = wide(subscription.query);
        if (!channel || !query)
            return tl::unexpected(kInvalidParameter);
        static_assert(static_cast<DWORD>(Begin::Future) == EvtSubscribeToFutureEvents
                      && static_cast<DWORD>(Begin::Oldest) == EvtSubscribeStartAtOldestRecord
                      && static_cast<DWORD>(Begin::AfterBookmark) == EvtSubscribeStartAfterBookmark);
        const DWORD flags = static_cast<DWORD>(subscription.begin)
            | (subscription.isStrict ? static_cast<DWORD>(EvtSubscribeStrict) : 0);
        return answer(m_functions.subscribe(subscription.session, subscription.signal, orNull(*channel),
                                            orNull(*query), subscription.bookmark, nullptr, nullptr, flags));
    }

    Answer<std::vector<Handle>> next(Handle subscription, std::uint32_t most) override
    {
        std::vector<Handle> events(most);
        DWORD got = 0;
        if (!m_functions.next(subscription, most, events.data(), 0, 0, &got))
            return lastError();
        events.resize(std::min<std::size_t>(got, most));
        return events;
    }

    Answer<std::string> eventXml(Handle event) override { return rendered(event, EvtRenderEventXml); }

    Answer<Handle> createBookmark(const std::string &xml) override
    {
        const auto text = wide(xml);
        return text ? answer(m_functions.createBookmark(orNull(*text))) : tl::unexpected(kInvalidParameter);
    }

    Answer<std::string> bookmarkXml(Handle bookmark) override
    {
        return rendered(bookmark, EvtRenderBookmark);
    }

    Answer<void> updateBookmark(Handle bookmark, Handle event) override
    {
        return m_functions.updateBookmark(bookmark, event) ? Answer<void>() : lastError();
    }

    void close(Handle handle) override { m_functions.close(handle); }

    Answer<Handle> createSignal() override { return answer(CreateEventW(nullptr, TRUE, FALSE, nullptr)); }
    void resetSignal(Handle signal) override { ResetEvent(signal); }
    void closeSignal(Handle signal) override { CloseHandle(signal); }

    std::vector<bool> wait(std::span<const Handle> handles, std::chrono::milliseconds time) override
    {
        const std::size_t slices = (handles.size() + MAXIMUM_WAIT_OBJECTS - 1) / MAXIMUM_WAIT_OBJECTS;
        const DWORD each =
            static_cast<DWORD>(time.count()) / static_cast<DWORD>(std::max<std::size_t>(slices, 1));
        for (std::size_t first = 0; first < handles.size(); first += MAXIMUM_WAIT_OBJECTS) {
            const auto slice =
                handles.subspan(first, std::min<std::size_t>(MAXIMUM_WAIT_OBJECTS, handles.size() - first));
            const DWORD waited =
                WaitForMultipleObjects(static_cast<DWORD>(slice.size()), slice.data(), FALSE, each);
            if (waited == WAIT_FAILED)
                Sleep(each);
            else if (waited != WAIT_TIMEOUT)
                break;
        }
        std::vector<bool> set;
        for (const Handle signal : handles)
            set.push_back(WaitForSingleObject(signal, 0) == WAIT_OBJECT_0);
        return set;
    }

private:
    static Answer<Handle> answer(Handle handle)
    {
        return handle ? Answer<Handle>(handle) : Answer<Handle>(lastError());
    }

    /// The first `units` of m_buffer, of which the last may be the end of the text.
    std::string text(std::size_t units) const
    {
        std::wstring_view view(m_buffer.data(), std::min(units, m_buffer.size()));
        while (view.ends_with(L'\0'))
            view.remove_suffix(1);
        return narrow(view);
    }

    Answer<std::string> rendered(Handle handle, DWORD how)
    {
        DWORD bytes = 0, properties = 0;
        while (!m_functions.render(nullptr, handle, how,
                                   static_cast<DWORD>(m_buffer.size() * sizeof(wchar_t)), m_buffer.data(),
                                   &bytes, &properties)) {
            const auto error = lastError();
            if (error.value() != kInsufficientBuffer || bytes <= m_buffer.size() * sizeof(wchar_t))
                return error;
            m_buffer.resize((bytes + 1) / sizeof(wchar_t));
        }
        return text(bytes / sizeof(wchar_t));
    }

    const Functions m_functions;
    std::vector<wchar_t> m_buffer;
};

Result<std::shared_ptr<EventLogApi>> bound(HMODULE library)
{
    Functions functions;
    if (!library || !functions.bind(library))
        return fail(ErrorCode::Unsupported, "wevtapi.dll of this system cannot be used");
    return std::make_shared<WindowsEventLog>(functions); // the library stays loaded
}

} // namespace

Result<std::shared_ptr<EventLogApi>> systemEventLog()
{
    return bound(LoadLibraryExW(L"wevtapi.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32));
}

Result<std::shared_ptr<EventLogApi>> eventLogOf(const std::wstring &path)
{
    return bound(LoadLibraryW(path.c_str()));
}

} // namespace lolscope
