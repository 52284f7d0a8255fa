#pragma once

#include "model/live/liveclock.h"
#include "model/live/livequeue.h"
#include "model/live/livereader.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lolscope {

/// What a live source is doing, and what came of it so far.
struct LiveStatus
{
    enum class State {
        Starting,
        Following, ///< Everything there was is read; waiting for more.
        Reading, ///< There is more than was read.
        Waiting, ///< The queue is full: the case does not keep up, events stay in the source.
        Retrying, ///< `error` says why; it is tried again.
        Paused, ///< By pause(); events stay in the source.
        Ended, ///< Its last event was given.
        Failed, ///< `error` says why; for good.
        Stopped
    };
    State state = State::Starting;
    std::string error; ///< English; of the last failure, or what it waits for, while it lasts.
    std::uint64_t events = 0; ///< Given to the queue.
    std::uint64_t lost = 0; ///< Records that were there and could not be read.
    std::uint64_t damaged = 0; ///< Places with damage, lost records or not.
    std::optional<Timestamp> latest; ///< When the newest event given was logged.
    /// How old the newest event of the last batch was when it was read; empty while they are older than
    /// kCurrent.
    std::optional<std::chrono::milliseconds> lag;
    /// Where the source reads several logs, of which one may fail while `state` is that of the others.
    std::vector<LivePart> parts;
};
/// Events of a source that is caught up with are younger: what is older was in the log before, or was shipped
/// late, and its age says nothing of how fast it came here.
constexpr std::chrono::minutes kCurrent{1};
std::string_view liveStateName(LiveStatus::State state); ///< `starting`, `following`, ...

/// Reads from a LiveReader on a thread of its own and hands the batches to a queue.
///
/// An error that may pass is tried again after kFirstRetry, then twice as long each time up to kLongestRetry.
/// Public functions may be called from any thread and never wait for the reader, but stop() and destruction
/// for kLongestStop: a reader that hangs in a dead file system is left to itself.
class LiveSource
{
public:
    static constexpr std::chrono::milliseconds kFirstRetry{500};
    static constexpr std::chrono::milliseconds kLongestRetry{30'000};
    static constexpr std::chrono::milliseconds kLongestStop{2'000};

    /// `prepare` is called with every batch before it goes to the queue, on the source's thread.
    LiveSource(std::string name, std::unique_ptr<LiveReader> reader, std::shared_ptr<LiveQueue> queue,
               std::function<void(EventBatch &)> prepare = {},
               std::shared_ptr<const LiveClock> clock = machineClock());
    ~LiveSource();
    LiveSource(const LiveSource &) = delete;
    LiveSource &operator=(const LiveSource &) = delete;

    const std::string &name() const { return m_name; }
    void start(); ///< Once.
    void pause(bool paused);
    /// Nothing more is given after it.
    void stop();
    LiveStatus status() const;

private:
    struct Worker;
    const std::string m_name;
    std::shared_ptr<Worker> m_worker; ///< Shared with its thread, which may outlive this.
};

} // namespace lolscope
