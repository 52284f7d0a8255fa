#include "app/jobs/alertview.h"

#include "app/pipeline/indexing.h"
#include "model/store/eventstore.h"

#include <algorithm>

namespace lolscope {

namespace {

/// The fact behind the first hit, from the tree where it is there, else from the case: a process may have
/// more facts than the tree shows, and an alert may have no process.
template<typename Row>
std::optional<Row> factOf(const AlertTree &tree, const std::vector<Row> &more, EventId event)
{
    for (const TreeNode &node : tree.nodes)
        if (const auto *row = std::get_if<Row>(&node.fact); row && row->event == event)
            return *row;
    const auto found = std::ranges::find(more, event, &Row::event);
    return found == more.end() ? std::optional<Row>() : *found;
}

bool inTree(const AlertTree &tree, EventId event)
{
    return std::ranges::any_of(tree.nodes, [event](const TreeNode &node) {
        const auto *connection = std::get_if<ConnectionRow>(&node.fact);
        const auto *query = std::get_if<DnsQueryRow>(&node.fact);
        return (connection && connection->event == event) || (query && query->event == event);
    });
}

} // namespace

Result<AlertView> readAlertView(const CaseFile &file, const std::string &alertId)
{
    AlertView view;
    auto tree = alertTree(file, alertId);
    if (!tree)
        return tl::unexpected(tree.error());
    view.tree = std::move(*tree);
    auto hits = detections(file, alertId);
    if (!hits)
        return tl::unexpected(hits.error());
    view.detections = std::move(*hits);

    const AlertRow &alert = view.tree.alert;
    if (auto row = rule(file, alert.ruleId))
        view.rule = std::move(*row);
    else if (row.error().code != ErrorCode::Invalid)
        return tl::unexpected(row.error());
    if (alert.process) {
        auto row = process(file, *alert.process);
        if (!row)
            return tl::unexpected(row.error());
        view.process = std::move(*row);
    }
    if (view.detections.empty())
        return view;

    const DetectionRow &first = view.detections.front();
    std::vector<ConnectionRow> connections;
    std::vector<DnsQueryRow> queries;
    if (!inTree(view.tree, first.event)) {
        if (first.connection) {
            auto rows = alert.process ? connectionsOf(file, *alert.process) : allConnections(file);
            if (!rows)
                return tl::unexpected(rows.error());
            connections = std::move(*rows);
        } else if (first.dnsQuery && alert.process) {
            auto rows = dnsQueriesOf(file, *alert.process);
            if (!rows)
                return tl::unexpected(rows.error());
            queries = std::move(*rows);
        }
    }
    view.connection = factOf(view.tree, connections, first.event);
    view.query = factOf(view.tree, queries, first.event);

    auto event = storedEvent(file, first.event);
    if (!event)
        return tl::unexpected(event.error());
    view.event = std::make_shared<const StoredEvent>(std::move(*event));
    return view;
}

Result<CaseOverview> readOverview(const CaseFile &file)
{
    CaseOverview overview;
    auto rows = alerts(file);
    if (!rows)
        return tl::unexpected(rows.error());
    overview.alerts = std::move(*rows);
    const auto counts = caseCounts(file);
    if (!counts)
        return tl::unexpected(counts.error());
    overview.counts = *counts;
    const auto unfinished = needsIndexing(file);
    if (!unfinished)
        return tl::unexpected(unfinished.error());
    overview.unfinished = *unfinished;
    return overview;
}

} // namespace lolscope
