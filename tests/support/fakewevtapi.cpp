// A wevtapi.dll that is a FakeEventLog: what the Windows code is run with where there is no Windows (wine).
// It begins with the lines of the file that LOLSCOPE_FAKE_EVENTLOG names.
#include "tests/support/fakeeventlog.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <windows.h>
#include <winevt.h>

using namespace lolscope;
using namespace lolscope::test;

namespace {

FakeEventLog &log()
{
    static FakeEventLog fake([](EventLogApi::Handle signal) { SetEvent(signal); });
    static const bool isReady = [] {
        const char *script = std::getenv("LOLSCOPE_FAKE_EVENTLOG");
        std::ifstream lines(script ? script : "");
        for (std::string line; std::getline(lines, line);)
            fake.play(line);
        return true;
    }();
    (void)isReady;
    return fake;
}

BOOL answer(WindowsError error)
{
    SetLastError(error == FakeEventLog::kNoReason ? 0 : error);
    return error == 0;
}

/// A reference, because arguments may be evaluated before the call that makes it.
EVT_HANDLE handleOr(WindowsError error, const EVT_HANDLE &made)
{
    return answer(error) ? made : nullptr;
}

std::string narrow(LPCWSTR text)
{
    if (!text)
        return {};
    const int bytes = WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
    std::string result(static_cast<std::size_t>(bytes), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text, -1, result.data(), bytes, nullptr, nullptr);
    result.pop_back();
    return result;
}

std::wstring wide(const std::string &text)
{
    const int units = MultiByteToWideChar(CP_UTF8, 0, text.c_str(), -1, nullptr, 0);
    std::wstring result(static_cast<std::size_t>(units), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, text.c_str(), -1, result.data(), units);
    result.pop_back();
    return result;
}

/// A channel's configuration and log, of which only the name matters.
struct Named
{
    std::string name;
};
constexpr std::size_t kMostNamed = 4;
Named named[kMostNamed];

EVT_HANDLE open(LPCWSTR name)
{
    for (Named &one : named)
        if (one.name.empty()) {
            one.name = narrow(name);
            return &one;
        }
    SetLastError(ERROR_OUTOFMEMORY); // they leak
    return nullptr;
}

BOOL put(EVT_VARIANT value, DWORD size, PEVT_VARIANT buffer, PDWORD used)
{
    *used = sizeof value;
    if (size < sizeof value)
        return answer(ERROR_INSUFFICIENT_BUFFER);
    *buffer = value;
    return TRUE;
}

} // namespace

