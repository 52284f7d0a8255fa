#pragma once

#include "detection/engine/engine.h"

#include <QtTest>

#include <string>
#include <string_view>
#include <vector>

/// Small rules and events for tests of the engine.
namespace lolscope::test {

constexpr std::string_view kSysmon = "Microsoft-Windows-Sysmon";
constexpr std::string_view kSysmonChannel = "Microsoft-Windows-Sysmon/Operational";
constexpr std::string_view kAuditing = "Microsoft-Windows-Security-Auditing";

/// Rules with the given log source and `detection:` text (indented by four).
inline std::vector<sigma::RulePtr> rulesOf(const std::string &logSource, const std::string &detection)
{
    auto load = sigma::parseRules("title: T\nid: 0a1b2c3d-0000-4000-8000-000000000001\nlogsource: "
                                      + logSource + "\ndetection:\n" + detection,
                                  "test.yml");
    if (!load.refused.empty()) // else a test for "no match" could not fail
        qFatal("%s", describe(load.refused[0].reason).c_str());
    return load.loaded;
}

inline sigma::RulePtr ruleOf(const std::string &logSource, const std::string &detection)
{
    return rulesOf(logSource, detection).at(0);
}

/// An event that owns its fields.
struct TestEvent
{
    TestEvent(std::string_view provider, std::string_view channel, std::uint32_t id,
              std::vector<Field> fields = {})
        : data(std::move(fields))
    {
        event.provider = provider;
        event.channel = channel;
        event.eventId = id;
        event.data = data;
    }
    std::vector<Field> data;
    Event event;
};

inline TestEvent processStart(std::vector<Field> fields)
{
    return {kSysmon, kSysmonChannel, 1, std::move(fields)};
}

inline bool holds(const std::string &detection, const Event &event)
{
    return !Engine({ruleOf("{category: process_creation}", detection)}).evaluate(event).empty();
}

} // namespace lolscope::test
