#include "model/store/eventnames.h"

#include "model/base/text.h"

#include <SQLiteCpp/VariadicBind.h>

namespace lolscope {

namespace {

/// The row of a small table whose rows are unique by their texts.
template<typename... Texts>
std::int64_t rowIn(SQLite::Database &database, const char *table, const char *columns, const char *marks,
                   const Texts &...texts)
{
    const std::string name(table);
    SQLite::Statement insert(database,
                             "INSERT OR IGNORE INTO " + name + " (" + columns + ") VALUES (" + marks + ")");
    SQLite::bind(insert, texts...);
    insert.exec();
    SQLite::Statement select(database,
                             "SELECT id FROM " + name + " WHERE (" + columns + ") = (" + marks + ")");
    SQLite::bind(select, texts...);
    select.executeStep();
    return select.getColumn(0).getInt64();
}

/// Adds a text to a key, so that neighbours cannot trade characters.
void addTo(std::string &key, std::string_view text)
{
    key.append(std::to_string(text.size())).append(1, ' ').append(text);
}

} // namespace

EventNames::EventNames(SQLite::Database &database)
    : m_database(database)
    , m_insertGuid(database, "INSERT OR IGNORE INTO process_guid (text) VALUES (?)")
    , m_selectGuid(database, "SELECT id FROM process_guid WHERE text = ?")
{}

EventNames::FormRows EventNames::of(const PreparedEvents::Form &form)
{
    const Event &event = *form.like;
    m_scratch.clear();
    addTo(m_scratch, event.provider);
    addTo(m_scratch, event.channel);
    for (const std::uint32_t number : {event.eventId, event.version, event.level})
        m_scratch.append(reinterpret_cast<const char *>(&number), sizeof number);
    FormRows rows;
    rows.kind = m_kinds.of(m_scratch, [&] {
        return rowIn(m_database, "kind", "provider, channel, event_id, version, level", "?, ?, ?, ?, ?",
                     std::string(event.provider), std::string(event.channel), event.eventId, event.version,
                     event.level);
    });
    m_scratch.clear();
    addTo(m_scratch, form.systemNames);
    addTo(m_scratch, form.dataNames);
    rows.shape = m_shapes.of(m_scratch, [&] {
        return rowIn(m_database, "shape", "system, data", "?, ?", form.systemNames, form.dataNames);
    });
    rows.channel = m_channels.of(event.channel, [&] { return ++m_lastChannel; });
    return rows;
}

std::int64_t EventNames::guid(std::string_view text)
{
    return m_guids.of(text, [&] {
        const std::string guid(text);
        m_insertGuid.bindNoCopy(1, guid);
        const bool isNew = m_insertGuid.exec() == 1;
        m_insertGuid.reset();
        if (isNew)
            return m_database.getLastInsertRowid();
        m_selectGuid.bindNoCopy(1, guid);
        m_selectGuid.executeStep();
        const std::int64_t row = m_selectGuid.getColumn(0).getInt64();
        m_selectGuid.reset();
        return row;
    });
}

std::int64_t EventNames::host(std::string_view name)
{
    if (m_lastHostRow != 0 && m_lastHost == name)
        return m_lastHostRow;
    m_lastHostRow = m_hosts.of(name, [&] {
        const std::string folded = foldCase(name);
        SQLite::Statement insert(m_database,
                                 "INSERT INTO host (name, folded) VALUES (?, ?) "
                                 // Of several spellings one, whichever came first.
                                 "ON CONFLICT (folded) DO UPDATE SET name = min(name, excluded.name)");
        SQLite::bind(insert, std::string(name), folded);
        insert.exec();
        SQLite::Statement select(m_database, "SELECT id FROM host WHERE folded = ?");
        select.bind(1, folded);
        select.executeStep();
        return select.getColumn(0).getInt64();
    });
    m_lastHost = name;
    return m_lastHostRow;
}

} // namespace lolscope
