#pragma once

#include "model/base/result.h"
#include "model/evtx/eventreader.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

namespace lolscope {

/// Reads the events of a file on a thread of its own, a few batches ahead of whoever takes them. Destruction
/// ends the thread soon, wherever it is.
class ReadAhead
{
public:
    ReadAhead(std::filesystem::path path, ReadOptions options);
    ~ReadAhead();
    ReadAhead(const ReadAhead &) = delete;
    ReadAhead &operator=(const ReadAhead &) = delete;

    /// Whether the file could be opened. Waits for it. Errors: those of openEvents().
    Result<void> opened();

    /// The next batch, valid until the next call; null at the end. Waits for it. Error: Io, reading failed.
    Result<const EventBatch *> next();

    /// Ends the thread; nothing more comes.
    void stop();

    std::uint64_t bytesDone() const { return m_bytesDone; } ///< Of the file, as far as it was read.

private:
    void read(const std::stop_token &stop);

    static constexpr std::size_t kAhead = 6; // batches: some MiB at most

    const std::filesystem::path m_path;
    const ReadOptions m_options;
    std::atomic<std::uint64_t> m_bytesDone{0};
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    // Under m_mutex: batches [m_taken, m_filled) wait to be taken, batch n lives in m_ring[n % kAhead].
    std::array<EventBatch, kAhead> m_ring;
    std::size_t m_filled = 0;
    std::size_t m_taken = 0;
    bool m_holding = false; // the last one given is still looked at
    std::optional<Result<void>> m_opened;
    std::optional<Result<void>> m_ended;
    std::jthread m_thread; // last, so that it ends first
};

} // namespace lolscope
