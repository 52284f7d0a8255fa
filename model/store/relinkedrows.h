#pragma once

#include "model/store/linkstore.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <map>
#include <set>
#include <string>
#include <vector>

/// Shared by the sources of model/store alone.
namespace lolscope {

/// Writes the links of the facts that TouchedFacts read, as far as they changed.
class RelinkedRows
{
public:
    RelinkedRows(SQLite::Database &database, std::int64_t linked, const LinkFacts &facts, const Links &links);
    void save();

private:
    std::int64_t madeRow(const Links::Process &made);
    std::int64_t findMade(const Links::Process &made);
    std::optional<std::int64_t> rowOf(int process) const;
    void updateStarts();
    void updateParents();
    void updateUses();
    void moveChangedGuids();
    void cutRings();
    void describeMade();

    SQLite::Database &m_database;
    std::int64_t m_linked;
    const LinkFacts &m_facts;
    const Links &m_links;
    std::vector<std::int64_t> m_rows; ///< process.id by index of Links::processes.
    std::set<std::int64_t> m_new; ///< Of these, rows that were made just now.
};

/// Brings rows of processes without a start in line with the facts that name them, or removes one that no
/// fact names any more. `isKnown`: all that it gained are facts that were read.
void describeMadeProcess(SQLite::Database &database, std::int64_t row, bool isKnown);

/// Fills the temporary tables that TouchedFacts::save() promises from what its triggers noted.
void noteChangedEvents(SQLite::Database &database, std::int64_t linked);

} // namespace lolscope
