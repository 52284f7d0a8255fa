#include "tests/support/randomrules.h"

#include "tests/support/sigmareference/value.h"

#include <algorithm>
#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif
#include <array>
#include <cstdio>

namespace lolscope::test {

std::size_t below(std::mt19937 &random, std::size_t end)
{
    return random() % end;
}

std::string utf8Of(std::u32string_view text)
{
    std::string out;
    for (const char32_t code : text) {
        if (code < 0x80) {
            out += static_cast<char>(code);
            continue;
        }
        const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        const unsigned lead = more == 1 ? 0xC0u : more == 2 ? 0xE0u : 0xF0u;
        out += static_cast<char>(lead | code >> (6 * more));
        for (int left = more - 1; left >= 0; --left)
            out += static_cast<char>(0x80u | (code >> (6 * left) & 0x3Fu));
    }
    return out;
}

std::string yamlQuoted(std::string_view text)
{
    const auto codes = decoded(text);
    const bool plain = std::all_of(codes.begin(), codes.end(), [](char32_t code) {
        return (code >= 0x20 && code < 0x7F) || (code >= 0xA1 && code < 0x2000)
            || (code > 0x3000 && code < 0xD800);
    });
    std::string out;
    if (plain) {
        for (const char c : text)
            out += c == '\'' ? "''" : std::string(1, c);
        return '\'' + out + '\'';
    }
    for (const char32_t code : codes) {
        std::array<char, 16> buffer = {};
        if (code == U'"' || code == U'\\')
            std::snprintf(buffer.data(), buffer.size(), "\\%c", static_cast<char>(code));
        else if (code >= 0x20 && code < 0x7F)
            buffer[0] = static_cast<char>(code);
        else
            std::snprintf(buffer.data(), buffer.size(), code < 0x10000 ? "\\u%04X" : "\\U%08X",
                          static_cast<unsigned>(code));
        out += buffer.data();
    }
    return '"' + out + '"';
}

std::string sigmaEscaped(std::u32string_view text)
{
    std::u32string out;
    for (const char32_t code : text) {
        if (code == U'*' || code == U'?' || code == U'\\')
            out += U'\\';
        out += code;
    }
    return utf8Of(out);
}

RandomRules::RandomRules(std::uint32_t seed, std::vector<const Event *> events)
    : m_random(seed)
    , m_events(std::move(events))
{
    std::string refused;
    for (const auto &category : referenceCategories())
        for (auto &source : referenceSources(category, "windows", "", refused))
            m_sources.emplace_back("{category: " + category + '}', std::move(source));
    for (const auto &service : referenceServices())
        for (auto &source : referenceSources("", "windows", service, refused))
            m_sources.emplace_back("{service: " + service + ", product: windows}", std::move(source));
}

/// Names that need no quotes as YAML keys.
constexpr std::string_view kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

RandomRules::Picked RandomRules::pick(const Event &aim)
{
    const Event &event = chance(85) ? aim : *oneOf(m_events);
    const auto &fields =
        event.data.empty() || (chance(10) && !event.system.empty()) ? event.system : event.data;
    if (fields.empty() || chance(8)) {
        const auto [name, value] = oneOf(std::vector<std::pair<std::string, std::string_view>>{
            {"Provider_Name", event.provider}, {"Channel", event.channel}, {"Computer", event.computer}});
        return {name, decoded(value)};
    }
    const Field &field = fields[below(m_random, fields.size())];
    // A value beside its own field finds that names are looked at; another name of the log source, that they
    // are mapped.
    static const std::vector<std::string> kRenamed = {
        "Image",    "ParentImage",    "ProcessId", "ParentProcessId", "Initiated", "DestinationPort",
        "Protocol", "IntegrityLevel", "Details",   "TargetObject",    "EventType", "DestinationIp"};
    const bool odd =
        field.name.find_first_not_of(kNameCharacters) != std::string_view::npos || field.name.empty();
    const std::string name = chance(12) ? oneOf(kRenamed)
        : odd || chance(5)              ? "Missing"
                                        : std::string(field.name);
    return {name, decoded(field.value)};
}

std::u32string RandomRules::piece(const std::u32string &value, bool fromStart, bool toEnd)
{
    const auto start = fromStart || value.empty() ? 0 : below(m_random, value.size());
    const auto length = toEnd || value.empty() ? value.size() - start
                                               : std::min(value.size() - start, 1 + below(m_random, 12));
    return value.substr(start, length);
}

std::u32string RandomRules::flipped(std::u32string value)
{
    for (char32_t &code : value)
        if (chance(30))
            code = code >= U'a' && code <= U'z' ? code - 32
                : code == U'\u00e4'             ? U'\u00c4'
                : code == U'\u0436'             ? U'\u0416'
                                                : lowered(std::u32string(1, code))[0];
    if (chance(4) && !value.empty()) // and now and then another text
        value[below(m_random, value.size())] = U'q';
    return value;
}

/// The value with some of it replaced by wildcards, escaped in one of the ways that mean the same.
std::string RandomRules::pattern(const std::u32string &value)
{
    const bool wild = chance(30);
    std::u32string out;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const char32_t code = value[at];
        const auto choice = wild ? below(m_random, 20) : 19;
        if (choice == 0) {
            out += U'*';
            at += below(m_random, 6);
        } else if (choice == 1) {
            out += U'?';
        } else {
            if (choice == 2)
                out += U'*'; // an empty run
            const char32_t next = at + 1 < value.size() ? value[at + 1] : U'*'; // a wildcard may come
            const bool lone =
                code == U'\\' && next != U'*' && next != U'?' && next != U'\\' && !wild && chance(50);
            if (code == U'*' || code == U'?' || (code == U'\\' && !lone))
                out += U'\\';
            out += code;
        }
    }
    return yamlQuoted(utf8Of(out));
}

