#include "tests/support/sigmareference/modifiers.h"

#include "tests/support/sigmareference/encoding.h"
#include "tests/support/sigmareference/regex.h"

#include <algorithm>
#include <array>
#include <regex>

namespace lolscope::test {

namespace {

using Kind = ReferenceValue::Kind;

bool isOneOf(const std::string &name, std::initializer_list<const char *> names)
{
    return std::any_of(names.begin(), names.end(), [&](const char *one) { return name == one; });
}

ReferenceValue withText(const ReferenceValue &value, std::u32string text)
{
    ReferenceValue copy = value;
    copy.text = std::move(text);
    return copy;
}

std::u32string bytesAsText(const std::string &bytes)
{
    std::u32string text;
    for (const char byte : bytes)
        text += static_cast<unsigned char>(byte);
    return text;
}

/// A text that went through wide and its kin is a text of bytes: one code point each.
struct Chain
{
    bool bytes = false;

    std::string bytesOf(const ReferenceValue &value) const
    {
        if (!bytes)
            return encodedUtf8(value.text);
        std::string out;
        for (const char32_t byte : value.text)
            out += static_cast<char>(byte);
        return out;
    }

    std::string addWildcards(ReferenceValue &value, const std::string &modifier) const
    {
        const bool before = modifier != "startswith";
        const bool after = modifier != "endswith";
        if (value.kind == Kind::Text) {
            if (before && !value.text.starts_with(ReferenceValue::kStar))
                value.text.insert(0, 1, ReferenceValue::kStar);
            if (after && !value.text.ends_with(ReferenceValue::kStar))
                value.text += ReferenceValue::kStar;
            return {};
        }
        if (value.kind == Kind::FieldReference) {
            value.referenceWithin = value.referenceWithin || (before && after);
            value.referenceStarts = value.referenceStarts || (after && !before);
            value.referenceEnds = value.referenceEnds || (before && !after);
            return {};
        }
        // `.*` at the ends of something that is looked for anywhere changes nothing.
        return value.kind == Kind::Regex ? "" : "text is expected for " + modifier;
    }

    std::string encode(ReferenceValue &value, const std::string &modifier)
    {
        if (value.kind != Kind::Text)
            return "text is expected for " + modifier;
        if (value.hasWildcard())
            return "wildcards cannot be encoded";
        if (modifier == "base64") {
            value.text = bytesAsText(base64(bytesOf(value)));
            return {};
        }
        if (modifier == "base64offset") {
            const auto plain = bytesOf(value);
            ReferenceValue any;
            any.kind = Kind::AnyOf;
            for (std::size_t offset = 0; offset < 3; ++offset) {
                // Characters that also depend on the bytes before or after the text are left out.
                constexpr std::array<std::size_t, 3> kStart = {0, 2, 3};
                constexpr std::array<std::size_t, 3> kEnd = {0, 3, 2};
                auto text = base64(std::string(offset, ' ') + plain);
                const auto end = kEnd[(plain.size() + offset) % 3];
                text = text.substr(0, text.size() - end);
                if (text.size() <= kStart[offset])
                    return "the text is too short for base64offset";
                any.anyOf.push_back(withText(value, bytesAsText(text.substr(kStart[offset]))));
            }
            value = std::move(any);
            return {};
        }
        if (bytes)
            return "the text is in UTF-16 already";
        auto encoded = encodedUtf16(value.text, modifier == "utf16be");
        if (modifier == "utf16")
            encoded.insert(0, "\xFF\xFE");
        value.text = bytesAsText(encoded);
        return {};
    }

