#pragma once

#include "app/pipeline/detecting.h"

#include <memory>

namespace lolscope {

/// Evaluates joined events on threads of its own while the caller reads on. Its functions belong to one
/// thread, which `use` is called on too, in the order of the events.
class EvaluatedAhead
{
public:
    /// `engine` and `use` have to outlive it.
    EvaluatedAhead(const Engine &engine, const UseMatch &use);
    ~EvaluatedAhead();
    EvaluatedAhead(const EvaluatedAhead &) = delete;
    EvaluatedAhead &operator=(const EvaluatedAhead &) = delete;

    /// Takes a copy, and uses what is known of earlier events. Error: the first of `use`; ends the work.
    Result<void> add(const JoinedEvent &event);
    /// Waits for the rest. Error: as add().
    Result<void> finish();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// A copy of `event` that lives in `storage`.
JoinedEvent kept(const JoinedEvent &event, EventBatch &storage);

} // namespace lolscope
