#include "model/store/repeatedvalues.h"

namespace lolscope {

RepeatedValues::RepeatedValues(SQLite::Database &database)
    : m_insert(database, "INSERT OR IGNORE INTO string (text) VALUES (?)")
    , m_select(database, "SELECT id FROM string WHERE text = ?")
    , m_database(database)
    , m_seen(kSeen)
{}

std::int64_t RepeatedValues::rowOf(std::string_view value)
{
    constexpr std::size_t kShortest = 6, kLongest = 1024; // a reference costs up to 6 bytes itself
    if (value.size() < kShortest || value.size() > kLongest)
        return 0;
    const std::size_t hash = std::hash<std::string_view>()(value);
    std::size_t &seen = m_seen[hash % kSeen];
    if (seen != hash) {
        seen = hash;
        return 0;
    }
    return rowFor(value);
}

std::int64_t RepeatedValues::rowFor(std::string_view value)
{
    if (const auto found = m_rows.find(value); found != m_rows.end())
        return found->second;
    if (m_rows.size() >= kMostRows) {
        m_rows.clear();
        m_texts.clear();
    }
    const std::string &text = m_texts.emplace_back(value);
    m_insert.bindNoCopy(1, text);
    const bool isNew = m_insert.exec() == 1;
    m_insert.reset();
    std::int64_t row = m_database.getLastInsertRowid();
    if (!isNew) {
        m_select.bindNoCopy(1, text);
        m_select.executeStep();
        row = m_select.getColumn(0).getInt64();
        m_select.reset();
    }
    m_rows.emplace(text, row);
    return row;
}

} // namespace lolscope
