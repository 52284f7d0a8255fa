#pragma once

#include "model/store/eventwriter.h"
#include "model/store/facts.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Small cases for tests, without a file: records in few words, and how they get into a case.
namespace lolscope::samples {

using Values = std::vector<std::pair<std::string, std::string>>;

struct Record
{
    std::uint32_t id = 0;
    std::string time; ///< `hh:mm:ss.mmm` on 2026-10-05; empty for a record without any time.
    Values values;
    std::string provider = std::string(kSysmonProvider);
    std::string host = "HOST-1";
    std::optional<std::uint64_t> recordId = {};
    Values system = {};
};

/// The value of a Result whose error would be the test's own mistake.
template<typename T>
T must(Result<T> result)
{
    if (!result)
        throw std::runtime_error(describe(result.error()));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

inline Values operator+(Values left, const Values &right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

inline std::string guid(const std::string &letter)
{
    return letter.empty() ? std::string() : '{' + letter + '}';
}

inline Record start(const std::string &time, const std::string &guidLetter, int pid, const std::string &image,
                    const Values &more = {})
{
    return {1, time,
            Values{{"ProcessGuid", guid(guidLetter)},
                   {"ProcessId", std::to_string(pid)},
                   {"Image", "C:\\" + image}}
                + more};
}
/// Fields of start() that name the parent.
inline Values childOf(const std::string &guidLetter, int pid, const std::string &image,
                      const std::string &commandLine = {})
{
    return {{"ParentProcessGuid", guid(guidLetter)},
            {"ParentProcessId", std::to_string(pid)},
            {"ParentImage", image.empty() ? image : "C:\\" + image},
            {"ParentCommandLine", commandLine}};
}
inline Record end(const std::string &time, const std::string &guidLetter, int pid, const std::string &image)
{
    return {
        5,
        time,
        {{"ProcessGuid", guid(guidLetter)}, {"ProcessId", std::to_string(pid)}, {"Image", "C:\\" + image}}};
}
inline Record connection(const std::string &time, const std::string &guidLetter, int pid,
                         const std::string &image, const std::string &address,
                         const std::string &sourcePort = "50000")
{
    return {3,
            time,
            {{"ProcessGuid", guid(guidLetter)},
             {"ProcessId", std::to_string(pid)},
             {"Image", "C:\\" + image},
             {"User", "CORP\\anna"},
             {"Protocol", "tcp"},
             {"Initiated", "true"},
             {"SourceIp", "10.1.7.42"},
             {"SourcePort", sourcePort},
             {"DestinationIp", address},
             {"DestinationHostname", "-"},
             {"DestinationPort", "443"}}};
}
inline Record query(const std::string &time, const std::string &guidLetter, int pid, const std::string &image,
                    const std::string &name, const std::string &results)
{
    return {22,
            time,
            {{"ProcessGuid", guid(guidLetter)},
             {"ProcessId", std::to_string(pid)},
             {"QueryName", name},
             {"QueryStatus", "0"},
             {"QueryResults", results},
             {"Image", "C:\\" + image}}};
}
inline Record query3008(const std::string &time, int pid, const std::string &name, const std::string &results)
{
    Record record{3008,
                  time,
                  {{"QueryName", name}, {"QueryStatus", "0"}, {"QueryResults", results}},
                  std::string(kDnsClientProvider)};
    record.system = {{"Execution_ProcessID", std::to_string(pid)}};
    return record;
}
/// Security log: PIDs in hexadecimal, as Windows writes them there.
inline std::string hexPid(int pid)
{
    std::string digits;
    for (unsigned value = static_cast<unsigned>(pid); value != 0; value >>= 4)
        digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
    return "0x" + (digits.empty() ? "0" : digits);
}
inline Record start4688(const std::string &time, int pid, const std::string &image, int parentPid,
                        const std::string &parentImage)
{
    return {4688,
            time,
            {{"NewProcessId", hexPid(pid)},
             {"NewProcessName", "C:\\" + image},
             {"ProcessId", hexPid(parentPid)},
             {"ParentProcessName", "C:\\" + parentImage}},
            std::string(kSecurityProvider)};
}
inline Record end4689(const std::string &time, int pid, const std::string &image)
{
    return {4689,
            time,
            {{"ProcessId", hexPid(pid)}, {"ProcessName", "C:\\" + image}},
            std::string(kSecurityProvider)};
}
inline Record connection5156(const std::string &time, int pid, const std::string &image,
                             const std::string &address, const std::string &sourcePort = "50000")
{
    return {5156,
            time,
            {{"ProcessID", std::to_string(pid)},
             {"Application", "\\device\\harddiskvolume2\\" + image},
             {"Direction", "%%14593"},
             {"SourceAddress", "10.1.7.42"},
             {"SourcePort", sourcePort},
             {"DestAddress", address},
             {"DestPort", "443"},
             {"Protocol", "6"}},
            std::string(kSecurityProvider)};
}

/// Adds `record` to `batch`, as a reader would.
inline void addTo(EventBatch &batch, const Record &record)
{
    Event event;
    event.provider = batch.keep(record.provider);
    event.channel = record.provider == kSysmonProvider ? "Microsoft-Windows-Sysmon/Operational"
        : record.provider == kDnsClientProvider        ? "Microsoft-Windows-DNS-Client/Operational"
                                                       : "Security";
    event.computer = batch.keep(record.host);
    event.eventId = record.id;
    event.recordId = record.recordId;
    std::vector<Field> fields;
    if (!record.time.empty()) {
        event.timeCreated = parseTimestamp("2026-10-05T" + record.time).value();
        fields.push_back({"UtcTime", batch.keep("2026-10-05 " + record.time)});
    }
    for (const auto &[name, value] : record.values)
        fields.push_back({batch.keep(name), batch.keep(value)});
    event.data = batch.keep(std::span<const Field>(fields));
    std::vector<Field> system;
    for (const auto &[name, value] : record.system)
        system.push_back({batch.keep(name), batch.keep(value)});
    event.system = batch.keep(std::span<const Field>(system));
    batch.events.push_back(event);
}

/// Indexes the records as one whole file of evidence.
inline EvidenceRow index(CaseFile &file, const std::string &sha256, const std::vector<Record> &records)
{
    EventWriter writer(file);
    const auto evidence = must(writer.begin("C:\\evidence\\" + sha256 + ".evtx", sha256, records.size()));
    EventBatch batch;
    for (const Record &record : records)
        addTo(batch, record);
    must(writer.add(evidence, batch));
    auto row = must(writer.finish(evidence));
    must(writer.commit());
    return row;
}

} // namespace lolscope::samples
