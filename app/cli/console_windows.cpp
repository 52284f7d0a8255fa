#include "app/cli/console.h"
#include "model/base/system.h"
#include "model/base/win32.h"

#include <cstdlib>
#include <io.h>

namespace lolscope::cli {

namespace {

/// Windows calls this in a thread of its own.
BOOL WINAPI onConsoleEvent(DWORD event)
{
    if (!stopSource().request_stop())
        std::_Exit(kCancelled); // asked twice: do not wait for a safe point
    // When the window is closed or the user logs off, the process is ended as soon as this returns.
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

} // namespace

void prepareConsole()
{
    writeBytesOnly();
    SetConsoleOutputCP(CP_UTF8);
    const HANDLE errors = GetStdHandle(STD_ERROR_HANDLE);
    if (DWORD mode = 0; GetConsoleMode(errors, &mode))
        SetConsoleMode(errors,
                       mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING); // for colours and the progress line
}

bool isTerminal(std::FILE *stream)
{
    DWORD mode = 0; // _isatty() takes NUL for a terminal
    return GetConsoleMode(reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(stream))), &mode) != 0;
}

std::stop_token interruption()
{
    static const bool started = SetConsoleCtrlHandler(onConsoleEvent, TRUE) != 0;
    (void)started;
    return stopSource().get_token();
}

} // namespace lolscope::cli
