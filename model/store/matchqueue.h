#pragma once

#include "model/base/result.h"
#include "model/base/timestamp.h"
#include "model/store/rows.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// A match that waits for its turn.
struct QueuedMatch
{
    std::optional<Timestamp> time;
    std::string origin; ///< Host and channel: records of one origin are numbered in their order.
    std::optional<std::uint64_t> recordId;
    EventId event = EventId{0};
    std::size_t rule = 0; ///< The caller's number for it.
    std::vector<std::string> values;
};

/// Puts matches into the order of their time, however many there are: they lie in a private temporary
/// database that goes to disk when it outgrows memory. Belongs to one thread at a time.
class MatchQueue
{
public:
    /// Errors: Database, DiskFull, Io.
    static Result<MatchQueue> open();
    MatchQueue(MatchQueue &&) noexcept;
    ~MatchQueue();

    Result<void> add(const QueuedMatch &match);

    /// By time, those without one last; of one time by origin, record id and rule. The order of adding does
    /// not matter. Ends with the first error of `use`, or Cancelled when asked to stop.
    Result<void> forEach(const std::function<Result<void>(const QueuedMatch &)> &use,
                         const std::stop_token &stop);

private:
    struct Private;
    explicit MatchQueue(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace lolscope
