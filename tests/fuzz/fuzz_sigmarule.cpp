#include "detection/sigma/correlation.h"
#include "detection/sigma/references.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace lolscope;

/// Input: Sigma rules, correlation rules and filters. Property: each document is either loaded with an id or
/// refused with a reason, and a correlation rule that is loaded knows every rule it builds on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    auto rules = sigma::parseRules({reinterpret_cast<const char *>(data), size}, "fuzz.yml");
    for (const auto &rule : rules.loaded)
        if (!rule || rule->id.empty())
            std::abort();
    sigma::resolveReferences(rules);
    for (const auto &rule : rules.correlations)
        for (const auto &reference : rule->correlation->rules)
            if (rule->id.empty() || reference.ruleId.empty())
                std::abort();
    for (const auto &refused : rules.refused)
        if (refused.reason.detail.empty())
            std::abort();
    return 0;
}
