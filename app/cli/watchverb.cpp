#include "app/cli/password.h"
#include "app/cli/verbs.h"
#include "app/pipeline/alertreport.h"
#include "app/pipeline/watching.h"
#include "model/base/files.h"
#include "model/base/text.h"
#include "model/live/eventlogchannels.h"
#include "model/live/journalreader.h"
#include "model/store/casestate.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace lolscope::cli {

namespace {

std::string oneDigit(double number)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", number);
    return text;
}

std::string alertLine(const AlertRow &alert)
{
    const std::string &destination = alert.destName.empty() ? alert.destIp : alert.destName;
    std::string line = alert.firstSeen ? formatTimestamp(*alert.firstSeen) : std::string("-");
    line += "  " + std::string(levelName(alert.level)) + "  " + ruleText(alert) + "  " + alert.host + "  "
        + alert.image;
    if (!destination.empty())
        line += " -> " + destination + (alert.destPort.empty() ? "" : ':' + alert.destPort);
    return line + "  " + alert.id;
}

/// What the name of an event log begins with among the sources.
constexpr std::string_view kEventLog = "eventlog:";

/// One line every kInterval while something happens, and one whenever a source gets into trouble or out of
/// it.
class StatusLines
{
    static constexpr std::size_t kToTheSecond = 19; // of 2026-10-05T10:00:00.000Z

public:
    void tell(const WatchStatus &status)
    {
        for (const auto &source : status.sources) {
            const bool isFine = source.status.state == LiveStatus::State::Following;
            tellError(source.name, source.status.error,
                      (isFine ? "waiting for it" : std::string(liveStateName(source.status.state))) + ": ");
            for (const LivePart &part : source.status.parts)
                tellError(source.name + '\\' + part.name, part.error, "");
        }
        constexpr std::chrono::seconds kInterval(10);
        const auto now = std::chrono::steady_clock::now();
        if (now < m_next || (status.events == m_events && status.damaged == m_damaged))
            return;
        m_next = now + kInterval;
        write(status);
    }

    void write(const WatchStatus &status)
    {
        m_events = status.events;
        m_damaged = status.damaged;
        std::string line =
            std::to_string(status.events) + " events, " + oneDigit(status.eventsPerSecond) + "/s";
        if (status.lag)
            line += ", lag " + oneDigit(std::chrono::duration<double>(*status.lag).count()) + " s";
        else if (status.latest)
            line += ", the last of " + formatTimestamp(*status.latest).substr(0, kToTheSecond) + 'Z';
        line += ", " + std::to_string(status.lost) + " lost";
        for (const auto &source : status.sources)
            line += "; " + source.name + ' ' + std::string(liveStateName(source.status.state));
        message(line);
    }

private:
    void tellError(const std::string &name, const std::string &error, const std::string &state)
    {
        if (std::string &known = m_errors[name]; known != error) {
            message(name + ": " + (error.empty() ? "reads again" : state + error));
            known = error;
        }
    }

    std::map<std::string, std::string> m_errors; ///< By source or part.
    std::chrono::steady_clock::time_point m_next;
    std::uint64_t m_events = 0, m_damaged = 0;
};

Result<EventLogComputer> computerOf(const ComputerArguments &arguments, const std::stop_token &stop)
{
    EventLogComputer computer;
    computer.name =
        arguments.name.substr(std::min(arguments.name.find_first_not_of('\\'), arguments.name.size()));
    if (arguments.user.empty())
        return computer;
    if (computer.name.empty())
        return fail(ErrorCode::Invalid, "a user is for another computer: --computer NAME");
    const auto split = arguments.user.find('\\');
    computer.user = arguments.user.substr(split == std::string::npos ? 0 : split + 1);
    computer.domain = split == std::string::npos ? "" : arguments.user.substr(0, split);
    auto password = passwordOf(arguments.user, stop);
    if (!password)
        return tl::unexpected(password.error());
    computer.password = std::move(*password);
    return computer;
}

/// A file that is not there yet can only come where there is a folder for it.
std::optional<Error> missingFolder(const std::string &source)
{
    if (source == "-" || source == JournalReader::kEvidence)
        return {};
    const auto path = absolutePath(utf8Path(source));
    const auto folder = (path.has_filename() ? path : path.parent_path()).parent_path();
    if (fileFacts(path).kind != FileKind::None || fileFacts(folder).kind == FileKind::Folder)
        return {};
    return Error{ErrorCode::Io, "there is no such file, nor a folder that it could come to", source, {}};
}

