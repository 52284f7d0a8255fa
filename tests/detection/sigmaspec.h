#pragma once

#include "detection/engine/engine.h"
#include "tests/support/sigmareference.h"

#include <QTest>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// One-point rules for the lines of the Sigma specification. Every row is asked of the engine and of the
/// reference evaluator, so a slip in either shows.
namespace lolscope::test {

enum class Answer { Matches, Misses, Refused };

inline const char *name(Answer answer)
{
    return answer == Answer::Matches ? "match" : answer == Answer::Misses ? "no match" : "refused";
}

/// An event that owns its fields; a process start of Sysmon unless changed.
struct SpecEvent
{
    std::vector<std::pair<std::string, std::string>> fields; ///< Of EventData.
    std::vector<std::pair<std::string, std::string>> system = {};
    std::string provider = "Microsoft-Windows-Sysmon";
    std::string channel = "Microsoft-Windows-Sysmon/Operational";
    std::uint32_t eventId = 1;
    std::optional<Timestamp> timeCreated = {};

    /// Calls `use(event)`; the event lives no longer than the call.
    template<typename Use>
    auto with(Use use) const
    {
        std::vector<Field> data;
        std::vector<Field> ofSystem;
        for (const auto &[name, value] : fields)
            data.push_back({name, value});
        for (const auto &[name, value] : system)
            ofSystem.push_back({name, value});
        Event event;
        event.provider = provider;
        event.channel = channel;
        event.computer = "host-1.example";
        event.eventId = eventId;
        event.level = 4;
        event.recordId = 99;
        event.timeCreated = timeCreated;
        event.data = data;
        event.system = ofSystem;
        return use(event);
    }
};

inline QByteArray engineAnswer(const std::string &rule, const SpecEvent &event)
{
    const auto load = sigma::parseRules(rule, "spec.yml");
    if (load.loaded.empty()) {
        if (load.refused.size() != 1)
            return QByteArray::number(static_cast<int>(load.refused.size())) + " documents refused";
        const auto &reason = load.refused[0].reason;
        const bool placed = reason.line > 0 && reason.column > 0 && reason.source == "spec.yml";
        return placed && !reason.detail.empty()
            ? QByteArray("refused")
            : "refused without place: " + QByteArray::fromStdString(describe(reason));
    }
    const Engine engine(load.loaded);
    return event.with(
        [&](const Event &one) { return engine.evaluate(one).size() == 1 ? "match" : "no match"; });
}

inline QByteArray referenceAnswer(const std::string &rule, const SpecEvent &event)
{
    const auto rules = ReferenceRule::read(rule);
    if (rules.size() != 1)
        return QByteArray::number(static_cast<int>(rules.size())) + " rules";
    if (!rules[0].refused().empty())
        return "refused";
    return event.with(
        [&](const Event &one) { return rules[0].matches(ReferenceEvent(one)) ? "match" : "no match"; });
}

/// A whole rule. `detection` is indented by four.
inline std::string ruleOf(const std::string &detection,
                          const std::string &logSource = "{category: process_creation, product: windows}")
{
    return "title: T\nid: 0a1b2c3d-0000-4000-8000-000000000001\nlogsource: " + logSource + "\ndetection:\n"
        + detection;
}

/// A rule with one selection: the lines of a map.
inline std::string selectionRule(const std::string &lines, const std::string &condition = "sel")
{
    std::string text = "    sel:\n        ";
    for (const char c : lines) {
        text += c;
        if (c == '\n')
            text += "        ";
    }
    return ruleOf(text + "\n    condition: " + condition + '\n');
}

/// Asks both evaluators. Reports at the caller's row; use inside test functions.
inline void check(const std::string &rule, const SpecEvent &event, Answer expected)
{
    QCOMPARE(referenceAnswer(rule, event), QByteArray(name(expected)));
    const auto load = sigma::parseRules(rule, "spec.yml");
    if (!load.refused.empty() && expected != Answer::Refused)
        qWarning("%s", describe(load.refused[0].reason).c_str());
    QCOMPARE(engineAnswer(rule, event), QByteArray(name(expected)));
}

using SpecFields = std::vector<std::pair<std::string, std::string>>;

/// Lines of one selection, fields, answer.
struct SelectionRow
{
    std::string lines;
    SpecFields fields;
    Answer expected;
};

/// The selection alone, and under `not`: what is true of an event is false of it negated, and a rule is
/// refused both ways.
inline void check(const SelectionRow &row)
{
    check(selectionRule(row.lines), {row.fields}, row.expected);
    if (QTest::currentTestFailed())
        return;
    const auto negated = row.expected == Answer::Matches ? Answer::Misses
        : row.expected == Answer::Misses                 ? Answer::Matches
                                                         : Answer::Refused;
    check(selectionRule(row.lines, "not sel"), {row.fields}, negated);
}

} // namespace lolscope::test

Q_DECLARE_METATYPE(std::string)
Q_DECLARE_METATYPE(lolscope::test::SelectionRow)

namespace lolscope::test {

inline void addSelectionRows()
{
    QTest::addColumn<SelectionRow>("row");
}
inline void row(const std::string &name, const std::string &lines, SpecFields fields, Answer expected)
{
    QTest::newRow(name.c_str()) << SelectionRow{lines, std::move(fields), expected};
}
/// An event with one value of F.
inline void row(const std::string &name, const std::string &lines, const std::string &value, Answer expected)
{
    row(name, lines, SpecFields{{"F", value}}, expected);
}
/// What cannot be asked, whatever the event holds.
inline void refused(const std::string &lines)
{
    row("refused: " + lines, lines, "a", Answer::Refused);
}
/// An event without F.
inline void absent(const std::string &lines, Answer expected)
{
    row("absent field: " + lines, lines, SpecFields{{"Other", "x"}}, expected);
}
inline void checkRow()
{
    QFETCH(SelectionRow, row);
    check(row);
}

} // namespace lolscope::test
