#pragma once

#include "model/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lolscope {

/// What lolscope-evtxhelper says of the log it was given, as a stream of frames. Numbers are little-endian:
///
/// | bytes | what                                    |
/// |-------|-----------------------------------------|
/// | 4     | size of the payload                     |
/// | 4     | CRC-32 of the kind and the payload      |
/// | 1     | kind                                    |
/// | ...   | payload: a number (8), a flag (1), text |
///
/// Hello comes first, then Opened or Failed; behind Opened a Record or Refused for each of the records it
/// announces; End last.
struct HelperFrame
{
    static constexpr std::uint64_t kVersion = 1;

    enum class Kind : std::uint8_t {
        Hello = 'H', ///< `number`: kVersion.
        Opened = 'O', ///< `number`: records to come.
        Failed = 'F', ///< The log cannot be opened; `text`: why.
        Record = 'R', ///< `number`: the id in its header; `recovered`; `text`: its XML.
        Refused = 'X', ///< A record that cannot be given; `text`: why.
        End = 'E',
    };
    Kind kind = Kind::Hello;
    std::uint64_t number = 0;
    bool recovered = false;
    std::string_view text = {};
};

/// Appends `frame` to `out`.
void appendFrame(std::string &out, const HelperFrame &frame);

/// Takes the stream apart again. What comes from the helper is as hostile as the log it reads: nothing in it
/// is believed before it is checked, and no more is kept than one frame.
class HelperFrames
{
public:
    /// `mostRecords`: more than the log could hold are a fault.
    explicit HelperFrames(std::uint64_t mostRecords)
        : m_mostRecords(mostRecords)
    {}

    /// Adds bytes of the stream.
    void append(std::span<const std::uint8_t> bytes);

    /// The next frame, whose text is valid until the next call; empty while it is not whole. Error: Corrupt
    /// for what is no such stream; it stays.
    Result<std::optional<HelperFrame>> next();

    /// Whether the stream came to its end: all that was announced, then End, and nothing behind it.
    bool isComplete() const;

private:
    Result<HelperFrame> checked(std::span<const std::uint8_t> bytes);
    Result<void> inOrder(const HelperFrame &frame);

    const std::uint64_t m_mostRecords;
    std::string m_bytes;
    std::size_t m_read = 0; ///< Of m_bytes.
    std::optional<Error> m_fault;
    enum class Stage { Start, Greeted, Records, Failed, Ended } m_stage = Stage::Start;
    std::uint64_t m_left = 0; ///< Records announced and not come yet.
};

} // namespace lolscope
