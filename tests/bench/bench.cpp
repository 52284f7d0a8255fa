// lolscope-bench [MIB | FILE.evtx]: times of reading and indexing one log, as ratios to limits measured in
// the same run, because machines differ. Without a file it makes a log of MIB mebibytes (default 16) from the
// sample's scenario.

#include "app/pipeline/indexing.h"
#include "app/pipeline/rules.h"
#include "model/evtx/eventreader.h"
#include "model/evtx/evtxstructure.h"
#include "model/store/alertstore.h"
#include "tests/support/scenario.h"
#include "tests/support/sysmon.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <vector>

using namespace lolscope;

namespace fs = std::filesystem;

namespace {

/// Median of three runs, after one that is not counted.
double seconds(const std::function<void()> &work)
{
    std::vector<double> times;
    for (int run = 0; run < 4; ++run) {
        const auto begun = std::chrono::steady_clock::now();
        work();
        times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    }
    times.erase(times.begin());
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

/// The scenario again and again, a day later each time, with record ids that go on.
void makeLog(const fs::path &path, std::uint64_t bytes)
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
    if (const auto finished = writer.finish(); !finished) {
        std::fprintf(stderr, "%s\n", describe(finished.error()).c_str());
        std::exit(3);
    }
}

std::uint64_t readAll(const fs::path &path)
{
    auto reader = openEvents(path);
    std::uint64_t records = 0;
    EventBatch batch;
    while (reader && (*reader)->next(batch).value_or(false))
        records += batch.events.size();
    return records + batch.events.size();
}

long peakMiB()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string argument = argc > 1 ? argv[1] : "16";
    const fs::path folder = fs::temp_directory_path()
        / ("lolscope-bench-" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
    fs::create_directory(folder);
    fs::path log = argument;
    if (!fs::exists(log)) {
        log = folder / "log.evtx";
        makeLog(log, std::strtoull(argument.c_str(), nullptr, 10) << 20);
    }
    const double mib = static_cast<double>(fs::file_size(log)) / (1 << 20);
    const Engine engine(bundledRuleLoad().loaded);
    const fs::path casePath = folder / "case.lolscope";

    const double structure = seconds([&] { (void)evtxStructure(log); });
    std::uint64_t records = 0;
    const double reading = seconds([&] { records = readAll(log); });
    IndexSummary summary;
    const double indexing = seconds([&] {
        for (const char *suffix : {"", "-wal", "-shm"})
            fs::remove(casePath.string() + suffix);
        Progress progress;
        summary = indexEvidence(casePath, {log}, engine, {}, progress).value();
    });
    const double listing = seconds([&] {
        const auto file = CaseFile::open(casePath, CaseFile::Mode::ReadOnly);
        (void)alerts(*file);
    });

    const auto row = [&](const char *what, double time) {
        std::printf("%-28s %9.3f s  %10.0f records/s  %7.1f MiB/s  %6.1f x structure\n", what, time,
                    static_cast<double>(records) / time, mib / time, time / structure);
    };
    std::printf("%.1f MiB, %llu records, %llu alerts\n", mib, static_cast<unsigned long long>(records),
                static_cast<unsigned long long>(summary.alerts));
    row("structure and CRC only", structure);
    row("read every event", reading);
    row("index, link and detect", indexing);
    row("open case and list alerts", listing);
    std::printf("case size / evidence size    %9.2f\npeak memory                  %9ld MiB\n",
                static_cast<double>(fs::file_size(casePath)) / static_cast<double>(fs::file_size(log)),
                peakMiB());
    fs::remove_all(folder);
    return 0;
}
