#include "app/pipeline/correlating.h"

#include "detection/correlation/eventvalues.h"
#include "detection/sigma/correlation.h"
#include "model/base/sha256.h"
#include "model/base/text.h"
#include "model/store/matchqueue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace lolscope {

namespace {

std::string numberText(double number)
{
    std::array<char, 32> digits = {};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

/// `value_count of TargetUserName`
std::string measureName(const sigma::Correlation &correlation)
{
    std::string name(sigma::correlationTypeName(correlation.type));
    for (const auto &field : correlation.fields)
        name += (&field == &correlation.fields.front() ? " of " : ", ") + field;
    return name;
}

/// What all records of a detection have in common.
std::vector<MatchedValue> explained(const CorrelationDetection &detection)
{
    const auto &correlation = *detection.rule->correlation;
    std::vector<MatchedValue> matched;
    for (std::size_t i = 0; i < correlation.groupBy.size(); ++i)
        matched.push_back({correlation.groupBy[i], detection.group[i], "is the same in all records"});
    matched.push_back({measureName(correlation),
                       correlation.expression ? "true" : numberText(detection.value),
                       correlation.shownCondition});
    matched.push_back({"window", formatTimestamp(detection.begin) + " to " + formatTimestamp(detection.end),
                       "holds " + std::to_string(detection.count) + " records"});
    return matched;
}

class Correlating
{
public:
    explicit Correlating(const Engine &engine)
        : m_set(engine.correlations())
        , m_run(m_set)
    {
        for (const auto &rule : engine.rules()) {
            const auto base = m_set.baseRule(rule->id);
            if (!base)
                continue;
            m_base.emplace(*base, Base{rule, EventValues(rule, m_set.fieldsOf(*base))});
        }
    }

    Result<void> add(const JoinedEvent &joined, const Match &match)
    {
        const auto base = m_set.baseRule(match.rule->id);
        if (!base)
            return {};
        if (!m_queue) {
            auto queue = MatchQueue::open();
            if (!queue)
                return tl::unexpected(queue.error());
            m_queue.emplace(std::move(*queue));
        }
        const Event &event = joined.event;
        return m_queue->add({event.timeCreated ? event.timeCreated : eventTime(event),
                             foldCase(event.computer) + '\n' + foldCase(event.channel), event.recordId,
                             joined.id, *base, m_base.at(*base).values.of(event)});
    }

    Result<void> finish(const CaseFile &file, Join join, const UseMatch &use, DetectionLosses &losses,
                        const std::stop_token &stop)
    {
        if (!m_queue)
            return {};
        auto events = JoinedEvents::open(file, join);
        if (!events)
            return tl::unexpected(events.error());
        const auto report = [&]() -> Result<void> {
            for (const auto &detection : m_run.take())
                if (auto reported = this->report(detection, *events, use, losses.unreadable, stop); !reported)
                    return reported;
            return {};
        };
        auto status = m_queue->forEach(
            [&](const QueuedMatch &match) {
                m_run.add(match.rule, match.time, toInt(match.event), match.values);
                return report();
            },
            stop);
        if (status) {
            m_run.finish();
            status = report();
        }
        losses.correlations = m_run.losses();
        return status;
    }

private:
    struct Base
    {
        sigma::RulePtr rule;
        EventValues values;
    };

    Result<void> report(const CorrelationDetection &detection, JoinedEvents &events, const UseMatch &use,
                        UnreadableEvents &unreadable, const std::stop_token &stop)
    {
        Match match{detection.rule, explained(detection)};
        auto &of = match.matched.emplace_back();
        for (const auto &record : detection.records) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            of = {"rule", m_base.at(record.baseRule).rule->title, "matched this record"};
            const auto used = events.read(
                EventId{record.event}, [&](const JoinedEvent &event) { return use(event, match); },
                &unreadable);
            if (!used)
                return used;
        }
        return {};
    }

    CorrelationSet m_set;
    CorrelationRun m_run;
    std::map<std::size_t, Base> m_base; ///< By number of the base rule.
    std::optional<MatchQueue> m_queue; ///< Made when the first match comes.
};

} // namespace

Result<DetectionLosses> forEachDetection(const CaseFile &file, const Engine &engine, Join join,
                                         const UseMatch &use, const std::stop_token &stop)
{
    return forEachDetection(
        file, engine, join,
        [&](const UseMatch &each, UnreadableEvents &unreadable) {
            return forEachMatch(file, engine, join, each, unreadable, stop);
        },
        use, stop);
}

Result<DetectionLosses> forEachDetection(const CaseFile &file, const Engine &engine, Join join,
                                         const ForEachMatch &matches, const UseMatch &use,
                                         const std::stop_token &stop)
{
    Correlating correlating(engine);
    DetectionLosses losses;
    auto done = matches(
        [&](const JoinedEvent &event, const Match &match) -> Result<void> {
            if (auto added = correlating.add(event, match); !added)
                return added;
            return engine.correlations().isSilent(match.rule->id) ? Result<void>() : use(event, match);
        },
        losses.unreadable);
    if (done)
        done = correlating.finish(file, join, use, losses, stop);
    if (!done)
        return tl::unexpected(done.error());
    return losses;
}

std::string correlationAlertId(const Match &match)
{
    constexpr std::size_t kBytes = 16; // 32 hex digits
    Sha256 hash;
    hash.add(match.rule->id).add("correlation");
    const auto fields = match.rule->correlation->groupBy.size();
    for (std::size_t i = 0; i < fields; ++i)
        hash.add(match.matched[i].field).add(foldCase(match.matched[i].value));
    return hex(hash.digest(), kBytes);
}

void fillGaps(AlertRow &row, const AlertRow &other)
{
    if (!row.process && (other.process || (row.image.empty() && !other.image.empty()))) {
        row.process = other.process;
        row.image = other.image;
        row.user = other.user;
    }
    if (!row.protocol.empty() || !row.destIp.empty() || !row.destName.empty())
        return;
    row.destName = other.destName;
    row.destNameSource = other.destNameSource;
    row.destIp = other.destIp;
    row.destPort = other.destPort;
    row.protocol = other.protocol;
    row.destScope = other.destScope;
    row.initiated = other.initiated;
}

} // namespace lolscope
