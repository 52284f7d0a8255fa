#include "model/base/win32.h"
#include "model/evtx/helperprocess.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <thread>

namespace lolscope {

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe
{
    win32::Handle read, write;
};

/// Both ends; the helper may inherit that for writing.
bool makePipe(Pipe &pipe)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, nullptr, TRUE};
    HANDLE read = nullptr, write = nullptr;
    if (!CreatePipe(&read, &write, &inherited, 1 << 16))
        return false;
    pipe = {win32::own(read), win32::own(write)};
    return SetHandleInformation(read, HANDLE_FLAG_INHERIT, 0) != 0;
}

/// Memory that the helper may inherit, with `bytes` in it.
win32::Handle sharedMemory(std::span<const std::uint8_t> bytes)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, nullptr, TRUE};
    const std::uint64_t size = std::max<std::size_t>(bytes.size(), 1);
    auto memory =
        win32::own(CreateFileMappingW(INVALID_HANDLE_VALUE, &inherited, PAGE_READWRITE,
                                      static_cast<DWORD>(size >> 32), static_cast<DWORD>(size), nullptr));
    void *view = memory ? MapViewOfFile(memory.get(), FILE_MAP_WRITE, 0, 0, 0) : nullptr;
    if (!view)
        return {};
    std::memcpy(view, bytes.data(), bytes.size());
    UnmapViewOfFile(view);
    return memory;
}

/// A job that ends with its last handle, with the limits; one process and no desktop.
win32::Handle makeJob(const HelperLimits &limits)
{
    auto job = win32::own(CreateJobObjectW(nullptr, nullptr));
    if (!job)
        return job;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION most = {};
    most.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
        | JOB_OBJECT_LIMIT_ACTIVE_PROCESS | JOB_OBJECT_LIMIT_PROCESS_MEMORY | JOB_OBJECT_LIMIT_PROCESS_TIME
        | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    most.BasicLimitInformation.ActiveProcessLimit = 1;
    most.BasicLimitInformation.PerProcessUserTimeLimit.QuadPart =
        std::int64_t{limits.cpuSeconds} * 10'000'000; // in 100 ns
    most.ProcessMemoryLimit =
        static_cast<SIZE_T>(std::min<std::uint64_t>(limits.memoryBytes, std::numeric_limits<SIZE_T>::max()));
    if (!SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &most, sizeof most))
        return {};
    JOBOBJECT_BASIC_UI_RESTRICTIONS desktop = {
        JOB_OBJECT_UILIMIT_DESKTOP | JOB_OBJECT_UILIMIT_DISPLAYSETTINGS | JOB_OBJECT_UILIMIT_EXITWINDOWS
        | JOB_OBJECT_UILIMIT_GLOBALATOMS | JOB_OBJECT_UILIMIT_HANDLES | JOB_OBJECT_UILIMIT_READCLIPBOARD
        | JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS | JOB_OBJECT_UILIMIT_WRITECLIPBOARD};
    if (!SetInformationJobObject(job.get(), JobObjectBasicUIRestrictions, &desktop, sizeof desktop))
        return {};
    return job;
}

/// What a process needs to start, and no more of ours.
std::wstring environment()
{
    std::array<wchar_t, MAX_PATH> folder = {};
    const UINT length = GetWindowsDirectoryW(folder.data(), static_cast<UINT>(folder.size()));
    std::wstring block = L"SystemRoot=" + std::wstring(folder.data(), length);
    block.append(2, L'\0');
    return block;
}

/// The handles that the helper inherits, and only those.
class InheritedHandles
{
public:
    explicit InheritedHandles(std::array<HANDLE, 3> &handles)
    {
        SIZE_T bytes = 0;
        InitializeProcThreadAttributeList(nullptr, 1, 0, &bytes);
        m_memory.resize(bytes);
        m_isGood = InitializeProcThreadAttributeList(list(), 1, 0, &bytes)
            && UpdateProcThreadAttribute(list(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles.data(),
                                         sizeof handles, nullptr, nullptr);
    }
    ~InheritedHandles() { DeleteProcThreadAttributeList(list()); }
    InheritedHandles(const InheritedHandles &) = delete;
    InheritedHandles &operator=(const InheritedHandles &) = delete;

    bool isGood() const { return m_isGood; }
    LPPROC_THREAD_ATTRIBUTE_LIST list()
    {
        return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(m_memory.data());
    }

private:
    std::vector<std::uint8_t> m_memory;
    bool m_isGood = false;
};

/// Empty for a good end. A process beyond its time limit is ended with ERROR_NOT_ENOUGH_QUOTA; a crash gives
/// its exception's NTSTATUS.
std::string describe(DWORD code, const HelperLimits &limits)
{
    constexpr DWORD kFirstNtError = 0xC0000000;
    if (code == ERROR_NOT_ENOUGH_QUOTA)
        return "took more than " + std::to_string(limits.cpuSeconds) + " s of processor time";
    if (code == HelperProcess::kOutOfMemory)
        return "wanted more than its " + std::to_string(limits.memoryBytes >> 20) + " MiB of memory";
    if (code >= kFirstNtError) {
        std::array<char, 16> text = {};
        std::snprintf(text.data(), text.size(), "0x%08lX", static_cast<unsigned long>(code));
        return std::string("crashed (") + text.data() + ')';
    }
    return code == 0 ? std::string() : "ended with code " + std::to_string(code);
}

} // namespace

