#include "app/pipeline/writeturns.h"

namespace lolscope {

void WriteTurns::take()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this, number = m_next++] { return m_serving == number; });
}

void WriteTurns::give()
{
    {
        const std::lock_guard lock(m_mutex);
        ++m_serving;
    }
    m_changed.notify_all();
}

bool WriteTurns::isWanted() const
{
    const std::lock_guard lock(m_mutex);
    return m_next - m_serving > 1;
}

} // namespace lolscope
