#include "app/pipeline/evidencefiles.h"

#include "model/base/files.h"
#include "model/base/text.h"

#include <set>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

bool looksLikeEvidence(const fs::path &path)
{
    const std::string extension = foldCase(path.extension().string());
    return extension == ".evtx" || extension == ".xml";
}

/// Walks folders by hand, so that what cannot be entered or read is named instead of passed over.
class Finder
{
public:
    explicit Finder(const std::stop_token &stop)
        : m_stop(stop)
    {}

    /// A file or folder that somebody named.
    void addNamed(const fs::path &path)
    {
        if (fileFacts(path).kind == FileKind::Folder)
            searchFolder(path);
        else
            add(path);
    }

    std::vector<EvidenceFile> take() { return std::move(m_found); }

private:
    void add(const fs::path &path)
    {
        // Absolute, so that an interrupted run can be completed from another folder.
        std::error_code status;
        const fs::path absolute = absolutePath(path);
        const fs::path canonical = fs::weakly_canonical(path, status);
        if (m_seen.insert(status ? absolute : canonical).second)
            m_found.push_back({absolute, {}});
    }

    void searchFolder(const fs::path &top)
    {
        std::vector<fs::path> folders = {top};
        while (!folders.empty() && !m_stop.stop_requested()) {
            const fs::path folder = std::move(folders.back());
            folders.pop_back();
            std::error_code status;
            const auto entries = listFolder(folder, status);
            if (status)
                m_found.push_back({folder, "cannot be searched: " + status.message()});
            std::vector<fs::path> below;
            for (const FolderEntry &entry : entries)
                visit(entry, below);
            folders.insert(folders.end(), below.rbegin(), below.rend()); // the first comes next
        }
    }

    void visit(const FolderEntry &entry, std::vector<fs::path> &below)
    {
        if (entry.isLink && entry.kind == FileKind::Folder) {
            m_found.push_back({entry.path, "a link to a folder, not followed; name the folder itself"});
        } else if (entry.kind == FileKind::Folder) {
            below.push_back(entry.path);
        } else if (looksLikeEvidence(entry.path)) {
            if (entry.kind == FileKind::File) {
                add(entry.path);
            } else {
                const auto status = fileFacts(entry.path).error;
                m_found.push_back({entry.path, status ? status.message() : "not a regular file"});
            }
        }
    }

    std::stop_token m_stop;
    std::vector<EvidenceFile> m_found;
    std::set<fs::path> m_seen;
};

} // namespace

std::vector<EvidenceFile> findEvidence(const std::vector<fs::path> &inputs, const std::stop_token &stop)
{
    Finder finder(stop);
    for (const fs::path &input : inputs)
        finder.addNamed(input);
    return finder.take();
}

} // namespace lolscope
