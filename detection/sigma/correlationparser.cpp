#include "detection/sigma/condition.h"
#include "detection/sigma/correlation.h"
#include "detection/sigma/ruleparser.h"
#include "model/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lolscope::sigma {

namespace {

using Relation = Comparison::Relation;

struct RelationName
{
    std::string_view key;
    Relation relation;
    std::string_view shown;
};
constexpr std::array<RelationName, 6> kRelations = {{{"gt", Relation::Greater, "is greater than "},
                                                     {"gte", Relation::GreaterOrEqual, "is at least "},
                                                     {"lt", Relation::Less, "is less than "},
                                                     {"lte", Relation::LessOrEqual, "is at most "},
                                                     {"eq", Relation::Equal, "is "},
                                                     {"neq", Relation::NotEqual, "is not "}}};

struct Unit
{
    char letter;
    std::int64_t seconds;
};
/// The specification's units, then pySigma's: a month is a twelfth of a year of 365.2425 days.
constexpr std::array<Unit, 7> kUnits = {
    {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}, {'w', 604'800}, {'M', 2'629'746}, {'y', 31'556'952}}};
/// Keeps sums of times within 64 bits; longer than any log.
constexpr std::int64_t kMaxTimespanSeconds = 100 * std::int64_t{31'556'952};

bool allHold(const std::vector<Comparison> &comparisons, double value)
{
    return std::all_of(comparisons.begin(), comparisons.end(),
                       [value](const Comparison &comparison) { return comparison.holds(value); });
}

/// Whether some whole number from 1 to `most` fulfils all. Truth only changes at the bounds, so it is enough
/// to try the numbers around them.
bool isPossible(const std::vector<Comparison> &comparisons, double most)
{
    std::vector<double> candidates = {1, most};
    for (const auto &comparison : comparisons)
        for (const double step : {-1, 0, 1})
            candidates.push_back(std::floor(comparison.bound) + step);
    return std::any_of(candidates.begin(), candidates.end(), [&](double candidate) {
        return candidate >= 1 && candidate <= most && allHold(comparisons, candidate);
    });
}

/// Reads the section; the first problem is put aside, so that it reads in a straight line.
class SectionParser
{
public:
    SectionParser(const yaml::Node &root, const yaml::Node &section, std::vector<Error> &warnings)
        : m_root(root)
        , m_section(section)
        , m_warnings(warnings)
    {}

    Result<std::shared_ptr<Correlation>> parse()
    {
        auto correlation = std::make_shared<Correlation>();
        refuseUnknownKeys(m_section,
                          {"type", "rules", "group-by", "timespan", "aliases", "condition", "generate"});
        readType(*correlation);
        readTimespan(*correlation);
        readGroupBy(*correlation);
        readRules(*correlation);
        readAliases(*correlation);
        if (!m_error)
            readCondition(*correlation);
        readGenerate(*correlation);
        if (m_error)
            return tl::unexpected<Error>(*m_error);
        correlation->shownCondition += " within " + m_section.find("timespan")->text;
        return correlation;
    }

private:
    void refuse(const yaml::Node &node, ErrorCode code, std::string detail)
    {
        if (!m_error)
            m_error = yaml::failAt(node, code, std::move(detail)).value();
    }

    void refuseUnknownKeys(const yaml::Node &map, std::initializer_list<std::string_view> known)
    {
        for (const auto &key : map.keys)
            if (std::find(known.begin(), known.end(), key.text) == known.end())
                refuse(key, ErrorCode::Unsupported, "'" + key.text + "' is not known here");
    }

    /// One text, or a list of texts.
    std::vector<std::string> texts(const yaml::Node &node, std::string_view what)
    {
        std::vector<std::string> values;
        for (const auto &item : node.asList()) {
            if (!item.isScalar() || item.isNull() || item.text.empty() || item.text.size() > 1024)
                refuse(item, ErrorCode::Corrupt, std::string(what) + " has to be text or a list of texts");
            else if (std::find(values.begin(), values.end(), item.text) != values.end())
                refuse(item, ErrorCode::Corrupt, "'" + item.text + "' stands here twice");
            else
                values.push_back(item.text);
        }
        return values;
    }

    void readType(Correlation &correlation)
    {
        const auto *node = m_section.find("type");
        if (!node || !node->isScalar() || node->isNull())
            return refuse(node ? *node : m_section, ErrorCode::Corrupt, "a correlation needs a 'type'");
        const auto type = correlationTypeByName(node->text);
        if (!type)
            return refuse(*node, ErrorCode::Unsupported, "unknown correlation type '" + node->text + "'");
        correlation.type = *type;
    }

    void readTimespan(Correlation &correlation)
    {
        const auto *node = m_section.find("timespan");
        if (!node || !node->isScalar() || node->isNull())
            return refuse(node ? *node : m_section, ErrorCode::Corrupt, "a correlation needs a 'timespan'");
        const std::string_view text = node->text;
        std::int64_t count = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
        const auto letter = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
        const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [letter](const Unit &one) {
            return letter == std::string_view(&one.letter, 1);
        });
        if (unit == kUnits.end() || read.ec == std::errc::invalid_argument || text.starts_with('-'))
            return refuse(*node, ErrorCode::Corrupt,
                          "a timespan is a number with one of the units s, m, h, d, w, M, y: '" + node->text
                              + "'");
        if (read.ec != std::errc() || count > kMaxTimespanSeconds / unit->seconds)
            return refuse(*node, ErrorCode::TooLarge, "a timespan may not be longer than 100 years");
        if (count == 0)
            return refuse(*node, ErrorCode::Corrupt, "a timespan has to be longer than nothing");
        correlation.timespan = std::chrono::seconds(count * unit->seconds);
    }

    void readGroupBy(Correlation &correlation)
    {
        const auto *node = m_section.find("group-by");
        if (!node || node->isNull())
            return;
        correlation.groupBy = texts(*node, "'group-by'");
        if (correlation.groupBy.size() > kMaxGroupFields)
            refuse(*node, ErrorCode::TooLarge, "more than 16 fields to group by");
    }

    void addReference(Correlation &correlation, const yaml::Node &place, std::string written)
    {
        if (correlation.rules.size() == kMaxReferences)
            refuse(place, ErrorCode::TooLarge, "more than 32 rules");
        else
            correlation.rules.push_back({std::move(written), place.line, place.column, {}});
    }

    void readRules(Correlation &correlation)
    {
        const auto *node = m_section.find("rules");
        const bool given = node && !node->isNull();
        if (!given) {
            namesInCondition(correlation);
        } else if (node->isMap()) {
            refuse(*node, ErrorCode::Corrupt, "'rules' has to be a list of ids or names");
        } else {
            texts(*node, "a rule's id or name");
            for (const auto &item : node->asList())
                addReference(correlation, item, item.text);
        }
        if (correlation.rules.empty())
            refuse(given ? *node : m_section, ErrorCode::Corrupt, "a correlation needs 'rules'");
    }

    /// A condition that is a string may name the rules all by itself.
    void namesInCondition(Correlation &correlation)
    {
        const auto *node = m_section.find("condition");
        if (!node || !node->isScalar() || correlation.type != CorrelationType::Temporal)
            return;
        constexpr std::string_view kAround = " \t\r\n()";
        std::string_view rest = node->text;
        while (!m_error) {
            rest.remove_prefix(std::min(rest.find_first_not_of(kAround), rest.size()));
            const auto word = rest.substr(0, rest.find_first_of(kAround));
            if (word.empty())
                return;
            rest.remove_prefix(word.size());
            const auto isKnown = [&](const RuleReference &rule) { return rule.written == word; };
            if (!isConditionKeyword(word)
                && std::none_of(correlation.rules.begin(), correlation.rules.end(), isKnown))
                addReference(correlation, *node, std::string(word));
        }
    }

    void readAliases(Correlation &correlation)
    {
        const auto *node = m_section.find("aliases");
        if (!node || node->isNull())
            return;
        if (!node->isMap())
            return refuse(*node, ErrorCode::Corrupt, "'aliases' has to be a map");
        for (std::size_t i = 0; i < node->keys.size(); ++i) {
            const auto &fields = node->items[i];
            if (!fields.isMap() || fields.keys.empty()) {
                refuse(fields, ErrorCode::Corrupt, "an alias has to be a map of rules to fields");
                continue;
            }
            for (std::size_t j = 0; j < fields.keys.size(); ++j) {
                const auto &rule = fields.keys[j];
                const auto &field = fields.items[j];
                if (!field.isScalar() || field.isNull() || field.text.empty())
                    refuse(field, ErrorCode::Corrupt, "the name of a field is expected here");
                correlation.aliases.push_back(
                    {node->keys[i].text, {rule.text, rule.line, rule.column, {}}, field.text});
            }
        }
    }

    void readCondition(Correlation &correlation)
    {
        const auto *node = m_section.find("condition");
        if (!node || node->isNull()) {
            if (!isTemporal(correlation.type))
                return refuse(m_section, ErrorCode::Corrupt, "a correlation needs a 'condition'");
            addComparison(correlation, kRelations[1], static_cast<double>(correlation.rules.size()));
        } else if (node->isScalar()) {
            readExpression(*node, correlation);
        } else if (node->isList()) {
            refuse(*node, ErrorCode::Corrupt, "the condition of a correlation is a map");
        } else {
            readComparisons(*node, correlation);
        }
    }

    static void addComparison(Correlation &correlation, const RelationName &name, double bound)
    {
        std::array<char, 32> digits = {};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bound).ptr;
        correlation.shownCondition +=
            (correlation.comparisons.empty() ? "" : " and ") + std::string(name.shown);
        correlation.shownCondition.append(digits.data(), end);
        correlation.comparisons.push_back({name.relation, bound});
    }

    void readComparisons(const yaml::Node &node, Correlation &correlation)
    {
        refuseUnknownKeys(node, {"gt", "gte", "lt", "lte", "eq", "neq", "field", "percentile"});
        for (const auto &name : kRelations) {
            const auto *value = node.find(name.key);
            if (!value)
                continue;
            const auto number = value->isNumber() ? Number::parse(value->text) : std::nullopt;
            const bool whole = number && std::floor(number->value()) == number->value();
            if (!number || (isCounting(correlation.type) && !whole))
                return refuse(*value, ErrorCode::Corrupt, "an unquoted number is expected here");
            if (isCounting(correlation.type) && number->value() > kMaxCounted)
                return refuse(*value, ErrorCode::TooLarge, "counts of more than 100,000 are not supported");
            addComparison(correlation, name, number->value());
        }
        if (correlation.comparisons.empty())
            return refuse(node, ErrorCode::Corrupt,
                          "the condition needs one of gt, gte, lt, lte, eq, neq with a number");
        const double most = isTemporal(correlation.type) ? static_cast<double>(correlation.rules.size())
                                                         : std::numeric_limits<double>::max();
        if (isCounting(correlation.type) && !isPossible(correlation.comparisons, most))
            return refuse(node, ErrorCode::Invalid, "no count can fulfil the condition");
        readFields(node, correlation);
        readPercentile(node, correlation);
    }

    void readFields(const yaml::Node &condition, Correlation &correlation)
    {
        const auto *node = condition.find("field");
        const bool needed = correlation.type != CorrelationType::EventCount && !isTemporal(correlation.type);
        if (!node)
            return needed ? refuse(condition, ErrorCode::Corrupt,
                                   "the condition of " + std::string(correlationTypeName(correlation.type))
                                       + " needs a 'field'")
                          : void();
        if (!needed)
            return refuse(*node, ErrorCode::Unsupported,
                          std::string(correlationTypeName(correlation.type)) + " looks at no 'field'");
        correlation.fields = texts(*node, "'field'");
        const std::size_t most = correlation.type == CorrelationType::ValueCount ? kMaxGroupFields : 1;
        if (correlation.fields.empty() || correlation.fields.size() > most)
            refuse(*node, ErrorCode::Corrupt,
                   most == 1 ? "one field is expected here" : "1 to 16 fields are expected here");
    }

    /// Without a percentile the specification leaves open what is asked, its own example included.
    void readPercentile(const yaml::Node &condition, Correlation &correlation)
    {
        const auto *node = condition.find("percentile");
        const bool needed = correlation.type == CorrelationType::ValuePercentile;
        if (!node)
            return needed
                ? refuse(condition, ErrorCode::Unsupported,
                         "value_percentile does not say which: 'percentile' (0 to 100) is expected here")
                : void();
        const auto number = node->isNumber() ? Number::parse(node->text) : std::nullopt;
        if (!needed)
            refuse(*node, ErrorCode::Unsupported, "only value_percentile has a 'percentile'");
        else if (!number || number->value() < 0 || number->value() > 100)
            refuse(*node, ErrorCode::Corrupt, "a percentile is a number from 0 to 100");
        else
            correlation.percentile = number->value();
    }

    void readExpression(const yaml::Node &node, Correlation &correlation)
    {
        if (correlation.type != CorrelationType::Temporal)
            return refuse(node, ErrorCode::Unsupported,
                          correlation.type == CorrelationType::TemporalOrdered
                              ? "a condition of rule names says nothing of an order: use 'temporal'"
                              : "only 'temporal' takes a condition of rule names");
        std::vector<std::string> names;
        for (const auto &rule : correlation.rules)
            names.push_back(rule.written);
        auto parsed = parseCondition(node, names, m_warnings);
        if (!parsed) {
            m_error = m_error.value_or(std::move(parsed.error()));
            return;
        }
        correlation.expression = std::move(*parsed);
        for (std::size_t i = 0; i < names.size(); ++i)
            if (!isNamed(*correlation.expression, i))
                refuse(node, ErrorCode::Invalid, "the condition does not name '" + names[i] + "'");
        correlation.shownCondition = "'" + node.text + "'";
    }

    static bool isNamed(const Expression &expression, std::size_t rule)
    {
        return (expression.op == Expression::Op::Selection && expression.index == rule)
            || std::any_of(expression.operands.begin(), expression.operands.end(),
                           [rule](const Expression &operand) { return isNamed(operand, rule); });
    }

    /// The JSON schema has it beside `correlation`, pySigma within.
    void readGenerate(Correlation &correlation)
    {
        for (const auto *map : {&m_root, &m_section}) {
            const auto *node = map->find("generate");
            if (!node)
                continue;
            const auto value = node->boolean();
            if (!value)
                return refuse(*node, ErrorCode::Corrupt, "'generate' is true or false");
            if (map == &m_section && m_root.find("generate") && *value != correlation.generate)
                return refuse(*node, ErrorCode::Corrupt, "'generate' stands here twice, and differs");
            correlation.generate = *value;
        }
    }

    const yaml::Node &m_root;
    const yaml::Node &m_section;
    std::vector<Error> &m_warnings;
    std::optional<Error> m_error;
};

} // namespace

Result<std::shared_ptr<Rule>> parseCorrelation(const yaml::Node &root, std::vector<Error> &warnings)
{
    auto rule = parseHead(root);
    if (!rule)
        return rule;
    const auto *section = root.find("correlation");
    if (!section->isMap())
        return yaml::failAt(*section, ErrorCode::Corrupt, "'correlation' has to be a map");
    auto correlation = SectionParser(root, *section, warnings).parse();
    if (!correlation)
        return tl::unexpected<Error>(correlation.error());
    (*rule)->correlation = std::move(*correlation);
    return rule;
}

} // namespace lolscope::sigma
