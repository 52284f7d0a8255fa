#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// One condition of an allowlist item. `value` is literal text: no wildcards, no escapes.
struct AllowCondition
{
    enum class Test { Equals, StartsWith, EndsWith, Contains, Cidr };
    std::string field; ///< One of allowFields().
    Test test = Test::Equals;
    std::string value;
    friend bool operator==(const AllowCondition &, const AllowCondition &) = default;
};

/// The fields of a hit that conditions may name, in the order the dialog shows them:
/// Image, ParentImage, CommandLine, OriginalFileName, DestinationHostname, DestinationIp, DestinationPort,
/// Protocol, User, Computer.
std::vector<std::string_view> allowFields();

/// Conditions (all must hold) under which alerts are allowed. Also a Sigma filter document (Sigma filters
/// specification 2.1): see toSigmaFilter().
struct AllowlistItem
{
    std::string id; ///< UUID, lower case.
    std::string title;
    std::string reason; ///< Why it is benign; required.
    std::string author;
    std::optional<Timestamp> created;
    std::optional<Timestamp> expires; ///< Matches nothing from then on.
    std::vector<std::string> ruleIds; ///< Empty: every rule.
    std::vector<AllowCondition> conditions;
    friend bool operator==(const AllowlistItem &, const AllowlistItem &) = default;
};

/// Refuses what would hide too much or cannot work: no condition, empty value, unknown field, malformed CIDR,
/// a network wider than /8 (IPv6 /16), a value of wildcards only, an empty reason. Error: Invalid.
Result<void> validate(const AllowlistItem &item);

/// Something worth saying before saving an item that is valid.
struct AllowWarning
{
    enum class Kind {
        WritableFolder, ///< Every user may put a program there.
        NameOnly, ///< No folder beside the program's name.
        LargeNetwork, ///< Wider than /16 (IPv6 /32).
        ShortText, ///< It stands nearly everywhere.
        Vague ///< Neither a program nor a destination.
    };
    Kind kind;
    std::string subject; ///< The field, or the network; of Vague none.

    std::string text() const; ///< One English sentence.
};
std::vector<AllowWarning> warnings(const AllowlistItem &item);

/// An item ready to be asked many times. Immutable; any thread.
class AllowlistMatcher
{
public:
    /// Error: Invalid, as validate().
    static Result<AllowlistMatcher> compile(const AllowlistItem &item);

    /// Whether all conditions hold for the hit. `hit.data` has the fields of allowFields(); a field with
    /// several values matches when any does; text compares without case, addresses as addresses (v4-mapped
    /// ones as IPv4). A field that is not there never matches. `now` is compared with the expiry.
    bool matches(std::string_view ruleId, const Event &hit, Timestamp now) const;

private:
    struct Private;
    std::shared_ptr<const Private> d;
};

/// The item as one YAML document: a Sigma filter whose condition is `not selection`; what Sigma filters do
/// not know (reason, author, expiry) goes into attributes of ours under `lolscope:`.
std::string toSigmaFilter(const AllowlistItem &item);

/// Reads documents that toSigmaFilter() wrote, and Sigma filters by other hands as far as an item can say the
/// same; others are refused with line and column. One Result a document.
std::vector<Result<AllowlistItem>> fromSigmaFilters(std::string_view yaml, std::string_view source);

} // namespace lolscope
