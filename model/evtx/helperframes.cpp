#include "model/evtx/helperframes.h"

#include "model/evtx/bytes.h"
#include "model/evtx/eventxml.h"

#include <libdeflate.h>

namespace lolscope {

namespace {

constexpr std::size_t kHeaderBytes = 9; // size, checksum, kind
constexpr std::size_t kFixedBytes = 9; // of the payload: number, flag
constexpr std::size_t kMaxPayload = kFixedBytes + kMaxEventXmlBytes;

template<typename Number>
void appendNumber(std::string &out, Number number)
{
    out.append(reinterpret_cast<const char *>(&number), sizeof number);
}

std::uint32_t checksum(std::string_view kindAndPayload)
{
    return libdeflate_crc32(0, kindAndPayload.data(), kindAndPayload.size());
}

} // namespace

void appendFrame(std::string &out, const HelperFrame &frame)
{
    std::string checked(1, static_cast<char>(frame.kind));
    appendNumber(checked, frame.number);
    checked += frame.recovered ? '\1' : '\0';
    checked += frame.text;
    appendNumber(out, static_cast<std::uint32_t>(checked.size() - 1));
    appendNumber(out, checksum(checked));
    out += checked;
}

void HelperFrames::append(std::span<const std::uint8_t> bytes)
{
    m_bytes.erase(0, m_read);
    m_read = 0;
    m_bytes.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
}

Result<std::optional<HelperFrame>> HelperFrames::next()
{
    if (m_fault)
        return tl::unexpected(*m_fault);
    const std::size_t left = m_bytes.size() - m_read;
    if (left < kHeaderBytes)
        return std::nullopt;
    const auto *at = reinterpret_cast<const std::uint8_t *>(m_bytes.data()) + m_read;
    const std::size_t size = readAt<std::uint32_t>(at);
    if (size < kFixedBytes || size > kMaxPayload) {
        m_fault = Error{ErrorCode::Corrupt, "a frame of " + std::to_string(size) + " bytes"};
        return tl::unexpected(*m_fault);
    }
    if (left < kHeaderBytes + size)
        return std::nullopt;
    const auto frame = checked({at, kHeaderBytes + size});
    if (!frame) {
        m_fault = frame.error();
        return tl::unexpected(*m_fault);
    }
    m_read += kHeaderBytes + size;
    return *frame;
}

Result<HelperFrame> HelperFrames::checked(std::span<const std::uint8_t> bytes)
{
    const std::string_view all(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    if (readAt<std::uint32_t>(bytes.data() + 4) != checksum(all.substr(kHeaderBytes - 1)))
        return fail(ErrorCode::Corrupt, "a frame whose checksum does not match");
    HelperFrame frame;
    frame.kind = static_cast<HelperFrame::Kind>(bytes[kHeaderBytes - 1]);
    frame.number = readAt<std::uint64_t>(bytes.data() + kHeaderBytes);
    frame.recovered = bytes[kHeaderBytes + 8] != 0;
    frame.text = all.substr(kHeaderBytes + kFixedBytes);
    if (const auto order = inOrder(frame); !order)
        return tl::unexpected(order.error());
    return frame;
}

Result<void> HelperFrames::inOrder(const HelperFrame &frame)
{
    using Kind = HelperFrame::Kind;
    switch (frame.kind) {
    case Kind::Hello:
        if (m_stage != Stage::Start)
            break;
        if (frame.number != HelperFrame::kVersion)
            return fail(ErrorCode::Unsupported, "it speaks version " + std::to_string(frame.number));
        m_stage = Stage::Greeted;
        return {};
    case Kind::Opened:
        if (m_stage != Stage::Greeted)
            break;
        if (frame.number > m_mostRecords)
            return fail(ErrorCode::Corrupt,
                        "it announces " + std::to_string(frame.number)
                            + " records, more than the log can hold");
        m_stage = Stage::Records;
        m_left = frame.number;
        return {};
    case Kind::Failed:
        if (m_stage != Stage::Greeted)
            break;
        m_stage = Stage::Failed;
        return {};
    case Kind::Record:
    case Kind::Refused:
        if (m_stage != Stage::Records || m_left == 0)
            break;
        --m_left;
        return {};
    case Kind::End:
        if (m_stage != Stage::Failed && (m_stage != Stage::Records || m_left > 0))
            break;
        m_stage = Stage::Ended;
        return {};
    }
    return fail(ErrorCode::Corrupt, "a frame out of order");
}

bool HelperFrames::isComplete() const
{
    return m_stage == Stage::Ended && m_read == m_bytes.size() && !m_fault;
}

} // namespace lolscope
