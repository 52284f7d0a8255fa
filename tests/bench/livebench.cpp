// lolscope-livebench [CASE | EVENTS]...: how long an alert takes from its event, written to the standard
// input of `lolscope-cli watch` among 1000 events a second, to the line that tells of it, on a copy of CASE;
// how long a burst of EVENTS takes, and the memory on the way. Without arguments: an empty case, and bursts.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <vector>

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const char *reason)
{
    std::fprintf(stderr, "lolscope-livebench: %s\n", reason);
    std::exit(3);
}

std::string now()
{
    const auto time = std::chrono::system_clock::now();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t clock = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts = {};
    gmtime_r(&clock, &parts);
    char text[40];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(
        text + length, sizeof text - length, ".%03dZ",
        static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count()));
    return text;
}

/// Sysmon as a busy host logs it: of ten events one start, one end, two queries, five connections, and a
/// file.
class Events
{
public:
    std::string next()
    {
        const std::uint64_t id = ++m_count;
        const std::string process = std::to_string(m_started > 20 ? m_started - id % 20 : 1);
        const std::string address = "192.0.2." + std::to_string(id % 250);
        switch (id % 10) {
        case 0:
            return event(1, std::to_string(++m_started), "C:\\Program Files\\App\\app.exe",
                         data("CommandLine", "app.exe /n " + std::to_string(id))
                             + data("ParentProcessId", "4000") + data("ParentProcessGuid", guid("0"))
                             + data("ParentImage", "C:\\Windows\\explorer.exe"));
        case 1:
            return event(5, std::to_string(m_started > 40 ? m_started - 40 : 1),
                         "C:\\Program Files\\App\\app.exe", {});
        case 2:
        case 3:
            return event(22, process, "C:\\Program Files\\App\\app.exe",
                         data("QueryName", "host-" + std::to_string(id % 250) + ".example")
                             + data("QueryStatus", "0") + data("QueryResults", address + ";"));
        case 4:
            return event(11, process, "C:\\Program Files\\App\\app.exe",
                         data("TargetFilename", "C:\\Temp\\" + std::to_string(id)));
        default:
            return event(3, process, "C:\\Program Files\\App\\app.exe", connection(address, "443"));
        }
    }

