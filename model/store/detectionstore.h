#pragma once

#include "model/base/event.h"
#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// An event as rules see it, and what is known around it.
struct JoinedEvent
{
    EventId id = EventId{0};
    /// `data` holds the record's own fields, then the fields of its process start that it lacks itself, then
    /// the asked name as a further DestinationHostname.
    Event event;
    std::int64_t host = 0;
    std::optional<ProcessId> process;
    std::string processKey; ///< What the process's identity rests on; empty without a process.
    std::string startShape; ///< `1` or `4688` when its start was logged, else empty.
    std::string image, user;
    std::optional<ConnectionId> connection;
    std::optional<DnsQueryId> dnsQuery;
    bool ownStart = false; ///< The event is the start of its process.
    bool isSecondRecord = false; ///< Of a start or connection that another event tells more of.
    // Of a connection:
    std::string askedName, reverseName, destIp, destAddress, destPort, sourceIp, sourcePort, protocol;
    std::optional<bool> initiated;
    // Of a query:
    std::string queryName;

    std::size_t ownFields = 0; ///< The first so many of `event.data` are the record's own.
    /// The event as its record has it.
    Event unjoined() const
    {
        Event own = event;
        own.data = event.data.first(ownFields);
        return own;
    }
};

/// Whether forEachEvent() joins facts, or gives each record alone.
enum class Join { All, None };

/// Candidates for detection are events that a rule may match once they are joined. They are noted while
/// evidence is read, for one set of rules; of other events none of these rules matches any.
///
/// Whether the candidates of the case are those of the rule set named `rules`.
Result<bool> hasCandidates(const CaseFile &file, const std::string &rules);

/// Every candidate, in the order they were read.
Result<std::vector<EventId>> candidates(const CaseFile &file);

/// The first event of each run of events whose values are packed together.
Result<std::vector<EventId>> packedRuns(const CaseFile &file);

/// Gives events as their records have them, nothing joined.
class RecordedEvents
{
public:
    /// Those whose kind `wants` takes (asked with provider, channel and event id alone). `file` has to
    /// outlive it.
    static Result<RecordedEvents> open(const CaseFile &file, const std::function<bool(const Event &)> &wants);
    RecordedEvents(RecordedEvents &&) noexcept;
    ~RecordedEvents();

    /// Calls `use` for those from `first` to `last`, in order; the event is null where it cannot be read.
    Result<void> read(EventId first, EventId last, const std::function<void(EventId, const Event *)> &use);

private:
    struct Private;
    explicit RecordedEvents(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

/// Events that the case has and cannot give: their stored values are damaged, or those of the start of their
/// process.
using UnreadableEvents = std::set<EventId>;
constexpr std::string_view kUnreadableReason = "events of the case could not be read, so no rule saw them";

/// Calls `use` for every event whose kind `wants` takes (asked with provider, channel and event id alone), in
/// the order they were read. Ends with the first error of `use`, or Cancelled when asked to stop. An event
/// that cannot be read is left out and counted in `unreadable`, if there is one, and else ends it: Corrupt.
Result<void> forEachEvent(const CaseFile &file, const std::function<bool(const Event &)> &wants, Join join,
                          const std::function<Result<void>(const JoinedEvent &)> &use,
                          const std::stop_token &stop, UnreadableEvents *unreadable = nullptr);

/// Gives events by their ids, as forEachEvent() does.
class JoinedEvents
{
public:
    /// `file` has to outlive it.
    static Result<JoinedEvents> open(const CaseFile &file, Join join);
    JoinedEvents(JoinedEvents &&) noexcept;
    ~JoinedEvents();

    /// Error: Corrupt for an id that is not in the case, and for an event that cannot be read unless there is
    /// `unreadable` to count it in.
    Result<void> read(EventId id, const std::function<Result<void>(const JoinedEvent &)> &use,
                      UnreadableEvents *unreadable = nullptr);

private:
    struct Private;
    explicit JoinedEvents(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace lolscope