std::string RandomRules::regex(const std::u32string &value)
{
    std::u32string out;
    if (chance(15))
        out += U'^';
    for (const char32_t code : value) {
        const auto choice = below(m_random, 25);
        const bool letter = (code >= U'a' && code <= U'z') || (code >= U'A' && code <= U'Z');
        const bool digit = code >= U'0' && code <= U'9';
        if (choice == 0)
            out += U'.';
        else if (choice == 1)
            out += U".*";
        else if (choice == 2 && digit)
            out += U"\\d+";
        else if (choice == 3 && letter)
            out += U"[a-zA-Z]";
        else if (choice == 4 && code == U' ')
            out += U"\\s{1,3}";
        else if (choice == 5 && letter)
            out += U"\\w";
        else if (choice == 6 && letter)
            out += std::u32string(U"(?:zz|") + code + U')';
        else if (letter || digit || code > 0x7F || code == U' ')
            out += code;
        else if (code < 0x20)
            out += U"\\s";
        else
            out += {U'\\', code};
    }
    if (chance(15))
        out += U'$';
    return yamlQuoted(utf8Of(out));
}

/// A network around an address, or near it; empty for what is no address.
std::string RandomRules::network(const std::string &address)
{
    std::array<unsigned char, 16> bytes = {};
    for (const int family : {AF_INET, AF_INET6}) {
        if (inet_pton(family, address.c_str(), bytes.data()) != 1)
            continue;
        const std::size_t bits = family == AF_INET ? 32 : 128;
        const auto prefix = below(m_random, bits + 1);
        if (chance(20))
            bytes[below(m_random, bits / 8)] ^= 1;
        for (std::size_t bit = prefix; bit < bits; ++bit)
            bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80u >> bit % 8));
        std::array<char, 64> text = {};
        inet_ntop(family, bytes.data(), text.data(), text.size());
        return '\'' + std::string(text.data()) + '/' + std::to_string(prefix) + '\'';
    }
    return {};
}

std::string RandomRules::list(std::vector<std::string> values)
{
    if (values.size() == 1 && chance(70))
        return values[0];
    std::string out = "[";
    for (const auto &value : values)
        out += (out.size() > 1 ? ", " : "") + value;
    return out + ']';
}

