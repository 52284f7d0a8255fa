#include "model/evtx/eventextractor.h"

#include "model/evtx/bytes.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

namespace lolscope::binxml {

namespace {

constexpr std::uint8_t kFragmentHeader = 0x0f;
constexpr std::uint8_t kTemplateInstance = 0x0c;
constexpr std::uint8_t kMoreFlag = 0x40;
constexpr std::size_t kFragmentHeaderBytes = 4;

template<typename Number>
std::optional<Number> toNumber(std::string_view text)
{
    Number value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    return status == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                      : std::nullopt;
}

bool isUnsigned(const Value &value)
{
    return (value.is(ValueType::UInt8) && value.size == 1) || (value.is(ValueType::UInt16) && value.size == 2)
        || (value.is(ValueType::UInt32) && value.size == 4)
        || (value.is(ValueType::UInt64) && value.size == 8);
}

} // namespace

void EventExtractor::startChunk()
{
    m_cache.startChunk();
    m_held.clear();
    m_heldBy = nullptr;
    m_textLeft = kMaxChunkText;
    m_steps = kMaxChunkSteps;
    m_work = kMaxChunkWork;
}

bool EventExtractor::extract(const ChunkBytes &chunk, std::size_t at, std::size_t end, EventBatch &batch,
                             Event &event, Fault &fault)
{
    m_chunk = &chunk;
    m_batch = &batch;
    m_event = &event;
    m_fault = {};
    m_values.clear();
    m_system.clear();
    m_data.clear();
    m_size = {};
    m_nesting = 0;
    m_elements = 0;
    if (m_heldBy != &batch) {
        m_held.clear();
        m_heldBy = &batch;
    }
    if (!fragment(at, end, Place::Document)) {
        fault = m_fault;
        return false;
    }
    if (m_elements == 0) {
        fault = {"the record holds no event", at};
        return false;
    }
    event.system = batch.keep(std::span<const Field>(m_system));
    event.data = batch.keep(std::span<const Field>(m_data));
    if (event.provider.empty())
        event.provider = providerBesideName(event.system);
    return true;
}

bool EventExtractor::fail(const char *reason)
{
    if (!m_fault.reason)
        m_fault = {reason, 0};
    return false;
}

bool EventExtractor::fragment(std::size_t at, std::size_t end, Place place)
{
    if (m_nesting >= kMaxNesting)
        return fail("BinXml values nested too deep");
    ++m_nesting;
    const std::uint8_t *data = m_chunk->data;
    std::size_t start = at;
    if (end - start >= kFragmentHeaderBytes && data[start] == kFragmentHeader)
        start += kFragmentHeaderBytes;
    // Nearly always one template instance and no more.
    const bool isInstance = start < end && (data[start] & ~kMoreFlag) == kTemplateInstance;
    const bool done = isInstance ? instance(start, end, place) : inlineFragment(at, end, place);
    --m_nesting;
    return done;
}

bool EventExtractor::instance(std::size_t at, std::size_t end, Place place)
{
    Instance found;
    if (!readInstance(*m_chunk, at, end, found, m_fault))
        return false;
    const auto *plan = m_cache.find(*m_chunk, found, place, m_work, m_fault);
    if (!plan)
        return false;
    const Plan &steps = **plan;
    if (steps.valuesNeeded > found.valueCount)
        return fail("the template asks for more values than the record has");
    if (std::find(m_held.begin(), m_held.end(), &steps) == m_held.end()) {
        m_batch->hold(*plan);
        m_held.push_back(&steps);
    }
    const std::size_t values = m_values.size();
    readValues(*m_chunk, found, m_values);
    const bool done = run(steps, values, found.valueCount);
    m_values.resize(values);
    return done;
}

/// A fragment without a template around it is compiled and run once.
bool EventExtractor::inlineFragment(std::size_t at, std::size_t end, Place place)
{
    Canonical canonical;
    const bool read =
        end - at <= m_work && canonicalize(*m_chunk, at, end, Where::InRecord, canonical, m_fault);
    const std::size_t work = end - at + canonical.size();
    if (work > m_work) {
        m_work = 0;
        return fail("the chunk's records without template take too much work");
    }
    m_work -= work;
    if (!read)
        return false;
    auto plan = std::make_shared<Plan>();
    if (!compile(canonical, place, *plan, m_fault))
        return false;
    if (plan->valuesNeeded > 0)
        return fail("a record without template asks for values");
    m_batch->hold(plan);
    return run(*plan, m_values.size(), 0);
}

bool EventExtractor::run(const Plan &plan, std::size_t values, std::size_t valueCount)
{
    // A template's values count too: an instance with many of them and no step is not for free.
    const std::size_t steps = plan.ops.size() + plan.guards.size() + plan.parts.size() + valueCount + 8;
    if (steps > m_steps)
        return fail("the chunk's records take too many steps");
    m_steps -= steps;
    for (const Op &op : plan.ops) {
        bool holds = true;
        for (std::uint32_t i = 0; i < op.guardCount; ++i)
            holds = holds && !m_values[values + plan.guards[op.guard + i]].isNull();
        if (holds && !step(plan, op, values))
            return false;
    }
    return m_fault.reason == nullptr;
}

bool EventExtractor::step(const Plan &plan, const Op &op, std::size_t values)
{
    switch (op.what) {
    case Do::Provider:
        m_event->provider = text(plan, op, values);
        break;
    case Do::EventId:
        m_event->eventId = number<std::uint32_t>(plan, op, values).value_or(0) & 0xffff;
        break;
    case Do::Version:
        m_event->version = number<std::uint32_t>(plan, op, values).value_or(0);
        break;
    case Do::Level:
        m_event->level = number<std::uint32_t>(plan, op, values).value_or(0);
        break;
    case Do::TimeCreated:
        setTime(plan, op, values);
        break;
    case Do::RecordId:
        m_event->recordId = number<std::uint64_t>(plan, op, values);
        break;
    case Do::Channel:
        m_event->channel = text(plan, op, values);
        break;
    case Do::Computer:
        m_event->computer = text(plan, op, values);
        break;
    case Do::SystemField:
        if (const auto value = text(plan, op, values); !value.empty())
            push(m_system, op.name, value);
        break;
    case Do::RenderingField:
        addFields(m_system, plan, op, op.name, values);
        break;
    case Do::DataField:
        addFields(m_data, plan, op, op.name, values);
        break;
    case Do::NamedDataField: {
        std::string name(textOf(plan, op.namePart, op.namePartCount, values));
        std::erase(name, ' ');
        addFields(m_data, plan, op, name.empty() ? op.name : m_batch->keep(name), values);
        break;
    }
    case Do::LeafField:
    case Do::LeafRendering:
    case Do::TopField:
        return leaf(plan, op, values);
    case Do::Element:
        ++m_elements;
        break;
    case Do::Nested:
        return nested(m_values[values + op.value], op.place);
    case Do::NestedInstance: {
        if (m_nesting >= kMaxNesting)
            return fail("BinXml values nested too deep");
        ++m_nesting;
        const bool done = instance(op.instance, m_chunk->size, op.place);
        --m_nesting;
        return done;
    }
    case Do::Text:
        collectParts(plan, op.part, op.partCount, values);
        break;
    }
    return m_fault.reason == nullptr;
}

/// An element without elements in it, unless a BinXml value brings some.
bool EventExtractor::leaf(const Plan &plan, const Op &op, std::size_t values)
{
    const std::size_t before = m_elements;
    for (std::uint32_t i = op.part; i < op.part + op.partCount; ++i)
        if (plan.parts[i].isValue && m_values[values + plan.parts[i].value].is(ValueType::BinXml)
            && !nested(m_values[values + plan.parts[i].value], op.place))
            return false;
    if (m_elements == before) {
        if (op.what == Do::LeafField)
            addFields(m_data, plan, op, op.name, values);
        else if (op.what == Do::LeafRendering)
            addFields(m_system, plan, op, op.name, values);
        else if (const auto value = text(plan, op, values); !value.empty())
            push(m_data, op.name, value);
    }
    ++m_elements;
    return m_fault.reason == nullptr;
}

bool EventExtractor::nested(const Value &value, Place place)
{
    if (!value.is(ValueType::BinXml) || value.size == 0)
        return true; // only elements can stand between elements
    const auto at = static_cast<std::size_t>(value.data - m_chunk->data);
    return fragment(at, at + value.size, place);
}

std::string_view EventExtractor::text(const Plan &plan, const Op &op, std::size_t values)
{
    if (op.single) {
        const Value &value = m_values[values + op.value];
        if (!value.isArray() && !value.is(ValueType::BinXml))
            return render(value);
    }
    return textOf(plan, op.part, op.partCount, values);
}

std::string_view EventExtractor::textOf(const Plan &plan, std::uint32_t first, std::uint32_t count,
                                        std::size_t values)
{
    if (count == 0)
        return {};
    if (count == 1 && !plan.parts[first].isValue)
        return charge(plan.parts[first].text.size()) ? plan.parts[first].text : std::string_view();
    m_collected.clear();
    collectParts(plan, first, count, values);
    if (!charge(m_collected.size()) || m_fault.reason)
        return {};
    return m_batch->keep(m_collected);
}

void EventExtractor::collectParts(const Plan &plan, std::uint32_t first, std::uint32_t count,
                                  std::size_t values)
{
    for (std::uint32_t i = first; i < first + count && !m_fault.reason; ++i) {
        if (plan.parts[i].isValue)
            collect(m_values[values + plan.parts[i].value]);
        else
            m_collected += plan.parts[i].text;
    }
}

/// Adds a value to the text being collected. Items of an array, which have no elements of their own here, are
/// parted by commas.
void EventExtractor::collect(const Value &value)
{
    if (m_collected.size() > m_textLeft) {
        fail("the chunk's records hold too much text");
    } else if (value.is(ValueType::BinXml)) {
        nested(value, Place::Text);
    } else if (value.isArray()) {
        bool isFirst = true;
        forEachItem(value, [&](const Value &item) {
            if (!isFirst)
                m_collected += ',';
            isFirst = false;
            collect(item);
        });
    } else {
        const std::size_t before = m_collected.size();
        m_collected.resize(before + valueRoom(value));
        char *out = m_collected.data() + before;
        m_collected.resize(before + static_cast<std::size_t>(writeValue(value, out) - out));
    }
}

std::string_view EventExtractor::render(const Value &value)
{
    if (value.size == 0 || value.isNull())
        return {};
    char *out = m_batch->reserve(valueRoom(value));
    const auto bytes = static_cast<std::size_t>(writeValue(value, out) - out);
    return charge(bytes) ? m_batch->commit(bytes) : std::string_view();
}

bool EventExtractor::charge(std::size_t bytes)
{
    if (bytes > m_textLeft)
        return fail("the chunk's records hold too much text");
    m_textLeft -= bytes;
    return true;
}

/// The value is paid for already, and the name stands in the template.
void EventExtractor::push(std::vector<Field> &fields, std::string_view name, std::string_view value)
{
    if (!m_size.add(name, value))
        fail(EventSize::kExceeded);
    else
        fields.push_back({name, value});
}

void EventExtractor::addFields(std::vector<Field> &fields, const Plan &plan, const Op &op,
                               std::string_view name, std::size_t values)
{
    if (op.single && m_values[values + op.value].isArray() && m_values[values + op.value].size > 0) {
        forEachItem(m_values[values + op.value], [&](const Value &item) { // the element is repeated
            if (m_steps == 0)
                fail("the chunk's records take too many steps");
            if (m_fault.reason)
                return;
            --m_steps;
            if (charge(name.size())) // it is stored again for each item
                push(fields, name, render(item));
        });
        return;
    }
    push(fields, name, text(plan, op, values));
}

template<typename Number>
std::optional<Number> EventExtractor::number(const Plan &plan, const Op &op, std::size_t values)
{
    if (op.single && isUnsigned(m_values[values + op.value])) {
        const Value &value = m_values[values + op.value];
        std::uint64_t all = 0;
        std::memcpy(&all, value.data, value.size);
        return all <= std::numeric_limits<Number>::max() ? std::optional(static_cast<Number>(all))
                                                         : std::nullopt;
    }
    return toNumber<Number>(text(plan, op, values));
}

/// A time that is none stays a text.
void EventExtractor::setTime(const Plan &plan, const Op &op, std::size_t values)
{
    if (op.single) {
        const Value &value = m_values[values + op.value];
        if (value.is(ValueType::FileTime) && value.size == 8)
            if (const auto time = fromFileTime(readAt<std::uint64_t>(value.data))) {
                m_event->timeCreated = time;
                return;
            }
    }
    const auto value = text(plan, op, values);
    m_event->timeCreated = parseTimestamp(value);
    if (!m_event->timeCreated && !value.empty())
        push(m_system, op.name, value);
}

} // namespace lolscope::binxml
