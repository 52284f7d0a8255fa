#include "detection/correlation/correlationrun.h"

#include "detection/correlation/plan.h"
#include "detection/correlation/window.h"
#include "model/base/sha256.h"
#include "model/base/text.h"

#include <queue>

#include <algorithm>
#include <set>
#include <utility>

namespace lolscope {

namespace {

Timestamp shifted(Timestamp time, Ticks by)
{
    const auto ticks = time.time_since_epoch();
    if (by > Ticks::zero() && ticks > Ticks::max() - by)
        return Timestamp::max();
    if (by < Ticks::zero() && ticks < Ticks::min() - by)
        return Timestamp::min();
    return time + by;
}

std::string shortened(const std::string &value)
{
    if (value.size() <= kMaxCorrelatedValueBytes)
        return value;
    constexpr std::size_t kHexDigits = 64;
    const auto beginning = value.substr(0, kMaxCorrelatedValueBytes - kHexDigits - 3);
    return validUtf8(beginning) + "..." + hex(sha256(foldCase(value)));
}

std::string counted(std::uint64_t count, std::string_view what)
{
    return count == 0 ? std::string() : std::to_string(count) + ' ' + std::string(what);
}

} // namespace

std::string CorrelationLosses::text() const
{
    std::string all;
    for (const auto &[counter, reason] : kCorrelationLosses) {
        const auto part = counted(this->*counter, reason);
        all += (all.empty() || part.empty() ? "" : "; ") + part;
    }
    return all.empty() ? all : "correlation rules: " + all;
}

struct CorrelationRun::Private
{
    std::shared_ptr<const CorrelationPlan> plan;
    CorrelationLimits limits;
    CorrelationLosses losses;
    Timestamp now = Timestamp::min();
    std::map<std::string, std::size_t>
        slots; ///< By node and group. A tree: nobody can make its keys collide.
    std::deque<Window> windows;
    std::vector<std::size_t> freeSlots;
    std::priority_queue<End, std::vector<End>, std::greater<>> ends;
    std::uint64_t lastSerial = 0;
    std::size_t bytes = 0; ///< Of all open windows.
    struct Risen
    {
        std::size_t slot;
        std::uint64_t serial;
    };
    std::deque<Risen> risen; ///< Windows whose condition came to hold, for the rules above.
    std::vector<CorrelationDetection> detections;

    const sigma::Correlation &correlationOf(const Window &window) const
    {
        return *plan->nodes[window.node].rule->correlation;
    }

    void schedule(std::size_t slot, Timestamp time)
    {
        auto &window = windows[slot];
        window.serial = ++lastSerial;
        ends.push({time, window.node, window.serial, slot});
    }

    /// Deals with the windows that end before `time`, or with all of them.
    void advance(std::optional<Timestamp> time)
    {
        while (!ends.empty() && (!time || ends.top().time < *time)) {
            const End end = ends.top();
            ends.pop();
            const auto &window = windows[end.slot];
            if (window.serial != end.serial)
                continue;
            const auto idle = shifted(window.last, correlationOf(window).timespan);
            if (window.state == Window::State::Sliding && idle > end.time)
                schedule(end.slot, idle);
            else
                close(end.slot, end.time);
        }
    }

    void close(std::size_t slot, Timestamp end)
    {
        auto &window = windows[slot];
        if (window.state == Window::State::Closing
            && window.measure.holds(correlationOf(window), window.begin)) {
            window.state = Window::State::Held;
            risen.push_back({slot, window.serial});
            raiseAll(end);
        }
        if (window.state == Window::State::Held)
            report(window);
        release(slot);
    }

    void release(std::size_t slot)
    {
        auto &window = windows[slot];
        bytes -= window.bytes;
        slots.erase(window.key);
        window = Window();
        freeSlots.push_back(slot);
    }

    void report(Window &window)
    {
        const auto &rule = plan->nodes[window.node].rule;
        if (plan->silent.contains(rule->id))
            return;
        std::vector<const Entry *> entries;
        for (const auto &entry : window.entries)
            entries.push_back(&entry);
        std::uint64_t unlisted = window.unlisted;
        CorrelationDetection detection;
        detection.records = recordsOf(entries, limits.listedRecords, unlisted);
        detection.rule = rule;
        detection.group = window.group;
        detection.begin = window.begin;
        detection.end = shifted(window.begin, rule->correlation->timespan);
        detection.value =
            rule->correlation->expression ? 1 : window.measure.value(*rule->correlation, window.begin);
        detection.count = detection.records.size() + unlisted;
        losses.unlisted += unlisted;
        detections.push_back(std::move(detection));
    }

