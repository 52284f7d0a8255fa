#include "detection/sigma/rule.h"

#include "detection/sigma/condition.h"
#include "detection/sigma/detection.h"
#include "detection/sigma/selection.h"
#include "detection/sigma/uuid.h"
#include "detection/sigma/yaml.h"
#include "model/base/text.h"

#include <algorithm>
#include <array>

namespace lolscope::sigma {

namespace {

constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high", "critical"};

/// The specification's limit, in characters; bytes are enough to stop nonsense.
constexpr std::size_t kMaxTitleBytes = 1024;

/// Puts the reader's first problem aside, so that one rule can be read in a straight line.
class RuleParser
{
public:
    explicit RuleParser(const yaml::Node &root)
        : m_root(root)
    {}

    Result<std::shared_ptr<Rule>> parse()
    {
        if (!m_root.isMap())
            return yaml::failAt(m_root, ErrorCode::Corrupt, "a rule has to be a map");
        for (const auto &[key, what] : kOtherDocuments)
            if (const auto *node = m_root.find(key))
                return yaml::failAt(*node, ErrorCode::Unsupported, std::string(what));

        auto rule = std::make_shared<Rule>();
        rule->title = text("title", true);
        rule->id = text("id", true);
        rule->status = text("status", false);
        rule->author = text("author", false);
        rule->description = text("description", false);
        rule->references = texts("references");
        rule->tags = texts("tags");
        rule->falsePositives = texts("falsepositives");
        readLevel(*rule);
        readTaxonomy();
        if (!m_error && rule->title.size() > kMaxTitleBytes)
            refuse(*m_root.find("title"), ErrorCode::TooLarge, "the title is too long");
        if (!m_error && !isUuid(rule->id))
            refuse(*m_root.find("id"), ErrorCode::Corrupt, "the id is no UUID");
        rule->id = foldCase(rule->id);

        auto detection = std::make_shared<Detection>();
        readLogSource(*rule, *detection);
        readDetection(*detection);
        if (m_error)
            return tl::unexpected<Error>(*m_error);
        rule->detection = std::move(detection);
        return rule;
    }

private:
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOtherDocuments = {{
        {"correlation", "correlation rules are not supported"},
        {"filter", "a filter is no rule"},
        {"action", "rule collections ('action') are not supported"},
    }};

    void refuse(const yaml::Node &node, ErrorCode code, std::string detail)
    {
        if (!m_error)
            m_error = yaml::failAt(node, code, std::move(detail)).value();
    }
    void refuse(Error error)
    {
        if (!m_error)
            m_error = std::move(error);
    }

    std::string text(std::string_view key, bool required)
    {
        const auto *node = m_root.find(key);
        if (!node || node->isNull()) {
            if (required)
                refuse(node ? *node : m_root, ErrorCode::Corrupt, "a rule needs '" + std::string(key) + "'");
            return {};
        }
        if (!node->isScalar()) {
            refuse(*node, ErrorCode::Corrupt, "'" + std::string(key) + "' has to be text");
            return {};
        }
        if (required && node->text.find_first_not_of(" \t\r\n") == std::string::npos)
            refuse(*node, ErrorCode::Corrupt, "'" + std::string(key) + "' is empty");
        return node->text;
    }

    /// A list of texts; one text alone is a list of one.
    std::vector<std::string> texts(std::string_view key)
    {
        const auto *node = m_root.find(key);
        if (!node || node->isNull())
            return {};
        std::vector<std::string> values;
        const std::span<const yaml::Node> items =
            node->isList() ? std::span(node->items) : std::span(node, 1);
        for (const auto &item : items) {
            if (!item.isScalar())
                refuse(item, ErrorCode::Corrupt, "'" + std::string(key) + "' has to be a list of texts");
            values.push_back(item.text);
        }
        return values;
    }

    void readLevel(Rule &rule)
    {
        const auto name = text("level", false);
        if (name.empty())
            return;
        const auto found = std::find(kLevels.begin(), kLevels.end(), name);
        if (found == kLevels.end())
            refuse(*m_root.find("level"), ErrorCode::Corrupt, "unknown level '" + name + "'");
        else
            rule.level = static_cast<Level>(found - kLevels.begin());
    }

    void readTaxonomy()
    {
        const auto name = text("taxonomy", false);
        if (!name.empty() && name != "sigma")
            refuse(*m_root.find("taxonomy"), ErrorCode::Unsupported, "unknown taxonomy '" + name + "'");
    }

