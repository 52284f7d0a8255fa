#pragma once

#include "detection/sigma/rule.h"
#include "model/base/event.h"
#include "model/base/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::sigma {

/// A field that rules know by another name than the record of this kind has.
struct FieldAlias
{
    struct Word
    {
        std::string_view recorded;
        std::string_view meaning;
    };
    std::string_view name; ///< As rules write it.
    std::string_view recorded; ///< As the record does.
    std::span<const Word> words = {}; ///< Recorded values that have a second text in rules.
    /// Instead of `recorded` alone: writes what several fields of the record say together; an empty text is
    /// no value.
    void (*compose)(const Event &event, std::string &text) = nullptr;
};

/// What an event log is of. Everything that is not Sysmon for Linux is Windows'.
enum class Product : std::uint8_t { Windows, Linux };

/// One kind of events that a log source stands for. The views point to static tables.
struct EventKind
{
    std::span<const std::string_view> channels; ///< Empty: any.
    std::span<const std::string_view> providers; ///< Empty: any.
    std::span<const std::uint32_t> eventIds; ///< Empty: any.
    std::span<const std::string_view> eventTypes; ///< If not empty, one is the EventType (as recorded).
    std::span<const FieldAlias> aliases;
    /// The kind is known by its provider (with ids); its channel only counts when the record names no
    /// provider.
    bool byProvider = false;
    /// The channels of a service that is given beside a category; empty: any.
    std::span<const std::string_view> serviceChannels;
    std::optional<Product> product = {}; ///< Set when nothing else says it.
};

/// The kinds of events behind a log source: a category is known by provider and event id, a service by its
/// channel, product alone is every event of it. Without a product those of Windows and of Linux are meant.
/// Names compare without case.
/// Error: Unsupported for products other than windows and linux and for categories and services unknown
/// there.
Result<std::vector<EventKind>> eventKinds(const LogSource &source);

/// Whether an event is of that kind, by what its record says: provider, channel, event id. A forwarded record
/// whose channel is `ForwardedEvents` is known by its provider. `eventTypes` is not looked at: it needs
/// fields.
bool isOfKind(const Event &event, const EventKind &kind);

/// What a record does not tell that stands in for one of Sysmon's (4688, 4689, 5156, 4657, DNS-Client 3008,
/// ...), in English; empty for other records. Looks at provider, channel and event id only.
std::string_view fallBackMark(const Event &event);

/// Whether two names of channels, providers, ... are the same, without case.
bool sameName(std::string_view a, std::string_view b);

} // namespace lolscope::sigma