    /// Keeps to CorrelationLimits: the windows that would end first have to go.
    void makeRoom(std::size_t mostWindows)
    {
        while (!ends.empty() && (slots.size() > mostWindows || bytes >= limits.bytes)) {
            const End end = ends.top();
            ends.pop();
            auto &window = windows[end.slot];
            if (window.serial != end.serial)
                continue;
            ++losses.windows;
            if (window.state == Window::State::Held)
                report(window);
            release(end.slot);
        }
    }

    /// The window that is open for a group, or a new one.
    std::size_t slotOf(const CorrelationLink &link, const Occurrence &occurrence)
    {
        std::string key = std::to_string(link.node);
        for (const auto slot : link.groupSlots) {
            const auto folded = foldCase(occurrence.values[slot]);
            key += ' ' + std::to_string(folded.size()) + ' ' + folded;
        }
        if (const auto known = slots.find(key); known != slots.end())
            return known->second;
        makeRoom(std::max<std::size_t>(limits.windows, 1) - 1);
        const auto entry = slots.emplace(std::move(key), 0).first;
        if (freeSlots.empty()) {
            freeSlots.push_back(windows.size());
            windows.emplace_back();
        }
        const auto slot = entry->second = freeSlots.back();
        freeSlots.pop_back();
        auto &window = windows[slot];
        window.node = link.node;
        window.key = entry;
        for (const auto value : link.groupSlots)
            window.group.push_back(occurrence.values[value]);
        const auto &correlation = correlationOf(window);
        charge(window, bytesOf(correlation) + 2 * entry->first.size());
        window.state = correlation.isGrowing() ? Window::State::Sliding : Window::State::Closing;
        window.begin = window.last = occurrence.time;
        schedule(slot, shifted(occurrence.time, correlation.timespan));
        return slot;
    }

    /// An event of a rule reaches a correlation above it.
    void addTo(const CorrelationLink &link, const Occurrence &occurrence)
    {
        const auto &correlation = *plan->nodes[link.node].rule->correlation;
        for (const auto slot : link.groupSlots)
            if (occurrence.values[slot].empty())
                return;
        std::vector<const std::string *> values;
        for (const auto slot : link.valueSlots)
            values.push_back(&occurrence.values[slot]);
        auto measuredEvent = measured(correlation, values);
        if (!measuredEvent)
            return;
        measuredEvent->time = occurrence.time;
        measuredEvent->reference = static_cast<std::uint32_t>(link.reference);

        Entry entry{*measuredEvent, occurrence.record, occurrence.records, occurrence.unlisted, {}};
        const auto isCarried = [](std::size_t slot) { return slot != kNoSlot; };
        if (std::any_of(link.carriedSlots.begin(), link.carriedSlots.end(), isCarried))
            for (const auto slot : link.carriedSlots)
                entry.carried.push_back(isCarried(slot) ? occurrence.values[slot] : std::string());

        makeRoom(limits.windows);
        const auto slot = slotOf(link, occurrence);
        auto &window = windows[slot];
        if (window.state == Window::State::Sliding)
            slide(slot, std::move(entry));
        else
            take(window, std::move(entry));
    }

    void slide(std::size_t slot, Entry entry)
    {
        auto &window = windows[slot];
        const auto &correlation = correlationOf(window);
        const auto time = entry.measured.time;
        const auto oldest = shifted(time, -correlation.timespan);
        while (!window.entries.empty() && window.entries.front().measured.time < oldest)
            dropOldest(window);
        if (window.entries.size() >= limits.windowRecords) {
            ++losses.records;
            dropOldest(window);
        }
        window.measure.add(correlation, entry.measured);
        list(window, std::move(entry));
        window.last = time;
        if (!window.measure.holds(correlation, oldest))
            return;
        window.state = Window::State::Held;
        window.begin = window.entries.front().measured.time;
        schedule(slot, shifted(window.begin, correlation.timespan));
        risen.push_back({slot, window.serial});
    }

    void dropOldest(Window &window)
    {
        const auto &entry = window.entries.front();
        window.measure.remove(correlationOf(window), entry.measured);
        window.bytes -= entry.bytes();
        bytes -= entry.bytes();
        window.entries.pop_front();
    }

