#include "app/cli/password.h"

#include <cstdio>
#include <cstdlib>
#ifdef _WIN32
#include <io.h>
#include <windows.h>
#else
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#endif

namespace lolscope::cli {

namespace {

constexpr std::size_t kLongestPassword = 4096;

/// What is typed on the standard input is not shown while it lives.
class Unseen
{
public:
    Unseen(const Unseen &) = delete;
    Unseen &operator=(const Unseen &) = delete;
#ifdef _WIN32
    Unseen()
        : m_input(GetStdHandle(STD_INPUT_HANDLE))
        , m_isTerminal(GetConsoleMode(m_input, &m_before) != 0)
    {
        if (m_isTerminal)
            SetConsoleMode(m_input, m_before & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
    }
    ~Unseen()
    {
        if (m_isTerminal)
            SetConsoleMode(m_input, m_before);
    }
    bool isTerminal() const
    {
        return m_isTerminal;
    }

private:
    const HANDLE m_input;
    DWORD m_before = 0;
    const bool m_isTerminal;
#else
    Unseen()
        : m_isTerminal(::tcgetattr(STDIN_FILENO, &m_before) == 0)
    {
        termios silent = m_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (m_isTerminal)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Unseen()
    {
        if (m_isTerminal)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }
    bool isTerminal() const
    {
        return m_isTerminal;
    }

private:
    termios m_before = {};
    const bool m_isTerminal;
#endif
};

/// One at a time, so that what follows the line stays there. False at the end.
bool readByte(char &byte, const std::stop_token &stop)
{
#ifdef _WIN32
    return !stop.stop_requested() && ::_read(0, &byte, 1) == 1;
#else
    constexpr int kWaitMs = 100;
    pollfd input = {STDIN_FILENO, POLLIN, 0};
    while (!stop.stop_requested())
        if (::poll(&input, 1, kWaitMs) > 0)
            return ::read(STDIN_FILENO, &byte, 1) == 1;
    return false;
#endif
}

} // namespace

Result<Secret> passwordOf(const std::string &user, const std::stop_token &stop)
{
    if (const char *given = std::getenv("LOLSCOPE_PASSWORD"))
        return Secret(std::string(given));
    const Unseen unseen;
    if (unseen.isTerminal())
        std::fprintf(stderr, "Password of %s: ", user.c_str());
    std::string line;
    line.reserve(kLongestPassword); // so that none of it stays where it grew out of
    char byte = 0;
    while (line.size() < kLongestPassword && readByte(byte, stop) && byte != '\n')
        if (byte != '\r')
            line += byte;
    if (unseen.isTerminal())
        std::fputc('\n', stderr);
    Secret password(std::move(line));
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    if (password.text().empty())
        return fail(ErrorCode::Invalid, "no password for " + user);
    return password;
}

} // namespace lolscope::cli
