#include "model/store/readevent.h"

#include "model/store/json.h"

#include <algorithm>

namespace lolscope {

namespace {
constexpr std::size_t kMostShapes = 4096;
constexpr std::size_t kMostStrings = 65536;
constexpr std::size_t kLongestKept = 512; // longer ones are rarely asked for twice
} // namespace

EventFields::EventFields(SQLite::Database &database)
    : m_selectShape(database, "SELECT system, data FROM shape WHERE id = ?")
    , m_selectString(database, "SELECT text FROM string WHERE id = ?")
{}

const EventFields::Shape &EventFields::shape(std::int64_t id)
{
    if (const auto found = m_shapes.find(id); found != m_shapes.end())
        return found->second;
    if (m_shapes.size() >= kMostShapes)
        m_shapes.clear();
    m_selectShape.bind(1, id);
    if (!m_selectShape.executeStep())
        throw Error{ErrorCode::Corrupt, "the case lacks shape " + std::to_string(id)};
    Shape shape;
    shape.names = listFromJson(sql::text(m_selectShape, 0));
    shape.systemCount = shape.names.size();
    for (std::string &name : listFromJson(sql::text(m_selectShape, 1)))
        shape.names.push_back(std::move(name));
    m_selectShape.reset();
    return m_shapes[id] = std::move(shape);
}

std::string_view EventFields::string(std::int64_t id, EventBatch &batch)
{
    if (const auto found = m_strings.find(id); found != m_strings.end())
        return batch.keep(found->second);
    m_selectString.bind(1, id);
    if (!m_selectString.executeStep())
        throw Error{ErrorCode::Corrupt, "the case lacks string " + std::to_string(id)};
    std::string text = sql::text(m_selectString, 0);
    m_selectString.reset();
    const auto kept = batch.keep(text);
    if (text.size() <= kLongestKept) {
        if (m_strings.size() >= kMostStrings)
            m_strings.clear();
        m_strings.emplace(id, std::move(text));
    }
    return kept;
}

Event EventFields::read(SQLite::Statement &row, EventBatch &batch)
{
    Event event;
    event.provider = batch.keep(sql::text(row, 1));
    event.channel = batch.keep(sql::text(row, 2));
    event.computer = batch.keep(sql::text(row, 3));
    event.eventId = row.getColumn(4).getUInt();
    event.version = row.getColumn(5).getUInt();
    event.level = row.getColumn(6).getUInt();
    event.recordId = sql::optionalOf<std::uint64_t>(row, 7);
    event.timeCreated = sql::timeOf(row, 8);

    const Shape &names = shape(row.getColumn(9).getInt64());
    m_fields.clear();
    const auto add = [&](std::string_view value) {
        if (m_fields.size() >= names.names.size())
            throw Error{ErrorCode::Corrupt, "an event of the case has more values than its shape has names"};
        m_fields.push_back({batch.keep(names.names[m_fields.size()]), value});
    };
    const auto fields = row.getColumn(10);
    const auto read = readValues(
        {fields.getText(), static_cast<std::size_t>(fields.getBytes())},
        [&](std::string_view text) { add(batch.keep(text)); },
        [&](std::int64_t id) { add(string(id, batch)); });
    if (!read)
        throw read.error();
    const auto all = batch.keep(std::span<const Field>(m_fields));
    event.system = all.first(std::min(names.systemCount, all.size()));
    event.data = all.subspan(event.system.size());
    return event;
}

} // namespace lolscope
