#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <filesystem>
#include <iosfwd>
#include <set>
#include <stop_token>

namespace lolscope {

enum class ExportFormat {
    Csv,
    JsonLines,
    Text ///< One aligned line an alert, to be read: what the alert itself says, without chain and evidence.
};

struct ExportOptions
{
    ExportFormat format = ExportFormat::Csv;
    std::set<Status> statuses = {Status::Open};
    bool byteOrderMark = false; ///< For spreadsheets that guess the encoding; CSV only.
    std::stop_token stop = {}; ///< Ends the export with Cancelled.
};

/// Writes the alerts report. CSV is RFC 4180 with a fixed, versioned header and cells a spreadsheet would run
/// neutralised by a leading apostrophe; JSON Lines is its lossless twin. Gives the number of alerts.
Result<std::uint64_t> exportAlerts(const CaseFile &file, const ExportOptions &options, std::ostream &out);

/// Refuses `path` where it is the case, a file beside it, or evidence that the case cites: Invalid.
Result<void> mayOverwrite(const CaseFile &file, const std::filesystem::path &path);

/// The same into a file, written beside it and renamed when whole: `path` is the old file or the new one,
/// never a part. Errors: Io, DiskFull, those of mayOverwrite() and of the case.
Result<std::uint64_t> exportAlerts(const CaseFile &file, const ExportOptions &options,
                                   const std::filesystem::path &path);

/// A rule as lines of text name it: its title, and its author where it has one.
std::string ruleText(const AlertRow &alert);

} // namespace lolscope
