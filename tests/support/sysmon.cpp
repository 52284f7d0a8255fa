#include "tests/support/sysmon.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace lolscope::test {
namespace {

/// Digits that look like a hash and depend on `text` only.
std::string fakeHash(std::string_view text, std::size_t digits)
{
    std::string result;
    std::uint64_t state = 0xcbf29ce484222325 + digits;
    for (const char c : text)
        state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    while (result.size() < digits) {
        state = state * 6364136223846793005 + 1442695040888963407;
        result.push_back("0123456789ABCDEF"[state >> 60]);
    }
    return result;
}

std::string hashes(const Program &program)
{
    const std::string seed = program.originalFileName + program.version;
    return "MD5=" + fakeHash(seed, 32) + ",SHA256=" + fakeHash(seed, 64)
        + ",IMPHASH=" + fakeHash(program.originalFileName, 31) + "0";
}

/// Sysmon builds it from the machine, the start in seconds since 1970 and a token that is unique there.
std::string processGuid(const Host &host, Timestamp start, std::uint64_t token)
{
    const auto seconds = static_cast<std::uint32_t>(
        std::chrono::floor<std::chrono::seconds>(start).time_since_epoch().count());
    std::array<char, 40> text = {};
    std::snprintf(text.data(), text.size(), "{%08X-%04X-%04X-%04X-%012llX}", host.machineId,
                  seconds & 0xffffU, seconds >> 16, static_cast<unsigned>(token & 0xffff),
                  static_cast<unsigned long long>(token >> 16));
    return text.data();
}

std::string hexadecimal(std::uint64_t value)
{
    std::array<char, 20> text = {};
    std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value));
    return text.data();
}

std::string boolean(bool value)
{
    return value ? "true" : "false";
}

bool isIpv6(const std::string &address)
{
    return address.find(':') != std::string::npos;
}

} // namespace

std::string sysmonTime(Timestamp time)
{
    std::string text = formatTimestamp(std::chrono::floor<std::chrono::milliseconds>(time));
    text[10] = ' ';
    return text.substr(0, 23);
}

RecordSpec &SysmonLog::record(const Host &host, Timestamp time, std::uint16_t eventId, std::uint8_t version)
{
    m_firstIds.emplace(host.name, host.firstRecordId);
    RecordSpec &record = m_records.emplace_back();
    record.computer = host.name;
    record.eventId = eventId;
    record.version = version;
    record.task = eventId;
    // Sysmon logs a moment after the event happened; the amount differs, but not from run to run.
    record.time = time + std::chrono::microseconds(1200 + 37 * (m_records.size() % 53));
    record.written = record.time + std::chrono::microseconds(400);
    record.processId = host.sysmonProcessId;
    record.threadId = host.sysmonProcessId + 1180;
    record.data = {{"RuleName", "-"}, {"UtcTime", sysmonTime(time)}};
    return record;
}

Process SysmonLog::start(const Host &host, Timestamp time, std::uint32_t processId, const Program &program,
                         const std::string &commandLine, const Process &parent, const Session &session)
{
    using enum ValueType;
    const std::uint64_t token = 0x0010'0000'0000'0000 | (std::uint64_t{processId} << 24) | 0x0a00;
    const Process process{&host,       processGuid(host, time, token), processId, program.image, commandLine,
                          session.user};
    // The logon's GUID has the same shape, with the logon id as its token; one time for all of a session.
    const std::string logonGuid =
        processGuid(host, parseTimestamp("2026-10-05T05:30:00Z").value(), session.logonId << 16);
    auto &data = record(host, time, 1, 5).data;
    data.insert(data.end(),
                {{"ProcessGuid", process.guid, Guid},
                 {"ProcessId", std::to_string(processId), UInt32},
                 {"Image", program.image},
                 {"FileVersion", program.version},
                 {"Description", program.description},
                 {"Product", program.product},
                 {"Company", program.company},
                 {"OriginalFileName", program.originalFileName},
                 {"CommandLine", commandLine},
                 {"CurrentDirectory", session.directory},
                 {"User", session.user},
                 {"LogonGuid", logonGuid, Guid},
                 {"LogonId", hexadecimal(session.logonId), HexInt64},
                 {"TerminalSessionId", std::to_string(session.terminal), UInt32},
                 {"IntegrityLevel", session.integrity},
                 {"Hashes", hashes(program)},
                 {"ParentProcessGuid", parent.guid, Guid},
                 {"ParentProcessId", std::to_string(parent.id), UInt32},
                 {"ParentImage", parent.image},
                 {"ParentCommandLine", parent.commandLine},
                 {"ParentUser", parent.user}});
    return process;
}

void SysmonLog::connect(const Process &process, Timestamp time, std::uint16_t localPort,
                        const Endpoint &remote, bool initiated, std::string_view protocol)
{
    using enum ValueType;
    // Source is who opened the connection, whichever host logs it.
    const bool v6 = isIpv6(remote.address);
    const Endpoint local{v6 ? "2001:db8:0:42:0:0:0:2a" : process.host->address, localPort,
                         process.host->name};
    const Endpoint &source = initiated ? local : remote;
    const Endpoint &destination = initiated ? remote : local;
    auto &data = record(*process.host, time, 3, 5).data;
    data.insert(data.end(),
                {{"ProcessGuid", process.guid, Guid},
                 {"ProcessId", std::to_string(process.id), UInt32},
                 {"Image", process.image},
                 {"User", process.user},
                 {"Protocol", std::string(protocol)},
                 {"Initiated", boolean(initiated), Boolean},
                 {"SourceIsIpv6", boolean(v6), Boolean},
                 {"SourceIp", source.address},
                 {"SourceHostname", source.hostName},
                 {"SourcePort", std::to_string(source.port), UInt16},
                 {"SourcePortName", source.portName},
                 {"DestinationIsIpv6", boolean(v6), Boolean},
                 {"DestinationIp", destination.address},
                 {"DestinationHostname", destination.hostName},
                 {"DestinationPort", std::to_string(destination.port), UInt16},
                 {"DestinationPortName", destination.portName}});
}

void SysmonLog::query(const Process &process, Timestamp time, const std::string &name,
                      const std::string &results, std::uint32_t status)
{
    using enum ValueType;
    auto &data = record(*process.host, time, 22, 5).data;
    data.insert(data.end(),
                {{"ProcessGuid", process.guid, Guid},
                 {"ProcessId", std::to_string(process.id), UInt32},
                 {"QueryName", name},
                 {"QueryStatus", std::to_string(status)},
                 {"QueryResults", results},
                 {"Image", process.image},
                 {"User", process.user}});
}

void SysmonLog::end(const Process &process, Timestamp time)
{
    using enum ValueType;
    auto &data = record(*process.host, time, 5, 3).data;
    data.insert(data.end(),
                {{"ProcessGuid", process.guid, Guid},
                 {"ProcessId", std::to_string(process.id), UInt32},
                 {"Image", process.image},
                 {"User", process.user}});
}

std::vector<RecordSpec> SysmonLog::records() const
{
    std::vector<RecordSpec> sorted = m_records;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const RecordSpec &a, const RecordSpec &b) { return a.time < b.time; });
    auto next = m_firstIds;
    for (RecordSpec &record : sorted)
        record.recordId = next[record.computer]++;
    return sorted;
}

} // namespace lolscope::test
