// lolscope-bench [MIB | FILE.evtx]...: what the command line takes for logs of these sizes (128, 256 and 1024
// MiB without arguments), as whole processes, and ratios to limits measured in the same run, because machines
// differ: reading the log with its checksums only, inserting the same rows already decoded and packed, and
// libevtx's evtxexport where it is installed. Logs are made with the script LOLSCOPE_MAKE_LOG names
// (`SCRIPT --mb MIB --out FILE`), else from the sample's scenario. Where LOLSCOPE_RULES names a folder of
// rules, such as SigmaHQ's for Windows, also what takes all of them. Each aim is printed with what was
// reached; the exit code is 1 when one was missed.

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

bool missed = false;

void aim(const char *what, double value, double most)
{
    std::printf("  %-48s %8.3f   at most %.3f   %s\n", what, value, most, value <= most ? "met" : "MISSED");
    missed = missed || value > most;
}

/// What takes all rules of a folder, against evtxexport and dump of the same run.
void measureRules(const fs::path &log, const fs::path &folder, const std::string &rules, double exporting,
                  double dumping)
{
    const fs::path casePath = folder / "rules.lolscope";
    const fs::path noEvents = folder / "no-events.yml";
    if (std::FILE *file = std::fopen(noEvents.c_str(), "w")) {
        std::fputs("title: A channel that the log does not have\nid: 0f1d3a52-5a0e-4d0c-9f55-3e2a4b1c7d60\n"
                   "logsource: {product: windows, service: printservice-admin}\n"
                   "detection: {selection: {EventID: 808}, condition: selection}\n",
                   file);
        std::fclose(file);
    }
    std::vector<double> loading, detecting, apart, indexing, nothing;
    double peak = 0;
    for (int round = 0; round < 3; ++round) {
        loading.push_back(run({LOLSCOPE_CLI, "rules", "check", rules}).seconds);
        detecting.push_back(run({LOLSCOPE_CLI, "detect", "--rules", rules, log.string()}).seconds);
        apart.push_back(run({LOLSCOPE_CLI, "detect", "--no-join", "--rules", rules, log.string()}).seconds);
        nothing.push_back(
            run({LOLSCOPE_CLI, "detect", "--no-join", "--rules", noEvents.string(), log.string()}).seconds);
        for (const char *suffix : {"", "-wal", "-shm"})
            fs::remove(casePath.string() + suffix);
        const Process index = run({LOLSCOPE_CLI, "index", "--rules", rules, casePath.string(), log.string()});
        if (!index.ran)
            die("indexing with all rules failed");
        indexing.push_back(index.seconds);
        peak = std::max(peak, index.peakMiB);
    }
    std::printf("  all rules: load %.3f s, detect %.3f s, detect --no-join %.3f s, index %.3f s\n",
                median(loading), median(detecting), median(apart), median(indexing));
    aim("load all rules (s)", median(loading), 0.35);
    aim("detect of kinds without a rule / dump", median(nothing) / dumping, 1.15);
    aim("peak memory of index with all rules (MiB)", peak, 400);
    if (exporting > 0) {
        aim("detect with all rules / evtxexport", median(detecting) / exporting, 1.0 / 8);
        aim("index with all rules / evtxexport", median(indexing) / exporting, 1.0 / 6);
    }
}

struct Measured
{
    double mib = 0, indexing = 0;
};

/// Times of one log, and prints them.
Measured measure(const fs::path &log, const fs::path &folder)
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
    const double evtxexport = exporting.empty() ? 0 : median(exporting);
    if (evtxexport > 0) {
        aim("dump / evtxexport", median(dumping) / evtxexport, 1.0 / 80);
        aim("index / evtxexport", median(indexing) / evtxexport, 1.0 / 12);
    }
    aim("index / insert only", median(indexing) / median(inserting), 1.3);
    aim("case / evidence",
        static_cast<double>(fs::file_size(casePath)) / static_cast<double>(fs::file_size(log)), 0.6);
    aim("peak memory of index, mapped input included (MiB)", peak, 300);
    aim("open the case and list its alerts (s)", median(listing), 0.3);
    if (const char *rules = std::getenv("LOLSCOPE_RULES"); rules && mib < 300)
        measureRules(log, folder, rules, evtxexport, median(dumping));
    std::fflush(stdout);
    return {mib, median(indexing)};
}

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> inputs = argc > 1 ? std::vector<std::string>(argv + 1, argv + argc)
                                                     : std::vector<std::string>{"128", "256", "1024"};
    const fs::path folder = fs::temp_directory_path()
        / ("lolscope-bench-" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
    fs::create_directory(folder);
    Measured before;
    for (const std::string &input : inputs) {
        const bool given = fs::exists(input);
        const fs::path log = given ? fs::path(input) : folder / "log.evtx";
        if (!given)
            makeLog(log, input);
        const Measured now = measure(log, folder);
        if (before.mib > 0) // 4.5 for four times the log
            aim("index: growth of time / growth of the log",
                now.indexing / before.indexing * before.mib / now.mib, 4.5 / 4);
        before = now;
        if (!given)
            fs::remove(log);
    }
    fs::remove_all(folder);
    return missed ? 1 : 0;
}
