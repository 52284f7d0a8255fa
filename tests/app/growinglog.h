#pragma once

#include "model/base/timestamp.h"
#include "tests/support/sysmon.h"

#include <QString>

#include <chrono>
#include <fstream>
#include <string>

namespace lolscope::test {

/// A log of Sysmon connections as event XML that grows while it is watched. Each alert is one of a process of
/// its own; other events match no rule.
class GrowingLog
{
public:
    explicit GrowingLog(const QString &path)
        : m_path(path.toStdString())
        , m_out(m_path)
    {}
    const std::string &path() const { return m_path; }

    /// Connections of mshta.exe, each by another process; gives the number of the first.
    int addAlerts(int count)
    {
        const int first = m_alerts;
        for (int i = 0; i < count; ++i, ++m_alerts)
            add(m_alerts, "C:\\Windows\\System32\\mshta.exe", destination(m_alerts), "443");
        m_out.flush();
        return first;
    }
    /// Another connection of the process of alert `number`.
    void addHit(int number)
    {
        add(number, "C:\\Windows\\System32\\mshta.exe", destination(number), "443");
        m_out.flush();
    }
    void addQuiet(int count)
    {
        for (int i = 0; i < count; ++i)
            add(1'000'000 + m_records, "C:\\Program Files\\Vendor\\agent.exe", "192.0.2.10", "8443");
        m_out.flush();
    }
    static std::string destination(int number)
    {
        return "198.51." + std::to_string(number / 200) + '.' + std::to_string(number % 200 + 1);
    }

private:
    void add(int process, const std::string &image, const std::string &address, const std::string &port)
    {
        const auto now = std::chrono::time_point_cast<Ticks>(std::chrono::system_clock::now());
        char guid[64];
        std::snprintf(guid, sizeof guid, "{11111111-2222-3333-0000-%012d}", process);
        const auto data = [](const char *name, const std::string &value) {
            return std::string("<Data Name=\"") + name + "\">" + value + "</Data>";
        };
        ++m_records;
        m_out << "<Event><System><Provider Name=\"Microsoft-Windows-Sysmon\"/><EventID>3</EventID><Version>5"
                 "</Version><Level>4</Level><TimeCreated SystemTime=\""
              << formatTimestamp(now) << "\"/><EventRecordID>" << m_records
              << "</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>WKS-042."
                 "corp.example</Computer></System><EventData>"
              << data("UtcTime", sysmonTime(now)) << data("ProcessGuid", guid)
              << data("ProcessId", std::to_string(1000 + process % 60'000)) << data("Image", image)
              << data("User", "CORP\\anna") << data("Protocol", "tcp") << data("Initiated", "true")
              << data("SourceIp", "10.1.7.42")
              << data("SourcePort", std::to_string(40'000 + m_records % 20'000))
              << data("DestinationIp", address) << data("DestinationPort", port) << "</EventData></Event>\n";
    }

    const std::string m_path;
    std::ofstream m_out;
    int m_alerts = 0;
    int m_records = 0;
};

} // namespace lolscope::test
