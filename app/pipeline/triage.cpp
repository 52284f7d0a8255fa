#include "app/pipeline/triage.h"

#include "model/base/ipaddress.h"
#include "model/base/sha256.h"
#include "model/base/system.h"
#include "model/base/text.h"
#include "model/store/decisionstore.h"

#include <algorithm>
#include <random>
#include <set>
#include <unordered_map>

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

/// For each alert the items (by index) that match every one of its hits; perhaps none.
using Matching = std::unordered_map<std::string, std::vector<std::size_t>>;
Result<Matching> matching(const CaseFile &file, const std::vector<CompiledItem> &items)
{
    Matching found;
    if (items.empty())
        return found;
    const Timestamp at = now();
    const auto walked =
        forEachHit(file, [&](const std::string &alertId, const std::string &ruleId, const Event &hit) {
            const auto misses = [&](std::size_t item) {
                return !items[item].matcher.matches(ruleId, hit, at);
            };
            const auto [entry, isFirst] = found.try_emplace(alertId);
            std::vector<std::size_t> &holding = entry->second;
            if (!isFirst) {
                std::erase_if(holding, misses);
                return;
            }
            for (std::size_t item = 0; item < items.size(); ++item)
                if (!misses(item))
                    holding.push_back(item);
        });
    if (!walked)
        return tl::unexpected(walked.error());
    std::erase_if(found, [](const auto &alert) { return alert.second.empty(); });
    return found;
}

/// The first item of each alert, those of `left` out.
AllowedAlerts allowedBy(const Matching &found, const std::vector<CompiledItem> &items,
                        const std::set<std::size_t> &left = {})
{
    AllowedAlerts allowed;
    for (const auto &[alert, indexes] : found)
        for (const std::size_t index : indexes)
            if (!left.contains(index)) {
                allowed[alert] = items[index].id;
                break;
            }
    return allowed;
}

bool isBlocking(const AlertRow &row)
{
    return row.verdict == Verdict::Malicious || row.verdict == Verdict::Suspicious;
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
    const auto found = matching(file, *items);
    if (!found)
        return tl::unexpected(found.error());
    return storeAllowed(file, allowedBy(*found, *items));
}

Result<void> applyAllowlist(CaseFile &file, const std::vector<GrownAlert> &grown)
{
    const auto items = compiledItems(file);
    if (!items)
        return tl::unexpected(items.error());
    if (items->empty())
        return {};
    const Timestamp at = now();
    for (const GrownAlert &alert : grown) {
        // What did not match all hits does not match more of them.
        const auto held = std::find_if(items->begin(), items->end(), [&](const CompiledItem &item) {
            return item.id == alert.allowlistId;
        });
        if (alert.newHits > 0 && held == items->end())
            continue;
        std::vector<bool> holds(items->size(), true);
        const auto look = [&](std::uint64_t newest) {
            return forEachHitOf(
                file, alert.id,
                [&](const std::string &, const std::string &ruleId, const Event &hit) {
                    for (std::size_t i = 0; i < items->size(); ++i)
                        holds[i] = holds[i] && (*items)[i].matcher.matches(ruleId, hit, at);
                },
                newest);
        };
        auto looked = look(alert.newHits);
        if (looked && alert.newHits > 0) {
            if (holds[static_cast<std::size_t>(held - items->begin())])
                continue;
            holds.assign(items->size(), true);
            looked = look(0);
        }
        if (!looked)
            return looked;
        const auto first = std::find(holds.begin(), holds.end(), true);
        const std::string item = first == holds.end()
            ? std::string()
            : (*items)[static_cast<std::size_t>(first - holds.begin())].id;
        if (auto stored = storeAllowed(file, alert.id, item); !stored)
            return stored;
    }
    return {};
}

std::string loginName()
{
    const std::string name = userName();
    return name.empty() ? "unknown" : name;
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
    const auto found = matching(file, {{item.id, std::move(*matcher)}});
    if (!found)
        return tl::unexpected(found.error());
    const auto rows = alerts(file);
    if (!rows)
        return tl::unexpected(rows.error());
    AllowPreview preview;
    std::set<std::string> hosts;
    for (const AlertRow &row : *rows) {
        if (!found->contains(row.id))
            continue;
        if (isBlocking(row)) {
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
    auto added = addAllows(file, {std::move(item)}, author);
    if (!added)
        return tl::unexpected(added.error());
    return std::move(added->front());
}

Result<std::vector<Result<AllowlistItem>>> addAllows(CaseFile &file, std::vector<AllowlistItem> added,
                                                     const std::string &author)
{
    auto items = compiledItems(file);
    if (!items)
        return tl::unexpected(items.error());
    std::vector<Result<AllowlistItem>> results;
    std::map<std::size_t, std::size_t> resultOf; // by index of `items`
    for (AllowlistItem &item : added) {
        item.id = item.id.empty() ? newUuid() : item.id;
        item.author = item.author.empty() ? author : item.author;
        item.created = item.created ? item.created : now();
        auto matcher = AllowlistMatcher::compile(item);
        if (!matcher) {
            results.push_back(tl::unexpected(matcher.error()));
            continue;
        }
        auto place = std::find_if(items->begin(), items->end(),
                                  [&](const CompiledItem &other) { return other.id == item.id; });
        if (place == items->end())
            place = items->insert(items->end(), CompiledItem{item.id, *matcher});
        place->matcher = std::move(*matcher); // replaces the one of that id
        resultOf[static_cast<std::size_t>(place - items->begin())] = results.size();
        results.push_back(std::move(item));
    }

    const auto found = matching(file, *items);
    const auto rows = alerts(file);
    if (!found || !rows)
        return tl::unexpected(!found ? found.error() : rows.error());
    std::set<std::size_t> refused;
    for (const AlertRow &row : *rows) {
        const auto matched = found->find(row.id);
        if (!isBlocking(row) || matched == found->end())
            continue;
        for (const std::size_t index : matched->second)
            if (const auto result = resultOf.find(index);
                result != resultOf.end() && refused.insert(index).second)
                results[result->second] = fail(ErrorCode::Invalid,
                                               "it would allow alert " + row.id + ", which was called "
                                                   + std::string(verdictName(row.verdict)));
    }
    std::vector<AllowlistRow> stored;
    for (const auto &[index, result] : resultOf)
        if (results[result])
            stored.push_back(rowOf(*results[result]));
    if (!stored.empty())
        if (auto done = storeAllows(file, stored, allowedBy(*found, *items, refused), author); !done)
            return tl::unexpected(done.error());
    return results;
}

Result<void> removeAllow(CaseFile &file, const std::string &itemId, const std::string &author)
{
    auto items = compiledItems(file);
    if (!items)
        return tl::unexpected(items.error());
    std::erase_if(*items, [&](const CompiledItem &other) { return other.id == itemId; });
    const auto found = matching(file, *items);
    if (!found)
        return tl::unexpected(found.error());
    return dropAllow(file, itemId, allowedBy(*found, *items), author);
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
