#include "tests/support/sigmareference.h"

#include "tests/support/sigmareferencelogsource.h"
#include "tests/support/sigmareferencevalue.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <yaml-cpp/yaml.h>

namespace lolscope::test {

namespace {

/// What the reference throws at itself when a rule cannot be used.
struct Refusal : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

using Texts = std::vector<ReferenceText>;

} // namespace

struct ReferenceEvent::Private
{
    const Event &event;
    struct Entry
    {
        std::string name;
        ReferenceText text;
        bool joined;
    };
    std::vector<Entry> data;
    std::vector<Entry> system;
    Texts all; ///< For keywords.
    std::map<std::string, Texts> known; ///< Answers of valuesOf(), by `name` or `name=recorded name`.

    explicit Private(const Event &of)
        : event(of)
    {
        for (const auto &field : event.data)
            add(data, field.name, field.value, field.source != FieldSource::Event);
        const auto named = [&](const char *name, std::string_view text) {
            if (!text.empty())
                add(system, name, text, false);
        };
        named("Provider_Name", event.provider);
        named("Channel", event.channel);
        named("Computer", event.computer);
        named("EventID", std::to_string(event.eventId));
        named("Level", std::to_string(event.level));
        named("Version", std::to_string(event.version));
        if (event.recordId)
            named("EventRecordID", std::to_string(*event.recordId));
        for (const auto &field : event.system)
            add(system, field.name, field.value, false);
        for (const auto *entries : {&data, &system})
            for (const auto &entry : *entries)
                all.push_back(entry.text);
        if (event.timeCreated) // asked for by its name only: keywords are about what is logged, not when
            named("TimeCreated_SystemTime", formatTimestamp(*event.timeCreated));
    }

    static void add(std::vector<Entry> &entries, std::string_view name, std::string_view text, bool joined)
    {
        entries.push_back({std::string(name), ReferenceText(text), joined});
    }

    static Texts named(const std::vector<Entry> &entries, std::string_view name, bool joinedOnly = false)
    {
        Texts texts;
        for (const auto &entry : entries)
            if (entry.name == name && (entry.joined || !joinedOnly))
                texts.push_back(entry.text);
        return texts;
    }

    /// EventData and UserData hide a System value of the same name.
    Texts ownValues(std::string_view name) const
    {
        auto texts = named(data, name);
        return texts.empty() ? named(system, name) : texts;
    }

    Texts renamedValues(const std::string &name, const std::string &recorded) const
    {
        if (auto joined = named(data, name, true); !joined.empty())
            return joined;
        if (recorded == "ObjectName+ObjectValueName") { // event 4657
            Texts texts;
            for (const auto &key : named(data, "ObjectName"))
                for (const auto &value : named(data, "ObjectValueName"))
                    texts.emplace_back(registryPath(key.utf8) + '\\' + value.utf8);
            return texts;
        }
        auto texts = named(data, recorded);
        if (texts.empty())
            return ownValues(name);
        const auto count = texts.size();
        for (std::size_t i = 0; i < count; ++i)
            for (const auto &meaning : meaningsOf(name, texts[i].utf8))
                texts.emplace_back(meaning);
        return texts;
    }

    static std::string registryPath(const std::string &key)
    {
        for (const auto &[native, shown] :
             {std::pair<std::string, std::string>{"\\registry\\machine", "HKLM"},
              {"\\registry\\user", "HKU"}})
            if (asciiLower(key.substr(0, native.size())) == native)
                return shown + key.substr(native.size());
        return key;
    }

