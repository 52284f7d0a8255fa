#include "detection/sigma/modifiers.h"

#include <algorithm>
#include <array>
#include <initializer_list>

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
    Flag{"cased", &ItemKey::cased},       Flag{"neq", &ItemKey::negated},
    Flag{"expand", &ItemKey::expand},
};
/// They say what the values are, so they have to come before what changes values.
constexpr std::array kFirst = {
    Flag{"re", &ItemKey::regex},
    Flag{"cidr", &ItemKey::cidr},
    Flag{"exists", &ItemKey::exists},
    Flag{"fieldref", &ItemKey::fieldReference},
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
struct StepName
{
    std::string_view name;
    ItemKey::Step step;
};
constexpr std::array kSteps = {
    StepName{"windash", ItemKey::Step::Windash},
    StepName{"wide", ItemKey::Step::Utf16Le},
    StepName{"utf16le", ItemKey::Step::Utf16Le},
    StepName{"utf16be", ItemKey::Step::Utf16Be},
    StepName{"utf16", ItemKey::Step::Utf16},
    StepName{"base64", ItemKey::Step::Base64},
    StepName{"base64offset", ItemKey::Step::Base64Offset},
};

template<typename Table>
auto named(const Table &table, std::string_view name)
{
    return std::find_if(table.begin(), table.end(), [name](const auto &row) { return row.name == name; });
}

bool isWithin(std::string_view modifier, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), modifier) != names.end();
}

/// Whether a modifier of kAnywhere may stand beside those read so far.
bool fits(const ItemKey &key, std::string_view modifier)
{
    if (isWithin(modifier, {"all", "neq"}))
        return true;
    const bool place = isWithin(modifier, {"contains", "startswith", "endswith"});
    if (key.fieldReference)
        return place || modifier == "cased";
    if (key.regex) // what places a text changes nothing in a search without anchors
        return place || modifier == "expand";
    return !key.cidr && !key.exists && !key.relation && !key.timePart;
}

/// Applies one modifier; false when it is unknown or cannot stand there.
bool apply(ItemKey &key, std::string_view modifier)
{
    const bool placed = key.contains || key.startsWith || key.endsWith;
    const bool textual = placed || key.cased || !key.steps.empty() || (key.expand && !key.regex);
    const bool typed = key.regex || key.cidr || key.exists || key.fieldReference || key.relation.has_value()
        || key.timePart.has_value();
    if (const auto flag = named(kAnywhere, modifier); flag != kAnywhere.end()) {
        if (key.*flag->member || !fits(key, modifier))
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
    if (const auto step = named(kSteps, modifier); step != kSteps.end()) {
        // Base64 of a text with runs around it would be that of stars.
        const bool needsWhole =
            step->step == ItemKey::Step::Base64 || step->step == ItemKey::Step::Base64Offset;
        const bool again = step->step == ItemKey::Step::Windash
            && std::find(key.steps.begin(), key.steps.end(), step->step) != key.steps.end();
        if (typed || again || (placed && needsWhole))
            return false;
        key.steps.push_back(step->step);
        return true;
    }
    if (const auto part = timePartByName(modifier)) {
        if (typed || textual)
            return false;
        key.timePart = part;
        return true;
    }
    const auto comparison = named(kComparisons, modifier);
    const bool fitsTyped = !typed || (key.timePart && !key.relation);
    if (comparison == kComparisons.end() || !fitsTyped || textual)
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
    const bool nothingToFind = parsed.exists || parsed.cidr || parsed.relation || parsed.timePart
        || parsed.fieldReference || parsed.startsWith || parsed.endsWith || parsed.negated;
    if (parsed.field.empty() && nothingToFind)
        return yaml::failAt(key, ErrorCode::Unsupported,
                            "the modifiers of '" + std::string(text) + "' need a field name");
    return parsed;
}

} // namespace lolscope::sigma
