#include "detection/engine/testkey.h"

namespace lolscope {

namespace {

template<typename Number>
void appendRaw(Number number, std::string &key)
{
    key.append(reinterpret_cast<const char *>(&number), sizeof number);
}

void appendText(std::string_view text, std::string &key)
{
    appendRaw(text.size(), key);
    key += text;
}

struct AppendKey
{
    std::string &key;
    const sigma::Test &whole;

    void operator()(const sigma::PatternTest &test) const
    {
        key += test.cased ? 'c' : 'f';
        key += test.overlookBlanks ? 'b' : '-';
        for (const auto &pattern : test.patterns)
            pattern.appendKey(key);
    }
    // Two regular expressions or networks are equal when they are written so, with the same modifiers.
    void operator()(const sigma::RegexTest &test) const
    {
        key += 'r';
        appendText(test.regex->text(), key);
    }
    void operator()(const sigma::NetworkTest &) const
    {
        key += 'n';
        appendText(whole.shown, key);
    }
    void operator()(const sigma::CompareTest &test) const
    {
        key += test.part ? 't' : 'g';
        key += static_cast<char>(test.part ? static_cast<int>(*test.part) : 0);
        appendText(whole.shown, key);
    }
    void operator()(const sigma::FieldTest &test) const
    {
        key += 'e';
        key += static_cast<char>((test.openStart ? 1 : 0) + (test.openEnd ? 2 : 0) + (test.cased ? 4 : 0));
        appendText(test.field, key);
    }
    void operator()(const sigma::NullTest &) const { key += '0'; }
    void operator()(const sigma::ExistsTest &test) const { key += test.exists ? '1' : '2'; }
};

} // namespace

void appendKey(const sigma::Test &test, std::string &key)
{
    std::visit(AppendKey{key, test}, test.kind);
}

} // namespace lolscope
