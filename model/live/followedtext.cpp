#include "model/base/sha256.h"
#include "model/live/followedcontent.h"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <vector>

namespace lolscope {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr std::uint64_t kMarkBytes = 256; ///< By so many first bytes a file is known again.
constexpr std::size_t kHashBytes = 16;

class FollowedText : public FollowedContent
{
public:
    FollowedText(const std::string &bookmark, StreamFormat format)
        : m_format(format)
    {
        std::istringstream text(bookmark);
        std::string kind;
        std::uint64_t offset = 0;
        if (text >> kind >> offset >> m_markBytes >> m_mark && kind == "text" && m_markBytes <= kMarkBytes)
            m_stream.emplace(format, offset);
        else
            m_markBytes = 0;
    }

    Result<bool> read(const ReadOnlyFile &file, LiveBatch &batch) override
    {
        const auto bytes = file.bytes();
        if (!bytes)
            return tl::unexpected(bytes.error());
        if (m_stream && *bytes != m_bytes) {
            const auto same = isSame(file, *bytes);
            if (!same)
                return tl::unexpected(same.error());
            if (!*same)
                beginAgain(batch);
        }
        m_bytes = *bytes;
        m_drained = false;
        if (!m_stream)
            m_stream.emplace(m_format);
        if (const auto filled = fill(file, batch); !filled)
            return tl::unexpected(filled.error());
        if (m_markBytes < kMarkBytes && m_stream->consumed() > m_markBytes)
            if (const auto marked = mark(file); !marked)
                return tl::unexpected(marked.error());
        return !batch.events.events.empty() || !batch.events.damage.empty();
    }

    std::string bookmark() const override
    {
        return m_markBytes == 0 ? std::string()
                                : "text " + std::to_string(m_stream->consumed()) + ' '
                + std::to_string(m_markBytes) + ' ' + m_mark;
    }

    void drained() override { m_drained = true; }

private:
    void beginAgain(LiveBatch &batch)
    {
        batch.isAnotherLog = true;
        const std::string end = std::to_string(m_stream->consumed());
        if (!m_drained)
            batch.events.damage.push_back(
                {"another text is in the file now: it was truncated or replaced; what came behind "
                 "byte "
                     + end + " before that, if anything, was not read",
                 {},
                 {},
                 0});
        else if (m_stream->received() > m_stream->consumed())
            batch.events.damage.push_back(
                {"the old file ended within an event", m_stream->consumed(), {}, 1});
        m_stream.reset();
        m_markBytes = 0;
    }

    Result<std::string> hashOf(const ReadOnlyFile &file, std::uint64_t bytes) const
    {
        std::array<std::uint8_t, kMarkBytes> start = {};
        const auto got = file.read(0, std::span(start).first(bytes));
        if (!got)
            return tl::unexpected(got.error());
        Sha256 hash;
        hash.add(std::string_view(reinterpret_cast<const char *>(start.data()), *got));
        return hex(hash.digest(), kHashBytes);
    }

    Result<bool> isSame(const ReadOnlyFile &file, std::uint64_t bytes) const
    {
        if (bytes < m_stream->received())
            return false;
        const auto hash = hashOf(file, m_markBytes);
        if (!hash)
            return tl::unexpected(hash.error());
        return m_markBytes == 0 || *hash == m_mark;
    }

    Result<void> mark(const ReadOnlyFile &file)
    {
        m_markBytes = std::min(kMarkBytes, m_stream->consumed());
        auto hash = hashOf(file, m_markBytes);
        if (!hash)
            return tl::unexpected(hash.error());
        m_mark = std::move(*hash);
        return {};
    }

    Result<void> fill(const ReadOnlyFile &file, LiveBatch &batch)
    {
        for (;;) {
            if (m_stream->take(batch.events))
                return {};
            m_block.resize(kBlockBytes);
            const auto got = file.read(m_stream->received(), m_block);
            if (!got)
                return tl::unexpected(got.error());
            const std::string_view text(reinterpret_cast<const char *>(m_block.data()), *got);
            if (m_stream->received() == 0 && (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")))
                return fail(ErrorCode::Unsupported,
                            "a growing text in UTF-16; index it as a file when it is whole");
            m_stream->append(text);
            if (*got == 0)
                return {};
        }
    }

    const StreamFormat m_format;
    std::optional<EventStream> m_stream;
    bool m_drained = false;
    std::uint64_t m_bytes = 0; ///< Of the file when it was looked at last.
    std::uint64_t m_markBytes = 0;
    std::string m_mark; ///< Hash of the first m_markBytes.
    std::vector<std::uint8_t> m_block;
};

} // namespace

std::unique_ptr<FollowedContent> followText(const std::string &bookmark, StreamFormat format)
{
    return std::make_unique<FollowedText>(bookmark, format);
}

} // namespace lolscope
