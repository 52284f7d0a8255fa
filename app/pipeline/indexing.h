#pragma once

#include "detection/engine/engine.h"
#include "model/base/result.h"
#include "model/store/alertstore.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <atomic>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace lolscope {

/// Written by the worker, read by anyone at any time.
struct Progress
{
    enum class Stage { Finding, Reading, Linking, Detecting, Done };
    std::atomic<Stage> stage{Stage::Finding};
    std::atomic<std::uint64_t> bytesTotal{0};
    std::atomic<std::uint64_t> bytesDone{0};
    std::atomic<std::uint64_t> records{0};
};

/// What became of one file.
struct FileOutcome
{
    enum class State {
        Indexed, ///< `row` says what was read, damage included.
        Skipped, ///< Already in the case, whole (same SHA-256).
        Failed ///< `row.error` says why.
    };
    State state = State::Indexed;
    EvidenceRow row;
};

struct IndexSummary
{
    std::vector<FileOutcome> files;
    std::uint64_t records = 0, duplicates = 0, recovered = 0, lost = 0; ///< Of this run.
    std::uint64_t events = 0, processes = 0, connections = 0, connectionRecords = 0, dnsQueries = 0,
                  detections = 0, alerts = 0; ///< In the case.
    std::uint64_t bytes = 0; ///< Read in this run.
    double seconds = 0;
    std::uint64_t goneAlerts = 0; ///< The case had them of rules that are not among those that ran now.
    std::vector<Loss> losses; ///< What the rules left open, of an up-to-date case too.
    bool cancelled = false; ///< What was committed is kept; indexing the same paths again completes it.
    /// True when some file failed or was damaged.
    bool imperfect() const;
    /// True when detections may be missing.
    bool isOpen() const;
};

/// Reads evidence into the case (made when missing), links its facts, and runs the rules: the whole way of an
/// event. `inputs` are files and folders, the latter searched recursively for `.evtx` and `.xml`; links are
/// not followed into folders. Bad evidence costs only itself. Without inputs it links and runs the rules
/// where that is to be done. Blocks; run it off the GUI thread. Errors: those of the case file only
/// (Database, DiskFull, Io, Corrupt).
Result<IndexSummary> indexEvidence(const std::filesystem::path &casePath,
                                   const std::vector<std::filesystem::path> &inputs, const Engine &engine,
                                   const std::stop_token &stop, Progress &progress);

/// The same into a case that is open for writing.
Result<IndexSummary> indexInto(CaseFile &file, const std::vector<std::filesystem::path> &inputs,
                               const Engine &engine, const std::stop_token &stop, Progress &progress);

/// Reads and links for one look through `engine`: of the events without facts only those are kept that some
/// rule may match once joined, so that forEachMatch() of the engine gives all it would for the whole
/// evidence. The case is good for nothing else.
Result<IndexSummary> indexForDetection(CaseFile &file, const std::vector<std::filesystem::path> &inputs,
                                       const Engine &engine, const std::stop_token &stop, Progress &progress);

/// The files that an earlier run was to read and did not, to be given to indexEvidence(). The case names
/// them, and a case from somebody else may name any file of this computer: ask before you read them.
Result<std::vector<std::filesystem::path>> unreadFiles(const CaseFile &file);

/// True when an earlier run was killed or cancelled before it finished.
Result<bool> needsIndexing(const CaseFile &file);

} // namespace lolscope
