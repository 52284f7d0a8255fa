#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::sigma {

/// A Sigma string with its wildcards: `*` any run of characters, `?` exactly one. Compares byte for byte; for
/// a comparison without case fold() the pattern once and foldCase() each value.
///
/// Matching takes at most value length times pattern length, without recursion or backtracking over runs.
class Pattern
{
public:
    /// Reads Sigma's escaping: a backslash escapes only `*`, `?` and `\` and is literal before anything else.
    static Pattern parse(std::string_view written);
    /// Exactly `text`, nothing of it special.
    static Pattern literal(std::string_view text);

    void openStart() { m_openStart = true; } ///< Adds a run before the pattern unless there is one.
    void openEnd() { m_openEnd = true; } ///< Adds a run after it.
    /// The `windash` modifier: a dash at the start of a word stands for any of `-`, `/`, U+2013, U+2014,
    /// U+2015.
    void expandDashes();
    /// The same with each expanded dash as one of the five: patterns that together match what this does.
    /// Empty when they would be more than kMostAlternatives.
    std::vector<Pattern> dashAlternatives() const;
    static constexpr std::size_t kMostAlternatives = 625; // of four dashes
    void fold(); ///< Turns letters into the form foldCase() gives.

    bool matches(std::string_view value) const;

    bool startIsOpen() const { return m_openStart; }
    bool endIsOpen() const { return m_openEnd; }
    /// The text between the outer runs when it has no wildcard in it.
    std::optional<std::string> plainText() const;
    bool hasWildcards() const; ///< An expanded dash is none.
    /// Calls `change` with every piece of text.
    template<typename Change>
    void changeTexts(Change change)
    {
        for (auto &segment : m_segments)
            for (auto &atom : segment.atoms)
                if (atom.kind == Atom::Kind::Text)
                    change(atom.text);
        countCharacters();
    }
    /// The longest piece of text without wildcards that every match has in it.
    std::string_view longestText() const;
    /// Appends what tells this pattern from every other.
    void appendKey(std::string &key) const;
    /// For people: wildcards as `*` and `?`, an expanded dash as `-`. Outer runs are written when `withRuns`.
    std::string shown(bool withRuns) const;

private:
    struct Atom
    {
        enum class Kind { Text, AnyOne, AnyDash };
        Kind kind = Kind::Text;
        std::string text;
    };
    /// What stands between two runs; takes a fixed number of characters.
    struct Segment
    {
        std::vector<Atom> atoms;
        std::size_t characters = 0;
    };

    static bool matchesAt(const Segment &segment, std::string_view value, std::size_t at, std::size_t &end);
    static bool findFrom(const Segment &segment, std::string_view value, std::size_t &at);
    void countCharacters();

    std::vector<Segment> m_segments; ///< Never an empty one; runs stand between them.
    bool m_openStart = false;
    bool m_openEnd = false;
};

/// `text` written so that Pattern::parse() gives exactly it.
std::string escaped(std::string_view text);

} // namespace lolscope::sigma
