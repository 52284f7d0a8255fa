#pragma once

#include "model/live/liveclock.h"

#include <mutex>
#include <vector>

namespace lolscope::test {

/// Time passes when somebody waits for it.
class FakeClock : public LiveClock
{
public:
    Duration now() const override
    {
        const std::lock_guard lock(m_mutex);
        return m_now;
    }
    void wait(Duration time, const std::stop_token &) const override
    {
        const std::lock_guard lock(m_mutex);
        m_now += time;
        m_waits.push_back(time);
    }
    void pass(Duration time) const
    {
        const std::lock_guard lock(m_mutex);
        m_now += time;
    }
    /// All there were.
    std::vector<Duration> waits() const
    {
        const std::lock_guard lock(m_mutex);
        return m_waits;
    }

private:
    mutable std::mutex m_mutex;
    mutable Duration m_now{0};
    mutable std::vector<Duration> m_waits;
};

} // namespace lolscope::test
