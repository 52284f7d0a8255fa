#include "tests/support/sigmareference/logsource.h"

#include <algorithm>
#include <sstream>

namespace lolscope::test {

namespace {

/// One line a source: category; log; event ids; renames `rule's=record's`; `field:value,value` is a
/// condition.
constexpr const char *kCategories = R"(
process_creation          sysmon   1
process_creation          security 4688 Image=NewProcessName ParentImage=ParentProcessName ProcessId=NewProcessId ParentProcessId=ProcessId LogonId=SubjectLogonId IntegrityLevel=MandatoryLabel
process_creation          linux    1
network_connection        linux    3
sysmon_status             linux    4,16
process_termination       linux    5
raw_access_thread         linux    9
file_event                linux    11
file_delete               linux    23
sysmon_error              linux    255
file_change               sysmon   2
network_connection        sysmon   3
network_connection        security 5156 Image=Application Initiated=Direction SourceIp=SourceAddress DestinationIp=DestAddress DestinationPort=DestPort ProcessId=ProcessID Protocol=Protocol
sysmon_status             sysmon   4,16
process_termination       sysmon   5
process_termination       security 4689 Image=ProcessName
driver_load               sysmon   6
image_load                sysmon   7
create_remote_thread      sysmon   8
raw_access_thread         sysmon   9
process_access            sysmon   10
file_event                sysmon   11
registry_add              sysmon   12 EventType:CreateKey
registry_add              security 4657 EventType:%%1904 Image=ProcessName User=SubjectUserName Details=NewValue EventType=OperationType TargetObject=ObjectName+ObjectValueName
registry_delete           sysmon   12 EventType:DeleteKey,DeleteValue
registry_delete           security 4657 EventType:%%1906 Image=ProcessName User=SubjectUserName Details=NewValue EventType=OperationType TargetObject=ObjectName+ObjectValueName
registry_set              sysmon   13
registry_set              security 4657 EventType:%%1905 Image=ProcessName User=SubjectUserName Details=NewValue EventType=OperationType TargetObject=ObjectName+ObjectValueName
registry_rename           sysmon   14
registry_event            sysmon   12,13,14
registry_event            security 4657 EventType:%%1904,%%1905,%%1906 Image=ProcessName User=SubjectUserName Details=NewValue EventType=OperationType TargetObject=ObjectName+ObjectValueName
create_stream_hash        sysmon   15
pipe_created              sysmon   17,18
wmi_event                 sysmon   19,20,21
wmi_event                 wmi      5861 Destination=PossibleCause
dns_query                 sysmon   22
dns_query                 dnsclient 3008 ProcessId=System/Execution_ProcessID
file_delete               sysmon   23
clipboard_capture         sysmon   24
process_tampering         sysmon   25
file_delete_detected      sysmon   26
file_block_executable     sysmon   27
file_block_shredding      sysmon   28
file_executable_detected  sysmon   29
sysmon_error              sysmon   255
ps_module                 powershell 4103
ps_script                 powershell 4104
ps_classic_start          oldpowershell 400
ps_classic_provider_start oldpowershell 600
ps_classic_script         oldpowershell 800
antivirus                 defender 1006,1007,1008,1009,1010,1011,1012,1017,1018,1019,1115,1116 Signature=ThreatName Filename=Path
)";

/// Logs the categories name: providers `;` channels.
const std::map<std::string, std::pair<std::vector<std::string>, std::vector<std::string>>> kLogs = {
    {"sysmon", {{"Microsoft-Windows-Sysmon"}, {"Microsoft-Windows-Sysmon/Operational"}}},
    {"linux", {{"Linux-Sysmon"}, {"Linux-Sysmon/Operational"}}},
    {"security", {{"Microsoft-Windows-Security-Auditing"}, {"Security"}}},
    {"dnsclient",
     {{"Microsoft-Windows-DNS-Client"},
      {"Microsoft-Windows-DNS-Client/Operational", "Microsoft-Windows-DNS Client Events/Operational"}}},
    {"wmi", {{"Microsoft-Windows-WMI-Activity"}, {"Microsoft-Windows-WMI-Activity/Operational"}}},
    {"powershell",
     {{"Microsoft-Windows-PowerShell", "PowerShellCore"},
      {"Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"}}},
    {"oldpowershell", {{"PowerShell"}, {"Windows PowerShell"}}},
    {"defender",
     {{"Microsoft-Windows-Windows Defender"}, {"Microsoft-Windows-Windows Defender/Operational"}}},
};

/// The only service of Linux: provider, channel.
const std::vector<std::string> kLinuxSysmon = {"Linux-Sysmon", "Linux-Sysmon/Operational"};

/// One line a service of Windows: name | provider, for forwarded records | channels. `~` before a channel or
/// as a provider stands for `Microsoft-Windows-`.
constexpr const char *kServices = R"(
application||Application
security|~Security-Auditing|Security
system||System
ntlm|~NTLM|~NTLM/Operational
sysmon|~Sysmon|~Sysmon/Operational
powershell||~PowerShell/Operational|PowerShellCore/Operational
powershell-classic|PowerShell|Windows PowerShell
taskscheduler|~TaskScheduler|~TaskScheduler/Operational
wmi|~WMI-Activity|~WMI-Activity/Operational
dhcp|~DHCP-Server|~DHCP-Server/Operational
printservice-admin|~PrintService|~PrintService/Admin
printservice-operational|~PrintService|~PrintService/Operational
smbclient-security|~SMBClient|~SmbClient/Security
smbclient-connectivity|~SMBClient|~SmbClient/Connectivity
smbserver-connectivity||~SMBServer/Connectivity
terminalservices-localsessionmanager|~TerminalServices-LocalSessionManager|~TerminalServices-LocalSessionManager/Operational
codeintegrity-operational|~CodeIntegrity|~CodeIntegrity/Operational
applocker|~AppLocker|~AppLocker/MSI and Script|~AppLocker/EXE and DLL|~AppLocker/Packaged app-Deployment|~AppLocker/Packaged app-Execution
msexchange-management|MSExchange CmdletLogs|MSExchange Management
windefend|~Windows Defender|~Windows Defender/Operational
firewall-as|~Windows Firewall With Advanced Security|~Windows Firewall With Advanced Security/Firewall
bits-client|~Bits-Client|~Bits-Client/Operational
security-mitigations|~Security-Mitigations|~Security-Mitigations/Kernel Mode|~Security-Mitigations/User Mode|~Security-Mitigations/KernelMode|~Security-Mitigations/UserMode
diagnosis-scripted|~Diagnosis-Scripted|~Diagnosis-Scripted/Operational
shell-core|~Shell-Core|~Shell-Core/Operational
openssh|OpenSSH|OpenSSH/Operational
ldap|~LDAP-Client|~LDAP-Client/Debug
ldap_debug|~LDAP-Client|~LDAP-Client/Debug
bitlocker||~BitLocker/BitLocker Management
vhdmp||~VHDMP/Operational
appxdeployment-server|~AppXDeployment-Server|~AppXDeploymentServer/Operational
lsa-server|LsaSrv|~LSA/Operational
appxpackaging-om|~AppxPackagingOM|~AppxPackaging/Operational
dns-client|~DNS-Client|~DNS Client Events/Operational|~DNS-Client/Operational
appmodel-runtime|~AppModel-Runtime|~AppModel-Runtime/Admin
capi2|~CAPI2|~CAPI2/Operational
certificateservicesclient-lifecycle-system|~CertificateServicesClient-Lifecycle-System|~CertificateServicesClient-Lifecycle-System/Operational
kernel-shimengine|~Kernel-ShimEngine|~Kernel-ShimEngine/Operational|~Kernel-ShimEngine/Diagnostic
application-experience|~Application-Experience|~Application-Experience/Program-Telemetry|~Application-Experience/Program-Compatibility-Assistant
ntfs|~Ntfs|~Ntfs/Operational
hyper-v-worker|~Hyper-V-Worker|~Hyper-V-Worker|~Hyper-V-Worker-Admin|~Hyper-V-Worker-Operational
kernel-event-tracing||~Kernel-EventTracing|~Kernel-EventTracing/Admin|~Kernel-EventTracing/Analytic
sense||~SENSE/Operational
servicebus-client||Microsoft-ServiceBus-Client/Admin|Microsoft-ServiceBus-Client/Operational
microsoft-servicebus-client||Microsoft-ServiceBus-Client|Microsoft-ServiceBus-Client/Operational|Microsoft-ServiceBus-Client/Admin
iis-configuration||Microsoft-IIS-Configuration/Operational
dns-server|~DNS-Server-Service|DNS Server
dns-server-audit||~DNS-Server/Audit|~DNSServer/Audit
dns-server-analytic||~DNS-Server/Analytical|~DNSServer/Analytical
driver-framework|~DriverFrameworks-UserMode|~DriverFrameworks-UserMode/Operational
)";

