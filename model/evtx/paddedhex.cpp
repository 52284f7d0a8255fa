#include "model/evtx/paddedhex.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lolscope {

namespace {

bool isPaddedHex(std::string_view text)
{
    return (text.size() == 10 || text.size() == 18) && text.substr(0, 3) == "0x0"
        && text.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

} // namespace

void unpadHex(Event &event, EventBatch &batch)
{
    const bool security = event.provider == "Microsoft-Windows-Security-Auditing";
    const bool sysmon = event.provider == "Microsoft-Windows-Sysmon";
    if (!security && !sysmon)
        return;
    std::vector<Field> fields(event.data.begin(), event.data.end());
    for (Field &field : fields) {
        if (!isPaddedHex(field.value) || (sysmon && field.name != "LogonId" && field.name != "GrantedAccess"))
            continue;
        const auto digit = std::min(field.value.find_first_not_of('0', 2), field.value.size() - 1);
        field.value = batch.keep("0x" + std::string(field.value.substr(digit)));
    }
    event.data = batch.keep(std::span<const Field>(fields));
}

} // namespace lolscope
