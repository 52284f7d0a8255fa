#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace lolscope {

/// Children of a process that the tree leaves out.
struct FoldedChildren
{
    ProcessId of{};
    std::uint64_t count = 0; ///< At least 1.

    bool operator==(const FoldedChildren &) const = default;
};

/// One row of the tree beside an alert: a process, or what belongs to the process above it.
struct TreeNode
{
    enum class Kind { Process, DnsQuery, Connection, Folded }; ///< In the order of `fact`.
    Kind kind() const { return static_cast<Kind>(fact.index()); }
    int parent = -1; ///< Index into AlertTree::nodes; -1 for the root. Always smaller than its own index.
    std::variant<ProcessRow, DnsQueryRow, ConnectionRow, FoldedChildren> fact;
    bool origin = false; ///< The process the alert is about, or a connection or query that hit.
    /// Time from the alert's first hit; negative before it. Empty when either has no time.
    std::optional<Ticks> offset;

    bool operator==(const TreeNode &) const = default;
};

/// The chain of an alert from its root, all that its process started in turn, and the connections and DNS
/// queries of each: a process is followed by its facts, then by its children in time order. Other children of
/// the chain are folded into one row a process.
struct AlertTree
{
    AlertRow alert;
    std::vector<TreeNode> nodes; ///< Preorder. Empty when the alert's event names no process.
    int origin = -1; ///< Index of the alert's process.
    /// Connections and queries not shown because a process had more than kMaxFactsPerProcess of a kind, or
    /// the tree more than kMaxNodes; the counts of each process stay true. Children past the limits are
    /// folded.
    std::uint64_t hiddenFacts = 0;
    static constexpr std::size_t kMaxFactsPerProcess = 2000; ///< Of a kind; of children too.
    static constexpr std::size_t kMaxNodes = 20'000;
    static constexpr std::size_t kMaxDepth =
        512; ///< Deeper children are folded for good: such a case is forged.

    bool operator==(const AlertTree &) const = default;
};

/// Below the processes of `unfolded` nothing is folded. Error: Invalid for an unknown alert.
using Unfolded = std::set<ProcessId>;
Result<AlertTree> alertTree(const CaseFile &file, const std::string &alertId, const Unfolded &unfolded = {});

/// The tree as indented text, one line a node, log text made visible. What `lolscope-cli tree` prints.
std::string toText(const AlertTree &tree);

} // namespace lolscope
