#include "model/live/pipereader.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace lolscope {

PipeReader::~PipeReader()
{
    if (m_descriptor >= 0 && !m_path.empty())
        ::close(m_descriptor);
}

Result<bool> PipeReader::fill(const std::stop_token &stop)
{
    if (m_descriptor < 0) {
        m_descriptor = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (m_descriptor < 0)
            return fail(ErrorCode::Io, std::string("cannot be opened: ") + std::strerror(errno), m_evidence);
    }
    constexpr int kWaitMs = 100; // a wait ends so often to look whether to stop
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

} // namespace lolscope
