#pragma once

#include "tests/support/evtxwriter.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::test {

struct Host
{
    std::string name; ///< Full name, as in Computer.
    std::string address;
    std::uint32_t machineId = 0; ///< First group of its ProcessGuids.
    std::uint32_t sysmonProcessId = 0;
    std::uint64_t firstRecordId = 1; ///< Each host counts its own EventRecordID.
};

/// A program as its version resource describes it.
struct Program
{
    std::string image;
    std::string originalFileName;
    std::string description;
    std::string version = "10.0.19041.3636 (WinBuild.160101.0800)";
    std::string product = "Microsoft® Windows® Operating System";
    std::string company = "Microsoft Corporation";
};

/// One run of a program; what later events say of it.
struct Process
{
    const Host *host = nullptr;
    std::string guid;
    std::uint32_t id = 0;
    std::string image;
    std::string commandLine;
    std::string user;
};

struct Endpoint
{
    std::string address; ///< As Sysmon writes it: IPv6 without `::`.
    std::uint16_t port = 0;
    std::string hostName = "-";
    std::string portName = "-";
};

struct Session
{
    std::string user;
    std::uint64_t logonId = 0x3e7;
    std::uint32_t terminal = 0;
    std::string integrity = "System";
    std::string directory = "C:\\Windows\\system32\\";
};

/// Collects Sysmon events 1, 3, 5 and 22 with the fields of schema 4.90, in the order of their time.
class SysmonLog
{
public:
    /// The start of `program`; `parent` may be a Process that no record started. Hashes are made up from the
    /// version resource, so a renamed copy has those of its original.
    Process start(const Host &host, Timestamp time, std::uint32_t processId, const Program &program,
                  const std::string &commandLine, const Process &parent, const Session &session);
    /// A connection the process opened to `remote`, or accepted from it on `local.port`.
    void connect(const Process &process, Timestamp time, std::uint16_t localPort, const Endpoint &remote,
                 bool initiated = true, std::string_view protocol = "tcp");
    /// `results` as Sysmon writes them; `status` 0 for an answer, 9003 for no such name.
    void query(const Process &process, Timestamp time, const std::string &name, const std::string &results,
               std::uint32_t status = 0);
    void end(const Process &process, Timestamp time);

    /// The records by time; those of equal time in the order they came in.
    std::vector<RecordSpec> records() const;

private:
    RecordSpec &record(const Host &host, Timestamp time, std::uint16_t eventId, std::uint8_t version);

    std::vector<RecordSpec> m_records;
    std::map<std::string, std::uint64_t> m_firstIds; ///< By host name.
};

/// `YYYY-MM-DD hh:mm:ss.mmm`, as UtcTime is written.
std::string sysmonTime(Timestamp time);

} // namespace lolscope::test
