#include "model/base/findfiles.h"

#include <algorithm>
#include <system_error>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

void visit(const fs::directory_entry &entry, const std::function<bool(const fs::path &)> &wants,
           std::vector<FoundFile> &found, std::vector<fs::path> &below)
{
    std::error_code status;
    if (entry.is_symlink(status) && entry.is_directory(status)) {
        found.push_back({entry.path(), "a link to a folder, not followed; name the folder itself"});
    } else if (entry.is_directory(status)) {
        below.push_back(entry.path());
    } else if (wants(entry.path())) {
        const bool isFile = entry.is_regular_file(status);
        found.push_back({entry.path(), isFile ? "" : status ? status.message() : "not a regular file"});
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
        std::vector<fs::directory_entry> entries;
        for (fs::directory_iterator entry(folder, status); !status && entry != fs::directory_iterator();
             entry.increment(status))
            entries.push_back(*entry);
        if (status && (folder == top || status != std::errc::no_such_file_or_directory))
            found.push_back({folder, "cannot be searched: " + status.message()});
        std::sort(entries.begin(), entries.end());
        std::vector<fs::path> below;
        for (const fs::directory_entry &entry : entries)
            visit(entry, wants, found, below);
        folders.insert(folders.end(), below.rbegin(), below.rend()); // the first comes next
    }
    return found;
}

} // namespace lolscope