    const Texts &valuesOf(const ReferenceSource &source, const std::string &name)
    {
        const auto rename = source.renames.find(name);
        const bool renamed = rename != source.renames.end();
        const auto [place, isNew] = known.try_emplace(renamed ? name + '=' + rename->second : name);
        if (isNew)
            place->second = renamed ? renamedValues(name, rename->second) : ownValues(name);
        return place->second;
    }
};

ReferenceEvent::ReferenceEvent(const Event &event)
    : d(std::make_unique<Private>(event))
{}
ReferenceEvent::~ReferenceEvent() = default;
ReferenceEvent::ReferenceEvent(ReferenceEvent &&) noexcept = default;

namespace {

/// The event as one of the rule's log sources sees it.
struct View
{
    ReferenceEvent::Private &event;
    const ReferenceSource &source;
    const Texts &valuesOf(const std::string &field) const { return event.valuesOf(source, field); }
};

using Test = std::function<bool(const View &)>;

Test allOf(std::vector<Test> tests)
{
    return [tests = std::move(tests)](const View &view) {
        return std::all_of(tests.begin(), tests.end(), [&](const Test &test) { return test(view); });
    };
}

Test anyOf(std::vector<Test> tests)
{
    return [tests = std::move(tests)](const View &view) {
        return std::any_of(tests.begin(), tests.end(), [&](const Test &test) { return test(view); });
    };
}

Test noneOf(Test test)
{
    return [test = std::move(test)](const View &view) { return !test(view); };
}

bool isPlain(const YAML::Node &node)
{
    return node.Tag() == "?"; // yaml-cpp: neither quoted nor a block
}

/// A scalar with the type YAML gives it.
ReferenceValue scalar(const YAML::Node &node)
{
    const std::string text = node.IsNull() && !node.IsScalar() ? "" : node.Scalar();
    auto value = ReferenceValue::ofText(text);
    if (node.IsNull()) {
        value.kind = ReferenceValue::Kind::Null;
        return value;
    }
    if (!isPlain(node))
        return value;
    static const std::set<std::string> kNulls = {"", "~", "null", "Null", "NULL"};
    static const std::set<std::string> kTrue = {"true", "True", "TRUE"};
    static const std::set<std::string> kFalse = {"false", "False", "FALSE"};
    static const std::set<std::string> kNotEverywhere = {"yes", "Yes", "YES", "no",  "No",  "NO",
                                                         "on",  "On",  "ON",  "off", "Off", "OFF"};
    if (kNulls.contains(text)) {
        value.kind = ReferenceValue::Kind::Null;
    } else if (kTrue.contains(text) || kFalse.contains(text)) {
        value.kind = ReferenceValue::Kind::Boolean;
        value.boolean = kTrue.contains(text);
    } else if (kNotEverywhere.contains(text)) {
        throw Refusal(text + " is a boolean to some YAML readers");
    } else {
        const auto start = text.find_first_not_of('-');
        const auto digits = start == std::string::npos || start > 1 ? std::string() : text.substr(start);
        const auto point = digits.find('.');
        const auto isDigits = [](const std::string &part) {
            return !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
        };
        const bool leadingZero = digits.size() > 1 && digits[0] == '0' && point != 1;
        const bool number = !leadingZero && isDigits(digits.substr(0, point))
            && (point == std::string::npos || isDigits(digits.substr(point + 1)));
        if (leadingZero && digits.find_first_not_of("01234567") == std::string::npos)
            throw Refusal(text + " is octal to some YAML readers"); // with an 8 or 9 in it, it is text
        if (digits.starts_with("0x")
            && digits.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos)
            throw Refusal(text + " is a number to some YAML readers");
        if (number) {
            value.kind = ReferenceValue::Kind::Number;
            value.number = std::strtold(text.c_str(), nullptr);
        }
    }
    return value;
}

void refuseRepeatedKeys(const YAML::Node &node)
{
    std::set<std::string> keys;
    for (const auto &child : node) {
        if (node.IsMap()) {
            if (!child.first.IsScalar() && !child.first.IsNull())
                throw Refusal("a key has to be text");
            if (!keys.insert(child.first.IsNull() ? "" : child.first.Scalar()).second)
                throw Refusal("the key " + child.first.Scalar() + " is there twice");
            refuseRepeatedKeys(child.second);
        } else {
            refuseRepeatedKeys(child);
        }
    }
}

Test keywordTest(ReferenceValue value)
{
    if (value.kind == ReferenceValue::Kind::Null)
        throw Refusal("a keyword has to be text");
    const auto open = [](ReferenceValue &one) {
        if (one.kind != ReferenceValue::Kind::Regex)
            one.text = ReferenceValue::kStar + one.text + ReferenceValue::kStar;
    };
    open(value);
    for (auto &one : value.anyOf)
        open(one);
    return [value](const View &view) {
        const auto &texts = view.event.all;
        return std::any_of(texts.begin(), texts.end(),
                           [&](const ReferenceText &text) { return value.fits(text); });
    };
}

Test fieldTest(const std::string &field, const ReferenceValue &value)
{
    using Kind = ReferenceValue::Kind;
    return [field, value](const View &view) {
        const auto &texts = view.valuesOf(field);
        if (value.kind == Kind::Exists)
            return texts.empty() != value.boolean;
        if (value.kind == Kind::Null && texts.empty())
            return true;
        if (value.kind == Kind::FieldReference) {
            const auto &others = view.valuesOf(value.written);
            return std::any_of(texts.begin(), texts.end(), [&](const ReferenceText &text) {
                return std::any_of(others.begin(), others.end(),
                                   [&](const ReferenceText &other) { return value.fits(text, other); });
            });
        }
        return std::any_of(texts.begin(), texts.end(),
                           [&](const ReferenceText &text) { return value.fits(text); });
    };
}

/// `Field|modifier|modifier: values`
Test itemTest(const std::string &key, const YAML::Node &values)
{
    std::vector<std::string> parts(1);
    for (const char c : key)
        if (c == '|')
            parts.emplace_back();
        else
            parts.back() += c;
    const auto field = parts[0];
    const std::vector<std::string> modifiers(parts.begin() + 1, parts.end());
    const auto has = [&](const char *name) {
        return std::find(modifiers.begin(), modifiers.end(), name) != modifiers.end();
    };
    if (field.empty() && (has("exists") || has("fieldref")))
        throw Refusal("a field is needed");

    std::vector<ReferenceValue> read;
    if (values.IsSequence()) {
        for (const auto &one : values) {
            if (!one.IsScalar() && !one.IsNull())
                throw Refusal("a value has to be a scalar");
            read.push_back(scalar(one));
        }
        if (read.empty()) { // like null
            read.emplace_back();
            read.back().kind = ReferenceValue::Kind::Null;
        }
    } else if (values.IsScalar() || values.IsNull()) {
        read.push_back(scalar(values));
    } else {
        throw Refusal("a value has to be a scalar or a list");
    }
    std::vector<Test> tests;
    for (auto &value : read) {
        if (auto error = applyModifiers(value, modifiers); !error.empty())
            throw Refusal(error);
        tests.push_back(field.empty() ? keywordTest(std::move(value)) : fieldTest(field, value));
    }
    auto item = has("all") ? allOf(std::move(tests)) : anyOf(std::move(tests));
    return has("neq") ? noneOf(std::move(item)) : item;
}

Test selectionTest(const YAML::Node &node)
{
    if (node.IsScalar() || node.IsNull()) {
        auto value = scalar(node);
        if (auto error = applyModifiers(value, {}); !error.empty())
            throw Refusal(error);
        return keywordTest(std::move(value));
    }
    if (node.size() == 0)
        throw Refusal("an empty selection");
    std::vector<Test> tests;
    if (node.IsMap()) {
        for (const auto &item : node)
            tests.push_back(itemTest(item.first.IsNull() ? "" : item.first.Scalar(), item.second));
        return allOf(std::move(tests));
    }
    for (const auto &part : node)
        tests.push_back(selectionTest(part));
    return anyOf(std::move(tests));
}

using Selections = std::vector<std::pair<std::string, Test>>;

/// Whether a name fits a pattern with stars.
bool namesMatch(std::string_view pattern, std::string_view name)
{
    if (pattern.empty())
        return name.empty();
    if (pattern[0] == '*')
        return namesMatch(pattern.substr(1), name) || (!name.empty() && namesMatch(pattern, name.substr(1)));
    return !name.empty() && pattern[0] == name[0] && namesMatch(pattern.substr(1), name.substr(1));
}

/// Reads a condition word by word, one function for each level of binding.
struct Condition
{
    std::vector<std::string> words;
    const Selections &selections;
    std::size_t at = 0;

