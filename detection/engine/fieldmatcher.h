#pragma once

#include "detection/engine/literalset.h"
#include "detection/sigma/detection.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// Number of a predicate (one test of one field) in its RuleGroup.
using PredicateId = std::uint32_t;

/// What is known of a predicate for one value: it is true, or (kUnknown set) could not be decided within the
/// limits of regular expressions.
struct Truth
{
    static constexpr std::uint32_t kUnknown = 0x8000'0000U;

    std::uint32_t bits = 0;

    PredicateId predicate() const { return bits & ~kUnknown; }
    bool isUnknown() const { return (bits & kUnknown) != 0; }
};

/// Every test that rules make of one field, asked of a value at once: one scan for all literals, then only
/// the wildcards and regular expressions whose literal was found, then what has no literal.
class FieldMatcher
{
public:
    /// Memory of match() between calls, for one thread.
    struct Scratch
    {
        std::vector<std::uint32_t> seen; ///< By test, the scan it was last found in.
        std::uint32_t scan = 0;
        std::string folded;
    };

    /// `test` has to outlive the matcher. NullTest, ExistsTest and FieldTest look at more than a value and
    /// have no place here.
    void add(PredicateId predicate, const sigma::Test &test);
    /// After the last add().
    void build();

    bool isEmpty() const { return m_tests.empty(); }

    /// Adds the predicates that `value` makes true, each once, in no order.
    void match(std::string_view value, Scratch &scratch, std::vector<Truth> &truths) const;

private:
    struct Entry
    {
        PredicateId predicate;
        const sigma::Test *test;
        bool literalDecides; ///< Else the literal is only needed, and `test` is asked.
        bool always; ///< To be asked of texts that are not ASCII whatever literals they have.
    };

    void addPattern(std::uint32_t entry, const sigma::PatternTest &test);
    void addLiteral(std::uint32_t entry, LiteralSet::Literal literal, bool cased);

    std::vector<Entry> m_tests;
    LiteralSet m_folded;
    LiteralSet m_cased{true};
    std::vector<std::uint32_t> m_entryOfFolded; ///< By number of the literal.
    std::vector<std::uint32_t> m_entryOfCased;
    std::vector<std::uint32_t> m_unconditional; ///< Entries without a literal.
    std::vector<std::uint32_t> m_beyondAscii; ///< Entries with `always`.
};

/// About how rarely a test of a value holds, the larger the rarer: orders conditions, decides nothing.
int rarityOf(const sigma::Test &test);

} // namespace lolscope
