#pragma once

#include "detection/sigma/logsource.h"
#include "detection/sigma/number.h"
#include "detection/sigma/pattern.h"
#include "detection/sigma/regex.h"
#include "detection/sigma/timepart.h"
#include "model/base/ipaddress.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace lolscope::sigma {

/// The value is one of these texts, without or with case. `base64offset` makes three of one.
struct PatternTest
{
    std::vector<Pattern> patterns; ///< At least one. Folded unless `cased`.
    bool cased = false;
    /// The whole value is asked for, without wildcards: blanks at the end of the field's value are
    /// overlooked, since Windows writes some (`NtLmSsp `).
    bool overlookBlanks = false;
};
struct RegexTest
{
    std::shared_ptr<const Regex> regex;
};
struct NetworkTest
{
    IpNetwork network;
};
struct CompareTest
{
    enum class Relation : std::uint8_t { Equal, Greater, GreaterOrEqual, Less, LessOrEqual };
    Relation relation = Relation::Greater;
    Number number;
    std::optional<TimePart> part = {}; ///< The value is a time, of which this is compared.
};
/// `fieldref`: the value is, begins with, ends with or holds a value of another field. False where either is
/// absent.
struct FieldTest
{
    std::string field;
    bool openStart = false;
    bool openEnd = false;
    bool cased = false;
};
struct NullTest // absent, or nothing but an empty value: event logs do not tell the two apart
{};
struct ExistsTest
{
    bool exists = true;
};

struct Test
{
    std::variant<PatternTest, RegexTest, NetworkTest, CompareTest, FieldTest, NullTest, ExistsTest> kind;
    std::string shown; ///< For people: `ends with \mshta.exe`.
};

/// One line of a selection: `Field|modifiers: values`.
struct Item
{
    std::string field; ///< Empty for keywords, which are looked for in every value of the event.
    bool allTests = false; ///< Every test has to hold, not just one.
    bool negated = false; ///< `neq`
    std::vector<Test> tests;

    bool isKeywords() const { return field.empty(); }
};

/// A boolean combination. Two-valued: what is asked of an absent field is false, and `not` of that true.
struct Expression
{
    enum class Op : std::uint8_t { All, Any, Not, Item, Selection };
    Op op = Op::All;
    std::vector<Expression> operands; ///< Of All and Any, at least one; of Not, one.
    std::size_t index = 0; ///< Of Item into Detection::items, of Selection into Detection::selections.
};

/// The compiled `detection:` section with the log source it is asked of.
struct Detection
{
    std::vector<Item> items;
    std::vector<Expression> selections; ///< All, Any, Not and Item only.
    Expression condition; ///< All, Any, Not and Selection only.
    std::vector<EventKind> events; ///< Which events the rule is about, at least one.
};

} // namespace lolscope::sigma