std::vector<std::string> split(const std::string &text, char separator)
{
    std::vector<std::string> parts(1);
    for (const char c : text)
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

bool isAmong(std::string_view name, const std::vector<std::string> &names)
{
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string &one) { return asciiLower(one) == asciiLower(name); });
}

ReferenceSource sourceOf(std::istream &words, const std::string &log)
{
    ReferenceSource source;
    source.isCategory = true;
    source.providers = kLogs.at(log).first;
    source.channels = kLogs.at(log).second;
    std::string word;
    words >> word;
    for (const auto &id : split(word, ','))
        source.eventIds.push_back(static_cast<std::uint32_t>(std::stoul(id)));
    while (words >> word) {
        if (const auto equals = word.find('='); equals != std::string::npos) {
            source.renames[word.substr(0, equals)] = word.substr(equals + 1);
        } else {
            const auto colon = word.find(':');
            source.conditionField = word.substr(0, colon);
            source.conditionValues = split(word.substr(colon + 1), ',');
        }
    }
    return source;
}

/// The provider (one, maybe empty) and channels of a service; empty for an unknown one.
std::vector<std::string> serviceOf(const std::string &service)
{
    std::istringstream lines(kServices);
    for (std::string line; std::getline(lines, line);) {
        auto parts = split(line, '|');
        if (line.empty() || parts[0] != asciiLower(service))
            continue;
        for (auto &part : parts)
            if (part.starts_with('~'))
                part = "Microsoft-Windows-" + part.substr(1);
        return {parts.begin() + 1, parts.end()};
    }
    return {};
}

} // namespace

