#pragma once

#include "detection/sigma/detection.h"
#include "detection/sigma/rule.h"
#include "detection/sigma/yaml.h"
#include "model/base/timestamp.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The `correlation:` section of Sigma correlation rules 2.1. Beyond the specification, as pySigma 1.5 reads
/// it: timespans of weeks, months and years, value_sum, value_avg, value_percentile (with `percentile`) and
/// value_median, and a string of rule names as the condition of a temporal correlation.
namespace lolscope::sigma {

/// Most rules one correlation rule may refer to, and most fields it may group by; published ones need four.
constexpr std::size_t kMaxReferences = 32;
constexpr std::size_t kMaxGroupFields = 16;
/// Most events or values a condition may count up to: they are held until it is reached.
constexpr double kMaxCounted = 100'000;

enum class CorrelationType : std::uint8_t {
    EventCount, ///< Events.
    ValueCount, ///< Distinct values of a field, without case; distinct tuples of several fields.
    ValueSum, ///< Of the numbers in a field; so are the next three.
    ValueAverage,
    ValuePercentile, ///< Nearest rank.
    ValueMedian, ///< Of an even number of values the mean of the two in the middle.
    Temporal, ///< How many of the rules matched, in any order.
    TemporalOrdered ///< How many of the rules matched one after the other, in the order of `rules`.
};
std::string_view correlationTypeName(CorrelationType type); ///< `event_count`, ...
std::optional<CorrelationType> correlationTypeByName(std::string_view name);
bool isTemporal(CorrelationType type); ///< In order or not.
/// Whether it compares whole numbers from 1 on: a window begins with an event.
bool isCounting(CorrelationType type);

struct Comparison
{
    enum class Relation : std::uint8_t { Greater, GreaterOrEqual, Less, LessOrEqual, Equal, NotEqual };
    Relation relation = Relation::GreaterOrEqual;
    double bound = 0;

    bool holds(double value) const;
};

/// A rule that a correlation rule builds on.
struct RuleReference
{
    std::string written; ///< Its id or name.
    int line = 0, column = 0; ///< Where, from 1.
    std::string ruleId; ///< Empty until the reference is resolved.
    /// Field to use for a name in `group-by` or `field`, from `aliases`.
    std::vector<std::pair<std::string, std::string>> aliases = {};

    /// The field that holds `name` in the events of this rule: the aliased one, else of that very name.
    const std::string &fieldOf(const std::string &name) const;
};

/// Immutable once its rule is loaded.
struct Correlation
{
    /// A line of `aliases`, until the references are resolved.
    struct Alias
    {
        std::string name;
        RuleReference rule;
        std::string field;
    };

    CorrelationType type = CorrelationType::EventCount;
    std::vector<RuleReference> rules; ///< At least one, all different.
    std::vector<std::string> groupBy; ///< Fields or aliases; without any, all events are one group.
    std::vector<Alias> aliases;
    Ticks timespan{0}; ///< Greater than 0.
    std::vector<Comparison> comparisons; ///< All have to hold; empty where there is an `expression`.
    std::optional<Expression> expression; ///< Temporal: over Selection, indices into `rules`.
    std::vector<std::string> fields; ///< Whose values count: of ValueCount one or more, of Value* one.
    double percentile = 50; ///< 0..100.
    bool generate = false; ///< The rules it refers to give detections of their own too.
    std::string shownCondition; ///< For people: `is at least 10 within 5m`.

    /// Whether more events can only bring the condition nearer. It is then reported as soon as it holds;
    /// others are looked at when their window ends.
    bool isGrowing() const;
};

/// Reads a correlation rule; `root` is a map with the key `correlation`. Its references are still to be
/// resolved. Errors and warnings have line and column: Corrupt, Unsupported for what is unknown, TooLarge,
/// and Invalid for a condition that can never hold.
Result<std::shared_ptr<Rule>> parseCorrelation(const yaml::Node &root, std::vector<Error> &warnings);

} // namespace lolscope::sigma
