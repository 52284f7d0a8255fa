#include "app/cli/console.h"

#include "model/base/text.h"

#include <algorithm>
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

std::string visibleLines(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const bool isDos = end < text.size() && end > 0 && text[end - 1] == '\r';
        out += visible(text.substr(0, end - (isDos ? 1 : 0)));
        out += end < text.size() ? "\n" : "";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
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

std::stop_source &stopSource()
{
    static std::stop_source source;
    return source;
}

bool outputLine(const std::string &text)
{
    return output(visible(text) + '\n');
}

bool output(const std::string &text)
{
    const std::string &data = isTerminal(stdout) ? visibleLines(text) : text;
    if (std::fwrite(data.data(), 1, data.size(), stdout) == data.size())
        return true;
    stopSource().request_stop();
    return false;
}

bool flushOutput()
{
    if (std::fflush(stdout) == 0)
        return true;
    stopSource().request_stop();
    return false;
}

int outputEnd(int code)
{
    const bool flushed = flushOutput();
    if (flushed && std::ferror(stdout) == 0)
        return code;
    if (code != kFailed) // else it is said already
        message("lolscope-cli: the output could not be written");
    return kFailed;
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
