#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// What a live source read in one go.
struct LiveBatch
{
    /// What the events cite: the absolute path of a file, else a name like `journald`. One source may read
    /// several.
    std::string evidence;
    /// From here on another log is read under that name than before: it was replaced, cleared or truncated.
    /// Places already cited are those of the old one.
    bool isAnotherLog = false;
    EventBatch events; ///< With the damage met; what was lost is damage that counts its records.
    /// Where reading goes on behind these events, for a later run; empty if the source cannot go back.
    std::string bookmark;
};

/// Bookmarks by LiveBatch::evidence, as an earlier run left them. They come from a case, so they may be
/// forged.
using LiveBookmarks = std::map<std::string, std::string>;

/// One of several logs that a live source reads, such as a channel.
struct LivePart
{
    std::string name;
    std::uint64_t events = 0; ///< Given so far.
    std::string error; ///< English; why it is not read now. Empty while it is.
};

/// The source of a LiveSource: something that goes on giving events. It belongs to one thread at a time.
///
/// Sources here are files and folders, pipes, journald, and Windows' event logs. Another one is another
/// LiveReader: it gives bookmarks as text and names what it lost, everything else is done for it.
class LiveReader
{
public:
    virtual ~LiveReader() = default;

    enum class Step {
        Batch, ///< `batch` was filled; there may be more at once.
        Idle, ///< Nothing new for now.
        Ended ///< Nothing will ever come.
    };
    /// Fills `batch`, which is empty, or tells why not. Returns within about a second, sooner when stopped,
    /// but for a file system that hangs. After an error it may be called again: Io may pass, others are for
    /// good.
    virtual Result<Step> next(LiveBatch &batch, const std::stop_token &stop) = 0;

    /// Gives what was taken from a source that cannot go back and was not given yet, the last item cut or
    /// not. Called when nobody wants more, until it gives false; next() is not called any more.
    virtual bool rest(LiveBatch &) { return false; }

    /// How long to leave it alone when it was idle; 0 when next() waits itself.
    virtual std::chrono::milliseconds interval() const { return std::chrono::milliseconds(200); }

    /// English; after Idle, what has to come before anything can be read, such as the file. Else empty.
    virtual std::string waitsFor() const { return {}; }

    /// The logs it reads where one may fail and the others go on; else empty.
    virtual std::vector<LivePart> parts() const { return {}; }
};

} // namespace lolscope
