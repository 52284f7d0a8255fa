#include "app/cli/verbs.h"
#include "app/pipeline/alertreport.h"
#include "app/pipeline/ruleset.h"
#include "app/pipeline/watching.h"
#include "model/base/files.h"
#include "model/store/casestate.h"

#include <cstdio>
#include <map>

namespace lolscope::cli {

namespace {

LoadedRuleSet loadRules(const RuleArguments &arguments)
{
    RuleSet set;
    set.bundled = !arguments.noBundled;
    set.minLevel = sigma::levelByName(arguments.minLevel).value();
    set.statuses = arguments.statuses;
    for (const Path &folder : arguments.folders)
        set.folders.push_back(absolutePath(folder));
    return loadRuleSet(set);
}

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
    line += "  " + std::string(levelName(alert.level)) + "  " + alert.ruleTitle + "  " + alert.host + "  "
        + alert.image;
    if (!destination.empty())
        line += " -> " + destination + (alert.destPort.empty() ? "" : ':' + alert.destPort);
    return line + "  " + alert.id;
}

/// One line every kInterval while something happens, and one whenever a source gets into trouble or out of
/// it.
class StatusLines
{
public:
    void tell(const WatchStatus &status)
    {
        for (const auto &source : status.sources)
            if (std::string &known = m_errors[source.name]; known != source.status.error) {
                message(source.name + ": "
                        + (source.status.error.empty() ? "reads again"
                                                       : std::string(liveStateName(source.status.state))
                                   + ": " + source.status.error));
                known = source.status.error;
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
        line += ", " + std::to_string(status.lost) + " lost";
        for (const auto &source : status.sources)
            line += "; " + source.name + ' ' + std::string(liveStateName(source.status.state));
        message(line);
    }

private:
    std::map<std::string, std::string> m_errors; ///< By source.
    std::chrono::steady_clock::time_point m_next;
    std::uint64_t m_events = 0, m_damaged = 0;
};

} // namespace

int watch(const Options &options, const Path &casePath, const RuleArguments &arguments,
          const std::vector<std::string> &sources, StreamFormat format)
{
    const auto stop = interruption();
    const auto rules = loadRules(arguments);
    for (const auto &refused : rules.refused)
        message(describe(refused.rule.reason));
    for (const auto &warning : rules.warnings)
        message(describe(warning));
    const Engine engine(rules.running(), rules.runningCorrelations());
    auto file = CaseFile::open(casePath, CaseFile::Mode::Create);
    if (!file)
        return report(file.error());
    const auto bookmarks = liveBookmarks(*file);
    if (!bookmarks)
        return report(bookmarks.error());
    std::vector<WatchInput> inputs;
    for (const std::string &source : sources)
        inputs.push_back(watchInput(source, format, *bookmarks));

    StatusLines lines;
    WatchHandlers handlers;
    handlers.newAlert = [&](const CaseFile &open, const AlertRow &alert) {
        if (alert.status != Status::Open)
            return;
        ChainCache chains(open);
        const auto whole = options.json ? alertReport(open, alert, chains) : Result<AlertReport>();
        output(options.json && whole ? toJsonLine(*whole, casePath.filename().string())
                                     : forOutput(alertLine(alert)) + '\n');
        std::fflush(stdout);
    };
    if (!options.quiet)
        handlers.status = [&](const WatchStatus &status) { lines.tell(status); };
    const auto summary = lolscope::watch(*file, std::move(inputs), engine, stop, handlers);
    if (!summary)
        return report(summary.error());
    bool imperfect = !rules.refused.empty();
    for (const Damage &damage : summary->damage) {
        message(damage.reason
                + (damage.offset ? " (at byte " + std::to_string(*damage.offset) + ')' : std::string()));
        imperfect = imperfect || !damage.slack;
    }
    for (const auto &source : summary->status.sources)
        imperfect = imperfect || source.status.state == LiveStatus::State::Failed;
    if (!options.quiet)
        lines.write(summary->status);
    return imperfect ? kImperfect : kDone;
}

} // namespace lolscope::cli
