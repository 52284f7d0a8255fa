#include "app/jobs/alertview.h"

#include "app/pipeline/indexing.h"
#include "model/store/casestate.h"
#include "model/store/eventstore.h"

#include <algorithm>

namespace lolscope {

namespace {

/// The fact behind the first hit.
Result<void> readFact(const CaseFile &file, const DetectionRow &hit, AlertView &view)
{
    if (hit.connection) {
        auto row = referred(connection(file, *hit.connection));
        if (!row)
            return tl::unexpected(row.error());
        view.connection = std::move(*row);
    } else if (hit.dnsQuery) {
        auto row = referred(dnsQuery(file, *hit.dnsQuery));
        if (!row)
            return tl::unexpected(row.error());
        view.query = std::move(*row);
    }
    return {};
}

} // namespace

Result<CitedXml> readEventXml(const CaseFile &file, EventId id)
{
    const auto event = storedEvent(file, id);
    if (!event)
        return tl::unexpected(event.error());
    return citedXml(*event);
}

Result<AlertView> readAlertView(const CaseFile &file, const std::string &alertId, const Unfolded &unfolded)
{
    AlertView view;
    auto tree = alertTree(file, alertId, unfolded);
    if (!tree)
        return tl::unexpected(tree.error());
    view.tree = std::move(*tree);
    auto hits = detections(file, view.tree.alert.id, 1);
    if (!hits)
        return tl::unexpected(hits.error());

    if (auto row = rule(file, view.tree.alert.ruleId))
        view.rule = std::move(*row);
    else if (row.error().code != ErrorCode::Invalid)
        return tl::unexpected(row.error());
    if (view.tree.origin >= 0)
        view.process = std::get<ProcessRow>(view.tree.nodes[static_cast<std::size_t>(view.tree.origin)].fact);
    if (hits->empty())
        return view;

    view.firstHit = std::move(hits->front());
    if (const auto read = readFact(file, *view.firstHit, view); !read)
        return tl::unexpected(read.error());
    auto event = referred(storedEvent(file, view.firstHit->event));
    if (!event)
        return tl::unexpected(event.error());
    view.event = std::make_shared<const StoredEvent>(std::move(*event));
    return view;
}

Result<CaseOverview> readOverview(const CaseFile &file)
{
    CaseOverview overview;
    const auto writes = writesOfOthers(file);
    if (!writes)
        return tl::unexpected(writes.error());
    overview.writes = *writes;
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
    auto unread = unreadFiles(file);
    if (!unread)
        return tl::unexpected(unread.error());
    overview.unread = std::move(*unread);
    auto live = liveBookmarks(file);
    if (!live)
        return tl::unexpected(live.error());
    overview.live = std::move(*live);
    return overview;
}

} // namespace lolscope