    /// A connection that is an alert of its own, and what the line about it says of the destination.
    std::pair<std::string, std::string> alert()
    {
        ++m_count;
        const std::uint64_t id = m_alerts++;
        const std::string address =
            "198.18." + std::to_string(id / 250 % 250) + '.' + std::to_string(id % 250);
        const std::string port = std::to_string(8000 + id / 62'500);
        return {event(3, "mshta", "C:\\Windows\\System32\\mshta.exe", connection(address, port)),
                address + ':' + port};
    }
    std::uint64_t count() const { return m_count; }

private:
    static std::string data(const std::string &name, const std::string &value)
    {
        return "<Data Name=\"" + name + "\">" + value + "</Data>";
    }
    static std::string guid(const std::string &process)
    {
        const auto number = std::hash<std::string>()(process);
        char text[40];
        std::snprintf(text, sizeof text, "{00000001-%04X-%04X-%04X-%012llX}",
                      static_cast<unsigned>(number >> 48), static_cast<unsigned>(number >> 32 & 0xFFFF),
                      static_cast<unsigned>(number >> 16 & 0xFFFF),
                      static_cast<unsigned long long>(number & 0xFFFF'FFFF'FFFF));
        return text;
    }
    std::string connection(const std::string &address, const std::string &port) const
    {
        return data("User", "CORP\\anna") + data("Protocol", "tcp") + data("Initiated", "true")
            + data("SourceIp", "10.0.0.5") + data("SourcePort", std::to_string(49152 + m_count % 16'000))
            + data("DestinationIp", address) + data("DestinationHostname", "-")
            + data("DestinationPort", port);
    }
    std::string event(int kind, const std::string &process, const std::string &image,
                      const std::string &more) const
    {
        const std::string time = now();
        std::string utc = time.substr(0, time.size() - 1);
        utc[10] = ' ';
        return "<Event><System><Provider Name=\"Microsoft-Windows-Sysmon\"/><EventID>" + std::to_string(kind)
            + "</EventID><TimeCreated SystemTime=\"" + time + "\"/><EventRecordID>" + std::to_string(m_count)
            + "</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>PC.example</"
              "Computer>"
              "</System><EventData>"
            + data("UtcTime", utc) + data("ProcessGuid", guid(process))
            + data("ProcessId", std::to_string(4 * (std::hash<std::string>()(process) % 4000 + 100)))
            + data("Image", image) + more + "</EventData></Event>\n";
    }

    std::uint64_t m_count = 0, m_started = 1, m_alerts = 0;
};

/// `lolscope-cli watch CASE -`, with what it prints.
class Watch
{
public:
    explicit Watch(const fs::path &casePath)
    {
        int in[2] = {}, out[2] = {};
        if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
            die("no pipe");
        std::string path = casePath.string();
        const char *argv[] = {LOLSCOPE_CLI, "watch", "--quiet", path.c_str(), "-", nullptr};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
        if (posix_spawn(&m_pid, argv[0], &actions, nullptr, const_cast<char *const *>(argv), environ) != 0)
            die("lolscope-cli does not start");
        posix_spawn_file_actions_destroy(&actions);
        close(in[0]);
        close(out[1]);
        m_in = in[1];
        m_reader = std::thread([this, descriptor = out[0]] { read(descriptor); });
    }

    void write(const std::string &text) const
    {
        for (std::size_t done = 0; done < text.size();) {
            const ssize_t wrote = ::write(m_in, text.data() + done, text.size() - done);
            if (wrote < 0)
                die("lolscope-cli has ended");
            done += static_cast<std::size_t>(wrote);
        }
    }
    void expect(const std::string &destination)
    {
        const std::lock_guard lock(m_mutex);
        m_written[destination] = Clock::now();
    }

    /// Ends it, and gives the processor time it took.
    double finish()
    {
        close(m_in);
        m_reader.join();
        rusage usage = {};
        int status = 0;
        if (wait4(m_pid, &status, 0, &usage) != m_pid)
            die("lolscope-cli is lost");
        const auto seconds = [](const timeval &time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
        };
        return seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }

    double processorSeconds() const
    {
        std::ifstream stat("/proc/" + std::to_string(m_pid) + "/stat");
        std::string line;
        std::getline(stat, line);
        std::istringstream fields(line.substr(line.rfind(')') + 2)); // from the third on, see proc(5)
        std::string skipped;
        for (int i = 3; i < 14; ++i)
            fields >> skipped;
        double user = 0, system = 0;
        fields >> user >> system;
        return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
    double memoryMiB() const
    {
        std::ifstream statm("/proc/" + std::to_string(m_pid) + "/statm");
        double size = 0, resident = 0;
        statm >> size >> resident;
        return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
    }
    const std::vector<double> &latencies() const { return m_latencies; } ///< After finish().
    std::size_t missing() const { return m_written.size(); }

private:
    void read(int descriptor)
    {
        FILE *file = fdopen(descriptor, "r");
        char line[4096];
        while (std::fgets(line, sizeof line, file)) {
            const std::string text(line);
            const auto arrow = text.find("-> ");
            if (arrow == std::string::npos)
                continue;
            const std::string destination = text.substr(arrow + 3, text.find(' ', arrow + 3) - arrow - 3);
            const std::lock_guard lock(m_mutex);
            const auto found = m_written.find(destination);
            if (found == m_written.end())
                continue;
            m_latencies.push_back(std::chrono::duration<double>(Clock::now() - found->second).count());
            m_written.erase(found);
        }
        std::fclose(file);
    }

    pid_t m_pid = 0;
    int m_in = -1;
    std::thread m_reader;
    std::mutex m_mutex;
    std::unordered_map<std::string, Clock::time_point> m_written; ///< Alerts that are still to come.
    std::vector<double> m_latencies;
};

void copyCase(const fs::path &from, const fs::path &to)
{
    for (const char *suffix : {"", "-wal", "-shm"})
        fs::remove(to.string() + suffix);
    if (!from.empty())
        fs::copy_file(from, to);
}

void latency(const fs::path &from, const fs::path &path, int alertsPerSecond, const char *what)
{
    constexpr int kRate = 1000, kSlice = 20, kSeconds = 10;
    copyCase(from, path);
    Watch watch(path);
    Events events;
    watch.write(events.next());
    std::this_thread::sleep_for(std::chrono::seconds(from.empty() ? 1 : 3)); // it makes its indexes once
    const auto begun = Clock::now();
    int alerts = 0;
    for (int written = 0; written < kRate * kSeconds;) {
        for (int i = 0; i < kSlice; ++i, ++written)
            if (written * alertsPerSecond / kRate >= alerts) {
                ++alerts;
                const auto [text, destination] = events.alert();
                watch.expect(destination);
                watch.write(text);
            } else {
                watch.write(events.next());
            }
        std::this_thread::sleep_until(begun + std::chrono::milliseconds(written));
    }
    const double cpu = watch.finish();
    auto all = watch.latencies();
    std::sort(all.begin(), all.end());
    if (all.empty())
        die("no alert came");
    std::printf("  %-32s %3d alerts/s: median %4.0f ms, 99%% %4.0f ms, most %4.0f ms, %zu of %d missing, "
                "processor %.0f %%\n",
                what, alertsPerSecond, all[all.size() / 2] * 1e3, all[all.size() * 99 / 100] * 1e3,
                all.back() * 1e3, watch.missing(), alerts, 100 * cpu / kSeconds);
    std::fflush(stdout);
}

void burst(const fs::path &path, std::uint64_t count)
{
    copyCase({}, path);
    Watch watch(path);
    Events events;
    const auto begun = Clock::now();
    std::string parts;
    std::string text;
    double processor = 0;
    std::uint64_t last = 0;
    for (std::uint64_t i = 1; i <= count; ++i) {
        text += i % 1000 == 0 ? events.alert().first : events.next();
        if (text.size() > 60'000) {
            watch.write(text);
            text.clear();
        }
        if (i == count / 20 || i == count / 4 || i == count / 2 || i == count) {
            const double now = watch.processorSeconds();
            char part[80];
            std::snprintf(part, sizeof part, "  %lluk: %.0f us/event, %.0f MiB",
                          static_cast<unsigned long long>(i / 1000),
                          1e6 * (now - processor) / static_cast<double>(i - last), watch.memoryMiB());
            parts += part;
            processor = now;
            last = i;
        }
    }
    watch.write(text);
    const double cpu = watch.finish();
    std::printf("  burst of %llu events: %.1f s, processor %.1f s;%s\n",
                static_cast<unsigned long long>(count),
                std::chrono::duration<double>(Clock::now() - begun).count(), cpu, parts.c_str());
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    const fs::path folder = fs::temp_directory_path() / ("lolscope-livebench-" + std::to_string(getpid()));
    fs::create_directory(folder);
    const std::vector<std::string> inputs = argc > 1 ? std::vector<std::string>(argv + 1, argv + argc)
                                                     : std::vector<std::string>{"", "100000", "1000000"};
    for (const std::string &input : inputs) {
        const std::uint64_t count = std::strtoull(input.c_str(), nullptr, 10);
        if (count > 0) {
            burst(folder / "live.lolscope", count);
            continue;
        }
        for (const int alerts : {1, 50})
            latency(input, folder / "live.lolscope", alerts, input.empty() ? "empty case" : input.c_str());
    }
    fs::remove_all(folder);
    return 0;
}
