#include "model/live/followedfile.h"

#include "model/base/findfiles.h"
#include "model/base/text.h"
#include "model/evtx/chunkoutline.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace lolscope {

namespace fs = std::filesystem;

FollowedFile::FollowedFile(fs::path path, std::string bookmark, FollowOptions options)
    : m_path(std::move(path))
    , m_options(std::move(options))
    , m_bookmark(std::move(bookmark))
{}

Result<LiveReader::Step> FollowedFile::next(LiveBatch &batch, const std::stop_token &)
{
    batch.evidence = m_path.string();
    auto opened = ReadOnlyFile::open(m_path);
    if (!opened)
        return tl::unexpected(opened.error());
    const bool isReplaced = m_file && (!*opened || !(*opened)->isSameAs(*m_file));
    if (isReplaced && m_content) {
        const auto more = readContent(*m_file, batch);
        if (!more || *more)
            return more ? Result<Step>(Step::Batch) : tl::unexpected(more.error());
        m_content->drained(); // a log copied over its older self goes on; the content tells
    }
    if (isReplaced)
        m_file.reset();
    m_waitsFor = *opened ? "" : "there is no such file";
    if (!*opened)
        return Step::Idle;
    const ReadOnlyFile &file = **opened;
    if (!m_content || isReplaced) {
        const auto known = recognize(file, batch);
        if (!known)
            return tl::unexpected(known.error());
        if (!*known) {
            m_waitsFor = "nothing is in it yet";
            return Step::Idle;
        }
    }
    const auto more = readContent(file, batch);
    if (!more)
        return tl::unexpected(more.error());
    if (m_options.keepOpen)
        m_file = std::move(*opened);
    return *more ? Step::Batch : Step::Idle;
}

Result<bool> FollowedFile::readContent(const ReadOnlyFile &file, LiveBatch &batch)
{
    const auto more = m_content->read(file, batch);
    if (more && *more)
        batch.bookmark = m_content->bookmark();
    return more;
}

/// False when there is too little to tell.
Result<bool> FollowedFile::recognize(const ReadOnlyFile &file, LiveBatch &batch)
{
    std::array<std::uint8_t, 8> start = {};
    const auto got = file.read(0, start);
    if (!got)
        return tl::unexpected(got.error());
    // A preallocated log of which nothing is written yet is all zero.
    if (*got < start.size()
        || std::all_of(start.begin(), start.end(), [](std::uint8_t byte) { return byte == 0; }))
        return false;
    const bool isSigned = std::memcmp(start.data(), "ElfFile", start.size()) == 0;
    std::array<std::uint8_t, 8> chunk = {};
    if (const auto read = file.read(kEvtxHeaderBytes, chunk); !read)
        return tl::unexpected(read.error());
    const bool isEvtx = isSigned || isChunk(chunk.data());
    if (!isEvtx && foldCase(m_path.extension().string()) == ".evtx")
        return fail(ErrorCode::Unsupported,
                    "no event log: neither the file nor its first chunk has the signature of one",
                    m_path.string());
    if (m_content && isEvtx == m_isEvtx)
        return true;
    if (isEvtx && !isSigned && m_bookmark.empty()) // else an earlier run said so
        batch.events.damage.push_back({"no file signature", 0, {}, 0});
    batch.isAnotherLog = m_content != nullptr;
    m_isEvtx = isEvtx;
    m_content = isEvtx ? followEvtx(m_bookmark, m_options.clock) : followText(m_bookmark, m_options.format);
    m_bookmark.clear();
    return true;
}

FollowedFolder::FollowedFolder(fs::path folder, LiveBookmarks bookmarks, FollowOptions options)
    : m_folder(std::move(folder))
    , m_bookmarks(std::move(bookmarks))
    , m_options(std::move(options))
{
    m_options.keepOpen = false; // there may be more files than may be open
}

Result<void> FollowedFolder::lookForFiles(const std::stop_token &stop)
{
    const auto isFollowed = [](const fs::path &path) {
        constexpr std::array<std::string_view, 5> kExtensions = {".evtx", ".xml", ".json", ".jsonl",
                                                                 ".ndjson"};
        const std::string extension = foldCase(path.extension().string());
        return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
    };
    std::map<std::string, std::string> failures;
    for (FoundFile &found : findFiles(m_folder, isFollowed, stop)) {
        const std::string path = found.path.string();
        if (found.error.empty()) {
            File &file = m_files[path];
            if (!file.reader)
                file.reader = std::make_unique<FollowedFile>(found.path, m_bookmarks[path], m_options);
        } else if (found.path == m_folder) {
            return fail(ErrorCode::Io, std::move(found.error), path);
        } else {
            failures[path] = std::move(found.error);
        }
    }
    if (stop.stop_requested())
        return {}; // not all of them
    for (const auto &[path, reason] : failures)
        if (const auto known = m_failures.find(path); known == m_failures.end() || known->second != reason)
            m_untold[path] = reason;
    m_failures = std::move(failures);
    return {};
}

Result<LiveReader::Step> FollowedFolder::next(LiveBatch &batch, const std::stop_token &stop)
{
    const auto now = m_options.clock->now();
    if (now >= m_lookAgain) {
        if (const auto looked = lookForFiles(stop); !looked)
            return tl::unexpected(looked.error());
        m_lookAgain = now + kLookForFiles;
    }
    if (!m_untold.empty()) {
        const auto [path, reason] = *m_untold.begin();
        m_untold.erase(m_untold.begin());
        batch.evidence = path;
        batch.events.damage.push_back({reason, {}, {}, 0});
        return Step::Batch;
    }
    // One file after the other, so that a busy one does not starve the rest.
    auto entry = m_files.upper_bound(m_current);
    for (std::size_t looked = 0; looked < m_files.size() && !stop.stop_requested(); ++looked, ++entry) {
        if (entry == m_files.end())
            entry = m_files.begin();
        File &file = entry->second;
        if (file.due > now)
            continue;
        const auto step = file.reader->next(batch, stop);
        if (step && *step == Step::Batch) {
            m_current = entry->first;
            file.due = file.idle = std::chrono::milliseconds(0);
            file.error.clear();
            return Step::Batch;
        }
        file.idle = std::clamp(2 * file.idle, interval(), kLongestIdle);
        file.due = now + file.idle;
        if (!step && file.error != step.error().detail) {
            m_current = entry->first;
            file.error = step.error().detail;
            batch.events.clear();
            batch.evidence = entry->first;
            batch.events.damage.push_back({file.error, step.error().offset, {}, 0});
            return Step::Batch;
        }
    }
    return Step::Idle;
}

} // namespace lolscope
