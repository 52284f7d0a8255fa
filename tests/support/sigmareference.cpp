#include "tests/support/sigmareference.h"

#include "tests/support/sigmareference/condition.h"

#include <algorithm>
#include <set>

namespace lolscope::test {

ReferenceEvent::ReferenceEvent(const Event &event)
    : d(std::make_unique<Private>(event))
{}
ReferenceEvent::~ReferenceEvent() = default;
ReferenceEvent::ReferenceEvent(ReferenceEvent &&) noexcept = default;

namespace {

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
            conditions.push_back(conditionTest(node.Scalar(), selections));
        else if (node && node.IsSequence())
            for (const auto &one : node)
                conditions.push_back(conditionTest(one.Scalar(), selections));
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
        const auto &texts = event.valuesOf(source, source.conditionField);
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