std::string RandomRules::encodedItem(const Picked &picked)
{
    // What the value says when it is Base64 of something, or a piece of it that nothing decodes to.
    static const std::vector<std::u32string> kHidden = {U"http://", U"IEX (New", U"powershell", U"\u00e4pfel",
                                                        U"-enc"};
    static const std::vector<std::string> kEncodings = {"base64",
                                                        "base64offset|contains",
                                                        "base64offset|contains",
                                                        "wide|base64offset|contains",
                                                        "utf16le|base64offset|contains",
                                                        "utf16be|base64offset|contains",
                                                        "base64|contains",
                                                        "utf16|base64|contains",
                                                        "wide|base64",
                                                        "windash|base64offset|contains",
                                                        "base64offset|contains|cased",
                                                        "base64offset|startswith"};
    auto text = chance(80) ? oneOf(kHidden) : piece(picked.value, false, false);
    while (text.size() < 4) // shorter ones say nothing at some offsets
        text += U'x';
    return picked.name + '|' + oneOf(kEncodings) + (chance(10) ? "|neq" : "") + ": "
        + yamlQuoted(sigmaEscaped(text));
}

std::string RandomRules::textItem(const Event &aim, const Picked &picked)
{
    static const std::vector<std::string> kOperations = {"",         "",         "contains", "contains",
                                                         "contains", "contains", "endswith", "startswith"};
    auto operation = oneOf(kOperations);
    const bool all = chance(15);
    const bool cased = chance(8);
    const bool windash = chance(8);
    std::vector<std::string> values;
    for (std::size_t left = chance(60) ? 1 : 2 + below(m_random, 3); left > 0; --left) {
        auto value = picked.value;
        if (!values.empty() && !all)
            value = pick(aim).value;
        if (!operation.empty())
            value = piece(value, operation == "startswith", operation == "endswith");
        // windash makes five texts of each dash
        value.resize(std::min<std::size_t>(value.size(), windash ? 12 : 400));
        values.push_back(pattern(windash && chance(50) ? U" -" + value : cased ? value : flipped(value)));
        if (chance(2) && operation.empty() && !cased && !windash)
            values.back() = "null";
    }
    std::vector<std::string> modifiers;
    for (const auto &modifier :
         {operation, std::string(cased ? "cased" : ""), std::string(windash ? "windash" : ""),
          std::string(all ? "all" : ""), std::string(chance(8) ? "neq" : "")})
        if (!modifier.empty())
            modifiers.insert(modifiers.begin()
                                 + static_cast<std::ptrdiff_t>(below(m_random, modifiers.size() + 1)),
                             modifier);
    std::string key = picked.name;
    for (const auto &modifier : modifiers)
        key += '|' + modifier;
    return key + ": " + list(std::move(values));
}

std::string RandomRules::item(const Event &aim)
{
    const auto picked = pick(aim);
    const auto utf8 = utf8Of(picked.value);
    const std::string neq = chance(10) ? "|neq" : "";
    const bool digits =
        !utf8.empty() && utf8.size() < 16 && utf8.find_first_not_of("0123456789") == std::string::npos;
    if (digits && chance(50)) {
        static const std::vector<std::string> kRelations = {"gt", "gte", "lt", "lte"};
        const auto number = std::to_string(std::stoull(utf8) + below(m_random, 3));
        return chance(60) ? picked.name + '|' + oneOf(kRelations) + neq + ": " + number
                          : picked.name + neq + ": " + std::to_string(std::stoull(utf8));
    }
    if (const auto inside = network(utf8); !inside.empty() && chance(60))
        return picked.name + "|cidr" + neq + ": " + inside;
    if (parseTimestamp(utf8) && chance(60)) {
        static const std::vector<std::pair<std::string, std::size_t>> kParts = {
            {"year", 0}, {"month", 5}, {"day", 8}, {"hour", 11}, {"minute", 14}};
        const auto [part, at] = oneOf(kParts);
        const auto number = std::stoul(utf8.substr(at, at == 0 ? 4 : 2)) + (chance(30) ? 1 : 0);
        static const std::vector<std::string> kRelations = {"", "", "|gt", "|gte", "|lt", "|lte"};
        return picked.name + '|' + part + oneOf(kRelations) + neq + ": " + std::to_string(number);
    }
    switch (below(m_random, 24)) {
    case 0:
        return picked.name + "|exists: " + (chance(70) ? "true" : "false");
    case 1:
        return picked.name + neq + ": "
            + oneOf(std::vector<std::string>{"null", "''", "[]", "'*'", "true", "false"});
    case 2:
    case 3: {
        static const std::vector<std::string> kFlags = {"",   "",     "|i",          "|m",
                                                        "|s", "|i|s", "|ignorecase", "|dotall"};
        return picked.name + "|re" + oneOf(kFlags) + neq + ": "
            + regex(piece(picked.value, chance(30), chance(30)));
    }
    case 4: {
        static const std::vector<std::string> kRelations = {"", "|contains", "|startswith", "|endswith"};
        return picked.name + "|fieldref" + oneOf(kRelations) + neq + ": " + pick(aim).name;
    }
    case 5:
    case 6:
        return encodedItem(picked);
    default:
        return textItem(aim, picked);
    }
}

