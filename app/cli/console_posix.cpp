#include "app/cli/console.h"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace lolscope::cli {

void prepareConsole()
{
    // A closed pipe and a file size limit are output errors, not a death with a half-written case.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

bool isTerminal(std::FILE *stream)
{
    return isatty(fileno(stream)) != 0;
}

std::stop_token interruption()
{
    // Signals are taken by a thread of their own: a handler could not call request_stop() safely.
    static const bool started = [] {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        std::thread([signals] {
            int signal = 0;
            while (sigwait(&signals, &signal) == 0) {
                if (!stopSource().request_stop())
                    std::_Exit(kCancelled); // asked twice: do not wait for a safe point
            }
        }).detach();
        return true;
    }();
    (void)started;
    return stopSource().get_token();
}

} // namespace lolscope::cli
