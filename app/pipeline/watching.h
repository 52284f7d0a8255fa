#pragma once

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

/// A live source to be watched.
struct WatchInput
{
    std::string name; ///< For people: the path, `stdin`, `journald`, `\\COMPUTER`.
    std::unique_ptr<LiveReader> reader;
};

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
    /// any.
    std::optional<std::chrono::milliseconds> lag;
};

/// Called by watch() on its thread.
struct WatchHandlers
{
    /// An alert that was not in the case before, whatever its status.
    std::function<void(const CaseFile &, const AlertRow &)> newAlert;
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
/// Alerts are made by linking all facts and running the rules over all of the case, because late facts change
/// what earlier events mean. That takes time that grows with the case, some 0.3 s for 100,000 events, so it
/// is done when it is worth it: new events are matched as soon as they are committed, joined with what is
/// known of their process, and the first match of a rule on a process and destination asks for it at once;
/// else it is done kLongestStale after the last time. It may take kUpdateShare of the time, of which some
/// seconds are saved up. So an alert comes within a second up to some 200,000 events while alerts are few;
/// where there are several a second, about every 3.3 times as long as one run takes.
Result<WatchSummary> watch(CaseFile &file, std::vector<WatchInput> inputs, const Engine &engine,
                           const std::stop_token &stop, const WatchHandlers &handlers);

constexpr std::chrono::milliseconds kCommitInterval{200};
constexpr std::chrono::milliseconds kLongestStale{2'000};
constexpr double kUpdateShare = 0.3;

} // namespace lolscope
