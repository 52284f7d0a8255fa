#include "detection/sigma/references.h"

#include "detection/sigma/correlation.h"
#include "detection/sigma/detection.h"
#include "detection/sigma/filter.h"
#include "model/base/text.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace lolscope::sigma {

namespace {

Error errorAt(const std::string &source, const RuleReference &place, ErrorCode code, std::string detail)
{
    return {code, std::move(detail), source, {}, place.line, place.column};
}

/// The rules that can be referred to.
class Directory
{
public:
    void add(const Rule &rule)
    {
        m_ids.insert(rule.id);
        if (!rule.name.empty())
            m_idsByName[rule.name].insert(rule.id);
    }
    bool has(const std::string &id) const { return m_ids.contains(id); }

    /// The id of the rule that is meant. Error: without a place.
    Result<std::string> find(const std::string &written) const
    {
        if (auto id = foldCase(written); m_ids.contains(id))
            return id;
        const auto named = m_idsByName.find(written);
        if (named == m_idsByName.end())
            return fail(ErrorCode::Invalid, "no rule is loaded that has the id or name '" + written + "'");
        if (named->second.size() > 1)
            return fail(ErrorCode::Invalid, "several rules have the name '" + written + "'");
        return *named->second.begin();
    }

private:
    std::unordered_set<std::string> m_ids;
    std::unordered_map<std::string, std::unordered_set<std::string>> m_idsByName;
};

std::size_t weightOf(const Expression &expression)
{
    std::size_t weight = 1;
    for (const auto &operand : expression.operands)
        weight += weightOf(operand);
    return weight;
}

/// How much a filter adds to each rule.
std::size_t weightOf(const Detection &detection)
{
    std::size_t weight = weightOf(detection.condition);
    for (const auto &item : detection.items)
        weight += item.tests.size();
    for (const auto &selection : detection.selections)
        weight += weightOf(selection);
    return weight;
}

class Filtering
{
public:
    explicit Filtering(RuleLoad &load)
        : m_load(load)
    {
        for (std::size_t i = 0; i < load.loaded.size(); ++i) {
            m_directory.add(*load.loaded[i]);
            m_byId[load.loaded[i]->id].push_back(i);
        }
        for (const auto &rule : load.correlations)
            m_correlations.add(*rule);
    }

    void run()
    {
        std::vector<FilterPtr> accepted;
        for (const auto &filter : m_load.filters) {
            if (auto added = add(filter); added)
                accepted.push_back(filter);
            else
                m_load.refused.push_back({std::move(added.error()), filter->id, filter->title, {}});
        }
        m_load.filters = std::move(accepted);
        for (const auto &[index, filters] : m_filtersOf)
            m_load.loaded[index] = filtered(*m_load.loaded[index], filters);
    }

private:
    Result<void> add(const FilterPtr &filter)
    {
        std::vector<Error> warnings;
        auto rules = rulesOf(*filter, warnings);
        if (!rules)
            return tl::unexpected<Error>(rules.error());
        const auto added = rules->size() * weightOf(*filter->detection);
        if (added > kMaxFilteredItems - m_items)
            return tl::unexpected<Error>({ErrorCode::TooLarge,
                                          "the filters add too much to too many rules",
                                          filter->source,
                                          {},
                                          filter->line,
                                          1});
        m_items += added;
        for (const auto rule : *rules)
            m_filtersOf[rule].push_back(filter);
        std::move(warnings.begin(), warnings.end(), std::back_inserter(m_load.warnings));
        return {};
    }

    /// The rules it is for, by index into what is loaded.
    Result<std::vector<std::size_t>> rulesOf(const Filter &filter, std::vector<Error> &warnings) const
    {
        std::vector<std::size_t> rules;
        const auto takes = [&](std::size_t index) {
            return contains(filter.logSource, m_load.loaded[index]->logSource);
        };
        if (filter.rules.empty())
            for (std::size_t i = 0; i < m_load.loaded.size(); ++i)
                if (takes(i))
                    rules.push_back(i);
        for (const auto &reference : filter.rules) {
            const auto id = m_directory.find(reference.written);
            if (!id && m_correlations.find(reference.written))
                return tl::unexpected(errorAt(
                    filter.source, reference, ErrorCode::Unsupported,
                    "'" + reference.written + "' is a correlation rule: filter the rules it builds on"));
            if (!id)
                return tl::unexpected(errorAt(filter.source, reference, id.error().code, id.error().detail));
            for (const auto index : m_byId.at(*id)) {
                if (takes(index))
                    rules.push_back(index);
                else
                    warnings.push_back(errorAt(filter.source, reference, ErrorCode::Invalid,
                                               "the filter does nothing to '" + reference.written
                                                   + "', which is of another log source"));
            }
        }
        std::sort(rules.begin(), rules.end());
        rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
        return rules;
    }

    RuleLoad &m_load;
    Directory m_directory, m_correlations;
    std::unordered_map<std::string, std::vector<std::size_t>> m_byId;
    std::map<std::size_t, std::vector<FilterPtr>> m_filtersOf;
    std::size_t m_items = 0;
};

class Correlating
{
public:
    explicit Correlating(RuleLoad &load)
        : m_load(load)
    {
        for (const auto &rule : load.loaded)
            m_directory.add(*rule);
    }