    Condition(const std::string &text, const Selections &known)
        : selections(known)
    {
        std::string word;
        const auto end = [&] {
            if (!word.empty())
                words.push_back(std::move(word));
            word.clear();
        };
        for (const char c : text) {
            const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            if (blank || c == '(' || c == ')')
                end();
            if (c == '(' || c == ')')
                words.emplace_back(1, c);
            else if (!blank)
                word += c;
        }
        end();
    }

    std::string peek(std::size_t ahead = 0) const
    {
        return at + ahead < words.size() ? words[at + ahead] : std::string();
    }
    bool isNamed(const std::string &name) const
    {
        return std::any_of(selections.begin(), selections.end(),
                           [&](const auto &one) { return one.first == name; });
    }
    /// Lower case is the specification's; upper case is overlooked.
    bool isWord(const char *lower, const char *upper) const
    {
        return peek() == lower || (peek() == upper && !isNamed(upper));
    }

    Test whole()
    {
        auto test = either();
        if (at != words.size())
            throw Refusal("condition: unexpected " + peek());
        return test;
    }
    Test either()
    {
        std::vector<Test> tests = {both()};
        while (isWord("or", "OR")) {
            ++at;
            tests.push_back(both());
        }
        return anyOf(std::move(tests));
    }
    Test both()
    {
        std::vector<Test> tests = {single()};
        while (isWord("and", "AND")) {
            ++at;
            tests.push_back(single());
        }
        return allOf(std::move(tests));
    }
    Test single()
    {
        if (isWord("not", "NOT")) {
            ++at;
            return noneOf(single());
        }
        if (peek() == "(") {
            ++at;
            auto inner = either();
            if (peek() != ")")
                throw Refusal("condition: a ) is missing");
            ++at;
            return inner;
        }
        if (peek(1) == "of")
            return quantified();
        for (const auto &[name, test] : selections)
            if (name == peek()) {
                ++at;
                return test;
            }
        throw Refusal("condition: no selection " + peek());
    }
    Test quantified()
    {
        const auto quantity = peek();
        const auto pattern = peek(2) == "them" ? "*" : peek(2);
        at += 3;
        std::vector<Test> tests;
        for (const auto &[name, test] : selections) {
            const bool hidden = name.starts_with('_') && !pattern.starts_with('_');
            if (!hidden && namesMatch(pattern, name))
                tests.push_back(test);
        }
        if (tests.empty())
            throw Refusal("condition: nothing is named " + pattern);
        if (quantity == "all")
            return allOf(std::move(tests));
        if (quantity == "1" || quantity == "any")
            return anyOf(std::move(tests));
        throw Refusal("condition: " + quantity + " of");
    }
};

std::string textAt(const YAML::Node &map, const char *key)
{
    const auto node = map[key];
    return node && node.IsScalar() ? node.Scalar() : std::string();
}

} // namespace

struct ReferenceRule::Private
{
    std::string id;
    std::string refused;
    std::vector<ReferenceSource> sources;
    Test condition;

