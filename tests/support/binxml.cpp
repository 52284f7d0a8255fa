#include "tests/support/binxml.h"

#include <algorithm>
#include <string>
#include <zlib.h>

namespace lolscope::test {
namespace {

enum Token : std::uint8_t {
    EndOfFragment = 0x00,
    OpenStartElement = 0x01,
    CloseStartElement = 0x02,
    CloseEmptyElement = 0x03,
    EndElement = 0x04,
    ValueText = 0x05,
    AttributeToken = 0x06,
    TemplateInstance = 0x0c,
    NormalSubstitution = 0x0d,
    OptionalSubstitution = 0x0e,
    FragmentHeader = 0x0f,
    MoreFlag = 0x40, // an element with attributes; an attribute that is not the last
};

std::uint32_t read32(const std::string &bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::uint32_t crc(std::string_view bytes, uLong start = 0)
{
    return static_cast<std::uint32_t>(
        crc32(start, reinterpret_cast<const Bytef *>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// Windows' hash of names and template ids: h * 65599 + unit over the UTF-16 units. A name keeps the low 16
/// bits. Not documented; it holds for every name and, in files of version 3.1, every template seen.
std::uint32_t hash(std::string_view utf16)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i + 1 < utf16.size(); i += 2)
        value = value * 65599
            + static_cast<std::uint32_t>(static_cast<unsigned char>(utf16[i])
                                         | static_cast<unsigned char>(utf16[i + 1]) << 8);
    return value;
}

void describe(const Content &content, std::string &text)
{
    if (const auto *fixed = std::get_if<std::string>(&content))
        text += '=' + *fixed;
    else if (const auto *value = std::get_if<Substitution>(&content))
        text += '%' + std::to_string(value->index) + ':' + std::to_string(static_cast<int>(value->type))
            + (value->optional ? '?' : '!');
    text += '\0';
}

/// Equal for equal templates. Zero bytes end every text, which may hold anything else.
void describe(const Element &element, std::string &text)
{
    text += '<' + element.name + '\0' + std::to_string(element.dependency);
    for (const Attribute &attribute : element.attributes) {
        text += '@' + attribute.name + '\0';
        describe(attribute.value, text);
    }
    describe(element.content, text);
    for (const Element &child : element.children)
        describe(child, text);
    text += '>';
}

std::string templateKey(const Element &root)
{
    std::string key;
    describe(root, key);
    return key;
}

/// Any 16 bytes will do that differ between templates: FNV-1a from two starting points.
std::string templateId(std::string_view key)
{
    std::string id(16, '\0');
    for (std::size_t half = 0; half < 2; ++half) {
        std::uint64_t value = 0xcbf29ce484222325 + half;
        for (const char c : key)
            value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        patch(id, half * 8, value, 8);
    }
    return id;
}

} // namespace

void patch(std::string &bytes, std::size_t at, std::uint64_t value, std::size_t size)
{
    for (std::size_t i = 0; i < size; ++i)
        bytes[at + i] = static_cast<char>(value >> (8 * i));
}

ChunkWriter::ChunkWriter()
    : m_bytes(kHeaderBytes, '\0')
{}

void ChunkWriter::put16(std::size_t value)
{
    m_tooLong = m_tooLong || value > 0xffff;
    put8(value & 0xff);
    put8(value >> 8 & 0xff);
}

void ChunkWriter::put32(std::size_t value)
{
    m_bytes.append(4, '\0');
    patch(m_bytes, m_bytes.size() - 4, value, 4);
}

void ChunkWriter::put64(std::uint64_t value)
{
    m_bytes.append(8, '\0');
    patch(m_bytes, m_bytes.size() - 8, value, 8);
}

void ChunkWriter::fragmentHeader()
{
    m_bytes.append({FragmentHeader, 1, 1, 0}); // version 1.1, no flags
}

/// An offset, followed by the name itself (next in its bucket, hash, length, text, end character) where it is
/// new.
void ChunkWriter::name(const std::string &text)
{
    if (const auto known = m_names.find(text); known != m_names.end()) {
        put32(known->second);
        return;
    }
    const std::string utf16 = toUtf16(text);
    const std::uint32_t value = hash(utf16) & 0xffff;
    put32(m_bytes.size() + 4);
    std::uint32_t &bucket = m_nameBuckets[value % m_nameBuckets.size()];
    const auto at = static_cast<std::uint32_t>(m_bytes.size());
    put32(bucket);
    put16(value);
    put16(utf16.size() / 2);
    m_bytes += utf16;
    put16(0);
    bucket = at;
    m_names.emplace(text, at);
    m_newNames.push_back(text);
}

void ChunkWriter::content(const Content &content)
{
    if (const auto *text = std::get_if<std::string>(&content)) {
        const std::string utf16 = toUtf16(*text);
        put8(ValueText);
        put8(static_cast<unsigned>(ValueType::String));
        put16(utf16.size() / 2);
        m_bytes += utf16;
    } else if (const auto *value = std::get_if<Substitution>(&content)) {
        put8(value->optional ? OptionalSubstitution : NormalSubstitution);
        put16(value->index);
        put8(static_cast<unsigned>(value->type));
    }
}

void ChunkWriter::element(const Element &element, bool inTemplate)
{
    put8(element.attributes.empty() ? OpenStartElement : OpenStartElement | MoreFlag);
    if (inTemplate) // forwarded records leave it out
        put16(element.dependency);
    const std::size_t sizeAt = m_bytes.size();
    put32(0);
    name(element.name);
    if (!element.attributes.empty()) {
        const std::size_t listAt = m_bytes.size();
        put32(0);
        for (const Attribute &attribute : element.attributes) {
            put8(&attribute == &element.attributes.back() ? AttributeToken : AttributeToken | MoreFlag);
            name(attribute.name);
            content(attribute.value);
        }
        patch(m_bytes, listAt, m_bytes.size() - listAt - 4, 4);
    }
    if (std::holds_alternative<std::monostate>(element.content) && element.children.empty()) {
        put8(CloseEmptyElement);
    } else {
        put8(CloseStartElement);
        for (const Element &child : element.children)
            this->element(child, inTemplate);
        content(element.content);
        put8(EndElement);
    }
    patch(m_bytes, sizeAt, m_bytes.size() - sizeAt - 4, 4);
}

/// Next in its bucket, GUID, size, then the fragment.
void ChunkWriter::templateDefinition(const Element &root)
{
    const std::string key = templateKey(root);
    const std::string id = templateId(key);
    put32(read32(id, 0));
    if (const auto known = m_templates.find(key); known != m_templates.end()) {
        put32(known->second);
        return;
    }
    put32(m_bytes.size() + 4);
    std::uint32_t &bucket = m_templateBuckets[hash(id) % m_templateBuckets.size()];
    const auto at = static_cast<std::uint32_t>(m_bytes.size());
    put32(bucket);
    bucket = at;
    m_bytes += id;
    const std::size_t sizeAt = m_bytes.size();
    put32(0);
    fragmentHeader();
    element(root, true);
    put8(EndOfFragment);
    patch(m_bytes, sizeAt, m_bytes.size() - sizeAt - 4, 4);
    m_templates.emplace(key, at);
    m_newTemplates.push_back(key);
}

void ChunkWriter::instance(const Instance &instance)
{
    put8(TemplateInstance);
    put8(1);
    templateDefinition(instance.root);
    put32(instance.slots.size());
    const std::size_t descriptorsAt = m_bytes.size();
    for (const Slot &slot : instance.slots) {
        put16(slot.bytes.size());
        put8(static_cast<unsigned>(slot.nested ? ValueType::BinXml : slot.type));
        put8(0);
    }
    for (std::size_t i = 0; i < instance.slots.size(); ++i) {
        const Slot &slot = instance.slots[i];
        const std::size_t at = m_bytes.size();
        m_bytes += slot.bytes;
        if (!slot.nested)
            continue;
        fragmentHeader();
        this->instance(*slot.nested);
        put8(EndOfFragment);
        const std::size_t size = m_bytes.size() - at;
        m_tooLong = m_tooLong || size > 0xffff;
        patch(m_bytes, descriptorsAt + 4 * i, size, 2);
    }
}

bool ChunkWriter::add(std::uint64_t recordId, std::uint64_t fileTime, const RecordBody &body)
{
    const std::size_t at = m_bytes.size();
    m_newNames.clear();
    m_newTemplates.clear();
    m_tooLong = false;
    m_bytes.append({'*', '*', 0, 0});
    put32(0);
    put64(recordId);
    put64(fileTime);
    fragmentHeader();
    if (const auto *templated = std::get_if<Instance>(&body))
        instance(*templated);
    else
        element(std::get<Element>(body), false);
    put8(EndOfFragment);
    // Windows pads records so that their size is a multiple of eight, and ends them with the size again.
    m_bytes.append((8 - (m_bytes.size() - at + 4) % 8) % 8, '\0');
    const std::size_t size = m_bytes.size() - at + 4;
    put32(size);
    patch(m_bytes, at + 4, size, 4);
    // Not to the last byte: libevtx 20181227 drops the last record of a chunk that is full to the brim.
    if (m_tooLong || m_bytes.size() >= kChunkBytes) {
        undoSince(at);
        return false;
    }
    if (m_recordCount++ == 0)
        m_firstId = recordId;
    m_lastId = recordId;
    m_lastRecordAt = at;
    return true;
}

void ChunkWriter::undoSince(std::size_t size)
{
    // Newest first, so that every bucket gets back what was its head.
    for (auto added = m_newNames.rbegin(); added != m_newNames.rend(); ++added) {
        const auto entry = m_names.find(*added);
        std::replace(m_nameBuckets.begin(), m_nameBuckets.end(), entry->second,
                     read32(m_bytes, entry->second));
        m_names.erase(entry);
    }
    for (auto added = m_newTemplates.rbegin(); added != m_newTemplates.rend(); ++added) {
        const auto entry = m_templates.find(*added);
        std::replace(m_templateBuckets.begin(), m_templateBuckets.end(), entry->second,
                     read32(m_bytes, entry->second));
        m_templates.erase(entry);
    }
    m_bytes.resize(size);
}

std::string ChunkWriter::seal(std::uint64_t firstNumber) const
{
    // An empty chunk has no last record and no ids: all ones.
    constexpr std::uint64_t kNone = ~std::uint64_t{0};
    std::string chunk = m_bytes;
    chunk.replace(0, 8, std::string("ElfChnk\0", 8));
    patch(chunk, 8, firstNumber, 8);
    patch(chunk, 16, m_recordCount ? firstNumber + m_recordCount - 1 : kNone, 8);
    patch(chunk, 24, m_recordCount ? m_firstId : kNone, 8);
    patch(chunk, 32, m_recordCount ? m_lastId : kNone, 8);
    patch(chunk, 40, 128, 4); // size of the header before its tables
    patch(chunk, 44, m_lastRecordAt, 4);
    patch(chunk, 48, m_bytes.size(), 4);
    patch(chunk, 52, crc(std::string_view(chunk).substr(kHeaderBytes)), 4);
    for (std::size_t i = 0; i < m_nameBuckets.size(); ++i)
        patch(chunk, 128 + 4 * i, m_nameBuckets[i], 4);
    for (std::size_t i = 0; i < m_templateBuckets.size(); ++i)
        patch(chunk, 384 + 4 * i, m_templateBuckets[i], 4);
    const std::string_view bytes(chunk); // the checksum leaves out itself and the flags before it
    patch(chunk, 124, crc(bytes.substr(128, 384), crc(bytes.substr(0, 120))), 4);
    chunk.resize(kChunkBytes, '\0');
    return chunk;
}

} // namespace lolscope::test
