#include "model/analysis/alerttree.h"

#include "model/base/text.h"
#include "model/store/alertstore.h"
#include "model/store/factstore.h"

#include <algorithm>
#include <cstdio>
#include <unordered_set>

namespace lolscope {

namespace {

class TreeBuilder
{
public:
    TreeBuilder(const CaseFile &file, AlertTree &tree, const HitFacts &hits, const Unfolded &unfolded)
        : m_file(file)
        , m_tree(tree)
        , m_hits(hits)
        , m_unfolded(unfolded)
    {}

    Result<void> build()
    {
        const auto chain = referred(chainOf(m_file, *m_tree.alert.process));
        if (!chain)
            return tl::unexpected(chain.error());
        for (auto link = chain->rbegin(); link != chain->rend(); ++link)
            m_chain.push_back(link->id);
        auto root = process(m_file, m_chain.front());
        if (!root)
            return tl::unexpected(root.error());
        root->hiddenBelow = chain->back().hiddenBelow; // rows by id know nothing of a chain
        return addProcess(*root, -1, 0, true);
    }

private:
    Result<void> addProcess(const ProcessRow &row, int parent, std::size_t depth, bool onChain)
    {
        const bool origin = onChain && depth + 1 == m_chain.size();
        const auto next = onChain && !origin ? std::optional(m_chain[depth + 1]) : std::nullopt;
        const int node = addNode(parent, row, origin, row.start);
        m_seen.insert(row.id);
        if (origin)
            m_tree.origin = node;
        if (auto added = addFacts(node, row); !added)
            return added;
        const auto children = shownChildren(row, depth, next);
        if (!children)
            return tl::unexpected(children.error());
        std::uint64_t shown = 0;
        for (const ProcessRow &child : *children) {
            if (child.id != next && (room() == 0 || m_seen.contains(child.id)))
                continue;
            ++shown;
            if (auto added = addProcess(child, node, depth + 1, child.id == next); !added)
                return added;
        }
        if (const auto all = static_cast<std::uint64_t>(row.children); all > shown)
            addNode(node, FoldedChildren{row.id, all - shown}, false, {});
        return {};
    }

    /// In time order: all of them, or above the alert's process only `next` unless it is unfolded.
    Result<std::vector<ProcessRow>> shownChildren(const ProcessRow &parent, std::size_t depth,
                                                  std::optional<ProcessId> next)
    {
        std::vector<ProcessRow> children;
        if (depth < AlertTree::kMaxDepth && parent.children > 0
            && (!next || m_unfolded.contains(parent.id))) {
            auto found = childrenOf(m_file, parent.id, std::min(AlertTree::kMaxFactsPerProcess, room()));
            if (!found)
                return found;
            children = std::move(*found);
        }
        if (next && std::ranges::find(children, *next, &ProcessRow::id) == children.end()) {
            auto row = process(m_file, *next); // chains come without counts
            if (!row)
                return tl::unexpected(row.error());
            children.push_back(std::move(*row));
        }
        return children;
    }

    std::size_t room() const
    {
        return AlertTree::kMaxNodes - std::min(AlertTree::kMaxNodes, m_tree.nodes.size());
    }

    Result<void> addFacts(int node, const ProcessRow &process)
    {
        const std::size_t all = static_cast<std::size_t>(process.connections + process.dnsQueries);
        if (all == 0)
            return {};
        const std::size_t most = std::min(AlertTree::kMaxFactsPerProcess, room());
        const auto connections = connectionsOf(m_file, process.id, most);
        if (!connections)
            return tl::unexpected(connections.error());
        const auto queries = dnsQueriesOf(m_file, process.id, most);
        if (!queries)
            return tl::unexpected(queries.error());
        const std::size_t shown = connections->size() + queries->size();
        m_tree.hiddenFacts += all > shown ? all - shown : 0;
        auto query = queries->begin();
        const auto addQuery = [&] {
            addNode(node, *query, m_hits.dnsQueries.contains(query->id), query->time);
            ++query;
        };
        for (const ConnectionRow &connection : *connections) { // both lists are in time order
            while (query != queries->end()
                   && (!connection.time || (query->time && *query->time <= *connection.time)))
                addQuery();
            addNode(node, connection, m_hits.connections.contains(connection.id), connection.time);
        }
        while (query != queries->end())
            addQuery();
        return {};
    }

