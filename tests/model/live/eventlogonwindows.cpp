// Runs the event log scenarios through the Windows code and the wevtapi.dll beside this program, on Windows
// or wine. Prints a line for each; exit code 0 when all hold.
#include "model/live/eventlogwindows.h"
#include "tests/model/live/eventlogscenarios.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <windows.h>

using namespace lolscope;
using namespace lolscope::test;

namespace {

class Bench : public EventLogBench
{
public:
    explicit Bench(const std::filesystem::path &library)
        : m_path(library.wstring())
        , m_library(LoadLibraryW(m_path.c_str()))
        , m_play(function<void(const char *)>("FakePlay"))
        , m_openHandles(function<std::size_t()>("FakeOpenHandles"))
        , m_calls(function<std::size_t(const char *)>("FakeCalls"))
    {}

    std::shared_ptr<EventLogApi> api() override
    {
        const auto api = eventLogOf(m_path);
        if (!api)
            throw ScenarioFailed(api.error().detail);
        return *api;
    }
    void play(const std::string &line) override { m_play(line.c_str()); }
    std::size_t openHandles() override { return m_openHandles(); }
    std::size_t calls(const std::string &call) override { return m_calls(call.c_str()); }

private:
    template<typename Signature>
    Signature WINAPI *function(const char *name) const
    {
        const auto found = reinterpret_cast<void *>(GetProcAddress(m_library, name));
        if (!found) {
            std::fprintf(stderr, "no fake wevtapi.dll: %s\n", name);
            std::exit(2);
        }
        return reinterpret_cast<Signature WINAPI *>(found);
    }

    const std::wstring m_path;
    const HMODULE m_library;
    void WINAPI (*const m_play)(const char *);
    std::size_t WINAPI (*const m_openHandles)();
    std::size_t WINAPI (*const m_calls)(const char *);
};

DWORD openInProcess()
{
    DWORD count = 0;
    GetProcessHandleCount(GetCurrentProcess(), &count);
    return count;
}

} // namespace

int main()
{
    wchar_t program[MAX_PATH] = {};
    GetModuleFileNameW(nullptr, program, MAX_PATH);
    Bench bench(std::filesystem::path(program).parent_path() / "wevtapi.dll");
    int failed = 0;
    DWORD before = 0;
    const auto scenarios = eventLogScenarios();
    for (const EventLogScenario &scenario : scenarios) {
        before = before == 0 ? openInProcess() : before;
        const auto begun = std::chrono::steady_clock::now();
        std::string why;
        try {
            runScenario(scenario, bench);
        } catch (const std::exception &error) {
            why = error.what();
        }
        if (const DWORD now = openInProcess(); why.empty() && now > before)
            why = std::to_string(now - before) + " Windows handles left open";
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        std::printf("%s %s %s (%d ms)\n", why.empty() ? "ok  " : "FAIL", scenario.name, why.c_str(),
                    static_cast<int>(took.count()));
        std::fflush(stdout);
        failed += why.empty() ? 0 : 1;
    }
    std::printf("%d of %d failed\n", failed, static_cast<int>(scenarios.size()));
    return failed == 0 ? 0 : 1;
}
