#include "model/evtx/xmlreader.h"

#include "model/base/readonlyfile.h"
#include "model/base/text.h"
#include "model/evtx/betweenevents.h"
#include "model/evtx/eventtag.h"
#include "model/evtx/eventxml.h"
#include "model/evtx/textencoding.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace lolscope {

namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;

class XmlReader : public EventReader
{
public:
    /// From byte `start` on.
    XmlReader(ReadOnlyFile file, TextEncoding encoding, std::uint64_t start, bool xml)
        : m_file(std::move(file))
        , m_offset(start)
        , m_withXml(xml)
        , m_decoder(encoding)
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
                sayReplaced(batch);
                return !batch.events.empty() || !batch.damage.empty();
            }
            m_met = true;
            if (step == Step::Damage)
                continue;
            auto event = parseEventXml(text().substr(0, m_elementEnd), batch);
            if (event) {
                noteReplaced(illFormedUtf8(text().substr(0, m_elementEnd)));
                event->offset = m_consumed;
                if (m_withXml)
                    event->xml = batch.keep(std::string(text().substr(0, m_elementEnd)) + '\n');
                batch.events.push_back(*event);
            } else {
                const auto at = m_decoder.fileBytes(text().substr(0, event.error().offset.value_or(0)));
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
        const auto before = m_decoder.replaced();
        m_decoder.decode(block, m_text);
        noteReplaced(m_decoder.replaced() - before);
        return true;
    }

    void noteReplaced(std::uint64_t count)
    {
        if (count > 0 && m_replaced == 0)
            m_firstReplaced = m_consumed;
        m_replaced += count;
    }

    /// Once, at the end.
    void sayReplaced(EventBatch &batch)
    {
        if (m_replaced > 0)
            batch.damage.push_back(
                {(m_replaced == 1 ? "a byte or character is"
                                  : std::to_string(m_replaced) + " bytes or characters are")
                     + std::string(" not of the file's encoding and read as U+FFFD; the "
                                   "first in this event or behind it"),
                 m_firstReplaced,
                 {},
                 0});
        m_replaced = 0;
    }

    void drop(std::size_t bytes)
    {
        m_consumed += m_decoder.fileBytes(text().substr(0, bytes));
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
                             m_consumed + m_decoder.fileBytes(text().substr(0, stray)),
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
    bool m_withXml;
    TextDecoder m_decoder;
    std::string m_text; // decoded; consumed up to m_start
    std::size_t m_start = 0;
    std::size_t m_elementEnd = 0;
    std::uint64_t m_consumed = 0; // file offset of m_text[m_start]
    bool m_met = false; // an element, or something that began or ended as one
    BetweenEvents m_between;
    bool m_strayed = false; // the text passed over is of an event that is named
    std::optional<Damage> m_stray; // to be named once there is an event at all
    std::uint64_t m_replaced = 0; // characters, by U+FFFD
    std::uint64_t m_firstReplaced = 0; // file offset
    bool m_foreign = false; // the text passed over last was of another encoding
};

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

    auto found = encodingOf(start);
    if (!found) {
        found.error().source = path.string();
        return tl::unexpected(found.error());
    }
    const std::uint64_t from = std::max<std::uint64_t>(found->mark, offset);
    return std::make_unique<XmlReader>(std::move(*file), found->encoding, from, xml);
}

} // namespace lolscope
