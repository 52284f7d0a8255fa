#pragma once

#include "model/base/readonlyfile.h"
#include "model/base/result.h"
#include "model/live/eventstream.h"
#include "model/live/liveclock.h"
#include "model/live/livereader.h"

#include <memory>
#include <string>

namespace lolscope {

/// What is known of a followed file that holds events: how far it was read, and by what it is known again.
class FollowedContent
{
public:
    virtual ~FollowedContent() = default;

    /// Adds what is new in `file` to `batch`, and notices when it is another log than before. True when
    /// something was added. Errors: Io; Unsupported.
    virtual Result<bool> read(const ReadOnlyFile &file, LiveBatch &batch) = 0;

    /// The file was replaced, and the old one read to its end: if the new one is another log, nothing was
    /// lost by it.
    virtual void drained() = 0;

    /// Where reading goes on; empty before anything was read.
    virtual std::string bookmark() const = 0;
};

/// A growing .evtx file, read chunk by chunk with our decoder. The file header is not believed: while Windows
/// writes, its counts are old. Chunks tell by their record ids what is new: records are appended to the
/// newest chunk, then come the chunks behind it, and in a log that overwrites its oldest events the file
/// begins again. A chunk whose checksums do not match is being written; it is read as it is when it does not
/// change for kTornPatience.
///
/// The log is known again by the last record read: its place, id and time. Where another record is there, the
/// log was rolled over (all ids are larger: those between are lost), or it is another log: cleared,
/// truncated, replaced. Leftovers behind the live records are not read; indexing the file does that.
std::unique_ptr<FollowedContent> followEvtx(const std::string &bookmark,
                                            std::shared_ptr<const LiveClock> clock);
constexpr std::chrono::milliseconds kTornPatience{5'000};

/// A growing text of events, see EventStream. It is known again by its first bytes; a file that became
/// shorter is another one.
std::unique_ptr<FollowedContent> followText(const std::string &bookmark, StreamFormat format);

} // namespace lolscope
