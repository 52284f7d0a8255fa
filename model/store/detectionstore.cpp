#include "model/store/detectionstore.h"

#include "model/base/text.h"
#include "model/store/facts.h"
#include "model/store/json.h"
#include "model/store/matchedjson.h"
#include "model/store/readevent.h"
#include "model/store/sql.h"
#include "model/store/verdictmoves.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace lolscope {

namespace {

/// Fields of process starts, kept because many events share a process. Emptied when full.
class StartFields
{
public:
    explicit StartFields(SQLite::Database &database)
        : m_select(database, kSelectEvent + " WHERE event.id = ?")
        , m_fields(database)
    {}

    std::span<const Field> of(std::int64_t startEvent)
    {
        constexpr std::size_t kMostKept = 2048;
        if (const auto found = m_kept.find(startEvent); found != m_kept.end())
            return found->second;
        if (m_kept.size() >= kMostKept) {
            m_kept.clear();
            m_storage.clear();
        }
        m_kept[startEvent] = {}; // of one that cannot be read there are none
        m_select.reset(); // an error may have left it in use
        m_select.bind(1, startEvent);
        if (!m_select.executeStep())
            throw Error{ErrorCode::Corrupt, "the case lacks event " + std::to_string(startEvent)};
        const Event start = m_fields.read(m_select, m_storage);
        m_select.reset();
        auto fields = sysmonStartFields(start, m_storage);
        if (fields.empty())
            fields.assign(start.data.begin(), start.data.end());
        return m_kept[startEvent] = m_storage.keep(std::span<const Field>(fields));
    }

private:
    SQLite::Statement m_select;
    EventFields m_fields;
    EventBatch m_storage;
    std::unordered_map<std::int64_t, std::span<const Field>> m_kept;
};

/// A condition in SQL: `event` is of a kind that `wants` takes.
std::string isOfKinds(const CaseFile &file, const std::function<bool(const Event &)> &wants)
{
    std::string kinds;
    SQLite::Statement select(file.database(), "SELECT id, provider, channel, event_id FROM kind");
    while (select.executeStep()) {
        const std::string provider = sql::text(select, 1);
        const std::string channel = sql::text(select, 2);
        Event event;
        event.provider = provider;
        event.channel = channel;
        event.eventId = select.getColumn(3).getUInt();
        if (wants(event))
            kinds += (kinds.empty() ? "" : ",") + sql::text(select, 0);
    }
    return "event.kind_id IN (" + kinds + ")";
}

class EventWalk
{
public:
    /// `which` is a condition in SQL on `event`, with a place for one value at most.
    EventWalk(const CaseFile &file, Join join, const std::string &which)
        : m_join(join)
        , m_starts(file.database())
        , m_fields(file.database())
        , m_select(file.database(),
                   "SELECT " + kEventColumns
                       + ", event.host_id, c.id, q.id, coalesce(c.process_id, q.process_id, own.id, "
                         "e.process_id), own.id, asked.name, c.dest_hostname, "
                         "c.dest_ip, c.dest_address, c.dest_port, c.source_ip, c.source_port, c.protocol, "
                         "c.initiated, q.name, "
                         "coalesce(c.same_as, own.same_as), coalesce(c.image, q.image, own.image)"
                       + kEventTables
                       + " LEFT JOIN connection c ON c.event_id = event.id LEFT JOIN dns_query q ON "
                         "q.event_id = event.id "
                         "LEFT JOIN process own ON own.event_id = event.id LEFT JOIN process_end e ON "
                         "e.event_id = event.id "
                         "LEFT JOIN dns_query asked ON asked.id = c.asked_query_id WHERE "
                       + which + " ORDER BY event.id")
        , m_process(file.database(),
                    "SELECT guid, pid, start_time, image, user, event_id, from_security, source FROM process "
                    "WHERE id = ?")
        , m_processByGuid(file.database(),
                          "SELECT id FROM process WHERE guid = upper(?) AND host_id = ? AND same_as IS NULL "
                          "ORDER BY source = 'logged' DESC LIMIT 1")
    {}

    /// Gives the number of events it walked over.
    std::uint64_t walk(const std::function<Result<void>(const JoinedEvent &)> &use,
                       const std::stop_token &stop, UnreadableEvents *unreadable,
                       const std::optional<std::int64_t> &value = {})
    {
        m_unreadable = unreadable;
        m_select.reset();
        if (value)
            m_select.bind(1, *value);
        std::uint64_t events = 0;
        for (; m_select.executeStep(); ++events) {
            if (stop.stop_requested())
                throw Error{ErrorCode::Cancelled, "cancelled"};
            std::optional<JoinedEvent> joined;
            orCounted(EventId{m_select.getColumn(0).getInt64()}, [&] { joined = read(); });
            if (!joined)
                continue;
            if (const auto used = use(*joined); !used)
                throw used.error();
        }
        return events;
    }

private:
    enum {
        kHost = kEventColumnCount,
        kConnection,
        kQuery,
        kProcess,
        kOwnStart,
        kAsked,
        kReverse,
        kDestIp,
        kDestAddress,
        kDestPort,
        kSourceIp,
        kSourcePort,
        kProtocol,
        kInitiated,
        kQueryName,
        kSameAs,
        kImage
    };

