#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// The values of neighbouring events in one compressed text, `payload.data` of the case: what repeats from
/// event to event, which is most of it, is stored once.
///
/// Layout, ours: a Zstandard frame (RFC 8878) that states its content size. Inside, with numbers as LEB128:
/// the number of events; for each its number of values; then for each value, System values first, its number
/// of bytes and its UTF-8 text. The names are in `shape`.
std::string packEvents(std::span<const Event *const> events);

/// The XML of neighbouring events in the same layout, `record_xml.data` of the case: one value for each, or
/// none. Empty when none of them has any.
std::string packXml(std::span<const Event *const> events);

/// Events packed together at most, by the bytes of their values; a single one may be larger.
constexpr std::size_t kPackedBytes = std::size_t{128} * 1024;
/// The bytes of the values of an event, one more for each, and of its XML, for kPackedBytes.
std::size_t valueBytes(const Event &event);

/// What packEvents() packed. The text may come from a forged case.
class UnpackedEvents
{
public:
    /// Error: Corrupt; nothing is unpacked then.
    Result<void> unpack(std::string_view packed);
    std::size_t count() const { return m_firstValue.empty() ? 0 : m_firstValue.size() - 1; }
    /// The values of the event `index` < count(), valid until the next unpack().
    std::span<const std::string_view> values(std::size_t index) const;

private:
    bool readLayout();

    std::string m_text;
    std::vector<std::string_view> m_values;
    std::vector<std::size_t> m_firstValue; ///< For each event, and one behind the last.
};

} // namespace lolscope
