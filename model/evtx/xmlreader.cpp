#include "model/evtx/xmlreader.h"

#include "model/base/readonlyfile.h"
#include "model/evtx/betweenevents.h"
#include "model/evtx/eventtag.h"
#include "model/evtx/eventxml.h"
#include "model/evtx/utf16.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace lolscope {

namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;

enum class Encoding { Utf8, Utf16Le, Utf16Be };

/// Appends UTF-16 units as UTF-8; an unpaired surrogate becomes U+FFFD. A high surrogate at the end waits for
/// the next call.
class Utf16Decoder
{
public:
    void decode(const std::string &bytes, bool bigEndian, std::string &out)
    {
        for (const char byte : bytes) {
            m_half[m_halves++] = static_cast<unsigned char>(byte);
            if (m_halves < 2)
                continue;
            m_halves = 0;
            unit(static_cast<char32_t>(bigEndian ? m_half[0] << 8 | m_half[1] : m_half[1] << 8 | m_half[0]),
                 out);
        }
    }

private:
    void unit(char32_t value, std::string &out)
    {
        const bool low = value >= 0xDC00 && value <= 0xDFFF;
        if (m_high != 0 && low) {
            append(0x10000 + ((m_high - 0xD800) << 10) + (value - 0xDC00), out);
            m_high = 0;
            return;
        }
        if (m_high != 0)
            append(0xFFFD, out);
        m_high = 0;
        if (value >= 0xD800 && value <= 0xDBFF)
            m_high = value;
        else
            append(low ? 0xFFFD : value, out);
    }

    static void append(char32_t c, std::string &out)
    {
        std::array<char, 4> bytes = {};
        out.append(bytes.data(), writeUtf8(c, bytes.data()));
    }

    std::array<unsigned char, 2> m_half = {};
    std::size_t m_halves = 0;
    char32_t m_high = 0;
};

/// Bytes that `text` takes in the file.
std::uint64_t fileBytes(std::string_view text, Encoding encoding)
{
    if (encoding == Encoding::Utf8)
        return text.size();
    std::uint64_t units = 0;
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        units += (value & 0xC0) != 0x80 ? 1 : 0;
        units += value >= 0xF0 ? 1 : 0;
    }
    return units * 2;
}

class XmlReader : public EventReader
{
public:
    /// From byte `start` on.
    XmlReader(ReadOnlyFile file, Encoding encoding, std::uint64_t start, bool xml)
        : m_file(std::move(file))
        , m_offset(start)
        , m_encoding(encoding)
        , m_withXml(xml)
        , m_consumed(start)
    {}

    Result<bool> next(EventBatch &batch) override
    {
        batch.clear();
        while (batch.events.size() < kBatchEvents && batch.damage.size() < kBatchEvents
               && batch.bytes() < kBatchBytes) {
            const Step step = nextElement(batch);
            if (m_failure)
                return tl::unexpected(*m_failure);
            if (step == Step::End) {
                if (!m_met && batch.damage.empty())
                    batch.damage.push_back({"no Event element in the file", 0, {}, 0});
                m_met = true;
                return !batch.events.empty() || !batch.damage.empty();
            }
            m_met = true;
            if (step == Step::Damage)
                continue;
            auto event = parseEventXml(text().substr(0, m_elementEnd), batch);
            if (event) {
                event->offset = m_consumed;
                if (m_withXml)
                    event->xml = batch.keep(std::string(text().substr(0, m_elementEnd)) + '\n');
                batch.events.push_back(*event);
            } else {
                const auto at = fileBytes(text().substr(0, event.error().offset.value_or(0)), m_encoding);
                batch.damage.push_back({event.error().detail, m_consumed + at, {}, 1});
            }
            drop(m_elementEnd);
        }
        return true;
    }

