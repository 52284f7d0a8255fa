#pragma once

#include "model/base/event.h"
#include "model/evtx/eventreader.h"
#include "tests/support/binxml.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>
#include <zlib.h>

namespace lolscope::test {

/// Bytes of an .evtx file around `chunks`, with a valid header.
inline std::string evtxFile(const std::vector<std::string> &chunks, std::uint32_t flags = 0)
{
    std::string file(4096, '\0');
    file.replace(0, 8, std::string("ElfFile\0", 8));
    patch(file, 32, 128, 4);
    patch(file, 36, 1, 2);
    patch(file, 38, 3, 2);
    patch(file, 40, 4096, 2);
    patch(file, 42, chunks.size(), 2);
    patch(file, 120, flags, 4);
    patch(file, 124, crc32(0, reinterpret_cast<const Bytef *>(file.data()), 120), 4);
    for (const std::string &chunk : chunks)
        file += chunk;
    return file;
}

/// Makes the checksums of a chunk right again after a change.
inline void resum(std::string &chunk)
{
    const auto *bytes = reinterpret_cast<const Bytef *>(chunk.data());
    const auto free = static_cast<unsigned char>(chunk[48])
        | static_cast<unsigned>(static_cast<unsigned char>(chunk[49])) << 8
        | static_cast<unsigned>(static_cast<unsigned char>(chunk[50])) << 16;
    patch(chunk, 52, crc32(0, bytes + 512, free - 512), 4);
    patch(chunk, 124, crc32(crc32(0, bytes, 120), bytes + 128, 384), 4);
}

/// Overwrites in place: some file systems write to the disk at once what replaces a file cut to nothing, and
/// the tests write one file thousands of times.
inline void writeFile(const std::string &path, const std::string &bytes)
{
    if (!std::filesystem::exists(path))
        std::ofstream(path, std::ios::binary).flush();
    std::filesystem::resize_file(path, bytes.size());
    std::ofstream(path, std::ios::binary | std::ios::in) << bytes;
}

inline std::string readFile(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// An event that owns its texts, comparable and printable.
struct Copied
{
    std::vector<std::pair<std::string, std::string>> members; ///< Provider, channel, ... as text.
    std::vector<std::pair<std::string, std::string>> system;
    std::vector<std::pair<std::string, std::string>> data;
    std::uint64_t offset = 0;
    std::uint64_t headerRecordId = 0;
    std::uint32_t chunk = 0;
    bool recovered = false;

    bool operator==(const Copied &) const = default;
};

inline Copied copied(const Event &event)
{
    Copied copy;
    copy.members = {{"provider", std::string(event.provider)},
                    {"channel", std::string(event.channel)},
                    {"computer", std::string(event.computer)},
                    {"eventId", std::to_string(event.eventId)},
                    {"version", std::to_string(event.version)},
                    {"level", std::to_string(event.level)},
                    {"recordId", event.recordId ? std::to_string(*event.recordId) : "none"},
                    {"timeCreated", event.timeCreated ? formatTimestamp(*event.timeCreated) : "none"}};
    for (const Field &field : event.system)
        copy.system.emplace_back(field.name, field.value);
    for (const Field &field : event.data)
        copy.data.emplace_back(field.name, field.value);
    copy.offset = event.offset.value_or(0);
    copy.headerRecordId = event.headerRecordId.value_or(0);
    copy.chunk = event.chunk.value_or(0);
    copy.recovered = event.recovered;
    return copy;
}

/// All that a reader gives.
struct Read
{
    std::vector<Copied> events;
    std::vector<Damage> damage;
    std::string prepared;
    std::string error; ///< Of opening, or of reading.

    std::size_t live() const
    {
        std::size_t count = 0;
        for (const Copied &event : events)
            count += event.recovered ? 0 : 1;
        return count;
    }
    bool names(std::string_view reason) const
    {
        for (const Damage &one : damage)
            if (one.reason.find(reason) != std::string::npos)
                return true;
        return false;
    }
};

inline Read readAll(Result<std::unique_ptr<EventReader>> reader)
{
    Read all;
    if (!reader) {
        all.error = describe(reader.error());
        return all;
    }
    EventBatch batch;
    for (;;) {
        const auto more = (*reader)->next(batch);
        for (const Event &event : batch.events)
            all.events.push_back(copied(event));
        all.damage.insert(all.damage.end(), batch.damage.begin(), batch.damage.end());
        all.prepared += batch.prepared;
        if (!more)
            all.error = describe(more.error());
        if (!more || !*more)
            return all;
    }
}

} // namespace lolscope::test