    void run()
    {
        addRules();
        for (auto &node : m_nodes)
            resolve(node);
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            for (const auto &reference : m_nodes[i].correlation->rules)
                if (const auto below = m_indexById.find(reference.ruleId); below != m_indexById.end())
                    m_nodes[below->second].dependents.push_back(i);
        refuseDependents();
        followChains();
        m_load.correlations.clear();
        for (auto &node : m_nodes) {
            if (node.refused)
                continue;
            auto rule = std::make_shared<Rule>(*node.rule);
            rule->correlation = node.correlation;
            m_load.correlations.push_back(std::move(rule));
        }
    }

private:
    struct Node
    {
        RulePtr rule;
        std::shared_ptr<Correlation> correlation; ///< A copy, which is being resolved.
        std::vector<std::size_t> dependents = {}; ///< That refer to it.
        bool refused = false;
        std::size_t open = 0; ///< References to correlation rules whose chain is not known yet.
        std::size_t chain = 1; ///< Correlation rules one below the other, from this one down.
    };

    void refuse(Node &node, const RuleReference &place, ErrorCode code, std::string detail)
    {
        node.refused = true;
        m_load.refused.push_back({errorAt(node.rule->source, place, code, std::move(detail)), node.rule->id,
                                  node.rule->title, node.rule->author});
    }

    void addRules()
    {
        for (const auto &rule : m_load.correlations) {
            Node node{rule, std::make_shared<Correlation>(*rule->correlation)};
            if (m_directory.has(rule->id)) {
                refuse(node, {{}, rule->line, 1, {}}, ErrorCode::Invalid,
                       "another rule has the id " + rule->id);
                continue;
            }
            m_directory.add(*rule);
            m_indexById.emplace(rule->id, m_nodes.size());
            m_nodes.push_back(std::move(node));
        }
    }

    void resolve(Node &node)
    {
        auto &rules = node.correlation->rules;
        std::unordered_set<std::string> seen;
        for (auto &reference : rules) {
            const auto id = m_directory.find(reference.written);
            if (!id)
                return refuse(node, reference, id.error().code, id.error().detail);
            if (!seen.insert(*id).second)
                return refuse(node, reference, ErrorCode::Invalid,
                              "'" + reference.written + "' is among the rules already");
            reference.ruleId = *id;
        }
        for (const auto &alias : node.correlation->aliases) {
            const auto id = m_directory.find(alias.rule.written);
            const auto of = std::find_if(rules.begin(), rules.end(), [&](const RuleReference &reference) {
                return id && reference.ruleId == *id;
            });
            if (of == rules.end())
                return refuse(node, alias.rule, ErrorCode::Invalid,
                              "'" + alias.rule.written + "' is not among the rules");
            of->aliases.emplace_back(alias.name, alias.field);
        }
    }

    const RuleReference &referenceTo(const Node &node, const std::string &ruleId) const
    {
        const auto &rules = node.correlation->rules;
        return *std::find_if(rules.begin(), rules.end(),
                             [&](const RuleReference &reference) { return reference.ruleId == ruleId; });
    }

    void refuseDependents()
    {
        std::vector<std::size_t> refused;
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            if (m_nodes[i].refused)
                refused.push_back(i);
        while (!refused.empty()) {
            const auto &node = m_nodes[refused.back()];
            refused.pop_back();
            for (const auto index : node.dependents) {
                auto &dependent = m_nodes[index];
                if (dependent.refused)
                    continue;
                const auto &place = referenceTo(dependent, node.rule->id);
                refuse(dependent, place, ErrorCode::Invalid, "'" + place.written + "' was refused");
                refused.push_back(index);
            }
        }
    }

    /// From the rules that build on detection rules alone upward; what is never reached lies on a circle or
    /// above one.
    void followChains()
    {
        std::vector<std::size_t> reached;
        for (const auto &node : m_nodes)
            for (const auto dependent : node.dependents)
                ++m_nodes[dependent].open;
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            if (m_nodes[i].open == 0)
                reached.push_back(i);
        for (std::size_t next = 0; next < reached.size(); ++next) {
            const auto &node = m_nodes[reached[next]];
            for (const auto index : node.dependents) {
                auto &dependent = m_nodes[index];
                dependent.chain = std::max(dependent.chain, node.chain + 1);
                if (--dependent.open == 0)
                    reached.push_back(index);
            }
        }
        for (auto &node : m_nodes) {
            if (node.refused)
                continue;
            const auto &rules = node.correlation->rules;
            const auto above = [&](const RuleReference &reference) {
                const auto below = m_indexById.find(reference.ruleId);
                return below != m_indexById.end()
                    && (node.open > 0 ? m_nodes[below->second].open > 0
                                      : m_nodes[below->second].chain >= kMaxChain);
            };
            if (node.open > 0) {
                const auto &place = *std::find_if(rules.begin(), rules.end(), above);
                refuse(node, place, ErrorCode::Invalid,
                       "the references from '" + place.written + "' on go in a circle");
            } else if (node.chain > kMaxChain) {
                refuse(node, *std::find_if(rules.begin(), rules.end(), above), ErrorCode::TooLarge,
                       "more than 16 correlation rules that build on one another");
            }
        }
    }

    RuleLoad &m_load;
    Directory m_directory;
    std::vector<Node> m_nodes;
    std::unordered_map<std::string, std::size_t> m_indexById;
};

} // namespace

void resolveReferences(RuleLoad &load)
{
    Filtering(load).run();
    Correlating(load).run();
}

} // namespace lolscope::sigma
