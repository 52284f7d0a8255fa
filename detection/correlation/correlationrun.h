#pragma once

#include "detection/correlation/correlationset.h"
#include "model/base/timestamp.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lolscope {

/// Longest value that is kept of a field, in bytes; of a longer one the beginning and a hash.
constexpr std::size_t kMaxCorrelatedValueBytes = 256;

/// What one run may hold at a time, so that hostile logs cost no more than this. What is reached is counted
/// in CorrelationLosses.
struct CorrelationLimits
{
    std::size_t windows = 200'000; ///< Open ones, over all groups of all correlation rules.
    std::size_t bytes = std::size_t{256} << 20; ///< Memory of the open windows, roughly.
    std::size_t windowRecords = 100'000; ///< In one window, until its condition holds or the window ends.
    std::size_t listedRecords = 10'000; ///< Of one detection; further ones are counted alone.
};

/// What was not looked at, or not fully.
struct CorrelationLosses
{
    std::uint64_t windows = 0; ///< Closed before their end because too many were open or held too much.
    std::uint64_t records = 0; ///< Left out of windows with too many of them.
    std::uint64_t unlisted = 0; ///< Counted by a detection, but not listed.
    std::uint64_t untimed = 0; ///< Matches without a time.
    std::uint64_t late = 0; ///< Matches older than one given before.

    bool any() const { return unlisted > 0 || incomplete(); }
    /// Detections may be missing.
    bool incomplete() const { return windows + records + untimed + late > 0; }
    /// One line of English; empty when nothing was lost.
    std::string text() const;
};

/// Each of the losses with what it is a number of.
constexpr std::array<std::pair<std::uint64_t CorrelationLosses::*, std::string_view>, 5> kCorrelationLosses =
    {{{&CorrelationLosses::windows, "windows were closed early, since too many were open"},
      {&CorrelationLosses::records, "matches were left out of windows that held too many"},
      {&CorrelationLosses::unlisted, "matches of large windows are counted, but not listed"},
      {&CorrelationLosses::untimed, "matches have no time"},
      {&CorrelationLosses::late, "matches came out of order"}}};

/// A match that a correlation builds on.
struct CorrelatedRecord
{
    std::int64_t event = 0; ///< As given to add().
    Timestamp time;
    std::size_t baseRule = 0;
};

/// A correlation rule that came to hold for one group in one window.
struct CorrelationDetection
{
    sigma::RulePtr rule;
    std::vector<std::string> group; ///< One value for each of `group-by`, as the first record writes it.
    Timestamp begin, end; ///< The window, both ends included: it begins with its first record.
    double value = 0; ///< What the condition compared, over the whole window; of an expression 1.
    std::uint64_t count = 0; ///< Records that contribute.
    std::vector<CorrelatedRecord> records; ///< Oldest first, each event once; see listedRecords.
};

/// Evaluates correlation rules over matches that come in the order of their time. Matches of one time count
/// in the order they come in. The result depends on nothing else.
///
/// A window is [t, t + timespan], where t is the time of an event, for one group of equal values (without
/// case); an event that lacks a value to group by, or to measure, takes no part. Where more events can only
/// bring the condition nearer (counts, sums and temporal correlations with gt or gte), every event may begin
/// a window: the rule holds as soon as the events of the last timespan fulfil it, from the oldest of them on.
/// Other conditions (lt, lte, eq, neq, averages, percentiles, `not`) are looked at once, at the end of
/// windows that follow each other. Either way the windows of a group do not overlap, and what falls into a
/// window that is reported belongs to it.
///
/// In a chain a detection is an event for the rules above: at the time it came to hold, with the values of
/// its group, and for other fields those of its records (once for each combination). Such an event brings
/// along the records that have these values.
///
/// One run belongs to one thread at a time. Memory: CorrelationLimits.
class CorrelationRun
{
public:
    explicit CorrelationRun(CorrelationSet set, CorrelationLimits limits = {});
    ~CorrelationRun();
    CorrelationRun(CorrelationRun &&) noexcept;
    CorrelationRun &operator=(CorrelationRun &&) noexcept;

    /// A match of base rule `baseRule` (CorrelationSet::baseRule()). `event` is the caller's name for it;
    /// `values` are those of CorrelationSet::fieldsOf(), empty where the event lacks the field.
    void add(std::size_t baseRule, std::optional<Timestamp> time, std::int64_t event,
             std::span<const std::string> values);
    /// No more matches: closes every window.
    void finish();

    /// The detections since the last call, in the order their windows ended. Those of silent rules are not
    /// among them.
    std::vector<CorrelationDetection> take();

    const CorrelationLosses &losses() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lolscope
