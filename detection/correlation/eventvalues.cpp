#include "detection/correlation/eventvalues.h"

#include "detection/engine/facts.h"
#include "detection/sigma/detection.h"

#include <algorithm>

namespace lolscope {

namespace {

const sigma::FieldAlias *aliasOf(const Event &event, const sigma::Rule &rule, std::string_view field)
{
    for (const auto &kind : rule.detection->events)
        if (sigma::isOfKind(event, kind))
            for (const auto &alias : kind.aliases)
                if (alias.name == field)
                    return &alias;
    return nullptr;
}

} // namespace

std::vector<std::string> valuesOf(const Event &event, const sigma::Rule &rule,
                                  std::span<const std::string> fields)
{
    std::vector<FactField> asked;
    for (const auto &field : fields)
        asked.push_back({field, aliasOf(event, rule, field)});
    Facts facts(event, asked);
    std::vector<std::string> values;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto &found = facts.valuesOf(i);
        const auto first = std::find_if(found.begin(), found.end(),
                                        [](const FactValue &value) { return !value.text.empty(); });
        values.emplace_back(first == found.end() ? std::string_view() : first->text);
    }
    return values;
}

} // namespace lolscope
