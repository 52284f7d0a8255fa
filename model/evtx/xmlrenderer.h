#pragma once

#include "model/evtx/eventxml.h"
#include "model/evtx/fragmentnodes.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace lolscope::binxml {

/// Writes records as XML text with all their structure: elements in their order, attributes, namespaces,
/// nesting. It follows [MS-EVEN6] 3.1.4.7: an element or attribute goes with the optional value it depends
/// on, an array that is all an element holds repeats the element. Elements within elements are indented by
/// two blanks; nothing is added beside text. One thread at a time.
class XmlRenderer
{
public:
    /// Most XML and work (bytes of BinXml brought into canonical form, nodes, values and items walked) of one
    /// chunk. An honest one has about 400 KiB of XML; a forged one asks for any amount, see EventExtractor.
    static constexpr std::size_t kMaxChunkXml = kMaxEventXmlBytes - 1; ///< So what is written can be read.
    static constexpr std::size_t kMaxChunkWork = std::size_t{8} << 20;
    static constexpr unsigned kMaxNesting = 16; ///< As EventExtractor's.

    /// Call it before the first record of a chunk.
    void startChunk();

    /// Overwrites `out` with the BinXml from `at` to `end` of `chunk` as XML, ending in a newline. False with
    /// the fault, and `out` of no use, for what is no BinXml or is past the limits. It demands no more of
    /// what it reads than that: whether it is an event, EventExtractor tells.
    bool render(const ChunkBytes &chunk, std::size_t at, std::size_t end, std::string &out, Fault &fault);

private:
    /// What is around the text being written.
    struct Around
    {
        unsigned depth = 0;
        bool hasText = false;
        bool hasElements = false;
    };
    /// Nodes with the values they refer to.
    struct Scope
    {
        const std::vector<Node> &nodes;
        std::size_t values; ///< Of the first of its values in m_values.
    };
    struct Definition
    {
        Canonical canonical;
        std::vector<Node> nodes;
        std::size_t valuesNeeded = 0;
    };

    bool fragment(std::size_t at, std::size_t end, Around &around);
    bool instance(std::size_t at, std::size_t end, Around &around);
    const Definition *definition(const Instance &instance);
    bool parse(std::size_t at, std::size_t end, Where where, Definition &out);
    bool children(const Scope &scope, std::size_t first, std::size_t last, Around &around);
    bool element(const Scope &scope, std::size_t i, Around &around);
    bool writeElement(const Scope &scope, std::size_t i, const Value *only, Around &around);
    bool attributes(const Scope &scope, std::size_t i);
    bool content(const Value &value, Around &around);
    void attributeValue(const Value &value);
    template<typename Each>
    void forEachText(const Value &value, Each each);
    bool isLeftOut(const Scope &scope, std::size_t i, const Around &around) const;
    bool isNull(const Scope &scope, std::size_t index) const;
    std::string_view textOf(const Node &node);
    void newLine(unsigned depth);
    bool spend(std::size_t work);
    bool fail(const char *reason);

    /// Of the chunk: by start, end and whether the record that uses them was distrusted.
    std::map<std::tuple<std::size_t, std::size_t, bool>, Definition> m_definitions;
    const ChunkBytes *m_chunk = nullptr;
    std::string *m_out = nullptr;
    Fault m_fault;
    std::vector<Value> m_values; ///< Of all instances around what is being written.
    std::string m_text; ///< One text or value.
    unsigned m_nesting = 0;
    std::size_t m_xmlLeft = 0;
    std::size_t m_workLeft = 0;
};

} // namespace lolscope::binxml
