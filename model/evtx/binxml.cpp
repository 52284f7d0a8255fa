#include "model/evtx/binxml.h"

#include "model/evtx/bytes.h"

#include <array>
#include <string_view>

namespace lolscope::binxml {

namespace {

enum Token : std::uint8_t {
    EndOfFragment = 0x00,
    OpenStartElement = 0x01,
    CloseStartElement = 0x02,
    CloseEmptyElement = 0x03,
    EndElement = 0x04,
    ValueText = 0x05,
    AttributeToken = 0x06,
    CDataSection = 0x07,
    CharacterReference = 0x08,
    EntityReference = 0x09,
    ProcessingTarget = 0x0a,
    ProcessingData = 0x0b,
    TemplateInstance = 0x0c,
    NormalSubstitution = 0x0d,
    OptionalSubstitution = 0x0e,
    FragmentHeader = 0x0f,
};
constexpr std::uint8_t kMoreFlag = 0x40; // more of its kind follows; for an element start: it has attributes

constexpr std::size_t kFragmentHeaderBytes = 4;
constexpr std::size_t kInstanceHeaderBytes = 10; // token, version, id, offset of the definition
constexpr std::size_t kDefinitionHeaderBytes = 24; // next in its bucket, GUID, size
constexpr std::size_t kNameHeaderBytes = 8; // next in its bucket, hash, length

std::uint16_t nameHash(const std::uint8_t *units, std::size_t count) noexcept
{
    std::uint32_t hash = 0;
    for (std::size_t i = 0; i < count; ++i)
        hash = hash * 65599 + readAt<std::uint16_t>(units + 2 * i);
    return static_cast<std::uint16_t>(hash);
}

class Canonicalizer
{
public:
    Canonicalizer(const ChunkBytes &chunk, std::size_t at, std::size_t end, Where where, Canonical &out,
                  Fault &fault)
        : m_chunk(chunk)
        , m_at(at)
        , m_end(end)
        , m_inDefinition(where == Where::InDefinition)
        , m_out(out)
        , m_fault(fault)
    {
        m_out.clear();
    }

    bool run()
    {
        while (m_at < m_end) {
            const std::uint8_t token = m_chunk.data[m_at];
            if (token == EndOfFragment && m_depth == 0)
                break;
            if (!step(token))
                return false;
            if (m_out.size() > kMaxCanonicalBytes)
                return fail("BinXml fragment with too long names");
        }
        if (m_depth != 0)
            return fail("BinXml ends within an element");
        m_out.insert(m_out.end(), kReadAhead, 0);
        return true;
    }

private:
    bool fail(const char *reason)
    {
        m_fault = {reason, m_at};
        return false;
    }
    bool has(std::size_t bytes) const { return bytes <= m_end - m_at; }

    bool step(std::uint8_t token)
    {
        switch (token & ~kMoreFlag) {
        case FragmentHeader:
            if (!has(kFragmentHeaderBytes))
                return fail("BinXml fragment header cut");
            m_at += kFragmentHeaderBytes;
            return true;
        case OpenStartElement:
            return element(token);
        case EndElement:
            if (m_depth == 0)
                return fail("BinXml element end without a start");
            --m_depth;
            ++m_at;
            put(Mark::End);
            return true;
        case TemplateInstance:
            return instance();
        case ProcessingTarget:
            ++m_at;
            return skipName();
        case ProcessingData:
            return text(1, false);
        default:
            if (m_depth == 0)
                return fail("BinXml token that cannot start a fragment");
            return content(token);
        }
    }

    bool element(std::uint8_t token)
    {
        if (m_depth >= kMaxDepth)
            return fail("BinXml elements nested too deep");
        const bool hasDependency = m_inDefinition || (!plausibleName(m_at + 5) && plausibleName(m_at + 7));
        std::uint16_t dependency = 0xffff;
        if (!has(hasDependency ? 7 : 5))
            return fail("BinXml element start cut");
        if (hasDependency)
            dependency = readAt<std::uint16_t>(m_chunk.data + m_at + 1);
        m_at += hasDependency ? 7 : 5; // token, dependency id, size of what follows (told by the tokens too)
        put(Mark::Element);
        put16(dependency);
        if (!name())
            return false;
        if ((token & kMoreFlag) != 0) {
            if (!has(4))
                return fail("BinXml attribute list cut");
            m_at += 4;
            while (m_at < m_end && (m_chunk.data[m_at] & ~kMoreFlag) == AttributeToken)
                if (!attribute() || m_out.size() > kMaxCanonicalBytes)
                    return m_fault.reason != nullptr ? false : fail("BinXml fragment with too long names");
        }
        if (!has(1))
            return fail("BinXml element start cut");
        const std::uint8_t close = m_chunk.data[m_at];
        if (close != CloseStartElement && close != CloseEmptyElement)
            return fail("BinXml element start is not closed");
        ++m_at;
        if (close == CloseStartElement)
            ++m_depth;
        put(close == CloseStartElement ? Mark::Content : Mark::End);
        return true;
    }

