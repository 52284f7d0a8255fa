#pragma once

#include "model/live/followedcontent.h"
#include "model/live/livereader.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace lolscope {

/// How files are followed.
struct FollowOptions
{
    StreamFormat format = StreamFormat::Auto; ///< Of text.
    /// Keep the file open, so that the end of one that is renamed or deleted is still read.
    bool keepOpen = true;
    std::shared_ptr<const LiveClock> clock = machineClock();
};

/// Follows one file, which may not be there yet: an .evtx log or a text of events, told apart by content. A
/// log is told by its signature or by that of its first chunk; what is named .evtx and has neither is refused
/// (Unsupported), not taken for a text. The file is opened anew each time it is looked at, by its path, so
/// that network mounts show what is new and a file put in its place is seen: the end of the old one is read
/// first. Gives what is there already, then what comes.
class FollowedFile : public LiveReader
{
public:
    /// `path` is absolute. `bookmark`: of an earlier run, or empty.
    FollowedFile(std::filesystem::path path, std::string bookmark, FollowOptions options = {});

    Result<Step> next(LiveBatch &batch, const std::stop_token &stop) override;
    std::string waitsFor() const override { return m_waitsFor; }

private:
    Result<bool> readContent(const ReadOnlyFile &file, LiveBatch &batch);
    Result<bool> recognize(const ReadOnlyFile &file, LiveBatch &batch);

    const std::filesystem::path m_path;
    const FollowOptions m_options;
    std::string m_bookmark; ///< For the content, before it is known.
    std::optional<ReadOnlyFile> m_file; ///< As it was opened last.
    std::unique_ptr<FollowedContent> m_content;
    bool m_isEvtx = false;
    std::string m_waitsFor;
};

/// Follows every file of events below a folder (.evtx, .xml, .json, .jsonl, .ndjson), also those that come
/// later, see findFiles(). A file or folder that cannot be read costs only itself: why is told once, as
/// damage of it. A file renamed within the folder is read again, and its events are known by what they are.
class FollowedFolder : public LiveReader
{
public:
    static constexpr std::chrono::milliseconds kLookForFiles{2'000};
    static constexpr std::chrono::milliseconds kLongestIdle{
        2'000}; ///< Between two looks at a file that rests.

    /// `folder` is absolute.
    FollowedFolder(std::filesystem::path folder, LiveBookmarks bookmarks, FollowOptions options = {});

    Result<Step> next(LiveBatch &batch, const std::stop_token &stop) override;

private:
    struct File
    {
        std::unique_ptr<FollowedFile> reader;
        std::chrono::milliseconds due{0};
        std::chrono::milliseconds idle{0};
        std::string error; ///< Told already.
    };
    Result<void> lookForFiles(const std::stop_token &stop);

    const std::filesystem::path m_folder;
    LiveBookmarks m_bookmarks;
    FollowOptions m_options;
    std::map<std::string, File> m_files;
    std::map<std::string, std::string> m_failures; ///< What could not be entered at the last look, and why.
    std::map<std::string, std::string> m_untold; ///< Of these the new ones.
    std::string m_current; ///< The one looked at last.
    std::chrono::milliseconds m_lookAgain{0};
};

} // namespace lolscope
