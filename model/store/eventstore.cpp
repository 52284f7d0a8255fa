#include "model/store/eventstore.h"

#include "model/base/text.h"
#include "model/store/facts.h"
#include "model/store/packedevents.h"
#include "model/store/readevent.h"
#include "model/store/sql.h"

#include <algorithm>
#include <unordered_map>

namespace lolscope {

namespace {

constexpr std::size_t kLongestDetails = 400; // a line; the whole event is in the details panel

/// One line of what an event says: the fields an analyst looks for first, by kind; else the first ones it
/// has.
std::string wholeDetails(const Event &event)
{
    const auto value = [&](std::string_view name) {
        return std::string(fieldOf(event, name).value_or(std::string_view()));
    };
    const bool sysmon = isSysmon(event.provider);
    const bool security = event.provider == kSecurityProvider;
    if (sysmon && event.eventId == 1)
        return value("CommandLine");
    if (sysmon && event.eventId == 3)
        return value("SourceIp") + ':' + value("SourcePort") + " → " + value("DestinationIp") + ':'
            + value("DestinationPort") + ' ' + value("Protocol")
            + (value("Initiated") == "true" ? " initiated" : " accepted");
    if ((sysmon && event.eventId == 22) || (event.provider == kDnsClientProvider && event.eventId == 3008))
        return value("QueryName") + " → " + value("QueryResults");
    if (security && event.eventId == 4688 && !value("CommandLine").empty())
        return value("CommandLine");
    if (security && event.eventId == 5156)
        return value("SourceAddress") + ':' + value("SourcePort") + " → " + value("DestAddress") + ':'
            + value("DestPort");
    std::string line;
    for (const Field &field : event.data) {
        if (field.value.empty() || field.name == "UtcTime" || field.name == "RuleName"
            || field.name.ends_with("Guid"))
            continue;
        line += (line.empty() ? "" : " · ") + std::string(field.name) + '=' + std::string(field.value);
        if (line.size() > kLongestDetails)
            break;
    }
    return line;
}

std::string detailsOf(const Event &event)
{
    std::string line = wholeDetails(event);
    if (line.size() <= kLongestDetails)
        return line;
    line.resize(kLongestDetails);
    return validUtf8(line) + "…";
}

std::string imageOf(const Event &event)
{
    for (const std::string_view name :
         {"Image", "SourceImage", "NewProcessName", "Application", "ProcessName"})
        if (const auto value = fieldOf(event, name); value && !value->empty())
            return std::string(*value);
    return {};
}

/// The record as XML where the case has it. What is damaged there is as good as absent: the fields are whole
/// without it.
std::string xmlOf(SQLite::Database &database, EventId id)
{
    SQLite::Statement select(database,
                             "SELECT first_event, data FROM record_xml WHERE first_event <= ? ORDER BY "
                             "first_event DESC LIMIT 1");
    select.bind(1, toInt(id));
    if (!select.executeStep())
        return {};
    const auto index = static_cast<std::size_t>(toInt(id) - select.getColumn(0).getInt64());
    const auto data = select.getColumn(1);
    UnpackedEvents events;
    const auto unpacked =
        events.unpack({static_cast<const char *>(data.getBlob()), static_cast<std::size_t>(data.getBytes())});
    if (!unpacked || index >= events.count() || events.values(index).empty())
        return {};
    return std::string(events.values(index).front());
}

} // namespace

Result<std::vector<EventId>> eventIds(const CaseFile &file, const EventFilter &filter)
{
    return sql::guarded([&] {
        std::string select = "SELECT id FROM event";
        if (filter.process)
            select += " WHERE id IN (SELECT event_id FROM process WHERE id = ?1 OR same_as = ?1 UNION "
                      "SELECT event_id FROM process_end WHERE process_id = ?1 UNION "
                      "SELECT event_id FROM connection WHERE process_id = ?1 UNION "
                      "SELECT event_id FROM dns_query WHERE process_id = ?1 UNION "
                      "SELECT event.id FROM process p JOIN process_guid g ON g.text = p.guid JOIN event ON "
                      "event.process_guid_id = g.id "
                      "AND event.host_id = p.host_id WHERE p.id = ?1)";
        if (filter.alert)
            select += std::string(filter.process ? " AND" : " WHERE")
                + " id IN (SELECT event_id FROM detection WHERE alert_id = ?2)";
        SQLite::Statement statement(file.database(), select + " ORDER BY time NULLS LAST, id");
        if (filter.process)
            statement.bind(1, toInt(*filter.process));
        if (filter.alert)
            statement.bind(2, *filter.alert);
        std::vector<EventId> ids;
        while (statement.executeStep())
            ids.push_back(EventId{statement.getColumn(0).getInt64()});
        return ids;
    });
}

Result<std::vector<EventRow>> eventRows(const CaseFile &file, std::span<const EventId> ids)
{
    return sql::guarded([&] {
        SQLite::Statement statement(file.database(), kSelectEvent + " WHERE event.id = ?");
        EventFields fields(file.database());
        EventBatch batch;
        std::vector<EventRow> rows;
        rows.reserve(ids.size());
        for (const EventId id : ids) {
            batch.clear();
            statement.bind(1, toInt(id));
            if (!statement.executeStep())
                throw Error{ErrorCode::Invalid, "no event " + std::to_string(toInt(id)) + " in the case"};
            const Event event = fields.read(statement, batch);
            rows.push_back({id, eventTime(event), std::string(event.computer), std::string(event.provider),
                            std::string(event.channel), event.eventId, imageOf(event), detailsOf(event)});
            statement.reset();
        }
        return rows;
    });
}

struct FirstCitation::Private
{
    const CaseFile &file;
    std::optional<SQLite::Statement> select, selectPath;
    std::unordered_map<std::int64_t, std::string> paths = {}; ///< By evidence.

