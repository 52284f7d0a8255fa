#include "detection/correlation/eventvalues.h"

#include "detection/sigma/detection.h"

#include <algorithm>

namespace lolscope {

EventValues::EventValues(sigma::RulePtr rule, const std::vector<std::string> &fields)
    : m_rule(std::move(rule))
{
    for (const auto &kind : m_rule->detection->events) {
        auto &table = m_tables.emplace_back();
        for (const auto &field : fields)
            table.add(field, kind.aliases);
    }
}

std::vector<std::string> EventValues::of(const Event &event)
{
    const auto &kinds = m_rule->detection->events;
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const auto &one) { return sigma::isOfKind(event, one); });
    const auto &table = m_tables[kind == kinds.end() ? 0 : static_cast<std::size_t>(kind - kinds.begin())];
    m_facts.read(table, event);
    std::vector<std::string> values;
    for (std::uint32_t field = 0; field < table.size(); ++field) {
        const auto found = m_facts.valuesOf(field);
        const auto first = std::find_if(found.begin(), found.end(),
                                        [](const FactValue &value) { return !value.text.empty(); });
        values.emplace_back(first == found.end() ? std::string_view() : first->text);
    }
    return values;
}

} // namespace lolscope
