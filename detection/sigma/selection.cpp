#include "detection/sigma/selection.h"

#include "detection/sigma/modifiers.h"
#include "model/base/text.h"

namespace lolscope::sigma {

namespace {

std::string shownPattern(const ItemKey &key, const Pattern &pattern)
{
    const bool start = pattern.startIsOpen();
    const bool end = pattern.endIsOpen();
    const bool named = pattern.plainText().has_value();
    std::string shown = !named ? "matches " + pattern.shown(true)
        : start && end         ? "contains " + pattern.shown(false)
        : start                ? "ends with " + pattern.shown(false)
        : end                  ? "starts with " + pattern.shown(false)
                               : "is " + pattern.shown(false);
    if (named && pattern.plainText()->empty())
        shown = start || end ? "is there" : "is empty";
    if (key.cased)
        shown += " (with this case)";
    return shown;
}

Result<Test> patternTest(const ItemKey &key, const yaml::Node &value)
{
    const bool isText = !value.boolean() && !value.isNumber();
    if (!isText && (key.contains || key.startsWith || key.endsWith || key.cased || key.windash)
        && !key.field.empty())
        return yaml::failAt(value, ErrorCode::Corrupt,
                            "text is expected here: put '" + value.text + "' into quotes");

    auto pattern = isText ? Pattern::parse(value.text) : Pattern::literal(value.text);
    const bool anywhere = key.contains || key.field.empty(); // keywords are looked for within the values
    if (anywhere || key.endsWith)
        pattern.openStart();
    if (anywhere || key.startsWith)
        pattern.openEnd();
    if (key.windash)
        pattern.expandDashes();

    Test test;
    test.shown = shownPattern(key, pattern);
    const auto plain = pattern.plainText();
    const bool whole = !pattern.startIsOpen() && !pattern.endIsOpen();
    if (!key.cased)
        pattern.fold();
    test.kind = PatternTest{{std::move(pattern)}, key.cased, whole && plain && !plain->empty()};
    return test;
}

Result<Test> regexTest(const ItemKey &key, const yaml::Node &value)
{
    const auto regex = Regex::compile(value.text, {key.regexIgnoreCase, key.regexManyLines, key.regexDotAll});
    if (!regex)
        return yaml::failAt(value, regex.error().code, regex.error().detail);
    return Test{RegexTest{*regex}, "matches the regular expression " + value.text};
}

Result<Test> compareTest(const ItemKey &key, const yaml::Node &value)
{
    const auto number = value.isNumber() ? Number::parse(value.text) : std::nullopt;
    if (!number)
        return yaml::failAt(value, ErrorCode::Corrupt, "an unquoted number is expected here");
    const auto shown = [&] {
        switch (*key.relation) {
        case CompareTest::Relation::Equal:
            return "is ";
        case CompareTest::Relation::Greater:
            return "is greater than ";
        case CompareTest::Relation::GreaterOrEqual:
            return "is at least ";
        case CompareTest::Relation::Less:
            return "is less than ";
        case CompareTest::Relation::LessOrEqual:
            break;
        }
        return "is at most ";
    }();
    return Test{CompareTest{*key.relation, *number}, shown + value.text};
}

Result<Test> parseTest(const ItemKey &key, const yaml::Node &value)
{
    if (!value.isScalar())
        return yaml::failAt(value, ErrorCode::Corrupt,
                            "a value of '" + key.field + "' has to be text or a number");
    if (value.text.size() > kMaxValueBytes)
        return yaml::failAt(value, ErrorCode::TooLarge, "a value is longer than 32 KiB");
    if (key.exists) {
        const auto wanted = value.boolean();
        if (!wanted)
            return yaml::failAt(value, ErrorCode::Corrupt, "'exists' needs true or false");
        return Test{ExistsTest{*wanted}, *wanted ? "exists" : "does not exist"};
    }
    if (key.relation)
        return compareTest(key, value);
    if (value.isNull()) {
        const bool bare = !key.contains && !key.startsWith && !key.endsWith && !key.cased && !key.windash
            && !key.regex && !key.cidr && !key.field.empty();
        if (!bare)
            return yaml::failAt(value, ErrorCode::Corrupt, "text is expected here, not null");
        return Test{NullTest{}, "is absent or empty"};
    }
    if (value.isAmbiguous() && !key.regex)
        return yaml::failAt(value, ErrorCode::Unsupported,
                            "'" + value.text + "' is not the same to all YAML readers: put it into quotes");
    if (key.regex)
        return regexTest(key, value);
    if (key.cidr) {
        const auto network = IpNetwork::parse(value.text);
        if (!network)
            return yaml::failAt(value, ErrorCode::Corrupt, "'" + value.text + "' is no network");
        return Test{NetworkTest{*network}, "is in " + value.text};
    }
    return patternTest(key, value);
}

Result<Expression> addItem(const ItemKey &key, std::span<const yaml::Node> values, std::vector<Item> &items)
{
    Item item;
    item.field = key.field;
    item.allTests = key.all;
    item.negated = key.negated;
    for (const auto &value : values) {
        auto test = parseTest(key, value);
        if (!test)
            return tl::unexpected<Error>(test.error());
        item.tests.push_back(std::move(*test));
    }
    items.push_back(std::move(item));
    return Expression{Expression::Op::Item, {}, items.size() - 1};
}

Result<Expression> parseMap(const yaml::Node &node, std::vector<Item> &items)
{
    Expression all{Expression::Op::All, {}, 0};
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const auto key = ItemKey::parse(node.keys[i]);
        if (!key)
            return tl::unexpected<Error>(key.error());
        const auto &value = node.items[i];
        yaml::Node null = node.keys[i]; // an empty list asks for no value: null
        null.text.clear();
        null.plain = true;
        const bool emptyList = value.isList() && value.items.empty();
        const std::span<const yaml::Node> values = emptyList ? std::span(&null, 1)
            : value.isList()                                 ? std::span(value.items)
                                                             : std::span(&value, 1);
        auto item = addItem(*key, values, items);
        if (!item)
            return item;
        all.operands.push_back(std::move(*item));
    }
    return all;
}

} // namespace

Result<Expression> parseSelection(const yaml::Node &node, std::vector<Item> &items)
{
    if (!node.isScalar() && node.items.empty())
        return yaml::failAt(node, ErrorCode::Corrupt, "an empty selection asks for nothing");
    if (node.isMap())
        return parseMap(node, items);
    if (node.isScalar())
        return addItem(ItemKey(), {&node, 1}, items);

    Expression any{Expression::Op::Any, {}, 0};
    for (const auto &part : node.items) {
        auto parsed = parseSelection(part, items); // no deeper than yaml::kMaxDepth
        if (!parsed)
            return parsed;
        any.operands.push_back(std::move(*parsed));
    }
    return any;
}

bool isInNetwork(const IpNetwork &network, std::string_view value)
{
    const auto address = IpAddress::parse(value);
    return address && isInNetwork(network, *address);
}

bool isInNetwork(const IpNetwork &network, const IpAddress &address)
{
    const auto plain = address.unmapped();
    if (network.contains(plain))
        return true;
    // A network written within ::ffff:0:0/96 means IPv4 too.
    constexpr int kMappedPrefix = 96;
    if (network.isV4() || network.prefixLength() < kMappedPrefix || !plain.isV4())
        return false;
    const auto mapped = IpAddress::parse("::ffff:" + plain.text());
    return mapped && network.contains(*mapped);
}

} // namespace lolscope::sigma
