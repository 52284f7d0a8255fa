#pragma once

#include <chrono>
#include <cstdint>
#ifdef _WIN32
#include <windows.h>
#else
#include <ctime>
#endif

namespace lolscope::test {

/// The processor time this program has taken so far, whatever runs beside it. On Windows std::clock() is the
/// time on the wall (https://learn.microsoft.com/en-us/cpp/c-runtime-library/reference/clock).
inline std::chrono::milliseconds cpuTime()
{
#ifdef _WIN32
    const auto steps = [](const FILETIME &time) { // of 100 ns
        return std::int64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
    };
    FILETIME begun, ended, kernel, user;
    GetProcessTimes(GetCurrentProcess(), &begun, &ended, &kernel, &user);
    return std::chrono::milliseconds((steps(kernel) + steps(user)) / 10'000);
#else
    return std::chrono::milliseconds(std::int64_t{std::clock()} * 1000 / CLOCKS_PER_SEC);
#endif
}

} // namespace lolscope::test
