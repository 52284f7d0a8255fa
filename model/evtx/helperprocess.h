#pragma once

#include "model/base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <sys/types.h>
#include <utility>

namespace lolscope {

/// How much a helper process may use before it is stopped.
struct HelperLimits
{
    std::uint64_t memoryBytes = std::uint64_t{512} << 20; ///< Address space. Not under AddressSanitizer.
    unsigned cpuSeconds = 30;
    std::chrono::milliseconds silence{20'000}; ///< By the clock, while we wait for its next words.
};

/// A process that reads a file it is given as its standard input and writes to its standard output, with
/// nothing else of ours: no other open file, no environment, no way to write files. It is killed when this
/// object goes away.
class HelperProcess
{
public:
    /// Starts `program` with the file `input` (which stays the caller's). Error: Io.
    static Result<HelperProcess> start(const std::filesystem::path &program, int input,
                                       const HelperLimits &limits);
    HelperProcess(HelperProcess &&other) noexcept;
    HelperProcess &operator=(HelperProcess &&) = delete;
    ~HelperProcess();

    /// Waits for its words: up to `out.size()` bytes of them, or 0 at their end. Errors: Io (silent too long,
    /// or reading failed), Cancelled.
    Result<std::size_t> read(std::span<std::uint8_t> out, const std::stop_token &stop);

    /// Waits until it has ended, which it must after its words have; kills it otherwise. Empty for a good
    /// end, else what happened to it: `crashed (Segmentation fault)`.
    std::string ending();

    /// What a helper exits with when it cannot get the memory it wants.
    static constexpr int kOutOfMemory = 3;

private:
    HelperProcess(pid_t process, int output, const HelperLimits &limits)
        : m_process(process)
        , m_output(output)
        , m_limits(limits)
    {}
    std::string describe(int status) const;

    pid_t m_process;
    int m_output;
    HelperLimits m_limits;
};

} // namespace lolscope