struct HelperProcess::Process
{
    win32::Handle job; ///< Closing it kills the process.
    win32::Handle handle;
    win32::Handle output;
};

HelperProcess::HelperProcess(std::unique_ptr<Process> process, const HelperLimits &limits)
    : m_process(std::move(process))
    , m_limits(limits)
{}
HelperProcess::HelperProcess(HelperProcess &&other) noexcept = default;
HelperProcess::~HelperProcess() = default;

Result<HelperProcess> HelperProcess::start(const std::filesystem::path &program,
                                           std::span<const std::uint8_t> input, const HelperLimits &limits)
{
    const auto failed = [&](const char *what) {
        return fail(ErrorCode::Io, std::string(what) + ": " + win32::errorText(), program.string());
    };
    const auto memory = sharedMemory(input);
    if (!memory)
        return failed("no room for its input");
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, nullptr, TRUE};
    const auto nowhere = win32::own(CreateFileW(L"NUL", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                                &inherited, OPEN_EXISTING, 0, nullptr));
    Pipe pipe;
    auto job = makeJob(limits);
    if (!nowhere || !makePipe(pipe) || !job)
        return failed("no pipe or job");
    std::array<HANDLE, 3> handles = {memory.get(), pipe.write.get(), nowhere.get()};
    InheritedHandles list(handles);
    if (!list.isGood())
        return failed("cannot be started");
    STARTUPINFOEXW startup = {};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdOutput = pipe.write.get();
    startup.StartupInfo.hStdError = nowhere.get();
    startup.lpAttributeList = list.list();
    const std::wstring path = win32::nativePath(program);
    // The number of a handle is the same in the process that inherits it.
    std::wstring command = L'"' + program.native() + L"\" "
        + std::to_wstring(reinterpret_cast<std::uintptr_t>(memory.get())) + L' '
        + std::to_wstring(input.size());
    std::wstring block = environment();
    PROCESS_INFORMATION process = {};
    if (!CreateProcessW(path.c_str(), command.data(), nullptr, nullptr, TRUE,
                        CREATE_SUSPENDED | CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT
                            | EXTENDED_STARTUPINFO_PRESENT,
                        block.data(), nullptr, &startup.StartupInfo, &process))
        return failed("cannot be started");
    const auto thread = win32::own(process.hThread);
    auto handle = win32::own(process.hProcess);
    if (!AssignProcessToJobObject(job.get(), handle.get()) || ResumeThread(thread.get()) == DWORD(-1)) {
        auto error = failed("cannot be limited");
        TerminateProcess(handle.get(), 1);
        return error;
    }
    return HelperProcess(
        std::make_unique<Process>(Process{std::move(job), std::move(handle), std::move(pipe.read)}), limits);
}

Result<std::size_t> HelperProcess::read(std::span<std::uint8_t> out, const std::stop_token &stop)
{
    constexpr std::chrono::milliseconds kLongestSleep(20);
    std::chrono::milliseconds sleep(0);
    const auto end = Clock::now() + m_limits.silence;
    for (;;) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "stopped");
        // A pipe of CreatePipe cannot be waited for: it is looked at, less and less often.
        DWORD available = 0, got = 0;
        const bool isOpen =
            PeekNamedPipe(m_process->output.get(), nullptr, 0, nullptr, &available, nullptr) != 0;
        const auto wanted = static_cast<DWORD>(std::min<std::size_t>(out.size(), available));
        if (wanted > 0 && ReadFile(m_process->output.get(), out.data(), wanted, &got, nullptr))
            return got;
        if (!isOpen || wanted > 0) {
            if (GetLastError() == ERROR_BROKEN_PIPE)
                return 0;
            return fail(ErrorCode::Io, "cannot be listened to: " + win32::errorText());
        }
        if (Clock::now() >= end)
            return fail(ErrorCode::Io,
                        "said nothing for " + std::to_string(m_limits.silence.count()) + " ms");
        std::this_thread::sleep_for(sleep);
        sleep = std::min(sleep + std::chrono::milliseconds(1), kLongestSleep);
    }
}

std::string HelperProcess::ending()
{
    if (!m_process->handle)
        return {};
    const auto handle = std::move(m_process->handle);
    if (WaitForSingleObject(handle.get(), static_cast<DWORD>(m_limits.silence.count())) != WAIT_OBJECT_0) {
        TerminateProcess(handle.get(), 1);
        return "closed its output and did not end";
    }
    DWORD code = 0;
    GetExitCodeProcess(handle.get(), &code);
    return describe(code, m_limits);
}

} // namespace lolscope
