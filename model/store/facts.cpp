#include "model/store/facts.h"

#include "model/base/ipaddress.h"
#include "model/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lolscope {

namespace {

std::string textOf(const Event &event, std::string_view name)
{
    const auto value = fieldOf(event, name).value_or(std::string_view());
    return value == "-" ? std::string() : std::string(value);
}

/// Decimal, or hexadecimal with 0x as the Security log writes PIDs.
std::optional<std::uint32_t> pidOf(std::string_view text)
{
    const bool hex = text.substr(0, 2) == "0x";
    if (hex)
        text.remove_prefix(2);
    std::uint32_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    return status == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                      : std::nullopt;
}

std::optional<std::uint32_t> pidOf(const Event &event, std::string_view name)
{
    return pidOf(fieldOf(event, name).value_or(std::string_view()));
}

/// None, or all zero.
bool isNoGuid(std::string_view text)
{
    return text.find_first_not_of("{}0-") == std::string_view::npos;
}

std::string guidOf(const Event &event, std::string_view name)
{
    std::string guid = textOf(event, name);
    if (isNoGuid(guid))
        return {};
    std::transform(guid.begin(), guid.end(), guid.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return guid;
}

/// DOMAIN\user of a Security event; the domain may be missing.
std::string accountOf(const Event &event, std::string_view domainField, std::string_view userField)
{
    const std::string domain = textOf(event, domainField);
    const std::string user = textOf(event, userField);
    return domain.empty() || user.empty() ? user : domain + '\\' + user;
}

/// Who a 4688 process runs as: the target where there is one, else the creator.
std::string userOf4688(const Event &event)
{
    const std::string target = accountOf(event, "TargetDomainName", "TargetUserName");
    return target.empty() ? accountOf(event, "SubjectDomainName", "SubjectUserName") : target;
}

/// Mandatory label SIDs ([MS-DTYP] 2.4.2.4, S-1-16-*) by the names Sysmon uses.
std::string integrityOf(const std::string &label)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kLabels = {
        {{"S-1-16-4096", "Low"},
         {"S-1-16-8192", "Medium"},
         {"S-1-16-8448", "Medium"},
         {"S-1-16-12288", "High"},
         {"S-1-16-16384", "System"}}};
    for (const auto &[sid, name] : kLabels)
        if (label == sid)
            return std::string(name);
    return label;
}

/// Protocol numbers of 5156 (IANA "Protocol Numbers") by the names Sysmon uses.
std::string protocolOf(const std::string &number)
{
    if (number == "6")
        return "tcp";
    if (number == "17")
        return "udp";
    return number == "1" ? "icmp" : number;
}

/// 5156 Direction: message-table codes of adtschema.dll.
std::optional<bool> initiatedOf5156(const std::string &direction)
{
    if (direction == "%%14593")
        return true;
    return direction == "%%14592" ? std::optional(false) : std::nullopt;
}

ProcessStartFact sysmonStart(const Event &event)
{
    ProcessStartFact fact;
    fact.guid = guidOf(event, "ProcessGuid");
    fact.pid = pidOf(event, "ProcessId");
    fact.image = textOf(event, "Image");
    fact.commandLine = textOf(event, "CommandLine");
    fact.originalFileName = textOf(event, "OriginalFileName");
    fact.user = textOf(event, "User");
    fact.integrityLevel = textOf(event, "IntegrityLevel");
    fact.hashes = textOf(event, "Hashes");
    fact.parentGuid = guidOf(event, "ParentProcessGuid");
    fact.parentPid = pidOf(event, "ParentProcessId");
    fact.parentImage = textOf(event, "ParentImage");
    fact.parentCommandLine = textOf(event, "ParentCommandLine");
    return fact;
}

ProcessStartFact securityStart(const Event &event)
{
    ProcessStartFact fact;
    fact.fromSecurity = true;
    fact.pid = pidOf(event, "NewProcessId");
    fact.image = textOf(event, "NewProcessName");
    fact.commandLine = textOf(event, "CommandLine");
    fact.user = userOf4688(event);
    fact.integrityLevel = integrityOf(textOf(event, "MandatoryLabel"));
    fact.parentPid = pidOf(event, "ProcessId");
    fact.parentImage = textOf(event, "ParentProcessName");
    return fact;
}

ConnectionFact sysmonConnection(const Event &event)
{
    ConnectionFact fact;
    fact.guid = guidOf(event, "ProcessGuid");
    fact.pid = pidOf(event, "ProcessId");
    fact.image = textOf(event, "Image");
    fact.user = textOf(event, "User");
    fact.protocol = foldCase(textOf(event, "Protocol"));
    const std::string initiated = foldCase(textOf(event, "Initiated")); // irregular forms occur in real logs
    if (initiated == "true" || initiated == "1")
        fact.initiated = true;
    else if (initiated == "false" || initiated == "0")
        fact.initiated = false;
    fact.sourceIp = textOf(event, "SourceIp");
    fact.sourcePort = textOf(event, "SourcePort");
    fact.destIp = textOf(event, "DestinationIp");
    fact.destPort = textOf(event, "DestinationPort");
    fact.destHostname = textOf(event, "DestinationHostname");
    return fact;
}

ConnectionFact securityConnection(const Event &event)
{
    ConnectionFact fact;
    fact.fromSecurity = true;
    fact.pid = pidOf(event, "ProcessID");
    fact.image = textOf(event, "Application");
    fact.protocol = protocolOf(textOf(event, "Protocol"));
    fact.initiated = initiatedOf5156(textOf(event, "Direction"));
    fact.sourceIp = textOf(event, "SourceAddress");
    fact.sourcePort = textOf(event, "SourcePort");
    fact.destIp = textOf(event, "DestAddress");
    fact.destPort = textOf(event, "DestPort");
    return fact;
}

void skip(std::string_view &text, std::string_view characters)
{
    text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
}

/// QueryResults: entries ended by `;`, an address or `type:  5 name` (a CNAME); `-` for none.
std::vector<std::string> answersOf(std::string_view results)
{
    std::vector<std::string> answers;
    while (!results.empty()) {
        auto entry = results.substr(0, results.find(';'));
        results.remove_prefix(std::min(results.size(), entry.size() + 1));
        skip(entry, " ");
        if (entry.substr(0, 5) == "type:") {
            entry.remove_prefix(5);
            for (const char *part : {" ", "0123456789", " "}) // the name may begin with a digit too
                skip(entry, part);
        }
        entry = entry.substr(0, entry.find_last_not_of(' ') + 1);
        if (!entry.empty() && entry != "-")
            answers.emplace_back(entry);
    }
    return answers;
}

DnsFact sysmonDns(const Event &event)
{
    DnsFact fact;
    fact.guid = guidOf(event, "ProcessGuid");
    fact.pid = pidOf(event, "ProcessId");
    fact.image = textOf(event, "Image");
    fact.user = textOf(event, "User");
    fact.name = textOf(event, "QueryName");
    fact.status = textOf(event, "QueryStatus");
    fact.answers = answersOf(fieldOf(event, "QueryResults").value_or(std::string_view()));
    return fact;
}

/// A completed query. The resolver library writes it in the process that asks, so the record's Execution is
/// that process; 3009 to 3020 are written by the DNS service and name no one.
/// https://github.com/OTRF/OSSEM (Microsoft-Windows-DNS-Client, event 3008) has its fields.
DnsFact dnsClientQuery(const Event &event)
{
    DnsFact fact;
    const auto pid = std::find_if(event.system.begin(), event.system.end(),
                                  [](const Field &field) { return field.name == "Execution_ProcessID"; });
    if (pid != event.system.end())
        fact.pid = pidOf(pid->value);
    fact.name = textOf(event, "QueryName");
    if (fact.name.size() > 1 && fact.name.ends_with('.')) // the DNS root, which names are compared without
        fact.name.pop_back();
    fact.status = textOf(event, "QueryStatus");
    fact.answers = answersOf(fieldOf(event, "QueryResults").value_or(std::string_view()));
    return fact;
}

} // namespace