std::string asciiLower(std::string_view text)
{
    std::string lower(text);
    for (char &c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return lower;
}

bool ReferenceSource::takes(const Event &event) const
{
    if (!eventIds.empty() && std::find(eventIds.begin(), eventIds.end(), event.eventId) == eventIds.end())
        return false;
    if (!system.empty()) {
        const bool isLinux = event.provider.empty()
            ? asciiLower(event.channel) == asciiLower(kLinuxSysmon[1])
            : asciiLower(event.provider) == asciiLower(kLinuxSysmon[0]);
        if (isLinux != (system == "linux"))
            return false;
    }
    const bool forwarded = event.channel.empty() || asciiLower(event.channel) == "forwardedevents";
    if (!serviceChannels.empty() && !forwarded && !isAmong(event.channel, serviceChannels))
        return false;
    if (isCategory)
        return event.provider.empty() ? isAmong(event.channel, channels) : isAmong(event.provider, providers);
    return channels.empty() || isAmong(event.channel, channels)
        || (forwarded && isAmong(event.provider, providers));
}

namespace {

std::vector<ReferenceSource> sourcesOn(bool isLinux, const std::string &category, const std::string &service)
{
    auto known = service.empty() ? std::vector<std::string>() : serviceOf(service);
    if (isLinux && !service.empty())
        known = asciiLower(service) == "sysmon" ? kLinuxSysmon : std::vector<std::string>();
    if (!service.empty() && known.empty())
        return {};
    const std::vector<std::string> channels(known.empty() ? known.end() : known.begin() + 1, known.end());
    std::vector<ReferenceSource> sources;
    if (category.empty()) {
        auto &source = sources.emplace_back();
        source.channels = channels;
        if (!known.empty() && !known[0].empty())
            source.providers = {known[0]};
        if (service.empty())
            source.system = isLinux ? "linux" : "windows";
        return sources;
    }
    std::istringstream lines(kCategories);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        std::string log;
        words >> name >> log;
        if (name.empty() || name != asciiLower(category) || (log == "linux") != isLinux)
            continue;
        auto source = sourceOf(words, log);
        source.serviceChannels = channels;
        const bool meets = std::any_of(source.channels.begin(), source.channels.end(),
                                       [&](const auto &channel) { return isAmong(channel, channels); });
        if (channels.empty() || meets)
            sources.push_back(std::move(source));
    }
    return sources;
}

} // namespace

std::vector<ReferenceSource> referenceSources(const std::string &category, const std::string &product,
                                              const std::string &service, std::string &refused)
{
    std::vector<ReferenceSource> sources;
    for (const bool isLinux : {false, true})
        if (product.empty() || asciiLower(product) == (isLinux ? "linux" : "windows"))
            for (auto &source : sourcesOn(isLinux, category, service))
                sources.push_back(std::move(source));
    if (sources.empty())
        refused = "no event is of category '" + category + "', product '" + product + "' and service '"
            + service + "'";
    return sources;
}

std::vector<std::string> referenceCategories()
{
    std::vector<std::string> names;
    std::istringstream lines(kCategories);
    for (std::string line; std::getline(lines, line);) {
        const auto name = line.substr(0, line.find(' '));
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }
    return names;
}

std::vector<std::string> referenceServices()
{
    std::vector<std::string> names;
    std::istringstream lines(kServices);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty())
            names.push_back(split(line, '|').front());
    return names;
}

std::vector<std::string> meaningsOf(std::string_view name, std::string_view recorded)
{
    // Integrity levels: SIDs of winnt.h; %%n: parameters of the auditing messages; protocols: IANA's numbers.
    static const std::map<std::pair<std::string, std::string>, std::string> kMeanings = {
        {{"IntegrityLevel", "s-1-16-4096"}, "Low"},
        {{"IntegrityLevel", "s-1-16-8192"}, "Medium"},
        {{"IntegrityLevel", "s-1-16-8448"}, "Medium"},
        {{"IntegrityLevel", "s-1-16-12288"}, "High"},
        {{"IntegrityLevel", "s-1-16-16384"}, "System"},
        {{"Initiated", "%%14593"}, "true"},
        {{"Initiated", "%%14592"}, "false"},
        {{"Protocol", "6"}, "tcp"},
        {{"Protocol", "17"}, "udp"},
        {{"EventType", "%%1904"}, "CreateKey"},
        {{"EventType", "%%1905"}, "SetValue"},
        {{"EventType", "%%1906"}, "DeleteValue"},
    };
    const auto found = kMeanings.find({std::string(name), asciiLower(recorded)});
    return found == kMeanings.end() ? std::vector<std::string>() : std::vector<std::string>{found->second};
}

} // namespace lolscope::test