extern "C" {

EVT_HANDLE WINAPI EvtOpenSession(EVT_LOGIN_CLASS kind, PVOID login, DWORD, DWORD)
{
    const auto given = static_cast<const EVT_RPC_LOGIN *>(login);
    if (kind != EvtRpcLogin || !given || !given->Server)
        return handleOr(ERROR_INVALID_PARAMETER, nullptr);
    FakeEventLog::Handle session = nullptr;
    return handleOr(log().openSession(session), session);
}

EVT_HANDLE WINAPI EvtOpenChannelEnum(EVT_HANDLE session, DWORD)
{
    FakeEventLog::Handle names = nullptr;
    return handleOr(log().openChannelNames(session, names), names);
}

BOOL WINAPI EvtNextChannelPath(EVT_HANDLE names, DWORD size, LPWSTR buffer, PDWORD used)
{
    std::string name;
    std::size_t needed = 0;
    const auto error = log().nextChannelName(names, size, name, needed);
    *used = static_cast<DWORD>(needed);
    if (error == 0)
        std::memcpy(buffer, wide(name).c_str(), needed * sizeof(wchar_t));
    return answer(error);
}

EVT_HANDLE WINAPI EvtOpenChannelConfig(EVT_HANDLE, LPCWSTR path, DWORD)
{
    EventLogApi::ChannelConfig config;
    const auto error = log().channelConfig(narrow(path), config);
    return error == 0 ? open(path) : handleOr(error, nullptr);
}

BOOL WINAPI EvtGetChannelConfigProperty(EVT_HANDLE handle, EVT_CHANNEL_CONFIG_PROPERTY_ID id, DWORD,
                                        DWORD size, PEVT_VARIANT buffer, PDWORD used)
{
    EventLogApi::ChannelConfig config;
    log().channelConfig(static_cast<Named *>(handle)->name, config);
    EVT_VARIANT value = {};
    if (id == EvtChannelConfigType) {
        value.Type = EvtVarTypeUInt32;
        value.UInt32Val = static_cast<UINT32>(config.type);
    } else {
        value.Type = EvtVarTypeBoolean;
        value.BooleanVal = config.isEnabled;
    }
    return put(value, size, buffer, used);
}

EVT_HANDLE WINAPI EvtOpenLog(EVT_HANDLE, LPCWSTR path, DWORD)
{
    EventLogApi::LogInfo info;
    const auto error = log().logInfo(narrow(path), info);
    return error == 0 ? open(path) : handleOr(error, nullptr);
}

BOOL WINAPI EvtGetLogInfo(EVT_HANDLE handle, EVT_LOG_PROPERTY_ID id, DWORD size, PEVT_VARIANT buffer,
                          PDWORD used)
{
    EventLogApi::LogInfo info;
    log().logInfo(static_cast<Named *>(handle)->name, info);
    EVT_VARIANT value = {};
    value.Type = id == EvtLogOldestRecordNumber && info.records == 0 ? EvtVarTypeNull : EvtVarTypeUInt64;
    value.UInt64Val = id == EvtLogOldestRecordNumber ? info.oldestRecord : info.records;
    return put(value, size, buffer, used);
}

EVT_HANDLE WINAPI EvtSubscribe(EVT_HANDLE session, HANDLE signal, LPCWSTR channel, LPCWSTR query,
                               EVT_HANDLE bookmark, PVOID, EVT_SUBSCRIBE_CALLBACK callback, DWORD flags)
{
    if (callback)
        return handleOr(ERROR_CALL_NOT_IMPLEMENTED, nullptr);
    EventLogApi::Subscription how;
    how.session = session;
    how.signal = signal;
    how.channel = narrow(channel);
    how.query = narrow(query);
    how.begin = static_cast<EventLogApi::Begin>(flags & EvtSubscribeOriginMask);
    how.bookmark = bookmark;
    how.isStrict = (flags & EvtSubscribeStrict) != 0;
    FakeEventLog::Handle subscription = nullptr;
    const auto error = log().subscribe(how, subscription);
    if (error == 0 && how.begin != EventLogApi::Begin::Future)
        SetEvent(signal);
    return handleOr(error, subscription);
}

BOOL WINAPI EvtNext(EVT_HANDLE subscription, DWORD size, EVT_HANDLE *events, DWORD, DWORD, PDWORD returned)
{
    std::vector<FakeEventLog::Handle> got;
    const auto error = log().next(subscription, size, got);
    *returned = static_cast<DWORD>(got.size());
    for (std::size_t i = 0; i < got.size(); ++i)
        events[i] = got[i];
    return answer(error);
}

BOOL WINAPI EvtRender(EVT_HANDLE, EVT_HANDLE fragment, DWORD flags, DWORD size, PVOID buffer, PDWORD used,
                      PDWORD properties)
{
    std::string xml;
    const auto error =
        flags == EvtRenderBookmark ? log().renderBookmark(fragment, xml) : log().renderEvent(fragment, xml);
    *properties = 0;
    if (error != 0)
        return answer(error);
    const std::wstring text = wide(xml);
    *used = static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t));
    if (size < *used)
        return answer(ERROR_INSUFFICIENT_BUFFER);
    std::memcpy(buffer, text.c_str(), *used);
    return TRUE;
}

EVT_HANDLE WINAPI EvtCreateBookmark(LPCWSTR xml)
{
    FakeEventLog::Handle bookmark = nullptr;
    return handleOr(log().createBookmark(narrow(xml), bookmark), bookmark);
}

BOOL WINAPI EvtUpdateBookmark(EVT_HANDLE bookmark, EVT_HANDLE event)
{
    return answer(log().updateBookmark(bookmark, event));
}

BOOL WINAPI EvtClose(EVT_HANDLE handle)
{
    for (Named &one : named)
        if (handle == &one) {
            one.name.clear();
            return TRUE;
        }
    return log().close(handle) ? TRUE : answer(ERROR_INVALID_HANDLE);
}

// For the scenarios.

void WINAPI FakePlay(const char *line)
{
    log().play(line);
}

std::size_t WINAPI FakeOpenHandles()
{
    std::size_t open = log().openHandles();
    for (const Named &one : named)
        open += one.name.empty() ? 0 : 1;
    return open;
}

std::size_t WINAPI FakeCalls(const char *call)
{
    return log().calls(call);
}

} // extern "C"