Fact factOf(const Event &event)
{
    if (isSysmon(event.provider)) {
        switch (event.eventId) {
        case 1:
            return sysmonStart(event);
        case 3:
            return sysmonConnection(event);
        case 5:
            return ProcessEndFact{guidOf(event, "ProcessGuid"), pidOf(event, "ProcessId"),
                                  textOf(event, "Image")};
        case 22:
            return sysmonDns(event);
        default:
            return {};
        }
    }
    if (event.provider == kSecurityProvider) {
        switch (event.eventId) {
        case 4688:
            return securityStart(event);
        case 4689:
            return ProcessEndFact{{}, pidOf(event, "ProcessId"), textOf(event, "ProcessName")};
        case 5156:
            return securityConnection(event);
        default:
            return {};
        }
    }
    if (event.provider == kDnsClientProvider && event.eventId == 3008)
        return dnsClientQuery(event);
    return {};
}

bool hasFact(const Event &event)
{
    switch (event.eventId) {
    case 1:
    case 3:
    case 5:
    case 22:
        return isSysmon(event.provider);
    case 3008:
        return event.provider == kDnsClientProvider;
    case 4688:
    case 4689:
    case 5156:
        return event.provider == kSecurityProvider;
    default:
        return false;
    }
}

JoinGains joinGains(const Event &event)
{
    if (!hasFact(event)) // its process is known by its GUID
        return {fieldOf(event, "ProcessGuid").has_value(), false};
    if (event.eventId == 1 || event.eventId == 4688) // a start is whole
        return {};
    return {true, event.eventId == 3 || event.eventId == 5156};
}

std::vector<Field> sysmonStartFields(const Event &event, EventBatch &batch)
{
    const Fact fact = factOf(event);
    const auto *start = std::get_if<ProcessStartFact>(&fact);
    if (!start || !start->fromSecurity)
        return {};
    std::vector<Field> fields;
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty())
            fields.push_back({name, batch.keep(value)});
    };
    add("Image", start->image);
    add("CommandLine", start->commandLine);
    add("User", start->user);
    add("IntegrityLevel", start->integrityLevel);
    add("LogonId", fieldOf(event, "SubjectLogonId").value_or(std::string_view()));
    add("ParentImage", start->parentImage);
    add("ParentProcessId", start->parentPid ? std::to_string(*start->parentPid) : std::string());
    return fields;
}

std::string_view processGuid(const Event &event, Arena &texts)
{
    for (const std::string_view name : {"ProcessGuid", "SourceProcessGuid", "SourceProcessGUID"}) {
        const auto value = fieldOf(event, name).value_or(std::string_view());
        if (isNoGuid(value))
            continue;
        const bool isUpper =
            std::none_of(value.begin(), value.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        return isUpper ? value : texts.keep(guidOf(event, name));
    }
    return {};
}

std::string addressText(std::string_view text)
{
    const auto address = IpAddress::parse(text);
    return address ? address->unmapped().text() : std::string();
}

} // namespace lolscope
