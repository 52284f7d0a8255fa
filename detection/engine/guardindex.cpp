#include "detection/engine/guardindex.h"

#include <algorithm>
#include <cmath>

namespace lolscope {

namespace {

using Node = ConditionTree::Node;

/// Chooses guards by their cost, about how often they are true.
class Chooser
{
public:
    Chooser(const ConditionTree &tree, const std::vector<double> &costs, double never)
        : m_tree(tree)
        , m_costs(costs)
        , m_never(never)
    {}

    double cost(const Node &node, bool wanted) const
    {
        wanted = wanted != node.negated;
        if (isTests(node)) {
            if (!wanted)
                return m_never;
            double sum = node.op == Node::Op::AllTests ? m_never : 0;
            for (const PredicateId test : m_tree.testsOf(node))
                sum = node.op == Node::Op::AllTests ? std::min(sum, m_costs[test])
                                                    : std::min(m_never, sum + m_costs[test]);
            return sum;
        }
        const bool all = (node.op == Node::Op::All) == wanted;
        double sum = all ? m_never : 0;
        for (const Node &child : m_tree.childrenOf(node))
            sum = all ? std::min(sum, cost(child, wanted)) : std::min(m_never, sum + cost(child, wanted));
        return sum;
    }

    void collect(const Node &node, bool wanted, std::vector<PredicateId> &guards) const
    {
        wanted = wanted != node.negated;
        if (isTests(node)) {
            const auto tests = m_tree.testsOf(node);
            if (node.op == Node::Op::AnyTests) {
                guards.insert(guards.end(), tests.begin(), tests.end());
                return;
            }
            guards.push_back(*std::min_element(tests.begin(), tests.end(), [&](PredicateId a, PredicateId b) {
                return m_costs[a] < m_costs[b];
            }));
            return;
        }
        const auto children = m_tree.childrenOf(node);
        if ((node.op == Node::Op::All) != wanted) {
            for (const Node &child : children)
                collect(child, wanted, guards);
            return;
        }
        const Node *best = nullptr;
        double least = 0;
        for (const Node &child : children)
            if (const double one = cost(child, wanted); !best || one < least) {
                best = &child;
                least = one;
            }
        collect(*best, wanted, guards);
    }

private:
    static bool isTests(const Node &node)
    {
        return node.op == Node::Op::AllTests || node.op == Node::Op::AnyTests;
    }

    const ConditionTree &m_tree;
    const std::vector<double> &m_costs;
    double m_never;
};

} // namespace

double GuardIndex::costOf(const PredicateInfo &predicate)
{
    return (1.0 + predicate.rules) * std::pow(0.7, predicate.rarity);
}

void GuardIndex::build(const ConditionTree &tree, std::span<const Node> conditions,
                       const std::vector<double> &costs)
{
    const Chooser chooser(tree, costs, kNever);
    struct Guarded
    {
        PredicateId predicate;
        std::uint32_t condition;
    };
    std::vector<Guarded> guarded;
    std::vector<PredicateId> guards;
    m_starts.assign(costs.size() + 1, 0);
    for (std::uint32_t i = 0; i < conditions.size(); ++i) {
        if (chooser.cost(conditions[i], true) >= kNever) {
            m_unguarded.push_back(i);
            continue;
        }
        guards.clear();
        chooser.collect(conditions[i], true, guards);
        for (const PredicateId guard : guards) {
            guarded.push_back({guard, i});
            ++m_starts[guard + 1];
        }
    }
    for (std::size_t i = 1; i < m_starts.size(); ++i)
        m_starts[i] += m_starts[i - 1];
    m_conditions.resize(guarded.size());
    auto next = m_starts;
    for (const Guarded &one : guarded)
        m_conditions[next[one.predicate]++] = one.condition;
}

} // namespace lolscope
