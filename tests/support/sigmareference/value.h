#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Values of the reference evaluator; see sigmareference.h.
namespace lolscope::test {

/// A text as code points; bytes that are no UTF-8 become one code point each above Unicode's range.
std::u32string decoded(std::string_view utf8);
std::u32string lowered(std::u32string text); ///< Simple Unicode lower case.

/// A value of a field, prepared for comparison.
struct ReferenceText
{
    explicit ReferenceText(std::string_view text)
        : utf8(text)
        , exact(decoded(text))
        , lower(lowered(exact))
    {}
    std::string utf8;
    std::u32string exact;
    std::u32string lower;
};

class ReferenceRegex;

/// Whether `text` is a network in CIDR notation.
bool isNetwork(const std::string &text);

/// A value of a rule on its way through the modifiers.
struct ReferenceValue
{
    enum class Kind {
        Text, ///< `text` with wildcards; numbers and booleans of the rule are other kinds
        Number,
        Boolean,
        Null,
        Regex,
        Network,
        Compare, ///< gt, gte, lt, lte
        Exists,
        FieldReference,
        TimePart, ///< a part equals (or compares with) a number
        AnyOf, ///< what windash and base64offset make of one value
    };
    Kind kind = Kind::Text;

    std::string written; ///< As in the YAML.
    /// Code points; kStar and kOne stand for the wildcards. In lower case after applyModifiers() unless
    /// `cased`; a reference to a field keeps the field's name in `written`.
    std::u32string text;
    bool cased = false;

    std::shared_ptr<const ReferenceRegex> regex;
    std::string regexFlags;
    bool boolean = false;
    long double number = 0;
    std::string relation; ///< `gt`, ...; empty: equals
    std::string timePart;
    bool referenceStarts = false, referenceEnds = false, referenceWithin = false;
    std::vector<ReferenceValue> anyOf;

    static constexpr char32_t kStar = 0xF0000001;
    static constexpr char32_t kOne = 0xF0000002;

    /// Reads Sigma's escaping of a text.
    static ReferenceValue ofText(std::string_view written);

    bool hasWildcard() const { return text.find_first_of({kStar, kOne}) != std::u32string::npos; }

    /// Whether one value of the field fits. Exists and FieldReference ask about fields, not about one value.
    bool fits(const ReferenceText &value) const;
    /// FieldReference: whether the value fits what the other field holds.
    bool fits(const ReferenceText &value, const ReferenceText &other) const;
};

} // namespace lolscope::test
