#include "app/pipeline/evaluatedahead.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace lolscope {

namespace {

constexpr std::size_t kEventsAtOnce = 64;
constexpr unsigned kMostThreads = 8;
constexpr std::size_t kMostWaiting = 64; ///< Batches; a few MiB.

struct Batch
{
    std::vector<JoinedEvent> events;
    EventBatch storage;
    std::vector<std::vector<Match>> matches; ///< Of each event.
    bool isTaken = false, isDone = false;
    std::exception_ptr thrown;
};

} // namespace

struct EvaluatedAhead::Private
{
    Private(const Engine &theEngine, const UseMatch &theUse)
        : engine(theEngine)
        , use(theUse)
    {
        // The caller's thread has reading to do.
        const auto count = std::clamp(std::thread::hardware_concurrency(), 2U, kMostThreads + 1) - 1;
        for (unsigned i = 0; i < count; ++i)
            threads.emplace_back([this](const std::stop_token &stop) { work(stop); });
    }

    void work(const std::stop_token &stop)
    {
        Engine::Session session(engine);
        for (;;) {
            Batch *batch = nullptr;
            {
                std::unique_lock lock(mutex);
                const auto isFree = [&] {
                    const auto found = std::find_if(handed.begin(), handed.end(),
                                                    [](const auto &one) { return !one->isTaken; });
                    batch = found == handed.end() ? nullptr : found->get();
                    return batch != nullptr;
                };
                if (!mayStart.wait(lock, stop, isFree))
                    return;
                batch->isTaken = true;
            }
            try {
                for (const JoinedEvent &event : batch->events)
                    batch->matches.push_back(engine.evaluate(event.event, session));
            } catch (...) {
                batch->thrown = std::current_exception();
            }
            const std::lock_guard lock(mutex);
            batch->isDone = true;
            isDone.notify_one();
        }
    }

    void handOver()
    {
        {
            const std::lock_guard lock(mutex);
            handed.push_back(std::move(filling));
        }
        filling = std::make_unique<Batch>();
        mayStart.notify_one();
    }

    /// Uses the batches that are done, and waits until `most` are left.
    Result<void> useDone(std::size_t most)
    {
        for (;;) {
            std::unique_ptr<Batch> batch;
            {
                std::unique_lock lock(mutex);
                if (handed.size() > most)
                    isDone.wait(lock, [this] { return handed.front()->isDone; });
                if (handed.empty() || !handed.front()->isDone)
                    return {};
                batch = std::move(handed.front());
                handed.pop_front();
            }
            if (batch->thrown)
                std::rethrow_exception(batch->thrown);
            for (std::size_t i = 0; i < batch->events.size(); ++i)
                for (const Match &match : batch->matches[i])
                    if (auto used = use(batch->events[i], match); !used)
                        return used;
        }
    }

    const Engine &engine;
    const UseMatch &use;
    std::unique_ptr<Batch> filling = std::make_unique<Batch>();
    std::mutex mutex;
    std::condition_variable_any mayStart;
    std::condition_variable isDone;
    std::deque<std::unique_ptr<Batch>> handed; ///< In the order of their events.
    std::vector<std::jthread> threads; ///< Last: stopped and joined before anything they use goes away.
};

EvaluatedAhead::EvaluatedAhead(const Engine &engine, const UseMatch &use)
    : d(std::make_unique<Private>(engine, use))
{}
EvaluatedAhead::~EvaluatedAhead() = default;

Result<void> EvaluatedAhead::add(const JoinedEvent &event)
{
    d->filling->events.push_back(kept(event, d->filling->storage));
    if (d->filling->events.size() < kEventsAtOnce)
        return {};
    d->handOver();
    return d->useDone(kMostWaiting);
}

Result<void> EvaluatedAhead::finish()
{
    d->handOver();
    return d->useDone(0);
}

JoinedEvent kept(const JoinedEvent &event, EventBatch &storage)
{
    JoinedEvent copy = event;
    Event &own = copy.event;
    for (std::string_view *text : {&own.provider, &own.channel, &own.computer})
        *text = storage.keep(*text);
    for (std::span<const Field> *fields : {&own.system, &own.data}) {
        std::vector<Field> texts(fields->begin(), fields->end());
        for (Field &field : texts) {
            field.name = storage.keep(field.name);
            field.value = storage.keep(field.value);
        }
        *fields = storage.keep(std::span<const Field>(texts));
    }
    return copy;
}

} // namespace lolscope
