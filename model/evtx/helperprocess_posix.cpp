#include "model/evtx/helperprocess.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace lolscope {

namespace {

using Clock = std::chrono::steady_clock;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitsMemory = false; // its shadow alone is terabytes of address space
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kLimitsMemory = false;
#else
constexpr bool kLimitsMemory = true;
#endif
#else
constexpr bool kLimitsMemory = true;
#endif

constexpr int kNotStarted = 127;

void limit(decltype(RLIMIT_AS) what, rlim_t most, rlim_t beyond = 0)
{
    const rlimit limits = {most, most + beyond};
    setrlimit(what, &limits);
}

/// Behind fork() in a program of many threads: system calls and nothing else.
[[noreturn]] void becomeHelper(const char *program, int input, int output, const HelperLimits &limits)
{
    // Out of the way first: they may have the numbers that they are to get.
    input = fcntl(input, F_DUPFD, 3);
    output = fcntl(output, F_DUPFD, 3);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    if (input < 0 || output < 0 || nowhere < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0
        || dup2(nowhere, 2) < 0 || close_range(3, ~0U, 0) != 0)
        _exit(kNotStarted);
    if (kLimitsMemory)
        limit(RLIMIT_AS, limits.memoryBytes);
    limit(RLIMIT_CPU, limits.cpuSeconds, 1); // SIGXCPU, and a second later SIGKILL
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    char *arguments[] = {const_cast<char *>(program), nullptr};
    char *environment[] = {nullptr};
    execve(program, arguments, environment);
    _exit(kNotStarted);
}

/// A file that is closed with this.
struct OpenFile
{
    explicit OpenFile(int opened)
        : descriptor(opened)
    {}
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;
    ~OpenFile()
    {
        if (descriptor >= 0)
            ::close(descriptor);
    }
    const int descriptor;
};

bool writeAll(int file, std::span<const std::uint8_t> bytes)
{
    while (!bytes.empty()) {
        const auto wrote = ::write(file, bytes.data(), bytes.size());
        if (wrote < 0 && errno != EINTR)
            return false;
        bytes = bytes.subspan(wrote < 0 ? 0 : static_cast<std::size_t>(wrote));
    }
    return true;
}

/// Empty for a good end.
std::string describe(int status, const HelperLimits &limits)
{
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
        return "took more than " + std::to_string(limits.cpuSeconds) + " s of processor time, or was killed";
    if (WIFSIGNALED(status))
        return std::string("crashed (") + strsignal(WTERMSIG(status)) + ')';
    if (WEXITSTATUS(status) == HelperProcess::kOutOfMemory)
        return "wanted more than its " + std::to_string(limits.memoryBytes >> 20) + " MiB of memory";
    if (WEXITSTATUS(status) == kNotStarted)
        return "could not be started";
    return WEXITSTATUS(status) == 0 ? std::string()
                                    : "ended with code " + std::to_string(WEXITSTATUS(status));
}

} // namespace

struct HelperProcess::Process
{
    Process(pid_t started, int end)
        : id(started)
        , output(end)
    {}
    ~Process()
    {
        if (id <= 0)
            return;
        kill(id, SIGKILL);
        while (waitpid(id, nullptr, 0) < 0 && errno == EINTR) {}
    }
    Process(const Process &) = delete;
    Process &operator=(const Process &) = delete;
    pid_t id; ///< -1 once it has ended.
    OpenFile output;
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
        return fail(ErrorCode::Io, std::string(what) + ": " + std::strerror(errno), program.string());
    };
    if (access(program.c_str(), X_OK) != 0)
        return failed("cannot be started");
    const OpenFile file(memfd_create("helper input", MFD_CLOEXEC));
    if (file.descriptor < 0)
        return failed("no file in memory");
    if (!writeAll(file.descriptor, input))
        return failed("no room for its input");
    std::array<int, 2> pipe = {};
    if (pipe2(pipe.data(), O_CLOEXEC) != 0)
        return failed("no pipe");
    const pid_t process = fork();
    if (process == 0)
        becomeHelper(program.c_str(), file.descriptor, pipe[1], limits);
    ::close(pipe[1]);
    if (process < 0) {
        ::close(pipe[0]);
        return failed("cannot be started");
    }
    return HelperProcess(std::make_unique<Process>(process, pipe[0]), limits);
}

Result<std::size_t> HelperProcess::read(std::span<std::uint8_t> out, const std::stop_token &stop)
{
    constexpr int kLookForStopMs = 50;
    const auto end = Clock::now() + m_limits.silence;
    for (;;) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "stopped");
        pollfd wait = {m_process->output.descriptor, POLLIN, 0};
        const int ready = poll(&wait, 1, kLookForStopMs);
        if (ready > 0) {
            const auto got = ::read(m_process->output.descriptor, out.data(), out.size());
            if (got >= 0)
                return static_cast<std::size_t>(got);
        }
        if ((ready < 0 || ready > 0) && errno != EINTR && errno != EAGAIN)
            return fail(ErrorCode::Io, std::string("cannot be listened to: ") + std::strerror(errno));
        if (Clock::now() >= end)
            return fail(ErrorCode::Io,
                        "said nothing for " + std::to_string(m_limits.silence.count()) + " ms");
    }
}

std::string HelperProcess::ending()
{
    const auto end = Clock::now() + m_limits.silence;
    pid_t &process = m_process->id;
    for (bool killed = false; process > 0;) {
        int status = 0;
        const pid_t got = waitpid(process, &status, killed ? 0 : WNOHANG);
        if (got == process) {
            process = -1;
            return killed ? "closed its output and did not end" : describe(status, m_limits);
        }
        if (got < 0 && errno != EINTR)
            process = -1;
        else if (Clock::now() >= end)
            killed = kill(process, SIGKILL) == 0;
        else
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return {};
}

} // namespace lolscope
