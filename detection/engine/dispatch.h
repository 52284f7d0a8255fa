#pragma once

#include "detection/engine/rulegroup.h"
#include "detection/sigma/rule.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace lolscope {

/// Finds the rules for an event by what its record says of itself: provider, channel, event id. Groups are
/// compiled when the first event asks for them, so that rules for logs that are not there cost nothing.
/// Any number of threads may ask at once, each with a Recent of its own.
class Dispatch
{
public:
    /// `rules` have to outlive it.
    explicit Dispatch(const std::vector<sigma::RulePtr> &rules);

private:
    struct Found
    {
        const RuleGroup *group = nullptr;
        bool byId = false; ///< Rules are left out that need another event id.
    };

public:
    /// What a thread asked for last.
    class Recent
    {
        friend class Dispatch;
        struct Entry
        {
            std::string provider, channel;
            std::uint32_t eventId = 0;
            bool isSet = false;
            Found found;
        };
        std::array<Entry, 64> m_entries;
    };

    /// True when the log source of some rule takes such events.
    bool wants(const Event &event) const;

    /// The rules for the event; null without any.
    const RuleGroup *groupOf(const Event &event, Recent &recent) const;

private:
    struct Kind
    {
        sigma::EventKind kind;
        std::vector<std::uint32_t> rules; ///< In order.
    };
    /// The kinds an event is of, and its event id when rules of theirs ask for it in their conditions.
    struct Key
    {
        std::vector<std::uint32_t> kinds;
        std::uint32_t eventId;
        friend auto operator<=>(const Key &, const Key &) = default;
    };
    static constexpr std::uint32_t kAnyId = 0xFFFF'FFFFU; ///< Rules are not chosen by their event ids.
    static constexpr std::uint32_t kOtherId = 0xFFFF'FFFEU; ///< An id that no condition names.

    template<typename Use>
    bool forKindsOf(const Event &event, Use use) const;
    Found find(const Event &event, bool mayChooseById) const;
    std::unique_ptr<RuleGroup> compile(const Key &key) const;

    const std::vector<sigma::RulePtr> &m_rules;
    std::vector<Kind> m_kinds;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_kindsById;
    std::vector<std::uint32_t> m_kindsOfAnyId;
    std::vector<std::optional<std::set<std::uint32_t>>> m_ids; ///< By rule: those its condition needs.
    std::set<std::uint32_t> m_namedIds;

    struct Slot
    {
        std::once_flag once;
        std::unique_ptr<RuleGroup> group;
    };
    mutable std::mutex m_mutex;
    mutable std::map<Key, std::unique_ptr<Slot>> m_groups;
};

} // namespace lolscope
