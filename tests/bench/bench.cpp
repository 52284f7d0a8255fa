// lolscope-bench [MIB | FILE.evtx]...: what the command line takes for logs of these sizes (32, 256 and 1024
// MiB without arguments), as whole processes, and ratios to limits measured in the same run, because machines
// differ: reading the log with its checksums only, inserting the same rows already decoded and packed, and
// libevtx's evtxexport where it is installed. Logs are made with the script LOLSCOPE_MAKE_LOG names
// (`SCRIPT --mb MIB --out FILE`), else from the sample's scenario.

#include "tests/bench/insertonly.h"
#include "tests/support/evtxstructure.h"
#include "tests/support/scenario.h"
#include "tests/support/sysmon.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace lolscope;

namespace fs = std::filesystem;

namespace {

[[noreturn]] void die(const std::string &reason)
{
    std::fprintf(stderr, "lolscope-bench: %s\n", reason.c_str());
    std::exit(3);
}

double secondsOf(const std::function<void()> &work)
{
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

struct Process
{
    double seconds = 0;
    double peakMiB = 0;
    bool ran = false;
};

/// Runs a program to its end, its output thrown away.
Process run(std::vector<std::string> arguments)
{
    std::vector<char *> argv;
    for (std::string &argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0);
    Process process;
    rusage usage = {};
    process.seconds = secondsOf([&] {
        pid_t pid = 0;
        int status = 0;
        process.ran = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ) == 0
            && wait4(pid, &status, 0, &usage) == pid && WIFEXITED(status) && WEXITSTATUS(status) <= 1;
    });
    posix_spawn_file_actions_destroy(&actions);
    process.peakMiB = static_cast<double>(usage.ru_maxrss) / 1024;
    return process;
}

/// The result of `work` in a process of its own: the memory that this one has had counts as the peak of every
/// program it starts.
template<typename Number>
Number inChild(const std::function<Number()> &work)
{
    int ends[2] = {};
    if (pipe(ends) != 0)
        die("no pipe");
    const pid_t pid = fork();
    if (pid == 0) {
        const Number number = work();
        _exit(write(ends[1], &number, sizeof number) == sizeof number ? 0 : 3);
    }
    Number number = 0;
    int status = 0;
    close(ends[1]);
    const bool got = read(ends[0], &number, sizeof number) == sizeof number;
    close(ends[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !got)
        die("a measurement failed");
    return number;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// The scenario again and again, a day later each time, with record ids that go on.
void writeLog(const fs::path &path, std::uint64_t bytes)
{
    test::EvtxWriter writer(path);
    const auto scenario = test::sampleScenario();
    std::uint64_t written = 0, id = 1;
    for (int day = 0; written < bytes; ++day)
        for (test::RecordSpec record : scenario) {
            record.time += std::chrono::days(day);
            record.recordId = id++;
            for (auto &field : record.data) {
                // Another day's process is another process.
                if (field.name.ends_with("ProcessGuid") && field.value.size() == 38)
                    std::snprintf(field.value.data() + 25, 14, "%012X}", static_cast<unsigned>(day));
                if (field.name == "UtcTime")
                    field.value = test::sysmonTime(record.time);
            }
            writer.add(record);
            written += 870; // what a record of the scenario takes
        }
    if (const auto finished = writer.finish(); !finished)
        die(describe(finished.error()));
}

void makeLog(const fs::path &path, const std::string &mib)
{
    const char *script = std::getenv("LOLSCOPE_MAKE_LOG");
    if (!script)
        writeLog(path, std::strtoull(mib.c_str(), nullptr, 10) << 20U);
    else if (!run({"python3", script, "--mb", mib, "--out", path.string()}).ran)
        die(std::string(script) + " failed");
}

/// Times of one log, and prints them.
void measure(const fs::path &log, const fs::path &folder)
{
    const double mib = static_cast<double>(fs::file_size(log)) / (1 << 20);
    const fs::path casePath = folder / "case.lolscope";
    const bool hasEvtxexport = mib < 300 && run({"evtxexport", "-V"}).ran; // a minute a round for larger ones
    constexpr int kRounds = 5;
    std::vector<double> checking, dumping, indexing, inserting, listing, exporting;
    double peak = 0;
    const auto records = inChild<std::uint64_t>([&] {
        const auto structure = test::evtxStructure(log);
        return structure ? structure->records.size() : 0;
    });
    (void)run({LOLSCOPE_CLI, "dump", log.string()}); // into the page cache
    for (int round = 0; round < kRounds; ++round) {
        if (hasEvtxexport && round < 3)
            exporting.push_back(run({"evtxexport", "-f", "xml", log.string()}).seconds);
        checking.push_back(
            inChild<double>([&] { return secondsOf([&] { (void)test::evtxStructure(log); }); }));
        dumping.push_back(run({LOLSCOPE_CLI, "dump", log.string()}).seconds);
        for (const char *suffix : {"", "-wal", "-shm"})
            fs::remove(casePath.string() + suffix);
        const Process index = run({LOLSCOPE_CLI, "index", casePath.string(), log.string()});
        if (!index.ran)
            die("indexing failed");
        indexing.push_back(index.seconds);
        peak = std::max(peak, index.peakMiB);
        listing.push_back(run({LOLSCOPE_CLI, "alerts", casePath.string(), "--format", "text"}).seconds);
        inserting.push_back(
            inChild<double>([&] { return bench::insertOnly(casePath, folder / "insert.lolscope"); }));
    }
    const auto row = [&](const char *what, const std::vector<double> &times) {
        const double time = median(times);
        std::printf("  %-26s %8.3f s %11.0f records/s %8.1f x checksums", what, time,
                    static_cast<double>(records) / time, time / median(checking));
        if (!exporting.empty())
            std::printf("   evtxexport / %.1f", median(exporting) / time);
        std::printf("\n");
    };
    std::printf("%.1f MiB, %llu records, median of %d rounds\n", mib,
                static_cast<unsigned long long>(records), kRounds);
    if (!exporting.empty())
        row("evtxexport -f xml", exporting);
    row("limit: checksums only", checking);
    row("dump", dumping);
    row("limit: insert only", inserting);
    row("index", indexing);
    row("open case, list alerts", listing);
    std::printf("  index / insert only %.2f, case / evidence %.2f, peak memory of index %.0f MiB\n",
                median(indexing) / median(inserting),
                static_cast<double>(fs::file_size(casePath)) / static_cast<double>(fs::file_size(log)), peak);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> inputs = argc > 1 ? std::vector<std::string>(argv + 1, argv + argc)
                                                     : std::vector<std::string>{"32", "256", "1024"};
    const fs::path folder = fs::temp_directory_path()
        / ("lolscope-bench-" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
    fs::create_directory(folder);
    for (const std::string &input : inputs) {
        const bool given = fs::exists(input);
        const fs::path log = given ? fs::path(input) : folder / "log.evtx";
        if (!given)
            makeLog(log, input);
        measure(log, folder);
        if (!given)
            fs::remove(log);
    }
    fs::remove_all(folder);
    return 0;
}