    const std::string &pathOf(std::int64_t evidence)
    {
        const auto [entry, isNew] = paths.try_emplace(evidence);
        if (isNew) {
            if (!selectPath)
                selectPath.emplace(file.database(), "SELECT path FROM evidence WHERE id = ?");
            selectPath->bind(1, evidence);
            entry->second = selectPath->executeStep() ? sql::text(*selectPath, 0) : std::string();
            selectPath->reset();
        }
        return entry->second;
    }
};

FirstCitation::FirstCitation(const CaseFile &file)
    : d(std::make_unique<Private>(Private{file, {}, {}}))
{}
FirstCitation::~FirstCitation() = default;

Result<std::string> FirstCitation::fileOf(EventId id)
{
    return sql::guarded([&] {
        if (!d->select)
            d->select.emplace(
                d->file.database(),
                "SELECT evidence_id, (SELECT min(evidence_id) FROM citation WHERE event_id = ?1) FROM event "
                "WHERE id = ?1");
        auto &select = *d->select;
        select.bind(1, toInt(id));
        std::optional<std::int64_t> evidence;
        if (select.executeStep()) {
            evidence = select.getColumn(0).getInt64();
            if (const auto cited = sql::optionalOf<std::int64_t>(select, 1))
                evidence = std::min(*evidence, *cited);
        }
        select.reset();
        return evidence ? d->pathOf(*evidence) : std::string();
    });
}

Result<EventKindRow> eventKind(const CaseFile &file, EventId id)
{
    return sql::guarded([&] {
        SQLite::Statement select(file.database(),
                                 "SELECT provider, channel, kind.event_id FROM event JOIN kind "
                                 "ON kind.id = event.kind_id WHERE event.id = ?");
        select.bind(1, toInt(id));
        if (!select.executeStep())
            throw Error{ErrorCode::Invalid, "no event " + std::to_string(toInt(id)) + " in the case"};
        return EventKindRow{sql::text(select, 0), sql::text(select, 1), select.getColumn(2).getUInt(), 0};
    });
}

Result<std::vector<EventKindRow>> kindCounts(const CaseFile &file)
{
    return sql::guarded([&] {
        SQLite::Statement select(
            file.database(),
            "SELECT provider, channel, event_id, sum(n) FROM (SELECT kind_id, count(*) AS n "
            "FROM event GROUP BY kind_id) JOIN kind ON kind.id = kind_id GROUP BY 1, 2, 3");
        std::vector<EventKindRow> rows;
        while (select.executeStep())
            rows.push_back({sql::text(select, 0), sql::text(select, 1), select.getColumn(2).getUInt(),
                            sql::count(select, 3)});
        return rows;
    });
}

Result<StoredEvent> storedEvent(const CaseFile &file, EventId id)
{
    return sql::guarded([&] {
        StoredEvent stored;
        stored.id = id;
        stored.storage = std::make_unique<EventBatch>();
        SQLite::Statement statement(file.database(), kSelectEvent + " WHERE event.id = ?");
        statement.bind(1, toInt(id));
        if (!statement.executeStep())
            throw Error{ErrorCode::Invalid, "no event " + std::to_string(toInt(id)) + " in the case"};
        stored.event = EventFields(file.database()).read(statement, *stored.storage);

        stored.event.xml = stored.storage->keep(xmlOf(file.database(), id));

        SQLite::Statement cited(
            file.database(),
            "SELECT path, sha256, chunk, byte_offset, header_record_id, c.recovered FROM (SELECT id AS "
            "event_id, evidence_id, ordinal, "
            "chunk, byte_offset, header_record_id, recovered FROM event WHERE id = ?1 UNION ALL SELECT * "
            "FROM citation WHERE event_id = ?1) c "
            "JOIN evidence ON evidence.id = c.evidence_id ORDER BY c.evidence_id, c.ordinal");
        cited.bind(1, toInt(id));
        while (cited.executeStep()) {
            Citation citation;
            citation.file = sql::text(cited, 0);
            citation.sha256 = sql::text(cited, 1);
            citation.chunk = sql::optionalOf<std::uint32_t>(cited, 2);
            citation.offset = sql::optionalOf<std::uint64_t>(cited, 3);
            citation.headerRecordId = sql::optionalOf<std::uint64_t>(cited, 4);
            citation.recovered = cited.getColumn(5).getInt() != 0;
            stored.citations.push_back(std::move(citation));
        }
        if (!stored.citations.empty()) {
            const Citation &first = stored.citations.front();
            stored.event.chunk = first.chunk;
            stored.event.offset = first.offset;
            stored.event.headerRecordId = first.headerRecordId;
            stored.event.recovered = first.recovered;
        }
        return stored;
    });
}

} // namespace lolscope
