#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

namespace lolscope {

/// Time as live sources see it, so that tests need not wait for it.
class LiveClock
{
public:
    using Duration = std::chrono::milliseconds;
    virtual ~LiveClock() = default;
    /// Since some moment; never goes back. Any thread.
    virtual Duration now() const = 0;
    /// Returns when `time` has passed, or soon after `stop` is asked for. Any thread.
    virtual void wait(Duration time, const std::stop_token &stop) const = 0;
};

/// The clock of the machine, which goes on while nobody looks at it.
std::shared_ptr<const LiveClock> machineClock();

} // namespace lolscope