Result<std::vector<WatchInput>> watchInputs(const WatchArguments &arguments, const CaseFile &file,
                                            const std::stop_token &stop)
{
    const auto bookmarks = liveBookmarks(file);
    if (!bookmarks)
        return tl::unexpected(bookmarks.error());
    std::vector<WatchInput> inputs;
    EventLogRequest logs; // all of a computer are one source
    bool hasLogs = false;
    for (const std::string &source : arguments.sources) {
        if (!source.starts_with(kEventLog)) {
            if (auto misnamed = missingFolder(source))
                return tl::unexpected(*misnamed);
            inputs.push_back(watchInput(source, arguments.format, *bookmarks));
            continue;
        }
        hasLogs = true;
        if (source.size() > kEventLog.size())
            logs.channels.push_back(source.substr(kEventLog.size()));
    }
    if (!hasLogs)
        return inputs;
    if (const auto system = systemEventLog(); !system) // before a password is asked for
        return tl::unexpected(system.error());
    auto computer = computerOf(arguments.computer, stop);
    if (!computer)
        return tl::unexpected(computer.error());
    logs.computer = std::move(*computer);
    logs.query = arguments.query;
    logs.fromNow = arguments.fromNow;
    auto input = watchInput(std::move(logs), *bookmarks);
    if (!input)
        return tl::unexpected(input.error());
    inputs.push_back(std::move(*input));
    return inputs;
}

} // namespace

int channels(const ComputerArguments &arguments)
{
    const auto stop = interruption();
    if (const auto system = systemEventLog(); !system)
        return report(system.error());
    const auto computer = computerOf(arguments, stop);
    if (!computer)
        return report(computer.error());
    const auto listed = eventLogChannels(*computer, stop);
    if (!listed)
        return report(listed.error());
    for (const EventLogChannel &channel : *listed) {
        const std::string hindrance = eventLogHindrance(channel);
        outputLine(std::string(kEventLog) + channel.name + (hindrance.empty() ? "" : "  # " + hindrance));
    }
    return kDone;
}

int watch(const Options &options, const Path &casePath, const RuleArguments &ruleArguments,
          const WatchArguments &arguments)
{
    const auto stop = interruption();
    const auto rules = loadRules(options, ruleArguments);
    auto file = CaseFile::open(casePath, CaseFile::Mode::Create);
    if (!file)
        return report(file.error());
    auto inputs = watchInputs(arguments, *file, stop);
    if (!inputs)
        return report(inputs.error());

    StatusLines lines;
    WatchHandlers handlers;
    handlers.newAlert = [&](const CaseFile &open, const AlertRow &alert) {
        if (alert.status != Status::Open)
            return;
        ChainCache chains(open);
        const auto whole = options.json ? alertReport(open, alert, chains) : Result<AlertReport>();
        if (options.json && !whole)
            return message("alert " + alert.id + ": " + describe(whole.error()));
        output(options.json ? toJsonLine(*whole, casePath.filename().string())
                            : visible(alertLine(alert)) + '\n');
        flushOutput();
    };
    if (!options.quiet)
        handlers.status = [&](const WatchStatus &status) { lines.tell(status); };
    const auto summary = lolscope::watch(*file, std::move(*inputs), rules.engine, stop, handlers);
    if (!summary)
        return report(summary.error());
    bool imperfect = !rules.loaded.refused.empty();
    for (const Damage &damage : summary->damage) {
        message(damage.reason
                + (damage.offset ? " (at byte " + std::to_string(*damage.offset) + ')' : std::string()));
        imperfect = imperfect || !damage.slack;
    }
    for (const auto &source : summary->status.sources)
        imperfect = imperfect || source.status.state == LiveStatus::State::Failed
            || !source.status.error.empty()
            || std::any_of(source.status.parts.begin(), source.status.parts.end(),
                           [](const LivePart &part) { return !part.error.empty(); });
    if (!options.quiet)
        lines.write(summary->status);
    return imperfect ? kImperfect : kDone;
}

} // namespace lolscope::cli
