#pragma once

#include "model/store/sql.h"

namespace lolscope {

inline constexpr const char *kSelectEvidence =
    "SELECT id, path, sha256, bytes, state, records, duplicates, recovered, lost, error FROM evidence";

/// The evidence of the current row of a kSelectEvidence query, without its damage.
inline EvidenceRow readEvidence(SQLite::Statement &row)
{
    EvidenceRow evidence;
    evidence.id = EvidenceId{row.getColumn(0).getInt64()};
    evidence.path = sql::text(row, 1);
    evidence.sha256 = sql::text(row, 2);
    evidence.bytes = sql::count(row, 3);
    const std::string state = sql::text(row, 4);
    evidence.state = state == "done" ? EvidenceRow::State::Done
        : state == "failed"          ? EvidenceRow::State::Failed
        : state == "live"            ? EvidenceRow::State::Live
                                     : EvidenceRow::State::Indexing;
    evidence.records = sql::count(row, 5);
    evidence.duplicates = sql::count(row, 6);
    evidence.recovered = sql::count(row, 7);
    evidence.lost = sql::count(row, 8);
    evidence.error = sql::text(row, 9);
    return evidence;
}

} // namespace lolscope
