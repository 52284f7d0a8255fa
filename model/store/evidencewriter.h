#pragma once

#include "model/base/event.h"
#include "model/store/rows.h"
#include "model/store/sql.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace lolscope {

/// Writes what the case says of its evidence as such: the rows of files and live sources, what is pending,
/// damage and counts. Part of EventWriter, which has the transaction; throws what sql::guarded() catches.
class EvidenceWriter
{
public:
    explicit EvidenceWriter(SQLite::Database &database);

    /// What was read of one evidence.
    struct Counts
    {
        std::int64_t ordinal = 0; ///< Of the next event.
        std::int64_t duplicates = 0, recovered = 0;
        std::uint64_t lost = 0;
        std::size_t damageRows = 0;
        bool isLive = false;
    };
    Counts &counts(std::int64_t evidence) { return m_counts[evidence]; }
    void writeCounts(std::int64_t evidence);
    void addDamage(std::int64_t evidence, const Damage &damage);

    EvidenceRow row(std::int64_t evidence);
    std::optional<std::int64_t> find(const std::string &sha256);
    bool hasAnyOf(std::uint64_t bytes);

    // The functions of EventWriter with these names.
    std::int64_t begin(const std::string &path, const std::string &sha256, std::uint64_t bytes);
    void identify(std::int64_t evidence, const std::string &sha256);
    EvidenceRow finish(std::int64_t evidence);
    EvidenceRow addFailed(const std::string &path, const std::string &sha256, std::uint64_t bytes,
                          const std::string &error);
    std::int64_t follow(const std::string &name, bool anew);
    void setBookmark(std::int64_t evidence, const std::string &bookmark);

    void plan(const std::string &path);
    /// The file needs nothing more.
    void settle(const std::string &path);

private:
    void giveUp(const std::string &path, const std::string &sha256, const std::string &error);
    std::int64_t beginLive(const std::string &name);
    std::optional<std::int64_t> findLive(const std::string &name);

    SQLite::Database &m_database;
    SQLite::Statement m_insertDamage;
    std::unordered_map<std::int64_t, Counts> m_counts;
    std::unordered_map<std::string, std::int64_t> m_followed; ///< Rows of live evidence by name.
};

} // namespace lolscope