    std::string apply(ReferenceValue &value, const std::string &modifier, bool first)
    {
        if (value.kind == Kind::AnyOf) {
            for (auto &one : value.anyOf)
                if (auto error = Chain(*this).apply(one, modifier, first); !error.empty())
                    return error;
            return {};
        }
        const bool isText = value.kind == Kind::Text;
        if (isOneOf(modifier, {"contains", "startswith", "endswith"}))
            return addWildcards(value, modifier);
        if (modifier == "cased") {
            value.cased = true;
            return isText ? "" : "text is expected for cased";
        }
        if (modifier == "windash") {
            if (!isText)
                return "text is expected for windash";
            ReferenceValue any;
            any.kind = Kind::AnyOf;
            for (auto &variant : dashVariants(value.text))
                any.anyOf.push_back(withText(value, std::move(variant)));
            value = std::move(any);
            return {};
        }
        if (isOneOf(modifier, {"base64", "base64offset", "wide", "utf16", "utf16le", "utf16be"}))
            return encode(value, modifier);
        if (modifier == "expand") {
            static const std::regex kPlaceholder("%[^%]+%");
            if (isText && std::regex_search(value.written, kPlaceholder))
                return "a placeholder that nobody fills in";
            return {};
        }
        if (modifier == "fieldref") {
            if (!isText || value.hasWildcard() || value.cased)
                return "a field's name is expected";
            value.kind = Kind::FieldReference;
            return {};
        }
        if (isOneOf(modifier, {"re", "cidr", "exists"}) && !first)
            return modifier + " has to come first";
        if (modifier == "re") {
            value.kind = Kind::Regex;
            return setFlag(value, "");
        }
        if (modifier == "cidr") {
            value.kind = Kind::Network;
            return isText && isNetwork(value.written) ? "" : "a network is expected";
        }
        if (modifier == "exists") {
            const bool boolean = value.kind == Kind::Boolean;
            value.kind = Kind::Exists;
            return boolean ? "" : "true or false is expected";
        }
        if (isOneOf(modifier, {"i", "ignorecase", "m", "multiline", "s", "dotall"}))
            return value.kind != Kind::Regex ? modifier + " belongs to re"
                : modifier == "ignorecase"   ? setFlag(value, "i")
                : modifier == "multiline"    ? setFlag(value, "m")
                : modifier == "dotall"       ? setFlag(value, "s")
                                             : setFlag(value, modifier);
        if (isOneOf(modifier, {"gt", "gte", "lt", "lte"})) {
            const bool possible =
                value.kind == Kind::Number || (value.kind == Kind::TimePart && value.relation.empty());
            if (value.kind == Kind::Number)
                value.kind = Kind::Compare;
            value.relation = modifier;
            return possible ? "" : "an unquoted number is expected";
        }
        if (isOneOf(modifier, {"minute", "hour", "day", "week", "month", "year"})) {
            const bool possible = value.kind == Kind::Number;
            value.kind = Kind::TimePart;
            value.timePart = modifier;
            return possible ? "" : "an unquoted number is expected";
        }
        return "unknown modifier " + modifier;
    }

    static std::string setFlag(ReferenceValue &value, const std::string &flag)
    {
        value.regexFlags += flag;
        const auto regex = std::make_shared<const ReferenceRegex>(value.written, value.regexFlags);
        value.regex = regex;
        return regex->isValid() ? "" : "the regular expression is not valid";
    }
};

void lowerForComparison(ReferenceValue &value)
{
    if (!value.cased)
        value.text = lowered(value.text);
    for (auto &one : value.anyOf)
        lowerForComparison(one);
}

} // namespace

std::string applyModifiers(ReferenceValue &value, const std::vector<std::string> &modifiers)
{
    Chain chain;
    bool first = true;
    for (const auto &modifier : modifiers) {
        if (modifier != "all" && modifier != "neq") {
            if (auto error = chain.apply(value, modifier, first); !error.empty())
                return error;
            chain.bytes = chain.bytes || isOneOf(modifier, {"wide", "utf16", "utf16le", "utf16be"});
            if (isOneOf(modifier, {"base64", "base64offset"}))
                chain.bytes = false;
            first = false;
        }
    }
    lowerForComparison(value);
    return {};
}

} // namespace lolscope::test
