#include "model/evtx/xmlrenderer.h"

#include "model/evtx/utf16.h"
#include "model/evtx/xmltext.h"

#include <algorithm>

namespace lolscope::binxml {

namespace {

constexpr std::uint8_t kFragmentHeader = 0x0f;
constexpr std::uint8_t kTemplateInstance = 0x0c;
constexpr std::uint8_t kMoreFlag = 0x40;
constexpr std::size_t kFragmentHeaderBytes = 4;

} // namespace

void XmlRenderer::startChunk()
{
    m_definitions.clear();
    m_xmlLeft = kMaxChunkXml;
    m_workLeft = kMaxChunkWork;
}

bool XmlRenderer::render(const ChunkBytes &chunk, std::size_t at, std::size_t end, std::string &out,
                         Fault &fault)
{
    m_chunk = &chunk;
    m_out = &out;
    m_fault = {};
    m_values.clear();
    m_nesting = 0;
    out.clear();
    Around around;
    const bool done = fragment(at, end, around) && spend(0);
    if (done)
        out += '\n';
    m_xmlLeft -= std::min(m_xmlLeft, out.size());
    fault = m_fault;
    return done;
}

bool XmlRenderer::fail(const char *reason)
{
    if (!m_fault.reason)
        m_fault = {reason, 0};
    return false;
}

/// Called for every node and value, so that no more than one of them passes the limits.
bool XmlRenderer::spend(std::size_t work)
{
    if (m_fault.reason)
        return false;
    if (work > m_workLeft)
        return fail("the XML of the chunk's records takes too much work");
    m_workLeft -= work;
    return m_out->size() <= m_xmlLeft || fail("the XML of the chunk's records is too long");
}

bool XmlRenderer::fragment(std::size_t at, std::size_t end, Around &around)
{
    if (m_nesting >= kMaxNesting)
        return fail("BinXml values nested too deep");
    ++m_nesting;
    const std::uint8_t *data = m_chunk->data;
    std::size_t start = at;
    if (end - start >= kFragmentHeaderBytes && data[start] == kFragmentHeader)
        start += kFragmentHeaderBytes;
    bool done = false;
    if (start < end && (data[start] & ~kMoreFlag) == kTemplateInstance) {
        done = instance(start, end, around);
    } else {
        Definition inPlace; // elements without a template around them
        done = parse(at, end, Where::InRecord, inPlace)
            && (inPlace.valuesNeeded == 0 || fail("a record without template asks for values"))
            && children({inPlace.nodes, m_values.size()}, 0, inPlace.nodes.size(), around);
    }
    --m_nesting;
    return done;
}

bool XmlRenderer::instance(std::size_t at, std::size_t end, Around &around)
{
    Instance found;
    if (!readInstance(*m_chunk, at, end, found, m_fault))
        return false;
    const Definition *known = definition(found);
    if (!known)
        return false;
    if (known->valuesNeeded > found.valueCount)
        return fail("the template asks for more values than the record has");
    if (!spend(found.valueCount))
        return false;
    const std::size_t values = m_values.size();
    readValues(*m_chunk, found, m_values);
    const bool done = children({known->nodes, values}, 0, known->nodes.size(), around);
    m_values.resize(values);
    return done;
}

const XmlRenderer::Definition *XmlRenderer::definition(const Instance &instance)
{
    const std::tuple key(instance.fragment, instance.fragmentEnd, m_chunk->distrusted);
    const auto known = m_definitions.find(key);
    if (known != m_definitions.end())
        return &known->second;
    Definition parsed;
    if (!parse(instance.fragment, instance.fragmentEnd, Where::InDefinition, parsed))
        return nullptr;
    return &m_definitions.emplace(key, std::move(parsed)).first->second;
}

bool XmlRenderer::parse(std::size_t at, std::size_t end, Where where, Definition &out)
{
    const bool read = spend(end - at) && canonicalize(*m_chunk, at, end, where, out.canonical, m_fault);
    if (!read || !spend(out.canonical.size()))
        return false;
    out.nodes = nodesOf(out.canonical);
    if (!spend(out.nodes.size() * sizeof(Node) / 4)) // they are kept for the chunk
        return false;
    const auto need = [&](std::uint16_t index) {
        out.valuesNeeded = std::max(out.valuesNeeded, index + std::size_t{1});
    };
    for (const Node &node : out.nodes)
        if (node.mark == Mark::Substitution || (node.mark == Mark::Element && node.index != kNoDependency))
            need(node.index);
    return true;
}

bool XmlRenderer::children(const Scope &scope, std::size_t first, std::size_t last, Around &around)
{
    for (std::size_t i = first; i < last; i = scope.nodes[i].end) {
        const Node &node = scope.nodes[i];
        if (!spend(1))
            return false;
        switch (node.mark) {
        case Mark::Element:
            if (!element(scope, i, around))
                return false;
            break;
        case Mark::Text:
            around.hasText = around.hasText || node.unitCount > 0;
            appendXmlText(*m_out, textOf(node));
            break;
        case Mark::Substitution:
            if (!content(m_values[scope.values + node.index], around))
                return false;
            break;
        case Mark::Instance: {
            if (m_nesting >= kMaxNesting)
                return fail("BinXml values nested too deep");
            ++m_nesting;
            const bool done = instance(node.instance, m_chunk->size, around);
            --m_nesting;
            if (!done)
                return false;
            break;
        }
        case Mark::Attribute:
        case Mark::Content:
        case Mark::End:
            break;
        }
    }
    return true;
}

bool XmlRenderer::element(const Scope &scope, std::size_t i, Around &around)
{
    if (isLeftOut(scope, i, around))
        return true;
    const std::size_t first = contentOf(scope.nodes, i);
    const bool isOne = first < scope.nodes[i].end && scope.nodes[first].end == scope.nodes[i].end
        && scope.nodes[first].mark == Mark::Substitution;
    if (isOne) {
        const Value array = m_values[scope.values + scope.nodes[first].index];
        if (array.isArray() && array.size > 0) {
            bool done = true;
            forEachItem(array, [&](const Value &item) {
                done = done && spend(1) && writeElement(scope, i, &item, around);
            });
            return done;
        }
    }
    return writeElement(scope, i, nullptr, around);
}

/// An element goes with the value it depends on, and with an optional value that is all it holds. Event and
/// System stay: an event without its frame is none.
bool XmlRenderer::isLeftOut(const Scope &scope, std::size_t i, const Around &around) const
{
    const Node &node = scope.nodes[i];
    const auto isNamed = [&node](std::string_view name) {
        bool same = node.unitCount == name.size();
        for (std::size_t unit = 0; same && unit < name.size(); ++unit)
            same = node.units[2 * unit] == static_cast<std::uint8_t>(name[unit])
                && node.units[2 * unit + 1] == 0;
        return same;
    };
    if (around.depth == 0 || (around.depth == 1 && isNamed("System")))
        return false;
    if (node.index != kNoDependency && isNull(scope, node.index))
        return true;
    const std::size_t first = contentOf(scope.nodes, i);
    return first < node.end && scope.nodes[first].end == node.end
        && scope.nodes[first].mark == Mark::Substitution && scope.nodes[first].optional
        && isNull(scope, scope.nodes[first].index);
}

bool XmlRenderer::isNull(const Scope &scope, std::size_t index) const
{
    return m_values[scope.values + index].isNull();
}

/// `only`: what it holds in place of its content.
bool XmlRenderer::writeElement(const Scope &scope, std::size_t i, const Value *only, Around &around)
{
    if (!around.hasText && (around.depth > 0 || around.hasElements))
        newLine(around.depth);
    around.hasElements = true;
    const Node &node = scope.nodes[i];
    const std::string name = xmlName(textOf(node));
    *m_out += '<';
    *m_out += name;
    if (!attributes(scope, i))
        return false;
    if (!node.hasContent) {
        *m_out += "/>";
        return true;
    }
    *m_out += '>';
    Around within{around.depth + 1};
    if (only ? !content(*only, within) : !children(scope, contentOf(scope.nodes, i), node.end, within))
        return false;
    if (within.hasElements && !within.hasText)
        newLine(around.depth);
    *m_out += "</";
    *m_out += name;
    *m_out += '>';
    return true;
}

bool XmlRenderer::attributes(const Scope &scope, std::size_t i)
{
    for (std::size_t at = i + 1; at < scope.nodes[i].end && scope.nodes[at].mark == Mark::Attribute;
         at = scope.nodes[at].end) {
        bool isLeftOut = false;
        for (std::size_t part = at + 1; part < scope.nodes[at].end; part = scope.nodes[part].end) {
            const Node &node = scope.nodes[part];
            isLeftOut =
                isLeftOut || (node.mark == Mark::Substitution && node.optional && isNull(scope, node.index));
        }
        if (isLeftOut)
            continue;
        *m_out += ' ';
        *m_out += xmlName(textOf(scope.nodes[at]));
        *m_out += "=\"";
        for (std::size_t part = at + 1; part < scope.nodes[at].end; part = scope.nodes[part].end) {
            const Node &node = scope.nodes[part];
            if (!spend(1))
                return false;
            if (node.mark == Mark::Text)
                appendXmlAttribute(*m_out, textOf(node));
            else if (node.mark == Mark::Substitution)
                attributeValue(m_values[scope.values + node.index]);
        }
        *m_out += '"';
    }
    return spend(1);
}

bool XmlRenderer::content(const Value &value, Around &around)
{
    if (value.is(ValueType::BinXml) && value.size > 0) {
        const auto at = static_cast<std::size_t>(value.data - m_chunk->data);
        return fragment(at, at + value.size, around);
    }
    const std::size_t before = m_out->size();
    forEachText(value, [this](std::string_view text) { appendXmlText(*m_out, text); });
    around.hasText = around.hasText || m_out->size() > before;
    return spend(1);
}

void XmlRenderer::attributeValue(const Value &value)
{
    forEachText(value, [this](std::string_view text) { appendXmlAttribute(*m_out, text); });
}

/// The items of an array, which have no elements of their own here, are parted by commas.
template<typename Each>
void XmlRenderer::forEachText(const Value &value, Each each)
{
    const auto write = [&](const Value &one) {
        m_text.resize(valueRoom(one));
        const char *end = writeValue(one, m_text.data());
        each(std::string_view(m_text.data(), static_cast<std::size_t>(end - m_text.data())));
    };
    if (!value.isArray()) {
        write(value);
        return;
    }
    bool isFirst = true;
    forEachItem(value, [&](const Value &item) {
        if (!spend(1))
            return;
        if (!isFirst)
            each(",");
        isFirst = false;
        write(item);
    });
}

std::string_view XmlRenderer::textOf(const Node &node)
{
    m_text.resize(utf8Room(node.unitCount));
    const char *end = utf16ToUtf8(node.units, node.unitCount, m_text.data());
    return {m_text.data(), static_cast<std::size_t>(end - m_text.data())};
}

void XmlRenderer::newLine(unsigned depth)
{
    *m_out += '\n';
    m_out->append(std::size_t{2} * depth, ' ');
}

} // namespace lolscope::binxml
