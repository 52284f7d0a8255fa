#include "app/pipeline/evidencefiles.h"

#include "model/base/text.h"

#include <algorithm>
#include <set>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

bool looksLikeEvidence(const fs::path &path)
{
    const std::string extension = foldCase(path.extension().string());
    return extension == ".evtx" || extension == ".xml";
}

} // namespace

std::vector<EvidenceFile> findEvidence(const std::vector<fs::path> &inputs, const std::stop_token &stop)
{
    std::vector<EvidenceFile> found;
    std::set<fs::path> seen;
    const auto add = [&](const fs::path &path) {
        // Absolute, so that an interrupted run can be completed from another folder.
        std::error_code status;
        const fs::path absolute = fs::absolute(path, status).lexically_normal();
        const fs::path canonical = fs::weakly_canonical(path, status);
        if (seen.insert(status ? absolute : canonical).second)
            found.push_back({absolute, {}});
    };
    for (const fs::path &input : inputs) {
        std::error_code status;
        if (!fs::is_directory(input, status)) {
            add(input);
            continue;
        }
        std::vector<fs::path> below;
        fs::recursive_directory_iterator entry(input, fs::directory_options::skip_permission_denied, status);
        while (!status && entry != fs::recursive_directory_iterator() && !stop.stop_requested()) {
            std::error_code ignored;
            if (entry->is_regular_file(ignored) && looksLikeEvidence(entry->path()))
                below.push_back(entry->path());
            entry.increment(status);
        }
        std::sort(below.begin(), below.end());
        for (const fs::path &path : below)
            add(path);
        if (status)
            found.push_back({input, status.message()});
    }
    return found;
}

} // namespace lolscope
