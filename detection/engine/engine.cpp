#include "detection/engine/engine.h"

#include "detection/engine/evaluation.h"
#include "detection/engine/facts.h"
#include "detection/sigma/detection.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace lolscope {

namespace {

/// The rules that are about one kind of events.
struct Group
{
    struct Candidate
    {
        std::size_t rule;
        std::vector<std::uint32_t> itemFields;
    };
    sigma::EventKind kind;
    std::uint32_t eventTypeField = 0; ///< Where `kind.eventTypes` is not empty.
    std::vector<Candidate> candidates; ///< In rule order.
};

/// Kinds come from static tables, so the same kind is the same memory.
bool isSameKind(const sigma::EventKind &a, const sigma::EventKind &b)
{
    return a.channels.data() == b.channels.data() && a.providers.data() == b.providers.data()
        && a.eventIds.data() == b.eventIds.data() && a.serviceChannels.data() == b.serviceChannels.data();
}

} // namespace

struct Engine::Private
{
    std::vector<sigma::RulePtr> rules;
    std::vector<FactField> fields;
    std::unordered_multimap<std::string_view, std::uint32_t> fieldsByName; ///< Views into `rules`.
    std::vector<Group> groups;
    std::unordered_map<std::uint32_t, std::vector<std::size_t>> groupsById;
    std::vector<std::size_t> groupsOfAnyId;

    std::uint32_t fieldIndex(std::string_view name, const sigma::EventKind &kind)
    {
        FactField field{name, nullptr};
        for (const auto &alias : kind.aliases)
            if (alias.name == name)
                field.alias = &alias;
        const auto [first, last] = fieldsByName.equal_range(name);
        for (auto known = first; known != last; ++known)
            if (fields[known->second] == field)
                return known->second;
        const auto index = static_cast<std::uint32_t>(fields.size());
        fields.push_back(field);
        fieldsByName.emplace(name, index);
        return index;
    }

    Group &groupOf(const sigma::EventKind &kind)
    {
        const auto known = std::find_if(groups.begin(), groups.end(),
                                        [&](const Group &group) { return isSameKind(group.kind, kind); });
        if (known != groups.end())
            return *known;
        for (const auto id : kind.eventIds)
            groupsById[id].push_back(groups.size());
        if (kind.eventIds.empty())
            groupsOfAnyId.push_back(groups.size());
        Group group{kind, 0, {}};
        if (!kind.eventTypes.empty())
            group.eventTypeField = fieldIndex("EventType", kind);
        return groups.emplace_back(std::move(group));
    }

    void add(std::size_t rule)
    {
        const auto &detection = *rules[rule]->detection;
        for (const auto &kind : detection.events) {
            Group::Candidate candidate{rule, {}};
            for (const auto &item : detection.items)
                candidate.itemFields.push_back(item.isKeywords() ? 0 : fieldIndex(item.field, kind));
            groupOf(kind).candidates.push_back(std::move(candidate));
        }
    }

    /// Calls `use(group)` for the groups that take the event until one call returns true.
    template<typename Use>
    bool forGroupsOf(const Event &event, Use use) const
    {
        const auto tryAll = [&](const std::vector<std::size_t> &indices) {
            return std::any_of(indices.begin(), indices.end(), [&](std::size_t index) {
                return sigma::isOfKind(event, groups[index].kind) && use(groups[index]);
            });
        };
        const auto found = groupsById.find(event.eventId);
        return (found != groupsById.end() && tryAll(found->second)) || tryAll(groupsOfAnyId);
    }
};

Engine::Engine(std::vector<sigma::RulePtr> rules)
    : d(std::make_unique<Private>())
{
    std::unordered_set<std::string_view> ids;
    for (auto &rule : rules)
        if (rule && rule->detection && ids.insert(rule->id).second)
            d->rules.push_back(std::move(rule));
    for (std::size_t i = 0; i < d->rules.size(); ++i)
        d->add(i);
}

Engine::~Engine() = default;
Engine::Engine(Engine &&) noexcept = default;
Engine &Engine::operator=(Engine &&) noexcept = default;

const std::vector<sigma::RulePtr> &Engine::rules() const
{
    return d->rules;
}

bool Engine::wants(const Event &event) const
{
    return d->forGroupsOf(event, [](const Group &) { return true; });
}

std::vector<Match> Engine::evaluate(const Event &event) const
{
    std::vector<Match> matches;
    std::vector<const Group *> accepting;
    d->forGroupsOf(event, [&](const Group &group) {
        accepting.push_back(&group);
        return false;
    });
    if (accepting.empty())
        return matches;

    Facts facts(event, d->fields);
    std::vector<const Group::Candidate *> candidates;
    for (const auto *group : accepting) {
        const auto isType = [&](const FactValue &value) {
            const auto &types = group->kind.eventTypes;
            return std::any_of(types.begin(), types.end(),
                               [&](std::string_view type) { return sigma::sameName(value.text, type); });
        };
        if (!group->kind.eventTypes.empty()) {
            const auto &values = facts.valuesOf(group->eventTypeField);
            if (std::none_of(values.begin(), values.end(), isType))
                continue;
        }
        for (const auto &candidate : group->candidates)
            candidates.push_back(&candidate);
    }
    if (accepting.size() > 1)
        std::stable_sort(candidates.begin(), candidates.end(),
                         [](const auto *a, const auto *b) { return a->rule < b->rule; });

    for (const auto *candidate : candidates) {
        const auto &rule = d->rules[candidate->rule];
        const bool known =
            !matches.empty() && matches.back().rule == rule; // it is about two kinds of this event
        Evaluation evaluation(*rule->detection, candidate->itemFields, facts);
        if (!known && evaluation.holds())
            matches.push_back({rule, evaluation.explain()});
    }
    return matches;
}

} // namespace lolscope
