#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace lolscope {

/// Runs numbered jobs on threads of its own and gives their outputs in the order of their numbers. At most
/// `depth` outputs are being made or waiting at a time, each of which is reused for later jobs. next() and
/// the destructor belong to one thread; the destructor waits only for the jobs being run.
template<typename Output>
class OrderedJobs
{
public:
    /// Does one job; keeps what its thread needs from job to job.
    using Worker = std::function<void(std::uint64_t job, Output &output)>;

    /// `makeWorker` is called once for each thread.
    OrderedJobs(std::uint64_t jobs, unsigned threads, std::size_t depth,
                const std::function<Worker()> &makeWorker)
        : m_jobs(jobs)
        , m_slots(depth)
    {
        for (unsigned i = 0; i < threads; ++i)
            m_threads.emplace_back([this, work = makeWorker()] { run(work); });
    }

    ~OrderedJobs()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_stopped = true;
        }
        m_mayStart.notify_all();
    }
    OrderedJobs(const OrderedJobs &) = delete;
    OrderedJobs &operator=(const OrderedJobs &) = delete;

    /// The output of the next job, the caller's until the next call; null behind the last. Rethrows what the
    /// job threw.
    Output *next()
    {
        std::unique_lock lock(m_mutex);
        if (m_given) {
            m_slots[m_taken % m_slots.size()].isDone = false;
            ++m_taken;
            m_given = false;
            m_mayStart.notify_one();
        }
        if (m_taken == m_jobs)
            return nullptr;
        Slot &slot = m_slots[m_taken % m_slots.size()];
        m_isDone.wait(lock, [&slot] { return slot.isDone; });
        m_given = true;
        if (slot.thrown)
            std::rethrow_exception(std::exchange(slot.thrown, nullptr));
        return &slot.output;
    }

private:
    struct Slot
    {
        Output output;
        bool isDone = false;
        std::exception_ptr thrown;
    };

    void run(const Worker &work)
    {
        std::unique_lock lock(m_mutex);
        for (;;) {
            m_mayStart.wait(lock, [this] {
                return m_stopped || m_started == m_jobs || m_started < m_taken + m_slots.size();
            });
            if (m_stopped || m_started == m_jobs)
                return;
            const std::uint64_t job = m_started++;
            Slot &slot = m_slots[job % m_slots.size()];
            lock.unlock();
            try {
                work(job, slot.output);
            } catch (...) {
                slot.thrown = std::current_exception();
            }
            lock.lock();
            slot.isDone = true;
            if (job == m_taken)
                m_isDone.notify_one();
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_mayStart;
    std::condition_variable m_isDone;
    std::uint64_t m_jobs;
    std::uint64_t m_started = 0;
    std::uint64_t m_taken = 0; ///< Outputs the caller is done with.
    bool m_given = false; ///< The caller has the output of job m_taken.
    bool m_stopped = false;
    std::vector<Slot> m_slots;
    std::vector<std::jthread> m_threads; ///< Last: joined before anything they use goes away.
};

} // namespace lolscope
