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

class Finder
{
public:
    explicit Finder(const std::stop_token &stop)
        : m_stop(stop)
    {}

    /// A file or folder that somebody named.
    void addNamed(const fs::path &path)
    {
        if (fileFacts(path).kind != FileKind::Folder)
            return add({path, {}});
        for (FoundFile &found : findFiles(path, looksLikeEvidence, m_stop))
            add(std::move(found));
    }

    std::vector<EvidenceFile> take() { return std::move(m_found); }

private:
    void add(EvidenceFile file)
    {
        // Absolute, so that an interrupted run can be completed from another folder.
        std::error_code status;
        const fs::path absolute = absolutePath(file.path);
        const fs::path canonical = fs::weakly_canonical(file.path, status);
        if (m_seen.insert(status || !file.error.empty() ? absolute : canonical).second)
            m_found.push_back({absolute, std::move(file.error)});
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
