#pragma once

#include "app/cli/console.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <filesystem>
#include <string>

namespace lolscope::cli {

constexpr auto kReadOnly = CaseFile::Mode::ReadOnly;
constexpr auto kReadWrite = CaseFile::Mode::ReadWrite;

/// Opens the case and warns when an interrupted run left it incomplete.
Result<CaseFile> openCase(const std::filesystem::path &path, CaseFile::Mode mode);

/// report() of an error in work on a case, with the case's name where it names no other file.
int reportOf(const std::filesystem::path &path, Error error);

/// Runs `work` on the case; its error, or the case's, is reported.
template<typename Work>
int onCase(const std::filesystem::path &path, CaseFile::Mode mode, Work work)
{
    auto file = openCase(path, mode);
    Result<void> done;
    if (file)
        done = work(*file);
    else
        done = tl::unexpected(file.error());
    return done ? kDone : reportOf(path, done.error());
}

/// What report() says of lost output: it is not the case that failed.
inline tl::unexpected<Error> outputLost()
{
    return fail(ErrorCode::Io, "the output could not be written", "standard output");
}

/// Refuses to write over the case, over its evidence, and over what is there unless `force`. Error: Invalid.
Result<void> mayReplace(const CaseFile &file, const std::filesystem::path &path, bool force);

/// `1 alert`, `2 alerts`.
std::string counted(std::uint64_t count, const char *thing);

/// A line to tell an alert by: its id, level, rule, program and destination.
std::string describeAlert(const AlertRow &alert);

} // namespace lolscope::cli
