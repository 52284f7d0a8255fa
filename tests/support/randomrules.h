#pragma once

#include "model/base/event.h"
#include "tests/support/sigmareference/logsource.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lolscope::test {

/// A number of 0..end-1, the same on every platform (unlike std::uniform_int_distribution).
std::size_t below(std::mt19937 &random, std::size_t end);

/// Text as a YAML scalar in quotes, whatever is in it.
std::string yamlQuoted(std::string_view text);

/// Text with Sigma's escapes, so that it stands for itself.
std::string sigmaEscaped(std::u32string_view text);

std::string utf8Of(std::u32string_view text);

/// Makes rules whose values are pieces of the values of events, with the case flipped, wildcards put in and
/// the like, so that a good part of them matches.
class RandomRules
{
public:
    /// `events` have to outlive the maker.
    RandomRules(std::uint32_t seed, std::vector<const Event *> events);

    /// A whole rule about events like `aim`, which it may match. `number` makes its id.
    std::string make(const Event &aim, std::size_t number);
    std::mt19937 &random() { return m_random; }

private:
    struct Picked
    {
        std::string name;
        std::u32string value;
    };
    bool chance(std::size_t percent) { return below(m_random, 100) < percent; }
    template<typename T>
    T oneOf(const std::vector<T> &values)
    {
        return values[below(m_random, values.size())];
    }

    Picked pick(const Event &aim);
    std::u32string piece(const std::u32string &value, bool fromStart, bool toEnd);
    std::u32string flipped(std::u32string value);
    std::string pattern(const std::u32string &value);
    std::string regex(const std::u32string &value);
    std::string network(const std::string &address);
    std::string list(std::vector<std::string> values);
    std::string item(const Event &aim);
    std::string textItem(const Event &aim, const Picked &picked);
    std::string encodedItem(const Picked &picked);
    std::string map(const Event &aim, const std::string &indent);
    std::string selection(const Event &aim);
    std::string condition(const std::vector<std::string> &names);
    std::string logSource(const Event &aim);

    std::mt19937 m_random;
    std::vector<const Event *> m_events;
    std::vector<std::pair<std::string, ReferenceSource>> m_sources; ///< As rules write them.
};

} // namespace lolscope::test
