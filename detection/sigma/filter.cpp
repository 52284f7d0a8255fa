#include "detection/sigma/filter.h"

#include "detection/sigma/detection.h"
#include "detection/sigma/logsource.h"
#include "detection/sigma/ruleparser.h"

#include <algorithm>

namespace lolscope::sigma {

namespace {

/// Most rules one filter may list.
constexpr std::size_t kMaxListedRules = 10'000;

void add(yaml::Node &map, std::string_view key, const yaml::Node &value)
{
    yaml::Node name = value;
    name.kind = yaml::Node::Kind::Scalar;
    name.items.clear();
    name.keys.clear();
    name.text = key;
    map.keys.push_back(std::move(name));
    map.items.push_back(value);
}

/// What a filter says apart from whom it is for is a rule.
Result<std::shared_ptr<Rule>> parseAsRule(const yaml::Node &root, const yaml::Node &section,
                                          std::vector<Error> &warnings)
{
    yaml::Node rule = root; // for its place
    rule.keys.clear();
    rule.items.clear();
    for (std::size_t i = 0; i < root.keys.size(); ++i)
        if (root.keys[i].text == "title" || root.keys[i].text == "id" || root.keys[i].text == "logsource"
            || root.keys[i].text == "taxonomy")
            add(rule, root.keys[i].text, root.items[i]);
    yaml::Node detection = section;
    detection.keys.clear();
    detection.items.clear();
    for (std::size_t i = 0; i < section.keys.size(); ++i) {
        if (section.keys[i].text == "rules")
            continue;
        detection.keys.push_back(section.keys[i]);
        detection.items.push_back(section.items[i]);
    }
    add(rule, "detection", detection);
    return parseRule(rule, {}, warnings); // the rule's id is not used where the filter has none
}

/// `any` and `all` (as pySigma reads them) and an empty list stand for every rule.
Result<std::vector<RuleReference>> parseReferences(const yaml::Node &section)
{
    const auto *rules = section.find("rules");
    if (!rules || rules->isMap() || rules->isNull())
        return yaml::failAt(rules ? *rules : section, ErrorCode::Corrupt,
                            "a filter needs 'rules': a list of ids or names, or 'any'");
    if (rules->isScalar() && (sameName(rules->text, "any") || sameName(rules->text, "all")))
        return std::vector<RuleReference>();
    const auto items = rules->asList();
    if (items.size() > kMaxListedRules)
        return yaml::failAt(*rules, ErrorCode::TooLarge, "more than 10,000 rules");
    std::vector<RuleReference> references;
    for (const auto &item : items) {
        if (!item.isScalar() || item.isNull() || item.text.empty())
            return yaml::failAt(item, ErrorCode::Corrupt, "the id or name of a rule is expected here");
        references.push_back({item.text, item.line, item.column, {}});
    }
    return references;
}

/// Moves what an expression of a filter refers to behind what is in `rule` already.
void shift(Expression &expression, const Detection &rule)
{
    if (expression.op == Expression::Op::Item)
        expression.index += rule.items.size();
    else if (expression.op == Expression::Op::Selection)
        expression.index += rule.selections.size();
    for (auto &operand : expression.operands)
        shift(operand, rule);
}

void append(Detection &rule, Detection filter)
{
    for (auto &selection : filter.selections)
        shift(selection, rule);
    shift(filter.condition, rule);
    std::move(filter.items.begin(), filter.items.end(), std::back_inserter(rule.items));
    std::move(filter.selections.begin(), filter.selections.end(), std::back_inserter(rule.selections));
    rule.condition.operands.push_back(std::move(filter.condition));
}

} // namespace

Result<std::shared_ptr<Filter>> parseFilter(const yaml::Node &root, std::vector<Error> &warnings)
{
    const auto *section = root.find("filter");
    if (!section->isMap())
        return yaml::failAt(*section, ErrorCode::Corrupt, "'filter' has to be a map");
    if (const auto *condition = section->find("condition"); condition && !condition->isScalar())
        return yaml::failAt(*condition, ErrorCode::Corrupt, "the condition of a filter has to be text");
    auto references = parseReferences(*section);
    if (!references)
        return tl::unexpected<Error>(references.error());
    auto rule = parseAsRule(root, *section, warnings);
    if (!rule)
        return tl::unexpected<Error>(rule.error());
    auto filter = std::make_shared<Filter>();
    if (root.find("id"))
        filter->id = (*rule)->id;
    filter->title = (*rule)->title;
    filter->logSource = (*rule)->logSource;
    filter->rules = std::move(*references);
    filter->detection = (*rule)->detection;
    return filter;
}

bool contains(const LogSource &outer, const LogSource &inner)
{
    const auto holds = [](const std::string &wanted, const std::string &given) {
        return wanted.empty() || sameName(wanted, given);
    };
    return holds(outer.category, inner.category) && holds(outer.product, inner.product)
        && holds(outer.service, inner.service);
}

RulePtr filtered(const Rule &rule, std::span<const FilterPtr> filters)
{
    auto made = std::make_shared<Rule>(rule);
    auto detection = std::make_shared<Detection>(*rule.detection);
    Expression both{Expression::Op::All, {}, 0};
    both.operands.push_back(std::move(detection->condition));
    detection->condition = std::move(both);
    for (const auto &filter : filters) {
        append(*detection, *filter->detection);
        made->filters.push_back(filter);
    }
    made->detection = std::move(detection);
    return made;
}

} // namespace lolscope::sigma
