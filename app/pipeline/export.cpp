#include "app/pipeline/export.h"

#include "app/pipeline/alertreport.h"
#include "app/pipeline/csv.h"
#include "app/pipeline/wholefile.h"
#include "model/base/files.h"
#include "model/base/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ostream>

namespace lolscope {

namespace {

/// Bumped whenever the header changes; its value is the first cell of every row.
constexpr std::string_view kSchema = "lolscope-alerts-2";

constexpr std::array<const char *, 45> kHeader = {"schema",
                                                  "alert_id",
                                                  "case",
                                                  "status",
                                                  "verdict",
                                                  "reason",
                                                  "note",
                                                  "tags",
                                                  "level",
                                                  "rule_title",
                                                  "rule_id",
                                                  "rule_author",
                                                  "rule_source",
                                                  "mitre",
                                                  "shape",
                                                  "confidence",
                                                  "first_seen",
                                                  "last_seen",
                                                  "hits",
                                                  "computer",
                                                  "user",
                                                  "image",
                                                  "original_file_name",
                                                  "command_line",
                                                  "pid",
                                                  "process_guid",
                                                  "parent_image",
                                                  "parent_command_line",
                                                  "parent_source",
                                                  "chain",
                                                  "dest_ip",
                                                  "dest_port",
                                                  "protocol",
                                                  "dest_scope",
                                                  "dns_name",
                                                  "dns_name_source",
                                                  "dns_time",
                                                  "initiated",
                                                  "allowlist_id",
                                                  "channel",
                                                  "event_id",
                                                  "record_id",
                                                  "source_file",
                                                  "source_sha256",
                                                  "coverage_note"};

std::string join(const std::vector<std::string> &texts, const char *separator)
{
    std::string all;
    for (const std::string &text : texts)
        all += (all.empty() ? "" : separator) + text;
    return all;
}

std::string timeText(const std::optional<Timestamp> &time)
{
    return time ? formatTimestamp(*time) : std::string();
}

/// `attack.t1218.005` -> `T1218.005`
std::vector<std::string> techniques(const std::vector<std::string> &tags)
{
    std::vector<std::string> found;
    for (const std::string &tag : tags)
        if (tag.starts_with("attack.t") && tag.size() > 8 && tag[8] >= '0' && tag[8] <= '9')
            found.push_back('T' + tag.substr(8));
    return found;
}

std::string alertLine(const AlertReport &report, const std::string &caseName)
{
    const AlertRow &alert = report.alert;
    const ProcessRow none;
    const ProcessRow &process = report.chain.empty() ? none : report.chain.front();
    const bool hasParent = report.chain.size() > 1;
    std::vector<std::string> chain;
    for (auto link = report.chain.rbegin(); link != report.chain.rend(); ++link) { // reads from the root down
        chain.push_back(link->image.empty() ? "(unknown)" : link->image);
        if (link->hiddenBelow > 0)
            chain.push_back('(' + std::to_string(link->hiddenBelow) + " not shown)");
    }
    const AlertEvidence first = report.evidence.empty() ? AlertEvidence() : report.evidence.front();
    const std::array<std::string, kHeader.size()> cells = {
        std::string(kSchema),
        alert.id,
        caseName,
        std::string(statusName(alert.status)),
        std::string(verdictName(alert.verdict)),
        report.allowReason,
        alert.note,
        join(report.rule.tags, " "),
        std::string(levelName(alert.level)),
        alert.ruleTitle,
        alert.ruleId,
        alert.ruleAuthor,
        report.rule.source,
        join(techniques(report.rule.tags), " "),
        alert.shape,
        std::string(confidence(report)),
        timeText(alert.firstSeen),
        timeText(alert.lastSeen),
        std::to_string(alert.hits),
        alert.host,
        alert.user,
        alert.image,
        process.originalFileName,
        process.commandLine,
        process.pid ? std::to_string(*process.pid) : "",
        process.guid,
        hasParent ? report.chain[1].image : process.parentImage,
        hasParent ? report.chain[1].commandLine : process.parentCommandLine,
        hasParent ? std::string(processSourceName(report.chain[1].source)) : "",
        join(chain, " > "),
        alert.destIp,
        alert.destPort,
        alert.protocol,
        alert.destScope,
        alert.destName,
        std::string(nameSourceName(alert.destNameSource)),
        timeText(report.dnsTime),
        alert.initiated ? (*alert.initiated ? "true" : "false") : "",
        alert.allowlistId,
        report.channel,
        std::to_string(report.eventId),
        first.recordId ? std::to_string(*first.recordId) : "",
        first.file,
        first.sha256,
        coverageNote(report)};
    return csvLine(cells);
}

std::string padded(std::string_view text, std::size_t width)
{
    std::string cell(text);
    cell.resize(std::max(width, text.size()), ' ');
    return cell + "  ";
}

/// Log text is made visible: a line is to be one line.
std::string textLine(const AlertRow &alert)
{
    constexpr std::size_t kIdDigits = 8; // unique in any case of some thousand alerts
    std::string place = alert.destName.empty() ? alert.destIp : alert.destName;
    if (!alert.destName.empty() && !alert.destIp.empty())
        place += " (" + alert.destIp + ")";
    const bool isAccepted = !alert.initiated.value_or(true);
    if (!alert.destPort.empty()) // of an accepted connection it is ours
        place += (place.empty() ? "port " : isAccepted ? ", accepted on port " : " port ") + alert.destPort;
    const auto state =
        alert.status == Status::Decided ? verdictName(alert.verdict) : statusName(alert.status);
    return padded(alert.id.substr(0, kIdDigits), kIdDigits) + padded(levelName(alert.level), 8)
        + padded(state, 10) + padded(timeText(alert.firstSeen), 24)
        + padded("x" + std::to_string(alert.hits), 5)
        + visible(alert.host + "  " + ruleText(alert) + "  " + alert.image
                  + (place.empty() ? "" : (isAccepted ? " <- " : " -> ") + place))
        + "\n";
}

} // namespace

std::string ruleText(const AlertRow &alert)
{
    return alert.ruleTitle + (alert.ruleAuthor.empty() ? "" : " (by " + alert.ruleAuthor + ')');
}

Result<std::uint64_t> exportAlerts(const CaseFile &file, const ExportOptions &options, std::ostream &out)
{
    const std::string caseName = file.path().filename().string();
    const auto rows = alerts(file);
    if (!rows)
        return tl::unexpected(rows.error());
    if (options.format == ExportFormat::Csv) {
        const std::vector<std::string> header(kHeader.begin(), kHeader.end());
        out << (options.byteOrderMark ? "\xEF\xBB\xBF" : "") << csvLine(std::span<const std::string>(header));
    }
    std::uint64_t written = 0;
    ChainCache chains(file);
    for (const AlertRow &row : *rows) {
        if (options.stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (!options.statuses.contains(row.status))
            continue;
        if (options.format == ExportFormat::Text) {
            out << textLine(row);
            ++written;
            continue;
        }
        const auto report = alertReport(file, row, chains);
        if (!report)
            return tl::unexpected(report.error());
        out << (options.format == ExportFormat::Csv ? alertLine(*report, caseName)
                                                    : toJsonLine(*report, caseName));
        if (!out)
            break;
        ++written;
    }
    if (!out.flush())
        return fail(errno == ENOSPC ? ErrorCode::DiskFull : ErrorCode::Io, "the report could not be written");
    return written;
}

Result<void> mayOverwrite(const CaseFile &file, const std::filesystem::path &path)
{
    namespace fs = std::filesystem;
    std::error_code ignored; // what is not there is another file
    if (path.empty() || !fs::exists(path, ignored))
        return {};
    for (const char *suffix : {"", "-wal", "-shm"})
        if (fs::equivalent(path, utf8Path(file.path().string() + suffix), ignored))
            return fail(ErrorCode::Invalid, "that is the case itself", path.string());
    const auto cited = evidence(file);
    if (!cited)
        return tl::unexpected(cited.error());
    for (const EvidenceRow &row : *cited)
        if (fs::equivalent(path, utf8Path(row.path), ignored))
            return fail(ErrorCode::Invalid, "that is evidence of the case", path.string());
    return {};
}

Result<std::uint64_t> exportAlerts(const CaseFile &file, const ExportOptions &options,
                                   const std::filesystem::path &path)
{
    if (auto apart = mayOverwrite(file, path); !apart)
        return tl::unexpected(apart.error());
    std::uint64_t count = 0;
    const auto written = writeWhole(path, [&](std::ostream &out) -> Result<void> {
        const auto exported = exportAlerts(file, options, out);
        if (!exported)
            return tl::unexpected(exported.error());
        count = *exported;
        return {};
    });
    if (!written)
        return tl::unexpected(written.error());
    return count;
}

} // namespace lolscope
