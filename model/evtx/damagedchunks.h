#pragma once

#include "model/base/event.h"
#include "model/base/result.h"

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace lolscope {

/// Some damaged chunks of an .evtx file, to be read once more by another reader: their bytes, what our own
/// decoder makes of them, and where their records may be.
class DamagedChunks
{
public:
    static constexpr std::size_t kMostChunks = 256; ///< 16 MiB, and as much again for the places.

    /// Takes up to kMostChunks of the chunks `numbers` out of that set and reads them from the file. Those
    /// without anything that looks like a record are left out. Error: Io.
    Result<void> read(const std::filesystem::path &path, std::set<std::uint64_t> &numbers);

    bool isEmpty() const { return m_image.empty(); }
    std::uint64_t firstOffset() const { return m_firstOffset; } ///< Of the first chunk, in the evidence.
    std::uint64_t mostRecords() const; ///< That they could hold.

    /// The chunks as the bytes of an .evtx file.
    std::vector<std::uint8_t> asLog() const;

    /// Whether our decoder gave no such event, nor the caller asked for it before: compared are the header's
    /// id, EventRecordID, time and event id.
    bool isNew(const Event &event);

    /// The offset in the evidence of what looks like a record of this id, if only one does.
    std::optional<std::uint64_t> placeOf(std::uint64_t headerRecordId) const;

private:
    void add(std::uint64_t number, std::vector<std::uint8_t> chunk);

    struct Key
    {
        std::uint64_t headerRecordId = 0;
        std::uint64_t recordId = 0;
        std::int64_t time = 0;
        std::uint32_t eventId = 0;
        auto operator<=>(const Key &) const = default;
    };
    static Key keyOf(const Event &event);

    std::vector<std::uint8_t> m_image; ///< The chunks, one behind the other.
    std::uint64_t m_firstOffset = 0;
    std::set<Key> m_known;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> m_places; ///< Id and offset, sorted.
};

} // namespace lolscope
