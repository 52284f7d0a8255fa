#include "detection/engine/dispatch.h"

#include <algorithm>
#include <charconv>

namespace lolscope {

namespace {

/// Kinds come from static tables, so the same kind is the same memory.
bool isSameKind(const sigma::EventKind &a, const sigma::EventKind &b)
{
    return a.channels.data() == b.channels.data() && a.providers.data() == b.providers.data()
        && a.eventIds.data() == b.eventIds.data() && a.eventTypes.data() == b.eventTypes.data()
        && a.aliases.data() == b.aliases.data() && a.serviceChannels.data() == b.serviceChannels.data()
        && a.product == b.product;
}

using Ids = std::optional<std::set<std::uint32_t>>; // nullopt: any

/// The event ids an item lets through.
Ids idsOf(const sigma::Item &item)
{
    if (item.field != "EventID" || item.negated || (item.allTests && item.tests.size() > 1))
        return {};
    std::set<std::uint32_t> ids;
    for (const sigma::Test &test : item.tests) {
        const auto *pattern = std::get_if<sigma::PatternTest>(&test.kind);
        if (!pattern || pattern->patterns.size() != 1)
            return {};
        const auto &one = pattern->patterns.front();
        const auto text = one.plainText();
        if (!text || one.startIsOpen() || one.endIsOpen())
            return {};
        std::uint32_t id = 0;
        const auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), id);
        if (status == std::errc() && end == text->data() + text->size() && std::to_string(id) == *text)
            ids.insert(id); // no event has another text
    }
    return ids;
}

Ids idsOf(const sigma::Detection &detection, const sigma::Expression &expression)
{
    using Op = sigma::Expression::Op;
    switch (expression.op) {
    case Op::Item:
        return idsOf(detection.items[expression.index]);
    case Op::Selection:
        return idsOf(detection, detection.selections[expression.index]);
    case Op::Not:
        return {};
    case Op::All: {
        Ids all;
        for (const auto &operand : expression.operands) {
            const auto some = idsOf(detection, operand);
            if (!some)
                continue;
            if (!all)
                all = some;
            else
                std::erase_if(*all, [&](std::uint32_t id) { return !some->contains(id); });
        }
        return all;
    }
    case Op::Any:
        break;
    }
    std::set<std::uint32_t> any;
    for (const auto &operand : expression.operands) {
        const auto some = idsOf(detection, operand);
        if (!some)
            return {};
        any.insert(some->begin(), some->end());
    }
    return any;
}

bool hasField(const Event &event, std::string_view name)
{
    return std::any_of(event.data.begin(), event.data.end(),
                       [name](const Field &field) { return field.name == name; });
}

} // namespace

Dispatch::Dispatch(const std::vector<sigma::RulePtr> &rules)
    : m_rules(rules)
{
    for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
        m_ids.emplace_back();
        for (const auto &kind : rules[rule]->detection->events) {
            const auto known = std::find_if(m_kinds.begin(), m_kinds.end(),
                                            [&](const Kind &other) { return isSameKind(other.kind, kind); });
            if (known != m_kinds.end()) {
                known->rules.push_back(rule);
            } else {
                const auto index = static_cast<std::uint32_t>(m_kinds.size());
                for (const auto id : kind.eventIds)
                    m_kindsById[id].push_back(index);
                if (kind.eventIds.empty())
                    m_kindsOfAnyId.push_back(index);
                m_kinds.push_back({kind, {rule}});
            }
            if (kind.eventIds.empty() && !m_ids[rule]) {
                m_ids[rule] = idsOf(*rules[rule]->detection, rules[rule]->detection->condition);
                if (m_ids[rule])
                    m_namedIds.insert(m_ids[rule]->begin(), m_ids[rule]->end());
            }
        }
    }
}

/// Calls `use(index)` for the kinds that the event is of until one call returns true.
template<typename Use>
bool Dispatch::forKindsOf(const Event &event, Use use) const
{
    const auto tryAll = [&](const std::vector<std::uint32_t> &indices) {
        return std::any_of(indices.begin(), indices.end(), [&](std::uint32_t index) {
            return sigma::isOfKind(event, m_kinds[index].kind) && use(index);
        });
    };
    const auto found = m_kindsById.find(event.eventId);
    return (found != m_kindsById.end() && tryAll(found->second)) || tryAll(m_kindsOfAnyId);
}

bool Dispatch::wants(const Event &event) const
{
    return forKindsOf(event, [](std::uint32_t) { return true; });
}

const RuleGroup *Dispatch::groupOf(const Event &event, Recent &recent) const
{
    const std::size_t hash = event.eventId * 31 + event.channel.size() * 7 + event.provider.size();
    auto &entry = recent.m_entries[hash % recent.m_entries.size()];
    if (!entry.isSet || entry.eventId != event.eventId || entry.channel != event.channel
        || entry.provider != event.provider) {
        entry.found = find(event, true);
        entry.provider = event.provider;
        entry.channel = event.channel;
        entry.eventId = event.eventId;
        entry.isSet = true;
    }
    if (entry.found.byId && hasField(event, "EventID")) // which hides that of System
        return find(event, false).group;
    return entry.found.group;
}

Dispatch::Found Dispatch::find(const Event &event, bool mayChooseById) const
{
    Key key;
    bool byId = false;
    forKindsOf(event, [&](std::uint32_t index) {
        key.kinds.push_back(index);
        byId = byId || m_kinds[index].kind.eventIds.empty();
        return false;
    });
    if (key.kinds.empty())
        return {};
    byId = byId && mayChooseById;
    key.eventId = !byId ? kAnyId : m_namedIds.contains(event.eventId) ? event.eventId : kOtherId;
    Slot *slot = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        auto &place = m_groups[key];
        if (!place)
            place = std::make_unique<Slot>();
        slot = place.get();
    }
    std::call_once(slot->once, [&] { slot->group = compile(key); });
    return {slot->group.get(), byId};
}

std::unique_ptr<RuleGroup> Dispatch::compile(const Key &key) const
{
    std::vector<RuleVariant> variants;
    for (const std::uint32_t kind : key.kinds)
        for (const std::uint32_t rule : m_kinds[kind].rules) {
            const bool byId = m_kinds[kind].kind.eventIds.empty() && key.eventId != kAnyId && m_ids[rule];
            if (!byId || m_ids[rule]->contains(key.eventId))
                variants.push_back({rule, m_rules[rule]->detection.get(), &m_kinds[kind].kind});
        }
    if (variants.empty())
        return nullptr;
    std::stable_sort(variants.begin(), variants.end(),
                     [](const RuleVariant &a, const RuleVariant &b) { return a.rule < b.rule; });
    return std::make_unique<RuleGroup>(variants);
}

} // namespace lolscope
