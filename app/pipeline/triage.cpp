#include "app/pipeline/triage.h"

#include "model/base/ipaddress.h"
#include "model/base/sha256.h"
#include "model/base/text.h"
#include "model/store/decisionstore.h"

#include <algorithm>
#include <pwd.h>
#include <random>
#include <set>
#include <unistd.h>

namespace lolscope {

namespace {

Timestamp now()
{
    return std::chrono::time_point_cast<Ticks>(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

/// A random UUID (RFC 4122 4.4).
std::string newUuid()
{
    std::random_device random;
    Sha256::Digest bytes = {};
    for (auto &byte : bytes)
        byte = static_cast<unsigned char>(random());
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
    std::string text = hex(bytes, 16);
    for (const std::size_t dash : {8, 13, 18, 23})
        text.insert(dash, "-");
    return text;
}

struct CompiledItem
{
    std::string id;
    AllowlistMatcher matcher;
};

Result<AllowlistItem> itemOf(const AllowlistRow &row)
{
    auto documents = fromSigmaFilters(row.filter, "allowlist item " + row.id);
    if (documents.size() != 1)
        return fail(ErrorCode::Corrupt, "allowlist item " + row.id + " is not one filter document");
    if (!documents.front())
        return documents.front();
    documents.front()->id = row.id;
    return documents.front();
}

Result<std::vector<CompiledItem>> compiledItems(const CaseFile &file)
{
    const auto rows = allowlistRows(file);
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<CompiledItem> items;
    for (const AllowlistRow &row : *rows) {
        const auto item = itemOf(row);
        if (!item)
            return tl::unexpected(item.error());
        auto matcher = AllowlistMatcher::compile(*item);
        if (!matcher)
            return tl::unexpected(matcher.error());
        items.push_back({row.id, std::move(*matcher)});
    }
    return items;
}

/// Which of `items` matches every hit of an alert; the first one where several do.
Result<AllowedAlerts> allowedBy(const CaseFile &file, const std::vector<CompiledItem> &items)
{
    AllowedAlerts allowed;
    if (items.empty())
        return allowed;
    const Timestamp at = now();
    std::string current;
    std::vector<bool> holds;
    const auto close = [&] {
        const auto first = std::find(holds.begin(), holds.end(), true);
        if (!current.empty() && first != holds.end())
            allowed[current] = items[static_cast<std::size_t>(first - holds.begin())].id;
    };
    const auto walked =
        forEachHit(file, [&](const std::string &alertId, const std::string &ruleId, const Event &hit) {
            if (alertId != current) {
                close();
                current = alertId;
                holds.assign(items.size(), true);
            }
            for (std::size_t i = 0; i < items.size(); ++i)
                holds[i] = holds[i] && items[i].matcher.matches(ruleId, hit, at);
        });
    if (!walked)
        return tl::unexpected(walked.error());
    close();
    return allowed;
}

AllowlistRow rowOf(const AllowlistItem &item)
{
    return {item.id,
            item.title,
            item.reason,
            item.author,
            item.created ? formatTimestamp(*item.created) : std::string(),
            item.expires ? formatTimestamp(*item.expires) : std::string(),
            toSigmaFilter(item)};
}

} // namespace

Result<void> applyAllowlist(CaseFile &file)
{
    const auto items = compiledItems(file);
    if (!items)
        return tl::unexpected(items.error());
    const auto allowed = allowedBy(file, *items);
    if (!allowed)
        return tl::unexpected(allowed.error());
    return storeAllowed(file, *allowed);
}

std::string loginName()
{
    if (const passwd *entry = getpwuid(getuid()))
        return entry->pw_name;
    return "unknown";
}

Result<void> setVerdict(CaseFile &file, const std::string &alertId, Verdict verdict, const std::string &note,
                        const std::string &author)
{
    const auto row = alert(file, alertId);
    if (!row)
        return tl::unexpected(row.error());
    return storeVerdict(file, row->id, verdict, note, author);
}

Result<AllowPreview> previewAllow(const CaseFile &file, const AllowlistItem &item)
{
    auto matcher = AllowlistMatcher::compile(item);
    if (!matcher)
        return tl::unexpected(matcher.error());
    const auto allowed = allowedBy(file, {{item.id, std::move(*matcher)}});
    if (!allowed)
        return tl::unexpected(allowed.error());
    const auto rows = alerts(file);
    if (!rows)
        return tl::unexpected(rows.error());
    AllowPreview preview;
    std::set<std::string> hosts;
    for (const AlertRow &row : *rows) {
        if (!allowed->contains(row.id))
            continue;
        if (row.verdict == Verdict::Malicious || row.verdict == Verdict::Suspicious) {
            preview.blocking.push_back(row);
        } else if (row.status != Status::Open) {
            ++preview.already;
        } else {
            ++preview.hidden;
            preview.hits += row.hits;
            hosts.insert(row.host);
            if (preview.alerts.size() < AllowPreview::kMaxPreviewAlerts)
                preview.alerts.push_back(row);
        }
    }
    preview.hosts = hosts.size();
    return preview;
}

Result<std::vector<AllowCondition>> proposeConditions(const CaseFile &file, const std::string &alertId)
{
    std::vector<AllowCondition> proposed;
    std::set<std::string> dropped; // fields whose value differs between hits, or that a hit lacks
    bool first = true;
    const auto walked =
        forEachHitOf(file, alertId, [&](const std::string &, const std::string &, const Event &hit) {
            for (const std::string_view name : allowFields()) {
                const auto value = fieldOf(hit, name);
                const auto known =
                    std::find_if(proposed.begin(), proposed.end(),
                                 [&](const AllowCondition &condition) { return condition.field == name; });
                if (first && value)
                    proposed.push_back(
                        {std::string(name), AllowCondition::Test::Equals, std::string(*value)});
                else if (!first && known != proposed.end() && (!value || !equalsFolded(known->value, *value)))
                    dropped.insert(std::string(name));
            }
            first = false;
        });
    if (!walked)
        return tl::unexpected(walked.error());
    if (first)
        return fail(ErrorCode::Invalid, "no alert " + alertId + " in the case");
    std::erase_if(proposed,
                  [&](const AllowCondition &condition) { return dropped.contains(condition.field); });
    return proposed;
}

Result<AllowlistItem> addAllow(CaseFile &file, AllowlistItem item, const std::string &author)
{
    if (item.id.empty())
        item.id = newUuid();
    if (item.author.empty())
        item.author = author;
    if (!item.created)
        item.created = now();
    if (const auto valid = validate(item); !valid)
        return tl::unexpected(valid.error());
    const auto preview = previewAllow(file, item);
    if (!preview)
        return tl::unexpected(preview.error());
    if (!preview->blocking.empty())
        return fail(ErrorCode::Invalid,
                    "it would allow " + std::to_string(preview->blocking.size())
                        + " alerts called suspicious or malicious, the first: "
                        + preview->blocking.front().id);
    auto items = compiledItems(file);
    if (!items)
        return tl::unexpected(items.error());
    std::erase_if(*items, [&](const CompiledItem &other) { return other.id == item.id; });
    items->push_back({item.id, AllowlistMatcher::compile(item).value()});
    const auto allowed = allowedBy(file, *items);
    if (!allowed)
        return tl::unexpected(allowed.error());
    if (auto stored = storeAllow(file, item.id, rowOf(item), *allowed, author); !stored)
        return tl::unexpected(stored.error());
    return item;
}

Result<void> removeAllow(CaseFile &file, const std::string &itemId, const std::string &author)
{
    auto items = compiledItems(file);
    if (!items)
        return tl::unexpected(items.error());
    std::erase_if(*items, [&](const CompiledItem &other) { return other.id == itemId; });
    const auto allowed = allowedBy(file, *items);
    if (!allowed)
        return tl::unexpected(allowed.error());
    return storeAllow(file, itemId, {}, *allowed, author);
}

Result<std::vector<AllowlistEntry>> allowlist(const CaseFile &file)
{
    const auto rows = allowlistRows(file);
    if (!rows)
        return tl::unexpected(rows.error());
    const auto all = alerts(file);
    if (!all)
        return tl::unexpected(all.error());
    std::vector<AllowlistEntry> entries;
    for (const AllowlistRow &row : *rows) {
        auto item = itemOf(row);
        if (!item)
            return tl::unexpected(item.error());
        const auto hides = std::count_if(all->begin(), all->end(), [&](const AlertRow &one) {
            return one.status == Status::Allowed && one.allowlistId == row.id;
        });
        entries.push_back({std::move(*item), static_cast<std::uint64_t>(hides)});
    }
    return entries;
}

} // namespace lolscope