    template<typename Read>
    void orCounted(EventId event, const Read &read)
    {
        try {
            read();
        } catch (const Error &error) {
            if (!m_unreadable || error.code != ErrorCode::Corrupt)
                throw;
            m_unreadable->insert(event);
        }
    }

    JoinedEvent read()
    {
        m_batch.clear();
        JoinedEvent joined;
        joined.id = EventId{m_select.getColumn(0).getInt64()};
        joined.event = m_fields.read(m_select, m_batch);
        joined.host = m_select.getColumn(kHost).getInt64();
        if (const auto id = sql::optionalOf<std::int64_t>(m_select, kConnection))
            joined.connection = ConnectionId{*id};
        if (const auto id = sql::optionalOf<std::int64_t>(m_select, kQuery))
            joined.dnsQuery = DnsQueryId{*id};
        joined.isSecondRecord = !m_select.getColumn(kSameAs).isNull();
        joined.ownStart = !m_select.getColumn(kOwnStart).isNull();
        joined.askedName = sql::text(m_select, kAsked);
        joined.reverseName = sql::text(m_select, kReverse);
        joined.destIp = sql::text(m_select, kDestIp);
        joined.destAddress = sql::text(m_select, kDestAddress);
        joined.destPort = sql::text(m_select, kDestPort);
        joined.sourceIp = sql::text(m_select, kSourceIp);
        joined.sourcePort = sql::text(m_select, kSourcePort);
        joined.protocol = sql::text(m_select, kProtocol);
        if (const auto initiated = sql::optionalOf<int>(m_select, kInitiated))
            joined.initiated = *initiated != 0;
        joined.queryName = sql::text(m_select, kQueryName);

        std::vector<Field> fields(joined.event.data.begin(), joined.event.data.end());
        joined.ownFields = fields.size();
        joined.image = sql::text(m_select, kImage);
        if (joined.image.empty())
            joined.image = std::string(fieldOf(joined.event, "Image").value_or(std::string_view()));
        joined.user = std::string(fieldOf(joined.event, "User").value_or(std::string_view()));
        auto process = sql::optionalOf<std::int64_t>(m_select, kProcess);
        if (const auto guid = fieldOf(joined.event, "ProcessGuid"); guid && !process)
            process = processByGuid(*guid, joined.host);
        if (process)
            joinProcess(joined, *process, fields);
        if (m_join == Join::All && !joined.askedName.empty())
            fields.push_back({kAskedNameField, m_batch.keep(joined.askedName), FieldSource::AskedName});
        joined.event.data = m_batch.keep(std::span<const Field>(fields));
        return joined;
    }

    /// Of an event whose kind has no facts of its own.
    std::optional<std::int64_t> processByGuid(std::string_view guid, std::int64_t host)
    {
        m_processByGuid.bind(1, std::string(guid));
        m_processByGuid.bind(2, host);
        const bool found = m_processByGuid.executeStep();
        const auto id = found ? std::optional(m_processByGuid.getColumn(0).getInt64()) : std::nullopt;
        m_processByGuid.reset();
        return id;
    }

    void joinProcess(JoinedEvent &joined, std::int64_t id, std::vector<Field> &fields)
    {
        m_process.reset(); // an error may have left it in use
        m_process.bind(1, id);
        if (!m_process.executeStep())
            throw Error{ErrorCode::Corrupt, "the case lacks process " + std::to_string(id)};
        joined.process = ProcessId{id};
        const std::string guid = sql::text(m_process, 0);
        const std::string image = sql::text(m_process, 3);
        const bool logged = sql::text(m_process, 7) == "logged";
        joined.image = image.empty() ? joined.image : image;
        joined.user = joined.user.empty() || joined.user == "-" ? sql::text(m_process, 4) : joined.user;
        if (!guid.empty())
            joined.processKey = guid;
        else if (!m_process.getColumn(2).isNull())
            joined.processKey = "pid " + sql::text(m_process, 1) + " since " + sql::text(m_process, 2);
        else
            joined.processKey = "pid " + sql::text(m_process, 1) + ' ' + foldCase(baseName(image));
        if (logged)
            joined.startShape = m_process.getColumn(6).getInt() != 0 ? "4688" : "1";
        const auto startEvent = sql::optionalOf<std::int64_t>(m_process, 5);
        m_process.reset();
        if (m_join == Join::None || joined.ownStart || !startEvent)
            return;

        std::unordered_set<std::string_view> own;
        for (const Field &field : fields)
            own.insert(field.name);
        std::span<const Field> start;
        // Without it the event has its own fields still.
        orCounted(EventId{*startEvent}, [&] { start = m_starts.of(*startEvent); });
        for (const Field &field : start)
            if (!own.contains(field.name) && isProcessStartField(field.name))
                fields.push_back(
                    {m_batch.keep(field.name), m_batch.keep(field.value), FieldSource::ProcessStart});
    }

