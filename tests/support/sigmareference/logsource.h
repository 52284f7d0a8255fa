#pragma once

#include "model/base/event.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The reference's own table of log sources; see sigmareference.h. Facts from SigmaHQ's `tests/thor.yml`,
/// pySigma's pipelines for Sysmon and Windows, and Microsoft's documentation of events 4657, 4688, 4689 and
/// 5156.
namespace lolscope::test {

/// One kind of events that a category is about, or the channels of a service, or everything.
struct ReferenceSource
{
    std::vector<std::string> providers; ///< Empty: not asked.
    std::vector<std::string> channels; ///< Empty: not asked.
    std::vector<std::uint32_t> eventIds; ///< Empty: any.
    bool isCategory = false; ///< Known by its provider; the channel counts when there is none.
    std::vector<std::string> serviceChannels; ///< Of the service beside a category.
    std::string system; ///< `windows` or `linux` when only the product is given.
    std::string conditionField; ///< Has to hold one of `conditionValues` if not empty.
    std::vector<std::string> conditionValues;
    std::map<std::string, std::string, std::less<>> renames; ///< Rule's field name -> the record's.

    bool takes(const Event &event) const; ///< Without the condition on a field.
};

/// What a log source stands for; empty with a reason in `refused` when nothing is known for it.
std::vector<ReferenceSource> referenceSources(const std::string &category, const std::string &product,
                                              const std::string &service, std::string &refused);

std::vector<std::string> referenceCategories(); ///< Every category of the table, once each.
std::vector<std::string> referenceServices();

/// The further texts that `recorded` stands for in the field `name`, where the Security log writes codes.
std::vector<std::string> meaningsOf(std::string_view name, std::string_view recorded);

std::string asciiLower(std::string_view text);

} // namespace lolscope::test