    std::uint64_t bytesDone() const override { return m_consumed; }

private:
    enum class Step { Element, Damage, End };
    /// An event may carry another one in its data. Deeper nesting means that an end tag is missing; the limit
    /// keeps the search for the end of one element, and so the whole, linear.
    static constexpr int kDeepest = 4;

    std::string_view text() const { return std::string_view(m_text).substr(m_start); }

    bool more()
    {
        if (m_isAtEnd)
            return false;
        m_text.erase(0, m_start);
        m_start = 0;
        std::string block(kBlockBytes, '\0');
        const auto got =
            m_file.read(m_offset, {reinterpret_cast<std::uint8_t *>(block.data()), block.size()});
        if (!got)
            m_failure = got.error();
        m_isAtEnd = !got || *got < block.size();
        if (!got || *got == 0)
            return false;
        m_offset += *got;
        block.resize(*got);
        if (m_encoding == Encoding::Utf8)
            m_text += block;
        else
            m_decoder.decode(block, m_encoding == Encoding::Utf16Be, m_text);
        return true;
    }

    void drop(std::size_t bytes)
    {
        m_consumed += fileBytes(text().substr(0, bytes), m_encoding);
        m_start += bytes;
    }

    /// Drops text between events. That it holds a NUL means that it is another encoding, and events may be in
    /// it; what may not stand there otherwise is left of an event.
    void pass(std::size_t bytes, EventBatch &batch)
    {
        const bool foreign = text().substr(0, bytes).find('\0') != std::string_view::npos;
        const std::size_t stray = m_strayed || foreign || m_foreign
            ? std::string_view::npos
            : m_between.findStray(text().substr(0, bytes));
        if (stray != std::string_view::npos) {
            m_strayed = true;
            m_stray = Damage{"text between events: an event without its start tag?",
                             m_consumed + fileBytes(text().substr(0, stray), m_encoding),
                             {},
                             1};
        }
        if (m_met)
            nameStray(batch);
        if (foreign && !m_foreign)
            batch.damage.push_back(
                {"from here on the text is no event XML: it has NUL characters", m_consumed, {}, 0});
        m_foreign = foreign;
        drop(bytes);
    }

    void nameStray(EventBatch &batch)
    {
        if (m_stray)
            batch.damage.push_back(*m_stray);
        m_stray.reset();
    }

    /// Brings the next `<Event` to the front: Element.
    Step nextStart(EventBatch &batch)
    {
        for (;;) {
            bool opens = false;
            const std::size_t start = findEventTag(text(), 0, opens);
            if (start != std::string_view::npos) {
                pass(start, batch);
                nameStray(batch);
                const bool named = std::exchange(m_strayed, false);
                m_between.meetEvent();
                if (opens)
                    return Step::Element;
                if (!named)
                    batch.damage.push_back({"the end tag of an event without its start", m_consumed, {}, 1});
                drop(std::min(text().find('>'), text().size() - 1) + 1);
                return Step::Damage;
            }
            // To be told by, what stands between events is passed tag by tag.
            const std::size_t most = text().size() > kLongestEventTag ? text().size() - kLongestEventTag : 0;
            const std::size_t end = most == 0 ? std::string_view::npos : text().rfind('>', most - 1);
            pass(end != std::string_view::npos ? end + 1 : most > kBlockBytes ? most : 0, batch);
            if (!more()) {
                if (m_met)
                    pass(text().size(), batch);
                return Step::End;
            }
        }
    }

