#pragma once

#include "model/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace lolscope {

/// An .evtx file as libevtx (20181227 or later) reads it. It is a C parser that nobody fuzzed: it crashes on
/// some records (20181227 does on a text of U+FFFE), so evidence is opened with it in lolscope-evtxhelper
/// alone, and logs of our own in the tests, as an oracle.
class LibevtxFile
{
public:
    struct Record
    {
        std::optional<std::uint64_t> id; ///< The record header's; libevtx tells no offsets.
        std::string xml; ///< At most kMaxEventXmlBytes.
        std::string reason; ///< Why there is no XML; empty when there is.
    };

    /// Error: Corrupt.
    static Result<LibevtxFile> open(const std::filesystem::path &path);

    int liveCount() const { return m_live; }
    int recoveredCount() const { return m_recovered; }
    Record live(int index) const; ///< 0 <= index < liveCount()
    Record recovered(int index) const; ///< 0 <= index < recoveredCount()

private:
    struct Closer
    {
        void operator()(void *file) const noexcept;
    };
    LibevtxFile() = default;

    std::unique_ptr<void, Closer> m_file; ///< A libevtx_file_t, whose header is not for everybody.
    int m_live = 0;
    int m_recovered = 0;
};

} // namespace lolscope
