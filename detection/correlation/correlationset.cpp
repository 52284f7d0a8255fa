#include "detection/correlation/correlationset.h"

#include "detection/correlation/plan.h"

#include <algorithm>

namespace lolscope {

namespace {

/// Numbers the rules, lower ones first.
class Planner
{
public:
    explicit Planner(CorrelationPlan &plan)
        : m_plan(plan)
    {}

    void run()
    {
        addBaseRules();
        addCorrelations();
        for (auto node = m_plan.nodes.size();
             node-- > m_plan.baseRules;) // upper ones tell what they need first
            link(node);
        std::unordered_set<std::string> generating;
        for (const auto &rule : m_plan.rules)
            for (const auto &reference : rule->correlation->rules)
                (rule->correlation->generate ? generating : m_plan.silent).insert(reference.ruleId);
        std::erase_if(m_plan.silent, [&](const std::string &id) { return generating.contains(id); });
    }

private:
    void addBaseRules()
    {
        std::unordered_set<std::string_view> correlations;
        for (const auto &rule : m_plan.rules)
            correlations.insert(rule->id);
        for (const auto &rule : m_plan.rules)
            for (const auto &reference : rule->correlation->rules)
                if (!correlations.contains(reference.ruleId)
                    && m_plan.baseById.emplace(reference.ruleId, m_plan.nodes.size()).second)
                    m_plan.nodes.emplace_back();
        m_plan.baseRules = m_plan.nodes.size();
        m_nodeById.insert(m_plan.baseById.begin(), m_plan.baseById.end());
    }

    /// Recursion is as deep as chains are long (sigma::kMaxChain).
    void addCorrelations()
    {
        for (const auto &rule : m_plan.rules)
            m_ruleById.emplace(rule->id, rule);
        for (const auto &rule : m_plan.rules)
            add(rule);
    }
    void add(const sigma::RulePtr &rule)
    {
        if (m_nodeById.contains(rule->id))
            return;
        for (const auto &reference : rule->correlation->rules)
            if (const auto lower = m_ruleById.find(reference.ruleId); lower != m_ruleById.end())
                add(lower->second);
        m_nodeById.emplace(rule->id, m_plan.nodes.size());
        m_plan.nodes.emplace_back().rule = rule;
    }

    static std::size_t slotOf(CorrelationNode &node, const std::string &field)
    {
        const auto known = std::find(node.fields.begin(), node.fields.end(), field);
        if (known != node.fields.end())
            return static_cast<std::size_t>(known - node.fields.begin());
        node.fields.push_back(field);
        return node.fields.size() - 1;
    }

    void link(std::size_t index)
    {
        auto &node = m_plan.nodes[index];
        const auto &correlation = *node.rule->correlation;
        for (const auto &field : node.fields) {
            const auto group = std::find(correlation.groupBy.begin(), correlation.groupBy.end(), field);
            node.fieldGroups.push_back(group == correlation.groupBy.end()
                                           ? kNoSlot
                                           : static_cast<std::size_t>(group - correlation.groupBy.begin()));
        }
        for (std::size_t i = 0; i < correlation.rules.size(); ++i) {
            const auto &reference = correlation.rules[i];
            auto &lower = m_plan.nodes[m_nodeById.at(reference.ruleId)];
            CorrelationLink link{index, i, {}, {}, {}};
            for (const auto &name : correlation.groupBy)
                link.groupSlots.push_back(slotOf(lower, reference.fieldOf(name)));
            for (const auto &name : correlation.fields)
                link.valueSlots.push_back(slotOf(lower, reference.fieldOf(name)));
            for (std::size_t k = 0; k < node.fields.size(); ++k)
                link.carriedSlots.push_back(node.fieldGroups[k] == kNoSlot
                                                ? slotOf(lower, reference.fieldOf(node.fields[k]))
                                                : kNoSlot);
            lower.users.push_back(std::move(link));
        }
    }

    CorrelationPlan &m_plan;
    std::unordered_map<std::string, std::size_t> m_nodeById;
    std::unordered_map<std::string, sigma::RulePtr> m_ruleById;
};

} // namespace

CorrelationSet::CorrelationSet(const std::vector<sigma::RulePtr> &rules)
{
    auto plan = std::make_shared<CorrelationPlan>();
    plan->rules = rules;
    Planner(*plan).run();
    d = std::move(plan);
}

const std::vector<sigma::RulePtr> &CorrelationSet::rules() const
{
    return d->rules;
}

std::optional<std::size_t> CorrelationSet::baseRule(std::string_view ruleId) const
{
    const auto found = d->baseById.find(std::string(ruleId));
    return found == d->baseById.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<std::string> &CorrelationSet::fieldsOf(std::size_t baseRule) const
{
    return d->nodes[baseRule].fields;
}

bool CorrelationSet::isSilent(std::string_view ruleId) const
{
    return d->silent.contains(std::string(ruleId));
}

} // namespace lolscope
