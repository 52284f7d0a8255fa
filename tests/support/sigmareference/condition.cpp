#include "tests/support/sigmareference/condition.h"

#include <algorithm>
#include <string_view>

namespace lolscope::test {

namespace {

/// Whether a name fits a pattern with stars.
bool namesMatch(std::string_view pattern, std::string_view name)
{
    if (pattern.empty())
        return name.empty();
    if (pattern[0] == '*')
        return namesMatch(pattern.substr(1), name) || (!name.empty() && namesMatch(pattern, name.substr(1)));
    return !name.empty() && pattern[0] == name[0] && namesMatch(pattern.substr(1), name.substr(1));
}

/// Reads a condition word by word, one function for each level of binding.
struct Condition
{
    std::vector<std::string> words;
    const Selections &selections;
    std::size_t at = 0;

    Condition(const std::string &text, const Selections &known)
        : selections(known)
    {
        std::string word;
        const auto end = [&] {
            if (!word.empty())
                words.push_back(std::move(word));
            word.clear();
        };
        for (const char c : text) {
            const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            if (blank || c == '(' || c == ')')
                end();
            if (c == '(' || c == ')')
                words.emplace_back(1, c);
            else if (!blank)
                word += c;
        }
        end();
    }

    std::string peek(std::size_t ahead = 0) const
    {
        return at + ahead < words.size() ? words[at + ahead] : std::string();
    }
    bool isNamed(const std::string &name) const
    {
        return std::any_of(selections.begin(), selections.end(),
                           [&](const auto &one) { return one.first == name; });
    }
    /// Lower case is the specification's; upper case is overlooked.
    bool isWord(const char *lower, const char *upper) const
    {
        return peek() == lower || (peek() == upper && !isNamed(upper));
    }

    Test whole()
    {
        auto test = either();
        if (at != words.size())
            throw Refusal("condition: unexpected " + peek());
        return test;
    }
    Test either()
    {
        std::vector<Test> tests = {both()};
        while (isWord("or", "OR")) {
            ++at;
            tests.push_back(both());
        }
        return anyOf(std::move(tests));
    }
    Test both()
    {
        std::vector<Test> tests = {single()};
        while (isWord("and", "AND")) {
            ++at;
            tests.push_back(single());
        }
        return allOf(std::move(tests));
    }
    Test single()
    {
        if (isWord("not", "NOT")) {
            ++at;
            return noneOf(single());
        }
        if (peek() == "(") {
            ++at;
            auto inner = either();
            if (peek() != ")")
                throw Refusal("condition: a ) is missing");
            ++at;
            return inner;
        }
        if (peek(1) == "of")
            return quantified();
        for (const auto &[name, test] : selections)
            if (name == peek()) {
                ++at;
                return test;
            }
        throw Refusal("condition: no selection " + peek());
    }
    Test quantified()
    {
        const auto quantity = peek();
        const auto pattern = peek(2) == "them" ? "*" : peek(2);
        at += 3;
        std::vector<Test> tests;
        for (const auto &[name, test] : selections) {
            const bool hidden = name.starts_with('_') && !pattern.starts_with('_');
            if (!hidden && namesMatch(pattern, name))
                tests.push_back(test);
        }
        if (tests.empty())
            throw Refusal("condition: nothing is named " + pattern);
        if (quantity == "all")
            return allOf(std::move(tests));
        if (quantity == "1" || quantity == "any")
            return anyOf(std::move(tests));
        throw Refusal("condition: " + quantity + " of");
    }
};

} // namespace

Test conditionTest(const std::string &text, const Selections &selections)
{
    return Condition(text, selections).whole();
}

} // namespace lolscope::test
