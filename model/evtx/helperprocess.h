#pragma once

#include "model/base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace lolscope {

/// How much a helper process may use before it is stopped.
struct HelperLimits
{
    /// Address space; committed memory on Windows. Not under AddressSanitizer.
    std::uint64_t memoryBytes = std::uint64_t{512} << 20;
    unsigned cpuSeconds = 30;
    std::chrono::milliseconds silence{20'000}; ///< By the clock, while we wait for its next words.
};

/// A process that reads bytes it is given in memory and writes to its standard output, with nothing else of
/// ours: no other open file, no environment, no child processes. On POSIX it cannot write files either. It is
/// killed when this object goes away.
class HelperProcess
{
public:
    /// Starts `program` with a copy of `input`. Error: Io.
    static Result<HelperProcess> start(const std::filesystem::path &program,
                                       std::span<const std::uint8_t> input, const HelperLimits &limits);
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
    struct Process; ///< As the system knows it.
    HelperProcess(std::unique_ptr<Process> process, const HelperLimits &limits);

    std::unique_ptr<Process> m_process;
    HelperLimits m_limits;
};

} // namespace lolscope
