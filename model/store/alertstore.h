#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace lolscope {

struct AlertCounts
{
    std::uint64_t open = 0, decided = 0, allowed = 0;
    std::uint64_t benign = 0, suspicious = 0, malicious = 0; ///< Of the decided ones.
};

/// What the status bar says of the case.
struct CaseCounts
{
    std::uint64_t hosts = 0, evidence = 0, events = 0, processes = 0, connections = 0, dnsQueries = 0;
    std::uint64_t connectionRecords = 0; ///< Of the connections: Sysmon and Windows may both tell of one.
    std::uint64_t detections = 0;
    std::uint64_t problems = 0; ///< Evidence that failed, was damaged or was not finished.
};

/// Every alert: highest level first, then most hits, then first seen.
Result<std::vector<AlertRow>> alerts(const CaseFile &file);
/// `id` may be a unique prefix of at least 4 digits. Error: Invalid when none or several match.
Result<AlertRow> alert(const CaseFile &file, std::string_view id);
/// The ids of all alerts, oldest first.
Result<std::vector<std::string>> alertIds(const CaseFile &file);
/// The hits of an alert, oldest first, at most `most`.
Result<std::vector<DetectionRow>> detections(const CaseFile &file, const std::string &alertId,
                                             std::size_t most = std::numeric_limits<std::int64_t>::max());
/// How many alerts each rule has, by its id.
Result<std::map<std::string, std::uint64_t>> alertsByRule(const CaseFile &file);

/// What the hits of an alert are about.
struct HitFacts
{
    std::set<ConnectionId> connections;
    std::set<DnsQueryId> dnsQueries;
};
Result<HitFacts> hitFacts(const CaseFile &file, const std::string &alertId);

/// Where one hit of an alert was read.
struct AlertEvidence
{
    std::string file, sha256;
    std::optional<std::uint64_t> recordId; ///< EventRecordID.
};
/// Every place the hits of an alert were read, oldest hit first, at most `most`.
Result<std::vector<AlertEvidence>> alertEvidence(const CaseFile &file, const std::string &alertId,
                                                 std::size_t most);

Result<AlertCounts> alertCounts(const CaseFile &file);
Result<CaseCounts> caseCounts(const CaseFile &file);
/// Each file with its outcome, in the order it was indexed.
Result<std::vector<EvidenceRow>> evidence(const CaseFile &file);

/// What the details panel says of a rule beyond the alert row.
struct RuleRow
{
    std::string id, title, level, status, author, description, source;
    std::vector<std::string> tags, references, falsePositives;
};
Result<RuleRow> rule(const CaseFile &file, const std::string &ruleId);

/// What one of the rules that ran over the case found; `text` is its YAML.
struct RuleHits
{
    std::string id, text;
    std::uint64_t detections = 0, alerts = 0;
};
Result<std::vector<RuleHits>> ruleHits(const CaseFile &file);

/// What the last run of the rules left open; DetectionWriter::addLoss() notes it.
struct Loss
{
    std::string ruleId; ///< Empty: of all rules, or of the correlation rules together.
    std::string reason;
    std::uint64_t count = 0; ///< Of a rule: events that it was not evaluated on; else what the reason says.
};
Result<std::vector<Loss>> losses(const CaseFile &file);

} // namespace lolscope
