#include "app/cli/oncase.h"

#include "app/pipeline/export.h"
#include "app/pipeline/indexing.h"
#include "model/base/files.h"

namespace lolscope::cli {

Result<CaseFile> openCase(const std::filesystem::path &path, CaseFile::Mode mode)
{
    auto file = CaseFile::open(path, mode);
    if (!file)
        return file;
    const auto stale = needsIndexing(*file);
    if (!stale)
        return tl::unexpected(stale.error());
    if (*stale)
        message(path.string() + ": indexing was interrupted, so this may be incomplete; `lolscope-cli index "
                + path.string() + " --resume` completes it");
    return file;
}

int reportOf(const std::filesystem::path &path, Error error)
{
    if (error.source.empty())
        error.source = path.string();
    return report(error);
}

Result<void> mayReplace(const CaseFile &file, const std::filesystem::path &path, bool force)
{
    if (auto apart = mayOverwrite(file, path); !apart)
        return apart;
    if (!force && !path.empty() && fileFacts(path).kind == FileKind::File)
        return fail(ErrorCode::Invalid, "there is such a file already; --force replaces it", path.string());
    return {};
}

std::string counted(std::uint64_t count, const char *thing)
{
    return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s");
}

std::string describeAlert(const AlertRow &alert)
{
    const bool isAccepted = !alert.initiated.value_or(true); // then the port is ours
    const std::string destination = alert.destName.empty() ? alert.destIp : alert.destName;
    const std::string place = destination
        + (alert.destPort.empty() ? "" : (isAccepted ? ", accepted on port " : ":") + alert.destPort);
    return alert.id + "  " + std::string(levelName(alert.level)) + "  " + ruleText(alert) + "  " + alert.image
        + (place.empty() ? "" : (isAccepted ? " <- " : " -> ") + place) + "  " + alert.host + "  x"
        + std::to_string(alert.hits);
}

} // namespace lolscope::cli
