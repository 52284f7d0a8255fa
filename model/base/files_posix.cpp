#include "model/base/files.h"

#include <algorithm>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

FileKind kindOf(const fs::file_status &status)
{
    switch (status.type()) {
    case fs::file_type::none:
    case fs::file_type::not_found:
        return FileKind::None;
    case fs::file_type::regular:
        return FileKind::File;
    case fs::file_type::directory:
        return FileKind::Folder;
    case fs::file_type::fifo:
        return FileKind::Fifo;
    default:
        return FileKind::Other;
    }
}

/// What the folder itself says first: it knows also what has too long a path to be asked.
FileKind kindOf(const fs::directory_entry &entry)
{
    std::error_code unknown;
    if (entry.is_directory(unknown))
        return FileKind::Folder;
    return entry.is_regular_file(unknown) ? FileKind::File : kindOf(entry.status(unknown));
}

} // namespace

fs::path utf8Path(const std::string &text)
{
    return text;
}

fs::path absolutePath(const fs::path &path)
{
    std::error_code unknown;
    return fs::absolute(path, unknown).lexically_normal();
}

FileFacts fileFacts(const fs::path &path)
{
    FileFacts facts;
    const fs::file_status status = fs::status(path, facts.error);
    facts.kind = kindOf(status);
    if (status.type() == fs::file_type::not_found)
        facts.error.clear();
    if (facts.kind != FileKind::File)
        return facts;
    std::error_code unknown;
    const auto bytes = fs::file_size(path, unknown);
    facts.bytes = unknown ? 0 : bytes;
    facts.written = fs::last_write_time(path, unknown).time_since_epoch().count();
    return facts;
}

std::vector<FolderEntry> listFolder(const fs::path &folder, std::error_code &error)
{
    std::vector<FolderEntry> entries;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        std::error_code unknown;
        entries.push_back({entry->path(), kindOf(*entry), entry->is_symlink(unknown)});
    }
    std::sort(entries.begin(), entries.end(),
              [](const FolderEntry &a, const FolderEntry &b) { return a.path < b.path; });
    return entries;
}

} // namespace lolscope
