#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace lolscope {

/// Whose turn it is to write a case, among the threads of one program: each in the order of asking. SQLite
/// waits too, but in no order, and one that writes all the time would keep the others out. Any thread.
class WriteTurns
{
public:
    /// Waits for its turn; give() it back on the same thread.
    void take();
    void give();
    /// Whether somebody waits.
    bool isWanted() const;

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_next = 0; ///< The number the next one draws.
    std::uint64_t m_serving = 0;
};

} // namespace lolscope
