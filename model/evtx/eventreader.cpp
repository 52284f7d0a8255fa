#include "model/evtx/eventreader.h"

#include "model/evtx/libevtxreader.h"
#include "model/evtx/xmlreader.h"

#include <fstream>
#include <string>

namespace lolscope {

namespace {

/// Whether the start of a file looks like a text of event elements: `<Event` within the first kLookBytes, in
/// UTF-8 or (NULs removed) UTF-16.
bool looksLikeEventXml(std::string start)
{
    std::erase(start, '\0');
    for (auto at = start.find("<Event"); at != std::string::npos; at = start.find("<Event", at + 1))
        if (at + 6 < start.size()
            && std::string_view(" />\t\r\ns").find(start[at + 6]) != std::string_view::npos)
            return true;
    return false;
}

} // namespace

Result<std::unique_ptr<EventReader>> openEvents(const std::filesystem::path &path)
{
    constexpr std::size_t kLookBytes = 65536;
    const std::string source = path.string();
    std::error_code status;
    if (!std::filesystem::exists(path, status))
        return fail(ErrorCode::Io, "no such file", source);
    if (!std::filesystem::is_regular_file(path, status))
        return fail(ErrorCode::Io, "not a regular file", source);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::Io, "cannot be opened", source);
    std::string start(kLookBytes, '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(file.gcount()));
    if (start.empty())
        return fail(ErrorCode::Corrupt, "the file is empty", source);
    if (start.compare(0, 7, "ElfFile") == 0)
        return openEvtxFile(path);
    if (looksLikeEventXml(start))
        return openXmlFile(path);
    return fail(ErrorCode::Corrupt, "neither an event log (no ElfFile signature) nor event XML", source, 0);
}

} // namespace lolscope
