#include "detection/sigma/selection.h"

#include "detection/sigma/encoding.h"
#include "detection/sigma/modifiers.h"

#include <array>

namespace lolscope::sigma {

namespace {

/// Texts that modifiers may make of one: three places in Base64 of every alternative of its dashes.
constexpr std::size_t kMaxTexts = 3 * Pattern::kMostAlternatives;

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

/// One modifier that changes texts, done to each of `patterns`. Error: why it cannot be done.
Result<void> applyStep(ItemKey::Step step, std::vector<Pattern> &patterns)
{
    using Step = ItemKey::Step;
    if (step == Step::Windash) {
        for (Pattern &pattern : patterns)
            pattern.expandDashes();
        return {};
    }
    std::vector<Pattern> made;
    for (const Pattern &one : patterns) {
        auto alternatives = one.dashAlternatives();
        if (alternatives.empty() || made.size() + alternatives.size() > kMaxTexts)
            return fail(ErrorCode::TooLarge, "the modifiers make too many texts of this one");
        for (Pattern &pattern : alternatives) {
            const bool marked = step == Step::Utf16;
            const bool needsWhole = marked || step == Step::Base64 || step == Step::Base64Offset;
            if (needsWhole && pattern.hasWildcards())
                return fail(ErrorCode::Corrupt, "a text with wildcards cannot be encoded");
            const std::string text = pattern.plainText().value_or(std::string());
            if (needsWhole && text.empty())
                return fail(ErrorCode::Corrupt, "there is no text to encode");
            if (text.size() > kMaxValueBytes)
                return fail(ErrorCode::TooLarge, "an encoded text is longer than 32 KiB");
            if (marked) {
                made.push_back(Pattern::literal(std::string(kUtf16Mark) + utf16(text, false)));
            } else if (step == Step::Base64) {
                made.push_back(Pattern::literal(base64(text)));
            } else if (step == Step::Base64Offset) {
                for (const std::string &offset : base64Offsets(text)) {
                    if (offset.empty())
                        return fail(ErrorCode::Corrupt, "the text is too short to be found within Base64");
                    made.push_back(Pattern::literal(offset));
                }
            } else {
                pattern.changeTexts([&](std::string &part) { part = utf16(part, step == Step::Utf16Be); });
                made.push_back(std::move(pattern));
            }
        }
    }
    patterns = std::move(made);
    return {};
}

/// Whether a text has a placeholder (`%name%`); `\%` is a percent sign.
bool hasPlaceholder(std::string_view text)
{
    const auto isWord = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
        auto end = at + 1;
        while (end < text.size() && isWord(text[end]))
            ++end;
        const bool isEscaped = at > 0 && text[at - 1] == '\\';
        if (!isEscaped && end > at + 1 && end < text.size() && text[end] == '%')
            return true;
    }
    return false;
}

Result<Test> patternTest(const ItemKey &key, const yaml::Node &value)
{
    const bool isText = !value.boolean() && !value.isNumber();
    const bool needsText =
        key.contains || key.startsWith || key.endsWith || key.cased || key.expand || !key.steps.empty();
    if (!isText && needsText && !key.field.empty())
        return yaml::failAt(value, ErrorCode::Corrupt,
                            "text is expected here: put '" + value.text + "' into quotes");

    std::vector<Pattern> patterns = {isText ? Pattern::parse(value.text) : Pattern::literal(value.text)};
    const Pattern written = patterns.front();
    bool isEncoded = false;
    for (const ItemKey::Step step : key.steps) {
        if (const auto applied = applyStep(step, patterns); !applied)
            return yaml::failAt(value, applied.error().code, applied.error().detail);
        isEncoded = isEncoded || step != ItemKey::Step::Windash;
    }
    const auto place = [&](Pattern &pattern) {
        const bool anywhere = key.contains || key.field.empty(); // keywords are looked for within the values
        if (anywhere || key.endsWith)
            pattern.openStart();
        if (anywhere || key.startsWith)
            pattern.openEnd();
    };
    bool isWhole = true;
    for (Pattern &pattern : patterns) {
        place(pattern);
        isWhole = isWhole && !pattern.hasWildcards() && !pattern.longestText().empty();
    }

    Test test;
    if (isEncoded) {
        Pattern shown = written;
        place(shown);
        test.shown = shownPattern(key, shown) + " (encoded)";
    } else {
        test.shown = shownPattern(key, patterns.front());
    }
    if (!key.cased)
        for (Pattern &pattern : patterns)
            pattern.fold();
    test.kind = PatternTest{std::move(patterns), key.cased, isWhole};
    return test;
}

Result<Test> fieldTest(const ItemKey &key, const yaml::Node &value)
{
    const bool isText = !value.boolean() && !value.isNumber() && !value.isNull();
    if (!isText || value.text.empty() || value.text.find_first_of("*?") != std::string::npos)
        return yaml::failAt(value, ErrorCode::Corrupt, "the name of another field is expected here");
    FieldTest test{value.text, key.contains || key.endsWith, key.contains || key.startsWith, key.cased};
    const std::string_view how = test.openStart && test.openEnd ? "contains"
        : test.openStart                                        ? "ends with"
        : test.openEnd                                          ? "starts with"
                                                                : "is";
    return Test{std::move(test), std::string(how) + " the value of " + value.text};
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
        switch (key.relation.value_or(CompareTest::Relation::Equal)) {
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
    constexpr std::array<std::string_view, 6> kParts = {"minute ", "hour ",  "day ",
                                                        "week ",   "month ", "year "};
    const auto part = key.timePart ? kParts[static_cast<std::size_t>(*key.timePart)] : std::string_view();
    return Test{CompareTest{key.relation.value_or(CompareTest::Relation::Equal), *number, key.timePart},
                std::string(part) + shown + value.text};
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
    if (key.relation || key.timePart)
        return compareTest(key, value);
    if (key.fieldReference)
        return fieldTest(key, value);
    if (value.isNull()) {
        const bool bare = !key.contains && !key.startsWith && !key.endsWith && !key.cased && !key.regex
            && !key.cidr && !key.expand && key.steps.empty() && !key.field.empty();
        if (!bare)
            return yaml::failAt(value, ErrorCode::Corrupt, "text is expected here, not null");
        return Test{NullTest{}, "is absent or empty"};
    }
    if (value.isAmbiguous() && !key.regex)
        return yaml::failAt(value, ErrorCode::Unsupported,
                            "'" + value.text + "' is not the same to all YAML readers: put it into quotes");
    if (key.expand && hasPlaceholder(value.text))
        return yaml::failAt(value, ErrorCode::Unsupported,
                            "the placeholder in '" + value.text + "' has no values here");
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
        auto item = addItem(*key, emptyList ? null.asList() : value.asList(), items);
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

} // namespace lolscope::sigma
