#include "model/live/eventstream.h"

#include "model/base/text.h"
#include "model/evtx/eventreader.h"
#include "model/evtx/eventtag.h"
#include "model/evtx/eventxml.h"
#include "model/live/jsonevent.h"

#include <algorithm>

namespace lolscope {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// Text of the stream that makes one batch; one more item may come on top.
constexpr std::uint64_t kBatchBytes = 1u << 20;

/// The next start tag.
std::size_t findStart(std::string_view text, std::size_t from)
{
    bool opens = false;
    auto tag = findEventTag(text, from, opens);
    while (tag != std::string_view::npos && !opens)
        tag = findEventTag(text, tag + 3, opens); // behind its `</E`
    return tag;
}

} // namespace

void EventStream::drop(std::size_t bytes)
{
    m_start += bytes;
    m_consumed += bytes;
    m_looked = 0;
    m_depth = 0;
    if (m_start == m_text.size() || m_start > kBatchBytes) {
        m_text.erase(0, m_start);
        m_start = 0;
    }
}

bool EventStream::read(EventBatch &batch, bool last)
{
    const std::uint64_t begun = m_consumed;
    while (batch.events.size() < EventReader::kBatchEvents && batch.damage.size() < EventReader::kBatchEvents
           && m_consumed - begun < kBatchBytes && batch.bytes() < EventReader::kBatchBytes)
        if (readItem(batch, last) == Step::Waits)
            return false;
    return true;
}

EventStream::Step EventStream::damage(EventBatch &batch, const std::string &reason, std::size_t bytes)
{
    batch.damage.push_back({reason, m_consumed, {}, 1});
    drop(bytes);
    return Step::Item;
}

EventStream::Step EventStream::readItem(EventBatch &batch, bool last)
{
    if (m_skipping) {
        const auto end = text().find('\n');
        m_skipping = end == std::string_view::npos;
        drop(m_skipping ? text().size() : end + 1);
        return m_skipping ? Step::Waits : Step::Item;
    }
    if (m_depth > 0)
        return readElement(batch, 0, last);
    if (m_looked == 0) {
        drop(std::min(text().find_first_not_of(kBlanks), text().size()));
        if (text().starts_with(kByteOrderMark))
            drop(kByteOrderMark.size());
    }
    if (text().empty())
        return Step::Waits;
    const auto end = text().find('\n', m_looked);
    const bool whole = end != std::string_view::npos;
    const std::string_view line = text().substr(0, end);
    const std::string_view lineAndEnd = text().substr(0, line.size() + 1); // a tag may end with it
    const bool isJson =
        m_format == StreamFormat::JsonLines || (m_format == StreamFormat::Auto && line.starts_with('{'));
    if (!isJson) {
        if (const auto start = findStart(lineAndEnd, std::min(m_looked, lineAndEnd.size()));
            start != std::string_view::npos) {
            if (m_between.findStray(line.substr(0, start)) != std::string_view::npos)
                return damage(batch, "text in front of an event: one without its start tag?", start);
            m_between.meetEvent();
            return readElement(batch, start, last);
        }
    }
    if (!whole && !last) {
        if (text().size() > kMaxEventXmlBytes) {
            m_skipping = true;
            return damage(batch, "a line of more than 4 MiB", text().size());
        }
        m_looked = text().size() - (isJson ? 0 : std::min(text().size(), kLongestEventTag));
        return Step::Waits;
    }
    if (isJson)
        return readJson(batch, line.size());
    if (m_between.findStray(line) != std::string_view::npos)
        return damage(batch, "a line that is no event", line.size());
    drop(line.size());
    return Step::Item;
}

EventStream::Step EventStream::readJson(EventBatch &batch, std::size_t lineEnd)
{
    auto event = parseEventJson(text().substr(0, lineEnd), batch);
    if (event) {
        event->offset = m_consumed;
        batch.events.push_back(*event);
    } else {
        batch.damage.push_back({event.error().detail, m_consumed + event.error().offset.value_or(0), {}, 1});
    }
    drop(lineEnd);
    return Step::Item;
}

/// The element whose tag is at `start`, as far as it is there. Where a line begins with the next event before
/// this one has ended, it was cut: shippers bound the length of their lines.
EventStream::Step EventStream::readElement(EventBatch &batch, std::size_t start, bool last)
{
    if (m_depth == 0) {
        drop(start);
        m_looked = 1;
        m_depth = 1;
        const auto tagEnd = text().find('>');
        if (tagEnd != std::string_view::npos && text()[tagEnd - 1] == '/')
            return parseElement(batch, tagEnd + 1);
    }
    for (;;) {
        bool opens = false;
        const auto tag = findEventTag(text(), m_looked, opens);
        const auto end = tag == std::string_view::npos ? tag : text().find('>', tag);
        if (tag != std::string_view::npos && opens && text()[tag - 1] == '\n')
            return damage(batch, "an event without its end tag", tag);
        if (end == std::string_view::npos) {
            if (text().size() > kMaxEventXmlBytes)
                return damage(batch, "event XML of more than 4 MiB", text().size());
            if (last)
                return damage(batch, "an event without its end tag", text().size());
            m_looked = tag != std::string_view::npos
                ? tag
                : std::max(m_looked, text().size() - std::min(text().size(), kLongestEventTag));
            return Step::Waits;
        }
        m_looked = end + 1;
        m_depth += opens ? (text()[end - 1] == '/' ? 0 : 1) : -1;
        if (m_depth == 0)
            return parseElement(batch, end + 1);
    }
}

EventStream::Step EventStream::parseElement(EventBatch &batch, std::size_t end)
{
    auto event = parseEventXml(text().substr(0, end), batch);
    if (event) {
        if (m_keepsXml)
            event->xml = batch.keep(validUtf8(text().substr(0, end)));
        event->offset = m_consumed;
        batch.events.push_back(*event);
    } else {
        batch.damage.push_back({event.error().detail, m_consumed + event.error().offset.value_or(0), {}, 1});
    }
    drop(end);
    return Step::Item;
}

} // namespace lolscope
