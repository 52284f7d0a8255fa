#include "app/pipeline/rules.h"

#include "app/pipeline/wholefile.h"
#include "detection/sigma/references.h"
#include "model/store/rows.h"
#include "resources/embedded.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <set>
#include <thread>

namespace lolscope {

namespace {

void append(sigma::RuleLoad &all, sigma::RuleLoad more)
{
    std::move(more.loaded.begin(), more.loaded.end(), std::back_inserter(all.loaded));
    std::move(more.correlations.begin(), more.correlations.end(), std::back_inserter(all.correlations));
    std::move(more.filters.begin(), more.filters.end(), std::back_inserter(all.filters));
    std::move(more.warnings.begin(), more.warnings.end(), std::back_inserter(all.warnings));
    std::move(more.refused.begin(), more.refused.end(), std::back_inserter(all.refused));
}

void refuse(sigma::RuleLoad &all, ErrorCode code, std::string reason, const std::filesystem::path &path)
{
    all.refused.push_back({Error{code, std::move(reason), path.string()}, {}, {}, {}});
}

sigma::RuleLoad loadFile(const std::filesystem::path &path)
{
    sigma::RuleLoad load;
    const auto text = readWhole(path, kMaxRuleFileBytes);
    if (!text)
        refuse(load, text.error().code, text.error().detail, path);
    else
        load = sigma::parseRules(*text, path.string());
    return load;
}

/// Reads files on all cores; the results stand in the order of the files.
void loadFiles(sigma::RuleLoad &all, const std::vector<std::filesystem::path> &files)
{
    constexpr unsigned kMostThreads = 8;
    constexpr std::size_t kFilesWorthAThread = 50;
    const auto threads = static_cast<unsigned>(
        std::min<std::size_t>({kMostThreads, std::max(1U, std::thread::hardware_concurrency()),
                               1 + files.size() / kFilesWorthAThread}));
    std::vector<sigma::RuleLoad> loads(files.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < files.size(); i = next++)
            loads[i] = loadFile(files[i]);
    };
    {
        std::vector<std::jthread> helpers;
        for (unsigned i = 1; i < threads; ++i)
            helpers.emplace_back(work);
        work();
    }
    for (sigma::RuleLoad &load : loads)
        append(all, std::move(load));
}

} // namespace

bool isRuleFile(const std::filesystem::path &path)
{
    return path.extension() == ".yml" || path.extension() == ".yaml";
}

std::vector<std::filesystem::path> findRuleFiles(const std::filesystem::path &folder, std::error_code &status)
{
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator entry(folder, status), end; entry != end; entry.increment(status)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored) && isRuleFile(entry->path()))
            files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

sigma::RuleLoad bundledRuleLoad()
{
    sigma::RuleLoad all;
    for (const EmbeddedFile &file : bundledRules())
        append(all,
               sigma::parseRules(file.bytes,
                                 kBundledRuleSource + std::filesystem::path(file.name).filename().string()));
    sigma::resolveReferences(all);
    return all;
}

sigma::RuleLoad loadRuleFolders(const std::vector<std::filesystem::path> &folders)
{
    namespace fs = std::filesystem;
    sigma::RuleLoad all;
    const auto canonical = [](const fs::path &path) {
        std::error_code status;
        fs::path found = fs::weakly_canonical(path, status);
        return status ? path : found;
    };
    std::set<fs::path::string_type> seen;
    std::map<fs::path::string_type, fs::path> canonicalFolders; // few, and each is a walk from the root
    const auto isNew = [&](const fs::path &path) {
        std::error_code ignored;
        if (fs::is_symlink(path, ignored))
            return seen.insert(canonical(path).native()).second;
        const auto [folder, isFirst] = canonicalFolders.try_emplace(path.parent_path().native());
        if (isFirst)
            folder->second = canonical(path.parent_path());
        return seen.insert((folder->second / path.filename()).native()).second;
    };
    for (const fs::path &folder : folders) {
        std::error_code status;
        std::vector<fs::path> files = {folder};
        if (fs::is_directory(folder, status))
            files = findRuleFiles(folder, status);
        else
            status.clear();
        if (status)
            refuse(all, ErrorCode::Io, status.message(), folder);
        std::erase_if(files, [&](const fs::path &file) { return !isNew(file); });
        loadFiles(all, files);
    }
    sigma::resolveReferences(all);
    return all;
}

} // namespace lolscope
