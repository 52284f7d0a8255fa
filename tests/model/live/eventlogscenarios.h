#pragma once

#include "model/live/eventlogreader.h"
#include "tests/support/fakeclock.h"

#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace lolscope::test {

/// A FakeEventLog and the way to it: direct, or through the Windows code and a wevtapi.dll.
class EventLogBench
{
public:
    virtual ~EventLogBench() = default;
    virtual std::shared_ptr<EventLogApi> api() = 0;
    virtual void play(const std::string &line) = 0; ///< See FakeEventLog.
    virtual std::size_t openHandles() = 0;
    virtual std::size_t calls(const std::string &call) = 0;

    std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
};

/// What a program does to one computer's logs from its start to its end, and what it got.
class EventLogRun
{
public:
    EventLogRun(EventLogBench &bench, EventLogRequest request, const LiveBookmarks &bookmarks = {});

    /// Reads until there is nothing more for now, or an error.
    void read();
    void pass(std::chrono::milliseconds time); ///< For the clock.

    using Numbers = std::vector<std::uint64_t>;
    std::map<std::string, Numbers> numbers; ///< Those of the events (field `n`), by evidence.
    Numbers of(const std::string &channel) const;
    LiveBookmarks bookmarks; ///< As a case would have them.
    std::vector<std::string> anotherLog; ///< Evidence.
    std::vector<Damage> damage;
    std::uint64_t lost() const;
    std::vector<Error> errors;
    std::string partError(const std::string &channel) const;
    std::size_t batches = 0;

private:
    EventLogBench &m_bench;
    EventLogReader m_reader;
};

/// What `condition` says is not so.
class ScenarioFailed : public std::runtime_error
{
    using std::runtime_error::runtime_error;
};

struct EventLogScenario
{
    const char *name;
    std::function<void(EventLogBench &)> run; ///< Throws ScenarioFailed.
};
#define SCENARIO(name)                                                                                       \
    EventLogScenario                                                                                         \
    {                                                                                                        \
#name, name                                                                                          \
    }
std::vector<EventLogScenario> eventLogPlaces(); ///< Where reading begins and goes on.
std::vector<EventLogScenario> eventLogTroubles(); ///< What is refused, goes away or is damaged.
std::vector<EventLogScenario> eventLogScenarios(); ///< All.

/// Runs it between a reset and a look at what it left open.
void runScenario(const EventLogScenario &scenario, EventLogBench &bench);

// What they are written with

#define CHECK(condition) check((condition), __LINE__, #condition)
inline void check(bool holds, int line, const char *condition)
{
    if (!holds)
        throw ScenarioFailed("line " + std::to_string(line) + ": " + condition);
}

inline EventLogRequest reading(std::vector<std::string> channels, bool fromNow = false)
{
    EventLogRequest request;
    request.channels = std::move(channels);
    request.fromNow = fromNow;
    return request;
}

inline EventLogRequest remote(std::vector<std::string> channels)
{
    EventLogRequest request = reading(std::move(channels));
    request.computer = {"DC01", "anna", "EXAMPLE", Secret(std::string("a pass phrase of some length"))};
    return request;
}

inline EventLogRun::Numbers numbers(std::uint64_t first, std::uint64_t last)
{
    EventLogRun::Numbers all(last - first + 1);
    std::iota(all.begin(), all.end(), first);
    return all;
}

inline std::string xmlOf(const std::string &channel, std::uint64_t record)
{
    return "<BookmarkList>\r\n  <Bookmark Channel='" + channel + "' RecordId='" + std::to_string(record)
        + "' IsCurrent='true'/>\r\n</BookmarkList>";
}

inline std::string evidence(EventLogBench &bench, const std::string &channel)
{
    return eventLogEvidence(bench.api()->computerName(), channel);
}

inline LiveBookmarks bookmarked(EventLogBench &bench, const std::string &channel, std::uint64_t record)
{
    return {{evidence(bench, channel), xmlOf(channel, record)}};
}

} // namespace lolscope::test
