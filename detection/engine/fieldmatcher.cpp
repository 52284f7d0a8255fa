#include "detection/engine/fieldmatcher.h"

#include "detection/engine/valuetest.h"
#include "model/base/text.h"

#include <algorithm>

namespace lolscope {

void FieldMatcher::addLiteral(std::uint32_t entry, LiteralSet::Literal literal, bool cased)
{
    (cased ? m_cased : m_folded).add(std::move(literal));
    (cased ? m_entryOfCased : m_entryOfFolded).push_back(entry);
}

void FieldMatcher::addPattern(std::uint32_t entry, const sigma::PatternTest &test)
{
    const auto lacksLiteral = [](const sigma::Pattern &pattern) { return pattern.longestText().empty(); };
    if (std::any_of(test.patterns.begin(), test.patterns.end(), lacksLiteral)) {
        m_unconditional.push_back(entry);
        return;
    }
    // A pattern with a dash or two is a few literals.
    constexpr std::size_t kMostLiterals = 25;
    std::vector<sigma::Pattern> patterns;
    for (const sigma::Pattern &pattern : test.patterns) {
        auto alternatives = pattern.dashAlternatives();
        if (alternatives.empty() || alternatives.size() > kMostLiterals)
            alternatives = {pattern};
        patterns.insert(patterns.end(), alternatives.begin(), alternatives.end());
    }
    m_tests[entry].literalDecides =
        std::all_of(patterns.begin(), patterns.end(),
                    [](const sigma::Pattern &pattern) { return pattern.plainText().has_value(); });
    for (const sigma::Pattern &pattern : m_tests[entry].literalDecides ? patterns : test.patterns) {
        if (m_tests[entry].literalDecides)
            addLiteral(
                entry,
                {*pattern.plainText(), !pattern.startIsOpen(), !pattern.endIsOpen(), test.overlookBlanks},
                test.cased);
        else
            addLiteral(entry, {std::string(pattern.longestText())}, test.cased);
    }
}

void FieldMatcher::add(PredicateId predicate, const sigma::Test &test)
{
    const auto entry = static_cast<std::uint32_t>(m_tests.size());
    m_tests.push_back({predicate, &test, false, false});
    if (const auto *pattern = std::get_if<sigma::PatternTest>(&test.kind)) {
        addPattern(entry, *pattern);
        return;
    }
    const auto *regex = std::get_if<sigma::RegexTest>(&test.kind);
    if (!regex || regex->regex->required().empty()) {
        m_unconditional.push_back(entry);
        return;
    }
    for (const std::string &text : regex->regex->required())
        addLiteral(entry, {text}, false);
    if (regex->regex->ignoresCase()) {
        m_tests[entry].always = true;
        m_beyondAscii.push_back(entry);
    }
}

void FieldMatcher::build()
{
    m_folded.build();
    m_cased.build();
}

void FieldMatcher::match(std::string_view text, Scratch &scratch, std::vector<Truth> &truths) const
{
    if (scratch.seen.size() < m_tests.size())
        scratch.seen.resize(m_tests.size());
    if (++scratch.scan == 0) { // after four thousand million of them
        std::fill(scratch.seen.begin(), scratch.seen.end(), 0);
        scratch.scan = 1;
    }
    TestedValue value(text, scratch.folded);
    const auto askOnce = [&](std::uint32_t entry) {
        if (scratch.seen[entry] == scratch.scan)
            return;
        scratch.seen[entry] = scratch.scan;
        const Entry &test = m_tests[entry];
        const auto answer = test.literalDecides ? sigma::Regex::Answer::Yes : ask(*test.test, value);
        if (answer != sigma::Regex::Answer::No)
            truths.push_back({test.predicate | (answer == sigma::Regex::Answer::Yes ? 0 : Truth::kUnknown)});
    };
    const bool ascii = value.isAscii();
    if (m_folded.size() > 0)
        m_folded.scan(ascii ? text : value.folded(),
                      [&](std::uint32_t literal) { askOnce(m_entryOfFolded[literal]); });
    if (m_cased.size() > 0)
        m_cased.scan(text, [&](std::uint32_t literal) { askOnce(m_entryOfCased[literal]); });
    for (const std::uint32_t entry : m_unconditional)
        askOnce(entry);
    if (!ascii)
        for (const std::uint32_t entry : m_beyondAscii)
            askOnce(entry);
}

int rarityOf(const sigma::Test &test)
{
    constexpr int kUnselective = 1;
    const auto ofLength = [](std::size_t length, bool whole) {
        const int points = static_cast<int>(std::min<std::size_t>(length, 24));
        return whole && points > 6 ? points + 8 : points;
    };
    if (const auto *pattern = std::get_if<sigma::PatternTest>(&test.kind)) {
        int rarity = 32;
        for (const auto &one : pattern->patterns)
            rarity =
                std::min(rarity, ofLength(one.longestText().size(), !one.startIsOpen() && !one.endIsOpen()));
        return std::max(rarity, kUnselective);
    }
    if (const auto *regex = std::get_if<sigma::RegexTest>(&test.kind)) {
        int rarity = regex->regex->required().empty() ? kUnselective : 32;
        for (const std::string &text : regex->regex->required())
            rarity = std::min(rarity, ofLength(text.size(), false));
        return rarity;
    }
    return std::holds_alternative<sigma::NetworkTest>(test.kind) ? 4 : kUnselective;
}

} // namespace lolscope
