#include "model/store/rows.h"

#include <array>

namespace lolscope {

namespace {
constexpr std::array<std::string_view, 3> kStatuses = {"open", "decided", "allowed"};
constexpr std::array<std::string_view, 4> kVerdicts = {"none", "benign", "suspicious", "malicious"};

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

} // namespace lolscope
