#include "detection/allowlist/allowlist.h"
#include "detection/allowlist/yamltext.h"
#include "detection/sigma/modifiers.h"
#include "detection/sigma/pattern.h"
#include "detection/sigma/uuid.h"
#include "detection/sigma/yaml.h"
#include "model/base/text.h"

#include <algorithm>
#include <array>

namespace lolscope {

namespace {

using Test = AllowCondition::Test;

constexpr std::array<std::string_view, 5> kTestSuffixes = {"", "|startswith", "|endswith", "|contains",
                                                           "|cidr"};

std::string keyOf(const AllowCondition &condition)
{
    return condition.field + std::string(kTestSuffixes[static_cast<std::size_t>(condition.test)]);
}

/// Reads one document; errors have line and column.
class FilterParser
{
public:
    explicit FilterParser(const yaml::Node &root)
        : m_root(root)
    {}

    Result<AllowlistItem> parse()
    {
        if (!m_root.isMap())
            return yaml::failAt(m_root, ErrorCode::Corrupt, "a filter has to be a map");
        const auto *filter = m_root.find("filter");
        if (!filter || !filter->isMap())
            return yaml::failAt(filter ? *filter : m_root, ErrorCode::Corrupt,
                                "a filter needs 'filter', a map");
        const auto *ours = m_root.find("lolscope");
        if (ours && !ours->isMap())
            return yaml::failAt(*ours, ErrorCode::Corrupt, "'lolscope' has to be a map");

        AllowlistItem item;
        item.id = foldCase(text(m_root, "id"));
        item.title = text(m_root, "title");
        item.reason = ours && ours->find("reason") ? text(*ours, "reason") : text(m_root, "description");
        item.author = ours && ours->find("author") ? text(*ours, "author") : text(m_root, "author");
        if (ours) {
            item.created = time(*ours, "created");
            item.expires = time(*ours, "expires");
        }
        readRules(*filter, item);
        readLogSource(item);
        readConditions(*filter, item);
        if (m_error)
            return tl::unexpected<Error>(*m_error);
        if (auto valid = validate(item); !valid)
            return yaml::failAt(*filter, valid.error().code, valid.error().detail);
        return item;
    }

private:
    void refuse(const yaml::Node &node, ErrorCode code, std::string detail)
    {
        if (!m_error)
            m_error = yaml::failAt(node, code, std::move(detail)).value();
    }

    std::string text(const yaml::Node &map, std::string_view key)
    {
        const auto *node = map.find(key);
        if (!node || node->isNull())
            return {};
        if (!node->isScalar()) {
            refuse(*node, ErrorCode::Corrupt, "'" + std::string(key) + "' has to be text");
            return {};
        }
        return node->text;
    }

    std::optional<Timestamp> time(const yaml::Node &map, std::string_view key)
    {
        const auto written = text(map, key);
        if (written.empty())
            return {};
        const auto parsed = parseTimestamp(written);
        if (!parsed)
            refuse(*map.find(key), ErrorCode::Corrupt,
                   "'" + std::string(key) + "' is no time (UTC, ISO 8601)");
        return parsed;
    }

    /// Ids of rules; `any` and an empty list mean every rule, as pySigma reads them.
    void readRules(const yaml::Node &filter, AllowlistItem &item)
    {
        const auto *rules = filter.find("rules");
        if (!rules || rules->isMap() || rules->isNull()) {
            refuse(rules ? *rules : filter, ErrorCode::Corrupt, "a filter needs 'rules', a list of ids");
            return;
        }
        if (rules->isScalar() && rules->text == "any")
            return;
        for (const auto &id : rules->asList()) {
            if (!id.isScalar() || !sigma::isUuid(id.text))
                refuse(id, ErrorCode::Unsupported, "rules have to be named by their id (UUID)");
            item.ruleIds.push_back(foldCase(id.text));
        }
    }

    void readLogSource(const AllowlistItem &item)
    {
        const auto *source = m_root.find("logsource");
        if (!source)
            return;
        // An item knows no log source. Where rules are listed, theirs is the filter's.
        const bool narrow = source->isMap() && (source->find("category") || source->find("service"));
        if (narrow && item.ruleIds.empty())
            refuse(*source, ErrorCode::Unsupported,
                   "a filter for every rule of a category or service is not supported");
    }

