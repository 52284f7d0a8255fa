#pragma once

#include "model/evtx/valuetext.h"

#include <cstddef>
#include <cstdint>
#include <vector>

/// Binary XML in a chunk, as bytes that nobody has checked yet.
///
/// Formats: [MS-EVEN6] 2.2.12 (tokens), libyal "Windows XML Event Log (EVTX) format", Binary XML. What both
/// leave out and real files show: element starts carry a dependency id inside template definitions and none
/// where they stand directly in a record or in a value (forwarded events, CAPI2); the 32-bit id of a template
/// instance is the first field of the definition's GUID; a name's hash is h * 65599 + unit over its UTF-16
/// units, of which 16 bits are kept.
namespace lolscope::binxml {

constexpr std::size_t kChunkHeaderBytes = 512; ///< Nothing that BinXml points to lies before it.

/// Deepest nesting of elements in one fragment. Windows' own events need 6, CAPI2's certificate chains
/// about 12.
constexpr unsigned kMaxDepth = 64;
/// Most values of one template instance: ETW events have at most 128, and the System part 18.
constexpr std::uint32_t kMaxValues = 4096;
/// Longest name of an element or attribute, in UTF-16 units.
constexpr std::size_t kMaxNameUnits = 2048;
/// Largest canonical form. Names are written out in it, so that a fragment of 64 KiB could otherwise ask for
/// many megabytes; the templates of Windows come to a few kilobytes.
constexpr std::size_t kMaxCanonicalBytes = std::size_t{1} << 20;

/// Why something could not be read; the text is a literal.
struct Fault
{
    const char *reason = nullptr;
    std::size_t at = 0; ///< Offset in the chunk.
};

/// The bytes of a chunk, readable for kReadAhead bytes past `size`.
struct ChunkBytes
{
    const std::uint8_t *data = nullptr;
    std::size_t size = 0;
    /// Of a leftover record: what it points to may be overwritten, so names must match their hash and
    /// definitions their id.
    bool distrusted = false;
};

/// A template instance: which definition, and where its values are.
struct Instance
{
    std::size_t definition = 0; ///< Of the definition: next in its bucket, GUID, size, fragment.
    std::size_t fragment = 0; ///< Of the definition's fragment.
    std::size_t fragmentEnd = 0;
    std::uint32_t valueCount = 0;
    std::size_t descriptors = 0; ///< Of the value descriptors; values follow them.
    std::size_t end = 0; ///< Past the last value.
};

/// Reads the template instance at `at` (its token), which must end at `end` or before. The values are not
/// read, but all of them are known to lie before Instance::end.
bool readInstance(const ChunkBytes &chunk, std::size_t at, std::size_t end, Instance &out, Fault &fault);

/// Appends the values of `instance` to `values`.
void readValues(const ChunkBytes &chunk, const Instance &instance, std::vector<Value> &values);

/// A fragment with its names in place, so that equal fragments have equal bytes wherever their names were;
/// and checked, so that who reads it need check nothing. One after another:
///
/// | mark | what follows it                                                            |
/// |------|----------------------------------------------------------------------------|
/// | E    | dependency id (16 bits, 0xffff for none), name: an element starts           |
/// | A    | name: an attribute of it, whose value is the T and S that follow            |
/// | >    | the element's content starts (only where it has some)                       |
/// | /    | the element ends                                                            |
/// | T    | text                                                                        |
/// | S    | index (16 bits), type (8 bits), 1 if optional (8 bits): a substitution      |
/// | I    | offset in the chunk (32 bits): a template instance                          |
///
/// Names and texts are a length in units (16 bits) and UTF-16. Behind the end there are kReadAhead zero
/// bytes.
using Canonical = std::vector<std::uint8_t>;
enum class Mark : std::uint8_t {
    Element = 'E',
    Attribute = 'A',
    Content = '>',
    End = '/',
    Text = 'T',
    Substitution = 'S',
    Instance = 'I'
};

enum class Where { InDefinition, InRecord };

/// Brings the fragment at `at`, ending before `end`, into canonical form; `out` is overwritten. In a
/// definition a template instance is a fault: nothing writes one, and its meaning would depend on the chunk.
bool canonicalize(const ChunkBytes &chunk, std::size_t at, std::size_t end, Where where, Canonical &out,
                  Fault &fault);

} // namespace lolscope::binxml
