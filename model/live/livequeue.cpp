#include "model/live/livequeue.h"

namespace lolscope {

void LiveQueue::push(std::unique_ptr<LiveBatch> batch, const std::stop_token &stop)
{
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, stop, [this] { return m_batches.size() < kMostBatches; });
        m_batches.push_back(std::move(batch));
    }
    m_changed.notify_all();
}

std::unique_ptr<LiveBatch> LiveQueue::pop(std::chrono::milliseconds time, const std::stop_token &stop)
{
    std::unique_ptr<LiveBatch> batch;
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, time, [this] { return !m_batches.empty(); });
        if (m_batches.empty())
            return nullptr;
        batch = std::move(m_batches.front());
        m_batches.pop_front();
    }
    m_changed.notify_all();
    return batch;
}

bool LiveQueue::isFull() const
{
    const std::lock_guard lock(m_mutex);
    return m_batches.size() >= kMostBatches;
}

} // namespace lolscope