    void charge(Window &window, std::size_t more)
    {
        window.bytes += more;
        bytes += more;
    }

    void list(Window &window, Entry entry)
    {
        charge(window, entry.bytes());
        window.entries.push_back(std::move(entry));
    }

    /// Into a window that is open until its end.
    void take(Window &window, Entry entry)
    {
        const auto &correlation = correlationOf(window);
        if (keepsEvents(correlation.type)) {
            if (window.measuredEvents >= limits.windowRecords) {
                ++losses.records;
                return;
            }
            ++window.measuredEvents;
            charge(window, kMeasuredBytes);
        }
        window.measure.add(correlation, entry.measured);
        if (window.entries.size() < limits.listedRecords)
            list(window, std::move(entry));
        else
            window.unlisted += entry.unlisted + (entry.records ? entry.records->size() : 1);
    }

    void raiseAll(Timestamp time)
    {
        while (!risen.empty()) {
            const auto [slot, serial] = risen.front();
            risen.pop_front();
            if (windows[slot].serial != serial)
                continue;
            // All of them first: what they reach may have to make room.
            std::vector<std::pair<const CorrelationLink *, Occurrence>> occurrences;
            for (const auto &link : plan->nodes[windows[slot].node].users)
                for (auto &occurrence : occurrencesOf(windows[slot], link, time))
                    occurrences.emplace_back(&link, std::move(occurrence));
            for (const auto &[link, occurrence] : occurrences)
                addTo(*link, occurrence);
        }
    }

    /// A correlation that came to hold, as the events it is to one above: one for each combination of values
    /// that the latter looks at.
    std::vector<Occurrence> occurrencesOf(const Window &window, const CorrelationLink &link,
                                          Timestamp time) const
    {
        const auto &node = plan->nodes[window.node];
        std::set<std::size_t> used;
        for (const auto *slotsUsed : {&link.groupSlots, &link.valueSlots, &link.carriedSlots})
            used.insert(slotsUsed->begin(), slotsUsed->end());
        used.erase(kNoSlot);
        const auto valueOf = [&](const Entry &entry, std::size_t field) -> const std::string & {
            const auto group = node.fieldGroups[field];
            return group == kNoSlot ? entry.carried[field] : window.group[group];
        };
        std::map<Values, std::vector<const Entry *>> entriesByValues;
        for (const auto &entry : window.entries) {
            Values values;
            for (const auto field : used)
                values.push_back(foldCase(valueOf(entry, field)));
            entriesByValues[std::move(values)].push_back(&entry);
        }
        std::vector<Occurrence> occurrences;
        for (const auto &[folded, entries] : entriesByValues) {
            Occurrence occurrence{time, Values(node.fields.size()), {}};
            for (const auto field : used)
                occurrence.values[field] = valueOf(*entries.front(), field);
            occurrence.unlisted = entriesByValues.size() == 1 ? window.unlisted : 0;
            occurrence.records = std::make_shared<const Records>(
                recordsOf(entries, limits.listedRecords, occurrence.unlisted));
            occurrences.push_back(std::move(occurrence));
        }
        return occurrences;
    }
};

CorrelationRun::CorrelationRun(CorrelationSet set, CorrelationLimits limits)
    : d(std::make_unique<Private>())
{
    d->plan = std::move(set.d);
    d->limits = limits;
}

CorrelationRun::~CorrelationRun() = default;
CorrelationRun::CorrelationRun(CorrelationRun &&) noexcept = default;
CorrelationRun &CorrelationRun::operator=(CorrelationRun &&) noexcept = default;

void CorrelationRun::add(std::size_t baseRule, std::optional<Timestamp> time, std::int64_t event,
                         std::span<const std::string> values)
{
    if (!time) {
        ++d->losses.untimed;
        return;
    }
    if (*time < d->now) {
        ++d->losses.late;
        return;
    }
    d->now = *time;
    d->advance(*time);
    Occurrence occurrence{*time, {}, {event, *time, baseRule}};
    for (const auto &value : values)
        occurrence.values.push_back(shortened(value));
    for (const auto &link : d->plan->nodes[baseRule].users)
        d->addTo(link, occurrence);
    d->raiseAll(*time);
}

void CorrelationRun::finish()
{
    d->advance({});
}

std::vector<CorrelationDetection> CorrelationRun::take()
{
    return std::exchange(d->detections, {});
}

const CorrelationLosses &CorrelationRun::losses() const
{
    return d->losses;
}

} // namespace lolscope
