#pragma once

#include "detection/correlation/correlationrun.h"
#include "detection/sigma/references.h"

#include <QtTest>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lolscope::test {

/// Correlation rules over the detection rules a, b and c; `text` names them and each other.
inline CorrelationSet setOf(const std::string &text)
{
    std::string all;
    for (const char name : {'a', 'b', 'c'})
        all += std::string("title: Base ") + name + "\nname: " + name
            + "\nid: 0a1b2c3d-0000-4000-8000-00000000000" + name
            + "\nlogsource: {product: windows}\ndetection: {s: {F: x}, condition: s}\n---\n";
    auto load = sigma::parseRules(all + text, "c.yml");
    sigma::resolveReferences(load);
    if (!load.refused.empty())
        qFatal("%s", describe(load.refused[0].reason).c_str());
    return CorrelationSet(load.correlations);
}

inline std::string idOf(char rule)
{
    return std::string("0a1b2c3d-0000-4000-8000-00000000000") + rule;
}

inline Timestamp at(double seconds)
{
    return Timestamp(std::chrono::duration_cast<Ticks>(std::chrono::duration<double>(seconds)));
}

/// Feeds a run by hand; the events are numbered from 1.
class Feed
{
public:
    explicit Feed(const CorrelationSet &set, CorrelationLimits limits = {})
        : m_set(set)
        , m_run(set, limits)
    {}

    void match(char rule, std::optional<double> seconds, const std::map<std::string, std::string> &fields)
    {
        ++m_event;
        addMatch(rule, seconds, fields);
    }

    /// `10 a U=x V=2`: a match of rule a at 10 s; `&` instead of the time: the event before, by another rule.
    void add(const QString &line)
    {
        auto words = line.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        std::map<std::string, std::string> fields;
        for (const QString &word : words.mid(2))
            fields[word.section(QLatin1Char('='), 0, 0).toStdString()] =
                word.section(QLatin1Char('='), 1).toStdString();
        if (words[0] != QLatin1String("&")) {
            ++m_event;
            m_seconds = words[0] == QLatin1String("-") ? std::nullopt : std::optional(words[0].toDouble());
        }
        addMatch(words[1].at(0).toLatin1(), m_seconds, fields);
    }

    /// `title [group] begin..end = value, count: events`, one line each.
    QStringList finish()
    {
        m_run.finish();
        take();
        return m_lines;
    }
    void take()
    {
        for (const auto &detection : m_run.take()) {
            QStringList group, events;
            for (const auto &value : detection.group)
                group << QString::fromStdString(value);
            for (const auto &record : detection.records)
                events << QString::number(record.event);
            m_lines << QStringLiteral("%1 [%2] %3..%4 = %5, %6: %7")
                           .arg(QString::fromStdString(detection.rule->title), group.join(QLatin1Char(',')),
                                secondsText(detection.begin), secondsText(detection.end))
                           .arg(detection.value)
                           .arg(detection.count)
                           .arg(events.join(QLatin1Char(' ')));
        }
    }
    const CorrelationLosses &losses() const { return m_run.losses(); }

private:
    static QString secondsText(Timestamp time)
    {
        return QString::number(std::chrono::duration<double>(time.time_since_epoch()).count());
    }

    void addMatch(char rule, std::optional<double> seconds, const std::map<std::string, std::string> &fields)
    {
        const auto base = m_set.baseRule(idOf(rule));
        if (!base)
            return; // no correlation rule builds on it
        std::vector<std::string> values;
        for (const auto &field : m_set.fieldsOf(*base)) {
            const auto found = fields.find(field);
            values.push_back(found == fields.end() ? std::string() : found->second);
        }
        m_run.add(*base, seconds ? std::optional(at(*seconds)) : std::nullopt, m_event, values);
    }

    CorrelationSet m_set;
    CorrelationRun m_run;
    std::int64_t m_event = 0;
    std::optional<double> m_seconds;
    QStringList m_lines;
};

inline std::string correlation(const std::string &title, const std::string &section)
{
    return "title: " + title + "\nname: " + title + "\ncorrelation: {" + section + "}\n---\n";
}

inline QStringList detected(const std::string &rules, const QString &events)
{
    Feed feed(setOf(rules));
    for (const QString &line : events.split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        feed.add(line);
    return feed.finish();
}

} // namespace lolscope::test
