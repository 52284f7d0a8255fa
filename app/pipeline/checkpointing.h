#pragma once

#include "model/store/casefile.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace lolscope {

/// Checkpoints on one thread of its own, so that no commit stops for one; waits for them in the end. None of
/// a temporary case.
class Checkpointing
{
public:
    explicit Checkpointing(CaseFile &file)
        : m_file(file)
    {
        m_file.checkpointInCommits(false);
        if (!m_file.path().empty())
            m_thread = std::jthread([this](const std::stop_token &stop) { work(stop); });
    }
    ~Checkpointing() { m_file.checkpointInCommits(true); }
    Checkpointing(const Checkpointing &) = delete;
    Checkpointing &operator=(const Checkpointing &) = delete;

    /// Of all that was committed so far.
    void start()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isWanted = true;
        }
        m_changed.notify_one();
    }

private:
    void work(const std::stop_token &stop)
    {
        for (;;) {
            {
                std::unique_lock lock(m_mutex);
                if (!m_changed.wait(lock, stop, [this] { return m_isWanted; }))
                    return;
                m_isWanted = false;
            }
            checkpoint(m_file.path());
        }
    }

    CaseFile &m_file;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_isWanted = false;
    std::jthread m_thread; ///< Last: joined before anything it uses goes away.
};

} // namespace lolscope
