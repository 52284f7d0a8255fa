#pragma once

#include "app/pipeline/indexing.h"
#include "model/base/result.h"

#include <atomic>
#include <cstdio>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

namespace lolscope::cli {

/// Exit codes of lolscope-cli.
enum Exit {
    kDone = 0,
    kImperfect = 1, ///< Done, but some input was damaged or refused, each named on stderr.
    kWrongUse = 2,
    kFailed = 3, ///< The case cannot be opened, the disk is full, ...
    kCancelled = 130 ///< By SIGINT or SIGTERM; what was committed is kept.
};

struct Options
{
    bool quiet = false;
    bool json = false;
};

/// Before anything is read or written.
void prepareConsole();

/// When messages are coloured: where stderr is a terminal and NO_COLOR (https://no-color.org) is not set,
/// unless told.
enum class Color { Auto, Always, Never };
void setColor(Color color);

/// Writes `text` and a newline to stderr, with what a terminal would act on made visible.
void message(const std::string &text);
/// The same for an error, in red where colours are on; gives the exit code that fits it.
int report(const Error &error);

bool isTerminal(std::FILE *stream);

/// Writes a line to be read to stdout, with what a terminal would act on made visible, also in a pipeline.
bool outputLine(const std::string &text);
/// Writes lines for programs to stdout: exact in a pipeline, made visible on a terminal. Where that fails (a
/// closed pipe, a full disk), false: then the work is interrupted, and outputEnd() tells.
bool output(const std::string &data);
/// The same for what output() still holds back.
bool flushOutput();
/// At the end: `code`, or kFailed with a message when anything given to output() was lost.
int outputEnd(int code);

/// The stop token that SIGINT and SIGTERM trigger; on Windows Ctrl+C, Ctrl+Break and the end of the console.
std::stop_token interruption();
/// What triggers it.
std::stop_source &stopSource();

/// Shows a line of progress on stderr while it lives, if stderr is a terminal.
class ProgressLine
{
public:
    ProgressLine(const Progress &progress, const Options &options);
    ~ProgressLine();

private:
    std::jthread m_thread;
};

} // namespace lolscope::cli