    void readLogSource(Rule &rule, Detection &detection)
    {
        const auto *node = m_root.find("logsource");
        if (!node || !node->isMap()) {
            refuse(node ? *node : m_root, ErrorCode::Corrupt, "a rule needs 'logsource', a map");
            return;
        }
        const auto read = [&](std::string_view key, std::string &value) {
            const auto *part = node->find(key);
            if (!part || part->isNull())
                return;
            if (!part->isScalar() || part->text.empty())
                refuse(*part, ErrorCode::Corrupt,
                       "'" + std::string(key) + "' of the log source has to be text");
            value = part->text;
        };
        read("category", rule.logSource.category);
        read("product", rule.logSource.product);
        read("service", rule.logSource.service);
        const auto &source = rule.logSource;
        if (source.category.empty() && source.product.empty() && source.service.empty()) {
            refuse(*node, ErrorCode::Corrupt, "the log source names no category, product or service");
            return;
        }
        auto kinds = eventKinds(source);
        if (!kinds)
            refuse(*node, kinds.error().code, kinds.error().detail);
        else
            detection.events = std::move(*kinds);
    }

    void readDetection(Detection &detection)
    {
        const auto *node = m_root.find("detection");
        if (!node || !node->isMap()) {
            refuse(node ? *node : m_root, ErrorCode::Corrupt, "a rule needs 'detection', a map");
            return;
        }
        std::vector<std::string> names;
        for (std::size_t i = 0; i < node->keys.size() && !m_error; ++i) {
            const auto &key = node->keys[i];
            if (key.text == "condition" || key.text == "timeframe")
                continue;
            auto selection = parseSelection(node->items[i], detection.items);
            if (!selection) {
                refuse(std::move(selection.error()));
                return;
            }
            names.push_back(key.text);
            detection.selections.push_back(std::move(*selection));
        }
        const auto *condition = node->find("condition");
        if (!condition || condition->isMap() || (condition->isList() && condition->items.empty())) {
            refuse(condition ? *condition : *node, ErrorCode::Corrupt, "the detection needs a 'condition'");
            return;
        }
        if (condition->isScalar()) {
            readCondition(*condition, names, detection.condition);
            return;
        }
        detection.condition.op = Expression::Op::Any; // a list of conditions
        for (const auto &item : condition->items)
            readCondition(item, names, detection.condition.operands.emplace_back());
    }

    void readCondition(const yaml::Node &node, std::span<const std::string> names, Expression &condition)
    {
        if (m_error)
            return;
        if (!node.isScalar()) {
            refuse(node, ErrorCode::Corrupt, "a condition has to be text");
            return;
        }
        if (node.text.size() > kMaxValueBytes) {
            refuse(node, ErrorCode::TooLarge, "the condition is longer than 32 KiB");
            return;
        }
        auto parsed = parseCondition(node.text, names);
        if (parsed) {
            condition = std::move(*parsed);
            return;
        }
        auto error = std::move(parsed.error());
        error.line = node.line;
        error.column = node.column;
        if (node.oneLine) // escapes in quotes may shift it a little
            error.column += static_cast<int>(error.offset.value_or(0)) + (node.plain ? 0 : 1);
        error.offset.reset();
        refuse(std::move(error));
    }

    const yaml::Node &m_root;
    std::optional<Error> m_error;
};

/// What can be said of a document that is refused.
std::string textOf(const yaml::Node &root, std::string_view key)
{
    const auto *node = root.isMap() ? root.find(key) : nullptr;
    return node && node->isScalar() ? node->text : std::string();
}

} // namespace

std::string_view levelName(Level level)
{
    return kLevels[static_cast<std::size_t>(level)];
}

std::optional<Level> levelByName(std::string_view name)
{
    const auto found = std::find(std::begin(kLevels), std::end(kLevels), name);
    return found == std::end(kLevels) ? std::nullopt
                                      : std::optional(static_cast<Level>(found - std::begin(kLevels)));
}

RuleLoad parseRules(std::string_view yaml, std::string_view source)
{
    RuleLoad load;
    yaml::Reader reader(yaml, source);
    while (auto document = reader.next()) {
        if (!*document) {
            const auto &root = reader.partialRoot();
            load.refused.push_back(
                {document->error(), textOf(root, "id"), textOf(root, "title"), textOf(root, "author")});
            continue;
        }
        auto rule = RuleParser((*document)->root).parse();
        if (!rule) {
            Error reason = std::move(rule.error());
            reason.source = source;
            const auto &root = (*document)->root;
            load.refused.push_back(
                {std::move(reason), textOf(root, "id"), textOf(root, "title"), textOf(root, "author")});
            continue;
        }
        (*rule)->source = source;
        (*rule)->line = (*document)->line;
        (*rule)->text = (*document)->text;
        load.loaded.push_back(std::move(*rule));
    }
    return load;
}

} // namespace lolscope::sigma