    void readConditions(const yaml::Node &filter, AllowlistItem &item)
    {
        const auto *condition = filter.find("condition");
        if (!condition || !condition->isScalar()) {
            refuse(condition ? *condition : filter, ErrorCode::Corrupt, "a filter needs a 'condition'");
            return;
        }
        const std::string_view written = condition->text;
        const auto name = written.starts_with("not ") ? written.substr(4) : std::string_view();
        const auto *selection =
            name.empty() || name == "rules" || name == "condition" ? nullptr : filter.find(name);
        if (!selection) {
            refuse(*condition, ErrorCode::Unsupported,
                   "the condition has to be 'not' and the name of a selection");
            return;
        }
        if (!selection->isMap()) {
            refuse(*selection, ErrorCode::Unsupported, "the selection has to be a map of fields");
            return;
        }
        for (std::size_t i = 0; i < selection->keys.size() && !m_error; ++i)
            readItem(selection->keys[i], selection->items[i], item);
    }

    void readItem(const yaml::Node &keyNode, const yaml::Node &node, AllowlistItem &item)
    {
        const auto key = sigma::ItemKey::parse(keyNode);
        if (!key) {
            refuse(keyNode, key.error().code, key.error().detail);
            return;
        }
        if (!key->isPlain()) {
            refuse(keyNode, ErrorCode::Unsupported,
                   "'" + keyNode.text + "' cannot be said by an allowlist item");
            return;
        }
        const auto values = node.asList();
        if (values.empty() || (values.size() > 1 && !key->all)) {
            refuse(node, ErrorCode::Unsupported,
                   "one value is expected, or several of which all have to match");
            return;
        }
        for (const auto &value : values)
            readValue(*key, value, item);
    }

    void readValue(const sigma::ItemKey &key, const yaml::Node &value, AllowlistItem &item)
    {
        if (!value.isScalar() || value.isNull() || value.isAmbiguous()) {
            refuse(value, ErrorCode::Unsupported, "text in quotes is expected here");
            return;
        }
        if (key.cidr) {
            item.conditions.push_back({key.field, Test::Cidr, value.text});
            return;
        }
        auto pattern = sigma::Pattern::parse(value.text);
        if (key.contains || key.endsWith)
            pattern.openStart();
        if (key.contains || key.startsWith)
            pattern.openEnd();
        const auto plain = pattern.plainText();
        if (!plain) {
            refuse(value, ErrorCode::Unsupported,
                   "wildcards within a value cannot be said by an allowlist item");
            return;
        }
        const auto test = pattern.startIsOpen() && pattern.endIsOpen() ? Test::Contains
            : pattern.startIsOpen()                                    ? Test::EndsWith
            : pattern.endIsOpen()                                      ? Test::StartsWith
                                                                       : Test::Equals;
        item.conditions.push_back({key.field, test, *plain});
    }

    const yaml::Node &m_root;
    std::optional<Error> m_error;
};

} // namespace

std::string toSigmaFilter(const AllowlistItem &item)
{
    std::string out;
    const auto line = [&out](std::string_view key, std::string_view value) {
        out += std::string(key) + ": " + yaml::quoted(value) + '\n';
    };
    line("title", item.title);
    line("id", item.id);
    out += "logsource:\n    product: windows\nfilter:\n";
    if (item.ruleIds.empty()) {
        out += "    rules: any\n";
    } else {
        out += "    rules:\n";
        for (const auto &id : item.ruleIds)
            out += "        - " + yaml::quoted(id) + '\n';
    }
    out += "    selection:\n";
    // A key may stand only once, so values asked of the same field in the same way come together.
    std::vector<std::string> written;
    for (const auto &condition : item.conditions) {
        const auto key = keyOf(condition);
        if (std::find(written.begin(), written.end(), key) != written.end())
            continue;
        written.push_back(key);
        std::vector<std::string> values;
        for (const auto &other : item.conditions)
            if (keyOf(other) == key)
                values.push_back(other.test == Test::Cidr ? other.value : sigma::escaped(other.value));
        if (values.size() == 1) {
            line("        " + key, values.front());
            continue;
        }
        out += "        " + key + "|all:\n";
        for (const auto &value : values)
            out += "            - " + yaml::quoted(value) + '\n';
    }
    out += "    condition: not selection\nlolscope:\n";
    line("    reason", item.reason);
    line("    author", item.author);
    if (item.created)
        line("    created", formatTimestamp(*item.created));
    if (item.expires)
        line("    expires", formatTimestamp(*item.expires));
    return out;
}

std::vector<Result<AllowlistItem>> fromSigmaFilters(std::string_view yaml, std::string_view source)
{
    std::vector<Result<AllowlistItem>> items;
    yaml::Reader reader(yaml, source);
    while (auto document = reader.next()) {
        if (!*document) {
            items.emplace_back(tl::unexpected<Error>(document->error()));
            continue;
        }
        auto item = FilterParser((*document)->root).parse();
        if (!item)
            item.error().source = source;
        items.push_back(std::move(item));
    }
    return items;
}

} // namespace lolscope