    template<typename Fact>
    int addNode(int parent, Fact fact, bool origin, const std::optional<Timestamp> &time)
    {
        TreeNode node;
        node.parent = parent;
        node.fact = std::move(fact);
        node.origin = origin;
        if (time && m_tree.alert.firstSeen)
            node.offset = *time - *m_tree.alert.firstSeen;
        m_tree.nodes.push_back(std::move(node));
        return static_cast<int>(m_tree.nodes.size()) - 1;
    }

    const CaseFile &m_file;
    AlertTree &m_tree;
    const HitFacts &m_hits;
    const Unfolded &m_unfolded;
    std::vector<ProcessId> m_chain; // root first
    std::unordered_set<ProcessId> m_seen; // a forged case may have cycles
};

std::string offsetText(const std::optional<Ticks> &offset)
{
    if (!offset)
        return {};
    const double seconds = std::chrono::duration<double>(*offset).count();
    char text[48];
    std::snprintf(text, sizeof text, "  (%+.3f s)", seconds);
    return text;
}

std::string line(const ProcessRow &process, bool origin)
{
    std::string text = std::string(baseName(process.image));
    if (text.empty())
        text = "(unknown)";
    if (process.pid)
        text += " [" + std::to_string(*process.pid) + ']';
    if (process.source == ProcessSource::Ghost)
        text += " (ghost: known by its child only)";
    else if (process.source == ProcessSource::Derived)
        text += " (derived: its start was not logged)";
    if (process.parentLink == ParentLink::PidAndTime)
        text += " (parent by PID and time)";
    else if (process.parentLink == ParentLink::Cut)
        text += " (parent cut: it named itself or a descendant)";
    if (process.hiddenBelow > 0)
        text += " (" + std::to_string(process.hiddenBelow) + " processes between it and the next not shown)";
    if (origin)
        text += " <- alert";
    if (process.start)
        text += "  " + formatTimestamp(*process.start);
    if (!process.commandLine.empty())
        text += "  " + process.commandLine;
    return text;
}

std::string line(const DnsQueryRow &query, bool origin)
{
    std::string text = "DNS " + query.name + " ->";
    for (const std::string &answer : query.answers)
        text += ' ' + answer;
    if (query.answers.empty())
        text += " no answer (status " + query.status + ')';
    return text + (origin ? " <- alert" : "");
}

std::string line(const ConnectionRow &connection, bool origin)
{
    const std::string destination = connection.destIp + ':' + connection.destPort;
    std::string text = connection.initiated.value_or(true)
        ? "connects to " + connection.protocol + ' ' + destination
        : "accepts " + connection.protocol + ' ' + connection.sourceIp + ':' + connection.sourcePort + " <-> "
            + destination; // which end is ours not all records say
    if (!connection.askedName.empty())
        text += " asked: " + connection.askedName
            + (connection.askedBySameProcess ? "" : " (another process of this host)");
    if (!connection.reverseName.empty())
        text += " reverse: " + connection.reverseName;
    return text + " (" + connection.destScope + ')' + (origin ? " <- alert" : "");
}

std::string line(const FoldedChildren &folded, bool)
{
    return "(+ " + std::to_string(folded.count) + (folded.count == 1 ? " child)" : " children)");
}

} // namespace

Result<AlertTree> alertTree(const CaseFile &file, const std::string &alertId, const Unfolded &unfolded)
{
    auto row = alert(file, alertId);
    if (!row)
        return tl::unexpected(row.error());
    AlertTree tree;
    tree.alert = std::move(*row);
    if (!tree.alert.process)
        return tree;
    const auto hits = hitFacts(file, tree.alert.id);
    if (!hits)
        return tl::unexpected(hits.error());
    if (auto built = TreeBuilder(file, tree, *hits, unfolded).build(); !built)
        return tl::unexpected(built.error());
    return tree;
}

std::string toText(const AlertTree &tree)
{
    constexpr std::size_t kDeepestIndent = 40; // deeper chains are forged; the lines still come in order
    std::vector<std::size_t> depth(tree.nodes.size(), 0);
    std::string text;
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const TreeNode &node = tree.nodes[i];
        if (node.parent >= 0)
            depth[i] = depth[static_cast<std::size_t>(node.parent)] + 1;
        text += std::string(std::min<std::size_t>(depth[i], kDeepestIndent) * 2, ' ')
            + visible(std::visit([&](const auto &fact) { return line(fact, node.origin); }, node.fact))
            + offsetText(node.offset) + '\n';
    }
    if (tree.hiddenFacts != 0)
        text += '(' + std::to_string(tree.hiddenFacts) + " more not shown)\n";
    return text;
}

} // namespace lolscope
