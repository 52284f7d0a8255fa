#include "tests/support/sigmareferencevalue.h"

#define PCRE2_CODE_UNIT_WIDTH 8

#include <QChar>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdlib>
#include <pcre2.h>
#include <regex>
#include <stdexcept>

namespace lolscope::test {

std::u32string decoded(std::string_view utf8)
{
    constexpr char32_t kByte = 0xE0000000; // outside Unicode
    std::u32string out;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[at]);
        const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        char32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
        bool good = length == 1 || (first >= 0xC2 && first <= 0xF4 && at + length <= utf8.size());
        for (std::size_t i = 1; good && i < length; ++i) {
            const auto next = static_cast<unsigned char>(utf8[at + i]);
            good = (next & 0xC0) == 0x80;
            code = code << 6 | (next & 0x3Fu);
        }
        constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
        good = good && code >= kLeast[length] && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
        out += good ? code : kByte + first;
        at += good ? length : 1;
    }
    return out;
}

std::u32string lowered(std::u32string text)
{
    constexpr char32_t kDottedI = 0x130; // its simple lower case is i; Qt leaves it alone
    for (char32_t &code : text)
        if (code <= 0x10FFFF)
            code = code == kDottedI ? U'i' : QChar::toLower(code);
    return text;
}

namespace {

using Kind = ReferenceValue::Kind;

std::string encodedUtf8(const std::u32string &text)
{
    std::string out;
    const auto add = [&out](char32_t byte) { out += static_cast<char>(byte); };
    for (const char32_t code : text) {
        if (code < 0x80) {
            add(code);
        } else if (code < 0x800) {
            add(0xC0 | code >> 6);
            add(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            add(0xE0 | code >> 12);
            add(0x80 | (code >> 6 & 0x3F));
            add(0x80 | (code & 0x3F));
        } else {
            add(0xF0 | code >> 18);
            add(0x80 | (code >> 12 & 0x3F));
            add(0x80 | (code >> 6 & 0x3F));
            add(0x80 | (code & 0x3F));
        }
    }
    return out;
}

std::string encodedUtf16(const std::u32string &text, bool bigEndian)
{
    std::string out;
    const auto add = [&](char32_t unit) {
        const char high = static_cast<char>(unit >> 8 & 0xFF);
        const char low = static_cast<char>(unit & 0xFF);
        out += bigEndian ? high : low;
        out += bigEndian ? low : high;
    };
    for (const char32_t code : text) {
        if (code < 0x10000) {
            add(code);
        } else {
            add(0xD800 + (code - 0x10000) / 0x400);
            add(0xDC00 + (code - 0x10000) % 0x400);
        }
    }
    return out;
}

std::string base64(const std::string &bytes)
{
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bits;
    for (const char byte : bytes)
        for (int bit = 7; bit >= 0; --bit)
            bits += (static_cast<unsigned char>(byte) >> bit & 1) != 0 ? '1' : '0';
    while (bits.size() % 6 != 0)
        bits += '0';
    std::string out;
    for (std::size_t at = 0; at < bits.size(); at += 6)
        out += kAlphabet[std::stoul(bits.substr(at, 6), nullptr, 2)];
    while (out.size() % 4 != 0)
        out += '=';
    return out;
}

/// Wildcards over a text: goes on in step, and after a mismatch lets the last star take one more character.
bool isLike(const std::u32string &text, const std::u32string &pattern)
{
    std::size_t at = 0;
    std::size_t next = 0;
    std::optional<std::size_t> star;
    std::size_t taken = 0;
    while (at < text.size()) {
        if (next < pattern.size() && pattern[next] == ReferenceValue::kStar) {
            star = next++;
            taken = at;
        } else if (next < pattern.size()
                   && (pattern[next] == ReferenceValue::kOne || pattern[next] == text[at])) {
            ++next;
            ++at;
        } else if (star) {
            next = *star + 1;
            at = ++taken;
        } else {
            return false;
        }
    }
    while (next < pattern.size() && pattern[next] == ReferenceValue::kStar)
        ++next;
    return next == pattern.size();
}

std::optional<long double> numberIn(const std::string &text)
{
    static const std::regex kNumber("-?(0[xX][0-9a-fA-F]+|[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?)");
    if (text.size() > 60 || !std::regex_match(text, kNumber))
        return {};
    return std::strtold(text.c_str(), nullptr); // exact to 2^64-1: 64 bits of mantissa or more
}

bool holds(const std::string &relation, long double left, long double right)
{
    if (relation == "gt")
        return left > right;
    if (relation == "gte")
        return left >= right;
    if (relation == "lt")
        return left < right;
    if (relation == "lte")
        return left <= right;
    return left == right;
}

/// The asked part of a time as Windows and Sysmon write it, without looking at time zones.
std::optional<int> timePartOf(const std::string &text, const std::string &part)
{
    static const std::regex kTime("(\\d{4})-(\\d\\d)-(\\d\\d)[T ](\\d\\d):(\\d\\d):(\\d\\d)(\\.\\d+)?Z?");
    std::smatch found;
    if (!std::regex_match(text, found, kTime))
        return {};
    using namespace std::chrono;
    const year_month_day date{year{std::stoi(found[1])}, month{static_cast<unsigned>(std::stoi(found[2]))},
                              day{static_cast<unsigned>(std::stoi(found[3]))}};
    const int hour = std::stoi(found[4]);
    const int minute = std::stoi(found[5]);
    if (!date.ok() || hour > 23 || minute > 59 || std::stoi(found[6]) > 60)
        return {};
    if (part == "minute")
        return minute;
    if (part == "hour")
        return hour;
    if (part == "day")
        return std::stoi(found[3]);
    if (part == "month")
        return std::stoi(found[2]);
    if (part == "year")
        return std::stoi(found[1]);
    // ISO 8601 week: that of the year its Thursday is in.
    const sys_days here = date;
    const sys_days thursday = here + days{4 - static_cast<int>(weekday(here).iso_encoding())};
    const sys_days newYear = year_month_day(thursday).year() / January / 1;
    return static_cast<int>((thursday - newYear).count() / 7) + 1;
}

struct Address
{
    int family = 0;
    std::array<unsigned char, 16> bytes = {};
    std::size_t bits() const { return family == AF_INET ? 32 : 128; }
};

std::optional<Address> addressIn(const std::string &text)
{
    Address address;
    for (const int family : {AF_INET, AF_INET6})
        if (inet_pton(family, text.c_str(), address.bytes.data()) == 1) {
            address.family = family;
            return address;
        }
    return {};
}

bool bitAt(const Address &address, std::size_t bit)
{
    return (address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

struct Network
{
    Address base;
    std::size_t prefix = 0;
};

std::optional<Network> networkIn(const std::string &text)
{
    const auto slash = text.find('/');
    const auto base = addressIn(text.substr(0, slash));
    if (!base)
        return {};
    Network network{*base, base->bits()};
    if (slash != std::string::npos) {
        static const std::regex kDigits("[0-9]{1,3}");
        const auto digits = text.substr(slash + 1);
        if (!std::regex_match(digits, kDigits) || std::stoul(digits) > base->bits())
            return {};
        network.prefix = std::stoul(digits);
    }
    for (std::size_t bit = network.prefix; bit < base->bits(); ++bit)
        if (bitAt(*base, bit))
            return {};
    return network;
}

bool isInNetwork(const std::string &value, const std::string &network)
{
    const auto inside = networkIn(network);
    const auto zone = value.find('%');
    auto address = addressIn(value.substr(0, zone));
    if (!inside || !address || (zone != std::string::npos && address->family == AF_INET))
        return false;
    const auto within = [&] {
        for (std::size_t bit = 0; bit < inside->prefix; ++bit)
            if (bitAt(*address, bit) != bitAt(inside->base, bit))
                return false;
        return address->family == inside->base.family;
    };
    if (within())
        return true;
    // IPv4 written as IPv6 is the IPv4 address too; the other way round it is not.
    constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (address->family != AF_INET6 || !std::equal(kMapped.begin(), kMapped.end(), address->bytes.begin()))
        return false;
    std::copy_n(address->bytes.begin() + 12, 4, address->bytes.begin());
    address->family = AF_INET;
    return within();
}

bool isWordCharacter(char32_t code)
{
    return code == U'_' || (code <= 0x10FFFF && QChar::isLetterOrNumber(code));
}

/// Every text that windash makes of one: pySigma's `\B[-/]\b` with the specification's five dashes.
std::vector<std::u32string> dashVariants(const std::u32string &text)
{
    constexpr std::u32string_view kDashes = U"-/\u2013\u2014\u2015";
    std::vector<std::u32string> variants = {{}};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool afterWord = at > 0 && isWordCharacter(text[at - 1]);
        const bool beforeWord = at + 1 < text.size() && isWordCharacter(text[at + 1]);
        const bool dash = kDashes.find(text[at]) != std::u32string_view::npos && !afterWord && beforeWord;
        const std::u32string_view choices = dash ? kDashes : std::u32string_view(text).substr(at, 1);
        std::vector<std::u32string> longer;
        for (const auto &variant : variants)
            for (const char32_t choice : choices)
                longer.push_back(variant + choice);
        variants = std::move(longer);
        if (variants.size() > 100'000)
            throw std::runtime_error("too many dashes for the reference");
    }
    return variants;
}

} // namespace

class ReferenceRegex
{
public:
    ReferenceRegex(const std::string &pattern, const std::string &flags)
    {
        // Sigma's `$` is the end of the text, classes are ASCII; values may be ill-formed.
        std::uint32_t options =
            PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX;
        options |= flags.find('i') != std::string::npos ? PCRE2_CASELESS : 0;
        options |= flags.find('m') != std::string::npos ? PCRE2_MULTILINE : 0;
        options |= flags.find('s') != std::string::npos ? PCRE2_DOTALL : 0;
        auto *context = pcre2_compile_context_create(nullptr);
        pcre2_set_newline(context, PCRE2_NEWLINE_LF);
        int error = 0;
        PCRE2_SIZE offset = 0;
        m_code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options,
                                   &error, &offset, context));
        pcre2_compile_context_free(context);
        if (m_code) {
            pcre2_jit_compile(m_code.get(), PCRE2_JIT_COMPLETE);
            m_match.reset(pcre2_match_data_create(1, nullptr));
        }
    }

    bool isValid() const { return m_code != nullptr; }

    bool finds(const std::string &text) const
    {
        const int found = pcre2_match(m_code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                                      0, m_match.get(), nullptr);
        if (found < 0 && found != PCRE2_ERROR_NOMATCH)
            throw std::runtime_error("PCRE2 gave up with " + std::to_string(found));
        return found >= 0;
    }

private:
    struct Free
    {
        void operator()(pcre2_code *code) const { pcre2_code_free(code); }
        void operator()(pcre2_match_data *match) const { pcre2_match_data_free(match); }
    };
    std::unique_ptr<pcre2_code, Free> m_code;
    std::unique_ptr<pcre2_match_data, Free> m_match;
};

ReferenceValue ReferenceValue::ofText(std::string_view written)
{
    ReferenceValue value;
    value.written = written;
    const auto codes = decoded(written);
    for (std::size_t at = 0; at < codes.size(); ++at) {
        const char32_t code = codes[at];
        const char32_t next = at + 1 < codes.size() ? codes[at + 1] : 0;
        if (code == U'\\' && (next == U'*' || next == U'?' || next == U'\\')) {
            value.text += next;
            ++at;
        } else {
            value.text += code == U'*' ? kStar : code == U'?' ? kOne : code;
        }
    }
    return value;
}

bool ReferenceValue::fits(const ReferenceText &value) const
{
    switch (kind) {
    case Kind::Text:
    case Kind::Number:
    case Kind::Boolean: {
        const auto &given = cased ? value.exact : value.lower;
        if (isLike(given, text))
            return true;
        if (hasWildcard() || text.empty() || !given.ends_with(U' '))
            return false;
        const auto end = given.find_last_not_of(U' '); // Windows writes "NtLmSsp "
        return end != std::u32string::npos && given.substr(0, end + 1) == text;
    }
    case Kind::Null:
        return value.utf8.empty();
    case Kind::Regex:
        return regex->finds(value.utf8);
    case Kind::Network:
        return isInNetwork(value.utf8, written);
    case Kind::Compare: {
        const auto given = numberIn(value.utf8);
        return given && holds(relation, *given, number);
    }
    case Kind::TimePart: {
        const auto part = timePartOf(value.utf8, timePart);
        return part && holds(relation, *part, number);
    }
    case Kind::AnyOf:
        return std::any_of(anyOf.begin(), anyOf.end(),
                           [&](const ReferenceValue &one) { return one.fits(value); });
    case Kind::Exists:
    case Kind::FieldReference:
        break;
    }
    throw std::logic_error("asked of a field, not of a value");
}

bool ReferenceValue::fits(const ReferenceText &value, const ReferenceText &other) const
{
    if (referenceWithin)
        return value.lower.find(other.lower) != std::u32string::npos;
    if (referenceStarts && referenceEnds)
        return value.lower.find(other.lower) != std::u32string::npos;
    if (referenceStarts)
        return value.lower.starts_with(other.lower);
    if (referenceEnds)
        return value.lower.ends_with(other.lower);
    return value.lower == other.lower;
}

namespace {

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
            return isText && networkIn(value.written) ? "" : "a network is expected";
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
