#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <string>
#include <variant>
#include <vector>

namespace lolscope {

/// One row of the tree beside an alert: a process, or a fact of the process above it.
struct TreeNode
{
    enum class Kind { Process, DnsQuery, Connection };
    Kind kind = Kind::Process;
    int parent = -1; ///< Index into AlertTree::nodes; -1 for the root. Always smaller than its own index.
    std::variant<ProcessRow, DnsQueryRow, ConnectionRow> fact;
    bool origin = false; ///< The process the alert is about, or a connection or query that hit.
    /// Time from the alert's first hit; negative before it. Empty when either has no time.
    std::optional<Ticks> offset;

    bool operator==(const TreeNode &) const = default;
};

/// The chain of an alert from its root, the children of its process, and the connections and DNS queries of
/// both the chain and the children, each process followed by its facts and children in time order.
struct AlertTree
{
    AlertRow alert;
    std::vector<TreeNode> nodes; ///< Preorder. Empty when the alert's event names no process.
    int origin = -1; ///< Index of the alert's process.
    /// Connections, queries and children not shown because a process had more than kMaxFactsPerProcess of a
    /// kind, or the tree more than kMaxNodes; the counts of each process stay true.
    std::uint64_t hiddenFacts = 0;
    static constexpr std::size_t kMaxFactsPerProcess = 2000;
    static constexpr std::size_t kMaxNodes = 20'000;

    bool operator==(const AlertTree &) const = default;
};

/// Error: Invalid for an unknown alert.
Result<AlertTree> alertTree(const CaseFile &file, const std::string &alertId);

/// The tree as indented text, one line a node, log text made visible. What `lolscope-cli tree` prints.
std::string toText(const AlertTree &tree);

} // namespace lolscope
