#include "model/evtx/helperframes.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#endif

using namespace lolscope;
using Kind = HelperFrame::Kind;

namespace {

void say(const std::string &bytes)
{
#ifdef _WIN32
    _setmode(STDOUT_FILENO, _O_BINARY);
#endif
    if (::write(STDOUT_FILENO, bytes.data(), static_cast<unsigned>(bytes.size())) < 0)
        _exit(1);
}

void say(const HelperFrame &frame)
{
    std::string bytes;
    appendFrame(bytes, frame);
    say(bytes);
}

[[noreturn]] void hang()
{
    for (;;)
        std::this_thread::sleep_for(std::chrono::seconds(1));
}

[[noreturn]] void crash()
{
#ifdef _WIN32
    __builtin_trap();
#else
    std::signal(SIGSEGV, SIG_DFL); // a sanitizer would make an exit of it
    raise(SIGSEGV);
    std::abort();
#endif
}

/// It must have no other file, and none of our environment.
int ofOurs()
{
#ifdef _WIN32
    return std::getenv("PATH") ? 11 : 0;
#else
    for (int file = 3; file < 256; ++file)
        if (::lseek(file, 0, SEEK_CUR) >= 0 || ::isatty(file))
            return 10;
    return environ[0] == nullptr ? 0 : 11;
#endif
}

} // namespace

/// A helper that does, in place of its work, what the name it is called by says.
int main(int, char **arguments)
{
    const std::string what = std::filesystem::path(arguments[0]).stem().string();
    if (what == "garbage") {
        say(std::string(100'000, 'x'));
        return 0;
    }
    if (what == "silent")
        hang();
    if (what == "nothing")
        return 0;
    say({Kind::Hello, what == "otherversion" ? HelperFrame::kVersion + 1 : HelperFrame::kVersion});
    say({Kind::Opened, 2});
    const std::string xml = "<Event><System><EventID>77</EventID></System></Event>";
    say({Kind::Record, 4711, false, xml});
    if (what == "crash")
        crash();
    if (what == "hang")
        hang();
    if (what == "closes") {
#ifdef _WIN32
        CloseHandle(GetStdHandle(STD_OUTPUT_HANDLE));
#else
        ::close(STDOUT_FILENO);
#endif
        hang();
    }
    if (what == "spins")
        for (volatile unsigned long turns = 0;;)
            turns = turns + 1;
    if (what == "hoards") {
        std::vector<std::string> hoard;
        for (;;)
            hoard.emplace_back(std::size_t{16} << 20, 'x');
    }
    if (what == "exits")
        return 9;
    std::string record;
    appendFrame(record, {Kind::Record, 4712, false, xml});
    if (what == "cut") {
        say(record.substr(0, record.size() / 2));
        return 0;
    }
    if (what == "forged")
        record[record.size() - 1] ^= 1;
    if (what == "huge")
        record.replace(0, 4, "\xff\xff\xff\x7f");
    if (what == "noxml") {
        record.clear();
        appendFrame(record, {Kind::Record, 4712, false, "<Event"});
    }
    if (what == "refuses") {
        record.clear();
        appendFrame(record, {Kind::Refused, 4712, false, "no template"});
    }
    say(record);
    if (what == "toomany")
        say({Kind::Record, 4713, false, xml});
    say({Kind::End});
    if (what == "talkative")
        say("x");
    if (what == "files")
        return ofOurs();
    return 0;
}
