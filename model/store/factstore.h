#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <unordered_map>
#include <vector>

namespace lolscope {

/// Process, connection and DNS facts of the case. Lists are in time order (facts without a time last), at
/// most `most` long.
constexpr std::size_t kEveryOne = static_cast<std::size_t>(-1);
Result<ProcessRow> process(const CaseFile &file, ProcessId id);
Result<std::vector<ProcessRow>> childrenOf(const CaseFile &file, ProcessId id, std::size_t most = kEveryOne);
Result<ConnectionRow> connection(const CaseFile &file, ConnectionId id);
Result<std::vector<ConnectionRow>> connectionsOf(const CaseFile &file, ProcessId id,
                                                 std::size_t most = kEveryOne);
Result<DnsQueryRow> dnsQuery(const CaseFile &file, DnsQueryId id);
Result<std::vector<DnsQueryRow>> dnsQueriesOf(const CaseFile &file, ProcessId id,
                                              std::size_t most = kEveryOne);
Result<std::vector<ConnectionRow>> allConnections(const CaseFile &file);

/// The process and its ancestors, itself first, its root last, without the counts of ProcessRow. Of more than
/// kLongestChain (a program that starts itself over and over, or a forged log) the nearest and the root,
/// whose hiddenBelow counts the rest. A cycle in a tampered case ends the walk.
Result<std::vector<ProcessRow>> chainOf(const CaseFile &file, ProcessId id);
constexpr std::size_t kLongestChain = 256;

/// chainOf() for many facts: neighbours often share their process.
class ChainCache
{
public:
    explicit ChainCache(const CaseFile &file)
        : m_file(file)
    {}
    Result<std::vector<ProcessRow>> chainOf(ProcessId id);

private:
    struct Root
    {
        ProcessId id;
        std::uint64_t distance; ///< 0 for the root itself.
    };
    std::vector<ProcessRow> read(ProcessId id);
    Root rootOf(ProcessId id);

    static constexpr std::size_t kMostKept = 4096;
    static constexpr std::size_t kMostRoots = 1'000'000;
    const CaseFile &m_file;
    std::unordered_map<ProcessId, std::vector<ProcessRow>> m_chains;
    std::unordered_map<ProcessId, Root> m_roots; // of long chains, so that many of them are walked once
};

/// Queries of the connection's process, and of its host where an answer holds the destination; of each
/// at most kMostRelated, those of the process nearest in time on both sides.
constexpr std::size_t kMostRelated = 100;
struct RelatedQuery
{
    DnsQueryRow query;
    bool sameProcess = false;
    bool answersDestination = false;
};
Result<std::vector<RelatedQuery>> queriesFor(const CaseFile &file, const ConnectionRow &connection);

} // namespace lolscope
