#pragma once

#include "model/analysis/alerttree.h"

#include <chrono>

namespace lolscope::samples {

/// Text of the kind attackers like: markup, a character that turns the text around, a line break.
inline const std::string kHostileName = "<b>evil</b>\u202Egpj.exe\nsecond line";

inline Timestamp at(int milliseconds)
{
    using namespace std::chrono;
    return Timestamp(sys_days{2020y / October / 5} + 10h + 12min + std::chrono::milliseconds(milliseconds));
}

inline AlertRow alertRow(const std::string &id, Verdict verdict = Verdict::None)
{
    AlertRow alert;
    alert.id = id;
    alert.verdict = verdict;
    alert.status = verdict == Verdict::None ? Status::Open : Status::Decided;
    alert.level = 3;
    alert.ruleId = "5f1abf38-0000-4000-8000-000000000001";
    alert.ruleTitle = "Network connection from Mshta";
    alert.image = "C:\\Windows\\System32\\mshta.exe";
    alert.host = "WKS-042";
    alert.user = "CORP\\anna";
    alert.destName = "cdn-sync.example";
    alert.destNameSource = NameSource::Asked;
    alert.destIp = "203.0.113.8";
    alert.destPort = "443";
    alert.protocol = "tcp";
    alert.hits = 3;
    alert.firstSeen = at(33'340);
    return alert;
}

inline TreeNode processNode(int parent, std::int64_t id, const std::string &image, ProcessSource source,
                            int ms)
{
    ProcessRow process;
    process.id = ProcessId{id};
    process.pid = static_cast<std::uint32_t>(4000 + id);
    process.image = image;
    process.commandLine = image + " /x";
    process.source = source;
    process.start = at(ms);
    process.startEvent = EventId{id * 10};
    process.dnsQueries = 1;
    process.connections = 2;
    process.alerts = 1;
    return {parent, process, false, Ticks(0)};
}

/// explorer (ghost) > mshta (origin) > a query, the connection that hit, and a child with a hostile name.
inline AlertTree alertTree()
{
    AlertTree tree;
    tree.alert = alertRow("aa");
    tree.nodes.push_back(processNode(-1, 1, "C:\\Windows\\explorer.exe", ProcessSource::Ghost, 1000));
    tree.nodes.push_back(
        processNode(0, 2, "C:\\Windows\\System32\\mshta.exe", ProcessSource::Logged, 31'402));
    tree.nodes[1].origin = true;
    DnsQueryRow query;
    query.event = EventId{22};
    query.process = ProcessId{2};
    query.time = at(32'955);
    query.name = "cdn-sync.example";
    query.answers = {"203.0.113.8", "203.0.113.9"};
    tree.nodes.push_back({1, query, false, at(32'955) - at(33'340)});
    ConnectionRow connection;
    connection.event = EventId{33};
    connection.process = ProcessId{2};
    connection.time = at(33'340);
    connection.protocol = "tcp";
    connection.destIp = "203.0.113.8";
    connection.destPort = "443";
    connection.sourceIp = "10.1.7.42";
    connection.sourcePort = "49811";
    tree.nodes.push_back({1, connection, true, Ticks(0)});
    tree.nodes.push_back(processNode(1, 3, "C:\\Temp\\" + kHostileName, ProcessSource::Derived, 40'118));
    tree.origin = 1;
    return tree;
}

} // namespace lolscope::samples
