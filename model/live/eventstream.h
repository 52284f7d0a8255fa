#pragma once

#include "model/base/event.h"
#include "model/base/result.h"
#include "model/evtx/betweenevents.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace lolscope {

/// How a stream of events is written.
enum class StreamFormat {
    Auto, ///< Told item by item.
    Xml, ///< `<Event>` elements one after the other, with or without a root element around them.
    JsonLines ///< One object a line, see parseEventJson().
};

/// Finds the events in bytes that arrive piece by piece, in UTF-8. What is no event costs only itself: it is
/// damage with its place. Memory is bounded by the longest item allowed, kMaxEventXmlBytes.
class EventStream
{
public:
    /// `offset`: of the first byte that will be given, for the places of events and damage.
    /// `keepsXml`: fill Event::xml, for what cannot be read again.
    explicit EventStream(StreamFormat format, std::uint64_t offset = 0, bool keepsXml = false)
        : m_format(format)
        , m_keepsXml(keepsXml)
        , m_consumed(offset)
    {}

    void append(std::string_view bytes) { m_text += bytes; }

    /// Adds the events that are there whole to `batch`, until it is full. True when more may be waiting.
    bool take(EventBatch &batch) { return read(batch, false); }
    /// The same when nothing will follow: what is not whole is damage.
    bool takeLast(EventBatch &batch) { return read(batch, true); }

    /// The offset behind the last item taken: from here on the stream can be read again.
    std::uint64_t consumed() const { return m_consumed; }
    /// Where the next byte given belongs.
    std::uint64_t received() const { return m_consumed + m_text.size() - m_start; }

private:
    enum class Step { Item, Waits };
    bool read(EventBatch &batch, bool last);
    Step readItem(EventBatch &batch, bool last);
    Step readJson(EventBatch &batch, std::size_t lineEnd);
    Step readElement(EventBatch &batch, std::size_t start, bool last);
    Step parseElement(EventBatch &batch, std::size_t end);
    Step damage(EventBatch &batch, const std::string &reason, std::size_t bytes);

    std::string_view text() const { return std::string_view(m_text).substr(m_start); }
    void drop(std::size_t bytes);

    const StreamFormat m_format;
    const bool m_keepsXml;
    std::string m_text;
    std::size_t m_start = 0; ///< Of what is not consumed.
    std::uint64_t m_consumed;
    std::size_t m_looked = 0; ///< So much of text() was searched for the end of its item already ...
    int m_depth = 0; ///< ... where so many elements were open.
    BetweenEvents m_between;
    bool m_skipping = false; ///< The rest of a line that was given up.
};

} // namespace lolscope
