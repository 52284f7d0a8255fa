#include "model/analysis/alerttree.h"

#include "model/base/text.h"
#include "model/store/alertstore.h"
#include "model/store/factstore.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace lolscope {

namespace {

class TreeBuilder
{
public:
    TreeBuilder(const CaseFile &file, AlertTree &tree, const std::vector<DetectionRow> &hits)
        : m_file(file)
        , m_tree(tree)
    {
        for (const DetectionRow &hit : hits) {
            if (hit.connection)
                m_hitConnections.insert(*hit.connection);
            if (hit.dnsQuery)
                m_hitQueries.insert(*hit.dnsQuery);
        }
    }

    Result<void> build()
    {
        auto chain = referred(chainOf(m_file, *m_tree.alert.process));
        if (!chain)
            return tl::unexpected(chain.error());
        for (ProcessRow &link : *chain) { // chains come without counts
            auto counted = process(m_file, link.id);
            if (!counted)
                return tl::unexpected(counted.error());
            counted->hiddenBelow = link.hiddenBelow;
            link = std::move(*counted);
        }
        std::reverse(chain->begin(), chain->end()); // root first
        for (std::size_t i = 0; i < chain->size(); ++i)
            if (auto added = addChain(*chain, i); !added)
                return added;
        return {};
    }

private:
    /// Each ancestor's own facts come before its child, so the rows stay in preorder.
    Result<void> addChain(const std::vector<ProcessRow> &chain, std::size_t i)
    {
        const bool origin = i + 1 == chain.size();
        const int parent = i == 0 ? -1 : m_last;
        m_last = addNode(TreeNode::Kind::Process, parent, chain[i], origin, chain[i].start);
        if (origin)
            m_tree.origin = m_last;
        const int node = m_last;
        if (auto added = addFacts(node, chain[i]); !added || !origin)
            return added;
        const auto children = childrenOf(m_file, chain[i].id, AlertTree::kMaxFactsPerProcess);
        if (!children)
            return tl::unexpected(children.error());
        hide(static_cast<std::size_t>(chain[i].children), children->size());
        for (const ProcessRow &child : *children) {
            const int at = addNode(TreeNode::Kind::Process, node, child, false, child.start);
            if (auto added = addFacts(at, child); !added)
                return added;
        }
        return {};
    }

    void hide(std::size_t all, std::size_t shown) { m_tree.hiddenFacts += all > shown ? all - shown : 0; }

    Result<void> addFacts(int node, const ProcessRow &process)
    {
        const std::size_t room = AlertTree::kMaxNodes - std::min(AlertTree::kMaxNodes, m_tree.nodes.size());
        const std::size_t most = std::min(AlertTree::kMaxFactsPerProcess, room);
        const auto connections = connectionsOf(m_file, process.id, most);
        if (!connections)
            return tl::unexpected(connections.error());
        const auto queries = dnsQueriesOf(m_file, process.id, most);
        if (!queries)
            return tl::unexpected(queries.error());
        hide(static_cast<std::size_t>(process.connections + process.dnsQueries),
             connections->size() + queries->size());
        auto query = queries->begin();
        const auto addQuery = [&] {
            addNode(TreeNode::Kind::DnsQuery, node, *query, m_hitQueries.count(query->id) != 0, query->time);
            ++query;
        };
        for (const ConnectionRow &connection : *connections) { // both lists are in time order
            while (query != queries->end()
                   && (!connection.time || (query->time && *query->time <= *connection.time)))
                addQuery();
            addNode(TreeNode::Kind::Connection, node, connection, m_hitConnections.count(connection.id) != 0,
                    connection.time);
        }
        while (query != queries->end())
            addQuery();
        return {};
    }

    template<typename Fact>
    int addNode(TreeNode::Kind kind, int parent, Fact fact, bool origin, const std::optional<Timestamp> &time)
    {
        TreeNode node;
        node.kind = kind;
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
    std::set<ConnectionId> m_hitConnections;
    std::set<DnsQueryId> m_hitQueries;
    int m_last = -1;
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
    std::string text = (connection.initiated.value_or(true) ? "connects to " : "accepts from ")
        + connection.protocol + ' ' + connection.destIp + ':' + connection.destPort;
    if (!connection.askedName.empty())
        text += " asked: " + connection.askedName
            + (connection.askedBySameProcess ? "" : " (another process of this host)");
    if (!connection.reverseName.empty())
        text += " reverse: " + connection.reverseName;
    return text + " (" + connection.destScope + ')' + (origin ? " <- alert" : "");
}

} // namespace

Result<AlertTree> alertTree(const CaseFile &file, const std::string &alertId)
{
    auto row = alert(file, alertId);
    if (!row)
        return tl::unexpected(row.error());
    AlertTree tree;
    tree.alert = std::move(*row);
    if (!tree.alert.process)
        return tree;
    auto hits = detections(file, tree.alert.id);
    if (!hits)
        return tl::unexpected(hits.error());
    if (auto built = TreeBuilder(file, tree, *hits).build(); !built)
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
