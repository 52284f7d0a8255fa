#include "detection/engine/engine.h"
#include "model/base/text.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace lolscope;

namespace {

/// Every kind of test, on fields that the input fills.
constexpr std::string_view kRules = R"(title: Texts
id: 0a1b2c3d-0000-4000-8000-000000000001
logsource: {category: process_creation}
detection:
    whole: {A: [exact, 'wild*card', 'one?', '*', '', "\u00e4\u00f6"]}
    part: {A|contains: [needle, 'c', "\u0416"], B|startswith: 'C:\', B|endswith: '.exe'}
    cased: {A|contains|cased: Needle}
    dashes: {A|contains|windash: ' -enc'}
    encoded: {A|wide|base64offset|contains: iex}
    words: [needle, 'sekur*lsa', 4711]
    condition: 1 of them
---
title: Others
id: 0a1b2c3d-0000-4000-8000-000000000002
logsource: {category: process_creation}
detection:
    regex: {A|re: ['(?i)ne+dle', '\\s-[a-z]{1,20}\\b', '.{20,}']}
    look: {A|re: ['(a+)+(?=b)', '(.)\\1\\1(?!x)']}
    network: {A|cidr: [10.0.0.0/8, 'fe80::/10']}
    number: {A|gt: 5, B|lte: 18446744073709551615}
    time: {A|hour: 23, B|week|gt: 7}
    refs: {A|fieldref: B, B|fieldref|contains: A}
    absent: {A: null, B|exists: false}
    condition: (regex or look or network or number or time) and not (refs or absent)
---
title: Filtered
id: 0a1b2c3d-0000-4000-8000-000000000003
logsource: {product: windows}
detection:
    a: {A|contains|neq: x}
    b: {B|contains|all: [a, b]}
    condition: a and not b
)";

const Engine &engine()
{
    static const Engine made = [] {
        auto load = sigma::parseRules(kRules, "fuzz.yml");
        return Engine(std::move(load.loaded));
    }();
    return made;
}

} // namespace

/// Input: values of the fields A and B, lines of them by turns. Properties: a second evaluation, with and
/// without what was learnt in the first, gives the same; the prefilter says yes to what matches; what is
/// explained is a value of the event.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (engine().rules().size() != 3)
        std::abort(); // the rules above are broken
    std::string_view text(reinterpret_cast<const char *>(data), size);
    std::vector<std::string> values;
    std::vector<Field> fields;
    while (!text.empty() && values.size() < 8) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        values.emplace_back(line);
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        fields.push_back({i % 2 ? "B" : "A", values[i]});
    Event event;
    event.provider = "Microsoft-Windows-Sysmon";
    event.eventId = 1;
    event.data = fields;

    static Engine::Session kept(engine());
    Engine::Session fresh(engine());
    const auto matches = engine().evaluate(event, kept);
    const auto again = engine().evaluate(event, fresh);
    if (matches.size() != again.size())
        std::abort();
    for (std::size_t i = 0; i < matches.size(); ++i) {
        if (matches[i].rule != again[i].rule || matches[i].matched.size() != again[i].matched.size())
            std::abort();
        for (const auto &matched : matches[i].matched)
            if (matched.test.empty())
                std::abort();
    }
    if (!matches.empty() && !engine().mayMatch(event, {true, true}, kept))
        std::abort();
    return 0;
}
