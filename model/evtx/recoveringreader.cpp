#include "model/evtx/recoveringreader.h"

#include "model/evtx/chunkoutline.h"
#include "model/evtx/damagedchunks.h"
#include "model/evtx/eventxml.h"
#include "model/evtx/evtxreader.h"
#include "model/evtx/helperframes.h"
#include "model/evtx/paddedhex.h"

#include <algorithm>
#include <set>

namespace lolscope {

namespace {

/// The frames of one helper process.
class Conversation
{
public:
    Conversation(HelperProcess process, std::uint64_t mostRecords)
        : m_process(std::move(process))
        , m_frames(mostRecords)
        , m_buffer(std::size_t{64} << 10)
    {}

    /// The next frame; empty at the end, if it is a good one. Errors: why it is none; Cancelled.
    Result<std::optional<HelperFrame>> next(const std::stop_token &stop)
    {
        for (;;) {
            auto frame = m_frames.next();
            if (!frame || *frame)
                return frame;
            const auto got = m_process.read(m_buffer, stop);
            if (!got)
                return tl::unexpected(got.error());
            if (*got == 0)
                return atEnd();
            m_frames.append(std::span(m_buffer).first(*got));
        }
    }

private:
    Result<std::optional<HelperFrame>> atEnd()
    {
        if (const std::string reason = m_process.ending(); !reason.empty())
            return fail(ErrorCode::Io, reason);
        if (!m_frames.isComplete())
            return fail(ErrorCode::Corrupt, "it ended in the middle of its answer");
        return std::nullopt;
    }

    HelperProcess m_process;
    HelperFrames m_frames;
    std::vector<std::uint8_t> m_buffer;
};

class RecoveringReader : public EventReader
{
public:
    RecoveringReader(std::filesystem::path path, std::unique_ptr<EventReader> reader,
                     const ReadOptions &options)
        : m_path(std::move(path))
        , m_reader(std::move(reader))
        , m_options(options)
    {}

    Result<bool> next(EventBatch &batch) override
    {
        if (!m_isRead) {
            const auto more = m_reader->next(batch);
            for (const Damage &damage : batch.damage)
                note(damage);
            if (!more || *more)
                return more;
            m_isRead = true;
            if (!batch.events.empty() || !batch.damage.empty())
                return true;
        }
        batch.clear();
        if (m_ended)
            return false;
        if (auto done = recover(batch); !done)
            return tl::unexpected(done.error());
        if (m_options.prepare && !batch.events.empty())
            m_options.prepare(batch);
        return !m_ended || !batch.events.empty() || !batch.damage.empty();
    }

    std::uint64_t bytesDone() const override { return m_reader->bytesDone(); }

private:
    void note(const Damage &damage)
    {
        if (!damage.slack && damage.offset && *damage.offset >= kEvtxHeaderBytes)
            m_damaged.insert((*damage.offset - kEvtxHeaderBytes) / kEvtxChunkBytes);
    }

    /// Fills `batch` with what comes next from the helper; m_ended when there is no more. Errors: Io of the
    /// evidence, Cancelled.
    Result<void> recover(EventBatch &batch)
    {
        while (batch.events.size() < kBatchEvents && !m_ended) {
            if (!m_conversation) {
                const auto asked = ask(batch);
                if (!asked)
                    return tl::unexpected(asked.error());
                if (!*asked)
                    m_ended = true;
                continue;
            }
            const auto frame = m_conversation->next(m_options.stop);
            if (!frame && frame.error().code == ErrorCode::Cancelled)
                return tl::unexpected(frame.error());
            if (!frame)
                blame(batch, frame.error().detail);
            else if (*frame && (*frame)->kind == HelperFrame::Kind::Failed)
                blame(batch, std::string((*frame)->text));
            else if (*frame && (*frame)->kind == HelperFrame::Kind::Record)
                take(**frame, batch);
            else if (*frame && (*frame)->kind == HelperFrame::Kind::Refused)
                refused(std::string((*frame)->text));
            if (!frame || !*frame)
                end(batch);
        }
        return {};
    }

    /// Starts a helper on the next damaged chunks; false when there are none left.
    Result<bool> ask(EventBatch &batch)
    {
        if (m_damaged.empty())
            return false;
        m_chunks.emplace();
        if (const auto read = m_chunks->read(m_path, m_damaged); !read)
            return tl::unexpected(read.error());
        if (m_chunks->isEmpty())
            return true; // nothing in them looks like a record
        auto process = HelperProcess::start(m_options.helper, m_chunks->asLog(), m_options.helperLimits);
        if (process) {
            m_conversation.emplace(std::move(*process), m_chunks->mostRecords());
        } else {
            batch.damage.push_back(
                {"the second reader could not be started on the damaged chunks, so records that "
                 "only it can read are missing (lolscope-evtxhelper: "
                     + describe(process.error()) + ')',
                 m_chunks->firstOffset(),
                 {},
                 0,
                 true});
            m_damaged.clear();
        }
        return true;
    }

    void end(EventBatch &batch)
    {
        m_conversation.reset();
        if (m_unreadable > 0)
            batch.damage.push_back({"the second reader could not read " + std::to_string(m_unreadable)
                                        + (m_unreadable == 1 ? " record" : " records")
                                        + " of the damaged chunks either (of the first: " + m_unreadableReason
                                        + ')',
                                    m_chunks->firstOffset(),
                                    {},
                                    0,
                                    true});
        m_unreadable = 0;
    }

    void blame(EventBatch &batch, const std::string &reason)
    {
        batch.damage.push_back(
            {"the second reader stopped in the damaged chunks: what only it could read behind is missing ("
                 + reason + ')',
             m_chunks->firstOffset(),
             {},
             0});
    }

    void refused(const std::string &reason)
    {
        if (m_unreadable++ == 0)
            m_unreadableReason = reason;
    }

    void take(const HelperFrame &frame, EventBatch &batch)
    {
        auto event = parseEventXml(frame.text, batch);
        if (!event) {
            refused(event.error().detail);
            return;
        }
        event->headerRecordId = frame.number;
        if (!m_chunks->isNew(*event))
            return;
        unpadHex(*event, batch);
        event->recovered = true;
        event->offset = m_chunks->placeOf(frame.number);
        if (event->offset)
            event->chunk = static_cast<std::uint32_t>((*event->offset - kEvtxHeaderBytes) / kEvtxChunkBytes);
        event->xml = batch.keep(std::string(frame.text) + '\n'); // nobody else can read it again
        batch.events.push_back(*event);
    }

    const std::filesystem::path m_path;
    std::unique_ptr<EventReader> m_reader;
    const ReadOptions m_options;
    bool m_isRead = false; ///< By our decoder.
    bool m_ended = false;
    std::set<std::uint64_t> m_damaged; ///< Numbers of the chunks still to be asked about.
    std::optional<DamagedChunks> m_chunks; ///< That the helper is asked about.
    std::optional<Conversation> m_conversation;
    std::uint64_t m_unreadable = 0; ///< Records of it that libevtx refused, or that are no event XML.
    std::string m_unreadableReason; ///< Of the first.
};

} // namespace

Result<std::unique_ptr<EventReader>> openRecovering(const std::filesystem::path &path,
                                                    const ReadOptions &options)
{
    auto reader = openEvtx(path, options);
    if (!reader || options.helper.empty())
        return reader;
    return std::make_unique<RecoveringReader>(path, std::move(*reader), options);
}

} // namespace lolscope
