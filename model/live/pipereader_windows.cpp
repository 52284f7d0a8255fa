#include "model/base/win32.h"
#include "model/live/pipereader.h"

#include <io.h>
#include <thread>

namespace lolscope {

PipeReader::~PipeReader() = default; // there are no FIFOs

Result<bool> PipeReader::fill(const std::stop_token &stop)
{
    constexpr std::chrono::milliseconds kWait(20); // an empty pipe is looked at again so often
    const auto input = reinterpret_cast<HANDLE>(_get_osfhandle(m_descriptor));
    if (stop.stop_requested())
        return false;
    DWORD available = 0;
    if (PeekNamedPipe(input, nullptr, 0, nullptr, &available, nullptr) && available == 0) {
        std::this_thread::sleep_for(kWait);
        return false;
    }
    // A pipe gives what there is, however much is asked for.
    DWORD got = 0;
    if (!ReadFile(input, m_block.data(), static_cast<DWORD>(m_block.size()), &got, nullptr)
        && GetLastError() != ERROR_BROKEN_PIPE && GetLastError() != ERROR_HANDLE_EOF)
        return fail(ErrorCode::Io, "reading failed: " + win32::errorText(), m_evidence);
    m_isAtEnd = got == 0;
    m_stream.append({m_block.data(), got});
    return got > 0;
}

} // namespace lolscope
