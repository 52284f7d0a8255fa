#include "model/store/rows.h"

#include <algorithm>
#include <array>

namespace lolscope {

namespace {
constexpr std::array<std::string_view, 3> kStatuses = {"open", "decided", "allowed"};
constexpr std::array<std::string_view, 4> kVerdicts = {"none", "benign", "suspicious", "malicious"};
constexpr std::array<std::string_view, 3> kProcessSources = {"logged", "derived", "ghost"};
constexpr std::array<std::string_view, 4> kParentLinks = {"none", "guid", "pid and time", "cut"};
constexpr std::array<std::string_view, 3> kNameSources = {"none", "asked", "reverse"};
constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high", "critical"};

template<typename Enum, std::size_t Size>
std::optional<Enum> byName(const std::array<std::string_view, Size> &names, std::string_view name)
{
    for (std::size_t i = 0; i < Size; ++i)
        if (names[i] == name)
            return static_cast<Enum>(i);
    return {};
}
} // namespace

std::string_view statusName(Status status)
{
    return kStatuses[static_cast<std::size_t>(status)];
}
std::string_view verdictName(Verdict verdict)
{
    return kVerdicts[static_cast<std::size_t>(verdict)];
}
std::optional<Status> statusByName(std::string_view name)
{
    return byName<Status>(kStatuses, name);
}
std::optional<Verdict> verdictByName(std::string_view name)
{
    return byName<Verdict>(kVerdicts, name);
}
std::string_view processSourceName(ProcessSource source)
{
    return kProcessSources[static_cast<std::size_t>(source)];
}
std::optional<ProcessSource> processSourceByName(std::string_view name)
{
    return byName<ProcessSource>(kProcessSources, name);
}
std::string_view parentLinkName(ParentLink link)
{
    return kParentLinks[static_cast<std::size_t>(link)];
}
std::optional<ParentLink> parentLinkByName(std::string_view name)
{
    return byName<ParentLink>(kParentLinks, name);
}
std::string_view nameSourceName(NameSource source)
{
    return kNameSources[static_cast<std::size_t>(source)];
}
std::optional<NameSource> nameSourceByName(std::string_view name)
{
    return byName<NameSource>(kNameSources, name);
}
std::string_view levelName(int level)
{
    return kLevels[static_cast<std::size_t>(std::clamp(level, 0, 4))];
}

bool isDamaged(const EvidenceRow &row)
{
    return row.lost > 0 || std::any_of(row.damage.begin(), row.damage.end(), [](const Damage &damage) {
               return !damage.slack;
           });
}

} // namespace lolscope
