#include "detection/engine/conditiontree.h"

#include <algorithm>

namespace lolscope {

ConditionTree::Node ConditionTree::addTests(bool all, std::span<const PredicateId> predicates)
{
    const Node node{all ? Node::Op::AllTests : Node::Op::AnyTests, false,
                    static_cast<std::uint32_t>(m_tests.size()),
                    static_cast<std::uint32_t>(predicates.size())};
    m_tests.insert(m_tests.end(), predicates.begin(), predicates.end());
    return node;
}

ConditionTree::Node ConditionTree::addNode(bool all, std::span<const Node> children)
{
    if (children.size() == 1)
        return children.front();
    const Node node{all ? Node::Op::All : Node::Op::Any, false, static_cast<std::uint32_t>(m_nodes.size()),
                    static_cast<std::uint32_t>(children.size())};
    m_nodes.insert(m_nodes.end(), children.begin(), children.end());
    return node;
}

bool ConditionTree::can(const Node &node, bool wanted, const std::uint8_t *states) const
{
    using Op = Node::Op;
    wanted = wanted != node.negated;
    if (node.op == Op::All || node.op == Op::Any) {
        const auto children = childrenOf(node);
        const auto childCan = [&](const Node &child) { return can(child, wanted, states); };
        return (node.op == Op::All) == wanted ? std::all_of(children.begin(), children.end(), childCan)
                                              : std::any_of(children.begin(), children.end(), childCan);
    }
    const auto tests = testsOf(node);
    const std::uint8_t bit = wanted ? MayHold : MayFail;
    const auto testCan = [&](PredicateId test) { return (states[test] & bit) != 0; };
    return (node.op == Op::AllTests) == wanted ? std::all_of(tests.begin(), tests.end(), testCan)
                                               : std::any_of(tests.begin(), tests.end(), testCan);
}

} // namespace lolscope
