#pragma once

#include "detection/engine/fieldmatcher.h"
#include "detection/sigma/detection.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lolscope {

/// The conditions of many rules over numbered predicates, in one block of memory. Two-valued logic; where a
/// predicate's truth is not known, a condition can be asked for either answer it may have.
class ConditionTree
{
public:
    /// What a predicate may be, as bits.
    enum State : std::uint8_t { MayHold = 1, MayFail = 2, MayBeEither = 3 };

    struct Node
    {
        enum class Op : std::uint8_t { All, Any, AllTests, AnyTests };
        Op op = Op::All;
        bool negated = false;
        std::uint32_t first = 0; ///< Of All and Any into nodes, else into tests.
        std::uint32_t count = 0;
    };

    /// A node for all or any of `predicates`.
    Node addTests(bool all, std::span<const PredicateId> predicates);
    /// A node for all or any of `children`, at least one.
    Node addNode(bool all, std::span<const Node> children);

    /// Whether the condition may come out as `wanted`. Exact where every state is one of the two.
    bool can(const Node &node, bool wanted, const std::uint8_t *states) const;

    std::span<const PredicateId> testsOf(const Node &node) const
    {
        return {m_tests.data() + node.first, node.count};
    }
    std::span<const Node> childrenOf(const Node &node) const
    {
        return {m_nodes.data() + node.first, node.count};
    }

private:
    std::vector<Node> m_nodes;
    std::vector<PredicateId> m_tests;
};

} // namespace lolscope
