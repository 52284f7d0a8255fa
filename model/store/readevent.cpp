#include "model/store/readevent.h"

#include "model/store/json.h"

#include <algorithm>

namespace lolscope {

EventFields::EventFields(SQLite::Database &database)
    : m_selectShape(database, "SELECT system, data FROM shape WHERE id = ?")
    , m_selectPayload(database,
                      "SELECT first_event, data FROM payload WHERE first_event <= ? ORDER BY "
                      "first_event DESC LIMIT 1")
{}

const std::shared_ptr<const EventFields::Shape> &EventFields::shape(std::int64_t id)
{
    constexpr std::size_t kMostShapes = 4096;
    if (const auto found = m_shapes.find(id); found != m_shapes.end())
        return found->second;
    if (m_shapes.size() >= kMostShapes)
        m_shapes.clear();
    m_selectShape.reset(); // an error may have left it in use
    m_selectShape.bind(1, id);
    if (!m_selectShape.executeStep())
        throw Error{ErrorCode::Corrupt, "the case lacks shape " + std::to_string(id)};
    auto shape = std::make_shared<Shape>();
    for (const int column : {0, 1}) {
        for (const std::string &name : sql::valueOf(listFromJson(sql::text(m_selectShape, column))))
            shape->names.push_back(shape->texts.keep(name));
        if (column == 0)
            shape->systemCount = shape->names.size();
    }
    m_selectShape.reset();
    return m_shapes[id] = std::move(shape);
}

std::span<const std::string_view> EventFields::values(std::int64_t event)
{
    const auto holds = [event](const Payload &payload) {
        return event >= payload.firstEvent
            && static_cast<std::uint64_t>(event - payload.firstEvent) < payload.events.count();
    };
    auto payload = std::find_if(m_payloads.begin(), m_payloads.end(), holds);
    if (payload == m_payloads.end()) {
        payload = m_payloads.begin() + static_cast<std::ptrdiff_t>(m_oldest);
        m_oldest = (m_oldest + 1) % m_payloads.size();
        m_selectPayload.reset(); // an error may have left it in use
        m_selectPayload.bind(1, event);
        if (!m_selectPayload.executeStep())
            throw Error{ErrorCode::Corrupt, "the case lacks the values of event " + std::to_string(event)};
        payload->firstEvent = m_selectPayload.getColumn(0).getInt64();
        const auto data = m_selectPayload.getColumn(1);
        const auto unpacked = payload->events.unpack(
            {static_cast<const char *>(data.getBlob()), static_cast<std::size_t>(data.getBytes())});
        m_selectPayload.reset();
        if (!unpacked)
            throw unpacked.error();
        if (!holds(*payload))
            throw Error{ErrorCode::Corrupt, "the case lacks the values of event " + std::to_string(event)};
    }
    return payload->events.values(static_cast<std::size_t>(event - payload->firstEvent));
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

    const auto &names = shape(row.getColumn(9).getInt64());
    const auto stored = values(row.getColumn(0).getInt64());
    if (stored.size() != names->names.size())
        throw Error{ErrorCode::Corrupt, "an event of the case has not as many values as its shape has names"};
    batch.hold(names);
    m_fields.clear();
    for (std::size_t i = 0; i < stored.size(); ++i)
        m_fields.push_back({names->names[i], batch.keep(stored[i])});
    const auto all = batch.keep(std::span<const Field>(m_fields));
    event.system = all.first(names->systemCount);
    event.data = all.subspan(event.system.size());
    return event;
}

} // namespace lolscope
