#pragma once

#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// Keeps links, detections and alerts of a growing case up to date: after each commit it does again what the
/// new events touch and nothing else, so that the work does not grow with the case. The result is that of
/// bringUpToDate().
///
/// What is new is linked, and what is linked otherwise than before is linked again (TouchedFacts). Candidates
/// that are new, or that join other values now, are matched, and their alerts grow or are made again. One
/// transaction, so that a kill leaves the case as it was before it.
///
/// Correlation rules look at all of their matches: once these change they run over the case again, in at most
/// kCorrelationShare of the time.
///
/// Where most of the case is new (the first burst), all of it is done at once, which is faster then.
class Updater
{
public:
    /// The case is open for writing; it and `engine` have to outlive this. Its candidates are to be noted for
    /// the rules of `engine` as events are written.
    Updater(CaseFile &file, const Engine &engine);
    ~Updater();

    /// Of what was committed. Gives the alerts that the case had not before, oldest first. `finally`:
    /// correlation rules do not wait for their time.
    Result<std::vector<AlertRow>> update(bool finally, const std::stop_token &stop);

    /// Whether update() has something to do though nothing was committed.
    bool isDue() const;

    static constexpr double kCorrelationShare = 0.25;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lolscope
