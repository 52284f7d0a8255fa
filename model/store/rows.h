#pragma once

#include "model/base/event.h"
#include "model/base/timestamp.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lolscope {

/// Row keys of the case file. Enums so that they cannot be mixed with each other.
enum class EvidenceId : std::int64_t {};
enum class EventId : std::int64_t {};
enum class ProcessId : std::int64_t {}; ///< A process row, never a PID.
enum class ConnectionId : std::int64_t {};
enum class DnsQueryId : std::int64_t {};
template<typename Id>
constexpr std::int64_t toInt(Id id) noexcept
{
    return static_cast<std::int64_t>(id);
}

/// One file or live source events came from.
struct EvidenceRow
{
    enum class State {
        Indexing, ///< Begun, not finished: killed or cancelled. Reading it again completes it.
        Done,
        Failed, ///< Nothing could be read; `error` says why.
        Live ///< Followed while it grows: whole up to its bookmark, and without a hash.
    };
    EvidenceId id = EvidenceId{0};
    std::string path; ///< Absolute, as it was when last read; of a live source that is no file its name.
    std::string sha256; ///< Lower-case hex, over the whole file; empty when it could not be read or is live.
    std::uint64_t bytes = 0;
    State state = State::Indexing;
    std::uint64_t records = 0; ///< Records read, of these ...
    std::uint64_t duplicates =
        0; ///< ... already in the case, from other evidence or an earlier record of this one,
    std::uint64_t recovered = 0; ///< ... from slack or damage.
    std::uint64_t lost = 0; ///< Records that are there but could not be read; see damage.
    std::string error;
    std::vector<Damage> damage; ///< At most kMaxDamageRows of them are kept.
    static constexpr std::size_t kMaxDamageRows = 1000;
};

/// Whether something of the evidence itself, not only of leftovers in it, could not be read.
bool isDamaged(const EvidenceRow &row);

/// Where an event was read.
struct Citation
{
    std::string file;
    std::string sha256;
    std::optional<std::uint32_t> chunk;
    std::optional<std::uint64_t> offset;
    std::optional<std::uint64_t> headerRecordId;
    bool recovered = false;
};

/// One event read back from the case, whole. `event` points into `storage`.
struct StoredEvent
{
    EventId id = EventId{0};
    Event event;
    std::vector<Citation> citations;
    std::unique_ptr<EventBatch> storage;
};

/// How sure we are that a process is what its row says.
enum class ProcessSource : std::uint8_t {
    Logged, ///< Its start was logged.
    Derived, ///< Known by its own connections, queries or end; no start in the evidence.
    Ghost ///< Known only by the Parent* fields of a child.
};

/// How a process's parent was found.
enum class ParentLink : std::uint8_t {
    None, ///< The record names no parent.
    Guid, ///< By ProcessGuid: certain.
    PidAndTime, ///< By PID, lifetime and image: PIDs are reused, so less sure.
    Cut ///< Named itself or one of its descendants; the link was cut.
};

/// One run of a program on one host.
struct ProcessRow
{
    ProcessId id = ProcessId{0};
    std::string host;
    std::string guid; ///< Empty without one (Security log, or all zero).
    std::optional<std::uint32_t> pid;
    std::string image;
    std::string commandLine;
    std::string originalFileName;
    std::string user;
    std::string integrityLevel;
    std::string hashes; ///< As Sysmon writes them: `MD5=...,SHA256=...`.
    std::optional<Timestamp> start;
    std::optional<Timestamp> end;
    bool endIsBound = false; ///< `end` is only the next start of the same PID.
    ProcessSource source = ProcessSource::Logged;
    std::optional<EventId> startEvent;
    std::optional<ProcessId> parent;
    ParentLink parentLink = ParentLink::None;
    std::string parentImage;
    std::string parentCommandLine;
    // Counts for the chips of the tree.
    int connections = 0;
    int dnsQueries = 0;
    int children = 0;
    int alerts = 0;
    /// In a chain: ancestors between it and the one below it that the chain leaves out; see kLongestChain.
    std::uint64_t hiddenBelow = 0;

    bool operator==(const ProcessRow &) const = default;
};

enum class NameSource : std::uint8_t { None, Asked, Reverse };

