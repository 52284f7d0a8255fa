#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

/// Binary XML as event logs hold it, one 64 KiB chunk at a time.
///
/// Source of the format facts: "Windows XML Event Log (EVTX) format" by Joachim Metz (libyal/libevtx,
/// documentation/), [MS-EVEN6] 2.2.12 for the tokens, and chunks written by Windows 7 and 10, where
/// the first two are silent; those facts say so.
namespace lolscope::test {

/// Types of a value in a template instance, by their number in the file.
enum class ValueType : std::uint8_t {
    Null = 0x00,
    String = 0x01, ///< UTF-16 without an end character.
    Int8 = 0x03,
    UInt8 = 0x04,
    Int16 = 0x05,
    UInt16 = 0x06,
    Int32 = 0x07,
    UInt32 = 0x08,
    Int64 = 0x09,
    UInt64 = 0x0a,
    Boolean = 0x0d, ///< 32 bits.
    Binary = 0x0e,
    Guid = 0x0f,
    FileTime = 0x11,
    Sid = 0x13,
    HexInt32 = 0x14,
    HexInt64 = 0x15,
    BinXml = 0x21, ///< A fragment of its own, here always a template instance.
};

/// The bytes of `text` as a value of `type`: decimal numbers, `0x` numbers for HexInt, `true` and `false`,
/// `{...}` GUIDs, `S-1-...`, hexadecimal digits for Binary, times as parseTimestamp() reads them. Throws
/// std::invalid_argument for text that is none.
std::string encodeValue(ValueType type, std::string_view text);

/// UTF-8 as UTF-16 little-endian. Throws std::invalid_argument for ill-formed UTF-8.
std::string toUtf16(std::string_view text);

/// Overwrites `size` bytes of `bytes` at `at` with `value`, little-endian; also a test's way to forge a
/// field.
void patch(std::string &bytes, std::size_t at, std::uint64_t value, std::size_t size);

struct Substitution
{
    std::uint16_t index = 0;
    ValueType type = ValueType::String;
    bool optional = true; ///< A null value takes the element or attribute with it.
};
using Content = std::variant<std::monostate, std::string, Substitution>; ///< Nothing, fixed text or a value.

struct Attribute
{
    std::string name;
    Content value;
};

struct Element
{
    /// Windows sets it to the index of the value without which the element goes away.
    static constexpr std::uint16_t kNoDependency = 0xffff;

    std::string name;
    std::vector<Attribute> attributes = {};
    Content content = {}; ///< Behind the children.
    std::vector<Element> children = {};
    std::uint16_t dependency = kNoDependency;
};

struct Instance;

/// One value of a template instance; `nested` stands for a BinXml value.
struct Slot
{
    ValueType type = ValueType::Null;
    std::string bytes = {};
    std::shared_ptr<const Instance> nested = {};
};

/// A template with its values.
struct Instance
{
    Element root;
    std::vector<Slot> slots;
};

/// A record's body: a template instance, or plain elements without any template, as forwarded records are.
using RecordBody = std::variant<Instance, Element>;

/// Builds one chunk. A name or template is written where it is first used and referred to after that; the
/// chunk header lists them in hash buckets.
class ChunkWriter
{
public:
    static constexpr std::size_t kChunkBytes = 65536;
    static constexpr std::size_t kHeaderBytes = 512;

    ChunkWriter();

    /// Appends a record. False when the chunk has no room for it; the chunk is then as it was before.
    bool add(std::uint64_t recordId, std::uint64_t fileTime, const RecordBody &body);
    std::size_t recordCount() const { return m_recordCount; }

    /// The finished chunk of kChunkBytes. `firstNumber` is the file-wide number of its first record, from 1.
    std::string seal(std::uint64_t firstNumber) const;

private:
    void put8(unsigned value) { m_bytes.push_back(static_cast<char>(value)); }
    void put16(std::size_t value);
    void put32(std::size_t value);
    void put64(std::uint64_t value);
    void fragmentHeader();
    void name(const std::string &text);
    void content(const Content &content);
    void element(const Element &element, bool inTemplate);
    void instance(const Instance &instance);
    void templateDefinition(const Element &root);
    void undoSince(std::size_t size);

    std::string m_bytes; ///< The header's place and the records so far; may pass 64 KiB until undone.
    std::unordered_map<std::string, std::uint32_t> m_names;
    std::unordered_map<std::string, std::uint32_t> m_templates; ///< By templateKey().
    std::vector<std::string> m_newNames; ///< Of the record being written, to take them back.
    std::vector<std::string> m_newTemplates;
    std::array<std::uint32_t, 64> m_nameBuckets = {};
    std::array<std::uint32_t, 32> m_templateBuckets = {};
    bool m_tooLong = false; ///< A size did not fit its 16 bits.
    std::size_t m_recordCount = 0;
    std::size_t m_lastRecordAt = 0;
    std::uint64_t m_firstId = 0;
    std::uint64_t m_lastId = 0;
};

} // namespace lolscope::test
