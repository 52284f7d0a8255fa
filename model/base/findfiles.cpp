#include "model/base/findfiles.h"

#include "model/base/files.h"

#include <system_error>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

void visit(const FolderEntry &entry, const std::function<bool(const fs::path &)> &wants,
           std::vector<FoundFile> &found, std::vector<fs::path> &below)
{
    if (entry.isLink && entry.kind == FileKind::Folder) {
        found.push_back({entry.path, "a link to a folder, not followed; name the folder itself"});
    } else if (entry.kind == FileKind::Folder) {
        below.push_back(entry.path);
    } else if (wants(entry.path)) {
        if (entry.kind == FileKind::File) {
            found.push_back({entry.path});
        } else {
            auto status = fileFacts(entry.path).error;
            if (!status && entry.kind == FileKind::None) // a link to nothing
                status = std::make_error_code(std::errc::no_such_file_or_directory);
            found.push_back({entry.path, status ? status.message() : "not a regular file"});
        }
    }
}

} // namespace

std::vector<FoundFile> findFiles(const fs::path &top, const std::function<bool(const fs::path &)> &wants,
                                 const std::stop_token &stop)
{
    std::vector<FoundFile> found;
    std::vector<fs::path> folders = {top};
    while (!folders.empty() && !stop.stop_requested()) {
        const fs::path folder = std::move(folders.back());
        folders.pop_back();
        std::error_code status;
        const auto entries = listFolder(folder, status);
        if (status && (folder == top || status != std::errc::no_such_file_or_directory))
            found.push_back({folder, "cannot be searched: " + status.message()});
        std::vector<fs::path> below;
        for (const FolderEntry &entry : entries)
            visit(entry, wants, found, below);
        folders.insert(folders.end(), below.rbegin(), below.rend()); // the first comes next
    }
    return found;
}

} // namespace lolscope
