#pragma once

#include "model/store/sql.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lolscope {

/// Gives values that repeat a row in `string`, at their second sight; the first stays where it is. Bounded,
/// so a value that comes back after a long while is written out again.
class RepeatedValues
{
public:
    explicit RepeatedValues(SQLite::Database &database);

    /// The row of `value`; 0 when it should be written out.
    std::int64_t rowOf(std::string_view value);
    /// The row of `value`, made at its first sight already.
    std::int64_t rowFor(std::string_view value);

private:
    static constexpr std::size_t kSeen = std::size_t{1} << 18;
    static constexpr std::size_t kMostRows = 100'000;
    SQLite::Statement m_insert;
    SQLite::Statement m_select;
    SQLite::Database &m_database;
    std::vector<std::size_t> m_seen; // direct-mapped: hash of the last value of each place
    std::deque<std::string> m_texts;
    std::unordered_map<std::string_view, std::int64_t> m_rows; // into m_texts
};

} // namespace lolscope
