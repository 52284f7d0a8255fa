#include "model/live/livesource.h"

#include <algorithm>
#include <array>
#include <thread>

namespace lolscope {

namespace {

class MachineClock : public LiveClock
{
public:
    Duration now() const override
    {
        return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
    }
    void wait(Duration time, const std::stop_token &stop) const override
    {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, time, [] { return false; });
    }
};

} // namespace

std::shared_ptr<const LiveClock> machineClock()
{
    static const auto clock = std::make_shared<const MachineClock>();
    return clock;
}

std::string_view liveStateName(LiveStatus::State state)
{
    constexpr std::array<std::string_view, 9> kNames = {
        "starting", "following", "reading", "waiting", "retrying", "paused", "ended", "failed", "stopped"};
    return kNames[static_cast<std::size_t>(state)];
}

struct LiveSource::Worker
{
    std::unique_ptr<LiveReader> reader;
    std::shared_ptr<LiveQueue> queue;
    std::function<void(EventBatch &)> prepare;
    std::shared_ptr<const LiveClock> clock;
    std::stop_source stop;

    std::mutex mutex; ///< Of what follows.
    std::condition_variable_any changed;
    LiveStatus status;
    bool isPaused = false;
    bool isRunning = false;

    std::mutex preparing; ///< Held while `prepare` is called, which may look at things of whoever made this.
    bool isAbandoned = false;

    using State = LiveStatus::State;

    void set(State state, std::string error = {})
    {
        const std::lock_guard lock(mutex);
        status.state = state;
        status.error = std::move(error);
    }

    void setParts(std::vector<LivePart> parts)
    {
        const std::lock_guard lock(mutex);
        status.parts = std::move(parts);
    }

    void waitWhilePaused(const std::stop_token &stopping)
    {
        std::unique_lock lock(mutex);
        if (!isPaused)
            return;
        status.state = State::Paused;
        changed.wait(lock, stopping, [this] { return !isPaused; });
    }

    void count(const EventBatch &events)
    {
        const std::lock_guard lock(mutex);
        status.events += events.events.size();
        std::optional<Timestamp> newest;
        for (const Event &event : events.events)
            if (event.timeCreated && (!newest || *newest < *event.timeCreated))
                newest = event.timeCreated;
        if (newest) {
            status.latest = status.latest ? std::max(*status.latest, *newest) : newest;
            const auto now = std::chrono::time_point_cast<Ticks>(std::chrono::system_clock::now());
            status.lag.reset();
            if (now - *newest <= kCurrent)
                status.lag =
                    std::chrono::duration_cast<std::chrono::milliseconds>(std::max(now - *newest, Ticks(0)));
        }
        for (const Damage &damage : events.damage) {
            status.lost += damage.records;
            status.damaged += damage.slack ? 0 : 1;
        }
    }

    void run()
    {
        const std::stop_token stopping = stop.get_token();
        auto retry = kFirstRetry;
        while (!stopping.stop_requested()) {
            waitWhilePaused(stopping);
            auto batch = std::make_unique<LiveBatch>();
            const auto step = reader->next(*batch, stopping);
            setParts(reader->parts());
            if (!step && step.error().code != ErrorCode::Io)
                return set(State::Failed, describe(step.error()));
            if (!step) {
                set(State::Retrying, describe(step.error()));
                clock->wait(retry, stopping);
                retry = std::min(2 * retry, kLongestRetry);
                continue;
            }
            retry = kFirstRetry;
            if (*step == LiveReader::Step::Ended)
                return set(State::Ended);
            if (*step == LiveReader::Step::Idle) {
                set(State::Following, reader->waitsFor());
                if (const auto time = reader->interval(); time.count() > 0)
                    clock->wait(time, stopping);
                continue;
            }
            if (!give(std::move(batch), stopping))
                return;
        }
        for (bool more = true; more;) {
            auto batch = std::make_unique<LiveBatch>();
            more = reader->rest(*batch);
            if (more && !give(std::move(batch), stopping))
                return;
        }
        set(State::Stopped);
    }

    /// False when nobody wants it any more.
    bool give(std::unique_ptr<LiveBatch> batch, const std::stop_token &stopping)
    {
        {
            const std::lock_guard lock(preparing);
            if (isAbandoned)
                return false;
            if (prepare)
                prepare(batch->events);
        }
        set(queue->isFull() ? State::Waiting : State::Reading);
        count(batch->events);
        queue->push(std::move(batch), stopping);
        return true;
    }

    void abandon()
    {
        const std::lock_guard lock(preparing);
        isAbandoned = true;
    }

    void ended()
    {
        {
            const std::lock_guard lock(mutex);
            isRunning = false;
        }
        changed.notify_all();
    }
};

LiveSource::LiveSource(std::string name, std::unique_ptr<LiveReader> reader, std::shared_ptr<LiveQueue> queue,
                       std::function<void(EventBatch &)> prepare, std::shared_ptr<const LiveClock> clock)
    : m_name(std::move(name))
    , m_worker(std::make_shared<Worker>())
{
    m_worker->reader = std::move(reader);
    m_worker->queue = std::move(queue);
    m_worker->prepare = std::move(prepare);
    m_worker->clock = std::move(clock);
}

LiveSource::~LiveSource()
{
    stop();
}

void LiveSource::start()
{
    m_worker->isRunning = true;
    std::thread([worker = m_worker] {
        worker->run();
        worker->reader.reset(); // closes files here, where that may take its time
        worker->ended();
    }).detach();
}

void LiveSource::pause(bool paused)
{
    {
        const std::lock_guard lock(m_worker->mutex);
        m_worker->isPaused = paused;
    }
    m_worker->changed.notify_all();
}

void LiveSource::stop()
{
    m_worker->stop.request_stop();
    {
        std::unique_lock lock(m_worker->mutex);
        m_worker->changed.wait_for(lock, kLongestStop, [this] { return !m_worker->isRunning; });
    }
    m_worker->abandon();
}

LiveStatus LiveSource::status() const
{
    const std::lock_guard lock(m_worker->mutex);
    return m_worker->status;
}

} // namespace lolscope
