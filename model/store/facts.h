#pragma once

#include "model/base/arena.h"
#include "model/base/event.h"
#include "model/base/joinedfields.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lolscope {

constexpr std::string_view kSysmonProvider = "Microsoft-Windows-Sysmon";
constexpr std::string_view kLinuxSysmonProvider = "Linux-Sysmon"; ///< Writes some of Sysmon's events.
constexpr std::string_view kDnsClientProvider = "Microsoft-Windows-DNS-Client";
constexpr std::string_view kSecurityProvider = "Microsoft-Windows-Security-Auditing";

/// Sysmon of Windows or of Linux: their events of one id have the same fields.
constexpr bool isSysmon(std::string_view provider)
{
    return provider == kSysmonProvider || provider == kLinuxSysmonProvider;
}

/// What single events say of processes, connections and DNS queries, before anything is linked.
/// Sources: Sysmon 1, 3, 5, 22 (Sysmon schema 4.x, by field name; Sysmon for Linux too); Security 4688, 4689,
/// 5156 and DNS-Client 3008 as fall-backs of lower fidelity. `-` and an all-zero GUID read as empty. GUIDs
/// are upper case.
struct ProcessStartFact
{
    bool fromSecurity = false;
    std::string guid;
    std::optional<std::uint32_t> pid;
    std::string image, commandLine, originalFileName, user, integrityLevel, hashes;
    std::string parentGuid;
    std::optional<std::uint32_t> parentPid;
    std::string parentImage, parentCommandLine;
};
struct ProcessEndFact
{
    std::string guid;
    std::optional<std::uint32_t> pid;
    std::string image;
};
struct ConnectionFact
{
    bool fromSecurity = false;
    std::string guid;
    std::optional<std::uint32_t> pid;
    std::string image, user, protocol;
    std::optional<bool> initiated;
    std::string sourceIp, sourcePort, destIp, destPort, destHostname;
};
struct DnsFact
{
    std::string guid;
    std::optional<std::uint32_t> pid;
    std::string image, user, name, status;
    std::vector<std::string> answers; ///< As listed, `type:  5 ` taken off.
};
using Fact = std::variant<std::monostate, ProcessStartFact, ProcessEndFact, ConnectionFact, DnsFact>;

Fact factOf(const Event &event);
/// Whether factOf() gives one.
bool hasFact(const Event &event);

/// What joining (see forEachEvent()) may add to such an event.
JoinGains joinGains(const Event &event);

/// Sysmon's field names for what a 4688 start says, so that it can stand in for a Sysmon start in a join;
/// empty for other events. The views point into `batch`.
std::vector<Field> sysmonStartFields(const Event &event, EventBatch &batch);

/// The ProcessGuid of the process any event is about (of the source where it names two), upper case; empty
/// without one. It points into the event, or into `texts` where that has it otherwise.
std::string_view processGuid(const Event &event, Arena &texts);

/// `text` as an address in one form (v4-mapped as IPv4); empty when it is none.
std::string addressText(std::string_view text);

} // namespace lolscope