    bool attribute()
    {
        ++m_at;
        put(Mark::Attribute);
        if (!name())
            return false;
        while (m_at < m_end) {
            const std::uint8_t token = m_chunk.data[m_at];
            const std::uint8_t kind = token & static_cast<std::uint8_t>(~kMoreFlag);
            if (kind != ValueText && kind != CharacterReference && kind != EntityReference
                && kind != NormalSubstitution && kind != OptionalSubstitution)
                return true;
            if (!content(token))
                return false;
        }
        return true;
    }

    bool content(std::uint8_t token)
    {
        switch (token & ~kMoreFlag) {
        case ValueText:
            if (!has(2))
                return fail("BinXml text cut");
            if (m_chunk.data[m_at + 1] != static_cast<std::uint8_t>(ValueType::String))
                return fail("BinXml text of a type that is no text");
            return text(2, true);
        case CDataSection:
            return text(1, true);
        case CharacterReference:
            if (!has(3))
                return fail("BinXml character reference cut");
            putUnits(m_chunk.data + m_at + 1, 1);
            m_at += 3;
            return true;
        case EntityReference:
            ++m_at;
            return entity();
        case NormalSubstitution:
        case OptionalSubstitution:
            if (!has(4))
                return fail("BinXml substitution cut");
            put(Mark::Substitution);
            m_out.insert(m_out.end(), m_chunk.data + m_at + 1, m_chunk.data + m_at + 4);
            m_out.push_back((token & ~kMoreFlag) == OptionalSubstitution ? 1 : 0);
            m_at += 4;
            return true;
        default:
            return fail("unknown BinXml token");
        }
    }

    /// Text behind a token of `tokenBytes`: count of units, units.
    bool text(std::size_t tokenBytes, bool kept)
    {
        if (!has(tokenBytes + 2))
            return fail("BinXml text cut");
        const std::uint8_t *start = m_chunk.data + m_at + tokenBytes;
        const std::size_t units = readAt<std::uint16_t>(start);
        if (2 * units > m_end - m_at - tokenBytes - 2)
            return fail("BinXml text is longer than what holds it");
        if (kept)
            putUnits(start + 2, units);
        m_at += tokenBytes + 2 + 2 * units;
        return true;
    }

