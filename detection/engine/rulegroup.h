#pragma once

#include "detection/engine/conditiontree.h"
#include "detection/engine/facts.h"
#include "detection/engine/fieldmatcher.h"
#include "detection/engine/guardindex.h"
#include "detection/sigma/rule.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace lolscope {

/// Whether one of `values` fits one of `others` as `test` asks.
bool refers(const sigma::FieldTest &test, const FactValue &value, const FactValue &other);

/// A rule as it is asked of one kind of events.
struct RuleVariant
{
    std::uint32_t rule = 0; ///< Index in the engine.
    const sigma::Detection *detection = nullptr;
    const sigma::EventKind *kind = nullptr;
};

/// Rules for the same events, compiled together: tests that several of them make are one predicate, found
/// once for each value. Immutable and shared by threads; each evaluates with a scratch of its own.
class RuleGroup
{
public:
    /// What is to be told of a rule that holds: for every item of its detection, by index.
    struct Item
    {
        std::uint32_t field = 0; ///< PredicateInfo::kKeywords for keywords.
        ConditionTree::Node tests; ///< The predicate of each test, in order.
        ConditionTree::Node condition;
    };
    struct Condition
    {
        RuleVariant variant;
        std::uint32_t firstItem = 0; ///< Into items().
    };
    /// `fieldref`: true when the two fields of the event have values that fit.
    struct Reference
    {
        PredicateId predicate;
        const sigma::FieldTest *test;
        std::uint32_t field, other;
    };
    /// For events some of whose fields are not known yet: the states to begin with, and the way to the rules
    /// that may hold for them.
    struct View
    {
        std::vector<std::uint8_t> states;
        GuardIndex guards;
    };

    /// `variants` in rule order; what they point to has to outlive the group.
    explicit RuleGroup(const std::vector<RuleVariant> &variants);
    RuleGroup(const RuleGroup &) = delete;
    RuleGroup &operator=(const RuleGroup &) = delete;

    const FieldTable &fields() const { return m_fields; }
    const FieldMatcher &matcher(std::uint32_t field) const { return m_matchers[field].matcher; }
    const FieldMatcher &keywords() const { return m_keywords; }
    /// The predicate that holds when the field is there, and the one that holds when it is absent or empty.
    PredicateId existsOf(std::uint32_t field) const { return m_matchers[field].exists; }
    PredicateId nullOf(std::uint32_t field) const { return m_matchers[field].null; }
    static constexpr PredicateId kNone = 0xFFFF'FFFFU;
    std::span<const Reference> references() const { return m_references; }

    const ConditionTree &tree() const { return m_tree; }
    std::span<const Condition> conditions() const { return m_conditions; } ///< In rule order.
    const ConditionTree::Node &root(std::uint32_t condition) const { return m_roots[condition]; }
    const Item &item(const Condition &condition, std::size_t index) const
    {
        return m_items[condition.firstItem + index];
    }

    /// Fields that joining may give values to; bit i of a mask stands for the i-th.
    std::span<const std::uint32_t> joinableFields() const { return m_joinable; }

    /// The view for whole events.
    const View &whole() const { return *m_whole; }
    /// The view in which the fields of the mask are not known. Null when there would be too many fields or
    /// views: then anything may be.
    const View *view(std::uint64_t unknownFields) const;

private:
    struct Matcher
    {
        FieldMatcher matcher;
        PredicateId exists = kNone;
        PredicateId null = kNone;
    };
    class Compiler;

    FieldTable m_fields;
    std::vector<Matcher> m_matchers;
    FieldMatcher m_keywords;
    std::vector<Reference> m_references;
    std::vector<PredicateInfo> m_predicates;
    ConditionTree m_tree;
    std::vector<Condition> m_conditions;
    std::vector<ConditionTree::Node> m_roots;
    std::vector<Item> m_items;
    std::vector<std::uint32_t> m_joinable;
    std::deque<sigma::Test> m_ownTests; ///< For EventKind::eventTypes.
    std::unique_ptr<const View> m_whole;

    static constexpr std::size_t kMostUnknown = 64; // bits of a mask
    static constexpr std::size_t kMostViews = 64;
    mutable std::mutex m_mutex;
    mutable std::map<std::uint64_t, std::unique_ptr<const View>> m_views;
};

} // namespace lolscope