    Join m_join;
    UnreadableEvents *m_unreadable = nullptr;
    StartFields m_starts;
    EventFields m_fields;
    SQLite::Statement m_select;
    SQLite::Statement m_process;
    SQLite::Statement m_processByGuid;
    EventBatch m_batch;
};

} // namespace

Result<bool> hasCandidates(const CaseFile &file, const std::string &rules)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 "SELECT 1 FROM meta WHERE key = 'candidates' AND value = ?");
        select.bind(1, rules);
        return select.executeStep();
    });
}

Result<std::vector<EventId>> candidates(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT event_id FROM candidate ORDER BY event_id");
        std::vector<EventId> ids;
        while (select.executeStep())
            ids.push_back(EventId{select.getColumn(0).getInt64()});
        return ids;
    });
}

Result<void> forEachEvent(const CaseFile &file, const std::function<bool(const Event &)> &wants, Join join,
                          const std::function<Result<void>(const JoinedEvent &)> &use,
                          const std::stop_token &stop, UnreadableEvents *unreadable)
{
    return sql::guarded([&] { EventWalk(file, join, isOfKinds(file, wants)).walk(use, stop, unreadable); });
}

Result<std::vector<EventId>> packedRuns(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(), "SELECT first_event FROM payload ORDER BY first_event");
        std::vector<EventId> runs;
        while (select.executeStep())
            runs.push_back(EventId{select.getColumn(0).getInt64()});
        return runs;
    });
}

struct RecordedEvents::Private
{
    Private(const CaseFile &file, const std::function<bool(const Event &)> &wants)
        : fields(file.database())
        , select(file.database(),
                 kSelectEvent + " WHERE event.id BETWEEN ? AND ? AND " + isOfKinds(file, wants)
                     + " ORDER BY event.id")
    {}
    EventFields fields;
    SQLite::Statement select;
};

RecordedEvents::RecordedEvents(std::unique_ptr<Private> p)
    : d(std::move(p))
{}
RecordedEvents::RecordedEvents(RecordedEvents &&) noexcept = default;
RecordedEvents::~RecordedEvents() = default;

Result<RecordedEvents> RecordedEvents::open(const CaseFile &file,
                                            const std::function<bool(const Event &)> &wants)
{
    return sql::guarded([&] { return RecordedEvents(std::make_unique<Private>(file, wants)); });
}

Result<void> RecordedEvents::read(EventId first, EventId last,
                                  const std::function<void(EventId, const Event *)> &use)
{
    return sql::guarded([&] {
        EventBatch batch;
        d->select.reset(); // an error may have left it in use
        d->select.bind(1, toInt(first));
        d->select.bind(2, toInt(last));
        while (d->select.executeStep()) {
            const EventId id{d->select.getColumn(0).getInt64()};
            batch.clear();
            std::optional<Event> event;
            try {
                event = d->fields.read(d->select, batch);
            } catch (const Error &error) {
                if (error.code != ErrorCode::Corrupt)
                    throw;
            }
            use(id, event ? &*event : nullptr);
        }
    });
}

struct JoinedEvents::Private
{
    Private(const CaseFile &file, Join join)
        : walk(file, join, "event.id = ?")
    {}
    EventWalk walk;
};

JoinedEvents::JoinedEvents(std::unique_ptr<Private> p)
    : d(std::move(p))
{}
JoinedEvents::JoinedEvents(JoinedEvents &&) noexcept = default;
JoinedEvents::~JoinedEvents() = default;

Result<JoinedEvents> JoinedEvents::open(const CaseFile &file, Join join)
{
    return sql::guarded([&] { return JoinedEvents(std::make_unique<Private>(file, join)); });
}

Result<void> JoinedEvents::read(EventId id, const std::function<Result<void>(const JoinedEvent &)> &use,
                                UnreadableEvents *unreadable)
{
    return sql::guarded([&] {
        if (d->walk.walk(use, {}, unreadable, toInt(id)) == 0)
            throw Error{ErrorCode::Corrupt, "the case lacks event " + std::to_string(toInt(id))};
    });
}

} // namespace lolscope