    /// The entities every XML knows become their character, any other stays as it is written.
    bool entity()
    {
        std::size_t units = 0;
        const std::uint8_t *name = resolveName(units);
        if (!name)
            return false;
        struct Known
        {
            std::string_view name;
            char character;
        };
        static constexpr std::array<Known, 5> kKnown = {
            {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
        for (const Known &known : kKnown) {
            bool same = known.name.size() == units;
            for (std::size_t i = 0; same && i < units; ++i)
                same = readAt<std::uint16_t>(name + 2 * i) == static_cast<unsigned char>(known.name[i]);
            if (same) {
                const std::array<std::uint8_t, 2> unit = {static_cast<std::uint8_t>(known.character), 0};
                putUnits(unit.data(), 1);
                return true;
            }
        }
        const std::array<std::uint8_t, 4> around = {'&', 0, ';', 0};
        putUnits(around.data(), 1);
        putUnits(name, units);
        putUnits(around.data() + 2, 1);
        return true;
    }

    bool instance()
    {
        if (m_inDefinition)
            return fail("template instance within a template definition");
        Instance instance;
        if (!readInstance(m_chunk, m_at, m_end, instance, m_fault))
            return false;
        put(Mark::Instance);
        const auto at = static_cast<std::uint32_t>(m_at);
        put16(static_cast<std::uint16_t>(at & 0xffff));
        put16(static_cast<std::uint16_t>(at >> 16));
        m_at = instance.end;
        return true;
    }

    bool name()
    {
        std::size_t units = 0;
        const std::uint8_t *name = resolveName(units);
        if (!name)
            return false;
        put16(static_cast<std::uint16_t>(units));
        m_out.insert(m_out.end(), name, name + 2 * units);
        return true;
    }

    bool skipName()
    {
        std::size_t units = 0;
        return resolveName(units) != nullptr;
    }

    /// Reads the offset of a name at m_at, and steps past it and past the name where it follows at once.
    const std::uint8_t *resolveName(std::size_t &units)
    {
        const auto refuse = [this](const char *reason) {
            fail(reason);
            return nullptr;
        };
        if (!has(4))
            return refuse("BinXml name cut");
        const std::size_t offset = readAt<std::uint32_t>(m_chunk.data + m_at);
        m_at += 4;
        if (offset < kChunkHeaderBytes || offset > m_chunk.size || m_chunk.size - offset < kNameHeaderBytes)
            return refuse("BinXml name outside the chunk");
        const std::uint8_t *header = m_chunk.data + offset;
        units = readAt<std::uint16_t>(header + 6);
        if (units > kMaxNameUnits || 2 * units > m_chunk.size - offset - kNameHeaderBytes)
            return refuse("BinXml name is too long");
        if (m_chunk.distrusted
            && nameHash(header + kNameHeaderBytes, units) != readAt<std::uint16_t>(header + 4))
            return refuse("BinXml name is overwritten");
        if (offset == m_at) {
            const std::size_t bytes = kNameHeaderBytes + 2 * units + 2; // a zero character ends it
            if (!has(bytes))
                return refuse("BinXml name cut");
            m_at += bytes;
        }
        return header + kNameHeaderBytes;
    }

    /// Whether the 32 bits at `at` are the offset of a name: one whose hash is right.
    bool plausibleName(std::size_t at) const
    {
        if (at > m_end || m_end - at < 4)
            return false;
        const std::size_t offset = readAt<std::uint32_t>(m_chunk.data + at);
        if (offset < kChunkHeaderBytes || offset > m_chunk.size || m_chunk.size - offset < kNameHeaderBytes)
            return false;
        const std::uint8_t *header = m_chunk.data + offset;
        const std::size_t units = readAt<std::uint16_t>(header + 6);
        return units > 0 && units <= kMaxNameUnits && 2 * units <= m_chunk.size - offset - kNameHeaderBytes
            && nameHash(header + kNameHeaderBytes, units) == readAt<std::uint16_t>(header + 4);
    }

    void put(Mark mark) { m_out.push_back(static_cast<std::uint8_t>(mark)); }
    void put16(std::uint16_t value)
    {
        m_out.push_back(static_cast<std::uint8_t>(value & 0xff));
        m_out.push_back(static_cast<std::uint8_t>(value >> 8));
    }
    void putUnits(const std::uint8_t *data, std::size_t units)
    {
        put(Mark::Text);
        put16(static_cast<std::uint16_t>(units));
        m_out.insert(m_out.end(), data, data + 2 * units);
    }

    const ChunkBytes &m_chunk;
    std::size_t m_at;
    std::size_t m_end;
    bool m_inDefinition;
    Canonical &m_out;
    Fault &m_fault;
    unsigned m_depth = 0;
};

/// Fills in where the definition at `at` has its fragment. False where none can be.
bool readDefinition(const ChunkBytes &chunk, std::size_t at, Instance &out)
{
    if (at < kChunkHeaderBytes || at > chunk.size || chunk.size - at < kDefinitionHeaderBytes)
        return false;
    const std::size_t bytes = readAt<std::uint32_t>(chunk.data + at + 20);
    if (bytes > chunk.size - at - kDefinitionHeaderBytes)
        return false;
    out.definition = at;
    out.fragment = at + kDefinitionHeaderBytes;
    out.fragmentEnd = out.fragment + bytes;
    return true;
}

} // namespace

bool readInstance(const ChunkBytes &chunk, std::size_t at, std::size_t end, Instance &out, Fault &fault)
{
    const auto fail = [&](const char *reason) {
        fault = {reason, at};
        return false;
    };
    if (end - at < kInstanceHeaderBytes)
        return fail("template instance cut");
    const auto id = readAt<std::uint32_t>(chunk.data + at + 2);
    const std::size_t definition = readAt<std::uint32_t>(chunk.data + at + 6);
    at += kInstanceHeaderBytes;
    if (!readDefinition(chunk, definition, out))
        return fail("template definition outside the chunk");
    if (chunk.distrusted && readAt<std::uint32_t>(chunk.data + definition + 4) != id)
        return fail("template definition is overwritten");
    if (definition == at) {
        if (out.fragmentEnd > end)
            return fail("template definition is longer than what holds it");
        at = out.fragmentEnd;
    }
    if (end - at < 4)
        return fail("template instance cut");
    out.valueCount = readAt<std::uint32_t>(chunk.data + at);
    at += 4;
    if (out.valueCount > kMaxValues || std::size_t{4} * out.valueCount > end - at)
        return fail("template instance with more values than there is room for");
    out.descriptors = at;
    std::size_t bytes = 0;
    for (std::uint32_t i = 0; i < out.valueCount; ++i)
        bytes += readAt<std::uint16_t>(chunk.data + at + std::size_t{4} * i);
    at += std::size_t{4} * out.valueCount;
    if (bytes > end - at)
        return fail("values of a template instance are longer than what holds them");
    out.end = at + bytes;
    return true;
}

void readValues(const ChunkBytes &chunk, const Instance &instance, std::vector<Value> &values)
{
    const std::uint8_t *descriptor = chunk.data + instance.descriptors;
    const std::uint8_t *data = descriptor + std::size_t{4} * instance.valueCount;
    const std::size_t before = values.size();
    values.resize(before + instance.valueCount);
    for (Value *value = values.data() + before; value != values.data() + values.size();
         ++value, descriptor += 4) {
        *value = {data, readAt<std::uint16_t>(descriptor), descriptor[2]};
        data += value->size;
    }
}

bool canonicalize(const ChunkBytes &chunk, std::size_t at, std::size_t end, Where where, Canonical &out,
                  Fault &fault)
{
    return Canonicalizer(chunk, at, end, where, out, fault).run();
}

} // namespace lolscope::binxml