struct ConnectionRow
{
    ConnectionId id = ConnectionId{0};
    EventId event = EventId{0};
    std::optional<ProcessId> process;
    std::optional<std::uint64_t> recordId;
    std::string host;
    std::string image;
    std::string user;
    std::optional<Timestamp> time;
    std::string protocol; ///< `tcp`, `udp`, else as logged.
    std::optional<bool> initiated;
    std::string sourceIp;
    std::string sourcePort;
    std::string destIp; ///< As logged.
    std::string destPort;
    std::string destScope; ///< addressScope(destIp).
    std::string askedName; ///< Of the DNS query linked to it; empty without one.
    bool askedBySameProcess = false;
    std::optional<DnsQueryId> askedQuery;
    std::optional<Timestamp> askedTime;
    std::string reverseName; ///< DestinationHostname, Sysmon's reverse lookup; `-` reads as empty.
    bool fromSecurityLog = false; ///< Event 5156: lower fidelity.

    bool operator==(const ConnectionRow &) const = default;
};

struct DnsQueryRow
{
    DnsQueryId id = DnsQueryId{0};
    EventId event = EventId{0};
    std::optional<ProcessId> process;
    std::optional<std::uint64_t> recordId;
    std::string host;
    std::string image;
    std::optional<Timestamp> time;
    std::string name;
    std::string status; ///< QueryStatus: a Windows error code, 0 is success.
    std::vector<std::string> answers; ///< Addresses and names, in record order.

    bool operator==(const DnsQueryRow &) const = default;
};

/// What an event table shows of an event.
struct EventRow
{
    EventId id = EventId{0};
    std::optional<Timestamp> time;
    std::string host;
    std::string provider;
    std::string channel;
    std::uint32_t eventId = 0;
    std::string image; ///< Of the process it is about; may be empty.
    std::string details; ///< One line, from the fields.
};

enum class Status : std::uint8_t { Open, Decided, Allowed };
enum class Verdict : std::uint8_t { None, Benign, Suspicious, Malicious };
std::string_view statusName(Status status); ///< `open`, `decided`, `allowed`
std::string_view verdictName(Verdict verdict); ///< `none`, `benign`, `suspicious`, `malicious`
std::optional<Status> statusByName(std::string_view name);
std::optional<Verdict> verdictByName(std::string_view name);
std::string_view processSourceName(ProcessSource source); ///< `logged`, `derived`, `ghost`
std::optional<ProcessSource> processSourceByName(std::string_view name);
std::string_view parentLinkName(ParentLink link); ///< `none`, `guid`, `pid and time`, `cut`
std::optional<ParentLink> parentLinkByName(std::string_view name);
std::string_view nameSourceName(NameSource source); ///< `none`, `asked`, `reverse`
std::optional<NameSource> nameSourceByName(std::string_view name);
std::string_view levelName(int level); ///< Of a rule: 0 `informational` ... 4 `critical`; clamped.

/// The source of the rules that come with the program begins so; those of files are paths.
constexpr const char *kBundledRuleSource = "bundled:";

/// What an analyst triages: detections of one rule on one process and one destination.
struct AlertRow
{
    std::string id; ///< 32 hex digits, a stable hash of rule, process and destination.
    Status status = Status::Open;
    Verdict verdict = Verdict::None;
    std::string note;
    std::string allowlistId; ///< The item that allows it; empty without.
    int level = 0; ///< 0 informational ... 4 critical.
    std::string ruleId;
    std::string ruleTitle;
    std::string ruleAuthor;
    bool bundledRule = false; ///< Of the LOLBin pack that comes with the program.
    std::string shape; ///< Kinds of events behind it: `3`, `1+3`, `1+22`, `1+3+22`, `5156`, `4688+5156`, ...
    std::optional<Timestamp> firstSeen;
    std::optional<Timestamp> lastSeen;
    std::uint64_t hits = 0;
    std::string host;
    std::string user;
    std::optional<ProcessId> process;
    std::string image;
    std::string destName; ///< Asked name, else the reverse name; for a DNS alert the name asked for.
    NameSource destNameSource = NameSource::None;
    std::string destIp; ///< Of the first hit; of an accepted connection the peer's. Empty for a DNS alert.
    std::string destPort; ///< Of an accepted connection the port the peer came to.
    std::string protocol;
    std::string destScope;
    std::optional<bool> initiated; ///< Empty for a DNS alert.

    bool operator==(const AlertRow &) const = default;
};

/// One hit of an alert: a rule matched an event, or the event contributes to a correlation.
struct DetectionRow
{
    EventId event = EventId{0};
    std::optional<Timestamp> time;
    std::optional<ConnectionId> connection;
    std::optional<DnsQueryId> dnsQuery;
    struct Matched
    {
        std::string field;
        std::string value;
        std::string test;
        FieldSource source = FieldSource::Event;
    };
    std::vector<Matched> matched;
};

} // namespace lolscope
