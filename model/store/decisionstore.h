#pragma once

#include "model/base/event.h"
#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lolscope {

/// What analysts decided, as the case keeps it. Each change is one transaction with its journal entry.

Result<void> storeVerdict(CaseFile &file, const std::string &alertId, Verdict verdict,
                          const std::string &note, const std::string &author);

struct AllowlistRow
{
    std::string id, title, reason, author, created, expires;
    std::string filter; ///< The whole item as a Sigma filter document.
};
Result<std::vector<AllowlistRow>> allowlistRows(const CaseFile &file); ///< Oldest first.
/// Why the item was added; empty for an unknown id.
Result<std::string> allowReason(const CaseFile &file, const std::string &id);

/// Which item allows which alert; alerts that are not named are allowed by none.
using AllowedAlerts = std::map<std::string, std::string>;

/// Adds items (or replaces those of the same id), and stores the alerts that are allowed afterwards.
Result<void> storeAllows(CaseFile &file, const std::vector<AllowlistRow> &rows, const AllowedAlerts &allowed,
                         const std::string &author);
/// Removes an item likewise. Error: Invalid, unknown id.
Result<void> dropAllow(CaseFile &file, const std::string &id, const AllowedAlerts &allowed,
                       const std::string &author);
/// Only the alerts, in the caller's transaction: after a new run of the rules.
Result<void> storeAllowed(CaseFile &file, const AllowedAlerts &allowed);
/// Only one alert, likewise; by none where `item` is empty.
Result<void> storeAllowed(CaseFile &file, const std::string &alertId, const std::string &item);

struct JournalRow
{
    std::string time, author, action, object, details;
};
Result<std::vector<JournalRow>> journalRows(const CaseFile &file); ///< Oldest first.

/// Calls `use` for every detection, in the order they lie in, with the fields that allowlist conditions may
/// name: those of the connection or query and of its process. DestinationHostname is the name asked for,
/// never the reverse lookup, which whoever owns the address can choose.
Result<void> forEachHit(
    const CaseFile &file,
    const std::function<void(const std::string &alertId, const std::string &ruleId, const Event &hit)> &use);
/// The same of one alert; of its `newest` last added hits alone, if that is not 0.
Result<void> forEachHitOf(
    const CaseFile &file, const std::string &alertId,
    const std::function<void(const std::string &alertId, const std::string &ruleId, const Event &hit)> &use,
    std::uint64_t newest = 0);

} // namespace lolscope
