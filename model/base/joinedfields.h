#pragma once

#include <algorithm>
#include <array>
#include <string_view>

/// What joining gives to an event (FieldSource): the fields of its process start that the record lacks, and
/// the asked name as a further value of kAskedNameField.
namespace lolscope {

constexpr std::string_view kAskedNameField = "DestinationHostname";

/// Fields of a process start that say something of a later event of the process: Sysmon 1 (schemas 1 to 4.90)
/// without what is the start's own (UtcTime, RuleName).
constexpr std::array<std::string_view, 23> kProcessStartFields = {"CommandLine",
                                                                  "Company",
                                                                  "CurrentDirectory",
                                                                  "Description",
                                                                  "FileVersion",
                                                                  "Hash",
                                                                  "HashType",
                                                                  "Hashes",
                                                                  "Image",
                                                                  "IntegrityLevel",
                                                                  "LogonGuid",
                                                                  "LogonId",
                                                                  "OriginalFileName",
                                                                  "ParentCommandLine",
                                                                  "ParentImage",
                                                                  "ParentProcessId",
                                                                  "ParentUser",
                                                                  "ParentProcessGuid",
                                                                  "ProcessGuid",
                                                                  "ProcessId",
                                                                  "Product",
                                                                  "TerminalSessionId",
                                                                  "User"};

constexpr bool isProcessStartField(std::string_view name)
{
    return std::find(kProcessStartFields.begin(), kProcessStartFields.end(), name)
        != kProcessStartFields.end();
}

/// Which values joining may add to an event of a kind.
struct JoinGains
{
    bool processStart = false; ///< kProcessStartFields that it has not.
    bool askedName = false; ///< kAskedNameField, beside what it has.
};

} // namespace lolscope
