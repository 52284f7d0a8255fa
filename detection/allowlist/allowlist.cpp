#include "detection/allowlist/allowlist.h"

#include "model/base/ipaddress.h"
#include "model/base/text.h"

#include <algorithm>
#include <array>

namespace lolscope {

namespace {

using Test = AllowCondition::Test;

constexpr std::array<std::string_view, 10> kFields = {"Image",
                                                      "ParentImage",
                                                      "CommandLine",
                                                      "OriginalFileName",
                                                      "DestinationHostname",
                                                      "DestinationIp",
                                                      "DestinationPort",
                                                      "Protocol",
                                                      "User",
                                                      "Computer"};

/// Wider networks are owned by many: an item on one would hide strangers.
constexpr int kWidestV4 = 8;
constexpr int kWidestV6 = 16;

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

tl::unexpected<Error> invalid(std::string detail)
{
    return fail(ErrorCode::Invalid, std::move(detail));
}

Result<void> validateNetwork(const AllowCondition &condition)
{
    if (condition.field != "DestinationIp")
        return invalid("only DestinationIp can be compared with a network");
    const auto written = IpNetwork::parse(condition.value);
    if (!written)
        return invalid("'" + condition.value + "' is no network in CIDR notation");
    if (const auto network = written->unmapped();
        network.prefixLength() < (network.isV4() ? kWidestV4 : kWidestV6))
        return invalid("the network " + condition.value + " is too wide");
    return {};
}

} // namespace

std::vector<std::string_view> allowFields()
{
    return {kFields.begin(), kFields.end()};
}

Result<void> validate(const AllowlistItem &item)
{
    if (isBlank(item.reason))
        return invalid("an allowlist item needs a reason");
    if (item.conditions.empty())
        return invalid("an allowlist item needs a condition");
    for (const auto &condition : item.conditions) {
        if (std::find(kFields.begin(), kFields.end(), condition.field) == kFields.end())
            return invalid("allowlist items cannot ask for the field '" + condition.field + "'");
        if (isBlank(condition.value))
            return invalid("the condition on " + condition.field + " has no value");
        // Literal text, so it would match nothing; whoever wrote it meant everything.
        if (condition.value.find_first_not_of("*? ") == std::string::npos)
            return invalid("the condition on " + condition.field + " has nothing but wildcards");
        if (condition.test == Test::Cidr)
            if (auto network = validateNetwork(condition); !network)
                return network;
    }
    if (std::any_of(item.ruleIds.begin(), item.ruleIds.end(), isBlank))
        return invalid("an allowlist item names a rule without an id");
    return {};
}

struct AllowlistMatcher::Private
{
    struct Condition
    {
        std::string field;
        Test test;
        std::string value; ///< Folded.
        std::optional<IpAddress> address;
        std::optional<IpNetwork> network;

        bool holds(std::string_view found) const
        {
            const auto other = network || address ? IpAddress::parse(found) : std::nullopt;
            if (network)
                return other && network->contains(other->unmapped());
            if (address && other)
                return other->unmapped() == *address;
            const auto folded = foldCase(found);
            switch (test) {
            case Test::Equals:
                return folded == value;
            case Test::StartsWith:
                return folded.starts_with(value);
            case Test::EndsWith:
                return folded.ends_with(value);
            case Test::Contains:
                return folded.find(value) != std::string::npos;
            case Test::Cidr:
                break;
            }
            return false;
        }
    };

    std::vector<std::string> ruleIds; ///< Folded.
    std::optional<Timestamp> expires;
    std::vector<Condition> conditions;
};

Result<AllowlistMatcher> AllowlistMatcher::compile(const AllowlistItem &item)
{
    if (auto valid = validate(item); !valid)
        return tl::unexpected<Error>(valid.error());
    auto compiled = std::make_shared<Private>();
    std::transform(item.ruleIds.begin(), item.ruleIds.end(), std::back_inserter(compiled->ruleIds), foldCase);
    compiled->expires = item.expires;
    for (const auto &condition : item.conditions) {
        Private::Condition ready{condition.field, condition.test, foldCase(condition.value), {}, {}};
        if (condition.test == Test::Cidr)
            ready.network = IpNetwork::parse(condition.value)->unmapped(); // valid, as validate() found
        else if (condition.field == "DestinationIp" && condition.test == Test::Equals)
            if (const auto address = IpAddress::parse(condition.value))
                ready.address = address->unmapped();
        compiled->conditions.push_back(std::move(ready));
    }
    AllowlistMatcher matcher;
    matcher.d = std::move(compiled);
    return matcher;
}

bool AllowlistMatcher::matches(std::string_view ruleId, const Event &hit, Timestamp now) const
{
    if (!d || (d->expires && now >= *d->expires))
        return false;
    const auto isRule = [ruleId](const std::string &id) { return equalsFolded(id, ruleId); };
    if (!d->ruleIds.empty() && std::none_of(d->ruleIds.begin(), d->ruleIds.end(), isRule))
        return false;
    return std::all_of(d->conditions.begin(), d->conditions.end(), [&](const Private::Condition &condition) {
        bool there = false;
        for (const auto &field : hit.data) {
            if (field.name != condition.field)
                continue;
            there = true;
            if (condition.holds(field.value))
                return true;
        }
        // Computer is a System value of every record.
        return !there && condition.field == "Computer" && !hit.computer.empty()
            && condition.holds(hit.computer);
    });
}

} // namespace lolscope
