#pragma once

#include "app/pipeline/citedxml.h"
#include "model/analysis/alerttree.h"
#include "model/base/result.h"
#include "model/live/livereader.h"
#include "model/store/alertstore.h"
#include "model/store/casefile.h"
#include "model/store/factstore.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace lolscope {

// What the window asks in one question, so that one answer is of one moment. No Qt: it can be tested as it
// is.

/// The event's XML; reads the evidence, which may be slow. Error: Invalid for an unknown event.
Result<CitedXml> readEventXml(const CaseFile &file, EventId id);

/// Everything the window shows of one alert. What the case does not have is empty.
struct AlertView
{
    AlertTree tree;
    std::optional<DetectionRow> firstHit; ///< The oldest; there is one in a healthy case.
    std::optional<RuleRow> rule;
    std::optional<ProcessRow> process;
    std::optional<ConnectionRow> connection; ///< Of firstHit.
    std::optional<DnsQueryRow> query; ///< Of firstHit, for a DNS alert.
    std::shared_ptr<const StoredEvent> event; ///< The event of firstHit.
};
/// Error: Invalid for an unknown alert.
Result<AlertView> readAlertView(const CaseFile &file, const std::string &alertId,
                                const Unfolded &unfolded = {});

/// What the window shows of the case as a whole.
struct CaseOverview
{
    std::vector<AlertRow> alerts;
    CaseCounts counts;
    bool unfinished = false; ///< needsIndexing()
    std::vector<std::filesystem::path> unread; ///< unreadFiles()
    LiveBookmarks live; ///< Where live sources go on.
    std::int64_t writes = 0; ///< writesOfOthers() before the rest was read.
};
Result<CaseOverview> readOverview(const CaseFile &file);

} // namespace lolscope
