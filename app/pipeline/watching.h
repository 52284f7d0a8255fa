#pragma once

#include "app/pipeline/watchcontrol.h"
#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/live/eventlogreader.h"
#include "model/live/eventstream.h"
#include "model/live/livesource.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// The live source that `name` means: `-` the standard input, `journald` Sysmon for Linux in the journal,
/// else a path: a FIFO, a folder, or a file, which need not be there yet. `format`: of streams and text
/// files. Those that can go back go on where `bookmarks` (liveBookmarks()) says.
WatchInput watchInput(const std::string &name, StreamFormat format, const LiveBookmarks &bookmarks);
/// The event logs of one computer. Errors: Unsupported, on systems without them; Invalid, the query names
/// channels while others are given, or none is.
Result<WatchInput> watchInput(EventLogRequest request, const LiveBookmarks &bookmarks);

/// How watching goes.
struct WatchStatus
{
    struct Source
    {
        std::string name;
        LiveStatus status;
    };
    std::vector<Source> sources;
    std::uint64_t events = 0; ///< Read by this run, those included that the case had already.
    double eventsPerSecond = 0; ///< Over the last second.
    std::uint64_t lost = 0, damaged = 0; ///< Of all sources.
    /// How old the newest event was when the case had it: what the source and the way here took. Empty before
    /// any, and while they are older than kCurrent; `latest` is when the newest one was logged then.
    std::optional<std::chrono::milliseconds> lag;
    std::optional<Timestamp> latest;
};

/// Called by watch() on its thread.
struct WatchHandlers
{
    /// An alert that was not in the case before, whatever its status.
    std::function<void(const CaseFile &, const AlertRow &)> newAlert;
    /// The alerts were worked out anew: new ones were told, others may have changed.
    std::function<void()> updated;
    /// About once a second, and at the end.
    std::function<void(const WatchStatus &)> status;
};

struct WatchSummary
{
    WatchStatus status; ///< At the end.
    std::uint64_t alerts = 0; ///< New ones.
    std::vector<Damage> damage; ///< At most EvidenceRow::kMaxDamageRows.
};

/// Follows live sources into a case that is open for writing, until stopped or until all of them have ended.
/// Their events go the way of events in files, and are committed with their bookmarks about every
/// kCommitInterval, so that a kill costs nothing but reading them again. Blocks. Errors: those of the case.
///
/// After each commit links, detections and alerts are brought up to date by what the new events touch
/// (Updater), so that an alert comes within a second of its event, however many there are and however large
/// the case is.
///
/// With `control` single sources can be paused, stopped and added meanwhile, and others write in turn.
Result<WatchSummary> watch(CaseFile &file, std::vector<WatchInput> inputs, const Engine &engine,
                           const std::stop_token &stop, const WatchHandlers &handlers,
                           WatchControl *control = nullptr);

constexpr std::chrono::milliseconds kCommitInterval{200};

} // namespace lolscope
