#include "detection/sigma/rule.h"

#include "detection/sigma/condition.h"
#include "detection/sigma/correlation.h"
#include "detection/sigma/detection.h"
#include "detection/sigma/filter.h"
#include "detection/sigma/ruleparser.h"
#include "detection/sigma/selection.h"
#include "detection/sigma/uuid.h"
#include "detection/sigma/yaml.h"
#include "model/base/sha256.h"
#include "model/base/text.h"

#include <algorithm>
#include <array>

namespace lolscope::sigma {

namespace {

constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high", "critical"};

/// The specification's limit, in characters; bytes are enough to stop nonsense.
constexpr std::size_t kMaxTitleBytes = 1024;

/// An id that stays the same as long as the text does, whatever ends its lines and follows them: a UUID of
/// our own making (RFC 9562 5.8, version 8).
std::string madeUuid(std::string_view text)
{
    std::string plain(text);
    std::erase(plain, '\r');
    plain.erase(plain.find_last_not_of(" \t\n") + 1);
    auto bytes = sha256(plain);
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x80);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
    std::string uuid = hex(bytes, 16);
    for (const std::size_t hyphen : {8, 13, 18, 23})
        uuid.insert(hyphen, "-");
    return uuid;
}

/// Puts the reader's first problem aside, so that one rule can be read in a straight line.
class RuleParser
{
public:
    RuleParser(const yaml::Node &root, std::vector<Error> &warnings)
        : m_root(root)
        , m_warnings(warnings)
    {}

    /// `documentText` is what a rule without an id is known by.
    Result<std::shared_ptr<Rule>> parse(std::string_view documentText)
    {
        auto rule = std::make_shared<Rule>();
        readHead(*rule, idOr(documentText));
        auto detection = std::make_shared<Detection>();
        readLogSource(*rule, *detection);
        readDetection(*detection);
        if (m_error)
            return tl::unexpected<Error>(*m_error);
        rule->detection = std::move(detection);
        return rule;
    }

    Result<std::shared_ptr<Rule>> parseHead()
    {
        auto rule = std::make_shared<Rule>();
        readHead(*rule, idOr(text("title", true)));
        if (m_error)
            return tl::unexpected<Error>(*m_error);
        return rule;
    }

private:
    /// The specification does without an id (Sigma 2.1, "id" is optional).
    std::string idOr(std::string_view identity)
    {
        const auto id = text("id", false);
        return id.empty() ? madeUuid(identity) : id;
    }

    void readHead(Rule &rule, std::string id)
    {
        rule.id = std::move(id);
        rule.title = text("title", true);
        rule.name = text("name", false);
        rule.status = text("status", false);
        rule.author = text("author", false);
        rule.description = text("description", false);
        rule.references = texts("references");
        rule.tags = texts("tags");
        rule.falsePositives = texts("falsepositives");
        readLevel(rule);
        readTaxonomy();
        if (!m_error && rule.title.size() > kMaxTitleBytes)
            refuse(*m_root.find("title"), ErrorCode::TooLarge, "the title is too long");
        if (!m_error && rule.name.size() > kMaxTitleBytes)
            refuse(*m_root.find("name"), ErrorCode::TooLarge, "the name is too long");
        if (!m_error && !isUuid(rule.id))
            refuse(*m_root.find("id"), ErrorCode::Corrupt, "the id is no UUID");
        rule.id = foldCase(rule.id);
    }

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
        for (const auto &item : node->asList()) {
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
        auto parsed = parseCondition(node, names, m_warnings);
        if (parsed)
            condition = std::move(*parsed);
        else
            refuse(std::move(parsed.error()));
    }

    const yaml::Node &m_root;
    std::vector<Error> &m_warnings;
    std::optional<Error> m_error;
};

/// What can be said of a document that is refused.
std::string textOf(const yaml::Node &root, std::string_view key)
{
    const auto *node = root.isMap() ? root.find(key) : nullptr;
    return node && node->isScalar() ? node->text : std::string();
}

/// Legacy collections, and documents that cannot say which kind they are.
Result<void> checkKind(const yaml::Node &root)
{
    if (const auto *action = root.find("action"))
        return yaml::failAt(*action, ErrorCode::Unsupported, "rule collections ('action') are not supported");
    for (const auto key : {"correlation", "filter"})
        if (const auto *node = root.find(key); node && root.find("detection"))
            return yaml::failAt(*node, ErrorCode::Unsupported,
                                "a document with 'detection' has no '" + std::string(key) + "'");
    if (const auto *node = root.find("filter"); node && root.find("correlation"))
        return yaml::failAt(*node, ErrorCode::Unsupported, "a correlation rule has no 'filter'");
    return {};
}

/// Reads one document into `load`. Error: why it is refused.
Result<void> addDocument(const yaml::Document &document, std::string_view source, RuleLoad &load)
{
    const auto &root = document.root;
    if (!root.isMap())
        return yaml::failAt(root, ErrorCode::Corrupt, "a rule has to be a map");
    if (auto kind = checkKind(root); !kind)
        return kind;
    std::vector<Error> warnings; // of a refused document the reason is enough
    const auto warn = [&] {
        for (Error &warning : warnings) {
            warning.source = source;
            load.warnings.push_back(std::move(warning));
        }
    };
    if (root.find("filter")) {
        auto filter = parseFilter(root, warnings);
        if (!filter)
            return tl::unexpected<Error>(filter.error());
        (*filter)->source = source;
        (*filter)->line = document.line;
        (*filter)->text = document.text;
        load.filters.push_back(std::move(*filter));
        warn();
        return {};
    }
    const bool isCorrelation = root.find("correlation");
    auto rule = isCorrelation ? parseCorrelation(root, warnings) : parseRule(root, document.text, warnings);
    if (!rule)
        return tl::unexpected<Error>(rule.error());
    (*rule)->source = source;
    (*rule)->line = document.line;
    (*rule)->text = document.text;
    (isCorrelation ? load.correlations : load.loaded).push_back(std::move(*rule));
    warn();
    return {};
}

} // namespace

Result<std::shared_ptr<Rule>> parseRule(const yaml::Node &root, std::string_view text,
                                        std::vector<Error> &warnings)
{
    return RuleParser(root, warnings).parse(text);
}

Result<std::shared_ptr<Rule>> parseHead(const yaml::Node &root)
{
    std::vector<Error> none; // a head has no condition
    return RuleParser(root, none).parseHead();
}

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
        if (auto added = addDocument(**document, source, load); !added) {
            const auto &root = (*document)->root;
            load.refused.push_back({std::move(added.error()), textOf(root, "id"), textOf(root, "title"),
                                    textOf(root, "author")});
            load.refused.back().reason.source = source;
        }
    }
    return load;
}

} // namespace lolscope::sigma
