#include "detection/sigma/rule.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace lolscope;

/// Input: a Sigma rule. Property: each document is either loaded with an id or refused with a reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto rules = sigma::parseRules({reinterpret_cast<const char *>(data), size}, "fuzz.yml");
    for (const auto &rule : rules.loaded)
        if (!rule || rule->id.empty())
            std::abort();
    for (const auto &refused : rules.refused)
        if (refused.reason.detail.empty())
            std::abort();
    return 0;
}
