#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace lolscope {

// What std::filesystem says of evidence, and says of paths of more than 260 characters on Windows as well,
// where collections of logs often have them.

/// The path that a text in UTF-8 names. Use it instead of std::filesystem::path(text), which GCC 12 for
/// Windows takes for Latin-1 (path::string() gives UTF-8 everywhere).
std::filesystem::path utf8Path(const std::string &text);

/// Without `.` and `..`; what does not begin at a root begins in the current folder. Links stay.
std::filesystem::path absolutePath(const std::filesystem::path &path);

enum class FileKind { None, File, Folder, Fifo, Other };

struct FileFacts
{
    FileKind kind = FileKind::None; ///< Of what a link points to.
    std::uint64_t bytes = 0; ///< Of a file.
    std::int64_t written = 0; ///< Last, by the clock of the file system: to compare with itself.
    std::error_code error = {}; ///< Why nothing is known; none where there is no such file.
    friend bool operator==(const FileFacts &, const FileFacts &) = default;
};
FileFacts fileFacts(const std::filesystem::path &path);

struct FolderEntry
{
    std::filesystem::path path;
    FileKind kind = FileKind::None; ///< Of what a link points to.
    bool isLink = false; ///< A symbolic link, or another reparse point that leads elsewhere.
};
/// Sorted by path. On an error what was found before it.
std::vector<FolderEntry> listFolder(const std::filesystem::path &folder, std::error_code &error);

} // namespace lolscope
