#include "detection/sigma/modifiers.h"

#include <algorithm>
#include <array>

namespace lolscope::sigma {

namespace {

struct Flag
{
    std::string_view name;
    bool ItemKey::*member;
};

constexpr std::array kAnywhere = {
    Flag{"contains", &ItemKey::contains}, Flag{"startswith", &ItemKey::startsWith},
    Flag{"endswith", &ItemKey::endsWith}, Flag{"all", &ItemKey::all},
    Flag{"cased", &ItemKey::cased},       Flag{"windash", &ItemKey::windash},
    Flag{"neq", &ItemKey::negated},
};
/// They say what the values are, so they have to come before what changes values.
constexpr std::array kFirst = {
    Flag{"re", &ItemKey::regex},
    Flag{"cidr", &ItemKey::cidr},
    Flag{"exists", &ItemKey::exists},
};
constexpr std::array kAfterRegex = {
    Flag{"i", &ItemKey::regexIgnoreCase}, Flag{"ignorecase", &ItemKey::regexIgnoreCase},
    Flag{"m", &ItemKey::regexManyLines},  Flag{"multiline", &ItemKey::regexManyLines},
    Flag{"s", &ItemKey::regexDotAll},     Flag{"dotall", &ItemKey::regexDotAll},
};
struct Comparison
{
    std::string_view name;
    CompareTest::Relation relation;
};
constexpr std::array kComparisons = {
    Comparison{"gt", CompareTest::Relation::Greater},
    Comparison{"gte", CompareTest::Relation::GreaterOrEqual},
    Comparison{"lt", CompareTest::Relation::Less},
    Comparison{"lte", CompareTest::Relation::LessOrEqual},
};

template<typename Table>
auto named(const Table &table, std::string_view name)
{
    return std::find_if(table.begin(), table.end(), [name](const auto &row) { return row.name == name; });
}

/// Applies one modifier; false when it is unknown or cannot stand there.
bool apply(ItemKey &key, std::string_view modifier)
{
    const bool textual = key.contains || key.startsWith || key.endsWith || key.cased || key.windash;
    const bool typed = key.regex || key.cidr || key.exists || key.relation.has_value();
    if (const auto flag = named(kAnywhere, modifier); flag != kAnywhere.end()) {
        const bool fitsTyped = modifier == "all" || modifier == "neq";
        if (key.*flag->member || (typed && !fitsTyped))
            return false;
        return key.*flag->member = true;
    }
    if (const auto flag = named(kFirst, modifier); flag != kFirst.end()) {
        if (typed || textual)
            return false;
        return key.*flag->member = true;
    }
    if (const auto flag = named(kAfterRegex, modifier); flag != kAfterRegex.end()) {
        if (!key.regex)
            return false;
        return key.*flag->member = true;
    }
    const auto comparison = named(kComparisons, modifier);
    if (comparison == kComparisons.end() || typed || textual)
        return false;
    key.relation = comparison->relation;
    return true;
}

} // namespace

Result<ItemKey> ItemKey::parse(const yaml::Node &key)
{
    const std::string_view text = key.text;
    auto at = text.find('|');
    ItemKey parsed;
    parsed.field = text.substr(0, at);
    while (at != std::string_view::npos) {
        const auto end = text.find('|', at + 1);
        const auto modifier = text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
        if (!apply(parsed, modifier))
            return yaml::failAt(key, ErrorCode::Unsupported,
                                "modifier '" + std::string(modifier) + "' of '" + std::string(text)
                                    + "' is not supported there");
        at = end;
    }
    const bool nothingToFind = parsed.exists || parsed.cidr || parsed.relation || parsed.startsWith
        || parsed.endsWith || parsed.negated;
    if (parsed.field.empty() && nothingToFind)
        return yaml::failAt(key, ErrorCode::Unsupported,
                            "the modifiers of '" + std::string(text) + "' need a field name");
    return parsed;
}

} // namespace lolscope::sigma
