#include "detection/sigma/logsource.h"

#include <algorithm>
#include <array>

namespace lolscope::sigma {

namespace {

/// Tables are arrays with empty places at their end.
template<typename T, std::size_t N>
std::span<const T> filled(const std::array<T, N> &values)
{
    const auto end = std::find(values.begin(), values.end(), T());
    return {values.data(), static_cast<std::size_t>(end - values.begin())};
}

using Names = std::array<std::string_view, 4>;

/// A program that logs, by the provider its records name.
struct Logger
{
    Names providers;
    Names channels; ///< Asked of records that name no provider.
    Product product = Product::Windows;
};
constexpr Logger kSysmon = {{"Microsoft-Windows-Sysmon"}, {"Microsoft-Windows-Sysmon/Operational"}};
/// https://github.com/microsoft/SysmonForLinux (outputxml.cpp); its events are some of Sysmon's.
constexpr Logger kLinuxSysmon = {{"Linux-Sysmon"}, {"Linux-Sysmon/Operational"}, Product::Linux};
constexpr Logger kAuditing = {{"Microsoft-Windows-Security-Auditing"}, {"Security"}};
constexpr Logger kDnsClient = {
    {"Microsoft-Windows-DNS-Client"},
    {"Microsoft-Windows-DNS-Client/Operational", "Microsoft-Windows-DNS Client Events/Operational"}};
constexpr Logger kPowerShell = {{"Microsoft-Windows-PowerShell", "PowerShellCore"},
                                {"Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"}};
constexpr Logger kWmi = {{"Microsoft-Windows-WMI-Activity"}, {"Microsoft-Windows-WMI-Activity/Operational"}};
constexpr Logger kWindowsDefender = {{"Microsoft-Windows-Windows Defender"},
                                     {"Microsoft-Windows-Windows Defender/Operational"}};
constexpr Logger kOldPowerShell = {{"PowerShell"}, {"Windows PowerShell"}};

// Rules for processes and connections are written in Sysmon's field names; the Security log has others.
// The raw value stays too: rules list `S-1-16-12288` beside `High`.
constexpr FieldAlias::Word kIntegrity[] = {{"S-1-16-4096", "Low"},
                                           {"S-1-16-8192", "Medium"},
                                           {"S-1-16-8448", "Medium"},
                                           {"S-1-16-12288", "High"},
                                           {"S-1-16-16384", "System"}};
constexpr FieldAlias kProcessStart4688[] = {
    {"Image", "NewProcessName"},   {"ParentImage", "ParentProcessName"},
    {"ProcessId", "NewProcessId"}, {"ParentProcessId", "ProcessId"},
    {"LogonId", "SubjectLogonId"}, {"IntegrityLevel", "MandatoryLabel", kIntegrity}};
constexpr FieldAlias kProcessEnd4689[] = {{"Image", "ProcessName"}};
constexpr FieldAlias::Word kDirection[] = {{"%%14593", "true"}, {"%%14592", "false"}};
constexpr FieldAlias::Word kProtocol[] = {{"6", "tcp"}, {"17", "udp"}};
// The registry of the Security log:
// https://learn.microsoft.com/windows/security/threat-protection/auditing/event-4657
constexpr FieldAlias::Word kRegistryOperation[] = {
    {"%%1904", "CreateKey"}, {"%%1905", "SetValue"}, {"%%1906", "DeleteValue"}};

/// Key and value in one, with Sysmon's names of the hives.
void composeTargetObject(const Event &event, std::string &text)
{
    const auto key = fieldOf(event, "ObjectName");
    if (!key)
        return;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kHives = {
        {{"\\REGISTRY\\MACHINE", "HKLM"}, {"\\REGISTRY\\USER", "HKU"}}};
    text = *key;
    for (const auto &[recorded, name] : kHives)
        if (sameName(key->substr(0, recorded.size()), recorded)
            && (key->size() == recorded.size() || (*key)[recorded.size()] == '\\'))
            text = std::string(name) + std::string(key->substr(recorded.size()));
    const auto value = fieldOf(event, "ObjectValueName").value_or(std::string_view());
    if (!value.empty() && value != "-")
        text += '\\' + std::string(value);
}

constexpr FieldAlias kRegistry4657[] = {{"Image", "ProcessName"},
                                        {"User", "SubjectUserName"},
                                        {"Details", "NewValue"},
                                        {"EventType", "OperationType", kRegistryOperation},
                                        {"TargetObject", "ObjectName", {}, composeTargetObject}};
constexpr FieldAlias kFilter5861[] = {{"Destination", "PossibleCause"}};
constexpr FieldAlias kDefender[] = {{"Signature", "ThreatName"}, {"Filename", "Path"}};

/// The record's own process is the one that asks; see facts.cpp.
void composeAskingProcess(const Event &event, std::string &text)
{
    for (const Field &field : event.system)
        if (field.name == "Execution_ProcessID")
            text = field.value;
}
constexpr FieldAlias kQuery3008[] = {{"ProcessId", "Execution_ProcessID", {}, composeAskingProcess}};

constexpr FieldAlias kConnection5156[] = {
    {"Image", "Application"},        {"Initiated", "Direction", kDirection},
    {"SourceIp", "SourceAddress"},   {"DestinationIp", "DestAddress"},
    {"DestinationPort", "DestPort"}, {"Protocol", "Protocol", kProtocol},
    {"ProcessId", "ProcessID"}};

struct Category
{
    std::string_view name;
    const Logger &logger;
    std::array<std::uint32_t, 12> eventIds;
    Names eventTypes = {};
    std::span<const FieldAlias> aliases = {};
    std::string_view mark = {}; ///< See fallBackMark().
};

constexpr std::string_view kMark4688 = "Security event 4688 instead of Sysmon 1: no ProcessGuid, original "
                                       "file name, hashes or parent command line";
constexpr std::string_view kMark4689 = "Security event 4689 instead of Sysmon 5: no ProcessGuid";
constexpr std::string_view kMark5156 =
    "Security event 5156 instead of Sysmon 3: no ProcessGuid, user or host name";
constexpr std::string_view kMark4657 =
    "Security event 4657 instead of Sysmon 12 to 14: no ProcessGuid, and only of keys that are audited";
constexpr std::string_view kMark5861 =
    "WMI-Activity event 5861 instead of Sysmon 19 to 21: no user or operation, and only of permanent filters";
constexpr std::string_view kMark3008 =
    "DNS-Client event 3008 instead of Sysmon 22: no image or ProcessGuid, so the process is known by its PID "
    "alone";

/// Categories of the Sigma 2.1 taxonomy that event logs have, after SigmaHQ's and pySigma's maps.
constexpr Category kCategories[] = {
    {"process_creation", kSysmon, {1}},
    {"file_change", kSysmon, {2}},
    {"network_connection", kSysmon, {3}},
    {"sysmon_status", kSysmon, {4, 16}},
    {"process_termination", kSysmon, {5}},
    {"driver_load", kSysmon, {6}},
    {"image_load", kSysmon, {7}},
    {"create_remote_thread", kSysmon, {8}},
    {"raw_access_thread", kSysmon, {9}},
    {"process_access", kSysmon, {10}},
    {"file_event", kSysmon, {11}},
    {"registry_add", kSysmon, {12}, {"CreateKey"}},
    {"registry_delete", kSysmon, {12}, {"DeleteKey", "DeleteValue"}},
    {"registry_set", kSysmon, {13}},
    {"registry_rename", kSysmon, {14}},
    {"registry_event", kSysmon, {12, 13, 14}},
    {"create_stream_hash", kSysmon, {15}},
    {"pipe_created", kSysmon, {17, 18}},
    {"wmi_event", kSysmon, {19, 20, 21}},
    {"dns_query", kSysmon, {22}},
    {"file_delete", kSysmon, {23}},
    {"clipboard_capture", kSysmon, {24}},
    {"process_tampering", kSysmon, {25}},
    {"file_delete_detected", kSysmon, {26}},
    {"file_block_executable", kSysmon, {27}},
    {"file_block_shredding", kSysmon, {28}},
    {"file_executable_detected", kSysmon, {29}},
    {"sysmon_error", kSysmon, {255}},
    {"process_creation", kLinuxSysmon, {1}},
    {"network_connection", kLinuxSysmon, {3}},
    {"sysmon_status", kLinuxSysmon, {4, 16}},
    {"process_termination", kLinuxSysmon, {5}},
    {"raw_access_thread", kLinuxSysmon, {9}},
    {"file_event", kLinuxSysmon, {11}},
    {"file_delete", kLinuxSysmon, {23}},
    {"sysmon_error", kLinuxSysmon, {255}},
    {"process_creation", kAuditing, {4688}, {}, kProcessStart4688, kMark4688},
    {"process_termination", kAuditing, {4689}, {}, kProcessEnd4689, kMark4689},
    {"network_connection", kAuditing, {5156}, {}, kConnection5156, kMark5156},
    {"registry_add", kAuditing, {4657}, {"%%1904"}, kRegistry4657, kMark4657},
    {"registry_delete", kAuditing, {4657}, {"%%1906"}, kRegistry4657, kMark4657},
    {"registry_set", kAuditing, {4657}, {"%%1905"}, kRegistry4657, kMark4657},
    {"registry_event", kAuditing, {4657}, {"%%1904", "%%1905", "%%1906"}, kRegistry4657, kMark4657},
    {"dns_query", kDnsClient, {3008}, {}, kQuery3008, kMark3008},
    {"wmi_event", kWmi, {5861}, {}, kFilter5861, kMark5861},
    {"antivirus",
     kWindowsDefender,
     {1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116},
     {},
     kDefender},
    {"ps_module", kPowerShell, {4103}},
    {"ps_script", kPowerShell, {4104}},
    {"ps_classic_start", kOldPowerShell, {400}},
    {"ps_classic_provider_start", kOldPowerShell, {600}},
    {"ps_classic_script", kOldPowerShell, {800}},
};

struct Service
{
    std::string_view name;
    Names channels;
    std::string_view provider; ///< Stands for the channel in forwarded records that lost theirs.
    Product product = Product::Windows;
};

/// Services of the taxonomy, with spellings of channels that published maps miss but Windows uses.
constexpr Service kServices[] = {
    {"application", {"Application"}, {}},
    {"security", {"Security"}, "Microsoft-Windows-Security-Auditing"},
    {"system", {"System"}, {}},
    {"ntlm", {"Microsoft-Windows-NTLM/Operational"}, "Microsoft-Windows-NTLM"},
    {"sysmon", {"Microsoft-Windows-Sysmon/Operational"}, "Microsoft-Windows-Sysmon"},
    {"sysmon", {"Linux-Sysmon/Operational"}, "Linux-Sysmon", Product::Linux},
    {"powershell", {"Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"}, {}},
    {"powershell-classic", {"Windows PowerShell"}, "PowerShell"},
    {"taskscheduler", {"Microsoft-Windows-TaskScheduler/Operational"}, "Microsoft-Windows-TaskScheduler"},
    {"wmi", {"Microsoft-Windows-WMI-Activity/Operational"}, "Microsoft-Windows-WMI-Activity"},
    {"dhcp", {"Microsoft-Windows-DHCP-Server/Operational"}, "Microsoft-Windows-DHCP-Server"},
    {"printservice-admin", {"Microsoft-Windows-PrintService/Admin"}, "Microsoft-Windows-PrintService"},
    {"smbclient-security", {"Microsoft-Windows-SmbClient/Security"}, "Microsoft-Windows-SMBClient"},
    {"smbclient-connectivity", {"Microsoft-Windows-SmbClient/Connectivity"}, "Microsoft-Windows-SMBClient"},
    {"smbserver-connectivity", {"Microsoft-Windows-SMBServer/Connectivity"}, {}},
    {"printservice-operational",
     {"Microsoft-Windows-PrintService/Operational"},
     "Microsoft-Windows-PrintService"},
    {"terminalservices-localsessionmanager",
     {"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"},
     "Microsoft-Windows-TerminalServices-LocalSessionManager"},
    {"codeintegrity-operational",
     {"Microsoft-Windows-CodeIntegrity/Operational"},
     "Microsoft-Windows-CodeIntegrity"},
    {"applocker",
     {"Microsoft-Windows-AppLocker/MSI and Script", "Microsoft-Windows-AppLocker/EXE and DLL",
      "Microsoft-Windows-AppLocker/Packaged app-Deployment",
      "Microsoft-Windows-AppLocker/Packaged app-Execution"},
     "Microsoft-Windows-AppLocker"},
    {"msexchange-management", {"MSExchange Management"}, "MSExchange CmdletLogs"},
    {"windefend", {"Microsoft-Windows-Windows Defender/Operational"}, "Microsoft-Windows-Windows Defender"},
    {"firewall-as",
     {"Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"},
     "Microsoft-Windows-Windows Firewall With Advanced Security"},
    {"bits-client", {"Microsoft-Windows-Bits-Client/Operational"}, "Microsoft-Windows-Bits-Client"},
    {"security-mitigations",
     {"Microsoft-Windows-Security-Mitigations/Kernel Mode",
      "Microsoft-Windows-Security-Mitigations/User Mode", "Microsoft-Windows-Security-Mitigations/KernelMode",
      "Microsoft-Windows-Security-Mitigations/UserMode"},
     "Microsoft-Windows-Security-Mitigations"},
    {"diagnosis-scripted",
     {"Microsoft-Windows-Diagnosis-Scripted/Operational"},
     "Microsoft-Windows-Diagnosis-Scripted"},
    {"shell-core", {"Microsoft-Windows-Shell-Core/Operational"}, "Microsoft-Windows-Shell-Core"},
    {"openssh", {"OpenSSH/Operational"}, "OpenSSH"},
    {"ldap", {"Microsoft-Windows-LDAP-Client/Debug"}, "Microsoft-Windows-LDAP-Client"},
    {"bitlocker", {"Microsoft-Windows-BitLocker/BitLocker Management"}, "Microsoft-Windows-BitLocker-API"},
    {"vhdmp", {"Microsoft-Windows-VHDMP/Operational"}, {}},
    {"appxdeployment-server",
     {"Microsoft-Windows-AppXDeploymentServer/Operational"},
     "Microsoft-Windows-AppXDeployment-Server"},
    {"lsa-server", {"Microsoft-Windows-LSA/Operational"}, "LsaSrv"},
    {"appxpackaging-om",
     {"Microsoft-Windows-AppxPackaging/Operational"},
     "Microsoft-Windows-AppxPackagingOM"},
    {"dns-client",
     {"Microsoft-Windows-DNS Client Events/Operational", "Microsoft-Windows-DNS-Client/Operational"},
     "Microsoft-Windows-DNS-Client"},
    {"appmodel-runtime", {"Microsoft-Windows-AppModel-Runtime/Admin"}, "Microsoft-Windows-AppModel-Runtime"},
    {"capi2", {"Microsoft-Windows-CAPI2/Operational"}, "Microsoft-Windows-CAPI2"},
    {"certificateservicesclient-lifecycle-system",
     {"Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"},
     "Microsoft-Windows-CertificateServicesClient-Lifecycle-System"},
    {"kernel-shimengine",
     {"Microsoft-Windows-Kernel-ShimEngine/Operational", "Microsoft-Windows-Kernel-ShimEngine/Diagnostic"},
     "Microsoft-Windows-Kernel-ShimEngine"},
    {"application-experience",
     {"Microsoft-Windows-Application-Experience/Program-Telemetry",
      "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant"},
     "Microsoft-Windows-Application-Experience"},
    {"ntfs", {"Microsoft-Windows-Ntfs/Operational"}, "Microsoft-Windows-Ntfs"},
    {"hyper-v-worker",
     {"Microsoft-Windows-Hyper-V-Worker", "Microsoft-Windows-Hyper-V-Worker-Admin",
      "Microsoft-Windows-Hyper-V-Worker-Operational"},
     "Microsoft-Windows-Hyper-V-Worker"},
    {"kernel-event-tracing",
     {"Microsoft-Windows-Kernel-EventTracing", "Microsoft-Windows-Kernel-EventTracing/Admin",
      "Microsoft-Windows-Kernel-EventTracing/Analytic"},
     {}},
    {"sense", {"Microsoft-Windows-SENSE/Operational"}, {}},
    {"servicebus-client",
     {"Microsoft-ServiceBus-Client/Admin", "Microsoft-ServiceBus-Client/Operational"},
     {}},
    {"iis-configuration", {"Microsoft-IIS-Configuration/Operational"}, {}},
    {"dns-server", {"DNS Server"}, "Microsoft-Windows-DNS-Server-Service"},
    {"dns-server-audit", {"Microsoft-Windows-DNS-Server/Audit", "Microsoft-Windows-DNSServer/Audit"}, {}},
    {"dns-server-analytic",
     {"Microsoft-Windows-DNS-Server/Analytical", "Microsoft-Windows-DNSServer/Analytical"},
     {}},
    {"driver-framework",
     {"Microsoft-Windows-DriverFrameworks-UserMode/Operational"},
     "Microsoft-Windows-DriverFrameworks-UserMode"},
    {"microsoft-servicebus-client",
     {"Microsoft-ServiceBus-Client", "Microsoft-ServiceBus-Client/Operational",
      "Microsoft-ServiceBus-Client/Admin"},
     {}},
    {"ldap_debug", {"Microsoft-Windows-LDAP-Client/Debug"}, "Microsoft-Windows-LDAP-Client"},
};

constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool isAmong(std::string_view name, std::span<const std::string_view> names)
{
    return std::any_of(names.begin(), names.end(),
                       [name](std::string_view other) { return sameName(name, other); });
}

constexpr std::pair<std::string_view, Product> kProducts[] = {{"windows", Product::Windows},
                                                              {"linux", Product::Linux}};

const Service *findService(std::string_view name, Product product)
{
    const auto found = std::find_if(std::begin(kServices), std::end(kServices), [&](const Service &row) {
        return row.product == product && sameName(row.name, name);
    });
    return found == std::end(kServices) ? nullptr : &*found;
}

EventKind kindOf(const Category &category, const Service *service)
{
    EventKind kind;
    kind.byProvider = true;
    kind.providers = filled(category.logger.providers);
    kind.channels = filled(category.logger.channels);
    kind.eventIds = filled(category.eventIds);
    kind.eventTypes = filled(category.eventTypes);
    kind.aliases = category.aliases;
    if (service)
        kind.serviceChannels = filled(service->channels);
    return kind;
}

EventKind kindOf(const Service &service)
{
    EventKind kind;
    kind.channels = filled(service.channels);
    if (!service.provider.empty())
        kind.providers = {&service.provider, 1};
    return kind;
}

/// Whether an event can be of the category and of the service beside it.
bool canBe(const EventKind &kind)
{
    return kind.serviceChannels.empty()
        || std::any_of(kind.channels.begin(), kind.channels.end(),
                       [&](std::string_view channel) { return isAmong(channel, kind.serviceChannels); });
}

Product productOf(const Event &event)
{
    const bool isLinux = event.provider.empty() ? isAmong(event.channel, filled(kLinuxSysmon.channels))
                                                : isAmong(event.provider, filled(kLinuxSysmon.providers));
    return isLinux ? Product::Linux : Product::Windows;
}

/// What is unknown about a log source that nothing is known for.
std::string unknown(const LogSource &source, bool isService, bool isCategory)
{
    const auto quoted = [](const char *what, const std::string &name) {
        return std::string(what) + " '" + name + "'";
    };
    const std::string of = source.product.empty() ? "" : " of " + source.product;
    if (!isService)
        return "unknown log source " + quoted("service", source.service) + of
            + ": no event log is known for it";
    if (!isCategory)
        return "unknown log source " + quoted("category", source.category) + of
            + ": no event log is known for it";
    return "no event is of both " + quoted("log source category", source.category) + " and "
        + quoted("service", source.service);
}

} // namespace

bool sameName(std::string_view a, std::string_view b)
{
    return a.size() == b.size()
        && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

Result<std::vector<EventKind>> eventKinds(const LogSource &source)
{
    std::vector<EventKind> kinds;
    bool isProduct = false, isService = source.service.empty(), isCategory = false;
    for (const auto &[name, product] : kProducts) {
        if (!source.product.empty() && !sameName(source.product, name))
            continue;
        isProduct = true;
        const Service *service = source.service.empty() ? nullptr : findService(source.service, product);
        if (!source.service.empty() && !service)
            continue;
        isService = true;
        if (source.category.empty()) {
            kinds.push_back(service ? kindOf(*service) : EventKind());
            if (!service)
                kinds.back().product = product;
            continue;
        }
        for (const auto &category : kCategories) {
            if (category.logger.product != product || !sameName(category.name, source.category))
                continue;
            isCategory = true;
            // A category and a service both have to hold; a kind that can never do so is left out.
            if (const auto kind = kindOf(category, service); canBe(kind))
                kinds.push_back(kind);
        }
    }
    if (!isProduct)
        return fail(ErrorCode::Unsupported,
                    "log source product '" + source.product + "' is neither windows nor linux");
    if (kinds.empty())
        return fail(ErrorCode::Unsupported, unknown(source, isService, isCategory));
    return kinds;
}

std::string_view fallBackMark(const Event &event)
{
    for (const auto &category : kCategories)
        if (!category.mark.empty() && isOfKind(event, kindOf(category, nullptr)))
            return category.mark;
    return {};
}

bool isOfKind(const Event &event, const EventKind &kind)
{
    if (!kind.eventIds.empty()
        && std::find(kind.eventIds.begin(), kind.eventIds.end(), event.eventId) == kind.eventIds.end())
        return false;
    if (kind.product && kind.product != productOf(event))
        return false;
    const bool forwarded = event.channel.empty() || sameName(event.channel, "ForwardedEvents");
    if (!kind.serviceChannels.empty() && !forwarded && !isAmong(event.channel, kind.serviceChannels))
        return false;
    if (kind.byProvider)
        return event.provider.empty() ? isAmong(event.channel, kind.channels)
                                      : isAmong(event.provider, kind.providers);
    if (kind.channels.empty())
        return true;
    return isAmong(event.channel, kind.channels) || (forwarded && isAmong(event.provider, kind.providers));
}

} // namespace lolscope::sigma