    /// Brings the next whole element to the front and sets m_elementEnd. An element without its end costs
    /// itself alone: reading goes on with the next start tag.
    Step nextElement(EventBatch &batch)
    {
        if (const Step start = nextStart(batch); start != Step::Element)
            return start;
        std::size_t at = 1;
        std::size_t inner = std::string_view::npos; // the first start tag inside
        int depth = 1;
        const auto damaged = [&](const char *reason) {
            batch.damage.push_back({reason, m_consumed, {}, 1});
            if (inner == std::string_view::npos)
                inner = std::max<std::size_t>(1, text().size() - std::min(text().size(), kLongestEventTag));
            drop(inner); // at least its own first character
            m_strayed = true; // its rest is named with it
            return Step::Damage;
        };
        for (;;) {
            bool opens = false;
            const std::size_t tag = findEventTag(text(), at, opens);
            const std::size_t end = tag == std::string_view::npos ? tag : text().find('>', tag);
            if (end != std::string_view::npos) {
                const bool empty = opens && text()[end - 1] == '/';
                if (opens)
                    inner = std::min(inner, tag);
                depth += empty ? 0 : opens ? 1 : -1;
                at = end + 1;
                if (depth == 0) {
                    m_elementEnd = at;
                    return Step::Element;
                }
                if (depth > kDeepest)
                    return damaged("an event without its end tag");
            } else if (text().size() > kMaxEventXmlBytes) {
                return damaged("event XML of more than 4 MiB");
            } else if (!more()) {
                return damaged("an event without its end tag");
            }
        }
    }

    ReadOnlyFile m_file;
    std::uint64_t m_offset = 0; // up to where it was read
    bool m_isAtEnd = false;
    std::optional<Error> m_failure;
    Encoding m_encoding;
    bool m_withXml;
    Utf16Decoder m_decoder;
    std::string m_text; // decoded; consumed up to m_start
    std::size_t m_start = 0;
    std::size_t m_elementEnd = 0;
    std::uint64_t m_consumed = 0; // file offset of m_text[m_start]
    bool m_met = false; // an element, or something that began or ended as one
    BetweenEvents m_between;
    bool m_strayed = false; // the text passed over is of an event that is named
    std::optional<Damage> m_stray; // to be named once there is an event at all
    bool m_foreign = false; // the text passed over last was of another encoding
};

/// UTF-16 without a mark has a NUL in every other byte of its ASCII characters; which, tells the byte order.
Encoding encodingOf(std::string_view start)
{
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i < start.size(); ++i)
        (i % 2 == 0 ? even : odd) += start[i] == '\0' ? 1 : 0;
    if (odd > start.size() / 4 && even < odd / 4)
        return Encoding::Utf16Le;
    return even > start.size() / 4 && odd < even / 4 ? Encoding::Utf16Be : Encoding::Utf8;
}

} // namespace

Result<std::unique_ptr<EventReader>> openXmlFile(const std::filesystem::path &path, bool xml)
{
    return openXmlFileAt(path, 0, xml);
}

Result<std::unique_ptr<EventReader>> openXmlFileAt(const std::filesystem::path &path, std::uint64_t offset,
                                                   bool xml)
{
    auto file = ReadOnlyFile::openExisting(path);
    if (!file)
        return tl::unexpected(file.error());
    std::array<std::uint8_t, 512> head = {};
    const auto got = file->read(0, head);
    if (!got)
        return tl::unexpected(got.error());
    const std::string_view start(reinterpret_cast<const char *>(head.data()), *got);

    if (start.substr(0, 4) == std::string_view("\xFF\xFE\0\0", 4)
        || start.substr(0, 4) == std::string_view("\0\0\xFE\xFF", 4))
        return fail(ErrorCode::Unsupported, "event XML in UTF-32", path.string());
    auto encoding = encodingOf(start);
    std::uint64_t mark = 0;
    if (start.substr(0, 2) == "\xFF\xFE") {
        encoding = Encoding::Utf16Le;
        mark = 2;
    } else if (start.substr(0, 2) == "\xFE\xFF") {
        encoding = Encoding::Utf16Be;
        mark = 2;
    } else if (start.substr(0, 3) == "\xEF\xBB\xBF") {
        encoding = Encoding::Utf8;
        mark = 3;
    }
    const std::uint64_t from = std::max(mark, offset);
    return std::make_unique<XmlReader>(std::move(*file), encoding, from, xml);
}

} // namespace lolscope
