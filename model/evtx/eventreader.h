#pragma once

#include "model/base/event.h"
#include "model/base/result.h"
#include "model/evtx/helperprocess.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

namespace lolscope {

/// Reads the events of one file of evidence, in file order.
///
/// The file may be hostile. It is opened read-only; what cannot be read is reported as Damage in the batch
/// and costs only itself. Threads: one reader belongs to one thread at a time; readers are independent.
class EventReader
{
public:
    virtual ~EventReader() = default;

    /// Clears `batch` and fills it with the next events (at most kBatchEvents) and the damage met on the way.
    /// False at the end; a batch may hold damage alone. Errors: Io (reading failed), after which only the
    /// events given so far are known.
    virtual Result<bool> next(EventBatch &batch) = 0;

    /// How far reading has come, 0..size of the file.
    virtual std::uint64_t bytesDone() const = 0;

    static constexpr std::size_t kBatchEvents = 512;
    /// A reader of text ends a batch that holds so much; one more event may come on top.
    static constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
};

/// How openEvents() reads.
struct ReadOptions
{
    /// Threads that decode an .evtx file; 1: none but the one that calls next(). 0: as many as the machine
    /// has, at most kMaxThreads, each of which costs some megabytes.
    unsigned threads = 0;
    static constexpr unsigned kMaxThreads = 16;

    /// Fill Event::xml (what the helper reads has it always). What has none gets a Damage that says why.
    bool xml = false;

    /// The program lolscope-evtxhelper. With it, the damaged chunks of an .evtx file are also read by
    /// libevtx, in a process of its own, and what our decoder did not give comes last, marked as recovered.
    /// Empty: not.
    std::filesystem::path helper = {};
    HelperLimits helperLimits = {};
    /// Ends waiting for the helper, with the error Cancelled.
    std::stop_token stop = {};

    /// Called with every batch before next() gives it, on whichever thread made it, for work that is better
    /// done there; it may fill EventBatch::prepared. Several threads call it at once.
    std::function<void(EventBatch &)> prepare = {};
};

/// Opens an .evtx file or event XML (as `wevtutil qe`, Event Viewer's export and PowerShell's ToXml write
/// it; UTF-8 or UTF-16), told apart by content. Errors: Io (missing, unreadable, not a regular file),
/// Corrupt (empty, foreign, or damaged so that no record can be reached).
Result<std::unique_ptr<EventReader>> openEvents(const std::filesystem::path &path,
                                                const ReadOptions &options = {});

} // namespace lolscope
