#pragma once

#include "model/base/event.h"
#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lolscope {

/// Writes events and their facts into a case, the one writer of an indexing run.
///
/// Everything between two commit() calls is one transaction; destruction rolls back what was not committed.
/// An evidence row stays `indexing` until finish(), so a killed run is seen, and reading the same file again
/// completes it: events and citations that are there stay as they are.
class EventWriter
{
public:
    /// Which events are candidates for detection, see detectionstore.h.
    struct Candidates
    {
        std::string rules; ///< The name of the rule set that tells, as detect() notes it.
        /// For each event whether it is one. Any thread. None: every event is one.
        std::function<std::vector<bool>(std::span<const Event>)> test;
    };
    explicit EventWriter(CaseFile &file, Candidates candidates = {});
    ~EventWriter();
    EventWriter(const EventWriter &) = delete;
    EventWriter &operator=(const EventWriter &) = delete;

    /// For ReadOptions::prepare: does ahead what add() would do first. Good as long as the writer.
    std::function<void(EventBatch &)> preparation() const;

    /// The row of evidence with this hash, if the case has one.
    Result<std::optional<EvidenceRow>> findEvidence(const std::string &sha256);

    /// Notes that these files are to be read, and commits: until each is settled (finished, failed or
    /// skipped), the case knows that it is not complete. Paths are absolute.
    Result<void> plan(const std::vector<std::string> &paths);
    /// The file needs nothing more. finish() and addFailed() do the same.
    Result<void> skip(const std::string &path);

    /// Whether the case has evidence of this size. If not, none of it has the hash of a file of that size.
    Result<bool> hasEvidenceOf(std::uint64_t bytes);

    /// Adds the row in state `indexing`, or takes up the one that has this hash. Without a hash, which only
    /// a file of another size than all other evidence may lack, identify() has to come before commit().
    Result<EvidenceId> begin(const std::string &path, const std::string &sha256, std::uint64_t bytes);
    Result<void> identify(EvidenceId evidence, const std::string &sha256);

    /// Adds the events of `batch` as the next ones of `evidence`. The same event (host, channel, record id,
    /// time, content) that the case has already gets a second citation only; not from the same live evidence.
    Result<void> add(EvidenceId evidence, const EventBatch &batch);

    /// Ends `evidence` and gives its row: counts are those of the whole file, earlier runs included.
    Result<EvidenceRow> finish(EvidenceId evidence);

    /// Records a file nothing could be read of. `sha256` may be empty. Known ones (same path and hash) are
    /// not repeated, and one that is finished stays so. One that an earlier run read in part is `failed` from
    /// now on; its events stay.
    Result<EvidenceRow> addFailed(const std::string &path, const std::string &sha256, std::uint64_t bytes,
                                  const std::string &error);

    /// Live evidence: takes it up where an earlier run left it, or begins it. `anew`: what is read under this
    /// name is another log than before, and gets a row of its own. It is never finished.
    Result<EvidenceId> follow(const std::string &name, bool anew);
    /// Notes where live evidence goes on behind the events added so far, to be committed with them.
    Result<void> setBookmark(EvidenceId evidence, const std::string &bookmark);

    Result<void> commit();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lolscope
