#include "model/evtx/eventreader.h"

#include "model/base/readonlyfile.h"
#include "model/evtx/chunkoutline.h"
#include "model/evtx/recoveringreader.h"
#include "model/evtx/xmlreader.h"

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

/// Calls ReadOptions::prepare for a reader that knows nothing of it.
class PreparingReader : public EventReader
{
public:
    PreparingReader(std::unique_ptr<EventReader> reader, std::function<void(EventBatch &)> prepare)
        : m_reader(std::move(reader))
        , m_prepare(std::move(prepare))
    {}
    Result<bool> next(EventBatch &batch) override
    {
        auto more = m_reader->next(batch);
        if (!batch.events.empty())
            m_prepare(batch);
        return more;
    }
    std::uint64_t bytesDone() const override { return m_reader->bytesDone(); }

private:
    std::unique_ptr<EventReader> m_reader;
    std::function<void(EventBatch &)> m_prepare;
};

} // namespace

Result<std::unique_ptr<EventReader>> openEvents(const std::filesystem::path &path, const ReadOptions &options)
{
    constexpr std::size_t kLookBytes = 65536;
    const std::string source = path.string();
    std::string start(kLookBytes, '\0');
    {
        const auto file = ReadOnlyFile::openExisting(path);
        if (!file)
            return tl::unexpected(file.error());
        const auto got = file->read(0, {reinterpret_cast<std::uint8_t *>(start.data()), start.size()});
        if (!got)
            return tl::unexpected(got.error());
        start.resize(*got);
    }
    if (start.empty())
        return fail(ErrorCode::Corrupt, "the file is empty", source);
    const bool hasChunk =
        start.size() > kEvtxHeaderBytes && start.compare(kEvtxHeaderBytes, 7, "ElfChnk") == 0;
    if (start.compare(0, 7, "ElfFile") == 0 || hasChunk)
        return openRecovering(path, options);
    if (looksLikeEventXml(start)) {
        auto reader = openXmlFile(path, options.xml);
        if (reader && options.prepare)
            return std::make_unique<PreparingReader>(std::move(*reader), options.prepare);
        return reader;
    }
    return fail(ErrorCode::Corrupt, "neither an event log (no ElfFile signature) nor event XML", source, 0);
}

} // namespace lolscope
