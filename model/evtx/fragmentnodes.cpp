#include "model/evtx/fragmentnodes.h"

#include "model/evtx/bytes.h"

namespace lolscope::binxml {

std::vector<Node> nodesOf(const Canonical &fragment)
{
    std::vector<Node> nodes;
    std::vector<std::size_t> open; // elements, and an attribute of the last one
    const std::uint8_t *at = fragment.data();
    const std::uint8_t *end = at + fragment.size() - kReadAhead;
    const auto close = [&] {
        nodes[open.back()].end = static_cast<std::uint32_t>(nodes.size());
        open.pop_back();
    };
    const auto closeAttribute = [&] {
        if (!open.empty() && nodes[open.back()].mark == Mark::Attribute)
            close();
    };
    while (at < end) {
        Node node;
        node.mark = static_cast<Mark>(*at++);
        const auto takeText = [&] {
            node.unitCount = readAt<std::uint16_t>(at);
            node.units = at + 2;
            at += 2 + 2 * node.unitCount;
        };
        switch (node.mark) {
        case Mark::Element:
            node.index = readAt<std::uint16_t>(at);
            at += 2;
            takeText();
            open.push_back(nodes.size());
            break;
        case Mark::Attribute:
            closeAttribute();
            takeText();
            open.push_back(nodes.size());
            break;
        case Mark::Content:
            closeAttribute();
            nodes[open.back()].hasContent = true;
            continue;
        case Mark::End:
            closeAttribute();
            close();
            continue;
        case Mark::Text:
            takeText();
            break;
        case Mark::Substitution:
            node.index = readAt<std::uint16_t>(at);
            node.optional = at[3] != 0;
            at += 4;
            break;
        case Mark::Instance:
            node.instance = readAt<std::uint32_t>(at);
            at += 4;
            break;
        }
        node.end = static_cast<std::uint32_t>(nodes.size() + 1);
        nodes.push_back(node);
    }
    return nodes;
}

std::size_t contentOf(const std::vector<Node> &nodes, std::size_t i)
{
    std::size_t at = i + 1;
    while (at < nodes[i].end && nodes[at].mark == Mark::Attribute)
        at = nodes[at].end;
    return at;
}

} // namespace lolscope::binxml