    void read(const YAML::Node &root)
    {
        if (!root.IsMap())
            throw Refusal("a rule has to be a map");
        id = textAt(root, "id");
        refuseRepeatedKeys(root);
        for (const char *other : {"correlation", "filter", "action"})
            if (root[other])
                throw Refusal("not a detection rule");
        if (textAt(root, "title").empty())
            throw Refusal("no title");
        if (const auto taxonomy = textAt(root, "taxonomy"); !taxonomy.empty() && taxonomy != "sigma")
            throw Refusal("another taxonomy");
        const auto source = root["logsource"];
        if (!source || !source.IsMap())
            throw Refusal("no log source");
        const auto category = textAt(source, "category");
        const auto product = textAt(source, "product");
        const auto service = textAt(source, "service");
        if (category.empty() && product.empty() && service.empty())
            throw Refusal("the log source says nothing");
        sources = referenceSources(category, product, service, refused);
        const auto detection = root["detection"];
        if (!detection || !detection.IsMap())
            throw Refusal("no detection");

        Selections selections;
        for (const auto &entry : detection) {
            const auto name = entry.first.Scalar();
            if (name != "condition" && name != "timeframe")
                selections.emplace_back(name, selectionTest(entry.second));
        }
        const auto node = detection["condition"];
        std::vector<Test> conditions;
        if (node && node.IsScalar())
            conditions.push_back(Condition(node.Scalar(), selections).whole());
        else if (node && node.IsSequence())
            for (const auto &one : node)
                conditions.push_back(Condition(one.Scalar(), selections).whole());
        if (conditions.empty())
            throw Refusal("no condition");
        condition = anyOf(std::move(conditions));
    }

    static bool meets(const ReferenceSource &source, ReferenceEvent::Private &event)
    {
        if (!source.takes(event.event))
            return false;
        if (source.conditionField.empty())
            return true;
        const auto texts = event.ownValues(source.conditionField);
        return std::any_of(texts.begin(), texts.end(), [&](const ReferenceText &text) {
            return std::any_of(source.conditionValues.begin(), source.conditionValues.end(),
                               [&](const auto &value) { return asciiLower(value) == asciiLower(text.utf8); });
        });
    }
};

std::vector<ReferenceRule> ReferenceRule::read(const std::string &yaml)
{
    std::vector<ReferenceRule> rules;
    try {
        for (const auto &document : YAML::LoadAll(yaml)) {
            if (document.IsNull())
                continue;
            ReferenceRule rule;
            try {
                rule.d->read(document);
            } catch (const Refusal &refusal) {
                rule.d->refused = refusal.what();
            }
            rules.push_back(std::move(rule));
        }
    } catch (const YAML::Exception &error) {
        ReferenceRule rule;
        rule.d->refused = error.what();
        rules.push_back(std::move(rule));
    }
    return rules;
}

ReferenceRule::ReferenceRule()
    : d(std::make_unique<Private>())
{}
ReferenceRule::~ReferenceRule() = default;
ReferenceRule::ReferenceRule(ReferenceRule &&) noexcept = default;

const std::string &ReferenceRule::id() const
{
    return d->id;
}

const std::string &ReferenceRule::refused() const
{
    return d->refused;
}

bool ReferenceRule::isAbout(const ReferenceEvent &event) const
{
    return std::any_of(d->sources.begin(), d->sources.end(),
                       [&](const ReferenceSource &source) { return Private::meets(source, *event.d); });
}

bool ReferenceRule::matches(const ReferenceEvent &event) const
{
    return d->refused.empty()
        && std::any_of(d->sources.begin(), d->sources.end(), [&](const ReferenceSource &source) {
               return Private::meets(source, *event.d) && d->condition(View{*event.d, source});
           });
}

} // namespace lolscope::test
