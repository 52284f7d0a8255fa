#include "model/evtx/eventxml.h"
#include "model/evtx/helperframes.h"

#include <algorithm>
#include <cstdlib>
#include <string>

using namespace lolscope;

namespace {

constexpr std::uint64_t kMostRecords = 40;

/// The input as frames with checksums that are right, which chance would hardly find: kind, number, size of
/// the text, flag, text.
std::string framesOf(const std::uint8_t *data, std::size_t size)
{
    std::string bytes;
    while (size >= 4) {
        const std::size_t text = std::min<std::size_t>(data[2], size - 4);
        appendFrame(bytes,
                    {static_cast<HelperFrame::Kind>(data[0]),
                     data[1],
                     (data[3] & 1) != 0,
                     {reinterpret_cast<const char *>(data) + 4, text}});
        data += 4 + text;
        size -= 4 + text;
    }
    return bytes;
}

/// Gives the count of frames, by which two hearings are compared.
std::size_t hear(const std::string &bytes, std::size_t piece)
{
    HelperFrames frames(kMostRecords);
    std::size_t count = 0;
    std::size_t records = 0;
    bool failed = false;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        frames.append(
            {reinterpret_cast<const std::uint8_t *>(bytes.data()) + at, std::min(piece, bytes.size() - at)});
        for (;;) {
            const auto frame = frames.next();
            if (frame && failed)
                std::abort(); // a fault stays
            failed = failed || !frame;
            if (!frame || !*frame)
                break;
            ++count;
            if ((*frame)->kind == HelperFrame::Kind::Record || (*frame)->kind == HelperFrame::Kind::Refused)
                ++records;
            if ((*frame)->text.size() > kMaxEventXmlBytes)
                std::abort();
        }
    }
    if (records > kMostRecords || (frames.isComplete() && failed))
        std::abort();
    return count;
}

} // namespace

/// Input: what a helper may say; if the first byte is odd, frames that only lack their checksums. Properties:
/// no more records than announced and allowed, no text past its limit, a fault that stays, and the same
/// however the bytes arrive.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string bytes = (data[0] & 1) != 0
        ? framesOf(data + 1, size - 1)
        : std::string(reinterpret_cast<const char *>(data) + 1, size - 1);
    if (hear(bytes, bytes.size() + 1) != hear(bytes, 1 + data[0] / 2U))
        std::abort();
    return 0;
}
