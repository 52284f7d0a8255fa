#pragma once

#include "app/pipeline/triage.h"
#include "tests/app/pipeline/testcase.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace lolscope::test {

/// Everything that links and rules made of the events: alerts, connections, and each hit with what matched.
inline QStringList madeOf(const CaseFile &file)
{
    QStringList lines = contentOf(file);
    lines.replaceInStrings(QStringLiteral("\"case\":\"case.lolscope\""), QStringLiteral("\"case\":\"\""));
    SQLite::Statement row(
        file.database(),
        "SELECT 'hit ' || d.rule_id || ' ' || coalesce(e.record_id, '-') || ' ' || kind.channel || ' ' || "
        "host.folded || ' ' || d.alert_id || ' ' || d.matched || ' ' || (d.connection_id IS NOT NULL) || "
        "(d.dns_query_id IS NOT NULL) FROM detection d JOIN event e ON e.id = d.event_id JOIN kind ON "
        "kind.id = e.kind_id JOIN host ON host.id = e.host_id UNION ALL SELECT 'links ' || value FROM meta "
        "WHERE key IN ('links', 'detections', 'correlations', 'rules') UNION ALL SELECT 'rule ' || id || ' ' "
        "|| digest "
        "|| ' ' || source || ' ' || level || ' ' || text FROM rule UNION ALL SELECT 'loss ' || "
        "coalesce(rule_id, '-') || ' ' || "
        "reason || ' ' || count FROM loss UNION ALL SELECT 'verdict ' || alert_id || ' ' || verdict || ' ' "
        "|| note || "
        "' ' || author FROM verdict UNION ALL SELECT 'journal ' || author || ' ' || action || ' ' || object "
        "|| ' ' "
        "|| details FROM journal");
    while (row.executeStep())
        lines << QString::fromStdString(row.getColumn(0).getString());
    lines.sort();
    return lines;
}

inline void compare(const QStringList &is, const QStringList &should)
{
    for (qsizetype i = 0; i < qMin(is.size(), should.size()); ++i) {
        qsizetype same = 0; // Qt shows no more than the beginning
        while (same < qMin(is[i].size(), should[i].size()) && is[i][same] == should[i][same])
            ++same;
        QVERIFY2(is[i] == should[i],
                 qPrintable(is[i].left(110) + QStringLiteral(" ... is ")
                            + is[i].mid(qMax(qsizetype{0}, same - 40), 160)
                            + QStringLiteral(" ... should be ")
                            + should[i].mid(qMax(qsizetype{0}, same - 40), 160)));
    }
    QCOMPARE(is.size(), should.size());
}

/// Allows a part of the alerts that crowdrules.h gives.
inline AllowlistItem allowed()
{
    AllowlistItem item;
    item.id = "33333333-0000-4000-8000-000000000001";
    item.title = "b.exe";
    item.reason = "ours";
    item.created = parseTimestamp("2026-10-05T12:00:00Z");
    item.conditions = {{"ParentImage", AllowCondition::Test::Equals, "C:\\b.exe"}};
    return item;
}

} // namespace lolscope::test
