#include "detection/allowlist/allowlist.h"
#include "model/base/ipaddress.h"
#include "model/base/text.h"

#include <algorithm>
#include <array>

namespace lolscope {

namespace {

using Test = AllowCondition::Test;

/// Folders that ordinary users can write to on a default installation.
constexpr std::array<std::string_view, 8> kWritableFolders = {
    "\\users\\",    "\\programdata\\",  "\\windows\\temp\\",    "\\windows\\tasks\\",
    "\\perflogs\\", "\\$recycle.bin\\", "\\windows\\tracing\\", "\\temp\\"};

/// A network that is larger than what one organisation usually gets.
constexpr int kWideV4 = 16;
constexpr int kWideV6 = 32;

/// Shorter pieces of text occur nearly everywhere.
constexpr std::size_t kShortText = 4;

bool isPath(std::string_view field)
{
    return field == "Image" || field == "ParentImage";
}

/// Fields that say neither which program nor which destination.
bool isVague(std::string_view field)
{
    return field == "DestinationPort" || field == "Protocol" || field == "User" || field == "Computer";
}

} // namespace

std::string AllowWarning::text() const
{
    switch (kind) {
    case Kind::WritableFolder:
        return "Every user can write to the folder in " + subject
            + ": a program that an attacker puts there would be allowed too.";
    case Kind::NameOnly:
        return subject
            + " has only a file name, no folder: any program of that name, wherever an attacker puts it, "
              "would be "
              "allowed.";
    case Kind::LargeNetwork:
        return "The network " + subject + " is very large: alerts to every address in it would be allowed.";
    case Kind::ShortText:
        return "The text for " + subject
            + " is very short: it occurs in many values, and all of them would be allowed.";
    case Kind::Vague:
        break;
    }
    return "No condition names a program or a destination: alerts of any program to anywhere would be "
           "allowed.";
}

std::vector<AllowWarning> warnings(const AllowlistItem &item)
{
    using Kind = AllowWarning::Kind;
    std::vector<AllowWarning> found;
    for (const auto &condition : item.conditions) {
        const auto folded = foldCase(condition.value);
        const auto isInside = [&](std::string_view folder) {
            return folded.find(folder) != std::string::npos;
        };
        if (isPath(condition.field)
            && std::any_of(kWritableFolders.begin(), kWritableFolders.end(), isInside))
            found.push_back({Kind::WritableFolder, condition.field});
        if (isPath(condition.field) && condition.test == Test::EndsWith
            && std::count(folded.begin(), folded.end(), '\\') <= 1)
            found.push_back({Kind::NameOnly, condition.field});
        auto network = condition.test == Test::Cidr ? IpNetwork::parse(condition.value) : std::nullopt;
        if (network)
            network = network->unmapped();
        if (network && network->prefixLength() < (network->isV4() ? kWideV4 : kWideV6))
            found.push_back({Kind::LargeNetwork, condition.value});
        const bool piece = condition.test == Test::Contains || condition.test == Test::StartsWith
            || condition.test == Test::EndsWith;
        if (piece && condition.value.size() < kShortText)
            found.push_back({Kind::ShortText, condition.field});
    }
    if (!item.conditions.empty()
        && std::all_of(item.conditions.begin(), item.conditions.end(),
                       [](const AllowCondition &condition) { return isVague(condition.field); }))
        found.push_back({Kind::Vague, {}});
    return found;
}

} // namespace lolscope
