#pragma once

#include "model/base/result.h"
#include "model/base/timestamp.h"
#include "tests/support/binxml.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lolscope::test {

/// One `<Data Name="...">` of EventData; an empty name leaves the attribute out. A field of type Null goes
/// with its element, unlike an empty text.
struct DataField
{
    std::string name;
    std::string value;
    ValueType type = ValueType::String;
    /// Written as they are in place of `value`, for what no text stands for: lone surrogates, wrong sizes.
    std::optional<std::string> bytes = {};
};

/// One record. The defaults are those of a Sysmon event.
struct RecordSpec
{
    std::string provider = "Microsoft-Windows-Sysmon";
    std::string providerGuid = "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}";
    std::string channel = "Microsoft-Windows-Sysmon/Operational";
    std::string computer;
    std::uint16_t eventId = 0;
    std::uint8_t version = 0;
    std::uint8_t level = 4;
    std::uint8_t opcode = 0;
    std::uint16_t task = 0;
    std::uint64_t keywords = 0x8000'0000'0000'0000;
    Timestamp time = {}; ///< TimeCreated.
    std::optional<Timestamp> written = {}; ///< In the record's header; `time` if not given.
    std::optional<std::uint64_t> recordId = {}; ///< EventRecordID; the header's id if not given.
    std::optional<std::uint64_t> headerRecordId = {}; ///< The next one if not given.
    bool withRecordId = true; ///< False: no EventRecordID, as some forwarded records.
    std::string userSid = "S-1-5-18";
    std::uint32_t processId = 0; ///< Of the provider, not of what the event is about.
    std::uint32_t threadId = 0;
    std::vector<DataField> data = {};
    /// As Windows Event Collector writes it: plain elements, no template, every value text, nine fraction
    /// digits in SystemTime. libevtx 20181227 cannot read such records.
    bool forwarded = false;
};

struct EvtxOptions
{
    bool dirty = false; ///< The flag of a log that was copied while in use.
    bool staleCount = false; ///< The header says one chunk, whatever there is: often so in dirty logs.
    /// Closes a chunk after so many records, for files of many chunks with few records; 0: when full.
    std::size_t recordsPerChunk = 0;
    std::uint64_t firstRecordId = 1;
};

/// Writes .evtx files of version 3.1 as Windows 7 to 10 do: header block of 4096 bytes, then chunks of 64
/// KiB, each with its own names and templates. The same records give the same bytes.
///
/// Layout of the file header (libyal, "Windows XML Event Log (EVTX) format"): `ElfFile`, first and last chunk
/// number, next record id, header size 128, version, block size 4096, chunk count, flags at 120 (1 dirty,
/// 2 full), CRC32 of the first 120 bytes at 124. A log without records has one chunk without records.
class EvtxWriter
{
public:
    explicit EvtxWriter(const std::filesystem::path &path, EvtxOptions options = {});

    /// Throws std::invalid_argument for a value its type cannot hold, and std::length_error for a record that
    /// no chunk can hold; the writer stays usable.
    void add(const RecordSpec &record);

    /// Writes what is left and the file header; call it once, last. Errors: Io, also of the writes before.
    Result<void> finish();

private:
    void writeChunk();

    std::filesystem::path m_path;
    EvtxOptions m_options;
    std::ofstream m_file;
    ChunkWriter m_chunk;
    std::uint64_t m_nextId;
    std::uint64_t m_chunkCount = 0;
    std::uint64_t m_recordCount = 0; ///< In chunks already written.
};

} // namespace lolscope::test
