#pragma once

#include "model/live/livereader.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>

namespace lolscope {

/// Batches of all live sources on their way to the case, at most kMostBatches. A source that finds it full
/// waits: its events stay where they are, in the log, the file or the pipe.
class LiveQueue
{
public:
    static constexpr std::size_t kMostBatches = 16;

    /// Waits for room, or until stopped: then the batch is taken at once, because a pipe cannot give it
    /// again.
    void push(std::unique_ptr<LiveBatch> batch, const std::stop_token &stop);

    /// The oldest batch; null when none comes within `time`.
    std::unique_ptr<LiveBatch> pop(std::chrono::milliseconds time, const std::stop_token &stop);

    bool isFull() const;

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<std::unique_ptr<LiveBatch>> m_batches;
};

} // namespace lolscope
