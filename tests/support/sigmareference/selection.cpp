#include "tests/support/sigmareference/selection.h"

#include "tests/support/sigmareference/modifiers.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace lolscope::test {

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

namespace {

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

} // namespace

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

} // namespace lolscope::test
