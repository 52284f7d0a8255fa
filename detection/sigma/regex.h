#pragma once

#include "model/base/result.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::sigma {

/// The regular expression of a rule, searched for anywhere in a text: case counts, `^` and `$` are the ends
/// of the text, `.` is no line break, classes are ASCII, unless flags or the expression say otherwise.
///
/// RE2 does the work. What RE2 does not know (look-around, back-references) goes to PCRE2 with limits,
/// because log text is written by attackers: a search that reaches one is answered with Unknown, never with
/// No. A text of 64 KiB takes less than 50 ms.
///
/// All searches of an expression together have a budget of about a second for what hostile texts cost beyond
/// ordinary ones. Once it is spent each search is given 0.3 ms at most, which is enough for ordinary texts of
/// a few KiB; what it leaves open is Unknown.
class Regex
{
public:
    struct Flags
    {
        bool ignoreCase = false; ///< `i`
        bool manyLines = false; ///< `m`: `^` and `$` are the ends of lines too.
        bool dotAll = false; ///< `s`: `.` is any character.
    };
    enum class Answer : std::uint8_t { No, Yes, Unknown };

    /// Error: Unsupported, for what neither library takes.
    static Result<std::shared_ptr<const Regex>> compile(std::string_view text, const Flags &flags);
    virtual ~Regex() = default;

    /// Any number of threads may search at once.
    virtual Answer search(std::string_view text) const = 0;

    /// Every match has one of these texts in it, folded ASCII; none when none are known. A text that is not
    /// ASCII can match an expression that ignores case without them.
    const std::vector<std::string> &required() const { return m_required; }
    bool ignoresCase() const { return m_ignoresCase; }
    bool isSpent() const { return m_spent.load(std::memory_order_relaxed) > kBudget; }
    const std::string &text() const { return m_text; } ///< With its flags in front.

protected:
    static constexpr std::uint64_t kBudget = 70'000'000; ///< In units of some 15 ns.
    void spend(std::uint64_t units) const { m_spent.fetch_add(units, std::memory_order_relaxed); }

    mutable std::atomic<std::uint64_t> m_spent{0};
    std::string m_text;
    std::vector<std::string> m_required;
    bool m_ignoresCase = false;
};

/// Pieces of text one of which stands in every match of a regular expression, in lower case and as long as
/// can be. None when there are none, or when the expression has something this does not read.
struct RequiredText
{
    std::vector<std::string> texts;
    bool ignoresCase = false; ///< Something in the expression does.
};
RequiredText requiredText(std::string_view regex);

} // namespace lolscope::sigma
