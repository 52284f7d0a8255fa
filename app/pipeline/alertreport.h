#pragma once

#include "model/base/result.h"
#include "model/store/alertstore.h"
#include "model/store/casefile.h"
#include "model/store/factstore.h"
#include "model/store/rows.h"

#include <string>
#include <vector>

namespace lolscope {

/// Everything a report says of one alert, gathered from the case.
struct AlertReport
{
    AlertRow alert;
    RuleRow rule;
    std::vector<ProcessRow> chain; ///< From the alert's process upward; empty when its event names none.
    std::optional<Timestamp> dnsTime;
    std::string reverseName;
    std::string provider, channel;
    std::uint32_t eventId = 0;
    std::vector<AlertEvidence>
        evidence; ///< Of every hit, at most kMaxEvidence; `hits` tells how many there are.
    std::vector<DetectionRow::Matched> matched; ///< Of the first hit.
    std::string allowReason; ///< Of the allowlist item that allows it.
    static constexpr std::size_t kMaxEvidence = 1000;
};
Result<AlertReport> alertReport(const CaseFile &file, const AlertRow &alert, ChainCache &chains);

/// How far the identity of the process behind an alert can be trusted: `high` by ProcessGuid, `medium` by PID
/// and lifetime, `low` without a process or from event 5156 alone.
std::string_view confidence(const AlertReport &report);

/// What the evidence could not show about the alert, for the analyst to know; empty when nothing is missing.
std::string coverageNote(const AlertReport &report);

class JsonObject;
/// The member `chain`: from the process upward. Where it leaves out some of a long one, the root has their
/// number as `hidden_below`.
void appendChain(JsonObject &json, const std::vector<ProcessRow> &chain);

/// One JSON line, with the fields of the command line's reference.
std::string toJsonLine(const AlertReport &report, const std::string &caseName);

} // namespace lolscope
