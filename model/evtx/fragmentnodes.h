#pragma once

#include "model/evtx/binxml.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lolscope::binxml {

constexpr std::uint16_t kNoDependency = 0xffff;

/// One mark of a canonical fragment; children follow their parent, attributes first.
struct Node
{
    Mark mark = Mark::Text;
    bool optional = false; ///< Of a substitution.
    bool hasContent = false; ///< Of an element: it has an end tag, though there may be nothing before it.
    std::uint16_t index = 0; ///< Of a substitution; an element's dependency id.
    std::uint32_t instance = 0; ///< Of an instance: its offset in the chunk.
    std::uint32_t end = 0; ///< The node behind this one and its children.
    const std::uint8_t *units = nullptr; ///< Name or text, in the fragment.
    std::size_t unitCount = 0;
};

/// The nodes of a checked fragment, which they point into.
std::vector<Node> nodesOf(const Canonical &fragment);

/// The node behind the attributes of element `i`.
std::size_t contentOf(const std::vector<Node> &nodes, std::size_t i);

} // namespace lolscope::binxml
