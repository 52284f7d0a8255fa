#include "model/live/pipereader.h"

#include <utility>

namespace lolscope {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

} // namespace

PipeReader::PipeReader(int descriptor, std::string evidence, StreamFormat format)
    : m_evidence(std::move(evidence))
    , m_stream(format, 0, true)
    , m_block(kBlockBytes)
    , m_descriptor(descriptor)
{}

PipeReader::PipeReader(const std::filesystem::path &path, StreamFormat format)
    : m_path(path)
    , m_evidence(path.string())
    , m_stream(format, 0, true)
    , m_block(kBlockBytes)
{}

std::chrono::milliseconds PipeReader::interval() const
{
    return m_isAtEnd ? LiveReader::interval() : std::chrono::milliseconds(0);
}

Result<LiveReader::Step> PipeReader::next(LiveBatch &batch, const std::stop_token &stop)
{
    batch.evidence = m_evidence;
    if (!m_hasMore) {
        const bool wasAtEnd = m_isAtEnd;
        const auto filled = fill(stop);
        if (!filled)
            return tl::unexpected(filled.error());
        if (!*filled && (!m_isAtEnd || wasAtEnd))
            return m_isAtEnd && m_path.empty() ? Step::Ended : Step::Idle;
    }
    m_hasMore = m_isAtEnd ? m_stream.takeLast(batch.events) : m_stream.take(batch.events);
    if (batch.events.events.empty() && batch.events.damage.empty())
        return m_isAtEnd && m_path.empty() ? Step::Ended : Step::Idle;
    batch.isAnotherLog = std::exchange(m_isFirst, false);
    return Step::Batch;
}

bool PipeReader::rest(LiveBatch &batch)
{
    batch.evidence = m_evidence;
    m_stream.takeLast(batch.events);
    batch.isAnotherLog = std::exchange(m_isFirst, false);
    return !batch.events.events.empty() || !batch.events.damage.empty();
}

} // namespace lolscope
