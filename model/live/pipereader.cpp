#include "model/live/pipereader.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace lolscope {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;
constexpr int kWaitMs = 100; ///< A wait ends so often to look whether to stop.

} // namespace

PipeReader::PipeReader(int descriptor, std::string evidence, StreamFormat format)
    : m_evidence(std::move(evidence))
    , m_stream(format)
    , m_block(kBlockBytes)
    , m_descriptor(descriptor)
{}

PipeReader::PipeReader(const std::filesystem::path &path, StreamFormat format)
    : m_path(path)
    , m_evidence(path.string())
    , m_stream(format)
    , m_block(kBlockBytes)
{}

PipeReader::~PipeReader()
{
    if (m_descriptor >= 0 && !m_path.empty())
        ::close(m_descriptor);
}

std::chrono::milliseconds PipeReader::interval() const
{
    return m_isAtEnd ? LiveReader::interval() : std::chrono::milliseconds(0);
}

/// False when there is nothing to read.
Result<bool> PipeReader::fill(const std::stop_token &stop)
{
    if (m_descriptor < 0) {
        m_descriptor = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (m_descriptor < 0)
            return fail(ErrorCode::Io, std::string("cannot be opened: ") + std::strerror(errno), m_evidence);
    }
    pollfd wait = {m_descriptor, POLLIN, 0};
    if (stop.stop_requested() || ::poll(&wait, 1, m_isAtEnd ? 0 : kWaitMs) <= 0)
        return false;
    const auto got = ::read(m_descriptor, m_block.data(), m_block.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (got < 0)
        return fail(ErrorCode::Io, std::string("reading failed: ") + std::strerror(errno), m_evidence);
    m_isAtEnd = got == 0;
    m_stream.append({m_block.data(), static_cast<std::size_t>(got)});
    return got > 0;
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
