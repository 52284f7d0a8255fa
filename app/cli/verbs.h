#pragma once

#include "app/cli/console.h"
#include "app/cli/rulearguments.h"
#include "app/pipeline/export.h"
#include "model/live/eventstream.h"
#include "model/store/rows.h"

#include <filesystem>
#include <string>
#include <vector>

/// The verbs of lolscope-cli: each takes parsed arguments, does its work and gives the exit code.
namespace lolscope::cli {

using Path = std::filesystem::path;
using Paths = std::vector<Path>;

/// `resume`: also what an earlier run left unread.
int index(const Options &options, const Path &casePath, const RuleArguments &rules, const Paths &inputs,
          bool resume);
int detect(const Options &options, const Paths &ruleFolders, bool join, const Paths &inputs);
int dump(bool xml, const Paths &inputs);
/// `casePath` is empty without a case.
int checkRules(const Options &options, const Path &casePath, const Paths &folders);

/// Another computer, whose event logs are meant; empty for this one.
struct ComputerArguments
{
    std::string name;
    std::string user; ///< `DOMAIN\user` or `user`
};

struct WatchArguments
{
    std::vector<std::string> sources; ///< `eventlog:CHANNEL`, and what watchInput() knows.
    StreamFormat format = StreamFormat::Auto;
    ComputerArguments computer;
    std::string query = "*"; ///< Of event logs.
    bool fromNow = false;
};
/// Until interrupted, which is its usual end and no failure, or until every source has ended.
int watch(const Options &options, const Path &casePath, const RuleArguments &rules,
          const WatchArguments &arguments);
/// Lists the channels of a computer.
int channels(const ComputerArguments &arguments);

struct ReportArguments
{
    std::string format; ///< csv, jsonl or text; empty: as the ending of `out` says.
    std::set<Status> statuses;
    bool byteOrderMark = false;
    Path out; ///< Empty: the standard output.
    bool force = false; ///< Replace a file that is there.
    bool saysHidden = false; ///< How many alerts are of no status in `statuses`.
};
int exportReport(const Options &options, const Path &casePath, const ReportArguments &arguments);
int connections(const Path &casePath);
int events(const Path &casePath, const std::string &alert);
/// `all`: with the other children of the chain.
int tree(const Path &casePath, const std::string &alert, bool all, bool json);
int verdict(const Options &options, const Path &casePath, const std::string &alert, Verdict verdict,
            const std::string &note);

struct AllowArguments
{
    std::vector<std::string>
        conditions; ///< `Field=value`, `Field^=value` (starts), `$=` (ends), `*=` (contains), `/=` (CIDR)
    std::vector<std::string> rules;
    std::string title, reason, expires;
};
int allowList(const Options &options, const Path &casePath);
int allowPreview(const Options &options, const Path &casePath, const AllowArguments &arguments);
int allowAdd(const Options &options, const Path &casePath, const AllowArguments &arguments);
int allowRemove(const Path &casePath, const std::string &id);
int allowImport(const Options &options, const Path &casePath, const Path &file);
int allowExport(const Path &casePath, const Path &out, bool force);

} // namespace lolscope::cli
