#pragma once

#include "detection/allowlist/allowlist.h"
#include "model/base/result.h"
#include "model/store/alertstore.h"
#include "model/store/casefile.h"

#include <string>
#include <vector>

namespace lolscope {

/// Decisions on a case. Each is one transaction with its journal entry; `author` is who decides (the
/// login name). Blocking functions; the connection must be writable unless said otherwise.

/// Error: Invalid for an unknown alert. Verdict::None takes a verdict back; the note stays as given.
Result<void> setVerdict(CaseFile &file, const std::string &alertId, Verdict verdict, const std::string &note,
                        const std::string &author);

/// What an allowlist item would do to the alerts that are there. Read-only.
struct AllowPreview
{
    std::uint64_t hidden = 0; ///< Open alerts that would become allowed.
    std::uint64_t already = 0; ///< Matching alerts that are allowed or decided already, malicious ones apart.
    std::uint64_t hits = 0; ///< Detections behind the hidden ones.
    std::uint64_t hosts = 0;
    std::vector<AlertRow> alerts; ///< The hidden ones, at most kMaxPreviewAlerts.
    std::vector<AlertRow>
        blocking; ///< Matching alerts somebody called malicious or suspicious: they forbid saving.
    static constexpr std::size_t kMaxPreviewAlerts = 200;
};
Result<AllowPreview> previewAllow(const CaseFile &file, const AllowlistItem &item);

/// Proposes conditions from an alert, most specific first: image, parent, destination name (else address),
/// port, user, host. All of them hold for the alert. Read-only.
Result<std::vector<AllowCondition>> proposeConditions(const CaseFile &file, const std::string &alertId);

/// Adds the item (a new id when it has none) and applies it to the alerts that are there. Gives the stored
/// item. Errors: Invalid as validate() or when it would hide a malicious or suspicious alert.
Result<AllowlistItem> addAllow(CaseFile &file, AllowlistItem item, const std::string &author);
/// Several at once, each with its own outcome, in one transaction. Errors: those of the case.
Result<std::vector<Result<AllowlistItem>>> addAllows(CaseFile &file, std::vector<AllowlistItem> items,
                                                     const std::string &author);
/// Takes an item back: the alerts it hid are open again unless another item matches. Error: Invalid, unknown
/// id.
Result<void> removeAllow(CaseFile &file, const std::string &itemId, const std::string &author);

/// Works out anew which alerts the allowlist of the case allows: those of which every hit matches one and the
/// same item.
Result<void> applyAllowlist(CaseFile &file);

/// The same for some alerts, in the caller's transaction.
struct GrownAlert
{
    std::string id;
    std::string allowlistId = {}; ///< The item that allowed it before; empty without one.
    std::uint64_t newHits = 0; ///< The others are as they were; 0: nothing is.
};
Result<void> applyAllowlist(CaseFile &file, const std::vector<GrownAlert> &grown);

/// Who decides, for the journal: the login name.
std::string loginName();

/// An item with how many alerts it hides now.
struct AllowlistEntry
{
    AllowlistItem item;
    std::uint64_t alerts = 0;
};
Result<std::vector<AllowlistEntry>> allowlist(const CaseFile &file);

} // namespace lolscope
