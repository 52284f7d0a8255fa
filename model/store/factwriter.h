#pragma once

#include "model/store/facts.h"
#include "model/store/rowcache.h"
#include "model/store/sql.h"

namespace lolscope {

/// Writes what single events say of processes, connections and DNS queries, before it is linked. Part of
/// EventWriter; throws what sql::guarded() catches.
class FactWriter
{
public:
    explicit FactWriter(SQLite::Database &database);

    /// The fact of the event with row `event` of host `host`, if it has one.
    void add(std::int64_t event, std::int64_t host, const std::optional<Timestamp> &time, const Fact &fact);

private:
    void addStart(std::int64_t event, std::int64_t host, const std::optional<Timestamp> &time,
                  const ProcessStartFact &fact);
    void addEnd(std::int64_t event, std::int64_t host, const std::optional<Timestamp> &time,
                const ProcessEndFact &fact);
    void addConnection(std::int64_t event, std::int64_t host, const std::optional<Timestamp> &time,
                       const ConnectionFact &fact);
    void addQuery(std::int64_t event, std::int64_t host, const std::optional<Timestamp> &time,
                  const DnsFact &fact);

    /// The row of shared_text that holds `text`; none for an empty one.
    std::optional<std::int64_t> sharedText(const std::string &text);

    SQLite::Database &m_database;
    RowCache m_sharedTexts;
    SQLite::Statement m_insertText, m_insertStart, m_insertEnd, m_insertConnection, m_insertQuery,
        m_insertAnswer;
};

} // namespace lolscope
