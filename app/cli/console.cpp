#include "app/cli/console.h"

#include "model/base/text.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace lolscope::cli {

namespace {

Color &colorChoice()
{
    static Color color = Color::Auto;
    return color;
}

bool isColored()
{
    if (colorChoice() == Color::Auto)
        return isTerminal(stderr) && !std::getenv("NO_COLOR");
    return colorChoice() == Color::Always;
}

} // namespace

void setColor(Color color)
{
    colorChoice() = color;
}

void message(const std::string &text)
{
    std::fprintf(stderr, "%s\n", visible(text).c_str());
}

int report(const Error &error)
{
    const std::string text = visible("lolscope-cli: " + describe(error));
    std::fprintf(stderr, isColored() ? "\033[31m%s\033[m\n" : "%s\n", text.c_str());
    if (error.code == ErrorCode::Cancelled)
        return kCancelled;
    return error.code == ErrorCode::Invalid ? kWrongUse : kFailed;
}

std::string forOutput(const std::string &text)
{
    return isTerminal(stdout) ? visible(text) : text;
}

bool output(const std::string &data)
{
    return std::fwrite(data.data(), 1, data.size(), stdout) == data.size();
}

ProgressLine::ProgressLine(const Progress &progress, const Options &options)
{
    if (options.quiet || !isTerminal(stderr))
        return;
    m_thread = std::jthread([&progress](const std::stop_token &stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            constexpr const char *kStages[] = {"finding files", "reading", "linking", "detecting", "done"};
            const double total = static_cast<double>(progress.bytesTotal.load());
            const double done = static_cast<double>(progress.bytesDone.load());
            std::fprintf(stderr, "\r\033[K%s  %.0f %%  %llu records",
                         kStages[static_cast<int>(progress.stage.load())],
                         total > 0 ? 100 * done / total : 0.0,
                         static_cast<unsigned long long>(progress.records.load()));
            std::fflush(stderr);
            wake.wait_for(lock, stop, std::chrono::milliseconds(200), [] { return false; });
        }
        std::fprintf(stderr, "\r\033[K");
    });
}

ProgressLine::~ProgressLine() = default;

} // namespace lolscope::cli