std::string RandomRules::map(const Event &aim, const std::string &indent)
{
    std::string text;
    std::vector<std::string> keys;
    for (std::size_t left = 1 + below(m_random, 3); left > 0; --left) {
        const auto line = item(aim);
        const auto key = line.substr(0, line.find(": "));
        if (std::find(keys.begin(), keys.end(), key) != keys.end())
            continue;
        keys.push_back(key);
        text += (text.empty() ? "" : indent) + line + '\n';
    }
    return text;
}

std::string RandomRules::selection(const Event &aim)
{
    const auto keyword = [&] {
        const auto text = piece(pick(aim).value, false, false);
        return text.empty() ? std::string("'nothing'") : pattern(flipped(text));
    };
    const auto keywords = [&] {
        std::vector<std::string> words;
        for (std::size_t left = 1 + below(m_random, 3); left > 0; --left)
            words.push_back(keyword());
        return words;
    };
    switch (below(m_random, 10)) {
    case 0: {
        std::string text = "\n";
        for (const auto &word : keywords())
            text += "        - " + word + '\n';
        return text;
    }
    case 1:
        return "\n        " + oneOf(std::vector<std::string>{"'|all'", "'|contains'", "'|cased'", "''"})
            + ": " + list(keywords()) + '\n';
    case 2: {
        std::string text = "\n";
        for (std::size_t left = 1 + below(m_random, 3); left > 0; --left)
            text += "        - " + (chance(20) ? keyword() + '\n' : map(aim, "          "));
        return text;
    }
    default:
        return "\n        " + map(aim, "        ");
    }
}

std::string RandomRules::condition(const std::vector<std::string> &names)
{
    const auto term = [&] {
        static const std::vector<std::string> kQuantities = {"1 of ", "any of ", "all of "};
        static const std::vector<std::string> kPatterns = {"them", "s*", "*0", "*_*"};
        const std::string negation = chance(25) ? "not " : "";
        return negation + (chance(25) ? oneOf(kQuantities) + oneOf(kPatterns) : oneOf(names));
    };
    std::string text = term();
    for (std::size_t left = below(m_random, 4); left > 0; --left) {
        const std::string joint = chance(50) ? " or " : " and ";
        text = chance(25) ? '(' + text + ')' + joint + term()
            : chance(15)  ? "not (" + text + ')' + joint + term()
                          : text + joint + term();
    }
    return text;
}

std::string RandomRules::logSource(const Event &aim)
{
    if (chance(40))
        return "{product: windows}";
    std::vector<std::string> fitting;
    for (const auto &[text, source] : m_sources)
        if (source.takes(aim))
            fitting.push_back(text);
    return fitting.empty() || chance(3) ? oneOf(m_sources).first : oneOf(fitting);
}

std::string RandomRules::make(const Event &aim, std::size_t number)
{
    std::array<char, 40> id = {};
    std::snprintf(id.data(), id.size(), "0a1b2c3d-0000-4000-8000-%012zx", number);
    std::vector<std::string> names;
    std::string selections;
    for (std::size_t i = 0, count = 1 + below(m_random, 3); i < count; ++i) {
        names.push_back((chance(70) ? "sel_" : "filter-x_") + std::to_string(i));
        selections += "    " + names.back() + ":" + selection(aim);
    }
    names[0] = "sel_0";
    selections.replace(4, selections.find(':') - 4, names[0]); // so that every pattern names something
    return "title: Made\nid: " + std::string(id.data()) + "\nlogsource: " + logSource(aim) + "\ndetection:\n"
        + selections + "    condition: " + condition(names) + '\n';
}

} // namespace lolscope::test
