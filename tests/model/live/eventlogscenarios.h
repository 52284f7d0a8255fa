#pragma once

#include "model/live/eventlogreader.h"
#include "tests/support/fakeclock.h"

#include <functional>
#include <map>
#include <memory>
#include <span>
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
const std::vector<EventLogScenario> &eventLogScenarios();

/// Runs it between a reset and a look at what it left open.
void runScenario(const EventLogScenario &scenario, EventLogBench &bench);

} // namespace lolscope::test
